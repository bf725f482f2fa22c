"""plain: text in any charset of Japan and the West; source and logs are read as lines."""

import binascii
import re

from mail.budget import Spending
from mail.charset import decode, is_ascii, lost_by, wide
from mail.shapes import Embedded, Lost, Text
from mail.text_of import _armour
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._last import of_last
from mail.text_of._references import unescape, unescape_json
from mail.text_of._tables import paragraphs

KINDS = ("plain",)
SUREST = 35

_SAMPLE = 8192
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1b")
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_BODY, _TEXT = Guess("plain", 35), Guess("plain", 15)
# At the beginning of a line; the letters come first, for sre looks for them fast.
_UU = re.compile(r"begin(?<![^\n]begin)(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)
_SIGNS = (b"&#", b"\\u", b":: ", _armour.BEGIN.encode())
"""Without them in it, text is what it says; one octet is looked for many times as fast as two."""
# RFC 2849: a name, two colons, base64, which may go on in the next line behind a blank.
_LDIF = re.compile(r"^dn::? \S", re.MULTILINE)
_LDIF_VALUE = re.compile(
    r"^([A-Za-z][A-Za-z0-9;-]{0,60}):: ([A-Za-z0-9+/=\r]{1,100000}(?:\n [A-Za-z0-9+/=\r]{1,1000}){0,1000})$",
    re.MULTILINE,
)
_MAYBE_UU = re.compile(rb"begin(?<![^\n]begin)(?:-base64)? [0-7]{3}")


def recognises(data: bytes, hint: Hint) -> Guess:
    """Text: hardly a control character in it, or wide characters."""
    if not is_text(data):
        return NOT_MINE
    return _BODY if hint.is_body and hint.declared in {"", "text/plain"} else _TEXT


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Paragraphs; files that are uuencoded between them; a PGP message is a loss."""
    if (
        is_ascii(data, hint.charset)
        and not may_be_uu(data)
        and not any(sign[:1] in data and sign in data for sign in _SIGNS)
    ):
        return Text(paragraphs(data, spending))  # the same in a tenth of the time
    text, sure = decode(data, hint.charset)
    lost = lost_by(text, sure=sure)
    embedded: tuple[Embedded, ...] = ()
    if _UU.search(text):
        text, embedded, whole = _uudecoded(text)
        lost = lost if whole else (*lost, Lost("damaged", "uuencode"))
    if ":: " in text and _LDIF.search(text):
        text = _LDIF_VALUE.sub(_ldif_value, text)
    text = unescape_json(unescape(text) if "&" in text and "&#" in text else text)
    lost = (*lost, *_armour.losses(text))
    return Text(paragraphs(text, spending), lost, embedded)


def may_be_uu(data: bytes) -> bool:
    """Whether a uuencoded file may lie in it. One letter of the word is looked for many times as fast as the expression."""
    return b"g" in data and _MAYBE_UU.search(data) is not None


@of_last
def is_text(data: bytes) -> bool:
    """Whether bytes are text: UTF-16, UTF-32, or less than one control character in a hundred."""
    # Both cuts at a multiple of four octets, so that wide characters stay whole.
    sample = data[:_SAMPLE] + data[-_SAMPLE - len(data) % 4 :] if len(data) > 3 * _SAMPLE else data
    if sample.startswith(_BOMS):
        return True
    if b"\0" in sample and wide(sample[: len(sample) & ~3]) is not None:
        return True
    controls = len(sample) - len(sample.translate(None, delete=_CONTROLS))
    return controls * 100 <= len(sample)


def _ldif_value(found: re.Match[str]) -> str:
    """A line with its value as text; as it stands where it is none."""
    try:
        value = binascii.a2b_base64(found[2].replace("\n ", "").replace("\r", "").encode("ascii")).decode()
    except (binascii.Error, UnicodeDecodeError):
        return found[0]
    return f"{found[1]}: {value}"


def _uudecoded(text: str) -> tuple[str, tuple[Embedded, ...], bool]:
    """Text without its uuencoded files, the files, and whether they are whole (POSIX uuencode)."""
    files: list[Embedded] = []
    rest: list[str] = []
    position, whole = 0, True
    nothing = {
        True: 0,
        False: 0,
    }  # up to here no line holds anything: a megabyte of beginnings is read once, not once for each
    for begin in _UU.finditer(text):
        base64 = begin[0].startswith("begin-base64")
        if begin.start() < max(position, nothing[base64]):
            continue
        end = text.find("\n====" if base64 else "\nend", begin.end())
        body = text[begin.end() : end if end >= 0 else len(text)]
        data, odd = _uu_lines(body, base64=base64)
        if data:
            files.append(Embedded(begin[1].strip(), data))
            rest += (text[position : begin.start()], *odd)
            position = len(text) if end < 0 else end + 4
            whole = whole and not odd
        else:
            nothing[base64] = len(text) if end < 0 else end
    rest.append(text[position:])
    return "".join(rest), tuple(files), whole


def _uu_lines(body: str, *, base64: bool) -> tuple[bytes, list[str]]:
    """What the lines hold, and those that hold nothing: no uuencode, or broken."""
    out = bytearray()
    odd: list[str] = []
    for line in body.splitlines():
        try:
            raw = line.rstrip("\r").encode("ascii")
            out += b"" if not raw else binascii.a2b_base64(raw) if base64 else _uu_line(raw)
        except (UnicodeError, binascii.Error):
            odd.append(line + "\n")
    return bytes(out), odd


def _uu_line(raw: bytes) -> bytes:
    try:
        return binascii.a2b_uu(raw)
    except binascii.Error:
        # Some programs write too much at the end of a line: the first octet says how much counts.
        octets = (((raw[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(raw[:octets])
