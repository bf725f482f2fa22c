"""Workbooks that Excel itself opens without asking: encrypted with the password everybody knows (MS-OFFCRYPTO 2.3)."""

import struct
from collections.abc import Callable
from hashlib import md5, sha1

_PASSWORD = "VelvetSweatshop".encode("utf-16-le")
"""MS-XLS 2.2.10: what Excel takes where a workbook is protected and nobody chose a password for opening it."""
_BLOCK = 1024
_MOST = 8 * 1024 * 1024
_RC4, _CRYPTO_API = (1, 1), 2
# MS-XLS 2.2.10: records that are never encrypted; of the name of a sheet its place is not.
_CLEAR = frozenset({0x809, 0x2F, 0xE1, 0x138, 0x194, 0x195, 0x196})
_SHEET, _PLACE = 0x85, 4


def opened(stream: bytes, filepass: bytes) -> bytes | None:
    """The records in clear; None where the password is another one, or there is more than 8 MiB."""
    key_of = _keys(filepass)
    if key_of is None or len(stream) > _MOST:
        return None
    clear = bytearray(
        b"".join(_with(key_of(at // _BLOCK), stream[at : at + _BLOCK]) for at in range(0, len(stream), _BLOCK))
    )
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        end = at + 4 + (size if kind in _CLEAR else _PLACE if kind == _SHEET else 0)
        clear[at:end] = stream[at:end]
        at += 4 + size
    return bytes(clear)


def _keys(filepass: bytes) -> Callable[[int], bytes] | None:
    """Which key each block has, if the verifier says that the password is right."""
    scheme, major, minor = struct.unpack_from("<HHH", filepass.ljust(6, b"\0"))
    if scheme != 1:
        return None
    if (major, minor) == _RC4:
        salt, check, expected = filepass[6:22], filepass[22:38], filepass[38:54]
        begin = md5((md5(_PASSWORD).digest()[:5] + salt) * 16).digest()[:5]  # noqa: S324 - as the format has it

        def key_of(block: int) -> bytes:
            return md5(begin + block.to_bytes(4, "little")).digest()  # noqa: S324

        both = _with(key_of(0), check + expected)
        return key_of if md5(both[:16]).digest() == both[16:] else None  # noqa: S324
    return _crypto_api(filepass) if minor == _CRYPTO_API else None


def _crypto_api(filepass: bytes) -> Callable[[int], bytes] | None:
    size = int.from_bytes(filepass[10:14], "little")
    bits = int.from_bytes(filepass[30:34], "little") or 40
    verifier = filepass[14 + size :]
    salt, check, expected = verifier[4:20], verifier[20:36], verifier[40:60]
    begin = sha1(salt + _PASSWORD).digest()  # noqa: S324

    def key_of(block: int) -> bytes:
        return sha1(begin + block.to_bytes(4, "little")).digest()[: bits // 8].ljust(16, b"\0")  # noqa: S324

    both = _with(key_of(0), check + expected)
    return key_of if len(expected) == 20 and sha1(both[:16]).digest() == both[16:] else None  # noqa: S324, PLR2004


def _with(key: bytes, data: bytes) -> bytes:
    """RC4, there and back."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 0xFF
        state[i], state[j] = state[j], state[i]
    stream = bytearray()
    i = j = 0
    for _ in data:
        i = (i + 1) & 0xFF
        one = state[i]
        j = (j + one) & 0xFF
        other = state[i] = state[j]
        state[j] = one
        stream.append(state[(one + other) & 0xFF])
    return (int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")).to_bytes(len(data), "little")
