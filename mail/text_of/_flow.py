"""Tags of a text document → blocks: paragraphs, and tables whose rows stay rows; for OOXML and ODF alike."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._dull import NEAT
from mail.text_of._rest import Rest
from mail.text_of._tables import Row, lines, table
from mail.text_of._xml import Matters, Tag, attribute

_MAX_TABLES = 50
_PATH = "textpath"
WATERMARK = "watermark"
"""Text along a path (ECMA-376 part 4, 14.1.2.23): how Word writes one across the page."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which elements mean what, by local name."""

    paragraph: frozenset[str]
    text: frozenset[str]
    """Elements whose text counts; empty: all text does."""
    table: str
    row: str
    cell: frozenset[str]
    breaks: frozenset[str] = frozenset()
    blanks: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    """Elements whose text is not shown, with all that is in them: what it says anew is left to the rest."""
    apart: frozenset[str] = frozenset()
    """Elements whose text is hidden: deleted text, notes."""
    each: bool = False
    """Every element is a paragraph: data that are not prose."""

    matters: Matters = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Tags are remembered for as long as the dialect is there."""
        object.__setattr__(self, "matters", Matters(self._matters))

    def _matters(self, name: str, closing: bool, empty: bool) -> bool:
        """Whether a tag does something here; see `Flow`."""
        if self.each or name in self.text or name in self.skip or name in self.apart or name == self.table:
            return True
        if name in self.paragraph or name == self.row:
            return closing or empty
        return not closing and (name in self.cell or name in self.breaks or name in self.blanks or name == _PATH)


class Flow:
    """Collects blocks while tags go by."""

    def __init__(self, dialect: Dialect, spending: Spending, rest: Rest, where: str, *, hidden: bool) -> None:
        self._d = dialect
        self._spending = spending
        self._rest = rest
        self._where = where
        self._hidden = hidden
        self._lines: list[str] = []
        self._words: list[str] = []
        self._apart: list[str] = []
        self._tables: list[list[list[str]]] = []
        self._cells: list[list[str]] = []
        self._skipped: list[str] = []
        self._unseen: list[Tag] = []
        self._apart_in = ""
        self._watermarks: list[str] = []
        self._counts = False
        self.blocks: list[Block] = []

    def read(self, found: Iterable[Tag]) -> tuple[Block, ...]:
        """All blocks of the document."""
        for tag in found:
            self._tag(tag)
        self._close_paragraph()
        while self._tables:
            self._close_table()
        self._flush()
        self.blocks += lines(self._watermarks, self._spending, where=WATERMARK, hidden=self._hidden)
        if self._apart:
            self.blocks += lines("".join(self._apart).splitlines(), self._spending, where=self._where, hidden=True)
        if self._unseen:
            whole = replace(self._d, skip=frozenset())
            for block in Flow(whole, self._spending, self._rest, self._where, hidden=True).read(self._unseen):
                self._rest.text("\n".join(" ".join(row) for row in (block.header, *block.rows)))
        return tuple(self.blocks)

    def _tag(self, tag: Tag) -> None:
        name, d = tag.name, self._d
        if name == NEAT:
            self._neat(tag.text)
            return
        if self._skipped:
            self._pass_by(tag)
            if name == self._skipped[0] and not tag.empty:
                self._skipped.pop() if tag.closing else self._skipped.append(name)
            return
        if name in d.skip and not tag.closing and not tag.empty:
            self._skipped.append(name)
            self._pass_by(tag)
            return
        if name in d.apart and not tag.empty:
            self._apart_in = "" if tag.closing else name
        if name not in d.text:
            self._structure(tag)
        else:
            self._counts = not tag.closing and not tag.empty
        if self._counts and tag.closing and name in d.paragraph:
            self._counts = False  # nothing of it goes on behind its paragraph
        if self._counts or not d.text:
            self._add(tag.text)
        elif tag.text:
            self._rest.text(tag.text)

    def _neat(self, text: str) -> None:
        """A cell and its first paragraph at once."""
        if self._tables and not (self._words or self._skipped or self._apart_in):
            self._spending.text(len(text))
            self._cells[-1].append(text.strip())
            self._counts = False
            return
        for name, behind, closing in (("tc", "", False), ("t", text, False), ("p", "", True)):
            self._tag(Tag(name, "", "", behind, closing=closing, empty=False))

    def _pass_by(self, tag: Tag) -> None:
        """Remember of what is skipped the text, and what cuts it into lines."""
        d = self._d
        if tag.text or tag.name in d.text or tag.name in d.paragraph or tag.name in d.cell or tag.name == d.row:
            self._unseen.append(tag)

    def _structure(self, tag: Tag) -> None:
        name, d = tag.name, self._d
        if name in d.breaks and not tag.closing:
            self._add("\n" if name in {"br", "cr", "line-break"} else "\t")
        elif name in d.blanks and not tag.closing:
            count = attribute(tag, "c")
            self._add(" " * min(int(count), 100) if count.isdecimal() and len(count) < 5 else " ")  # noqa: PLR2004
        elif name == _PATH and not tag.closing:
            self._watermarks.append(attribute(tag, "string"))
        elif d.each or (name in d.paragraph and (tag.closing or tag.empty)):
            self._close_paragraph()
        elif name == d.table and not tag.empty and len(self._tables) < _MAX_TABLES:
            self._close_paragraph()
            if not tag.closing:
                self._flush()
                self._tables.append([])
                self._cells.append([])
            elif self._tables:
                self._close_table()
        elif name == d.row and self._tables and tag.closing:
            self._tables[-1].append(self._cells[-1])
            self._cells[-1] = []
        elif name in d.cell and self._tables and not tag.closing:
            self._close_paragraph()
            self._cells[-1].append("")

    def _add(self, text: str) -> None:
        if not text:
            return
        if self._apart_in:
            self._apart.append(text)
        else:
            self._words.append(text)

    def _close_paragraph(self) -> None:
        if self._apart_in or (self._apart and self._apart[-1] != "\n"):
            self._apart.append("\n")  # what was deleted ends with its paragraph, too
        if self._apart_in:
            return
        if not self._words and self._tables and self._cells[-1]:
            return
        text = "".join(self._words).strip()
        self._words.clear()
        self._spending.text(len(text))
        if self._tables and self._cells[-1]:
            cell = self._cells[-1][-1]
            self._cells[-1][-1] = f"{cell}\n{text}" if cell and text else cell or text
        else:
            self._lines += text.split("\n") if "\n" in text else [text]

    def _close_table(self) -> None:
        rows: list[Row] = [tuple(row) for row in self._tables.pop() if any(row)]
        rows += [tuple(left) for left in (self._cells.pop(),) if any(left)]
        if rows and max(len(row) for row in rows) == 1:  # a table for the layout only: its cells are paragraphs
            for (cell,) in rows:
                self.blocks += lines(cell.split("\n"), self._spending, where=self._where, hidden=self._hidden)
        else:
            self.blocks += table(rows, self._spending, where=self._where, hidden=self._hidden)

    def _flush(self) -> None:
        self.blocks += lines(self._lines, self._spending, where=self._where, hidden=self._hidden)
        self._lines = []


OOXML = Dialect(
    paragraph=frozenset({"p", "comment"}),  # a sheet's comments have no paragraphs of their own
    text=frozenset({"t", "delText", "instrText", "v", "oddHeader", "oddFooter", "evenHeader", "evenFooter"}),
    table="tbl",
    row="tr",
    cell=frozenset({"tc"}),
    breaks=frozenset({"br", "cr", "tab", "noBreakHyphen"}),
    skip=frozenset({"Fallback", "tblPr", "pPr", "rPr", "sectPr", "instrText", "rPh"}),
    apart=frozenset({"del", "moveFrom"}),
)
ODF = Dialect(
    paragraph=frozenset({"p", "h"}),
    text=frozenset(),
    table="table",
    row="table-row",
    cell=frozenset({"table-cell", "covered-table-cell"}),
    breaks=frozenset({"line-break", "tab"}),
    blanks=frozenset({"s"}),
    apart=frozenset({"annotation", "deletion", "tracked-changes", "notes"}),
)
"""Everything that is text counts in ODF; white space between elements falls away with the paragraphs."""
ANY = Dialect(frozenset(), frozenset(), "", "", frozenset(), each=True)
"""Properties, relations, XML of other programs."""


def flow(
    found: Iterable[Tag],
    spending: Spending,
    rest: Rest,
    dialect: Dialect = OOXML,
    *,
    where: str = "",
    hidden: bool = False,
) -> tuple[Block, ...]:
    """Blocks of one XML document; what the dialect does not show goes to the rest."""
    return Flow(dialect, spending, rest, where, hidden=hidden).read(found)
