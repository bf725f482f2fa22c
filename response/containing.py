"""Containing: stop what is still here for the wrong recipients, block them, and write down what was really done."""

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import datetime

from mail.address import exact_key
from notifier import letter_notices, notices
from response import drilling, recall, who_got_it
from response.blocking import block
from response.matching import copies
from response.office import Office, mark
from store.holds import State as HoldState
from store.shelves import Shelves
from store.tickets import ENDED, State, Ticket, TicketRecipient


def contain(
    shelves: Shelves, office: Office, ticket: Ticket, by: str, only: Container[str] | None = None
) -> dict[str, str]:
    """Contain a case: address → words of `recall.WORDS`. Doing it again does only what is still left to do.

    `only`: exact keys of the wrong recipients that a certain report names; whoever else is said to be wrong waits for a person.
    """
    line = shelves.journal.get(ticket.journal_id) if ticket.journal_id else None
    found = who_got_it.copies_with_holds(shelves, copies(shelves, line)) if line else ()
    if ticket.kind == "drill":
        ours = drilling.only_ours(shelves, [copy.line.queue_id for copy in found])
        found = tuple(copy for copy in found if copy.line.queue_id in ours)
    wrong = frozenset(exact_key(r.address) for r in ticket.recipients if r.wrong == "yes")
    wrong = frozenset(address for address in wrong if only is None or address in only)
    stopped = recall.stop(shelves, found, wrong, ticket, by)
    _tell_sender(shelves, office, found, by)
    done: dict[str, str] = {}
    for recipient in ticket.recipients:
        word = stopped.get(exact_key(recipient.address), "")
        blocked = ""
        if exact_key(recipient.address) in wrong:
            blocked = _block(shelves, office, ticket, recipient, by)
        if word or blocked:
            after = recall.contained(recipient, word, blocked, shelves.now)
            shelves.tickets.set_recipient(ticket.id, after)
            done[recipient.address] = after.contained
    if done:
        _write_down(shelves, office, ticket, by, done)
    return done


def _block(shelves: Shelves, office: Office, ticket: Ticket, recipient: TicketRecipient, by: str) -> str:
    """Block one wrong recipient, and a look-alike domain with it; words of `recall.WORDS`."""
    word, row = block(shelves, recipient.address, ticket, office, by, intended=recipient.intended)
    if row:
        body = {"id": row.id, "target": row.target, "lenient": row.lenient, "expires_at": str(row.expires_at)}
        shelves.evidence.add(ticket.id, by, "blocked", row.id, body)
    if row and row.lenient and row.expires_at:
        _tell_of_contact(shelves, office, ticket, recipient.address, row.owner, row.expires_at)
    return word


def _tell_of_contact(
    shelves: Shelves, office: Office, ticket: Ticket, address: str, owner: str, until: datetime
) -> None:
    """A known contact waits for the desk: whoever can lift it hears so with the link, the sender without."""
    desk = [one for one in (owner,) if office.is_ours(one)]
    letter_notices.contact_held(shelves, office.organisation, ticket, desk, address=address, until=until)
    if ticket.sender not in desk:
        letter_notices.contact_waits(shelves, office.organisation, ticket, ticket.sender, address=address, until=until)


def prove(shelves: Shelves, office: Office, ticket: Ticket) -> None:
    """Mark the proof of (non-)delivery when every wrong recipient has an end: the next hop's words stand in the evidence."""
    concerned = [r for r in ticket.recipients if r.wrong == "yes"]
    if not concerned or any(r.delivery not in {"delivered", "failed", "stopped", "expired"} for r in concerned):
        return
    left = sum(r.delivery == "delivered" for r in concerned)
    note = office.say(
        f"引き渡し済み {left} 件、外へ出ていないもの {len(concerned) - left} 件。",
        f"Handed over: {left}; did not arrive or never left: {len(concerned) - left}.",
    )
    mark(shelves, office, ticket.id, "proven", note)


def _write_down(shelves: Shelves, office: Office, ticket: Ticket, by: str, done: Mapping[str, str]) -> None:
    shelves.evidence.add(ticket.id, by, "contained", "recipients", dict(done))
    if ticket.contained_at is None:
        shelves.tickets.set_times(ticket.id, contained_at=shelves.now)
    if ticket.state is State.OPEN:
        shelves.tickets.move(ticket.id, State.OPEN, State.CONTAINED)
    words = [word for given in done.values() for word in given.split()]
    stopped = sum(word in {"cancelled", "stopped"} for word in words)
    left = sum(word in {"handed-over", "in-flight", "unknown"} for word in words)
    note = office.say(
        f"止めたもの {stopped} 件、すでに出たか不明なもの {left} 件。",
        f"Stopped: {stopped}; had left or unknown: {left}.",
    )
    mark(shelves, office, ticket.id, "stopped", note)
    blocked = sum(word in {"blocked", "domain-blocked", "held-for-desk", "blocked-in-drill"} for word in words)
    if blocked:
        mark(
            shelves,
            office,
            ticket.id,
            "blocked",
            office.say(f"{blocked} 件の宛先を止めました。", f"Addresses blocked: {blocked}."),
        )
    if again := shelves.tickets.get(ticket.id):
        prove(shelves, office, again)


def _tell_sender(shelves: Shelves, office: Office, found: tuple[who_got_it.Copy, ...], by: str) -> None:
    """The sender hears that a held message of his was cancelled, unless he did it himself."""
    for copy in found:
        if copy.hold is None or copy.hold.state is not HoldState.HELD or copy.hold.id != copy.hold.group_id:
            continue
        now = shelves.holds.get(copy.hold.id)
        if now and now.state is HoldState.CANCELLED:
            notices.cancelled(shelves, office.organisation, now, by=by)


def joined_wrong(ticket: Ticket, wrong: tuple[str, ...]) -> Ticket:
    """Mark further recipients of a ticket as wrong, as another report names them."""
    named = who_got_it.meant(wrong, (exact_key(r.address) for r in ticket.recipients))
    changed = tuple(replace(r, wrong="yes") if exact_key(r.address) in named else r for r in ticket.recipients)
    return replace(ticket, recipients=changed)


def is_open(ticket: Ticket) -> bool:
    """Whether a case is still worked on."""
    return ticket.state not in ENDED
