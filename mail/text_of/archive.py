"""archive: zip, gzip, bzip2, xz and tar; members come back as files to read on, names are data and never paths."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator

from mail.budget import OverBudgetError, Spending
from mail.charset import decode
from mail.shapes import Embedded, Lost, Text
from mail.text_of import _tar, _zip
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._members import named, shown
from mail.text_of._runs import text_in

KINDS = ("zip", "gzip", "bzip2", "xz", "tar")
SUREST = 96

_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x5d\0\0", "xz"))
_GZIP_HEADER = 10
_MAGICS = tuple(magic for magic, _ in _MAGIC)
_SUFFIXES = (".gz", ".bz2", ".xz", ".lzma")
_CHUNK = 256 * 1024
_XZ_MEMORY = 128 * 1024 * 1024


def recognises(data: bytes, hint: Hint) -> Guess:
    """Magic numbers; a zip also by its end, whatever stands before it."""
    if data[257:262] == b"ustar" or (hint.suffix == "tar" and _tar.checksum_holds(data[: _tar.BLOCK])):
        return Guess("tar", 96)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02", b"PK00PK")):
        return Guess("zip", 90)
    for magic, kind in _MAGIC if data.startswith(_MAGICS) else ():
        if magic == b"\x1f\x8b" and len(data) >= _GZIP_HEADER and (data[2] != 8 or data[3] & 0xE0):  # noqa: PLR2004
            continue  # RFC 1952 2.3.1: no other method, reserved flags: noise
        if data.startswith(magic) and (kind != "xz" or data[0] != 0x5D or hint.suffix == "lzma"):  # noqa: PLR2004
            return Guess(kind, 90)
    if _zip.has_end(data) and _zip.directory(data).entries:
        return Guess("zip", 93)
    return NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """The members; deeper than six archives inside one another is a limit."""
    if spending.archive_depth >= spending.budget.archive_depth:
        raise OverBudgetError("archive depth")
    match hint.kind:
        case "zip":
            return _zip_members(data, spending)
        case "tar":
            return _tar.read(data, spending)
        case _:
            return _single(data, hint, spending)


def _zip_members(data: bytes, spending: Spending) -> Text:
    found = _zip.directory(data, spending.budget.members)
    lost = list(found.lost)
    files: list[Embedded] = []
    for entry in found.entries:
        if entry.is_folder:
            continue
        if _zip.is_encrypted(entry):
            lost.append(Lost("encrypted_archive", shown(entry.name)))
            continue
        try:
            spending.member()
            files.append(Embedded(shown(entry.name), _zip.inflate(data, entry, spending)))
        except _zip.DamagedError:
            lost.append(Lost("damaged", shown(entry.name)))
        except OverBudgetError as error:
            lost.append(Lost("limit", error.what))
            break
    return Text(named(found.words(), spending), tuple(lost), tuple(files))


def _single(data: bytes, hint: Hint, spending: Spending) -> Text:
    """One packed file; what could be unpacked before the damage is still read."""
    pieces: list[bytes] = []
    lost: tuple[Lost, ...] = ()
    spending.member()
    try:
        for piece in _zip.counted(_UNPACK[hint.kind](data), len(data), spending):
            pieces.append(piece)  # noqa: PERF402 - what came before an error is kept
    except OverBudgetError as error:
        return Text((), (Lost("limit", error.what),))
    except lzma.LZMAError as error:
        lost = (Lost("limit" if "limit" in str(error).lower() else "damaged", hint.kind),)
    except (zlib.error, OSError, EOFError, ValueError, _zip.DamagedError):
        lost = (Lost("damaged", hint.kind),)
    content = b"".join(pieces)
    names = named(_gzip_fields(data), spending) if hint.kind == "gzip" else ()
    return Text(names, lost, (Embedded(_unpacked_name(hint.name), content),) if content else ())


def _gzip_fields(data: bytes) -> Iterator[str]:
    """What may stand in front of the packed data (RFC 1952 2.3.1): an extra field, a name, a comment."""
    flags, at = int.from_bytes(data[3:4], "little"), 10
    if flags & 0x04:
        end = at + 2 + int.from_bytes(data[at : at + 2], "little")
        yield from text_in(data[at:end])
        at = end
    for flag in (0x08, 0x10):
        if flags & flag:
            end = data.find(b"\0", at)
            yield decode(data[at : max(at, end)])[0]
            at = end + 1


def _gzip(data: bytes) -> Iterator[bytes]:
    rest = data
    while rest[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        piece = unpacker.decompress(rest, _CHUNK)
        while piece:
            yield piece
            piece = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
        if not unpacker.eof:
            raise EOFError
        rest = unpacker.unused_data
    if rest.strip(b"\0"):
        raise ValueError("data behind the end")


def _bzip2(data: bytes) -> Iterator[bytes]:
    rest = data
    while rest:
        unpacker = bz2.BZ2Decompressor()
        yield from _drained(unpacker, rest)
        rest = unpacker.unused_data
        if rest and not rest.startswith(b"BZh"):
            raise ValueError("data behind the end")


def _xz(data: bytes) -> Iterator[bytes]:
    rest = data
    while rest:
        unpacker = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        yield from _drained(unpacker, rest)
        rest = unpacker.unused_data.lstrip(b"\0")


def _drained(unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: bytes) -> Iterator[bytes]:
    piece = unpacker.decompress(packed, _CHUNK)
    while True:
        if piece:
            yield piece
        if unpacker.eof:
            return
        if unpacker.needs_input:
            raise EOFError
        piece = unpacker.decompress(b"", _CHUNK)


_UNPACK: dict[str, Callable[[bytes], Iterator[bytes]]] = {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz}


def _unpacked_name(name: str) -> str:
    lower = name.lower()
    for suffix in _SUFFIXES:
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return name[:-4] + ".tar" if lower.endswith((".tgz", ".tbz", ".txz")) else name
