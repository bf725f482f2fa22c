"""A storage of a compound file as a compound file of its own, so that what is in it is read like a file."""

import struct
from collections.abc import Callable

from mail.text_of._cfb import MAGIC, Entry

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_DIFAT = 109
_ENTRY = struct.Struct("<64sHBBIII16s4x8x8xIQ")
_PLACES = _SECTOR // 4


class _Sectors:
    """Sectors with their chains; of the file, or of its mini stream."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.chains: list[int] = []
        self.pieces: list[bytes] = []

    def add(self, data: bytes) -> int:
        """Its first sector."""
        count = -(-len(data) // self._size)
        if not count:
            return _END
        first = len(self.chains)
        self.chains += (*range(first + 1, first + count), _END)
        self.pieces.append(data.ljust(count * self._size, b"\0"))
        return first


def packed(storage: Entry, content: Callable[[Entry], bytes]) -> bytes:
    """The storage as the root of a file (MS-CFB); siblings stand in one row instead of a tree."""
    file, mini = _Sectors(_SECTOR), _Sectors(_MINI)
    entries = [storage, *storage.walk()]
    place = {id(entry): at for at, entry in enumerate(entries)}
    follows = {
        id(one): place[id(after)]
        for entry in entries
        for one, after in zip(entry.inside, entry.inside[1:], strict=False)
    }
    raw: list[bytes] = []
    for at, entry in enumerate(entries[1:], 1):
        start = size = 0
        if not entry.is_storage:
            data = content(entry)
            start, size = (mini if len(data) < _CUTOFF else file).add(data), len(data)
        raw.append(_entry(entry, 1 if entry.is_storage else 2, follows.get(id(entries[at]), _FREE), place, start, size))
    stream = b"".join(mini.pieces)
    root = _entry(storage, 5, _FREE, place, file.add(stream), len(stream))
    numbers = _numbers(mini.chains)
    minifat = file.add(numbers), len(numbers) // _SECTOR
    directory = file.add(b"".join((root, *raw)))
    return _file(file, directory, minifat)


def _entry(entry: Entry, kind: int, right: int, place: dict[int, int], start: int, size: int) -> bytes:
    name = entry.name.encode("utf-16-le", "replace")[:62] + b"\0\0"
    child = place[id(entry.inside[0])] if entry.inside else _FREE
    return _ENTRY.pack(name, len(name), kind, 1, _FREE, right, child, entry.clsid, start, size)


def _numbers(numbers: list[int]) -> bytes:
    filled = numbers + [_FREE] * (-len(numbers) % _PLACES)
    return struct.pack(f"<{len(filled)}I", *filled)


def _file(file: _Sectors, directory: int, minifat: tuple[int, int]) -> bytes:
    """With the FAT behind all else: its own sectors, and those of the DIFAT, are in it."""
    count = len(file.chains)
    fats = difats = 0
    while fats * _PLACES < count + fats + difats:
        fats += 1
        difats = -(-max(0, fats - _DIFAT) // (_PLACES - 1))
    chains = [*file.chains, *[_FAT] * fats, *[_FAT - 1] * difats]
    places = [*range(count, count + fats), *[_FREE] * max(0, _DIFAT - fats)]
    more = places[_DIFAT:]
    behind = b"".join(
        struct.pack(f"<{_PLACES}I", *(part + [_FREE] * (_PLACES - 1 - len(part))), following)
        for number in range(difats)
        for part in (more[number * (_PLACES - 1) : (number + 1) * (_PLACES - 1)],)
        for following in (count + fats + number + 1 if number + 1 < difats else _END,)
    )
    header = struct.pack(
        f"<8s16xHHHHH6xIII4xIIIII{_DIFAT}I",
        *(MAGIC, 0x3E, 3, 0xFFFE, 9, 6, 0, fats, directory, _CUTOFF, *minifat),
        *(count + fats if difats else _END, difats, *places[:_DIFAT]),
    )
    return b"".join((header, *file.pieces, _numbers(chains), behind))
