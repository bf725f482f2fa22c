"""Cells: rows and strings of a workbook that are written as Excel and its like write them, found at once; all else stays as it is."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mail.text_of._references import beyond_ascii

_CELL = (
    r'<c(?: r="{}[A-Z]{{1,3}}{}[0-9]{{1,7}}")?(?: s="{}[0-9]{{1,6}}{}")?(?: t="{}[A-Za-z]{{1,9}}{}")?'
    r'(?:/>|>(?:<v>{}[^<]*{}</v>|<is><t(?: xml:space="preserve")?>{}[^<]*{}</t></is>)?</c>)'
)
# Possessive: what does not fit is found out once.
_ROW = re.compile(rf"\s{{0,20}}<row((?: [^<>]*)?)(?<!/)>((?:{_CELL.format(*[''] * 10)})*+)")
_CELLS = re.compile(_CELL.format(*["(", ")"] * 5))


_STRING = re.compile(r'\s{0,20}<si><t(?: xml:space="preserve")?>([^<]*)</t>')


class NeatRow(NamedTuple):
    """A row whose cells are all as expected."""

    attributes: str
    cells: list[tuple[str, str, str, str, str]]
    """Letters of the column, style, kind, value, and the text of one that holds its own."""


class NeatString(str):
    """A shared string that is not cut into runs."""

    __slots__ = ()


def strings(text: str) -> Iterator[str]:
    """Shared strings, and the pieces between that are something else."""
    if "<!" in text:
        yield text
        return
    *pieces, tail = beyond_ascii(text).split("</si>")
    for piece in pieces:
        found = _STRING.fullmatch(piece)
        yield NeatString(found[1]) if found else f"{piece}</si>"
    yield tail


def rows(text: str) -> Iterator[NeatRow | str]:
    """Rows, and the pieces between that are something else, in order; joined they would be the text."""
    if "<!" in text:
        yield text  # comments may hide the end of a row
        return
    *pieces, tail = beyond_ascii(text).split("</row>")
    for piece in pieces:
        found = _ROW.fullmatch(piece)
        yield NeatRow(found[1], _CELLS.findall(found[2])) if found else f"{piece}</row>"
    yield tail
