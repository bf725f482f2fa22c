"""entities: encoded bodies that a text holds together with the fields that say so, as pasted messages and hidden parts do; linear."""

import re
from collections.abc import Iterator

from mail.shapes import Embedded, Lost
from mail.transfer import base64_readings, is_prose, quoted_printable, quoted_printable_otherwise, uuencoded

_WORD = b"encoding"
# A field of its own line, quoted or pushed aside; up to the blank line other fields may follow it.
_FIELD = re.compile(
    rb"(?i)content.transfer.encoding[^\r\n]{0,80}?(base64|quoted.printable|x?-?uue?(?:ncode)?)[^\r\n]{0,200}\r?\n"
    rb"(?:[^\r\n]{1,998}\r?\n){0,30}?[ \t>]{0,8}\r?\n"
)
_END = re.compile(rb"(?m)^[ \t>]{0,8}--")
_QUOTE = re.compile(rb"(?m)^[ \t]{0,8}>[ \t>]{0,8}")
_YENC = re.compile(rb"(?m)^=ybegin [^\r\n]{0,300}\r?\n")
_YENC_LINE = re.compile(rb"(?m)^=y(?:part|end)[^\r\n]{0,300}\r?$")
_BINHEX = b"(This file must be converted with BinHex"
_LESS_42 = bytes((octet - 42) & 255 for octet in range(256))
_MOST = 50


def entities(data: bytes) -> tuple[list[Embedded], list[Lost]]:
    """The bodies, decoded; and what is encoded in a way that nobody reads here."""
    # Of a text without its last letter that much is known many times as fast.
    files = list(_bodies(data)) if (b"g" in data or b"G" in data) and _WORD in data.lower() else []
    if b"=" in data and b"=ybegin " in data:
        files += _yenc(data)
    lost = [Lost("unknown_format", "BinHex")] if b"(" in data and _BINHEX in data else []
    lost += [Lost("limit", "encoded bodies")] if len(files) > _MOST else []
    return files[:_MOST], lost


def _bodies(data: bytes) -> Iterator[Embedded]:
    field = _FIELD.search(data)
    count = 0
    while field is not None and count <= _MOST:
        following = _FIELD.search(data, field.end())
        if is_prose(_body(data, field.end(), following.start() if following else len(data))[0]):
            field = following  # words behind such a line are of one who speaks of encodings
            continue
        body, until = _body(data, field.end(), len(data))
        if (decoded := _decoded(body, field[1].lower())) and decoded.strip() != body.strip():
            count += 1
            yield Embedded("", decoded, "")
        field = _FIELD.search(data, until)


def _body(data: bytes, start: int, stop: int) -> tuple[bytes, int]:
    """What stands between a field and the next boundary, without the marks of quotation; and where it ends."""
    end = _END.search(data, start, stop)
    until = end.start() if end else stop
    return _QUOTE.sub(b"", data[start:until]), until


def _decoded(body: bytes, encoding: bytes) -> bytes:
    if encoding == b"base64":
        readings, good = base64_readings(body)
        return readings[0] if good else b"\r\n".join(readings)
    if not encoding.startswith(b"quoted"):
        return uuencoded(body)
    data, _ = quoted_printable(body)
    other = quoted_printable_otherwise(body, data)
    return b"\r\n".join((data, other)) if other else data


def _yenc(data: bytes) -> Iterator[Embedded]:
    """Of yEnc 1.3: 42 more than the octet, and 64 more behind a "="."""
    for begin in list(_YENC.finditer(data))[: _MOST + 1]:
        end = data.find(b"\n=yend", begin.end())
        body = (
            _YENC_LINE.sub(b"", data[begin.end() : end if end >= 0 else len(data)])
            .replace(b"\r", b"")
            .replace(b"\n", b"")
        )
        plain = re.sub(rb"(?s)=(.)", lambda found: bytes(((found[1][0] - 64) & 255,)), body)
        yield Embedded("", plain.translate(_LESS_42), "")
