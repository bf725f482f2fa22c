"""sheets: xlsx and ods; every sheet a table with its column names, hidden sheets, rows and columns marked as hidden."""

from collections.abc import Iterable, Iterator
from itertools import chain

from mail.budget import Spending
from mail.charset import decode
from mail.shapes import Block, Lost, Text
from mail.text_of import _cells
from mail.text_of._flow import flow
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._numbers import EPOCH, EPOCH_1904
from mail.text_of._ods import opendocument
from mail.text_of._package import Package, kind_of
from mail.text_of._references import unescape
from mail.text_of._rest import Rest
from mail.text_of._sheet_rows import PAGE, Formats, SheetRows, Styles
from mail.text_of._tables import table
from mail.text_of._xml import Tag, attribute, tags
from mail.text_of.office import rest

KINDS = ("xlsx", "ods")
SUREST = 95

_MAX_SHARED = 2_000_000
_LOOK = "xl/styles.xml"


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
    formats = package.known(
        _LOOK, ("formats",), lambda rest: Formats.of(package.xml(_LOOK), rest), lambda found: found.size
    )
    styles = Styles(formats, epoch)
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
    return [*blocks, *_left_over(shared, blocks), *rest(package)]


def _left_over(shared: list[str], blocks: list[Block]) -> Iterator[Block]:
    """Texts of cells that are gone, as some programs leave them behind."""
    shown = set(chain.from_iterable(chain.from_iterable((*block.rows, block.header) for block in blocks)))
    if left := tuple(text for text in dict.fromkeys(shared) if text and text not in shown):
        yield Block(tuple((text,) for text in left), (), "left over", hidden=True)


def _shared_strings(content: bytes, rest: Rest, spending: Spending) -> list[str]:
    """ECMA-376 part 1, 18.4: in their order."""
    strings: list[str] = []
    for piece in _cells.strings(decode(content)[0]):
        if isinstance(piece, _cells.NeatString):
            strings.append(unescape(piece).strip())
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
                yield "".join(words).strip()
                words.clear()
        if counts and not reading:
            words.append(tag.text)
        elif tag.text:
            rest.text(tag.text)
    rest.text("".join(words))


def _sheet(
    package: Package, path: str, shared: list[str], styles: Styles, spending: Spending, *, where: str, hidden: bool
) -> list[Block]:
    reader = SheetRows(shared, styles, package.rest)
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
        page = (t for t in tags(content) if t.name in PAGE)
        blocks += flow(page, spending, package.rest, where="header, footer", hidden=True)
    return blocks
