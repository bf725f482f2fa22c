"""OpenDocument spreadsheets: every sheet a table, hidden sheets and rows marked, comments apart."""

from collections.abc import Iterable, Iterator

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._flow import ANY, ODF, flow
from mail.text_of._package import Package, is_encrypted
from mail.text_of._tables import Row, table
from mail.text_of._xml import Tag, attribute, tags


def opendocument(package: Package, spending: Spending) -> list[Block]:
    """All sheets, then comments, headers and footers, properties."""
    if is_encrypted(package):
        return []
    content = package.content("content.xml")
    unseen = _hidden_styles(content)
    blocks: list[Block] = []
    rows: list[Row] = []
    hidden_rows: set[int] = set()
    title, hidden = "", False
    for tag, row, row_hidden in _odf_rows(content):
        if row:
            spending.row(len(row))
            if row_hidden:
                hidden_rows.add(len(rows))
            rows.append(row)
        if tag is not None and tag.name == "table":
            if tag.closing:
                spending.cells -= sum(len(r) for r in rows)
                blocks += table(rows, spending, where=title, hidden=hidden, hidden_rows=frozenset(hidden_rows))
                rows, hidden_rows = [], set()
            else:
                title, hidden = attribute(tag, "name"), attribute(tag, "style-name") in unseen
                blocks.append(Block(((title,),), (), "sheet name", hidden))
    notes = flow(_annotations(content), spending, ODF, where="comments", hidden=True)
    styles = flow(package.tags("styles.xml"), spending, ODF, where="header, footer", hidden=True)
    properties = flow(package.tags("meta.xml"), spending, ANY, where="properties", hidden=True)
    return [*blocks, *notes, *styles, *properties]


def _hidden_styles(content: bytes) -> frozenset[str]:
    """Names of table styles with table:display="false" (ODF 1.3 part 3, 20.250)."""
    found: set[str] = set()
    current = ""
    for tag in tags(content):
        if tag.name == "style" and not tag.closing:
            current = attribute(tag, "name")
        elif tag.name == "table-properties" and attribute(tag, "display") == "false":
            found.add(current)
        elif tag.name == "body":
            break
    return frozenset(found)


def _odf_rows(content: bytes) -> Iterator[tuple[Tag | None, Row, bool]]:
    """(the tag of a table or None, a row or (), whether the row is hidden); a repeated row is read once."""
    reader = _OdfRow()
    for tag in _without_notes(tags(content)):
        if tag.name == "table":
            yield tag, (), False
        elif tag.name == "table-row":
            if any(reader.cells):
                yield None, tuple(reader.cells), reader.hidden
            reader = _OdfRow(hidden=not tag.closing and attribute(tag, "visibility") in {"collapse", "filter"})
        else:
            reader.take(tag)


class _OdfRow:
    """Collects the cells of one row."""

    def __init__(self, *, hidden: bool = False) -> None:
        self.cells: list[str] = []
        self.hidden = hidden
        self._words: list[str] = []
        self._repeat = 1
        self._inside = False

    def take(self, tag: Tag) -> None:
        """A cell's tag, or one inside a cell."""
        if tag.name in {"table-cell", "covered-table-cell"}:
            self._cell(tag)
            return
        if not self._inside:
            return
        if tag.name == "s" or (tag.name == "p" and tag.closing):
            self._words.append(" ")
        self._words.append(tag.text)

    def _cell(self, tag: Tag) -> None:
        if not tag.closing:
            count = attribute(tag, "number-columns-repeated")
            # Blank cells fill up to column 1,024 of 16,384; more than fifty times the same is no data.
            self._repeat = min(int(count), 50) if count.isdecimal() and len(count) < 9 else 1  # noqa: PLR2004
            self._words = []
        if tag.closing or tag.empty:
            self.cells += ["".join(self._words).strip()] * self._repeat
        self._inside = not tag.closing and not tag.empty


def _without_notes(found: Iterable[Tag]) -> Iterator[Tag]:
    inside = False
    for tag in found:
        if tag.name == "annotation" and not tag.empty:
            inside = not tag.closing
        elif not inside:
            yield tag


def _annotations(content: bytes) -> Iterator[Tag]:
    inside = False
    for tag in tags(content):
        if tag.name == "annotation":
            inside = not tag.closing
        elif inside:
            yield tag
