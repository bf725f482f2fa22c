"""Keeping: messages and their questions, written together: one transaction and the same few statements for all that wait."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway import answers, meetings
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


def keep(shelves: Shelves, items: Sequence[Keeping], options: FlowOptions) -> list[Hold]:
    """Hold each and ask about it; a copy of a send that is already here joins its question, or follows its answer."""
    keys = {item.hold.copy_key for item in items}
    about = {item.hold.meeting for item in items if item.hold.meeting}
    shelves.holds.alone(*keys, *about)
    earlier: dict[str, list[Hold]] = defaultdict(list)
    for hold in shelves.holds.copies_of(keys, shelves.now - COPIES_WITHIN):
        earlier[hold.copy_key].append(hold)
    said = list(shelves.holds.open_of_meetings(about))
    kept: list[Hold] = []
    asking: list[Hold] = []
    for item in items:
        copies = earlier[item.hold.copy_key]
        hold, asks = answers.joined(shelves, item.hold, copies, item.named, options)
        if item.hold.meeting:
            hold, asks = meetings.placed(hold, said, shelves.now, options.next_hop.retry_for, asks=asks)
            said.append(hold)
        copies.append(hold)
        kept.append(hold)
        asking += [hold] * asks
    shelves.holds.add_all([(hold, item.sealed) for hold, item in zip(kept, items, strict=True)])
    notices.question(
        shelves,
        options.organisation,
        *asking,
        deadline_seconds=options.hold.deadline,
        remind_after=options.hold.remind_after,
    )
    lines = (
        replace(item.line, hold_id=hold.id, recipients=_recipients(hold, shelves))
        for hold, item in zip(kept, items, strict=True)
    )
    shelves.journal.add(*lines)
    return kept


def _recipients(hold: Hold, shelves: Shelves) -> tuple[RecipientLine, ...]:
    return tuple(RecipientLine(r.address, str(r.state), "", shelves.now) for r in hold.recipients)
