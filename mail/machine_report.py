"""Machine report: what a delivery status notification, a complaint or a reading receipt says of a message; never raises, bounded.

DSN: RFC 3464 and, with addresses in UTF-8, RFC 6533. ARF: RFC 5965. MDN: RFC 8098. Whoever wrote one proves nothing by it: what
it says is a claim, until a person or the message's own way bears it out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from mail.headers import Headers
from mail.shapes import Embedded

Kind = Literal["dsn", "arf", "mdn"]
_KINDS: Final[dict[str, Kind]] = {
    "message/delivery-status": "dsn",
    "message/global-delivery-status": "dsn",  # RFC 6533 4
    "message/feedback-report": "arf",
    "message/disposition-notification": "mdn",
    "message/global-disposition-notification": "mdn",  # RFC 6533 5
}
_BLOCKS: Final = 200
"""Recipients of one notification that are read."""
_OCTETS: Final = 256 * 1024
_LONGEST: Final = 300
"""Letters of another server's words that are kept."""
_UNITEXT: Final = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # RFC 6533 3
_LAST_LETTER: Final = 0x10FFFF
"""Of Unicode."""
_ACTIONS: Final = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})  # RFC 3464 2.3.3


@dataclass(frozen=True, slots=True)
class Said:
    """What it says of one recipient."""

    final: str
    """The address it was for in the end; "" where it says none."""
    original: str = ""
    """The address as the sender gave it (ORCPT, Original-Rcpt-To)."""
    act: str = ""
    """DSN: failed, delayed, delivered, relayed or expanded. MDN: displayed, deleted, … ARF: the kind of the complaint."""
    status: str = ""
    """RFC 3463, for example 5.1.1."""
    words: str = ""
    """The other server's own, one line."""
    by_hand: bool = False
    """MDN: a person did it, not a program (RFC 8098 3.2.6.1)."""


@dataclass(frozen=True, slots=True)
class MachineReport:
    """One notification."""

    kind: Kind
    said: tuple[Said, ...]
    envid: str = ""
    """ENVID of the message as its sender gave it, xtext undone (RFC 3461 4.4); "" without."""
    message_ids: tuple[str, ...] = ()
    """Of the message, as the notification itself names it (RFC 8098 3.2.5)."""


def read(leaves: Iterable[Embedded]) -> MachineReport | None:
    """Read the machine's part of a multipart/report (RFC 6522); None where there is none, or it says nothing."""
    for leaf in leaves:
        kind = _KINDS.get(leaf.declared)
        if kind is None:
            continue
        blocks = list(_blocks(leaf.data[:_OCTETS]))
        made = _READ[kind](blocks) if blocks else None
        if made and made.said:
            return made
    return None


def _blocks(data: bytes) -> Iterator[Headers]:
    """Groups of fields with blank lines between (RFC 3464 2.1)."""
    at, end = 0, len(data)
    for _ in range(_BLOCKS + 1):
        while at < end and data[at] in b"\r\n":
            at += 1
        if at >= end:
            return
        block = Headers(data, _OCTETS, at, end)
        if block.fields:
            yield block
        if block.body_start <= at:
            return
        at = block.body_start


def _dsn(blocks: list[Headers]) -> MachineReport:
    """A block for the message, then one for each recipient; some programs leave the first one out."""
    said = tuple(
        Said(
            _address(block.first("final-recipient")),
            _address(block.first("original-recipient")),
            act if (act := _word(block.first("action"))) in _ACTIONS else "",
            block.first("status").partition(" ")[0][:12],
            _line(block.first("diagnostic-code").partition(";")[2] or block.first("diagnostic-code")),
        )
        for block in blocks
        if block.has_any(frozenset({"final-recipient", "original-recipient", "action"}))
    )
    return MachineReport("dsn", said, _line(blocks[0].first("original-envelope-id")))


def _arf(blocks: list[Headers]) -> MachineReport:
    """One block; Original-Rcpt-To may stand there several times (RFC 5965 3.2), or not at all."""
    block = blocks[0]
    kind = _word(block.first("feedback-type"))
    addresses = [_address(value) for value in block.all("original-rcpt-to")[:_BLOCKS]] or [""]
    said = tuple(Said(address, address, kind) for address in dict.fromkeys(addresses)) if kind else ()
    return MachineReport("arf", said, _line(block.first("original-envelope-id")))


def _mdn(blocks: list[Headers]) -> MachineReport:
    """One block (RFC 8098 3.2)."""
    block = blocks[0]
    mode, _, rest = block.first("disposition").partition(";")
    act = _word(rest.partition("/")[0])
    final, original = _address(block.first("final-recipient")), _address(block.first("original-recipient"))
    said = (Said(final, original, act, by_hand="manual-action" in mode.lower()),) if act else ()
    message_id = block.first("original-message-id").strip()
    return MachineReport("mdn", said, message_ids=(message_id,) if message_id else ())


_READ: Final = {"dsn": _dsn, "arf": _arf, "mdn": _mdn}


def _address(value: str) -> str:
    """`rfc822; bob@example.jp`, `utf-8; …` or, as many write it, the address alone → the address; "" where there is none."""
    kind, semicolon, rest = value.partition(";")
    plain = (rest if semicolon else kind).strip().removeprefix("<").removesuffix(">").strip()
    plain = _UNITEXT.sub(_letter, plain)
    return plain if "@" in plain and not any(c.isspace() or not c.isprintable() for c in plain) else ""


def _letter(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number <= _LAST_LETTER else ""


def _word(value: str) -> str:
    """A word of a closed list, without the comment that some put behind it."""
    return value.strip().partition(" ")[0].partition("(")[0].lower()[:24]


def _line(value: str) -> str:
    """One line of letters that can be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:_LONGEST]
