"""What the admins and the leader are told about outside trackers: which one, which ticket, which facts; never what stands in them."""

from collections.abc import Mapping

from notifier import notices
from notifier.options import Organisation
from store.outbox import Notice
from store.shelves import Shelves


def trouble(
    shelves: Shelves, organisation: Organisation, kind: str, facts: Mapping[str, str | int]
) -> tuple[Notice, ...]:
    """Alarm the admins and the leader; `kind`: tracker-mismatch, tracker-refused, tracker-down, tracker-gone of `notifier.alarm_words`."""
    leaders = tuple(person.address for person in organisation.with_role("leader"))
    return notices.alarm(shelves, organisation, kind, facts, also=leaders)
