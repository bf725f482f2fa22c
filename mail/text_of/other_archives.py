"""other archives: 7z, rar, lha, cab, iso, cpio, ar, xar, rpm, zstd, lz4, lzip and compress, by libarchive; members are files to read on."""

from collections.abc import Iterator

from mail.budget import OverBudgetError, Spending
from mail.shapes import Embedded, Lost, Reason, Text
from mail.text_of import _libarchive
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._members import named, shown

KINDS = ("7z", "rar", "lha", "cab", "iso", "cpio", "ar", "xar", "rpm", "zstd", "lz4", "lzip", "compress")
SUREST = 97

_MAGIC = (
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"070701", "cpio"),
    (b"070702", "cpio"),
    (b"070707", "cpio"),
    (b"\xc7\x71", "cpio"),
    (b"\x71\xc7", "cpio"),
    (b"!<arch>\n", "ar"),
    (b"xar!", "xar"),
    (b"\xed\xab\xee\xdb", "rpm"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"LZIP\1", "lzip"),
    (b"\x1f\x9d", "compress"),
)
_CPIO_HEADER, _LONGEST_NAME = 26, 4096
_MAGICS = tuple(magic for magic, _ in _MAGIC)
_FORMATS = {
    "7z": ("7zip",),
    "rar": ("rar", "rar5"),
    "iso": ("iso9660",),
    "rpm": ("cpio",),
    **dict.fromkeys(("zstd", "lz4", "lzip", "compress"), ("raw",)),
}
_FILTERS = {
    "rpm": ("rpm", "gzip", "bzip2", "xz", "zstd", "lzma"),
    **{kind: (kind,) for kind in ("zstd", "lz4", "lzip", "compress")},
}
_SINGLE = {"zstd": (".zst", ".zstd"), "lz4": (".lz4",), "lzip": (".lz",), "compress": (".z",)}
_SYSTEM_AREA = 32 * 1024  # ECMA-119 6.2.1: not for the file system, so anything may stand there
_TRAILER = b"TRAILER!!!"
_EMPTY = 128
"""Octets of an archive without members, at most: a longer one has some, which libarchive passes over."""


def recognises(data: bytes, _hint: Hint) -> Guess:
    """Magic numbers; of lha the method in its header, of iso the descriptor behind the system area."""
    if data[_SYSTEM_AREA : _SYSTEM_AREA + 6] == b"\1CD001":
        return Guess("iso", 97)
    for magic, kind in _MAGIC if data.startswith(_MAGICS) else ():
        if data.startswith(magic) and (len(magic) > 2 or _goes_on(data)):  # noqa: PLR2004 - two octets are not much
            return Guess(kind, 92 if len(magic) > 2 else 59)  # noqa: PLR2004
    if data[2:5] in {b"-lh", b"-lz"} and data[6:7] == b"-":
        return Guess("lha", 92)
    return NOT_MINE


def _goes_on(data: bytes) -> bool:
    """Whether the header behind a magic number of two octets can be one: noise begins with one of them in 20,000 cases.

    compress: the greatest width of a code, and two bits that are none. cpio: the length of a name with its NUL in words of either order.
    """
    if data.startswith(b"\x1f\x9d"):
        return not data[2] & 0x60 and 9 <= data[2] & 0x1F <= 16 if len(data) > 2 else True  # noqa: PLR2004
    size = int.from_bytes(data[20:22], "little" if data[0] == 0xC7 else "big")  # noqa: PLR2004
    return len(data) < _CPIO_HEADER or (
        0 < size <= _LONGEST_NAME and data[_CPIO_HEADER + size - 1 : _CPIO_HEADER + size] in {b"\0", b""}
    )


def warm() -> None:
    """Find the library while processes can still be started."""
    missing()


def missing() -> str:
    """What is not on this machine and would be needed to read these; "" where nothing is."""
    try:
        _libarchive.library()
    except _libarchive.LibraryMissingError:
        return "libarchive"
    return ""


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """The members; a member that needs a password is an encrypted archive, without the library nothing is read."""
    if spending.archive_depth >= spending.budget.archive_depth:
        raise OverBudgetError("archive depth")
    names: list[str] = []
    lost: list[Lost] = []
    files: list[Embedded] = []
    try:
        for member in _members(data, hint.kind, spending):
            names += [member.name, member.link]
            if member.state:
                reason: Reason = "encrypted_archive" if member.state == "encrypted" else "damaged"
                lost.append(Lost(reason, shown(member.name) or hint.kind))
            if member.is_file and (member.content or not member.state):
                name = _unpacked_name(hint) if hint.kind in _SINGLE else shown(member.name)
                files.append(Embedded(name, member.content))
    except OverBudgetError as error:
        lost.append(Lost("limit", error.what))
    except _libarchive.LibraryMissingError:
        return Text(lost=(Lost("unknown_format", hint.kind),))
    if not (names or lost or files) and len(data) > _EMPTY:
        lost.append(Lost("damaged", hint.kind))
    files += _around(data, hint.kind)
    return Text(named(names, spending), tuple(dict.fromkeys(lost)), tuple(files))


def _members(data: bytes, kind: str, spending: Spending) -> Iterator[_libarchive.Member]:
    return _libarchive.members(data, _FORMATS.get(kind, (kind,)), _FILTERS.get(kind, ("none",)), spending)


def _unpacked_name(hint: Hint) -> str:
    lower = hint.name.lower()
    return next((hint.name[: -len(suffix)] for suffix in _SINGLE[hint.kind] if lower.endswith(suffix)), hint.name)


def _around(data: bytes, kind: str) -> Iterator[Embedded]:
    """What stands where the archive does not look: another program may."""
    if kind == "iso" and data[:_SYSTEM_AREA].strip(b"\0"):
        yield Embedded("", data[:_SYSTEM_AREA].rstrip(b"\0"))
    behind = data[_end(data, kind) :].strip(b"\0")
    if behind:
        yield Embedded("", behind)


def _end(data: bytes, kind: str) -> int:
    """Where the archive ends by its own words."""
    if kind == "7z":  # 7zFormat.txt: signature header, then offset and size of the next header
        return 32 + int.from_bytes(data[12:20], "little") + int.from_bytes(data[20:28], "little")
    if kind == "cab":  # MS-CAB 2.1: cbCabinet
        return int.from_bytes(data[8:12], "little")
    if kind == "cpio":
        at = data.rfind(_TRAILER)
        return len(data) if at < 0 else at + len(_TRAILER)
    return len(data)
