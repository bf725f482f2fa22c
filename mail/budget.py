"""Budget: how much one message may cost to read, and the count of what it has cost so far.

A limit that is passed is said (`Lost("limit")`), it never shortens what was read in silence.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits for one message; octets where nothing else is said."""

    depth: int = 20
    """Multiparts and attached messages inside one another."""
    parts: int = 1000
    """Leaves of the MIME tree and files inside files, together."""
    header: int = 256 * 1024
    """One header section; a thousand recipients in To fit. In the event loop only 32 KiB are read (`read_small`)."""
    archive_depth: int = 6
    members: int = 2000
    """Members of all archives of the message, together."""
    inflated: int = 200 * MIB
    member: int = 64 * MIB
    ratio: int = 200
    """Inflated to packed, looked at from 1 MiB inflated on: below that even blanks do no harm."""
    characters: int = 64 * MIB
    cells: int = 2_000_000
    """Cells of all tables and lines of all texts, together. Blank lines count, too, as long as there is room for them."""


DEFAULT = Budget()


class OverBudgetError(Exception):
    """A limit was passed; `what` names it for people."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(slots=True)
class Spending:
    """What one message has cost so far. Every method raises OverBudgetError when the limit is passed."""

    budget: Budget = DEFAULT
    parts: int = 0
    members: int = 0
    inflated: int = 0
    characters: int = 0
    cells: int = 0
    mime_depth: int = 0
    """How many messages we are inside at the moment; kept by who goes in and comes out, as the next one."""
    archive_depth: int = 0
    native: Callable[[], AbstractContextManager[None]] = nullcontext
    """Round what a library in native code does, which only the end of the process can stop: see `mail.message.Course`."""

    def part(self) -> None:
        """One more leaf is about to be read."""
        self.parts += 1
        if self.parts > self.budget.parts:
            raise OverBudgetError("parts")

    def member(self) -> None:
        """One more member of an archive is about to be unpacked."""
        self.members += 1
        if self.members > self.budget.members:
            raise OverBudgetError("members")

    def inflate(self, octets: int) -> None:
        """So many octets came out of an archive."""
        self.inflated += octets
        if self.inflated > self.budget.inflated:
            raise OverBudgetError("inflated")

    def text(self, characters: int) -> None:
        """So much text is about to be cut into blocks."""
        self.characters += characters
        if self.characters > self.budget.characters:
            raise OverBudgetError("characters")

    def has_room(self, cells: int) -> bool:
        """Whether one more row of so many cells would stay within the limit."""
        return self.cells + cells <= self.budget.cells

    def row(self, cells: int = 1) -> None:
        """One more row of so many cells."""
        self.cells += cells
        if self.cells > self.budget.cells:
            raise OverBudgetError("cells")
