"""ZIP, walked by its central directory and checked against its local headers (APPNOTE 6.3.10 4.3); counted while inflating.

What two programs could unpack in two ways (bytes before or behind, names twice, headers that disagree, members that
overlap) is damaged: the members are still read, the loss is said.
"""

import bz2
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from mail.budget import MIB, OverBudgetError, Spending
from mail.charset import decode
from mail.shapes import Lost
from mail.text_of._last import of_last
from mail.text_of._runs import text_in

_END = b"PK\x05\x06"
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_EOCD = struct.Struct("<4s4H2LH")
_EOCD64 = struct.Struct("<4sQ2H2L4Q")
_MAX_COMMENT = 0xFFFF
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # APPNOTE 4.4.4: bits 0, 6 and 13
_UTF8 = 0x0800
_AES = 99
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_GAP = 64
"""Octets that may lie between members: a data descriptor or alignment, no file."""
_DESCRIPTOR = 24  # APPNOTE 4.3.9.2, of Zip64 with its mark; alignment behind it is zeros
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One member, as the central directory says."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    """Of the local header, from the start of the data."""
    extra: bytes = b""
    comment: bytes = b""
    raw: bytes = b""
    """The name as written."""

    @property
    def is_folder(self) -> bool:
        """A name that ends in a slash and holds nothing (bzip2 needs 14 octets to say so)."""
        return self.name.endswith("/") and self.size == 0 and self.packed <= 14  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Directory:
    """The members and what is wrong with the archive as a whole."""

    entries: tuple[Entry, ...]
    lost: tuple[Lost, ...] = ()
    comment: bytes = b""

    def words(self) -> Iterator[str]:
        """What stands beside the members' content: their names, folders too, comments, text in extra fields."""
        yield from (entry.name for entry in self.entries)
        yield from (decode(comment)[0] for comment in (self.comment, *(e.comment for e in self.entries)) if comment)
        yield from text_in(b"".join(entry.extra for entry in self.entries))


class DamagedError(Exception):
    """A member cannot be unpacked; the text says why, for people, without content."""


def has_end(data: bytes) -> bool:
    """Whether an end-of-central-directory record stands where one can stand."""
    return data.find(_END, max(0, len(data) - _MAX_COMMENT - _EOCD.size)) >= 0


def directory(data: bytes, limit: int = 2000) -> Directory:
    """The central directory, at most `limit` entries (the rest is a loss); never raises."""
    return _directory_or_loss(data, limit)


@of_last
def _directory_or_loss(data: bytes, limit: int) -> Directory:
    try:
        return _directory(data, limit)
    except (struct.error, IndexError, DamagedError):
        return Directory((), (Lost("damaged", "zip directory"),))


def _directory(data: bytes, limit: int) -> Directory:
    end = data.rfind(_END, max(0, len(data) - _MAX_COMMENT - _EOCD.size))
    if end < 0:
        raise DamagedError("zip directory")
    _, disk, first_disk, _, count, size, offset, comment = _EOCD.unpack_from(data, end)
    start, closing = end - size, end
    if _FULL16 in {count, disk} or _FULL32 in {size, offset}:
        count, size, offset, closing = _zip64(data, end)
        start = closing - size
    elif disk or first_disk:
        raise DamagedError("zip in several volumes")
    shift = start - offset  # more than 0: something stands before the archive
    wrong = shift != 0 or end + _EOCD.size + comment != len(data)
    entries: list[Entry] = []
    at = start
    while data[at : at + 4] == b"PK\x01\x02" and len(entries) < limit:
        entry, at = _entry(data, at, shift)
        entries.append(entry)
    lost: list[Lost] = []
    if len(entries) >= limit and data[at : at + 4] == b"PK\x01\x02":
        lost.append(Lost("limit", "members"))
    elif len(entries) != count or wrong or at != closing or _suspicious(data, entries, start):
        lost.append(Lost("damaged", "zip structure"))
    return Directory(tuple(entries), tuple(lost), data[end + _EOCD.size :])


def _zip64(data: bytes, end: int) -> tuple[int, int, int, int]:
    at = data.rfind(b"PK\x06\x06", max(0, end - 4096), end)
    if at < 0:
        raise DamagedError("zip64 directory")
    fields = _EOCD64.unpack_from(data, at)
    count, size, offset = fields[7], fields[8], fields[9]
    return count, size, offset, at


def _entry(data: bytes, at: int, shift: int) -> tuple[Entry, int]:
    fields = _ENTRY.unpack_from(data, at)
    flags, method, crc, packed, size = fields[5], fields[6], fields[9], fields[10], fields[11]
    name_length, extra_length, comment_length, offset = fields[12], fields[13], fields[14], fields[18]
    name_at = at + _ENTRY.size
    raw = data[name_at : name_at + name_length]
    extra = data[name_at + name_length : name_at + name_length + extra_length]
    packed, size, offset = _wide(extra, packed, size, offset)
    name = _name(raw, flags)
    behind = name_at + name_length + extra_length + comment_length
    comment = data[behind - comment_length : behind]
    return Entry(name, flags, method, crc, packed, size, offset + shift, extra, comment, raw), behind


def _name(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8", "replace") if flags & _UTF8 else decode(raw)[0]


def _wide(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """Zip64 extra field (APPNOTE 4.5.3): eight octets for each value that did not fit, in this order."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        if tag == 1:
            values = iter(struct.unpack_from(f"<{min(length, 24) // 8}Q", extra, at + 4))
            size = next(values, size) if size == _FULL32 else size
            packed = next(values, packed) if packed == _FULL32 else packed
            offset = next(values, offset) if offset == _FULL32 else offset
        at += 4 + length
    return packed, size, offset


def _suspicious(data: bytes, entries: list[Entry], directory_start: int) -> bool:
    """Names twice, local headers that say something else, members that overlap, or room for a hidden one."""
    if len({e.name for e in entries}) != len(entries):
        return True
    position = 0
    for entry in sorted(entries, key=lambda e: e.offset):
        if not _is_near(data, position, entry.offset):
            return True
        try:
            position = _data_start(data, entry) + entry.packed
        except (DamagedError, struct.error):
            return True
    return not _is_near(data, position, directory_start)


def _is_near(data: bytes, end: int, start: int) -> bool:
    """Whether nothing lies between the end of one member and the start of the next but a descriptor and zeros."""
    return end <= start <= end + _GAP and not data[end + _DESCRIPTOR : start].strip(b"\0")


def _data_start(data: bytes, entry: Entry) -> int:
    """Behind the local header, which must say what the directory says."""
    fields = _LOCAL.unpack_from(data, entry.offset)
    mark, flags, method, name_length, extra_length = fields[0], fields[3], fields[4], fields[10], fields[11]
    if mark != b"PK\x03\x04" or method != entry.method or (flags ^ entry.flags) & _ENCRYPTED:
        raise DamagedError("headers disagree")
    start = entry.offset + _LOCAL.size
    raw = data[start : start + name_length]
    if raw != entry.raw and _name(raw, entry.flags) != entry.name:
        raise DamagedError("names disagree")
    behind = int(start + name_length + extra_length)
    if extra_length and any(text_in(data[start + name_length : behind])):  # office programs keep room there, of zeros
        raise DamagedError("text in an extra field")
    return behind


def packed(data: bytes, entry: Entry) -> bytes:
    """A member as it stands. Raises DamagedError or struct.error."""
    start = _data_start(data, entry)
    found = data[start : start + entry.packed]
    if len(found) < entry.packed:
        raise DamagedError("cut off")
    return found


def inflate(data: bytes, entry: Entry, spending: Spending) -> bytes:
    """The content of one member. Raises DamagedError or OverBudgetError; never trusts a size that is written down."""
    try:
        octets = memoryview(packed(data, entry))
    except struct.error:
        raise DamagedError("cut off") from None
    try:
        content = b"".join(counted(_chunks(octets, entry.method), len(octets), spending))
    except (zlib.error, OSError, ValueError, EOFError) as error:
        raise DamagedError("packed data") from error
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise DamagedError("check sum")
    return content


def counted(chunks: Iterator[bytes], packed: int, spending: Spending) -> Iterator[bytes]:
    """The same chunks; raises OverBudgetError as soon as member, ratio or total is passed."""
    total = 0
    budget = spending.budget
    for chunk in chunks:
        total += len(chunk)
        spending.inflate(len(chunk))
        if total > budget.member:
            raise OverBudgetError("member")
        if total > MIB and total > budget.ratio * max(packed, 1):
            raise OverBudgetError("ratio")
        yield chunk


def is_encrypted(entry: Entry) -> bool:
    """ZipCrypto, AES or central directory encryption."""
    return bool(entry.flags & _ENCRYPTED) or entry.method == _AES


def _chunks(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == 0:
        yield bytes(packed)
    elif method == zlib.DEFLATED:
        deflated = zlib.decompressobj(-zlib.MAX_WBITS)
        piece = deflated.decompress(packed, _CHUNK)
        while piece:
            yield piece
            piece = b"" if deflated.eof else deflated.decompress(deflated.unconsumed_tail, _CHUNK)
        if not deflated.eof:
            raise DamagedError("packed data")
    elif method == 12:  # noqa: PLR2004 - APPNOTE 4.4.5: bzip2
        yield from bz2_chunks(packed)
    else:
        raise DamagedError("method")


def bz2_chunks(packed: memoryview) -> Iterator[bytes]:
    """One bzip2 stream in pieces."""
    unpacker = bz2.BZ2Decompressor()
    piece = unpacker.decompress(packed, _CHUNK)
    while piece or not unpacker.eof:
        if not piece and unpacker.needs_input:
            raise DamagedError("cut off")
        yield piece
        piece = b"" if unpacker.eof else unpacker.decompress(b"", _CHUNK)
