"""sheets: xlsx and ods; every sheet a table with its column names, hidden sheets, rows and columns marked as hidden."""

from collections.abc import Iterable, Iterator
from datetime import date

from mail.budget import Spending
from mail.charset import decode
from mail.shapes import Block, Lost, Text
from mail.text_of import _cells
from mail.text_of._flow import flow
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._numbers import EPOCH, EPOCH_1904, shown
from mail.text_of._ods import opendocument
from mail.text_of._package import Package, kind_of
from mail.text_of._references import unescape
from mail.text_of._rest import Rest, telling
from mail.text_of._tables import Row, table
from mail.text_of._xml import Tag, attribute, tags
from mail.text_of.office import rest

KINDS = ("xlsx", "ods")

_MAX_COLUMNS = 1024
"""Cells further right are put behind the last one: one cell in column XFD shall not cost 16,384."""
_MAX_SHARED = 2_000_000


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
    shared = _shared_strings(package.xml("xl/sharedStrings.xml"), package.rest, spending)
    found = list(package.tags("xl/workbook.xml"))
    for tag in found:
        package.rest.text(tag.text)  # names that are defined as texts
    is_1904 = any(attribute(t, "date1904") in {"1", "true"} for t in found if t.name == "workbookPr")
    epoch = EPOCH_1904 if is_1904 else EPOCH
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

    def __init__(self, found: Iterable[Tag], epoch: date) -> None:
        self._epoch = epoch
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
        """A number as who opens the file reads it."""
        number = self._formats[int(style)] if style.isdecimal() and int(style) < len(self._formats) else "0"
        return shown(value, int(number) if number.isdecimal() else 0, self._codes.get(number, ""), self._epoch)


def _shared_strings(content: bytes, rest: Rest, spending: Spending) -> list[str]:
    """ECMA-376 part 1, 18.4: in their order."""
    strings: list[str] = []
    for piece in _cells.strings(decode(content)[0]):
        if isinstance(piece, _cells.NeatString):
            strings.append(unescape(piece))
        else:
            strings += _strings(tags(piece.encode("utf-8", "surrogatepass"), rest), rest)
        if len(strings) > _MAX_SHARED:
            spending.row(_MAX_SHARED + 1)
    spending.text(sum(map(len, strings)))
    return strings


def _strings(found: Iterable[Tag], rest: Rest) -> Iterator[str]:
    """One string may be cut into runs; phonetic runs (rPh) say the reading, not the text."""
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
                yield "".join(words)
                words.clear()
        if counts and not reading:
            words.append(tag.text)
        elif tag.text:
            rest.text(tag.text)
    rest.text("".join(words))


def _sheet(
    package: Package, path: str, shared: list[str], styles: _Styles, spending: Spending, *, where: str, hidden: bool
) -> list[Block]:
    reader = _SheetReader(shared, styles, package.rest)
    content = package.xml(path)
    rows = []
    for row in reader.read(content):
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

    def read(self, content: bytes) -> Iterator[Row]:
        """Every row that holds something; blank ones between are left out."""
        for piece in _cells.rows(decode(content)[0]):
            if isinstance(piece, str):
                yield from self._rows(tags(piece.encode("utf-8", "surrogatepass"), self._rest))
            else:
                yield from self._neat(piece)

    def _neat(self, found: _cells.NeatRow) -> Iterator[Row]:
        """A row that is as expected: the same as `_rows` makes of it, in a fifth of the time."""
        if telling(found.attributes):
            self._rest.attributes(found.attributes)
        row: list[str] = []
        for letters, style, kind, value, own in found.cells:
            _put(row, _column(letters, len(row)), "")
            if value or own:
                row[-1] = self._text(kind, style, unescape(value or own))
        tag = Tag("row", "", found.attributes, "", closing=False, empty=False)
        yield from self._ended(row, hidden=attribute(tag, "hidden") in {"1", "true"})

    def _rows(self, found: Iterable[Tag]) -> Iterator[Row]:
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
