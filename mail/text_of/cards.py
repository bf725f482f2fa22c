"""cards: vCard and iCalendar; each card a row of a table, each calendar property a line, folds and encodings undone."""

import binascii

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Block, Text
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._rest import Rest, telling
from mail.text_of._tables import lines
from mail.words import decode_base64

KINDS = ("vcard", "calendar")
SUREST = 70

_COLUMNS = {
    "FN": "name",
    "N": "name",
    "NICKNAME": "name",
    "TEL": "tel",
    "EMAIL": "email",
    "ADR": "address",
    "BDAY": "birthday",
    "ORG": "company",
    "TITLE": "title",
    "NOTE": "note",
}
_FILES = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "ATTACH"})
"""Base64 or an address, as a rule: files in base64 are found by the second reading."""
_FRAME = frozenset({"BEGIN", "END", "VERSION"})
_NUMBERS = frozenset({"UID", "RELATED-TO", "X-WR-RELCALID"})
"""What programs tell entries apart by (RFC 5545 3.8.4.7): looks like a mail address, and nobody has one."""
_BASE64 = frozenset({"ENCODING=BASE64", "ENCODING=B", "BASE64"})


def recognises(data: bytes, _hint: Hint) -> Guess:
    """BEGIN:VCARD or BEGIN:VCALENDAR at the start (RFC 6350 6.1.1, RFC 5545 3.4)."""
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n\xff\xfe").replace(b"\0", b"").upper()
    if head.startswith(b"BEGIN:VCARD"):
        return Guess("vcard", 70)
    return Guess("calendar", 70) if head.startswith(b"BEGIN:VCALENDAR") else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """A table of the cards, or the lines of the calendar."""
    text, sure = decode(data, hint.charset)
    spending.text(len(text))
    found = _unfolded(text)
    lost = lost_by(text, sure=sure)
    rest = Rest()
    if hint.kind == "calendar":
        blocks = lines((_shown(line, rest) for line in found), spending)
    else:
        blocks = _cards(found, rest, spending)
    return Text((*blocks, *rest.blocks(blocks, spending)), lost)


def _unfolded(text: str) -> list[str]:
    """RFC 5545 3.1: a line that begins with a blank goes on the one before; vCard 2.1: so does one behind a soft break."""
    out: list[list[str]] = []
    soft = False
    for line in text.splitlines():
        if out and (soft or line[:1] in {" ", "\t"}):
            out[-1].append(line if soft else line[1:])
        else:
            out.append([line])
        soft = line.endswith("=") and "QUOTED-PRINTABLE" in out[-1][0].upper()
        if soft:
            out[-1][-1] = out[-1][-1][:-1]
    return ["".join(pieces) for pieces in out]


def _value(line: str) -> tuple[str, str, str]:
    """Name of the property without group and parameters, its value as text, and what else the line says.

    A line without a colon is no property: all of it is what else it says.
    """
    head, colon, value = line.partition(":")
    if not colon:
        return "", "", line
    name, _, parameters = head.rpartition(".")[2].partition(";")
    upper = parameters.upper()
    is_base64, is_quoted = not _BASE64.isdisjoint(upper.split(";")), "QUOTED-PRINTABLE" in upper
    if (is_base64 and name.upper() not in _FILES) or is_quoted:
        raw = value.encode("utf-8", "replace")
        raw = binascii.a2b_qp(raw) if is_quoted else decode_base64(raw)
        value = decode(raw, upper.partition("CHARSET=")[2].partition(";")[0])[0]
    value = value.replace("\\n", " ").replace("\\,", ",").replace("\\;", ";")
    return name.upper().strip(), value, head if telling(head) else ""


def _shown(line: str, rest: Rest) -> str:
    """A property as a line of text; what mail programs need of it only (mailto:) falls away."""
    name, value, other = _value(line)
    if not name:
        return other
    rest.text(other)
    if name in _NUMBERS:
        value = value.replace("@", " ")
    named = line.partition(":")[0].partition("CN=")[2].partition(";")[0].strip('"')
    return f"{name}: {named} {value.removeprefix('mailto:')}".replace(":  ", ": ") if value else ""


def _cards(found: list[str], rest: Rest, spending: Spending) -> tuple[Block, ...]:
    header = tuple(dict.fromkeys(_COLUMNS.values()))
    rows: list[tuple[str, ...]] = []
    card: dict[str, list[str]] = {}
    for line in (*found, "END:VCARD"):
        name, value, other = _value(line)
        rest.text(other)
        if name == "END" and card:
            spending.row(len(header))
            rows.append(tuple(" ".join(dict.fromkeys(card.get(column, ()))) for column in header))
            card = {}
        text = " ".join(value.replace(";", " ").split()) if name in {"N", "ADR", "ORG"} else value.strip()
        text = text.replace("@", " ") if name in _NUMBERS else text
        if name in _FILES | _FRAME:
            rest.text(text)
        elif name == "N" and card.get("name"):
            rest.text("" if _letters(text) == _letters(card["name"][0]) else text)
        elif text:
            card.setdefault(_COLUMNS.get(name, "note"), []).append(text.removeprefix("tel:"))
    return (Block(tuple(rows), header),) if rows else ()


def _letters(name: str) -> list[str]:
    """Of a name in whatever order."""
    return sorted("".join(name.split()))
