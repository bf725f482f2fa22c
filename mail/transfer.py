"""transfer: content transfer encodings → octets (RFC 2045 6), with every reading where readers would disagree; never raises."""

import binascii
import re
from contextlib import suppress

import pybase64

from mail import words

_SPACE = b" \t\r\n"
_LINE_END = b"\r\n"
_LONGEST_LINE = 1000
_QP_WRONG = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|[ \t]{1,80}(?:\r?\n|\Z)|\Z)")
_QP_BLANKS = re.compile(rb"=[ \t]{1,80}(?=\r?\n)")


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
    joined = words.decode_base64(body)
    blocks = b"".join(words.decode_base64(piece) for piece in letters.split(b"=") if piece)
    return tuple(dict.fromkeys((blocks, joined))), False


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
    return binascii.a2b_qp(_QP_BLANKS.sub(b"=", body) if b"= " in body or b"=\t" in body else body), good
