"""How the text of a Word file is formatted (MS-DOC 2.4.6): which paragraph marks end cells and rows, what is hidden or deleted."""

import struct
from collections.abc import Iterator
from itertools import pairwise

from mail.text_of._story import CELL, CELL_LINE, INNER_CELL, INNER_LINE, INNER_ROW, ROW_END

Ranges = list[tuple[int, int]]
Marks = dict[int, dict[str, str]]

_PAGE, _MOST_RUNS = 512, 101
# MS-DOC 2.6.1, 2.6.2.
_DEPTH, _IN_TABLE, _ROW_MARK, _INNER_CELL, _INNER_ROW, _TABLE = 0x6649, 0x2416, 0x2417, 0x244B, 0x244C, 0xD608
_HUGE = frozenset({0x6645, 0x6646})
_UNSEEN = frozenset({0x0800, 0x083C, 0x0818})
_OPERAND = (1, 1, 2, 4, 2, 2, 0, 3)
# The same in the octets of Word 6, whose codes have no length in them: in a table, end of a row.
_IN_TABLE_95, _ROW_95 = b"\x18\1", b"\x18\1\x19\1"
_INFO_97, _INFO_95 = 13, 7
# What a mark stands for, by what it is; one of each, for there are as many as paragraphs.
_NOTHING: dict[str, str] = {}
_LINE, _ONLY_ROW, _ROW = {"\r": CELL_LINE}, {CELL: ROW_END}, {CELL: ROW_END, "\r": CELL_LINE}
_INNER_ROW_MARK, _INNER_CELL_MARK, _INNER_LINE_MARK = {"\r": INNER_ROW}, {"\r": INNER_CELL}, {"\r": INNER_LINE}


def unseen(stream: bytes, plc: bytes) -> Ranges:
    """Where hidden and deleted text of Word 97 stands, in order and apart from one another."""
    found: Ranges = []
    for page, places in _pages(stream, plc, 4):
        at = 4 * len(places)
        for number, (start, end) in enumerate(pairwise(places)):
            offset = page[at + number] * 2 if at + number < _PAGE else 0
            grpprl = page[offset + 1 : offset + 1 + page[offset]] if offset else b""
            if start < end and any(code in _UNSEEN and operand[:1] == b"\1" for code, operand in _sprms(grpprl)):
                found.append((start, end))
    found.sort()
    joined: Ranges = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def marks(stream: bytes, plc: bytes, *, is_97: bool) -> Marks:
    """Offset behind a paragraph of a table → what its mark stands for, by what that mark is."""
    found: Marks = {}
    size = _INFO_97 if is_97 else _INFO_95
    for page, places in _pages(stream, plc, 4 if is_97 else 2):
        if not is_97 and _IN_TABLE_95 not in page:
            continue
        for number, end in enumerate(places[1:]):
            at = 4 * len(places) + size * number
            offset = page[at] * 2 if at < _PAGE else 0
            if offset and (mark := _paragraph_97(page, offset) if is_97 else _paragraph_95(page, offset)):
                found[end] = mark
    return found


def _pages(stream: bytes, plc: bytes, size: int) -> Iterator[tuple[bytes, tuple[int, ...]]]:
    """Each page of properties once, and the offsets its runs begin and end at (MS-DOC 2.9.33)."""
    count = max(0, len(plc) - 4) // (4 + size)
    first = 4 * (count + 1)
    known: set[int] = set()
    for at in range(first, first + size * count, size):
        number = int.from_bytes(plc[at : at + size], "little") & 0x3FFFFF
        page = stream[number * _PAGE : (number + 1) * _PAGE]
        if len(page) == _PAGE and number not in known and page[-1] <= _MOST_RUNS:
            known.add(number)
            yield page, struct.unpack_from(f"<{page[-1] + 1}I", page)


def _paragraph_95(page: bytes, offset: int) -> dict[str, str]:
    grpprl = page[offset + 1 : offset + 1 + 2 * page[offset]]
    return _ONLY_ROW if _ROW_95 in grpprl else _LINE if _IN_TABLE_95 in grpprl else _NOTHING


def _paragraph_97(page: bytes, offset: int) -> dict[str, str]:
    size = 2 * page[offset] - 1
    if size < 0:
        offset += 1
        size = 2 * page[offset] if offset < _PAGE else 0
    changes = dict(_sprms(page[offset + 3 : offset + 1 + size]))
    codes = {code for code, operand in changes.items() if operand[:1] != b"\0" or code in _HUGE}
    if _INNER_ROW in codes:
        return _INNER_ROW_MARK
    if _INNER_CELL in codes:
        return _INNER_CELL_MARK
    if not codes.isdisjoint({_ROW_MARK, _TABLE, *_HUGE}):
        return _ROW if _IN_TABLE in codes else _ONLY_ROW
    if changes.get(_DEPTH, b"")[:1] > b"\1":
        return _INNER_LINE_MARK
    return _LINE if _IN_TABLE in codes else _NOTHING


def _sprms(grpprl: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and operand of each change of format (MS-DOC 2.2.5.1)."""
    at = 0
    while at + 2 < len(grpprl):
        code = grpprl[at] | grpprl[at + 1] << 8
        at += 2
        size = _OPERAND[code >> 13]
        if size:
            yield code, grpprl[at : at + size]
        else:
            size = 1 + (grpprl[at] if code != _TABLE else int.from_bytes(grpprl[at : at + 2], "little"))
            yield code, grpprl[at + 1 : at + size]
        at += size
