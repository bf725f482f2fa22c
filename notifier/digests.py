"""Digests: one notice that lists several held messages, each with its own link, instead of a notice each.

What a digest lists is looked up when it is put into words: whoever answered meanwhile is not told any more, and what came
meanwhile stands in it, too.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from mail.address import key
from notifier import notices
from notifier.hold_facts import is_asked
from notifier.making import listing
from notifier.options import Organisation
from notifier.words import LONGEST_SUBJECT, one_line
from store.digests import Series
from store.holds import Hold, State
from store.ids import shown
from store.shelves import Shelves

Kind = Literal["digest", "digest_reminder", "digest_expired", "unattended"]
"""digest: the question about many messages; the next two: its reminder and its end; unattended: each working morning."""

LISTS: Mapping[str, frozenset[State]] = {
    "digest": frozenset({State.HELD}),
    "digest_reminder": frozenset({State.HELD}),
    "digest_expired": frozenset({State.EXPIRED}),
    "unattended": frozenset({State.HELD, State.EXPIRED}),
}
"""Kind → the states of a hold in which it belongs there still."""
MOST = 100
"""Holds that one digest lists; the next one lists the others."""
LONGEST_REASON = 120
"""Letters of a reason in a list."""
GATHER = timedelta(minutes=1)
"""So long a digest waits for what else comes."""


def add(
    shelves: Shelves,
    organisation: Organisation,
    kind: Kind,
    people: Sequence[str],
    holds: Sequence[Hold],
    *,
    sender: str = "",
    apart: timedelta = timedelta(),
    facts: Mapping[str, Any] | None = None,
) -> int:
    """List first copies for each of these people: in a digest that still waits, else in a new one; how many new ones were queued.

    `apart`: how long after the one before a new one leaves, at the earliest.
    """
    groups = [hold.group_id for hold in holds]
    made = 0
    for person in {key(person): person for person in people}.values():
        series = Series(kind, person, sender)
        left = list(groups)
        if left and (found := shelves.digests.open(series, MOST)):
            waiting, count = found
            shelves.digests.join(waiting, left[: MOST - count])
            left = left[MOST - count :]
        while left:
            last = shelves.digests.last(series)
            soon = shelves.now if kind == "unattended" else shelves.now + GATHER
            due = max(soon, last + apart) if last else soon
            told = dict(facts or {}) | {"sender": one_line(sender)}
            notice = dataclasses.replace(listing(organisation, kind, person, told, holds[0]), due=due)
            shelves.outbox.add(notice)
            shelves.digests.add(notice.id, series, left[:MOST])
            left = left[MOST:]
            made += 1
    return made


def facts_of(hold: Hold) -> dict[str, Any]:
    """What a digest says of one message: the number, the subject, to whom, and the first reason, as its question does."""
    asking = [found for found in hold.verdict["findings"] if is_asked(found)]
    asked = (found["about"].get("recipient") for found in asking)
    addresses = [one_line(r.address) for r in hold.recipients]
    first = next((address for address in asked if address in addresses), addresses[0] if addresses else "")
    return {
        "number": shown(hold.group_id),
        "subject": one_line(hold.subject, LONGEST_SUBJECT),
        "to": first,
        "others": max(0, len(addresses) - 1),
        "at": hold.received_at.isoformat(),
        "waits": hold.state is State.HELD,
        "silence": hold.silence or "cancel",
        "reason": {k: one_line(v, LONGEST_REASON) for k, v in asking[0]["words"].items()} if asking else {},
        "more": max(0, len(asking) - 1),
        "approve": any(found["action"] == "approve" for found in asking),
    }


def lost(shelves: Shelves, organisation: Organisation, notice_id: str, holds: Sequence[Hold], reply: str) -> None:
    """A digest that asked cannot leave: what nobody else was asked about stays held without a deadline, and the admins hear of it once."""
    unasked = [hold for hold in holds if not set(shelves.digests.about(hold.group_id, "digest")) - {notice_id}]
    for hold in unasked:
        shelves.questions.lost(hold.group_id)
    if unasked:
        facts: dict[str, str | int] = {"messages": len(unasked), "first": shown(unasked[0].group_id), "reply": reply}
        notices.alarm(shelves, organisation, "digest-lost", facts)
