"""Keeping: messages and their questions, written together: one transaction and the same few statements for all that wait."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gateway import again, answers, colleagues, many, meetings, outcomes
from gateway.asking import ask
from gateway.colleagues import with_unnamed
from gateway.records import COPIES_WITHIN
from gateway.rooms import FlowOptions
from notifier import notices
from store.holds import Hold
from store.journal import Line, RecipientLine
from store.shelves import Shelves


@dataclass(frozen=True, slots=True)
class Keeping:
    """One message that is to be held."""

    hold: Hold
    sealed: bytes
    named: tuple[str, ...]
    """The addresses of To and Cc, the same in every copy of a send."""
    line: Line
    """Its line of the journal, still without hold and recipients."""


How = Literal["alone", "again", "digest", "delayed", "together"]
"""How somebody is asked: by a question of its own, by one that names the similar message held before, in a digest of many, not at all
where it leaves by itself; or the message shares question or answer with another copy."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one."""

    hold: Hold
    asked: How


def keep(shelves: Shelves, items: Sequence[Keeping], options: FlowOptions) -> list[Kept]:
    """Hold each and ask about it; a copy of a send that is already here joins its question, or follows its answer."""
    kept, asking = _placed(shelves, items, options)
    waits = [hold for hold in asking if not hold.delayed]
    crowd = many.crowded(shelves, options, waits)
    shelves.holds.add_all([(hold, item.sealed) for hold, item in zip(kept, items, strict=True)])
    alone = [hold for hold in waits if hold.id not in crowd]
    similar = again.remember(shelves, options, [hold for hold in alone if not hold.drill])
    ask(shelves, options, *alone, again=similar)
    many.list_them(shelves, options, [hold for hold in waits if hold.id in crowd])
    if options.hold.colleagues:
        for hold in alone:
            colleagues.tell(shelves, options.organisation, hold)
    told = [hold for hold in asking if hold.delayed and hold.verdict.get("policy", {}).get("notice", True)]
    notices.delayed(shelves, options.organisation, *told)
    lines = (
        replace(item.line, hold_id=hold.id, recipients=_recipients(hold, shelves))
        for hold, item in zip(kept, items, strict=True)
    )
    shelves.journal.add(*lines)
    how: dict[str, How] = {hold.id: "again" if hold.id in similar else "alone" for hold in alone}
    how.update((hold_id, "digest") for hold_id in crowd)
    how.update((hold.id, "delayed") for hold in kept if hold.delayed)
    return [Kept(hold, how.get(hold.id, "together")) for hold in kept]


def _placed(shelves: Shelves, items: Sequence[Keeping], options: FlowOptions) -> tuple[list[Hold], list[Hold]]:
    """Each beside the copies of its send and what was said of its meeting; and those about which nobody is asked yet."""
    keys = {item.hold.copy_key for item in items}
    about = {item.hold.meeting for item in items if item.hold.meeting}
    senders = {many.lock_of(item.hold) for item in items} - {""}
    shelves.holds.alone(*keys, *about, *senders)
    earlier: dict[str, list[Hold]] = defaultdict(list)
    for hold in shelves.holds.copies_of(keys, shelves.now - COPIES_WITHIN):
        earlier[hold.copy_key].append(hold)
    said = list(shelves.holds.open_of_meetings(about))
    kept: list[Hold] = []
    asking: list[Hold] = []
    for item in items:
        copies = earlier[item.hold.copy_key]
        new = with_unnamed(item.hold, item.named)
        hold, asks = answers.joined(shelves, new, copies, item.named, options)
        if item.hold.meeting:
            hold, asks = meetings.placed(hold, said, shelves.now, options.next_hop.retry_for, asks=asks)
            said.append(hold)
        outcomes.asked(shelves, hold, (*copies, *said[:-1]) if item.hold.meeting else copies, options)
        copies.append(hold)
        kept.append(hold)
        asking += [hold] * asks
    return kept, asking


def _recipients(hold: Hold, shelves: Shelves) -> tuple[RecipientLine, ...]:
    return tuple(
        RecipientLine(r.address, str(r.state), "", shelves.now, r.send_to if r.send_to != r.address else "")
        for r in hold.recipients
    )
