"""Postal code of Japan: three and four digits behind 〒 or a label, under its column, or, if it exists, in front of a place; never counts alone."""

import re
from collections.abc import Iterator

from rules.personal.address_place import begins_with_place
from rules.personal.normal import digits
from rules.personal.recogniser import Hit, Kind, Sample, Weight
from rules.personal.scan import Scan
from rules.personal.word_files import packed

WEIGHT = Weight.RECORD
KIND = Kind("郵便番号", "postal code", "postal codes")
_SIGNS = ("〒", "郵便番号")
_BEHIND_SIGN = re.compile(r"(?:〒|郵便番号)[\s:()\"']{0,3}(\d{3}-?\d{4})(?![0-9])")
_COLUMN = re.compile(r"郵便|〒|^(?:zip|postal|post)[ _-]?(?:code|no)?$")
_CELL = re.compile(r"\d{3}-?\d{4}|[1-9]\d{5,6}")
# Nothing of a longer number; in octets, for which a search is faster.
_ALONE = re.compile(rb"-(?<=[0-9]{3}-)(?<![0-9A-Za-z-][0-9]{3}-)[0-9]{4}(?![0-9A-Za-z-])")
_BETWEEN = re.compile(r"[ \t,;:)\"'、]{0,6}")
_LENGTH, _AREA = 7, 3
_PLACE = 24
_CODES = packed("postal_codes.words")


def find(scan: Scan) -> Iterator[Hit]:
    """Codes as seven digits, all weak. Behind a sign it is enough that its area exists: new codes come every month."""
    text = scan.text
    if text.isascii() and not scan.header:
        return
    seen: set[int] = set()
    for found in _BEHIND_SIGN.finditer(text) if any(sign in text for sign in _SIGNS) else ():
        if has_area(digits(found[1])):
            seen.add(found.start(1))
            yield Hit(found.start(1), digits(found[1]), weak=True)
    for start, cell in scan.cells(_COLUMN):
        code = in_cell(cell.strip())
        if code and start not in seen:
            seen.add(start)
            yield Hit(start, code, weak=True)
    for at in () if text.isascii() else _ALONE.finditer(scan.octets):
        start, end = at.start() - _AREA, at.end()
        if start not in seen and digits(text[start:end]) in _CODES and _stands_before_a_place(text, end):
            yield Hit(start, digits(text[start:end]), weak=True)


def names_it(column: str) -> bool:
    """Whether a column holds postal codes."""
    return _COLUMN.search(column) is not None


def in_cell(cell: str) -> str:
    """The seven digits of a cell that is a code and no more, "" where it is none; spreadsheets drop the nought in front."""
    code = digits(cell).zfill(_LENGTH) if _CELL.fullmatch(cell) else ""
    return code if code and has_area(code) else ""


def has_area(code: str) -> bool:
    """Whether there are codes that begin with its first three digits."""
    return _CODES.begin_with(code[:_AREA])


def _stands_before_a_place(text: str, end: int) -> bool:
    gap = _BETWEEN.match(text, end)
    return gap is not None and begins_with_place(text[gap.end() : gap.end() + _PLACE])


EXAMPLES = (
    Sample("behind its sign", (("〒123-4567 東京都",), ("〒１２３４５６７",)), ("1234567", "1234567")),
    Sample("behind its label", (("郵便番号：220-0012",),), ("2200012",)),
    Sample("under its column", (("100-0001",), ("600001",)), ("1000001", "0600001"), ("郵便番号",)),
    Sample(
        "in front of a place",
        (("220-0012 横浜市西区みなとみらい",), ("(1, '062-0041', '北海道札幌市豊平区')",)),
        ("2200012", "0620041"),
    ),
    Sample("any other number", (("123-4567", "1234567"), ("ロット 220-0012", "在庫"))),
    Sample("a code that is none, in front of a place", (("999-9999 横浜市西区みなとみらい",),)),
    Sample("an area that is none", (("〒000-0000 東京都",),)),
    Sample("a telephone in front of a place", (("045-220-0012 横浜市",),)),
)
