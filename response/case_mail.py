"""Case mail: what comes to the address of a case is filed there, sealed; a reply counts as a reply, never as an answer, and ends nothing.

note       from one of ours, inside: a line of the timeline
bounce     the letter did not arrive (RFC 3464)
receipt    it was shown to somebody (RFC 8098): proof that a person weighs
automatic  an out-of-office: no answer (RFC 3834)
reply      a person has to read it; no question is taken as answered by it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mail import mime
from mail.address import exact_key
from mail.budget import Budget, Spending
from mail.shapes import Embedded
from response import flood
from response.asking_again import undelivered
from response.letter_answers import tell
from response.office import Office
from response.original import Original, room_for
from response.plain_text import plain_text
from response.quotations import quotations
from store.letters import Letter
from store.shelves import Shelves
from store.tickets import Ticket

Kind = Literal["note", "bounce", "receipt", "automatic", "reply"]
LIMIT = 1024 * 1024
"""Octets that are looked at: what a person wrote comes first."""
WORDS = 4000
_BUDGET = Budget(depth=8, parts=50, header=64 * 1024)
_AUTOMATIC = frozenset({"x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-vacation"})
EVENT: Final = "case-mail"


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail to the address of a case is."""

    kind: Kind
    header_from: str
    message_id: str
    words: str
    """The writer's own, without what is quoted: a quotation would bring the leaked mail into the case."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail and how it came."""

    ticket_id: str
    recipient: str
    """Whose letter it answers, by the check part; "" the address of our own people."""
    reverse_path: str
    client: str
    inside: bool
    """It was handed in by one of ours who was believed."""
    said: Said
    original: Original


def read(reverse_path: str, content: bytes, *, inside: bool) -> Said:
    """Read a mail; pure, bounded, never raises."""
    split = mime.split(content[:LIMIT], Spending(_BUDGET))
    headers = split.headers
    kind: Kind = "note" if inside else "reply"
    words = ""
    if headers.is_report:
        kind = _of_report(split.leaves)
    elif not reverse_path or headers.is_automatic or headers.is_list_mail or headers.has_any(_AUTOMATIC):
        kind = "automatic"
    if kind in {"note", "reply"}:
        words = quotations(plain_text(split.leaves))[0].strip()[:WORDS]
    return Said(kind, headers.from_address, headers.message_id, words)


def file(shelves: Shelves, office: Office, arrived: Arrived) -> None:
    """File it with its case, in the caller's transaction. Nothing is released, lifted, answered or closed by it."""
    ticket = shelves.tickets.get(arrived.ticket_id)
    assert ticket is not None
    said, original = arrived.said, arrived.original
    first = shelves.evidence.count(ticket.id, EVENT) < flood.WHOLE
    keeps = first and room_for(shelves, original, shelves.now)
    actor = arrived.reverse_path or "unknown"
    shelves.evidence.add(
        ticket.id,
        actor,
        EVENT,
        said.kind,
        _body(arrived, first=first, keeps=keeps),
        original.enclosed if keeps else None,
    )
    shelves.audit.add(actor, "case-mail", ticket.id, {"kind": said.kind})
    if said.kind == "note":
        tell(shelves, office, ticket, "note", "")
    elif arrived.recipient:
        _of_recipient(shelves, office, ticket, arrived)


def _body(arrived: Arrived, *, first: bool, keeps: bool) -> Mapping[str, str | int | bool]:
    said, original = arrived.said, arrived.original
    return {
        "recipient": arrived.recipient,
        "header_from": said.header_from,
        "other_sender": bool(arrived.recipient) and exact_key(arrived.reverse_path) != exact_key(arrived.recipient),
        "message_id": said.message_id,
        "client": arrived.client,
        "words": said.words if first else "",
        "original_sha256": original.sha256,
        "original_size": original.size,
        "kept_whole": original.whole and keeps,
    }


def _of_recipient(shelves: Shelves, office: Office, ticket: Ticket, arrived: Arrived) -> None:
    """What a bounce or a reply means for the asking; the desk hears of the first of each."""
    seen = shelves.letters.begin(ticket.id, arrived.recipient)
    if arrived.said.kind == "bounce":
        sent = _sent(shelves, ticket, arrived.recipient)
        if sent and seen.state in {"open", "replied", "silent"}:
            undelivered(shelves, office, ticket, seen, sent)
    elif arrived.said.kind == "reply" and seen.state in {"open", "silent", "undeliverable"}:
        shelves.letters.set_inquiry(ticket.id, arrived.recipient, seen, state="replied")
        tell(shelves, office, ticket, "replied", arrived.recipient)


def _sent(shelves: Shelves, ticket: Ticket, recipient: str) -> Letter | None:
    mine = [one for one in shelves.letters.of_ticket(ticket.id) if one.recipient == recipient]
    return next((one for one in reversed(mine) if one.state == "sent"), None)


def _of_report(leaves: tuple[Embedded, ...]) -> Kind:
    """A bounce only where a recipient failed for good; a delay or a relayed notice says nothing yet (RFC 3464 2.3.3)."""
    for leaf in leaves:
        if leaf.declared == "message/disposition-notification":
            return "receipt"
        if leaf.declared in {"message/delivery-status", "message/global-delivery-status"}:
            lines = leaf.data[:65536].lower().splitlines()
            failed = any(b"failed" in line.partition(b":")[2] for line in lines if line.startswith(b"action:"))
            return "bounce" if failed else "automatic"
    return "automatic"
