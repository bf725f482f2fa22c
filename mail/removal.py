"""removal: files taken out of a message, as byte ranges; every other octet stays as it came.

In the place of each stands a small text that says so: a multipart keeps its parts, their order and their number. What two readers
could cut in two ways is not touched.
"""

import base64
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from mail import boundaries
from mail.content_fields import IDENTITY, Kind, read_kind
from mail.headers import Headers
from mail.patch import Patch, applied

_WORDS = (
    "差出人がこのファイルを取り除いて送信しました。\r\nThe sender removed this file before the message was sent.\r\n"
)
NOTE = (
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: inline\r\n"
    b"\r\n" + b"\r\n".join(base64.encodebytes(_WORDS.encode()).split())
)
"""What stands there instead, in both languages (who reads it is not known) and without the name, which may say too much itself."""
_DEPTH, _PARTS, _HEADER = 20, 500, 32 * 1024
_CRLF = b"\r\n"

_OPEN = frozenset({"mixed", "related", "alternative"})
"""Kinds of multipart below which a part may change: none that is signed, encrypted or a report (RFC 1847, 6522), none nobody knows."""

Place = tuple[int, int]
"""Where a part stands with its header, without the line ends that belong to the delimiters (RFC 2046 5.1.1)."""


class _DoubtError(Exception):
    """Somebody could find other parts in it."""


def removable(content: bytes) -> Mapping[str, Place]:
    """The files that can be taken out, by name, and where they stand; no name that two parts share.

    A file is a named part of a multipart/mixed, or one of a multipart/related that is not its root; what is signed, encrypted or
    one of several alternatives is none.
    """
    try:
        parts = list(_parts(content, 0, len(content)))
    except _DoubtError:
        return {}
    times = Counter(name for name, _ in parts)
    return {name: place for name, place in parts if place and name and times[name] == 1}


def without_files(content: bytes, names: Collection[str]) -> bytes | None:
    """The content with `NOTE` where these files stood; None where one of them cannot be taken out without doubt."""
    found = removable(content)
    if not found.keys() >= set(names):
        return None
    patches: list[Patch] = [(*found[name], NOTE) for name in names]
    made = applied(content, patches)
    return made if removable(made).keys() == found.keys() - set(names) else None


def _parts(
    content: bytes, start: int, end: int, depth: int = 0, *, is_file: bool = False, fixed: bool = False
) -> Iterator[tuple[str, Place | None]]:
    """Every leaf below: its name, and its place if it can be taken out.

    `is_file`: it stands where a file may stand. `fixed`: all of it has to stay as it is.
    """
    headers = Headers(content, _HEADER, start, end)
    kind, defects = read_kind(headers, "text/plain")
    if defects or headers.defects or headers.over or headers.cut_short or kind.doubt:
        raise _DoubtError
    if not kind.is_multipart:
        yield kind.name, (start, end) if is_file and not fixed and kind.name else None
        return
    if kind.encodings != IDENTITY or len(kind.boundaries) != 1 or depth >= _DEPTH:
        raise _DoubtError
    subtype = kind.type.value.removeprefix("multipart/")
    fixed = fixed or subtype not in _OPEN
    for number, (begins, ends) in enumerate(_cut(content, kind, headers.body_start, end)):
        may = subtype == "mixed" or (subtype == "related" and number > 0 and not kind.type.first("start"))
        yield from _parts(content, begins, ends, depth + 1, is_file=may, fixed=fixed)


def _cut(content: bytes, kind: Kind, start: int, end: int) -> Iterator[Place]:
    """Where the parts of a multipart stand, if it is cut as written and ends as it should."""
    cuts = boundaries.cuts(content, start, end, kind.boundaries, _PARTS)
    closing = [cut.closes for cut in cuts]
    if not cuts or len(cuts) == _PARTS or closing != [False] * (len(cuts) - 1) + [True]:
        raise _DoubtError
    for number, cut in enumerate(cuts[:-1]):
        until = cuts[number + 1].begins
        whole = content[cut.behind - 2 : cut.behind] == _CRLF and content[until : until + 2] == _CRLF
        if cut.bare_cr or not whole or cut.behind > until:
            raise _DoubtError
        yield cut.behind, until
