"""archive: zip, gzip, bzip2, xz and tar; members come back as files to read on, names are data and never paths."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator

from mail.budget import OverBudgetError, Spending
from mail.charset import decode
from mail.shapes import Block, Embedded, Lost, Text
from mail.text_of import _zip
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._rest import Rest
from mail.text_of._runs import text_in
from mail.words import TURNS

KINDS = ("zip", "gzip", "bzip2", "xz", "tar")

_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x5d\0\0", "xz"))
_MAGICS = tuple(magic for magic, _ in _MAGIC)
_SUFFIXES = (".gz", ".bz2", ".xz", ".lzma")
_CHUNK = 256 * 1024
_XZ_MEMORY = 128 * 1024 * 1024
_BLOCK = 512


def recognises(data: bytes, hint: Hint) -> Guess:
    """Magic numbers; a zip also by its end, whatever stands before it."""
    if data[257:262] == b"ustar" or (hint.suffix == "tar" and _checksum_holds(data[:_BLOCK])):
        return Guess("tar", 96)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02", b"PK00PK")):
        return Guess("zip", 90)
    for magic, kind in _MAGIC if data.startswith(_MAGICS) else ():
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
            return _tar_members(data, spending)
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
            lost.append(Lost("encrypted_archive", _shown(entry.name)))
            continue
        try:
            spending.member()
            files.append(Embedded(_shown(entry.name), _zip.inflate(data, entry, spending)))
        except _zip.DamagedError:
            lost.append(Lost("damaged", _shown(entry.name)))
        except OverBudgetError as error:
            lost.append(Lost("limit", error.what))
            break
    return Text(_named(found.words(), spending), tuple(lost), tuple(files))


def _named(words: Iterable[str], spending: Spending) -> tuple[Block, ...]:
    """Names and comments travel too, and say more than the files at times."""
    rest = Rest()
    for word in words:
        rest.text(word)
    return rest.blocks((), spending, "names")


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
    names = _named(_gzip_fields(data), spending) if hint.kind == "gzip" else ()
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


def _tar_members(data: bytes, spending: Spending) -> Text:
    """POSIX.1-2008 pax, ustar and GNU long names; of links, devices and folders the names are all there is."""
    files: list[Embedded] = []
    names: list[str] = []
    lost: list[Lost] = []
    at, long_name = 0, ""
    while at < len(data):
        block = data[at : at + _BLOCK]
        if not block.strip(b"\0"):
            lost += _behind(data[at:])
            break
        size, start = _number(block[124:136]), at + _BLOCK
        if not _checksum_holds(block) or size < 0 or start + size > len(data):
            lost.append(Lost("damaged", "tar"))
            break
        at = start + (size + _BLOCK - 1) // _BLOCK * _BLOCK
        lost += _behind(data[start + size : at])
        content, kind = data[start : start + size], block[156:157]
        names += [_tar_name(block), decode(block[157:257].rstrip(b"\0"))[0]]
        if kind in _TAR_SAYS:
            names.append(decode(content)[0])
            long_name = _long_name(content, kind) or long_name
        elif kind in {b"0", b"\0", b"7"}:
            spending.member()
            spending.inflate(size)
            files.append(Embedded(_shown(long_name or _tar_name(block)), content))
            long_name = ""
        elif size or kind not in b"123456":
            lost.append(Lost("unknown_format", "tar member"))
            break
    return Text(_named(names, spending), tuple(lost), tuple(files))


_TAR_SAYS = frozenset({b"x", b"g", b"L", b"K"})
"""Members that say something of the next ones: names, comments."""


def _behind(data: bytes) -> tuple[Lost, ...]:
    """Behind a member, and behind the two empty blocks at the end, nothing may stand."""
    return (Lost("damaged", "data behind the end"),) if data.strip(b"\0") else ()


def _number(field: bytes) -> int:
    if field[:1] in {b"\x80", b"\xff"}:  # GNU base-256
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 else -1  # noqa: PLR2004
    text = field.strip(b" \0")
    return int(text, 8) if text.isdigit() and not text.translate(None, b"01234567") else (0 if not text else -1)


def _checksum_holds(block: bytes) -> bool:
    if len(block) < _BLOCK:
        return False
    return _number(block[148:156]) == sum(block[:148]) + 8 * 32 + sum(block[156:])


def _long_name(content: bytes, kind: bytes) -> str:
    if kind == b"L":
        return decode(content.rstrip(b"\0"))[0]
    for line in content.split(b"\n")[:100] if kind == b"x" else ():
        _, _, pair = line.partition(b" ")
        if pair.startswith(b"path="):
            return decode(pair[5:])[0]
    return ""


def _tar_name(block: bytes) -> str:
    prefix, name = block[345:500].split(b"\0")[0], block[:100].split(b"\0")[0]
    return decode(prefix + b"/" + name if prefix and block[257:263] == b"ustar\0" else name)[0]


def _unpacked_name(name: str) -> str:
    lower = name.lower()
    for suffix in _SUFFIXES:
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return name[:-4] + ".tar" if lower.endswith((".tgz", ".tbz", ".txz")) else name


def _shown(name: str) -> str:
    """A member's name for people: printable, at most 255 characters."""
    return "".join(c if c.isprintable() else "�" for c in name[:255].translate(TURNS))
