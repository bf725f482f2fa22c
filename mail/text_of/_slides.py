"""A presentation of PowerPoint 97 to 2003 (MS-PPT) → slide by slide its texts and tables, notes, comments, objects."""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from mail.budget import OverBudgetError
from mail.text_of._cfb import CompoundFile, Entry
from mail.text_of._inside import Findings
from mail.text_of._objects import theme
from mail.text_of._tables import table
from mail.text_of._zip import DamagedError, counted

_CHARS, _BYTES, _CSTRING = 0x0FA0, 0x0FA8, 0x0FBA
_SLIDE, _NOTES, _MASTER, _HANDOUT = 0x03EE, 0x03F0, 0x03F8, 0x0FC9
_SLIDE_INFO, _OBJECT, _TAG_DATA = 0x03F9, 0x1011, 0x138B
_DIRECTORY, _CRYPT = 0x1772, 0x2F14
_GROUP, _SHAPE, _ANCHOR, _CLIENT_ANCHOR = 0xF003, 0xF004, 0xF00F, 0xF010
_HIDES = 0x04
_ENCRYPTED = bytes.fromhex("dfc4d1f3")
_CONTAINER = 0x0F
_APART = {_NOTES: "notes", _MASTER: "master", _HANDOUT: "handout"}
_MOST_DEEP, _MOST_COLUMNS = 100, 100
_CHUNK = 256 * 1024
# MS-PPT 2.9.42 and what else stands for a character: a break in a paragraph, fields of slide number and date.
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\0": None})


class _Record(NamedTuple):
    kind: int
    instance: int
    start: int
    end: int
    depth: int
    inside: bool


@dataclass(slots=True)
class _Part:
    """A top-level record: a slide, a page of notes, the document."""

    where: str
    hidden: bool
    lines: list[str] = field(default_factory=list)
    shapes: list[tuple[int, tuple[int, int], str]] = field(default_factory=list)
    """Group, place (from the top, from the left) and text of shapes in groups."""


def read_slides(file: CompoundFile, entry: Entry, found: Findings) -> None:
    """All texts of the stream; those of earlier versions that are still in it are hidden."""
    current = file.root.get("Current User")
    if current is not None and file.content(current)[12:16] == _ENCRYPTED:
        found.lose("encrypted_archive", "ppt")
        file.content(entry)
        return
    _Presentation(file.content(entry), found).read()


class _Presentation:
    def __init__(self, stream: bytes, found: Findings) -> None:
        self._stream = stream
        self._found = found
        self._part = _Part("", hidden=False)
        self._live: set[int] = set()
        self._groups: list[_Record] = []
        self._strings: list[str] = []
        self._anchor = 0, 0
        self._takes: dict[int, Callable[[_Record], None]] = {
            _GROUP: self._group,
            _SHAPE: self._shape,
            _ANCHOR: self._place,
            _CLIENT_ANCHOR: self._place,
            _CHARS: self._text,
            _BYTES: self._text,
            _CSTRING: self._string,
            _SLIDE_INFO: self._info,
            _OBJECT: self._object,
        }

    def read(self) -> None:
        stream, found = self._stream, self._found
        tops = list(_records(stream, 0, len(stream), 0, deep=False))
        self._live = self._current(tops)
        number = 0
        for top in tops:
            if top.kind == _CRYPT:
                found.lose("encrypted_archive", "ppt")
            live = top.start - 8 in self._live or not self._live
            number += top.kind == _SLIDE and live
            where = _APART.get(top.kind, f"slide {number}" if top.kind == _SLIDE else "")
            self._read_part(top, _Part(where if live else "earlier version", hidden=not live or top.kind in _APART))
        start, end = (tops[-1].start, tops[-1].end) if tops else (0, 0)
        if not self._live and (end < len(stream) or start + self._u32(start - 4) > end):
            found.lose("damaged", "ppt")  # behind the last directory PowerPoint leaves what it does not need any more
        found.sweep(stream[end:])

    def _current(self, tops: list[_Record]) -> set[int]:
        """Where the records stand that the last edit still names (MS-PPT 2.3.5)."""
        live: dict[int, int] = {}
        for top in tops:  # later directories replace what earlier ones say
            at, end = (top.start, top.end) if top.kind == _DIRECTORY else (0, 0)
            while at + 4 <= end:
                head = self._u32(at)
                number, count = head & 0xFFFFF, head >> 20
                count = min(count, (end - at) // 4 - 1)
                for place in range(count):
                    live[number + place] = self._u32(at + 4 + 4 * place)
                at += 4 + 4 * count
        return set(live.values())

    def _u32(self, at: int) -> int:
        return int.from_bytes(self._stream[at : at + 4], "little")

    def _read_part(self, top: _Record, part: _Part) -> None:
        self._part, self._groups, self._strings, self._anchor = part, [], [], (0, 0)
        for record in (top, *_records(self._stream, top.start, top.end, 1)) if top.inside else (top,):
            while self._groups and record.start >= self._groups[-1].end:
                self._groups.pop()
            if (take := self._takes.get(record.kind)) is not None:
                take(record)
            elif not record.inside:
                self._other(record)
        self._show()

    def _group(self, record: _Record) -> None:
        self._groups.append(record)

    def _shape(self, _: _Record) -> None:
        self._anchor = 0, 0

    def _string(self, record: _Record) -> None:
        text = self._chars(record)
        if not _TAG_NAME.fullmatch(text):
            self._strings.append(text)

    def _info(self, record: _Record) -> None:
        """SlideShowSlideInfoAtom (MS-PPT 2.6.6): one bit of its flags hides the slide."""
        flags = self._stream[record.start : record.end][10:11]
        self._part.hidden |= int.from_bytes(flags, "little") & _HIDES > 0

    def _place(self, record: _Record) -> None:
        """Top and left of a shape in its group (MS-ODRAW 2.2.39), or on its slide."""
        raw = self._stream[record.start : record.end]
        left, top = (raw[:4], raw[4:8]) if record.kind == _ANCHOR else (raw[2:4], raw[:2])
        self._anchor = int.from_bytes(top, "little", signed=True), int.from_bytes(left, "little", signed=True)

    def _chars(self, record: _Record) -> str:
        raw = self._stream[record.start : record.end]
        text = raw.decode("latin-1") if record.kind == _BYTES else raw.decode("utf-16-le", "replace")
        self._found.spending.text(len(text))
        return text.translate(_BREAKS)

    def _text(self, record: _Record) -> None:
        text = self._chars(record)
        if len(self._groups) > 1:  # in the outermost one is the slide itself
            self._part.shapes.append((self._groups[-1].start, self._anchor, text))
        else:
            self._part.lines += (*text.split("\n"), "")

    def _show(self) -> None:
        """Texts in their order, shapes that lie in rows as a table, strings beside them hidden."""
        part, found = self._part, self._found
        found.lines(part.lines, part.where, hidden=part.hidden)
        for _, group in groupby(part.shapes, key=lambda shape: shape[0]):
            shapes = [(place, text.strip()) for _, place, text in group]
            rows = _rows(shapes)
            if len(rows) > 1 and len(rows) * 2 <= len(shapes):
                found.blocks += table(rows, found.spending, where=part.where, hidden=part.hidden)
            else:
                found.lines((line for _, text in shapes for line in (text, "")), part.where, hidden=part.hidden)
        found.lines(self._strings, part.where or "document", hidden=True)

    def _object(self, record: _Record) -> None:
        """A file inside (MS-PPT 2.10.34), packed or not."""
        data = self._stream[record.start : record.end]
        if record.instance != 1:
            self._found.embed("object", data)
            return
        unpacker = zlib.decompressobj()
        pieces: list[bytes] = []
        try:
            pieces += counted(_inflated(unpacker, data[4:]), len(data), replace(self._found.spending))
            if not unpacker.eof and sum(map(len, pieces)) < int.from_bytes(data[:4], "little"):
                self._found.lose("damaged", "object")
        except OverBudgetError as error:
            self._found.lose("limit", error.what)
        except (zlib.error, DamagedError):
            self._found.lose("damaged", "object")
            self._found.sweep(data)
        self._found.embed("object", b"".join(pieces))

    def _other(self, record: _Record) -> None:
        if record.kind == _TAG_DATA:
            inside = list(_records(self._stream, record.start, record.end, record.depth + 1))
            texts = [self._chars(one) for one in inside if one.kind in {_CSTRING, _CHARS, _BYTES}]
            self._found.lines(texts, "comments", hidden=True)
            if not inside:
                self._found.sweep_closely(self._stream[record.start : record.end])
        elif self._stream[record.start - 8] & _CONTAINER == _CONTAINER:
            self._found.lose("limit", "depth")
            self._found.sweep_closely(self._stream[record.start : record.end])
        elif self._stream.startswith(_ZIP, record.start):  # the theme of PowerPoint 2007
            theme(self._stream[record.start : record.end], self._found)
        elif record.end - record.start >= _TELLING:
            self._found.sweep(self._stream[record.start : record.end])


_TAG_NAME = re.compile("___PPT[0-9]{1,2}")
_TELLING, _ZIP = 40, b"PK\3\4"


def _inflated(unpacker: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    piece = unpacker.decompress(data, _CHUNK)
    while piece:
        yield piece
        piece = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)


def _rows(shapes: list[tuple[tuple[int, int], str]]) -> list[tuple[str, ...]]:
    """Shapes by their upper edge, each in the column of its left edge: an empty cell has no text, and none of these shapes."""
    columns = {left: at for at, left in enumerate(sorted({left for (_, left), _ in shapes}))}
    rows: list[tuple[str, ...]] = []
    if len(columns) > _MOST_COLUMNS:
        return rows
    for _, row in groupby(sorted(shapes, key=lambda shape: shape[0]), key=lambda shape: shape[0][0]):
        cells = [""] * len(columns)
        for (_, left), text in row:
            cells[columns[left]] += text
        rows.append(tuple(cells))
    return rows


def _records(data: bytes, start: int, end: int, depth: int, *, deep: bool = True) -> Iterator[_Record]:
    """All records of a range, those in containers too; one that says it is longer than its container ends with it."""
    ends = [end]
    at = start
    while True:
        while ends and at + 8 > ends[-1]:
            at = max(at, ends.pop()) if ends else at
        if not ends:
            return
        head = int.from_bytes(data[at : at + 8], "little")
        version, instance, kind, size = head & 0xF, head >> 4 & 0xFFF, head >> 16 & 0xFFFF, head >> 32
        stop = min(at + 8 + size, ends[-1])
        inside = version == _CONTAINER and len(ends) < _MOST_DEEP
        yield _Record(kind, instance, at + 8, stop, depth + len(ends), inside)
        if inside and deep:
            ends.append(stop)
            at += 8
        else:
            at = stop
