"""Notices: one function per notice: who is told, which facts, when. Each writes to the outbox within a unit and sends nothing.

Facts are what the template needs and nothing more: never a found value, never a token, never a recipient that is not asked about.
Every function returns what it queued. Which links a notice carries stands in `LINKS`; the token is made when it is rendered.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from email.parser import BytesHeaderParser
from typing import Any

from mail.address import ascii_domain, key
from notifier import addressees
from notifier.options import Organisation, Person
from notifier.words import LONGEST_SUBJECT, one_line, role_in_words
from rules.marks import marked
from store.holds import Hold
from store.ids import new_id, shown
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket

LINKS: Mapping[str, str] = {
    "question": "question",
    "reminder": "question",
    "expired": "question",
    "cancelled": "question",
    "decided_by_other": "question",
    "call_superior": "ticket",
    "call_responder": "ticket",
}
"""Kind of notice → purpose of the link in it (`store.links`); a kind that stands not here has none."""

KINDS = (
    *LINKS,
    "delivery_failed",
    "question_lost",
    "alarm",
    "report_received",
    "report_reference",
)
"""Every kind that has a template; a bounce brings its own message."""

PERSONAL_DATA = "content-personal-data"
"""The rule whose words count what the exposure counts."""
_ASKING = frozenset({"hold", "approve", "delay"})


def question(
    shelves: Shelves, organisation: Organisation, *holds: Hold, deadline_seconds: int, remind_after: int
) -> tuple[Notice, ...]:
    """Ask about held messages. The deadline (seconds of working time) and the reminder (seconds) run from when it was accepted."""
    asked: list[Notice] = []
    for hold in holds:
        facts = _facts_of(hold) | {"deadline_seconds": deadline_seconds, "remind_after": remind_after}
        asked += _about(organisation, "question", addressees.asked(organisation, hold), hold, facts=facts)
    return _queued(shelves, asked)


def reminder(shelves: Shelves, organisation: Organisation, hold: Hold) -> tuple[Notice, ...]:
    """Ask again; from the second time on the deputies, too."""
    people = addressees.asked(organisation, hold)
    if hold.reminders:
        people = (*people, *addressees.deputies(organisation, people))
    return _queued(shelves, _about(organisation, "reminder", people, hold, facts=_facts_of(hold)))


def expired(shelves: Shelves, organisation: Organisation, hold: Hold) -> tuple[Notice, ...]:
    """Nobody answered until the deadline: it was cancelled and can be brought back."""
    return _queued(
        shelves, _about(organisation, "expired", addressees.asked(organisation, hold), hold, facts=_short(hold))
    )


def cancelled(shelves: Shelves, organisation: Organisation, hold: Hold, *, by: str) -> tuple[Notice, ...]:
    """Somebody else than the sender cancelled it: tells the sender. Nothing when `by` is the sender."""
    people = [a for a in addressees.sender(organisation, hold) if key(a) != key(by)]
    facts = _short(hold) | {"by": addressees.shown_name(organisation, by)}
    return _queued(shelves, _about(organisation, "cancelled", people, hold, facts=facts))


def decided_by_other(
    shelves: Shelves, organisation: Organisation, hold: Hold, *, by: str, sent: bool
) -> tuple[Notice, ...]:
    """One of several who were asked has answered: tells the others that nothing is left to do."""
    people = [a for a in addressees.asked(organisation, hold) if key(a) != key(by)]
    facts = _short(hold) | {"by": addressees.shown_name(organisation, by), "sent": sent}
    return _queued(shelves, _about(organisation, "decided_by_other", people, hold, facts=facts))


def delivery_failed(
    shelves: Shelves, organisation: Organisation, hold: Hold, recipient: str, reply: str
) -> tuple[Notice, ...]:
    """Tell that a released message could not be delivered to one recipient in the end; `reply`: the next hop's own words."""
    facts = _short(hold) | {"recipient": one_line(recipient), "reply": one_line(reply)}
    return _queued(
        shelves, _about(organisation, "delivery_failed", addressees.sender(organisation, hold), hold, facts=facts)
    )


def question_lost(shelves: Shelves, organisation: Organisation, hold: Hold, reply: str) -> tuple[Notice, ...]:
    """Nobody could be asked: tells the admins. The message stays held, without a deadline."""
    facts = {"number": shown(hold.group_id), "asked": [one_line(a) for a in hold.asked], "reply": one_line(reply)}
    return _queued(shelves, _about(organisation, "question_lost", addressees.admins(organisation), hold, facts=facts))


def alarm(
    shelves: Shelves, organisation: Organisation, kind: str, facts: Mapping[str, str | int]
) -> tuple[Notice, ...]:
    """Tell the admins that something needs them; `kind`: of `notifier.words.ALARMS`; `facts`: short words and numbers only."""
    told = {"alarm": kind, "facts": {name: one_line(str(value)) for name, value in facts.items()}}
    people = addressees.admins(organisation)
    return _queued(shelves, [_notice(organisation, "alarm", person, told) for person in people])


def bounce(shelves: Shelves, raw: bytes, recipient: str, hold_id: str = "") -> tuple[Notice, ...]:
    """Queue a delivery status notification (RFC 3464) as it was composed, to any address; sent with a null reverse-path.

    Raises ValueError for `<>`: nobody is told about what came from nobody (RFC 5321 6.1).
    """
    if not recipient:
        raise ValueError("a bounce has nowhere to go: the reverse-path is null")
    message_id = str(BytesHeaderParser().parsebytes(raw).get("Message-ID", "")).strip()
    notice = Notice(
        id=new_id() + new_id(),
        kind="bounce",
        channel="relay",
        recipient=recipient,
        language="",
        facts={},
        hold_id=hold_id,
        message_id=message_id,
        raw=raw,
    )
    shelves.outbox.add(notice)
    return (notice,)


def call_superior(shelves: Shelves, organisation: Organisation, ticket: Ticket, person: Person) -> tuple[Notice, ...]:
    """Tell a superior first: who reported, the number, what to do now; nothing of the content."""
    return _queued(
        shelves, [_notice(organisation, "call_superior", person.address, _case(organisation, ticket), ticket=ticket)]
    )


def call_responder(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, person: Person, role: str
) -> tuple[Notice, ...]:
    """Call somebody to a case in a role, with the first open step of that role."""
    open_steps = [s for s in ticket.steps if s.state == "todo"]
    first = next((s for s in open_steps if role in s.role), None) or next(iter(open_steps), None)
    language = addressees.language(organisation, person.address)
    step = f"{first.step} {first.title.get(language, '')}" if first else ""
    facts = _case(organisation, ticket) | {"role": role_in_words(role, language), "step": one_line(step)}
    return _queued(shelves, [_notice(organisation, "call_responder", person.address, facts, ticket=ticket)])


def report_received(shelves: Shelves, organisation: Organisation, ticket: Ticket) -> tuple[Notice, ...]:
    """Thank a reporter from inside, with the one next step: tell your superior. Nothing for a reporter outside."""
    if not addressees.may_receive(organisation, "report_received", ticket.reporter):
        return ()
    person = organisation.person(ticket.reporter)
    superior = organisation.person(person.superior) if person and person.superior else None
    facts = _case(organisation, ticket) | {
        "superior": addressees.shown_name(organisation, superior.address) if superior else "",
        "phone": superior.phone if superior else "",
    }
    return _queued(shelves, [_notice(organisation, "report_received", ticket.reporter, facts, ticket=ticket)])


def report_reference(shelves: Shelves, organisation: Organisation, ticket: Ticket) -> tuple[Notice, ...]:
    """Thank a reporter from outside, with the number only. Nothing in a drill: it does not leave the house.

    The caller sees to it that no machine is answered (RFC 3834 2): a null reverse-path has no reporter.
    """
    inside = addressees.may_receive(organisation, "report_received", ticket.reporter)
    if (
        ticket.kind == "drill"
        or inside
        or not addressees.may_receive(organisation, "report_reference", ticket.reporter)
    ):
        return ()
    facts = {"number": shown(ticket.id), "drill": False}
    return _queued(shelves, [_notice(organisation, "report_reference", ticket.reporter, facts, ticket=ticket)])


def _facts_of(hold: Hold) -> dict[str, Any]:
    """Reasons and counts, as a question says them; words in both languages: each person reads in their own.

    Counts of a part stand beside the reasons only where no reason says the same: one about the only part that holds any.
    """
    present = {r.address for r in hold.recipients}
    asking = [f for f in hold.verdict["findings"] if f["action"] in _ASKING]
    here = [f for f in asking if f["about"].get("recipient") in {None, *present}]
    parts = hold.verdict.get("exposure", {}).get("parts", [])
    counted = [{"name": one_line(p["name"]), "kinds": {k: n for k, n in p["kinds"].items() if n}} for p in parts]
    holding = [p for p in counted if p["kinds"]]
    said = len(holding) == 1 and any(f["rule"] == PERSONAL_DATA for f in here)
    shown_: set[tuple[str, str]] = set()
    return _short(hold) | {"reasons": [_reason(f, shown_) for f in here], "parts": [] if said else holding}


def _reason(finding: Mapping[str, Any], shown_: set[tuple[str, str]]) -> dict[str, Any]:
    """One finding for people: its words, and the two addresses with the differing letters marked; what was shown is not shown again."""
    given, usual = finding["about"].get("recipient", ""), finding.get("suggestion", "")
    words = {k: one_line(v) for k, v in finding["words"].items()}
    reason: dict[str, Any] = {"words": words, "given": [], "usual": [], "alike": False}
    if not given or (given, usual) in shown_:
        return reason
    shown_ |= {(given, usual), (given, "")}
    if usual:
        both = marked(given, usual)
        sides = {"given": both.given, "usual": both.usual}
        return (
            reason | {side: [list(p) for p in pieces] for side, pieces in sides.items()} | {"alike": both.differing > 0}
        )
    return reason | {"given": [[given, False]]}


def _short(hold: Hold) -> dict[str, Any]:
    return {"number": shown(hold.group_id), "subject": one_line(hold.subject, LONGEST_SUBJECT)}


def _case(organisation: Organisation, ticket: Ticket) -> dict[str, Any]:
    return {
        "number": shown(ticket.id),
        "drill": ticket.kind == "drill",
        "reporter": one_line(addressees.shown_name(organisation, ticket.reporter)),
        "reported_at": ticket.reported_at.isoformat(),
    }


def _about(
    organisation: Organisation, kind: str, people: Iterable[str], hold: Hold, *, facts: Mapping[str, Any]
) -> list[Notice]:
    """The same to several people, to each once."""
    once = {key(person): person for person in people}
    return [_notice(organisation, kind, person, facts, hold=hold) for person in once.values()]


def _queued(shelves: Shelves, made: Sequence[Notice]) -> tuple[Notice, ...]:
    """The only door to the outbox for what is written here (a bounce was written elsewhere)."""
    shelves.outbox.add(*made)
    return tuple(made)


def _notice(
    organisation: Organisation,
    kind: str,
    recipient: str,
    facts: Mapping[str, Any],
    *,
    hold: Hold | None = None,
    ticket: Ticket | None = None,
) -> Notice:
    return Notice(
        id=new_id() + new_id(),
        kind=kind,
        channel="mail",
        recipient=_checked(organisation, kind, recipient),
        language=addressees.language(organisation, recipient, hold),
        facts=facts,
        hold_id=hold.group_id if hold else "",
        ticket_id=ticket.id if ticket else "",
        message_id=_message_id(organisation),
    )


def _checked(organisation: Organisation, kind: str, recipient: str) -> str:
    """Refuse an outsider with ValueError: a caller that would tell one is wrong, and its unit is undone."""
    if not addressees.may_receive(organisation, kind, recipient):
        raise ValueError(f"a notice of kind {kind} may only go to a mailbox of our own domains")
    return recipient


def _message_id(organisation: Organisation) -> str:
    """As in the header, with < and >. Unguessable: by it the relay knows its own notices (RFC 3834)."""
    return f"<{secrets.token_urlsafe(24)}@{ascii_domain(organisation.domains[0])}>"
