"""A compound file (MS-CFB) → its storages and streams; bounded by its own size, and what belongs to no stream comes out, too.

A sector belongs to one stream: whoever wants it a second time gets nothing, and the file is damaged.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mail.shapes import Lost

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16sHHHHH6xII I4xI IIII")  # MS-CFB 2.2, up to the DIFAT
_HEADER_SIZE, _DIFAT_AT, _DIFAT = 512, 76, 109
_SHIFTS = frozenset({9, 12})
_ENTRY = struct.Struct("<64sHBBIII16s4x8x8xIII")  # MS-CFB 2.6.1
_LAST = 0xFFFFFFFA
"""The highest number of a sector; above it FAT, DIFAT, free, end of a chain."""
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_CUTOFF, _MINI = 4096, 64
_DEEPEST, _MOST_ENTRIES, _SAID = 30, 65_536, 50


@dataclass(eq=False, slots=True)
class Entry:
    """A storage with what is in it, or a stream."""

    name: str
    is_storage: bool = True
    clsid: bytes = bytes(16)
    start: int = 0
    size: int = 0
    inside: list["Entry"] = field(default_factory=list)

    def get(self, name: str) -> "Entry | None":
        """What of that name is directly in it (MS-CFB 2.6.4: names are compared in upper case)."""
        wanted = name.upper()
        return next((entry for entry in self.inside if entry.name.upper() == wanted), None)

    def walk(self) -> Iterator["Entry"]:
        """Everything in it, however deep."""
        waiting = self.inside[::-1]
        while waiting:
            entry = waiting.pop()
            yield entry
            waiting += entry.inside[::-1]


class CompoundFile:
    """The tree under `root`; `lost` says what of it is broken."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.root = Entry("Root Entry")
        self.lost: list[Lost] = []
        self._slack: list[bytes] = []
        self._read: set[Entry] = set()
        shift, fat, first, minifat, difat = self._header()
        self._shift = shift
        self._count = max(0, (len(data) + (1 << shift) - 1 >> shift) - 1)
        self._owned = bytearray(self._count)
        self._fat = self._table(self._fat_sectors(difat))[: self._count] if fat else ()
        self._minifat = self._table(self._chain(minifat, self._count))
        self._tree(self._join(self._chain(first, self._count)))
        self._mini = self.content(self.root) if self.root.size else b""
        self._mini_owned = bytearray(len(self._mini) // _MINI + 1)

    def content(self, entry: Entry) -> bytes:
        """A stream, as far as it can be had."""
        again = entry in self._read
        self._read.add(entry)
        if entry.size < _CUTOFF and entry is not self.root:
            data = self._mini_content(entry, again=again)
        else:
            whole = self._join(
                self._chain(entry.start, entry.size + (1 << self._shift) - 1 >> self._shift, again=again)
            )
            data = whole[: entry.size]
            if entry is not self.root and not again:
                self._slack.append(whole[entry.size :].strip(b"\0"))
        if len(data) < entry.size and not again:
            self._damaged(entry.name)
        return data

    def is_read(self, entry: Entry) -> bool:
        """Whether somebody has asked for its content."""
        return entry in self._read

    def unused(self) -> bytes:
        """What belongs to no stream: free sectors, the ends of last sectors, what stands behind the file. Ask when all is read."""
        owned, step = self._owned, 1 << self._shift
        pieces = [piece for piece in self._slack if piece]
        at = owned.find(0)
        while at >= 0:
            end = owned.find(1, at)
            end = self._count if end < 0 else end
            pieces.append(self.data[(at + 1) * step : (end + 1) * step].strip(b"\0"))
            at = owned.find(0, end)
        at = self._mini_owned.find(0)
        while at >= 0:
            end = self._mini_owned.find(1, at)
            end = len(self._mini_owned) if end < 0 else end
            pieces.append(self._mini[at * _MINI : end * _MINI].strip(b"\0"))
            at = self._mini_owned.find(0, end)
        return b"\0\0".join(filter(None, pieces))

    def behind(self) -> bytes:
        """What stands behind the last sector that belongs to anything. Ask when all is read."""
        return self.data[self._owned.rfind(1) + 2 << self._shift :].lstrip(b"\0")

    def _header(self) -> tuple[int, bool, int, int, int]:
        if len(self.data) < _HEADER_SIZE:
            self._damaged("header")
            return 9, False, _LAST + 1, _LAST + 1, _LAST + 1
        found = _HEADER.unpack_from(self.data)
        shift, first, minifat, difat = found[5], found[9], found[11], found[13]
        if shift not in _SHIFTS:
            self._damaged("header")
            shift = 9
        return shift, True, first, minifat, difat

    def _damaged(self, what: str) -> None:
        self._lose(Lost("damaged", "".join(filter(str.isprintable, what))[:100]))

    def _lose(self, lost: Lost) -> None:
        if len(self.lost) < _SAID and lost not in self.lost:
            self.lost.append(lost)

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) << self._shift : (number + 2) << self._shift]

    def _fat_sectors(self, difat: int) -> list[int]:
        """Where the FAT is: 109 places in the header, the others in a chain of sectors (MS-CFB 2.5)."""
        places = list(struct.unpack_from(f"<{_DIFAT}I", self.data, _DIFAT_AT))
        while difat < self._count and not self._owned[difat]:
            self._owned[difat] = 1
            sector = self._sector(difat)
            *more, difat = struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) & ~3]) or (_LAST,)
            places += more
        found = []
        for place in places:
            if place < self._count and not self._owned[place]:
                self._owned[place] = 1
                found.append(place)
            elif place <= _LAST:
                self._damaged("FAT")
        return found

    def _table(self, sectors: list[int]) -> tuple[int, ...]:
        raw = self._join(sectors)
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) & ~3])

    def _join(self, sectors: list[int]) -> bytes:
        """Their octets; neighbours are cut out together."""
        pieces: list[bytes] = []
        start = previous = -2
        for number in sectors:
            if number != previous + 1:
                pieces.append(self.data[start + 1 << self._shift : previous + 2 << self._shift] if start >= 0 else b"")
                start = number
            previous = number
        if start >= 0:
            pieces.append(self.data[start + 1 << self._shift : previous + 2 << self._shift])
        return pieces[1] if len(pieces) == 2 else b"".join(pieces)  # noqa: PLR2004 - the first is empty

    def _chain(self, start: int, most: int, *, again: bool = False) -> list[int]:
        return _chained(self._fat, self._owned, start, most, again=again)

    def _mini_content(self, entry: Entry, *, again: bool) -> bytes:
        most = (entry.size + _MINI - 1) // _MINI
        places = _chained(self._minifat, self._mini_owned, entry.start, most, again=again)
        whole = b"".join(self._mini[place * _MINI : (place + 1) * _MINI] for place in places)
        if not again and (slack := whole[entry.size :].strip(b"\0")):
            self._slack.append(slack)
        return whole[: entry.size]

    def _tree(self, raw: bytes) -> None:
        """Entries by their places in the directory; one that two others name belongs to the first."""
        if len(raw) < _ENTRY.size:
            self._damaged("directory")
            return
        if len(raw) > _MOST_ENTRIES * _ENTRY.size:
            self._lose(Lost("limit", "storages"))
        count = min(len(raw) // _ENTRY.size, _MOST_ENTRIES)
        found = list(_ENTRY.iter_unpack(raw[: count * _ENTRY.size]))
        seen = bytearray(len(found))
        self.root = self._entry(found[0])
        seen[0] = 1
        waiting = [(found[0][6], self.root, 1)]
        while waiting:
            place, parent, depth = waiting.pop()
            if place >= len(found) or seen[place]:
                if place <= _LAST:
                    self._damaged("directory")
                continue
            seen[place] = 1
            fields = found[place]
            entry = self._entry(fields)
            waiting += ((fields[4], parent, depth), (fields[5], parent, depth))
            if fields[2] not in {_STORAGE, _STREAM}:
                continue
            parent.inside.append(entry)
            if entry.is_storage and depth < _DEEPEST:
                waiting.append((fields[6], entry, depth + 1))
            elif entry.is_storage and fields[6] <= _LAST:
                self._lose(Lost("limit", "storages"))
        # What nobody names any more can still be found by who looks into the file.
        known = {entry.name.upper() for entry in self.root.inside}
        orphans = (self._entry(found[at]) for at, was in enumerate(seen) if not was and found[at][2] == _STREAM)
        self.root.inside += (orphan for orphan in orphans if orphan.name.upper() not in known)

    def _entry(self, fields: tuple[bytes, int, int, int, int, int, int, bytes, int, int, int]) -> Entry:
        name = fields[0][: max(0, min(fields[1], 64) - 2)].decode("utf-16-le", "replace")
        high = fields[10] if self._shift > 9 else 0  # noqa: PLR2004 - MS-CFB 2.6.1: version 3 leaves it unset
        return Entry(name, fields[2] != _STREAM, fields[7], fields[8], fields[9] | high << 32)


def _chained(table: tuple[int, ...], owned: bytearray, start: int, most: int, *, again: bool) -> list[int]:
    """The numbers of a chain, at most so many, each taken from all other chains."""
    found: list[int] = []
    number, end = start, min(len(table), len(owned))
    most = min(most, end)
    while number < end and len(found) < most and (again or not owned[number]):
        owned[number] = 1
        found.append(number)
        number = table[number]
    return found
