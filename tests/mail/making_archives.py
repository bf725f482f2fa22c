"""Archives that tests read: by libarchive's own writer where it has one, by hand where it has none."""

import struct
import zlib
from collections.abc import Mapping
from typing import Any


def written(members: Mapping[str, bytes], form: str, filter_name: str | None = None, **options: str) -> bytes:
    """An archive in one of the formats of archive_write_set_format(3)."""
    from libarchive.write import custom_writer

    out = bytearray()

    def keep(data: bytes) -> int:
        out.extend(data)
        return len(data)

    archive: Any
    given = ",".join(f"{key}={value}" for key, value in options.items())
    with custom_writer(keep, form, filter_name, options=given) as archive:
        for name, data in members.items():
            archive.add_file_from_memory(name, len(data), data)
    return bytes(out)


def lha(name: bytes, data: bytes, method: bytes = b"-lh0-") -> bytes:
    """LHA with a header of level 0, stored."""
    head = (
        method
        + struct.pack("<IIIBB", len(data), len(data), 0, 0x20, 0)
        + bytes([len(name)])
        + name
        + struct.pack("<H", _crc16(data))
    )
    return bytes([len(head), sum(head) & 0xFF]) + head + data + b"\0"


def _crc16(data: bytes) -> int:
    crc = 0
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def cab(name: bytes, data: bytes, method: int = 0) -> bytes:
    """MS-CAB of one folder and one file, stored."""
    file = struct.pack("<IIHHHH", len(data), 0, 0, 0, 0, 0x20) + name + b"\0"
    block = struct.pack("<IHH", 0, len(data), len(data)) + data
    at = 36 + 8
    folder = struct.pack("<IHH", at + len(file), 1, method)
    size = at + len(file) + len(block)
    head = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, size, 0, at, 0, 3, 1, 1, 1, 0, 0, 0)
    return head + folder + file + block


def rar(name: bytes, data: bytes, *, flags: int = 0, method: int = 0x30) -> bytes:
    """RAR 4 with one member; method 0x30: stored, flag 4: with a password."""
    main = _rar_block(0x73, 0, bytes(6))
    body = struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0, 20, method, len(name), 0x20) + name
    return b"Rar!\x1a\x07\0" + main + _rar_block(0x74, 0x8000 | flags, body) + data + _rar_block(0x7B, 0x4000, b"")


def _rar_block(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar5(name: bytes, data: bytes, *, locked: bool = False) -> bytes:
    """RAR 5 with one stored member; `locked`: with a header that needs a password."""
    main = _rar5_block(b"\1\0\0")
    if locked:
        main = _rar5_block(b"\4\0\0\0\x0f" + bytes(16))
    file = (
        b"\2\2" + _vint(len(data)) + b"\4" + _vint(len(data)) + b"\x20" + struct.pack("<I", zlib.crc32(data)) + b"\0\1"
    )
    return b"Rar!\x1a\x07\1\0" + main + _rar5_block(file + _vint(len(name)) + name) + data + _rar5_block(b"\5\0\0")


def _rar5_block(head: bytes) -> bytes:
    sized = _vint(len(head)) + head
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))
