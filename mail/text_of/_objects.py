"""What is in a compound file beside its document: properties, embedded files and objects, macros; the rest is swept."""

from collections.abc import Iterator

from mail.budget import OverBudgetError
from mail.charset import decode
from mail.text_of import Hint, _zip, recognise
from mail.text_of._biff import decoded
from mail.text_of._cfb import CompoundFile, Entry
from mail.text_of._cfb_write import packed
from mail.text_of._inside import Findings
from mail.text_of._properties import properties, without_picture

_PROPERTIES = "\x05"
_OBJECT = "object"
_NATIVE = "\x01OLE10NATIVE"
# A storage with one of these is a document of its own.
_DOCUMENTS = frozenset(
    ["WORDDOCUMENT", "WORKBOOK", "BOOK", "POWERPOINT DOCUMENT", "__PROPERTIES_VERSION1.0", "ENCRYPTEDPACKAGE"]
)
# What office programs keep for themselves: looked through, not a loss.
_MACHINERY = frozenset(
    [
        *("COMPOBJ", "OLE", "OBJINFO", "LINKINFO", "PRINT", "EPRINT", "META", "PICT", "PRNTPICT", "OLEPRES000", "OLEPRES001"),
        *("OLEPRES002", "OLE10ITEMNAME", "OLE10FMTPROGID", "OCXNAME", "OCXDATA", "ACCESSOBJSITEDATA", "EQUATION NATIVE"),
        *("1TABLE", "0TABLE", "DATA", "PICTURES", "CURRENT USER", "HEADER", "CTLS", "XCB", "USER NAMES", "REVISION LOG"),
        *("PROJECT", "PROJECTWM", "DIR", "_VBA_PROJECT", "VBFRAME", "F", "O", "LAYOUTCACHE"),
        *("VERSION", "PRIMARY", "DATASPACEMAP", "ENCRYPTIONINFO", "ENCRYPTEDSUMMARY", "STRONGENCRYPTIONDATASPACE"),
        *("DRMENCRYPTEDDATASPACE", "DRMENCRYPTEDTRANSFORM"),
    ]
)  # fmt: skip
_PREFIXES = "\1\2\3\4\6"
_CHUNK, _MOST_CHUNKS = 4096, 1024
_MACRO = b"\0Attribut"
_TINY, _FEW, _LARGE = 32, 512, 64 * 1024
"""Octets of a stream from which on it may be a file; from which on something was not inspected; of a property of Outlook."""
_MOST_ASKED = 5000


def take_properties(file: CompoundFile, entry: Entry, found: Findings) -> None:
    """A property set, as hidden rows of name and value."""
    if not entry.is_storage and entry.name.startswith(_PROPERTIES) and not file.is_read(entry):
        data = file.content(entry)
        found.pairs(properties(data), "properties")
        found.sweep(without_picture(data))


def leftovers(file: CompoundFile, found: Findings) -> None:
    """Every stream nobody has read: files inside are handed on, the others looked through; where they are large, that is a loss."""
    waiting = [file.root]
    while waiting:
        storage = waiting.pop()
        for entry in storage.inside:
            if not entry.is_storage:
                if not file.is_read(entry):
                    _stream(file, entry, found)
            elif any(one.name.upper() in _DOCUMENTS and not file.is_read(one) for one in entry.inside):
                found.embed(_OBJECT, packed(entry, file.content))
            else:
                waiting.append(entry)
    behind = file.behind() if file.root.inside else b""
    if behind and recognise(behind, Hint())[1].kind not in {"unknown", "plain", "media"}:
        found.embed("behind the end", behind)  # a file that is two, by who opens it
    (found.sweep if file.root.inside else found.sweep_closely)(file.unused())


def _stream(file: CompoundFile, entry: Entry, found: Findings) -> None:
    name, data = entry.name.upper(), file.content(entry)
    if name.startswith(_PROPERTIES):
        found.pairs(properties(data), "properties")
        found.sweep(without_picture(data))
    elif name == _NATIVE:
        native(data, found)
    elif _MACRO in data:
        _macros(data, found)
    else:
        unknown(entry.name, data, found, expected=name.lstrip(_PREFIXES) in _MACHINERY)


def unknown(name: str, data: bytes, found: Findings, *, expected: bool = False) -> None:
    """Octets by what they look like; a loss where nobody knows them and they are more than a few."""
    found.asked += len(data) > _TINY
    kind = recognise(data, Hint())[1].kind if len(data) > _TINY and found.asked <= _MOST_ASKED else "unknown"
    if found.asked > _MOST_ASKED:
        found.lose("limit", "objects")
    if kind in {"unknown", "empty", "media"}:
        found.sweep_closely(data)
        if not expected and len(data) > (_LARGE if name.startswith("__") else _FEW):
            found.lose("unknown_format", name)
    elif kind == "picture":
        found.sweep(data, is_picture=True)
    elif kind == "plain":
        found.rest.text(decode(data)[0])
    else:
        found.embed(name if name.startswith("__") else _OBJECT, data)


def theme(data: bytes, found: Findings) -> None:
    """The parts of a package that a program keeps in a record: as XML nobody sees, or as a file where it is more than that."""
    directory = _zip.directory(data)
    try:
        parts = [_zip.inflate(data, entry, found.spending) for entry in directory.entries]
    except (_zip.DamagedError, OverBudgetError):
        parts = [data]
    if directory.lost or not all(part[:1] == b"<" for part in parts if part):
        found.embed(_OBJECT, data)
        return
    for part in parts:
        found.rest.source(part)


def native(data: bytes, found: Findings) -> None:
    """A stream Ole10Native: a file that was packed by the shell (label, path, path, content), or the octets of an object."""
    size = int.from_bytes(data[:4], "little")
    body = data[4 : 4 + size] if size else data[4:]
    names: list[str] = []
    at = 2
    if body[:2] == b"\2\0":
        for skip in (4, 0):  # behind the path stand four octets and the length of the next one
            for _ in range(2 if skip else 1):
                end = body.find(b"\0", at)
                names.append(decode(body[at : max(end, at)])[0])
                at = max(end, at) + 1
            at += 2 * skip if skip else 0
        length = int.from_bytes(body[at : at + 4], "little")
        content = body[at + 4 : at + 4 + length]
        if names[0] and content:
            found.rest.values(names[:2])
            found.embed(names[0].replace("\\", "/").rpartition("/")[2], content)
            found.sweep(body[at + 4 + length :])
            return
    unknown("Ole10Native", body, found)


def _macros(data: bytes, found: Findings) -> None:
    """The source of a module, as hidden lines (MS-OVBA 2.4.1): it begins three octets before its first token."""
    at = data.find(_MACRO)
    pieces: list[bytes] = []
    for piece in _decompressed(data, at - 2):
        pieces.append(piece)
        if len(pieces) >= _MOST_CHUNKS:
            found.lose("limit", "macro")
            break
    source = decoded(b"".join(pieces), "cp932")
    found.lines(source.splitlines(), "macro", hidden=True)
    found.sweep(data[: max(at, 0)])


def _decompressed(data: bytes, at: int) -> Iterator[bytes]:
    """The chunks of a compressed container, each at most 4096 octets."""
    while at >= 0 and at + 2 < len(data):
        head = int.from_bytes(data[at : at + 2], "little")
        end = min(at + 3 + (head & 0x0FFF), len(data))
        if head & 0x7000 != 0x3000:  # noqa: PLR2004 - MS-OVBA 2.4.1.1.5
            return
        yield _chunk(data[at + 2 : end]) if head & 0x8000 else data[at + 2 : end]
        at = end


def _chunk(packed_: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(packed_):
        flags = packed_[at]
        at += 1
        for bit in range(8):
            if at >= len(packed_):
                break
            if not flags >> bit & 1:
                out.append(packed_[at])
                at += 1
                continue
            token = int.from_bytes(packed_[at : at + 2], "little")
            at += 2
            bits = max((len(out) - 1).bit_length(), 4)
            length, back = (token & (0xFFFF >> bits)) + 3, (token >> (16 - bits)) + 1
            if back > len(out):
                return bytes(out)
            piece = bytes(out[-back:])
            out += (piece * (length // back + 1))[:length]
            if len(out) >= _CHUNK:
                return bytes(out[:_CHUNK])
    return bytes(out)
