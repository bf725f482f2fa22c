"""Notices of approvals: who is asked for a yes and reminded, and who hears what came of it. As in `notifier.notices`."""

from collections.abc import Iterable
from typing import Any

from mail.address import is_inside, key
from notifier import addressees
from notifier.hold_facts import facts_of, is_asked, short
from notifier.making import about, queued
from notifier.options import Organisation
from notifier.words import one_line
from store.approvals import Round
from store.holds import Hold
from store.outbox import Notice
from store.shelves import Shelves

FIRST = 3
"""Recipients outside that a request names."""


def approval_asked(
    shelves: Shelves,
    organisation: Organisation,
    hold: Hold,
    of: Round,
    people: Iterable[str],
    *,
    deadline_seconds: int,
    remind_after: int,
    in_place: bool = False,
) -> tuple[Notice, ...]:
    """Ask for a yes: reasons and counts, who asks, and the word of why. The deadline (seconds of working time) runs from when it was accepted.

    `in_place`: others have not answered, or may not any more.
    """
    facts = facts_of(hold) | _request(organisation, of) | _gets(organisation, hold) | {"in_place": in_place}
    facts |= {"deadline_seconds": deadline_seconds, "remind_after": remind_after}
    return queued(shelves, about(organisation, "approval_asked", people, hold, facts=facts))


def approval_reminder(
    shelves: Shelves, organisation: Organisation, hold: Hold, of: Round, people: Iterable[str]
) -> tuple[Notice, ...]:
    """Ask those again who have not answered."""
    facts = facts_of(hold) | _request(organisation, of) | _gets(organisation, hold)
    return queued(shelves, about(organisation, "approval_reminder", people, hold, facts=facts))


def approval_over(
    shelves: Shelves, organisation: Organisation, hold: Hold, people: Iterable[str], *, state: str, by: str
) -> tuple[Notice, ...]:
    """Nothing is left to do for those who were asked and have not answered; `state`: of the round."""
    others = [a for a in people if key(a) != key(by) and addressees.may_receive(organisation, "approval_over", a)]
    facts = short(hold) | {"state": state, "by": one_line(addressees.shown_name(organisation, by))}
    return queued(shelves, about(organisation, "approval_over", others, hold, facts=facts))


def approval_given(shelves: Shelves, organisation: Organisation, hold: Hold, of: Round) -> tuple[Notice, ...]:
    """Enough have agreed and it is being sent: tells who asked, and who else could have answered."""
    given = [
        {
            "by": one_line(addressees.shown_name(organisation, p.address)),
            "at": p.at.isoformat(),
            "comment": one_line(p.comment),
        }
        for p in of.people
        if p.said == "approved" and p.at
    ]
    people = _senders(organisation, hold, of)
    return queued(shelves, about(organisation, "approval_given", people, hold, facts=short(hold) | {"given": given}))


def sent_back(
    shelves: Shelves,
    organisation: Organisation,
    hold: Hold,
    of: Round,
    *,
    state: str,
    by: str,
    comment: str,
    deadline_seconds: int,
    remind_after: int,
) -> tuple[Notice, ...]:
    """It is the sender's to answer anew: sent back with a comment, changed meanwhile, or nobody answered (`state`, of the round)."""
    facts = short(hold) | {"state": state, "by": one_line(addressees.shown_name(organisation, by))}
    facts |= {"comment": one_line(comment), "deadline_seconds": deadline_seconds, "remind_after": remind_after}
    return queued(shelves, about(organisation, "sent_back", _senders(organisation, hold, of), hold, facts=facts))


def _senders(organisation: Organisation, hold: Hold, of: Round) -> tuple[str, ...]:
    asker = [of.asked_by] if addressees.may_receive(organisation, "sent_back", of.asked_by) else []
    return (*asker, *addressees.asked(organisation, hold))


def _gets(organisation: Organisation, hold: Hold) -> dict[str, Any]:
    """Say who outside would get what is asked about, where that is the content: how many, and the first who stand in To or Cc."""
    content = any(is_asked(f) and not f["about"].get("recipient") for f in hold.verdict["findings"])
    domains, hidden = frozenset(organisation.domains), hold.verdict.get("unnamed", ())
    outside = [r.address for r in hold.recipients if content and not is_inside(r.address, domains)]
    first = [one_line(address) for address in outside if address not in hidden][:FIRST]
    return {"outside": len(outside), "first": first}


def _request(organisation: Organisation, of: Round) -> dict[str, Any]:
    return {"by": one_line(addressees.shown_name(organisation, of.asked_by)), "why": one_line(of.why)}
