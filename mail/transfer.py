"""transfer: content transfer encodings → octets (RFC 2045 6), with every reading where readers would disagree; never raises."""

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress

import pybase64

from mail import words
from mail.text_of._magic import by_magic

_SPACE = b" \t\r\n"
_LINE_END = b"\r\n"
_LONGEST_LINE = 1000
_LARGE = 1 << 20
"""Octets of a broken body above which only the usual two readings are taken: it is asked about in any case."""
_SAMPLE = 4096
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1b")
_BREAK = rb"\r?\n|[ \t]{1,80}(?:\r?\n|\Z)|\Z"
_QP_WRONG = re.compile(rb"=(?![0-9A-Fa-f]{2}|" + _BREAK + rb")")
_QP_LOWER = re.compile(rb"=(?=[0-9A-Fa-f]{2})(?![0-9A-F]{2})")
# What decoders were seen to take out with a "=" that is none: nothing more, a line end of one octet, a digit, one octet, two.
_TAKEN = (b"", b"\r", b"[0-9A-Fa-f]", b"[^\r\n]", b"[^\r\n]{2}")
_QP_LENIENT = tuple(re.compile(_QP_WRONG.pattern + taken) for taken in _TAKEN)
_QP_STRICT = tuple(re.compile(rb"=(?![0-9A-F]{2}|" + _BREAK + rb")" + taken) for taken in _TAKEN)
_QP_BLANKS = re.compile(rb"=[ \t]{1,80}(?=\r?\n)")
# What is quoted in words; a parameter in an address of a page has other digits, mostly.
_QP_ESCAPE = re.compile(
    rb"=(?:20|2[C-F]|3[0-9AD]|40|0[9AD]|[89A-Fa-f][0-9A-Fa-f](?![0-9A-Za-z])|[89A-F][0-9A-F]=|[ \t]{0,8}\r?\n)"
)
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} [^\r\n]{1,255}\r?$")
_UU_END = re.compile(rb"(?m)^end[ \t]*\r?$")
_UU_EDGE = re.compile(rb"(?m)^(?:begin(?:-base64)? [^\r\n]{1,255}|end[ \t]*|`[ \t]*|====[ \t]*)\r?$")
_ENCODED_RUN = re.compile(rb"[A-Za-z0-9+/]{60}")
_ENOUGH = 36


def base64_readings(body: bytes) -> tuple[tuple[bytes, ...], bool]:
    """Every reading of a base64 body, the most likely first, and whether it was well formed (RFC 2045 6.8).

    A missing fill at the end is no defect: everyone reads on to the end.
    """
    with suppress(binascii.Error):
        return (pybase64.b64decode(_without_ends(body), validate=True),), True
    # What is fast is also stricter: here it is decided.
    letters = body.translate(None, _SPACE)
    with suppress(binascii.Error):
        return (binascii.a2b_base64(letters + b"=" * (-len(letters) % 4), strict_mode=True),), True
    blocks = b"".join(words.decode_base64(piece) for piece in letters.split(b"=") if piece)
    others = [words.decode_base64(body), *(() if len(body) > _LARGE else _unusual(body, letters))]
    return tuple(dict.fromkeys((blocks, *(data for data in others if readable(data[:-3] or data)), body))), False


def base64_with_tail(body: bytes) -> tuple[bytes, bytes] | None:
    """The octets and the words behind them, where a list put its footer behind a base64 body; None where that is not plain to see."""
    for end in re.finditer(rb"\r?\n[ \t]*\r?\n", body):
        whole, tail = body[: end.start()].translate(None, _SPACE), body[end.end() :]
        with suppress(binascii.Error):
            data = binascii.a2b_base64(whole + b"=" * (-len(whole) % 4), strict_mode=True)
            hidden = words.decode_base64(tail)
            return (data, tail) if data and is_prose(tail) and not readable(hidden) else None
        return None
    return None


def _unusual(body: bytes, letters: bytes) -> Iterator[bytes]:
    """What decoders were seen to make of base64 that is none: each line alone, "=" as a letter, another alphabet, another beginning."""
    lines = body.split()
    kept = [_kept(line) for line in lines]
    yield b"".join(_quads(line) for line in kept)
    yield b"".join(_quads(_kept(re.split(rb"[^A-Za-z0-9+/]", line, maxsplit=1)[0])) for line in lines)
    yield words.decode_base64(letters.replace(b"=", b"A"))
    yield words.decode_base64(letters.translate(bytes.maketrans(b"-_", b"+/")))
    fours = (letters[at : at + 4].replace(b"=", b"") for at in range(0, len(letters), 4))
    yield b"".join(words.decode_base64(four) for four in fours if four)
    joined = b"".join(kept)
    for start in (1, 2, 3):
        yield words.decode_base64(joined[start:])


def _kept(line: bytes) -> bytes:
    return line.translate(None, words.NOT_BASE64)


def _quads(line: bytes) -> bytes:
    """Whole quadruples only."""
    return words.decode_base64(line[: len(line) & ~3])


def readable(data: bytes) -> bool:
    """Whether octets are text, or begin as a file does; noise is neither."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return bool(data) and (controls * 100 <= len(sample) or data.startswith(b"PK\3\4") or by_magic(data) != "")


def _without_ends(body: bytes) -> bytearray:
    """The body without its line ends, filled up: by steps, which is fast, where all lines but the last have one length."""
    width = body.find(_LINE_END, 0, _LONGEST_LINE)
    step = width + len(_LINE_END)
    ends = len(body) // step if width > 0 else 0
    end = ends * step
    letters = bytearray(body)
    if ends and body[width:end:step] == b"\r" * ends and body[width + 1 : end : step] == b"\n" * ends:
        del letters[width:end:step]
        del letters[width : end - ends : step - 1]
        while letters.endswith(_LINE_END):
            del letters[-len(_LINE_END) :]
    else:
        letters = letters.translate(None, _SPACE)
    letters.extend(b"=" * (-len(letters) % 4))
    return letters


def quoted_printable(body: bytes) -> tuple[bytes, bool]:
    """The octets and whether it was well formed (RFC 2045 6.7); blanks behind a soft break are part of the break."""
    good = _QP_WRONG.search(body) is None
    return _unquoted(body), good


def _unquoted(body: bytes) -> bytes:
    return binascii.a2b_qp(_QP_BLANKS.sub(b"=", body) if b"= " in body or b"=\t" in body else body)


def quoted_printable_otherwise(body: bytes, data: bytes) -> bytes:
    """The lines that other decoders make of escapes that are none, or are in lower case; whole where it is no text; b"" without any.

    RFC 2045 6.7 (1) wants capitals and (2) forbids the rest; decoders keep or drop what stands there.
    """
    ways: tuple[re.Pattern[bytes], ...] = _QP_LENIENT if _QP_WRONG.search(body) else ()
    if _QP_LOWER.search(body):
        ways += (*(() if _is_utf8(data) else _QP_STRICT[:4]), _QP_STRICT[4])
    readings = (_unquoted(way.sub(b"", body)) for way in ways if len(body) <= _LARGE)
    if data and not readable(data):
        return next((other for other in readings if by_magic(other) or other.startswith(b"PK\3\4")), b"")
    known = set(data.splitlines())
    other = dict.fromkeys(line for reading in readings for line in reading.splitlines() if line not in known)
    return b"\r\n".join(other)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def uuencoded(body: bytes) -> bytes:
    """The octets of a body that was declared uuencoded, with or without its first and last line; b"" where no line is."""
    out = bytearray()
    for line in _UU_EDGE.sub(b"", body).splitlines():
        octets = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        # Some programs write too much at the end of a line: the first octet says how much counts.
        for piece in (line, line[:octets]):
            with suppress(binascii.Error):
                out += binascii.a2b_uu(piece)
                break
    return bytes(out)


def is_uu_file(body: bytes) -> bool:
    """Whether a uuencoded file is whole, from its first line to its last: it is read where texts are."""
    begin = _UU_BEGIN.search(body)
    return begin is not None and _UU_END.search(body, begin.end()) is not None


def is_prose(body: bytes) -> bool:
    """Whether a body is what it is under every encoding: words, without an escape and without anything that base64 could be."""
    if not body.strip():
        return True
    if _QP_ESCAPE.search(body) or _ENCODED_RUN.search(body):
        return False
    decoded = (words.decode_base64(body[:_LARGE]), uuencoded(body[:_LARGE]))
    if any(len(data) >= _ENOUGH and readable(data) for data in decoded):
        return False
    return body.count(b" ") * 100 >= len(body) or b"\x1b$" in body or (not body.isascii() and _is_utf8(body))
