"""Records: how many persons the hits of a part speak of: one a row of a table, one a name of a paragraph; never one a hit."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mail.shapes import Block
from rules.personal import recognisers
from rules.personal.scan import Scan, Weight, plain, scan

NAME, BIRTH = "person_name", "birth_date"
_REACH = ("phone", "postal_address")
_CORRESPONDENT = (NAME, "email_address")
# Which values tell two persons apart, the surest first.
_TELLING = ("email_address", "phone", "my_number", "payment_card", "postal_address", BIRTH, NAME)
_ROWS = 1000
_LISTED = 3
"""So many data of a kind for each name: a list whose names we do not know."""
_COMPANIES = 5
_QUOTE = re.compile(r"^(?:[>|][ ]?){1,20}")
_SIGNATURE_BEGIN = re.compile(r"^(?:--[ ]?|[-=_*＊━─]{4,80}.*)$")
_SIGNATURE_WORDS = re.compile(
    r"〒|\btel\b|\bfax\b|e-?mail|\burl\b|https?:|株式会社|有限会社|合同会社|法人|事務所|[^\s]部\b|phone|携帯",
    re.IGNORECASE,
)
_FORM_WORDS = re.compile(r"氏名|生年月日|お名前|患者|名前[:：]")
_SIGNATURE_LINES = 10
_SIGNATURE_SIGNS = 2
_ATTRIBUTION = re.compile(
    r"\bwrote:|さん(?:は|が)?書きました|^(?:From|To|Cc|Sent|Reply-To|差出人|宛先|送信元|送信者)[:：]|^\d{4}年\d{1,2}月\d{1,2}日.{0,80}[:：]$",
    re.IGNORECASE,
)
# What mail programs write behind an address in plain text: the same address again.
_LINK = re.compile(r"[<\[]mailto:[^<>\[\]\s]{1,320}[>\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one person, or of several who cannot be told apart."""

    found: Mapping[str, tuple[str, ...]]
    """Values by kind, in order, each once."""
    aside: bool = False
    """A signature: of a correspondent, not of somebody in a list."""
    several: bool = False
    """A paragraph, which may list persons line by line."""

    @property
    def persons(self) -> tuple[str, ...]:
        """At least these: the names; in a row with what tells two of one name apart; in a list without names its data."""
        names, most = self.found.get(NAME, ()), self.most
        if self.several:
            return most if len(most) >= _LISTED * max(1, len(names)) else names or most[:1]
        telling = next((self.found[kind][0] for kind in _TELLING if self.found.get(kind)), "")
        return tuple(f"{name} {telling}" for name in names) or most[:1]

    @property
    def most(self) -> tuple[str, ...]:
        """At most these: the values of the kind with the most."""
        kinds = [kind for kind in (*_TELLING, *self.found) if self.found.get(kind)]
        return self.found[max(kinds, key=lambda kind: len(self.found[kind]))] if kinds else ()

    @property
    def is_dense(self) -> bool:
        """Name, date of birth, and address or telephone."""
        return bool(self.found.get(NAME) and self.found.get(BIRTH) and any(self.found.get(kind) for kind in _REACH))


@dataclass(slots=True)
class _Unit:
    """Rows that are read together, and which of them make one record."""

    rows: list[Sequence[str]] = field(default_factory=list)
    header: tuple[str, ...] = ()
    groups: list[int] = field(default_factory=list)
    """By row; empty: each row is its own."""


def records(blocks: Iterable[Block], *, is_body: bool) -> Iterator[Record]:
    """The records of a part in order; of a body also those that stand aside. Stop asking when there are enough."""
    for unit in _units(blocks):
        yield from _of_unit(unit, is_body=is_body)


def _units(blocks: Iterable[Block]) -> Iterator[_Unit]:
    """Tables in portions of a thousand rows, paragraphs together as long as they follow one another."""
    text = _Unit()
    number = 0
    for block in blocks:
        if block.header or any(len(row) > 1 for row in block.rows[:_ROWS]):
            if text.rows:
                yield text
                text = _Unit()
            if block.header:
                # A first row that is data may have been taken for names of columns.
                yield _Unit([(name,) for name in block.header], groups=[0] * len(block.header))
            for at in range(0, len(block.rows), _ROWS):
                yield _Unit(list(block.rows[at : at + _ROWS]), block.header)
            continue
        number += 1
        for line in (line for row in block.rows for cell in row for line in cell.splitlines()):
            text.rows.append((_QUOTE.sub("", _LINK.sub("", line) if "mailto:" in line else line),))
            text.groups.append(number)
            if len(text.rows) >= _ROWS:
                yield text
                text = _Unit()
    if text.rows:
        yield text


def _of_unit(unit: _Unit, *, is_body: bool) -> Iterator[Record]:
    """The hits of a unit, gathered."""
    read = scan(unit.rows, unit.header)
    by_row, numbers = _hits(read)
    if unit.groups:
        yield from _of_paragraphs(unit, read, by_row, is_body=is_body)
    elif len(numbers) >= _COMPANIES and len(numbers) * 2 >= len(unit.rows):
        special = (Record(_only_special(found)) for found in by_row.values())
        yield from (record for record in special if record.found)
    elif _is_form(by_row):
        yield _record(by_row.values())
    else:
        yield from (_record([found]) for found in by_row.values())


_Found = dict[str, list[str]]


def _hits(read: Scan) -> tuple[dict[int, _Found], set[int]]:
    """Values by row and kind; and the rows that hold a corporate number."""
    by_row: dict[int, _Found] = defaultdict(lambda: defaultdict(list))
    companies: set[int] = set()
    weak: list[tuple[int, str, str]] = []
    for kind, recogniser in recognisers().items():
        for hit in recogniser.find(read):
            row = bisect_right(read.starts, hit.start) - 1
            if recogniser.WEIGHT is Weight.EVIDENCE:
                companies.add(row)
            elif hit.weak:
                weak.append((row, kind, hit.value))
            elif hit.value not in by_row[row][kind]:
                by_row[row][kind].append(hit.value)
    for row, kind, value in weak:
        if row in by_row and kind not in by_row[row]:
            by_row[row][kind].append(value)
    return {row: by_row[row] for row in sorted(by_row)}, companies


def _of_paragraphs(unit: _Unit, read: Scan, by_row: dict[int, _Found], *, is_body: bool) -> Iterator[Record]:
    """One record a paragraph; it speaks of as many persons as it has names."""
    lines = read.text.split("\n")
    paragraphs: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(unit.groups):
        paragraphs[group].append(row)
    below_mark = False
    for rows in paragraphs.values():
        own = [lines[row] for row in rows]
        marks = [at for at, line in enumerate(own) if is_body and _SIGNATURE_BEGIN.match(plain(line.rstrip()))]
        below_mark = bool(marks) or (below_mark and len(own) <= _SIGNATURE_LINES)
        found = [
            _of_others(by_row[row]) if is_body and _ATTRIBUTION.search(line) else by_row[row]
            for row, line in zip(rows, own, strict=True)
            if row in by_row
        ]
        if not any(found):
            continue
        if sum(len(one) > 1 for one in found) >= _LISTED:  # a list, a person a line
            yield from (_record([one]) for one in found)
            continue
        record = _record(found)
        yield Record(record.found, aside=is_body and _is_signature(record, own, below_mark=below_mark), several=True)


def _is_signature(record: Record, lines: Sequence[str], *, below_mark: bool) -> bool:
    """Few lines about one person with the words of a signature, or below its mark; not a form that was filled in."""
    text = "\n".join(lines)
    if len(lines) > _SIGNATURE_LINES or len(record.found.get(NAME, ())) > 1 or _FORM_WORDS.search(text):
        return False
    return below_mark or len({m[0].lower() for m in _SIGNATURE_WORDS.finditer(text)}) >= _SIGNATURE_SIGNS


def _is_form(by_row: dict[int, _Found]) -> bool:
    """A table with a kind a row is the form of one person: label beside value."""
    kinds = {kind for found in by_row.values() for kind in found}
    return len(kinds) > 1 and all(len(found) == 1 for found in by_row.values()) and len(by_row) <= len(kinds) * 2


def _of_others(found: _Found) -> _Found:
    """Of a line that says who wrote, all but the name and address of who did: it may say more, and a list may look like one."""
    return {kind: values for kind, values in found.items() if kind not in _CORRESPONDENT}


def _only_special(found: _Found) -> dict[str, tuple[str, ...]]:
    """In a list of companies names and telephones are theirs; a My Number is still a person's."""
    known = recognisers()
    return {kind: tuple(values) for kind, values in found.items() if known[kind].WEIGHT is Weight.SPECIAL}


def _record(found: Iterable[_Found]) -> Record:
    """Put the values of some rows together, each once."""
    together: dict[str, dict[str, None]] = defaultdict(dict)
    for one in found:
        for kind, values in one.items():
            together[kind].update(dict.fromkeys(values))
    return Record({kind: tuple(values) for kind, values in together.items()})
