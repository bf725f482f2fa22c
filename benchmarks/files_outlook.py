"""Outlook's item (.msg) with attachments, written by hand: a compound file (MS-CFB) holding the streams of MS-OXMSG."""

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


@dataclass
class Node:
    """A storage with children, or a stream with data."""

    name: str
    data: bytes = b""
    children: list["Node"] = field(default_factory=list)
    is_stream: bool = False
    start: int = 0
    child: int = _NONE
    right: int = _NONE


def _stream(name: str, data: bytes) -> Node:
    return Node(name, data, is_stream=True)


def _flat(root: Node) -> list[Node]:
    """All nodes, the root first; brothers hang to the right of one another, in the order of MS-CFB 2.6.4 (by length, then by letter)."""
    nodes = [root]
    for node in nodes:
        first = len(nodes)
        nodes += sorted(node.children, key=lambda child: (len(child.name), child.name.upper()))
        if node.children:
            node.child = first
            for place in range(first, len(nodes) - 1):
                nodes[place].right = place + 1
    return nodes


def _padded(data: bytes, size: int) -> bytes:
    return data + b"\0" * (-len(data) % size)


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END] if count else []


def compound(root: Node) -> bytes:
    """The file: streams of 4,096 octets and more in sectors, smaller ones in the mini stream, which is the root's."""
    nodes, sectors, fat, mini, minifat = _flat(root), bytearray(), list[int](), bytearray(), list[int]()
    for node in nodes[1:]:
        small = len(node.data) < _CUTOFF
        if node.is_stream and node.data:
            into, table, size = (mini, minifat, _MINI) if small else (sectors, fat, _SECTOR)
            node.start = len(table)
            table += _chain(len(table), -(-len(node.data) // size))
            into += _padded(node.data, size)
        elif node.is_stream:
            node.start = _END
    root.data, root.start = bytes(mini), len(fat)

    def put(data: bytes) -> int:
        first = len(fat)
        fat.extend(_chain(first, -(-len(data) // _SECTOR)))
        sectors.extend(_padded(data, _SECTOR))
        return first

    put(root.data)
    minifat_at = put(_longs([*minifat, *[_FREE] * (-len(minifat) % 128)]))
    directory_at = put(b"".join(map(_entry, nodes)) + _empty() * (-len(nodes) % 4))
    count = next(n for n in range(1, 110) if n * 128 >= len(fat) + n)
    first_fat = len(fat)
    fat += [_FAT] * count
    fat += [_FREE] * (count * 128 - len(fat))
    places = [*range(first_fat, first_fat + count), *[_FREE] * (109 - count)]
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, count, directory_at, 0,
        _CUTOFF, minifat_at if minifat else _END, -(-len(minifat) // 128), _END, 0, places[0],
    )  # fmt: skip
    return head + _longs(places[1:]) + bytes(sectors) + _longs(fat)


def _longs(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _entry(node: Node) -> bytes:
    name = node.name.encode("utf-16-le") + b"\0\0"
    kind = 2 if node.is_stream else 5 if node.name == "Root Entry" else 1
    size = len(node.data) if kind != 1 else 0
    return struct.pack(
        "<64sHBBIII36sIQ", name, len(name), kind, 1, _NONE, node.right, node.child, b"", node.start, size
    )


def _empty() -> bytes:
    return struct.pack("<64sHBBIII36sIQ", b"", 0, 0, 0, _NONE, _NONE, _NONE, b"", 0, 0)


def _text(tag: int, value: str) -> tuple[Node, bytes]:
    """A string property (PtypString): its stream and its entry (MS-OXMSG 2.4.2.2)."""
    data = value.encode("utf-16-le")
    return _stream(f"__substg1.0_{tag:04X}001F", data), struct.pack("<HHIII", 0x1F, tag, 6, len(data) + 2, 0)


def _binary(tag: int, data: bytes) -> tuple[Node, bytes]:
    return _stream(f"__substg1.0_{tag:04X}0102", data), struct.pack("<HHIII", 0x102, tag, 6, len(data), 0)


def _long(tag: int, value: int) -> bytes:
    return struct.pack("<HHIII", 3, tag, 6, value, 0)


def _storage(
    name: str, head: bytes, texts: Sequence[tuple[Node, bytes]], longs: bytes, children: Sequence[Node] = ()
) -> Node:
    properties = _stream("__properties_version1.0", head + longs + b"".join(entry for _, entry in texts))
    return Node(name, children=[properties, *(node for node, _ in texts), *children])


def msg(files: Sequence[tuple[str, bytes]], _rng: random.Random, body: str = "資料をお送りします。\r\n") -> bytes:
    """An item with a recipient and the files attached."""
    attached = [
        _storage(f"__attach_version1.0_#{n:08X}", b"\0" * 8, [_text(0x3707, name), _text(0x3704, name[-12:]), _binary(0x3701, data)], _long(0x3705, 1) + _long(0x0E21, n))
        for n, (name, data) in enumerate(files)
    ]  # fmt: skip
    recipient = _storage(
        "__recip_version1.0_#00000000",
        b"\0" * 8,
        [_text(0x3001, "tanto"), _text(0x39FE, "tanto@partner.example")],
        _long(0x0C15, 1),
    )
    named = Node("__nameid_version1.0", children=[_stream(f"__substg1.0_000{n}0102", b"") for n in (2, 3, 4)])
    head = struct.pack("<8xIIII8x", 1, len(files), 1, len(files))
    texts = [
        _text(0x001A, "IPM.Note"),
        _text(0x0037, "資料"),
        _text(0x1000, body),
        _text(0x0C1F, "soumu@partner.example"),
    ]
    return compound(_storage("Root Entry", head, texts, _long(0x340D, 0x00040000), [named, recipient, *attached]))
