"""Asking: the question about held messages, as the settings say it is put."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.rooms import FlowOptions
from gateway.short_form import short_form
from notifier import notices
from store.holds import Hold
from store.shelves import Shelves


def ask(shelves: Shelves, options: FlowOptions, *holds: Hold, again: Mapping[str, Hold] = MappingProxyType({})) -> None:
    """Queue a question about each, in the caller's transaction; `again`: by id, the similar one that is held already."""
    notices.question(
        shelves,
        options.organisation,
        *holds,
        deadline_seconds=options.hold.deadline,
        remind_after=options.hold.remind_after,
        short_forms={hold.id: short_form((hold,)) for hold in holds} if options.answer_address else {},
        again=again,
    )
