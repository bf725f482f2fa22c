"""Where the text of a Word file is (MS-DOC 2.4.1): its pieces in their order, its parts, and which characters are special."""

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mail.text_of._biff import decoded
from mail.text_of._story import CELL, CELL_LINE, INNER_CELL, INNER_LINE, INNER_ROW, ROW_END

WORD_97 = 0xC1
_ENCRYPTED, _COMPLEX, _SECOND_TABLE, _WIDE_95 = 0x0100, 0x0004, 0x0200, 0x1000
_PAGE = 512
# Pairs of offset and size in the FIB of Word 97 and of Word 6 (MS-DOC 2.5.6).
_AT_97 = {"characters": 250, "paragraphs": 258, "pieces": 418}
_AT_95 = {"characters": 0xB8, "paragraphs": 0xC0, "pieces": 0x160}
_STORIES_97, _STORIES_95 = 76, 52
_COMPRESSED = 0x40000000
STORIES = ("", "footnotes", "header, footer", "macros", "comments", "endnotes", "text box", "text box in header")
# MS-LCID: which code page the 8-bit text of Word 6 and 95 is in, by the primary language.
_CODECS = {
    **{0x11: "cp932", 0x12: "cp949", 0x04: "gb18030", 0x08: "cp1253", 0x0D: "cp1255", 0x01: "cp1256", 0x1F: "cp1254"},
    **dict.fromkeys((0x19, 0x22, 0x23, 0x02), "cp1251"),
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x24), "cp1250"),
    **dict.fromkeys((0x25, 0x26, 0x27), "cp1257"),
    0x1E: "cp874",
}
# MS-DOC 2.6.1, 2.6.2.
_DEPTH, _IN_TABLE, _ROW_MARK, _INNER_CELL, _INNER_ROW, _TABLE, _HUGE = 0x6649, 0x2416, 0x2417, 0x244B, 0x244C, 0xD608, (0x6645, 0x6646)
_UNSEEN = frozenset({0x0800, 0x083C, 0x0818})
_OPERAND = (1, 1, 2, 4, 2, 2, 0, 3)
_LAST_ROW_95 = b"\x18\1\x19\1"
_IN_TABLE_95 = b"\x18\1"


class Piece(NamedTuple):
    """A run of text: the characters [start, end) stand at `offset`, each of `width` octets."""

    start: int
    end: int
    offset: int
    width: int
    codec: str


class Pieces:
    """The text of one file. `sound` is False where the table of pieces makes no sense."""

    def __init__(self, stream: bytes, table: Callable[[str], bytes | None]) -> None:
        self._stream = stream
        self.flags = self._u16(10)
        self.is_97 = self._u16(2) >= WORD_97 and stream[:1] == b"\xec"
        self.encrypted = self.flags & _ENCRYPTED != 0
        self.sound = True
        self._at = _AT_97 if self.is_97 else _AT_95
        self._table = stream
        if self.is_97 and not self.encrypted:
            names = ("1Table", "0Table") if self.flags & _SECOND_TABLE else ("0Table", "1Table")
            self._table = table(names[0]) or table(names[1]) or b""
        self.pieces = [] if self.encrypted else list(self._pieces())
        self.sound &= bool(self.pieces) or self.encrypted
        self._marks = self._paragraphs() if self.pieces else {}
        self._mark_places = sorted(self._marks)
        self._unseen = self._characters() if self.pieces and self.is_97 else []

    def stories(self) -> Iterator[tuple[str, str, str]]:
        """Name, text and hidden text of every part; what belongs to none comes last."""
        at = _STORIES_97 if self.is_97 else _STORIES_95
        lengths = struct.unpack_from("<8i", self._stream.ljust(at + 32, b"\0"), at)
        end = max((piece.end for piece in self.pieces), default=0)
        self.sound &= all(length >= 0 for length in lengths) and sum(lengths) <= end
        start = 0
        for name, length in zip((*STORIES, "behind the text"), (*lengths, end), strict=True):
            stop = min(start + max(length, 0), end)
            if start < stop:
                yield name, *self._text(start, stop)
            start = stop

    def table(self) -> bytes:
        """The stream with everything that is not text."""
        return self._table if self.is_97 else b""

    def besides(self) -> bytes:
        """The stream without the pieces."""
        left = bytearray(self._stream)
        for piece in self.pieces:
            size = (piece.end - piece.start) * piece.width
            stop = min(piece.offset + size, len(left))
            left[piece.offset : stop] = bytes(max(0, stop - piece.offset))
        return bytes(left)

    def _u16(self, at: int) -> int:
        return int.from_bytes(self._stream[at : at + 2], "little")

    def _found(self, name: str) -> bytes:
        offset, size = struct.unpack_from("<II", self._stream.ljust(self._at[name] + 8, b"\0"), self._at[name])
        return self._table[offset : offset + size]

    def _pieces(self) -> Iterator[Piece]:
        clx = self._found("pieces") if self.is_97 or self.flags & _COMPLEX else b""
        at = 0
        while clx[at : at + 1] == b"\1":  # MS-DOC 2.9.38: changes of format come first
            at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
        if clx[at : at + 1] == b"\2":
            yield from self._listed(clx[at + 5 : at + 5 + int.from_bytes(clx[at + 1 : at + 5], "little")])
        elif not self.is_97:
            first, last = struct.unpack_from("<II", self._stream.ljust(32, b"\0"), 24)
            width = 2 if self.flags & _WIDE_95 and self._stream[first : first + 64].count(0) else 1
            yield Piece(0, max(0, min(last, len(self._stream)) - first) // width, first, width, self._codec(width))

    def _listed(self, plc: bytes) -> Iterator[Piece]:
        count = max(0, len(plc) - 4) // 12
        places = struct.unpack_from(f"<{count + 1}I", plc.ljust(4, b"\0")) if plc else (0,)
        used = 0
        for number in range(count):
            offset = int.from_bytes(plc[4 * count + 6 + 8 * number :][:4], "little")
            width = 1
            if self.is_97:
                width = 1 if offset & _COMPRESSED else 2
                offset = (offset & ~_COMPRESSED) // (1 if width == 2 else 2)  # noqa: PLR2004
            start, end = places[number], places[number + 1]
            room = max(0, len(self._stream) - offset) // width
            used += max(0, end - start)
            self.sound &= start <= end <= start + room and used <= 2 * len(self._stream)
            if start < end and room and used <= 2 * len(self._stream):
                yield Piece(start, min(end, start + room), offset, width, self._codec(width))

    def _codec(self, width: int) -> str:
        if width == 2:  # noqa: PLR2004
            return "utf-16-le"
        return "cp1252" if self.is_97 else _CODECS.get(self._u16(6) & 0x3FF, "cp1252")

    def _text(self, start: int, stop: int) -> tuple[str, str]:
        seen: list[str] = []
        unseen: list[str] = []
        for piece in self.pieces:
            first, last = max(start, piece.start), min(stop, piece.end)
            if first >= last:
                continue
            offset = piece.offset + (first - piece.start) * piece.width
            end = offset + (last - first) * piece.width
            text = self._stream[offset:end].decode(piece.codec, "replace") if piece.width == 2 else decoded(self._stream[offset:end], piece.codec)  # noqa: PLR2004
            if len(text) == last - first:  # else pairs of octets: their places are not known
                text = self._marked(text, offset, piece.width)
                shown, hidden = self._parted(text, offset, piece.width)
                seen.append(shown)
                unseen += hidden
            else:
                seen.append(text)
        return "".join(seen), "\r".join(unseen)

    def _marked(self, text: str, offset: int, width: int) -> str:
        """With the marks told apart that end a row from those that end a cell."""
        places = self._mark_places
        first, last = bisect_right(places, offset), bisect_right(places, offset + len(text) * width)
        parts: list[str] = []
        done = 0
        for place in places[first:last]:
            at = (place - offset) // width - 1
            mark = self._marks[place].get(text[at]) if at >= done else None
            if mark:
                parts += (text[done:at], mark)
                done = at + 1
        return "".join((*parts, text[done:])) if parts else text

    def _parted(self, text: str, offset: int, width: int) -> tuple[str, list[str]]:
        """What is shown, and what is hidden or deleted."""
        seen: list[str] = []
        unseen: list[str] = []
        done = 0
        at = max(0, bisect_left(self._unseen, (offset, 0)) - 1)
        while at < len(self._unseen) and self._unseen[at][0] < offset + len(text) * width:
            first, last = ((max(place, offset) - offset) // width for place in self._unseen[at])
            at += 1
            first = max(first, done)
            if last <= first:
                continue
            hidden = text[first:last]
            seen += (text[done:first], "".join(c for c in hidden if c in _KEPT))
            unseen.append(hidden)
            done = min(last, len(text))
        return ("".join((*seen, text[done:])), unseen) if unseen else (text, unseen)

    def _pages(self, name: str) -> Iterator[tuple[bytes, tuple[int, ...]]]:
        """Each page of properties once, and the offsets its runs begin and end at (MS-DOC 2.9.33)."""
        plc, size = self._found(name), 4 if self.is_97 else 2
        count = max(0, len(plc) - 4) // (4 + size)
        known: set[int] = set()
        for number in range(count):
            raw = plc[4 * (count + 1) + size * number :][:size]
            page_number = int.from_bytes(raw, "little") & 0x3FFFFF
            page = self._stream[page_number * _PAGE : (page_number + 1) * _PAGE]
            if len(page) < _PAGE or page_number in known or page[-1] > 101:  # noqa: PLR2004 - MS-DOC 2.9.33
                continue
            known.add(page_number)
            yield page, struct.unpack_from(f"<{page[-1] + 1}I", page)

    def _characters(self) -> list[tuple[int, int]]:
        """Where hidden and deleted text is, in order."""
        found: list[tuple[int, int]] = []
        for page, places in self._pages("characters"):
            at = 4 * len(places)
            for number, (start, end) in enumerate(zip(places, places[1:], strict=False)):
                offset = page[at + number] * 2 if at + number < _PAGE else 0
                grpprl = page[offset + 1 : offset + 1 + page[offset]] if offset else b""
                if any(code in _UNSEEN and operand[:1] == b"\1" for code, operand in _sprms(grpprl)) and start < end:
                    found.append((start, end))
        found.sort()
        joined: list[tuple[int, int]] = []
        for start, end in found:
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(end, joined[-1][1])
            else:
                joined.append((start, end))
        return joined

    def _paragraphs(self) -> dict[int, dict[str, str]]:
        """Offset behind the mark of a paragraph in a table → what its mark stands for."""
        found: dict[int, dict[str, str]] = {}
        size = 13 if self.is_97 else 7
        for page, places in self._pages("paragraphs"):
            if not self.is_97 and _IN_TABLE_95 not in page:
                continue
            for number, end in enumerate(places[1:]):
                at = 4 * len(places) + size * number
                offset = page[at] * 2 if at < _PAGE else 0
                if offset and (marks := self._paragraph(page, offset)):
                    found[end] = marks
        return found

    def _paragraph(self, page: bytes, offset: int) -> dict[str, str]:
        if not self.is_97:
            grpprl = page[offset + 1 : offset + 1 + 2 * page[offset]]
            return {CELL: ROW_END} if _LAST_ROW_95 in grpprl else {"\r": CELL_LINE} if _IN_TABLE_95 in grpprl else {}
        size = 2 * page[offset] - 1
        if size < 0:
            offset += 1
            size = 2 * page[offset] if offset < _PAGE else 0
        changes = dict(_sprms(page[offset + 3 : offset + 1 + size]))
        codes = {code for code, operand in changes.items() if operand[:1] != b"\0" or code in _HUGE}
        if _INNER_ROW in codes:
            return {"\r": INNER_ROW}
        if _INNER_CELL in codes:
            return {"\r": INNER_CELL}
        if codes & {_ROW_MARK, _TABLE, *_HUGE}:
            return {CELL: ROW_END} | ({"\r": CELL_LINE} if _IN_TABLE in codes else {})
        if changes.get(_DEPTH, b"")[:1] > b"\1":
            return {"\r": INNER_LINE}
        return {"\r": CELL_LINE} if _IN_TABLE in codes else {}


_KEPT = frozenset({CELL, ROW_END, "\x13", "\x14", "\x15"})


def _sprms(grpprl: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and operand of each change of format (MS-DOC 2.2.5.1)."""
    at = 0
    while at + 2 < len(grpprl):
        code = grpprl[at] | grpprl[at + 1] << 8
        at += 2
        size = _OPERAND[code >> 13]
        if not size:
            size = 1 + grpprl[at] if code != _TABLE else 1 + int.from_bytes(grpprl[at : at + 2], "little")
            yield code, grpprl[at + 1 : at + size]
        else:
            yield code, grpprl[at : at + size]
        at += size
