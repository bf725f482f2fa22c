"""Notices: one function per notice: who is told, which facts, when. Each writes to the outbox within a unit and sends nothing.

Facts are what the template needs and nothing more: never a found value, never a token, never a recipient that is not asked about.
Every function returns what it queued. Which links a notice carries stands in `LINKS`; the token is made when it is rendered.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.parser import BytesHeaderParser
from types import MappingProxyType
from typing import Any

from mail.address import ascii_domain, key
from notifier import addressees
from notifier.options import Organisation, Person
from notifier.short_form import ShortForm
from notifier.words import LONGEST_SUBJECT, one_line, role_in_words
from rules.marks import marked
from rules.policy_findings import TABLE
from rules.verdict import ASKING
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
    "answer_taken": "question",
    "answer_not_taken": "question",
    "colleague": "stop",
    "sent_back": "question",
    "approval_given": "question",
    "approval_asked": "approval",
    "approval_reminder": "approval",
    "approval_over": "approval",
    "delayed": "question",
    "escalated": "question",
    "left": "question",
    "released_by_desk": "question",
    "call_superior": "ticket",
    "call_responder": "ticket",
    "deadline_near": "ticket",
    "deadline_moved": "ticket",
    "measure_due": "ticket",
    "call_escalated": "ticket",
    "watcher_added": "ticket",
    "case_word": "ticket",
    "reach_test": "reach",
    "report_received": "own",
    "sign_in": "sign-in",
    "receipt": "sent",
    "letter": "answers",
    "letter_news": "ticket",
    "contact_held": "ticket",
}
"""Kind of notice → purpose of the link in it (`store.links`); a kind that stands not here has none."""


KINDS = (
    *LINKS,
    "digest",
    "digest_reminder",
    "digest_expired",
    "unattended",
    "answer_of_another",
    "delivery_failed",
    "question_lost",
    "alarm",
    "report_reference",
    "case_closed",
    "case_closed_reference",
    "contact_waits",
    "drill_announced",
    "drill_inject",
    "drill_over",
)
"""Every kind that has a template; a bounce brings its own message."""

OPEN = ("question", "reminder", "sent_back", "delayed", "escalated", "colleague")
"""Kinds that wait for somebody to act: not sent any more, or withdrawn, once somebody has."""
WHOSE = frozenset(
    {
        *("question", "reminder", "delayed", "expired", "left", "cancelled", "decided_by_other", "released_by_desk"),
        *("approval_asked", "approval_reminder", "approval_over"),
    }
)
"""Kinds that tell whoever is not the sender whose message it is."""
PERSONAL_DATA = "content-personal-data"
"""The rule whose words count what the exposure counts."""


def question(
    shelves: Shelves,
    organisation: Organisation,
    *holds: Hold,
    deadline_seconds: int,
    remind_after: int,
    short_forms: Mapping[str, ShortForm] = MappingProxyType({}),
    again: Mapping[str, Hold] = MappingProxyType({}),
) -> tuple[Notice, ...]:
    """Ask about held messages. The deadline (seconds of working time) and the reminder (seconds) run from when it was accepted.

    `short_forms`: by hold, for those who answer by mail; `again`: by hold, the similar one that is held already.
    """
    asked: list[Notice] = []
    for hold in holds:
        facts = facts_of(hold) | {"deadline_seconds": deadline_seconds, "remind_after": remind_after}
        facts["short_form"] = short_forms.get(hold.id, ())
        facts["again"] = _earlier(again.get(hold.id))
        asked += about(organisation, "question", addressees.asked(organisation, hold), hold, facts=facts)
    return queued(shelves, asked)


def colleague(shelves: Shelves, organisation: Organisation, hold: Hold, *, people: Sequence[str]) -> tuple[Notice, ...]:
    """Tell colleagues in To and Cc that the message is held, and that they may stop it; nothing of its content, nothing of Bcc."""
    facts = short(hold) | {
        "sender": one_line(addressees.shown_name(organisation, hold.reverse_path)),
        "reasons": [_reason(found, set()) for found in for_colleagues(hold)],
        "parts": [],
    }
    return queued(shelves, about(organisation, "colleague", people, hold, facts=facts))


def for_colleagues(hold: Hold) -> tuple[Mapping[str, Any], ...]:
    """Give the findings that a colleague in To or Cc may see: those about recipients in To and Cc."""
    unnamed = hold.verdict.get("unnamed", ())
    seen = {r.address for r in hold.recipients if r.address not in unnamed}
    return tuple(f for f in hold.verdict["findings"] if is_asked(f) and f["about"].get("recipient") in seen)


def delayed(shelves: Shelves, organisation: Organisation, *holds: Hold) -> tuple[Notice, ...]:
    """Say that messages leave by themselves, when, and where they can be cancelled before."""
    made = [
        notice
        for hold in holds
        for notice in about(organisation, "delayed", addressees.asked(organisation, hold), hold, facts=facts_of(hold))
    ]
    return queued(shelves, made)


def escalated(
    shelves: Shelves,
    organisation: Organisation,
    hold: Hold,
    deputies: Sequence[str],
    *,
    deadline_seconds: int,
    remind_after: int,
) -> tuple[Notice, ...]:
    """Ask the deputies: nobody answered until the deadline, which runs anew from when this was accepted."""
    facts = facts_of(hold) | {"deadline_seconds": deadline_seconds, "remind_after": remind_after}
    facts |= {"silence": "cancel", "sender": one_line(addressees.shown_name(organisation, hold.reverse_path))}
    return queued(shelves, about(organisation, "escalated", deputies, hold, facts=facts))


def left(shelves: Shelves, organisation: Organisation, hold: Hold) -> tuple[Notice, ...]:
    """Nobody answered until the deadline, and the settings say that it is sent then."""
    people = addressees.asked(organisation, hold)
    return queued(shelves, about(organisation, "left", people, hold, facts=short(hold)))


def released_by_desk(
    shelves: Shelves, organisation: Organisation, hold: Hold, *, by: str, reason: str
) -> tuple[Notice, ...]:
    """Somebody let it go for its sender: tells the sender, whoever was asked, and the admins, but not who did it."""
    people = (
        *addressees.sender(organisation, hold),
        *addressees.asked(organisation, hold),
        *addressees.admins(organisation),
    )
    facts = short(hold) | {"by": addressees.shown_name(organisation, by) or one_line(by), "reason": one_line(reason)}
    others = [a for a in people if key(a) != key(by)]
    return queued(shelves, about(organisation, "released_by_desk", others, hold, facts=facts))


def reminder(
    shelves: Shelves, organisation: Organisation, hold: Hold, *, short_form: ShortForm = ()
) -> tuple[Notice, ...]:
    """Ask again; from the second time on the deputies, too."""
    people = addressees.reminded(organisation, hold)
    facts = facts_of(hold) | {"short_form": short_form}
    return queued(shelves, about(organisation, "reminder", people, hold, facts=facts))


def expired(shelves: Shelves, organisation: Organisation, hold: Hold) -> tuple[Notice, ...]:
    """Nobody answered until the deadline: it was cancelled and can be brought back."""
    return queued(
        shelves, about(organisation, "expired", addressees.asked(organisation, hold), hold, facts=short(hold))
    )


def cancelled(shelves: Shelves, organisation: Organisation, hold: Hold, *, by: str) -> tuple[Notice, ...]:
    """Somebody else than the sender cancelled it: tells the sender. Nothing when `by` is the sender."""
    people = [a for a in addressees.sender(organisation, hold) if key(a) != key(by)]
    facts = short(hold) | {"by": addressees.shown_name(organisation, by)}
    return queued(shelves, about(organisation, "cancelled", people, hold, facts=facts))


def decided_by_other(
    shelves: Shelves, organisation: Organisation, hold: Hold, *, by: str, sent: bool
) -> tuple[Notice, ...]:
    """One of several who were asked has answered: tells the others that nothing is left to do."""
    people = [a for a in addressees.asked(organisation, hold) if key(a) != key(by)]
    facts = short(hold) | {"by": addressees.shown_name(organisation, by), "sent": sent}
    return queued(shelves, about(organisation, "decided_by_other", people, hold, facts=facts))


def answer_taken(
    shelves: Shelves, organisation: Organisation, hold: Hold, *, person: str, act: str
) -> tuple[Notice, ...]:
    """Tell somebody who answered by mail what was done: "send", "cancel" or "bring-back"."""
    return queued(shelves, about(organisation, "answer_taken", [person], hold, facts=short(hold) | {"act": act}))


def answer_not_taken(
    shelves: Shelves, organisation: Organisation, hold: Hold, *, person: str, why: str, short_form: ShortForm
) -> tuple[Notice, ...]:
    """Tell somebody who answered by mail that nothing was done, why (`gateway.by_mail.Result`), and how to answer."""
    facts = short(hold) | {"why": why, "short_form": short_form}
    return queued(shelves, about(organisation, "answer_not_taken", [person], hold, facts=facts))


def answer_of_another(shelves: Shelves, organisation: Organisation, person: str) -> tuple[Notice, ...]:
    """Tell a colleague who answered somebody else's question that nothing was done; nothing of the message, no link."""
    if not addressees.may_receive(organisation, "answer_of_another", person):
        return ()
    return queued(shelves, [notice_to(organisation, "answer_of_another", person, {})])


def delivery_failed(
    shelves: Shelves, organisation: Organisation, hold: Hold, recipient: str, reply: str
) -> tuple[Notice, ...]:
    """Tell that a released message could not be delivered to one recipient in the end; `reply`: the next hop's own words."""
    facts = short(hold) | {"recipient": one_line(recipient), "reply": one_line(reply)}
    return queued(
        shelves, about(organisation, "delivery_failed", addressees.sender(organisation, hold), hold, facts=facts)
    )


def question_lost(shelves: Shelves, organisation: Organisation, hold: Hold, reply: str) -> tuple[Notice, ...]:
    """Nobody could be asked: tells the admins. The message stays held, without a deadline."""
    facts = {"number": shown(hold.group_id), "asked": [one_line(a) for a in hold.asked], "reply": one_line(reply)}
    return queued(shelves, about(organisation, "question_lost", addressees.admins(organisation), hold, facts=facts))


def alarm(
    shelves: Shelves,
    organisation: Organisation,
    kind: str,
    facts: Mapping[str, str | int],
    *,
    also: Sequence[str] = (),
) -> tuple[Notice, ...]:
    """Tell the admins (and `also`) that something needs them; `kind`: of `notifier.words.ALARMS`; `facts`: short words and numbers only."""
    told = {"alarm": kind, "facts": {name: one_line(str(value)) for name, value in facts.items()}}
    people = {key(person): person for person in (*addressees.admins(organisation), *also)}.values()
    return queued(shelves, [notice_to(organisation, "alarm", person, told) for person in people])


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


def listing(organisation: Organisation, kind: str, person: str, facts: Mapping[str, Any], first: Hold) -> Notice:
    """Make a notice that lists several messages (`notifier.digests`), in the language of the person, else of the first of them."""
    # Only its mail is a drill's: what else the list holds is not.
    return replace(notice_to(organisation, kind, person, facts, hold=first), hold_id="", facts=facts)


def call_superior(shelves: Shelves, organisation: Organisation, ticket: Ticket, person: Person) -> tuple[Notice, ...]:
    """Tell a superior first: who reported, the number, what to do now; nothing of the content."""
    return queued(
        shelves,
        [notice_to(organisation, "call_superior", person.address, case_facts(organisation, ticket), ticket=ticket)],
    )


def call_responder(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, person: Person, role: str
) -> tuple[Notice, ...]:
    """Call somebody to a case in a role, with the first open step of that role."""
    open_steps = [s for s in ticket.steps if s.state == "todo"]
    first = next((s for s in open_steps if role in s.role), None) or next(iter(open_steps), None)
    language = addressees.language(organisation, person.address)
    step = f"{first.step} {first.title.get(language, '')}" if first else ""
    facts = case_facts(organisation, ticket) | {"role": role_in_words(role, language), "step": one_line(step)}
    return queued(shelves, [notice_to(organisation, "call_responder", person.address, facts, ticket=ticket)])


def report_received(shelves: Shelves, organisation: Organisation, ticket: Ticket) -> tuple[Notice, ...]:
    """Thank a reporter from inside, with the one next step: tell your superior. Nothing for a reporter outside."""
    if not addressees.may_receive(organisation, "report_received", ticket.reporter):
        return ()
    person = organisation.person(ticket.reporter)
    superior = organisation.person(person.superior) if person and person.superior else None
    facts = case_facts(organisation, ticket) | {
        "superior": addressees.shown_name(organisation, superior.address) if superior else "",
        "phone": superior.phone if superior else "",
    }
    return queued(shelves, [notice_to(organisation, "report_received", ticket.reporter, facts, ticket=ticket)])


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
    return queued(shelves, [notice_to(organisation, "report_reference", ticket.reporter, facts, ticket=ticket)])


def sign_in(
    shelves: Shelves, organisation: Organisation, person: str, *, sign_in_id: str, place: str, until: datetime
) -> tuple[Notice, ...]:
    """Send the link that signs somebody in; `place`: "web" or "staff". The link opens what was asked for under that id, until then."""
    facts = {"sign_in": sign_in_id, "place": place, "until_at": until.isoformat()}
    return queued(shelves, [notice_to(organisation, "sign_in", person, facts)])


def receipt(
    shelves: Shelves,
    organisation: Organisation,
    person: str,
    *,
    queue_id: str,
    hold_id: str,
    subject: str,
    to: Sequence[str],
    drill: bool = False,
) -> tuple[Notice, ...]:
    """Tell a sender that a message has left the house, and to whom, with a link to report one that should not have got it.

    `queue_id`: of its line of the journal. Nothing for a reverse-path that is not ours.
    """
    if not addressees.may_receive(organisation, "receipt", person):
        return ()
    facts: dict[str, Any] = {
        "number": queue_id,
        "subject": one_line(subject, LONGEST_SUBJECT),
        "to": [one_line(a) for a in to],
    }
    facts |= {"drill": True} if drill else {}
    made = notice_to(organisation, "receipt", person, facts)
    return queued(shelves, [replace(made, hold_id=hold_id)])


def facts_of(hold: Hold) -> dict[str, Any]:
    """Reasons and counts, as a question says them; words in both languages: each person reads in their own.

    Counts of a part stand beside the reasons only where no reason says the same: one about the only part that holds any.
    """
    present = {r.address for r in hold.recipients}
    asking = [f for f in hold.verdict["findings"] if is_asked(f)]
    here = [f for f in asking if f["about"].get("recipient") in {None, *present}]
    parts = hold.verdict.get("exposure", {}).get("parts", [])
    counted = [{"name": one_line(p["name"]), "kinds": {k: n for k, n in p["kinds"].items() if n}} for p in parts]
    holding = [p for p in counted if p["kinds"]]
    said = len(holding) == 1 and any(f["rule"] == PERSONAL_DATA for f in here)
    shown_: set[tuple[str, str]] = set()
    return short(hold) | {
        "reasons": [_reason(f, shown_) for f in here],
        "parts": [] if said else holding,
        "silence": hold.silence or "cancel",
    }


def is_asked(finding: Mapping[str, Any]) -> bool:
    """Whether a finding of a hold is a point to be answered. That all mail waits for a while is none: nothing was found."""
    return finding["action"] in ASKING and not (finding["rule"] == TABLE and finding["action"] == "delay")


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


def _earlier(hold: Hold | None) -> dict[str, str]:
    """A similar message that its sender knows of."""
    return {"number": shown(hold.group_id), "at": hold.received_at.isoformat()} if hold else {}


def short(hold: Hold) -> dict[str, Any]:
    """Number and subject, and whether others have it already."""
    partly = bool(hold.verdict.get("policy", {}).get("partly"))
    return {"number": shown(hold.group_id), "subject": one_line(hold.subject, LONGEST_SUBJECT), "partly": partly}


def case_facts(organisation: Organisation, ticket: Ticket) -> dict[str, Any]:
    """Number, reporter and time of a case: what every call says."""
    return {
        "number": shown(ticket.id),
        "drill": ticket.kind == "drill",
        "reporter": one_line(addressees.shown_name(organisation, ticket.reporter)),
        "reported_at": ticket.reported_at.isoformat(),
    }


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


def of_case(organisation: Organisation, kind: str, person: str, ticket: Ticket, facts: Mapping[str, Any]) -> Notice:
    """A notice about a ticket to one person, for the files beside this one."""
    return notice_to(organisation, kind, person, facts, ticket=ticket)


def queued(shelves: Shelves, made: Sequence[Notice]) -> tuple[Notice, ...]:
    """The only door to the outbox for what is written here (a bounce was written elsewhere)."""
    shelves.outbox.add(*made)
    return tuple(made)


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


def _checked(organisation: Organisation, kind: str, recipient: str) -> str:
    """Refuse an outsider with ValueError: a caller that would tell one is wrong, and its unit is undone."""
    if not addressees.may_receive(organisation, kind, recipient):
        raise ValueError(f"a notice of kind {kind} may only go to a mailbox of our own domains")
    return recipient


def _message_id(organisation: Organisation) -> str:
    """As in the header, with < and >. Unguessable: by it the relay knows its own notices (RFC 3834)."""
    return f"<{secrets.token_urlsafe(24)}@{ascii_domain(organisation.domains[0])}>"
