"""cards: vCard and iCalendar; each card a row of a table, each calendar property a line, folds and quoted-printable undone."""

import binascii

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Block, Text
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._tables import lines

KINDS = ("vcard", "calendar")

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
_DROPPED = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})


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
    if hint.kind == "calendar":
        return Text(lines((_shown(line) for line in found), spending), lost)
    return Text(_cards(found, spending), lost)


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


def _value(line: str) -> tuple[str, str]:
    """Name of the property without group and parameters, and its value as text."""
    head, _, value = line.partition(":")
    name, _, parameters = head.rpartition(".")[2].partition(";")
    upper = parameters.upper()
    if "QUOTED-PRINTABLE" in upper:
        charset = upper.partition("CHARSET=")[2].partition(";")[0]
        value = decode(binascii.a2b_qp(value.encode("utf-8", "replace")), charset)[0]
    return name.upper().strip(), value.replace("\\n", " ").replace("\\,", ",").replace("\\;", ";")


def _shown(line: str) -> str:
    """A property as a line of text; what mail programs need of it only (mailto:) falls away."""
    name, value = _value(line)
    named = line.partition(":")[0].partition("CN=")[2].partition(";")[0].strip('"')
    return f"{name}: {named} {value.removeprefix('mailto:')}".replace(":  ", ": ") if value else ""


def _cards(found: list[str], spending: Spending) -> tuple[Block, ...]:
    header = tuple(dict.fromkeys(_COLUMNS.values()))
    rows: list[tuple[str, ...]] = []
    card: dict[str, list[str]] = {}
    for line in (*found, "END:VCARD"):
        name, value = _value(line)
        if name == "END" and card:
            spending.row(len(header))
            rows.append(tuple(" ".join(dict.fromkeys(card.get(column, ()))) for column in header))
            card = {}
        elif name not in _DROPPED and name not in {"BEGIN", "END", "VERSION"} and value.strip():
            column = _COLUMNS.get(name, "note")
            text = " ".join(value.replace(";", " ").split()) if name in {"N", "ADR", "ORG"} else value.strip()
            if not (name == "N" and card.get("name")):
                card.setdefault(column, []).append(text.removeprefix("tel:"))
    return (Block(tuple(rows), header),) if rows else ()
