"""Notices: one function per notice: who is told, which facts, when. Each writes to the outbox within a unit and sends nothing.

Here stand those about held messages, and those about nothing else; the others in the files beside, `…_notices`. Facts are what the
template needs and nothing more: never a found value, never a token, never a recipient that is not asked about. Every function
returns what it queued. Which links a notice carries stands in `notifier.kinds.LINKS`; the token is made when it is rendered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.parser import BytesHeaderParser
from types import MappingProxyType
from typing import Any

from mail.address import key
from notifier import addressees
from notifier.hold_facts import earlier, facts_of, for_colleagues, reason, short
from notifier.making import about, notice_to, queued
from notifier.options import Organisation
from notifier.short_form import ShortForm
from notifier.words import LONGEST_SUBJECT, one_line
from store.holds import Hold
from store.ids import new_id, shown
from store.outbox import Notice
from store.shelves import Shelves


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
        facts["again"] = earlier(again.get(hold.id))
        asked += about(organisation, "question", addressees.asked(organisation, hold), hold, facts=facts)
    return queued(shelves, asked)


def colleague(shelves: Shelves, organisation: Organisation, hold: Hold, *, people: Sequence[str]) -> tuple[Notice, ...]:
    """Tell colleagues in To and Cc that the message is held, and that they may stop it; nothing of its content, nothing of Bcc."""
    facts = short(hold) | {
        "sender": one_line(addressees.shown_name(organisation, hold.reverse_path)),
        "reasons": [reason(found, set()) for found in for_colleagues(hold)],
        "parts": [],
    }
    return queued(shelves, about(organisation, "colleague", people, hold, facts=facts))


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
    shelves: Shelves,
    organisation: Organisation,
    hold: Hold,
    *,
    person: str,
    why: str,
    short_form: ShortForm,
    changed: Sequence[Hold] = (),
) -> tuple[Notice, ...]:
    """Tell somebody who answered by mail that nothing was done, why (`gateway.by_mail.Result`), and how to answer.

    `changed`: the copies as they wait now, where that is not what the question said: it is said anew.
    """
    facts = short(hold) | {"why": why, "short_form": short_form, "asked": _anew(changed)}
    return queued(shelves, about(organisation, "answer_not_taken", [person], hold, facts=facts))


def _anew(copies: Sequence[Hold]) -> dict[str, Any]:
    """What is asked about all copies of a send, and who gets it."""
    every = [facts_of(copy) for copy in copies]
    to = dict.fromkeys(one_line(r.address) for copy in copies for r in copy.recipients)
    said = {name: _each_once(one for facts in every for one in facts[name]) for name in ("reasons", "parts")}
    return {**said, "to": list(to)} if copies else {}


def _each_once(given: Iterable[Any]) -> list[Any]:
    """The same without what was there before; of what cannot be a key."""
    found: list[Any] = []
    for one in given:
        found += [one] if one not in found else []
    return found


def answer_of_another(shelves: Shelves, organisation: Organisation, person: str) -> tuple[Notice, ...]:
    """Tell a colleague who answered somebody else's question that nothing was done; nothing of the message, no link."""
    if not addressees.may_receive(organisation, "answer_of_another", person):
        return ()
    return queued(shelves, [notice_to(organisation, "answer_of_another", person, {})])


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
    """Tell the admins (and `also`) that something needs them; `kind`: of `notifier.alarm_words`; `facts`: short words and numbers only."""
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
    number: str = "",
    drill: bool = False,
) -> tuple[Notice, ...]:
    """Tell a sender that a message has left the house, and to whom, with a link to report one that should not have got it.

    `queue_id`: of its line of the journal, for the link alone; `number`: of what was held, as its sender knows it. Nothing for a reverse-path that is not ours.
    """
    if not addressees.may_receive(organisation, "receipt", person):
        return ()
    facts: dict[str, Any] = {
        "line": queue_id,
        "number": shown(number) if number else "",
        "subject": one_line(subject, LONGEST_SUBJECT),
        "to": [one_line(a) for a in to],
    }
    facts |= {"drill": True} if drill else {}
    made = notice_to(organisation, "receipt", person, facts)
    return queued(shelves, [replace(made, hold_id=hold_id)])
