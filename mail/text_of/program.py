"""program: what a computer runs; a program's or shortcut's octets are a loss, a script is read as the text it is."""

import re

from mail.budget import Spending
from mail.shapes import Lost, Text
from mail.text_of import plain
from mail.text_of._hint import NOT_MINE, Guess, Hint

KINDS = ("program", "shortcut", "script")
SUREST = 92

_MAGIC = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",  # Mach-O, and its other order and width
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # Mach-O for several processors, and a Java class
    b"dex\n0",
    b"\0asm",
    b"ITSF",  # compiled HTML help
)
# MS-SHLLINK 2.1: the size of the header, then its class.
_SHORTCUT = b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"
_DOS = (b"MZ", b"ZM")
_HEADS = (*_MAGIC, *_DOS, _SHORTCUT[:8])
_PE_AT, _PE = 0x3C, (b"PE\0\0", b"NE", b"LE", b"LX")
_SCRIPTS = frozenset(
    "js jse mjs vbs vbe wsf wsh hta ps1 psm1 psd1 bat cmd sh bash csh ksh zsh command py pyw rb pl php scpt reg inf sct".split()  # noqa: SIM905 - one word beside the other
)
_FIRST_LINE = re.compile(rb"(?:#!\s{0,3}/|@?echo off\b|\[InternetShortcut\])", re.IGNORECASE)
_BY_BYTES, _BY_NAME = 92, 46


def recognises(data: bytes, hint: Hint) -> Guess:
    """Magic numbers; a text by its first line, or by its name."""
    if data.startswith(_HEADS):
        if data.startswith(_SHORTCUT):
            return Guess("shortcut", _BY_BYTES)
        if data.startswith(_MAGIC) or (data.startswith(_DOS) and _is_dos(data)):
            return Guess("program", _BY_BYTES)
    if hint.is_body:
        return NOT_MINE
    if found := _FIRST_LINE.match(data.removeprefix(b"\xef\xbb\xbf")):
        return Guess("shortcut" if found[0].startswith(b"[") else "script", _BY_NAME)
    return Guess("script", _BY_NAME) if hint.suffix in _SCRIPTS and plain.is_text(data) else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """The text of what is text; of all else the loss."""
    if plain.is_text(data):
        return plain.read(data, hint, spending)
    return Text(lost=(Lost("unknown_format", hint.kind),))


def _is_dos(data: bytes) -> bool:
    """A letter may begin with MZ, too: a program says where its newer header is, or is no text."""
    at = int.from_bytes(data[_PE_AT : _PE_AT + 4], "little")
    return data[at : at + 4].startswith(_PE) or not plain.is_text(data)
