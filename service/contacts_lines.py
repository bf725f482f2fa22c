"""Contacts line by line: a line is read up to what a contact can have, and the rest of it passed over, however long it is."""

from collections.abc import Iterator
from typing import TextIO

LONGEST = 10_000
"""Characters that are read of a line; longer ones are no contacts."""


def bounded(file: TextIO) -> Iterator[tuple[str, bool]]:
    """The lines with their ends, and whether something of it was passed over."""
    while line := file.readline(LONGEST):
        cut = False
        if not _ended(line):
            while rest := file.readline(LONGEST):
                cut = cut or bool(rest.strip("\r\n"))
                if _ended(rest):
                    break
            line += "\n"
        yield line, cut


def _ended(line: str) -> bool:
    return line[-1] in "\r\n"
