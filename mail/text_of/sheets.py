"""sheets: xlsx and ods; every sheet a table with its column names, hidden sheets, rows and columns marked as hidden."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from mail.budget import Spending
from mail.shapes import Block, Lost, Text
from mail.text_of._flow import flow
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._ods import opendocument
from mail.text_of._package import Package, kind_of
from mail.text_of._rest import Rest
from mail.text_of._tables import Row, table
from mail.text_of._xml import Tag, attribute, tags
from mail.text_of.office import rest

KINDS = ("xlsx", "ods")

_MAX_COLUMNS = 1024
"""Cells further right are put behind the last one: one cell in column XFD shall not cost 16,384."""
_MAX_SHARED = 2_000_000
# ECMA-376 part 1, 18.8.30: built-in number formats that are dates, with those of Japanese Excel.
_DATE_FORMATS = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)})


def recognises(data: bytes, _hint: Hint) -> Guess:
    """A zip with the members of a workbook."""
    if not data.startswith(b"PK"):
        return NOT_MINE
    kind = kind_of(data)
    return Guess(kind, 95) if kind in KINDS else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """All sheets; names of the sheets first, comments, drawings and properties behind."""
    package = Package(data, spending)
    return package.finish(_workbook(package, spending) if hint.kind == "xlsx" else opendocument(package, spending))


def _workbook(package: Package, spending: Spending) -> list[Block]:
    shared = _shared_strings(package.tags("xl/sharedStrings.xml"), package.rest, spending)
    found = list(package.tags("xl/workbook.xml"))
    for tag in found:
        package.rest.text(tag.text)  # names that are defined as texts
    epoch = (
        date(1904, 1, 1)
        if any(attribute(t, "date1904") in {"1", "true"} for t in found if t.name == "workbookPr")
        else None
    )
    styles = _Styles(package.tags("xl/styles.xml"), epoch)
    targets = {
        attribute(t, "Id"): attribute(t, "Target")
        for t in package.tags("xl/_rels/workbook.xml.rels")
        if t.name == "Relationship"
    }
    blocks: list[Block] = []
    named: set[str] = set()
    for tag in found:
        if tag.name != "sheet" or tag.closing:
            continue
        target = targets.get(attribute(tag, "id"), "").lstrip("/")
        path = target if target.startswith("xl/") else f"xl/{target}"
        title, hidden = attribute(tag, "name"), attribute(tag, "state") in {"hidden", "veryHidden"}
        named.add(path)
        blocks.append(Block(((title,),), (), "sheet name", hidden))
        blocks += _sheet(package, path, shared, styles, spending, where=title, hidden=hidden)
    for path in package.names("xl/worksheets/", ".xml"):
        if path not in named:  # a sheet that no list names: who looks into the file finds it
            blocks += _sheet(package, path, shared, styles, spending, where=path.rpartition("/")[2], hidden=True)
    return [*blocks, *rest(package)]


class _Styles:
    """What a cell's style does to its number."""

    def __init__(self, found: Iterable[Tag], epoch: date | None) -> None:
        self._epoch = epoch or date(1899, 12, 30)
        codes: dict[str, str] = {}
        self._formats: list[str] = []
        inside = False
        for tag in found:
            if tag.name == "numFmt":
                codes[attribute(tag, "numFmtId")] = attribute(tag, "formatCode")
            elif tag.name == "cellXfs":
                inside = not tag.closing
            elif tag.name == "xf" and inside and not tag.closing:
                self._formats.append(attribute(tag, "numFmtId"))
        self._codes = codes

    def shown(self, value: str, style: str) -> str:
        """A number as who opens the file reads it: dates as ISO 8601, leading zeros of the format, no exponent."""
        number = self._formats[int(style)] if style.isdecimal() and int(style) < len(self._formats) else "0"
        code = self._codes.get(number, "").lower()
        plain = _plain_number(value)
        if _is_date(number, code):
            return self._date(value) or plain
        digits = code.split(";")[0].replace("\\", "").replace('"', "")
        if digits and set(digits) <= {"0", "-"} and plain.isdecimal():
            return _in_format(plain, digits)
        return plain

    def _date(self, value: str) -> str:
        try:
            return (self._epoch + timedelta(days=int(float(value)))).isoformat()
        except (ValueError, OverflowError):
            return ""


def _is_date(number: str, code: str) -> bool:
    if not code:
        return number.isdecimal() and int(number) in _DATE_FORMATS
    bare = "".join(part for i, part in enumerate(code.split('"')) if i % 2 == 0)
    return ("y" in bare or "e" in bare.replace("general", "").replace("e+", "")) and ("m" in bare or "d" in bare)


def _in_format(digits: str, code: str) -> str:
    """`000-0000-0000` of 9012345678 → 090-1234-5678."""
    padded = iter(digits.zfill(code.count("0")))
    text = "".join(c if c == "-" else next(padded, "") for c in code)
    return text + "".join(padded)


def _plain_number(value: str) -> str:
    """No exponent and no .0: telephone numbers are numbers to Excel."""
    if value.isdecimal() or len(value) > 40:  # noqa: PLR2004 - no number Excel writes is longer
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e18 else value  # noqa: PLR2004


def _shared_strings(found: Iterable[Tag], rest: Rest, spending: Spending) -> list[str]:
    """ECMA-376 part 1, 18.4: one string may be cut into runs; phonetic runs (rPh) say the reading, not the text."""
    strings: list[str] = []
    words: list[str] = []
    reading = counts = False
    for tag in found:
        if tag.name == "t":
            counts = not tag.closing
        elif tag.name == "rPh":
            reading = not tag.closing
        elif tag.name == "si":
            counts = False
            if tag.closing or tag.empty:
                text = "".join(words)
                spending.text(len(text))
                strings.append(text)
                words.clear()
                if len(strings) > _MAX_SHARED:
                    spending.row(_MAX_SHARED + 1)
        if counts and not reading:
            words.append(tag.text)
        elif tag.text:
            rest.text(tag.text)
    rest.text("".join(words))
    return strings


def _sheet(
    package: Package, path: str, shared: list[str], styles: _Styles, spending: Spending, *, where: str, hidden: bool
) -> list[Block]:
    reader = _SheetReader(shared, styles, package.rest)
    content = package.xml(path)
    rows = []
    for row in reader.rows(tags(content, package.rest)):
        spending.row(len(row))  # while reading: a sheet of blanks is counted before it is kept
        rows.append(row)
    if reader.missing:
        package.lost.append(Lost("damaged", f"{where}: shared strings"[:200]))
    spending.cells -= sum(len(row) for row in rows)
    blocks = list(table(rows, spending, where=where, hidden=hidden, hidden_rows=frozenset(reader.hidden_rows)))
    if b"Header>" in content or b"Footer>" in content:
        page = (t for t in tags(content) if t.name in _PAGE)
        blocks += flow(page, spending, package.rest, where="header, footer", hidden=True)
    return blocks


_PAGE = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter"})


class _SheetReader:
    """Cells → rows by their references."""

    def __init__(self, shared: list[str], styles: _Styles, rest: Rest) -> None:
        self._shared = shared
        self._styles = styles
        self._rest = rest
        self._number = 0
        self.hidden_rows: set[int] = set()
        self.missing = False

    def rows(self, found: Iterable[Tag]) -> Iterator[Row]:
        """Every row that holds something; blank ones between are left out."""
        row: list[str] = []
        stray = [""]  # text in no cell
        kind = style = value = ""
        unseen = False
        reading = False
        for tag in found:
            name = tag.name
            if name in {"v", "t"} and not tag.closing and not reading:
                value += tag.text
                continue
            if name == "c":
                if value:
                    (row or stray)[-1] += self._text(kind, style, value)
                    value = ""
                if not tag.closing:
                    kind, style = attribute(tag, "t"), attribute(tag, "s")
                    _put(row, _column(attribute(tag, "r"), len(row)), "")
            elif name == "rPh":
                reading = not tag.closing
            elif name == "row":
                if row:
                    yield from self._ended(row, hidden=unseen)
                    row = []
                unseen = not tag.closing and attribute(tag, "hidden") in {"1", "true"}
            if tag.text and name not in _PAGE:
                self._rest.text(tag.text)
        self._rest.text(stray[0] + value)
        yield from self._ended(row, hidden=unseen)

    def _ended(self, row: list[str], *, hidden: bool) -> Iterator[Row]:
        if any(row):
            if hidden:
                self.hidden_rows.add(self._number)
            self._number += 1
            yield tuple(row)

    def _text(self, kind: str, style: str, value: str) -> str:
        if kind == "s":
            place = int(value) if value.isdecimal() and len(value) < 9 else -1  # noqa: PLR2004
            if 0 <= place < len(self._shared):
                return self._shared[place].strip()
            self.missing = True
            return ""
        if kind in {"", "n"}:
            return self._styles.shown(value.strip(), style)
        return value.strip()


def _column(reference: str, default: int) -> int:
    column = 0
    for c in reference[:4]:
        if not ("A" <= c <= "Z"):
            break
        column = column * 26 + ord(c) - 64
    return column - 1 if column else default


def _put(row: list[str], column: int, text: str) -> None:
    """Cells come in order; a gap is filled as far as a person would scroll."""
    if len(row) < column < _MAX_COLUMNS:
        row.extend([""] * (column - len(row)))
    row.append(text)
