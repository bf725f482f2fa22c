"""OpenDocument spreadsheets: every sheet a table, hidden sheets and rows marked, comments apart."""

import re
from collections.abc import Iterable, Iterator

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._dull import NEAT
from mail.text_of._flow import ODF, flow
from mail.text_of._package import Package
from mail.text_of._tables import Row, table
from mail.text_of._xml import Tag, attribute, tags
from mail.text_of.office import other_members

# A cell that holds a paragraph and nothing else (ODF 1.3 part 3, 9.1.4), as all programs write it.
_CELL = re.compile(
    rb'<table:table-cell((?: [^<>]*+)?)(?<!/)><text:p(?: text:style-name="[A-Za-z]{0,12}[0-9]{0,4}")?>([^<]*+)</text:p></table:table-cell>'
)


def opendocument(package: Package, spending: Spending) -> list[Block]:
    """All sheets, then comments, what lies on the sheets, headers and footers, properties, objects."""
    content = package.xml("content.xml")
    unseen = _hidden_styles(content)
    blocks: list[Block] = []
    rows: list[Row] = []
    hidden_rows: set[int] = set()
    title, hidden = "", False
    aside: list[Tag] = []
    end = Tag("table", "", "", "", True, False)  # of a table that is never closed
    for tag, row, row_hidden in (*_odf_rows(tags(_without_dull(content), package.rest), aside), (end, (), False)):
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
    blocks += flow(_annotations(content), spending, package.rest, ODF, where="comments", hidden=True)
    blocks += flow(aside, spending, package.rest, ODF, where="drawings", hidden=True)
    blocks += package.flow("styles.xml", ODF, where="header, footer", hidden=True)
    return [*blocks, *other_members(package)]


def _without_dull(content: bytes) -> bytes:
    """The same with such a cell as one tag, the text behind it; comments could hide where an element ends."""
    return content if b"<!" in content else _CELL.sub(_neat, content)


def _neat(cell: re.Match[bytes]) -> bytes:
    return b"<%s%s>%s" % (NEAT.encode(), cell[1], cell[2])


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


def _odf_rows(found: Iterable[Tag], aside: list[Tag]) -> Iterator[tuple[Tag | None, Row, bool]]:
    """(the tag of a table or None, a row or (), whether the row is hidden); a repeated row is read once.

    Text outside of cells, as in text boxes and tracked changes, goes to `aside`.
    """
    reader = _OdfRow(aside)
    for tag in _without_notes(found):
        if tag.name == "table":
            yield tag, (), False
            reader.keep(tag)
        elif tag.name == "table-row":
            if any(reader.finished()):
                yield None, tuple(reader.cells), reader.hidden
            reader = _OdfRow(aside, hidden=not tag.closing and attribute(tag, "visibility") in {"collapse", "filter"})
            reader.keep(tag)
        else:
            reader.take(tag)
    if any(reader.finished()):
        yield None, tuple(reader.cells), reader.hidden


class _OdfRow:
    """Collects the cells of one row."""

    def __init__(self, aside: list[Tag], *, hidden: bool = False) -> None:
        self.cells: list[str] = []
        self.hidden = hidden
        self._aside = aside
        self._words: list[str] = []
        self._repeat = 1
        self._inside = False

    def take(self, tag: Tag) -> None:
        """A cell's tag, one inside a cell, or one beside the cells."""
        if tag.name == NEAT:
            self.finished()
            self.cells += [tag.text.strip()] * _repeat(tag)
        elif tag.name in {"table-cell", "covered-table-cell"}:
            self._cell(tag)
        elif not self._inside:
            self.keep(tag)
        else:
            if tag.name == "s" or (tag.name == "p" and tag.closing):
                self._words.append(" ")
            self._words.append(tag.text)

    def keep(self, tag: Tag) -> None:
        """Put aside what is beside the cells, where it is text or ends a paragraph."""
        if tag.name in ODF.paragraph or (tag.text and not tag.text.isspace()):
            self._aside.append(tag)

    def finished(self) -> list[str]:
        """All cells, the one that was never closed too."""
        if self._inside:
            self.cells += ["".join(self._words).strip()] * self._repeat
            self._inside = False
        return self.cells

    def _cell(self, tag: Tag) -> None:
        self.finished()
        if not tag.closing:
            self._repeat = _repeat(tag)
            self._words = [tag.text]
            self._inside = True
        elif tag.text:
            self.keep(tag)
        if tag.empty:
            self._words = []
            self.finished()
            self.keep(tag)


def _repeat(tag: Tag) -> int:
    """Blank cells fill up to column 1,024 of 16,384; more than fifty times the same is no data."""
    count = attribute(tag, "number-columns-repeated") if tag.attributes else ""
    return min(int(count), 50) if count.isdecimal() and len(count) < 9 else 1  # noqa: PLR2004


def _without_notes(found: Iterable[Tag]) -> Iterator[Tag]:
    inside = False
    for tag in found:
        if tag.name == "annotation" and not tag.empty:
            inside = not tag.closing
        elif not inside:
            yield tag


def _annotations(content: bytes) -> Iterator[Tag]:
    inside = False
    for tag in tags(content) if b"annotation" in content else ():
        if tag.name == "annotation":
            inside = not tag.closing
        elif inside:
            yield tag
