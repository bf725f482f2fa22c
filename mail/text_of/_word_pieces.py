"""Where the text of a Word file is (MS-DOC 2.4.1): its pieces in their order, cut into the parts of the document."""

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mail.charset import is_likely, usual
from mail.text_of import _word_formats
from mail.text_of._biff import decoded
from mail.text_of._rtf_state import CHARSETS, PAIRED
from mail.text_of._story import CELL, MARKS, ROW_END

WORD_97, _WORD_2 = 0xC1, b"\xdb"
_ENCRYPTED, _COMPLEX, _SECOND_TABLE, _WIDE_95 = 0x0100, 0x0004, 0x0200, 0x1000
# Pairs of offset and size in the FIB of Word 97 and of Word 6 (MS-DOC 2.5.6).
_AT_97 = {"characters": 250, "paragraphs": 258, "pieces": 418}
_AT_95 = {"characters": 0xB8, "paragraphs": 0xC0, "pieces": 0x160, "fonts": 0xD0}
_STORIES_97, _STORIES_95 = 76, 52
_COMPRESSED = 0x40000000
STORIES = ("", "footnotes", "header, footer", "macros", "comments", "endnotes", "text box", "text box in header")
_JAPANESE, _LANGUAGE = 0x11, 0x3FF
_FOREIGN = 4
"""A text with one letter in so many beyond ASCII is hardly Western."""
# In text of eight bits marks stand as controls that Word does not use.
_NARROW = {mark: bytes((0x16 + at,)) for at, mark in enumerate(MARKS)}
_WIDE = {mark: mark.encode("utf-16-le") for mark in MARKS}
_FROM_NARROW = str.maketrans({chr(0x16 + at): mark for at, mark in enumerate(MARKS)})
_KEPT = frozenset({CELL, ROW_END, "\x13", "\x14", "\x15"})
_SURE = 0.9


class Piece(NamedTuple):
    """A run of text: the characters [start, end) stand at `offset`, each of one or two octets."""

    start: int
    end: int
    offset: int
    wide: bool

    @property
    def width(self) -> int:
        """Octets of a character."""
        return 1 + self.wide


class Pieces:
    """The text of one file. `sound` is False where the table of pieces makes no sense."""

    def __init__(self, stream: bytes, table: Callable[[str], bytes | None]) -> None:
        self._stream = stream
        self._flags = self._u16(10)
        self._is_97 = self._u16(2) >= WORD_97 and stream[:1] == b"\xec"
        self._at = _AT_97 if self._is_97 else _AT_95
        self.encrypted = self._flags & _ENCRYPTED != 0
        self.sound = True
        self._table = stream
        if self._is_97:
            names = ("1Table", "0Table") if self._flags & _SECOND_TABLE else ("0Table", "1Table")
            self._table = table(names[0]) or table(names[1]) or b""
        self._pieces = [] if self.encrypted else list(self._found_pieces())
        oldest = stream[:1] == _WORD_2 and self._flags & _COMPLEX  # whose pieces stand elsewhere
        self.sound &= (any(piece.start < piece.end for piece in self._pieces) and not oldest) or self.encrypted
        plc = self._found("paragraphs") if self._pieces else b""
        self._marks = _word_formats.marks(stream, plc, is_97=self._is_97)
        self._mark_places = sorted(self._marks)
        self._unseen = _word_formats.unseen(stream, self._found("characters")) if self._pieces and self._is_97 else []
        self._codec = "cp1252" if self._is_97 else self._codec_95()

    def stories(self) -> Iterator[tuple[str, str, str]]:
        """Name, text and hidden text of every part; what belongs to none comes last."""
        at = _STORIES_97 if self._is_97 else _STORIES_95
        lengths = struct.unpack_from("<8i", self._stream.ljust(at + 32, b"\0"), at)
        end = max((piece.end for piece in self._pieces), default=0)
        self.sound &= all(length >= 0 for length in lengths) and sum(lengths) <= end
        start = 0
        for name, length in zip((*STORIES, "behind the text"), (*lengths, end), strict=True):
            stop = min(start + max(length, 0), end)
            if start < stop:
                yield name, *self._text(start, stop)
            start = stop

    def table(self) -> bytes:
        """The stream with everything that is not text."""
        return self._table if self._is_97 else b""

    def besides(self) -> bytes:
        """The stream without the pieces."""
        left = bytearray(self._stream)
        for piece in self._pieces:
            stop = min(piece.offset + (piece.end - piece.start) * piece.width, len(left))
            left[piece.offset : stop] = bytes(max(0, stop - piece.offset))
        return bytes(left)

    def _u16(self, at: int) -> int:
        return int.from_bytes(self._stream[at : at + 2], "little")

    def _found(self, name: str) -> bytes:
        at = self._at[name]
        offset, size = struct.unpack_from("<II", self._stream.ljust(at + 8, b"\0"), at)
        return self._table[offset : offset + size]

    def _found_pieces(self) -> Iterator[Piece]:
        clx = self._found("pieces") if self._is_97 or self._flags & _COMPLEX else b""
        at = 0
        while clx[at : at + 1] == b"\1":  # MS-DOC 2.9.38: changes of format come first
            at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
        if clx[at : at + 1] == b"\2":
            yield from self._listed(clx[at + 5 : at + 5 + int.from_bytes(clx[at + 1 : at + 5], "little")])
        elif not self._is_97:
            first, last = struct.unpack_from("<II", self._stream.ljust(32, b"\0"), 24)
            wide = self._flags & _WIDE_95 > 0
            yield Piece(0, max(0, min(last, len(self._stream)) - first) // (1 + wide), first, wide)

    def _listed(self, plc: bytes) -> Iterator[Piece]:
        count = max(0, len(plc) - 4) // 12
        places = struct.unpack_from(f"<{count + 1}I", plc.ljust(4, b"\0"))
        used, most = 0, 2 * len(self._stream)
        for number in range(count):
            at = 4 * count + 6 + 8 * number
            offset = int.from_bytes(plc[at : at + 4], "little")
            wide = self._flags & _WIDE_95 > 0
            if self._is_97:
                wide = not offset & _COMPRESSED
                offset = (offset & ~_COMPRESSED) // (1 if wide else 2)
            start, end = places[number], places[number + 1]
            room = max(0, len(self._stream) - offset) // (1 + wide)
            used += max(0, end - start)
            self.sound &= start <= end <= start + room and used <= most
            if start < end and room and used <= most:
                yield Piece(start, min(end, start + room), offset, wide)

    def _codec_95(self) -> str:
        """Word 6 and 95: by the language, and by the charsets of the fonts where much of the text is not ASCII."""
        if self._u16(6) & _LANGUAGE == _JAPANESE:
            return "cp932"
        sample = b"".join(
            self._stream[piece.offset : piece.offset + piece.end - piece.start] for piece in self._pieces[:50]
        )
        high = sum(octet > 0x7F for octet in sample[:10_000])  # noqa: PLR2004
        fonts, at = self._found("fonts"), 2
        while at < len(fonts):  # FFN: its size, then flags, weight, charset
            codec = CHARSETS.get(fonts[at + 4] if at + 4 < len(fonts) else 0, "")
            if codec in PAIRED and is_likely(sample, decoded(sample, codec)):
                return codec
            if codec and codec not in PAIRED and high * _FOREIGN > len(sample[:10_000].replace(b" ", b"")):
                return codec
            at += 1 + fonts[at]
        return "cp1252"

    def _decoded(self, raw: bytes, piece: Piece) -> str:
        if not piece.wide:
            return decoded(raw, self._codec).translate(_FROM_NARROW)
        text = raw.decode("utf-16-le", "replace")
        if not self._is_97 and self._codec in PAIRED and usual(text) < _SURE:  # pairs of octets, the first one higher
            swapped = b"".join(raw[at + 1 : at + 2].strip(b"\0") + raw[at : at + 1] for at in range(0, len(raw), 2))
            return decoded(swapped, self._codec)
        return text

    def _text(self, start: int, stop: int) -> tuple[str, str]:
        seen: list[str] = []
        unseen: list[str] = []
        for piece in self._pieces:
            first, last = max(start, piece.start), min(stop, piece.end)
            if first < last:
                offset = piece.offset + (first - piece.start) * piece.width
                raw = bytearray(self._stream[offset : offset + (last - first) * piece.width])
                self._mark(raw, offset, piece)
                self._part(bytes(raw), offset, piece, seen, unseen)
        return "".join(seen), "\r".join(unseen)

    def _mark(self, raw: bytearray, offset: int, piece: Piece) -> None:
        """Tell the marks apart that end a row from those that end a cell."""
        places, width = self._mark_places, piece.width
        codes = _WIDE if piece.wide else _NARROW
        for place in places[bisect_right(places, offset) : bisect_right(places, offset + len(raw))]:
            at = place - offset - width
            mark = self._marks[place].get(chr(int.from_bytes(raw[max(at, 0) : at + width], "little")))
            if mark and at >= 0:
                raw[at : at + width] = codes[mark]

    def _part(self, raw: bytes, offset: int, piece: Piece, seen: list[str], unseen: list[str]) -> None:
        """What is shown, and what is hidden or deleted."""
        done, at = 0, max(0, bisect_left(self._unseen, (offset, 0)) - 1)
        while at < len(self._unseen) and self._unseen[at][0] < offset + len(raw):
            first, last = (max(place - offset, done) & -piece.width for place in self._unseen[at])
            at += 1
            if first < last:
                hidden = self._decoded(raw[first:last], piece)
                seen += (self._decoded(raw[done:first], piece), "".join(c for c in hidden if c in _KEPT))
                unseen.append(hidden)
                done = last
        seen.append(self._decoded(raw[done:], piece))
