"""Contacts as vCard (RFC 6350, and 2.1 and 3.0 as address books write them): every address of a card under its name."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator

from service.contacts_lines import LONGEST
from service.contacts_rows import BadLine, Row, contact

_LINE = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;(?:[^:;\"]++|\"[^\"]*\")*+)*+):(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\,;nN])")


def read(lines: Iterable[str]) -> Iterator[Row]:
    """The contacts of a file card by card; a card without an address is none, a line that is no property of one is bad."""
    name, inside = "", False
    addresses: list[tuple[int, str]] = []
    number = 1
    for number, line in _unfolded(lines):
        found = _LINE.fullmatch(line)
        if not found:
            yield BadLine(number, "not vCard: NAME:value is expected")
            continue
        kind, parameters, value = found[1].upper(), found[2].upper(), found[3]
        match kind:
            case "BEGIN":
                name, addresses, inside = "", [], True
            case "FN":
                name = _text(value, parameters)
            case "N":
                name = name or _structured(_text(value, parameters))
            case "EMAIL":
                addresses.append((number, _text(value, parameters).strip().removeprefix("mailto:")))
            case "END":
                for at, address in addresses:
                    yield contact(at, address, name)
                addresses, inside = [], False
    if inside:
        yield BadLine(number, "the last card has no END:VCARD")


def write(address: str, name: str) -> str:
    """One contact as a card (RFC 6350)."""
    said = re.sub(r"([\\,;])", r"\\\1", " ".join((name or address).split()))
    return f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{said}\r\nEMAIL:{address}\r\nEND:VCARD\r\n"


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Whole lines with the number of their first one (RFC 6350 3.2; quoted-printable of 2.1 goes on after a "=")."""
    whole, first = "", 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        soft = whole.endswith("=") and "QUOTED-PRINTABLE" in whole.partition(":")[0].upper()
        if whole and (line[:1] in {" ", "\t"} or soft):
            whole = whole[:-1] + line if soft else whole + line[1:] if len(whole) < LONGEST else whole
            continue
        if whole.strip():
            yield first, whole
        whole, first = line, number
    if whole.strip():
        yield first, whole


def _text(value: str, parameters: str) -> str:
    """A value without its escapes; 2.1 may have encoded it."""
    octets = value.encode("utf-8", "surrogateescape")
    if "QUOTED-PRINTABLE" in parameters:
        octets = quopri.decodestring(octets)
    elif "BASE64" in parameters or "ENCODING=B" in parameters:
        try:
            octets = base64.b64decode(octets)
        except binascii.Error:
            return value
    charset = re.search(r"CHARSET=\"?([\w-]+)", parameters)
    try:
        value = octets.decode(charset[1] if charset else "utf-8")
    except (UnicodeError, LookupError):
        value = octets.decode("utf-8", "surrogateescape")
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)


def _structured(value: str) -> str:
    """Family and given name of N, in the order of the card."""
    return " ".join(part for part in value.split(";")[:2] if part)
