"""Names of persons under a column of names: by the shape of the cell alone, in any script, for the column says what it is."""

import re
from collections.abc import Callable, Iterator

from rules.personal.columns import is_full_name, is_reading, name_parts
from rules.personal.recogniser import Hit
from rules.personal.scan import Scan, word_list

HONORIFIC = re.compile(r"(?:様|さま|さん|殿|氏|先生|君|님|先生|女士)\Z")
# How a name in kanji is read, in its cell: in brackets or behind it, or before it as over its line.
_READING = re.compile(
    r"[ ]?[(][ぁ-んァ-ヴー]{2,8}[ ・]?[ぁ-んァ-ヴー]{0,8}[)]\Z|(?<=[一-鿿])(?: [ぁ-んァ-ヴー]{2,8}){2}\Z|\A[(]?[ぁ-んァ-ヴー]{2,8}[ ・][ぁ-んァ-ヴー]{2,8}[)]?[ ]{0,3}(?=[一-鿿])"
)
_TITLES = re.compile(
    r"^(?:mr|mrs|ms|miss|dr|prof|herr|frau|m|mme|mlle|sr|sra|sig|sig\.ra|mx)\.? (?=\S+ \S)", re.IGNORECASE
)
_PIECE = re.compile(r"[^\W\d_](?:['’.\-·・]|[^\W\d_]){0,30}\Z")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST, _MOST_PIECES = 60, 7
# As most names are: nothing of what else is asked can make it none.
_USUAL = re.compile(r"[A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14}){1,2}")
COMPANY = word_list("company_words.txt")
_EMPTY = frozenset(
    ("n/a", "na", "none", "null", "nil", "unknown", "tbd", "tba", "total", "sum", "average", "yes", "no")
)
_CJK = re.compile(r"[぀-ヿ㐀-鿿豈-﫿가-힣\U00020000-\U000323af]")


def in_columns(scan: Scan, *, is_japanese: Callable[[str], bool]) -> Iterator[Hit]:
    """Whole names, or family and given name of two columns as one; readings only where nothing else is there."""
    parts = name_parts(scan.header)
    if parts:
        yield from _of_two(scan, *parts)
        return
    named = [number for number, name in enumerate(scan.header) if is_full_name(name) and not is_reading(name)]
    if not named:
        named = [number for number, name in enumerate(scan.header) if is_reading(name)][:1]
    wanted = frozenset(named)
    for start, cell in scan.cells_of(wanted):
        if name := in_cell(cell, is_japanese):
            yield Hit(start, name)


def in_cell(cell: str, is_japanese: Callable[[str], bool]) -> str:
    """The name that a cell under a name's column is, Japanese ones without blanks; "" where it is none."""
    text = HONORIFIC.sub("", _READING.sub("", cell.strip())).strip()
    if _CJK.search(text):
        return text.replace(" ", "") if is_japanese(text) else ""
    return text if is_name(text) else ""


def _of_two(scan: Scan, family: int, given: int) -> Iterator[Hit]:
    for start, row in zip(scan.starts, scan.rows, strict=True):
        cells = row.split("\t")
        if max(family, given) >= len(cells):
            continue
        if name := of_two(cells[family], cells[given]):
            yield Hit(start + sum(len(c) + 1 for c in cells[: min(family, given)]), name)


def of_two(family: str, given: str) -> str:
    """The name out of a cell of family names and one of given names, "" where one of them is none."""
    first, last = given.strip(), family.strip()
    if not (_is_piece(first) and _is_piece(last)):
        return ""
    return last + first if _CJK.search(last) else f"{first} {last}"


def _is_piece(text: str) -> bool:
    """Letters, no number and no sentence."""
    return (
        bool(text)
        and len(text) <= _LONGEST
        and not any(c.isdigit() or c in "@:/" for c in text)
        and bool(_LETTER.search(text))
    )


def is_name(text: str) -> bool:
    """Two to seven words of letters that are no company and no sentence.

    >>> is_name("Jean-Luc O'Neill"), is_name("Smith, John"), is_name("Acme Corp."), is_name("not available yet. Ask again"), is_name("YAMADA TARO")
    (True, True, False, False, True)
    """
    if _USUAL.fullmatch(text):
        return COMPANY.isdisjoint(text.lower().split())
    bare = _TITLES.sub("", text)
    if len(bare) > _LONGEST or bare.lower() in _EMPTY:
        return False
    words = bare.replace(",", " ").split()
    if not 1 < len(words) <= _MOST_PIECES or bare.count(",") > 1:
        return False
    if not all(_PIECE.match(word) for word in words) or any(w.rstrip(".").lower() in COMPANY for w in words):
        return False
    capitals = sum(word[0].isupper() or not word[0].islower() for word in words)
    return capitals >= 2 or (len(words) == 2 and capitals == 0)  # noqa: PLR2004 - given and family name
