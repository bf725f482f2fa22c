"""tar: POSIX pax, ustar and GNU long names; what lies behind the end or between members is damaged."""

from mail.budget import OverBudgetError, Spending
from mail.charset import decode
from mail.shapes import Embedded, Lost, Text
from mail.text_of._members import named, shown

BLOCK = 512


def read(data: bytes, spending: Spending) -> Text:
    """POSIX.1-2008 pax, ustar and GNU long names; of links, devices and folders the names are all there is."""
    files: list[Embedded] = []
    names: list[str] = []
    lost: list[Lost] = []
    at, long_name = 0, ""
    while at < len(data):
        block = data[at : at + BLOCK]
        if not block.strip(b"\0"):
            lost += _behind(data[at:])
            break
        size, start = _number(block[124:136]), at + BLOCK
        if not checksum_holds(block) or size < 0 or start + size > len(data):
            lost.append(Lost("damaged", "tar"))
            break
        at = start + (size + BLOCK - 1) // BLOCK * BLOCK
        lost += _behind(data[start + size : at])
        content, kind = data[start : start + size], block[156:157]
        names += [_tar_name(block), decode(block[157:257].rstrip(b"\0"))[0]]
        if kind in _TAR_SAYS:
            names.append(decode(content)[0])
            long_name = _long_name(content, kind) or long_name
        elif kind in {b"0", b"\0", b"7"}:
            try:
                spending.member()
                spending.inflate(size)
            except OverBudgetError as error:
                lost.append(Lost("limit", error.what))
                break
            files.append(Embedded(shown(long_name or _tar_name(block)), content))
            long_name = ""
        elif size or kind not in b"123456":
            lost.append(Lost("unknown_format", "tar member"))
            break
    return Text(named(names, spending), tuple(lost), tuple(files))


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


def checksum_holds(block: bytes) -> bool:
    """Whether it is the header of a member: the sum of its octets stands in it."""
    if len(block) < BLOCK:
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
