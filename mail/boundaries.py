"""boundaries: where a multipart falls into its parts (RFC 2046 5.1.1), by every boundary that it can be read to name."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

_LINE_REST = re.compile(rb"(--)?[ \t]{0,200}(\r\n|\n|\r|\Z)")
_GUESS = re.compile(rb"(?:\A|[\r\n])--([^\s-][^\r\n]{0,199}?)[ \t]{0,80}\r?\n")
_GUESSED_IN = 64 * 1024
_LINE = re.compile(rb"(?m)^--")
_OF_MIME = re.compile(rb"(?mi)^[ \t>]{0,80}content-[a-z-]{1,40}[ \t]{0,80}:")
_CR = 0x0D
_LONGEST = 1000


class Cut(NamedTuple):
    """A delimiter line."""

    begins: int
    """Where the line end in front of it stands: that belongs to the delimiter."""
    behind: int
    closes: bool
    bare_cr: bool


def cuts(content: bytes, start: int, end: int, boundaries: Iterable[str], most: int = 2000) -> list[Cut]:
    """The delimiter lines of all these boundaries, in their order; of each at most so many."""
    found: dict[int, Cut] = {}
    for boundary in dict.fromkeys(boundaries):
        if boundary.strip():
            for cut in islice(_delimiters(content, boundary.encode("utf-8", "replace"), start, end), most):
                found.setdefault(cut.begins, cut)
    return [found[begins] for begins in sorted(found)]


def guessed(content: bytes, start: int, end: int, most: int = 2000) -> list[Cut]:
    """By the first line that looks like a delimiter: quotes of the wrong kind, broken syntax, or a program that forgot to say."""
    found = _GUESS.search(content, start, min(end, start + _GUESSED_IN))
    return list(islice(_delimiters(content, found[1], start, end), most)) if found else []


def may_hold_parts(content: bytes, start: int, end: int) -> bool:
    """Whether somebody else could find parts where no boundary was found."""
    return _LINE.search(content, start, end) is not None or _OF_MIME.search(content, start, end) is not None


def _delimiters(content: bytes, boundary: bytes, start: int, end: int) -> Iterator[Cut]:
    """RFC 2046 5.1.1: CRLF "--" boundary, white space, CRLF; lenient about which line end."""
    mark = b"--" + boundary.rstrip()[:_LONGEST]
    at = content.find(mark, start, end)
    while at >= 0:
        behind = at + len(mark)
        rest = _LINE_REST.match(content, behind, end)
        if rest and (at == start or content[at - 1] in b"\r\n"):
            begins = at
            if at > start:
                begins -= 2 if content[max(start, at - 2) : at] == b"\r\n" else 1
            bare = rest[2] == b"\r" or (at > start and content[at - 1] == _CR)
            yield Cut(begins, rest.end(), rest[1] is not None, bare)
        at = content.find(mark, behind, end)
