"""How a notice is made: for one of our own mailboxes, in the language of its reader, under a Message-ID that nobody guesses."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mail.address import ascii_domain, key
from notifier import addressees
from notifier.kinds import WHOSE
from notifier.options import Organisation
from notifier.words import one_line
from store.holds import Hold
from store.ids import new_id
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket


def notice_to(
    organisation: Organisation,
    kind: str,
    recipient: str,
    facts: Mapping[str, Any],
    *,
    hold: Hold | None = None,
    ticket: Ticket | None = None,
) -> Notice:
    """Make a notice to one of our own mailboxes. Raises ValueError for anybody else."""
    drill = (ticket is not None and ticket.kind == "drill") or (hold is not None and bool(hold.drill))
    return Notice(
        id=new_id() + new_id(),
        kind=kind,
        channel="mail",
        recipient=_checked(organisation, kind, recipient),
        language=addressees.language(organisation, recipient, hold),
        facts={**facts, "drill": True} if drill else facts,
        hold_id=hold.group_id if hold else "",
        ticket_id=ticket.id if ticket else "",
        message_id=_message_id(organisation),
    )


def about(
    organisation: Organisation, kind: str, people: Iterable[str], hold: Hold, *, facts: Mapping[str, Any]
) -> list[Notice]:
    """The same to several people, to each once; whoever is not the sender is told whose message it is."""
    once = {key(person): person for person in people}
    whose = {"sender": one_line(addressees.shown_name(organisation, hold.reverse_path))} if kind in WHOSE else {}
    mine = key(hold.reverse_path) if hold.reverse_path else ""
    return [
        notice_to(organisation, kind, person, dict(facts) if own == mine else {**facts, **whose}, hold=hold)
        for own, person in once.items()
    ]


def listing(organisation: Organisation, kind: str, person: str, facts: Mapping[str, Any], first: Hold) -> Notice:
    """Make a notice that lists several messages (`notifier.digests`), in the language of the person, else of the first of them."""
    # Only its mail is a drill's: what else the list holds is not.
    return replace(notice_to(organisation, kind, person, facts, hold=first), hold_id="", facts=facts)


def queued(shelves: Shelves, made: Sequence[Notice]) -> tuple[Notice, ...]:
    """The only door to the outbox for what is written here (a bounce was written elsewhere)."""
    shelves.outbox.add(*made)
    return tuple(made)


def _checked(organisation: Organisation, kind: str, recipient: str) -> str:
    """Refuse an outsider with ValueError: a caller that would tell one is wrong, and its unit is undone."""
    if not addressees.may_receive(organisation, kind, recipient):
        raise ValueError(f"a notice of kind {kind} may only go to a mailbox of our own domains")
    return recipient


def _message_id(organisation: Organisation) -> str:
    """As in the header, with < and >. Unguessable: by it the relay knows its own notices (RFC 3834)."""
    return f"<{secrets.token_urlsafe(24)}@{ascii_domain(organisation.domains[0])}>"
