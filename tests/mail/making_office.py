"""Old Office files that tests read: compound files, workbooks, items of Outlook, put together octet by octet."""

import gzip
import struct
from collections.abc import Mapping
from pathlib import Path

from mail.text_of._cfb import Entry
from mail.text_of._cfb_write import packed

SAMPLES = Path(__file__).parent / "samples"
Tree = Mapping[str, "bytes | Tree"]


def sample(name: str) -> bytes:
    """A file that LibreOffice wrote; see samples/README.md."""
    return gzip.decompress((SAMPLES / f"{name}.gz").read_bytes())


def compound(tree: Tree) -> bytes:
    """A compound file of streams (octets) and storages (trees)."""
    contents: dict[int, bytes] = {}
    root = _entry("Root Entry", tree, contents)
    return packed(root, lambda entry: contents[id(entry)])


def _entry(name: str, tree: "bytes | Tree", contents: dict[int, bytes]) -> Entry:
    if isinstance(tree, bytes):
        entry = Entry(name, is_storage=False, size=len(tree))
        contents[id(entry)] = tree
        return entry
    return Entry(name, inside=[_entry(inner, content, contents) for inner, content in tree.items()])


def tree_of(data: bytes) -> dict[str, "bytes | Tree"]:
    """The streams of a compound file without storages."""
    from mail.text_of._cfb import CompoundFile

    file = CompoundFile(data)
    return {entry.name: file.content(entry) for entry in file.root.inside if not entry.is_storage}


def biff(*records: tuple[int, bytes]) -> bytes:
    """A stream of records."""
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)


EOF = (0x0A, b"")


def workbook_95(rows: list[list[str]], title: str, codec: str = "cp932", page: int = 932) -> bytes:
    """A workbook of Excel 5 and 95 with one sheet of texts."""
    cells = [
        (0x204, struct.pack("<HHHH", y, x, 0, len(text.encode(codec))) + text.encode(codec))
        for y, row in enumerate(rows)
        for x, text in enumerate(row)
    ]
    sheet = biff((0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)), *cells, EOF)
    name = title.encode(codec)

    def head(at: int) -> bytes:
        listed = struct.pack("<IBB", at, 0, 0) + bytes((len(name),)) + name
        begin = (0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
        return biff(begin, (0x42, struct.pack("<H", page)), (0x85, listed), EOF)

    return head(len(head(0))) + sheet


def workbook_97(*records: tuple[int, bytes]) -> bytes:
    """A workbook of Excel 97 whose only sheet has these records."""
    name = "表".encode("utf-16-le")

    def head(at: int) -> bytes:
        begin = (0x809, struct.pack("<HHHH", 0x600, 5, 0, 0))
        return biff(begin, (0x85, struct.pack("<IBBBB", at, 0, 0, 1, 1) + name), EOF)

    return head(len(head(0))) + biff((0x809, struct.pack("<HHHH", 0x600, 0x10, 0, 0)), *records, EOF)


def wide(text: str) -> bytes:
    """A string of Excel 97 with its length."""
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def word_95(text: bytes, language: int = 0x411) -> bytes:
    """A stream of Word 95 whose text is all in one place."""
    head = bytearray(0x300)
    struct.pack_into("<HH", head, 0, 0xA5DC, 104)
    struct.pack_into("<H", head, 6, language)
    struct.pack_into("<II", head, 24, len(head), len(head) + len(text))
    struct.pack_into("<I", head, 52, len(text))
    return bytes(head) + text


def item(strings: Mapping[int, str], more: Tree | None = None, fixed: Mapping[int, int] | None = None) -> "Tree":
    """An item of Outlook: its strings by their numbers, further streams and storages, numbers of four octets."""
    entries = b"".join(struct.pack("<HHIII", 3, number, 6, value, 0) for number, value in (fixed or {}).items())
    return {
        "__properties_version1.0": bytes(32) + entries,
        **{f"__substg1.0_{number:04X}001F": text.encode("utf-16-le") for number, text in strings.items()},
        **(more or {}),
    }


def native(name: str, data: bytes) -> bytes:
    """A stream Ole10Native with a file in it."""
    label, path = name.encode("cp932") + b"\0", b"C:\\temp\\" + name.encode("cp932") + b"\0"
    body = (
        b"\2\0" + label + path + b"\0\0\3\0" + struct.pack("<I", len(path)) + path + struct.pack("<I", len(data)) + data
    )
    return struct.pack("<I", len(body)) + body


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    """A stream of TNEF: level, number and data of each attribute."""
    out = b"\x78\x9f\x3e\x22\1\0"
    for level, number, data in attributes:
        out += struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return out


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """A list of properties in TNEF: type, number, octets."""
    out = struct.pack("<I", len(values))
    for kind, number, data in values:
        out += struct.pack("<HH", kind, number)
        if kind in {0x1E, 0x1F, 0x102, 0x0D}:
            out += struct.pack("<II", 1, len(data)) + data + bytes(-len(data) % 4)
        else:
            out += data
    return out
