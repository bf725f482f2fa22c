"""Receipts: where the settings say so, a sender hears that a message left the house, and may report it from there (decision 0046)."""

from collections.abc import Mapping, Sequence

from gateway.rooms import FlowOptions
from mail.address import is_inside
from notifier import notices
from store.holds import Hold
from store.shelves import Shelves


def of_passed(
    shelves: Shelves,
    options: FlowOptions,
    *,
    sender: str,
    queue_id: str,
    subject: str,
    to: Sequence[str],
    drill: str = "",
) -> None:
    """A message that was not held was taken by the next hop for these; `drill`: whose mail it is."""
    _tell(shelves, options, sender, queue_id, {"hold_id": ""}, subject, to, drill)


def of_released(shelves: Shelves, options: FlowOptions, hold: Hold, to: Sequence[str]) -> None:
    """A released one was, for these: told with the first of them outside, and not again."""
    if not any(notice.kind == "receipt" for notice in shelves.outbox.of_hold(hold.id)):
        held = {"hold_id": hold.id, "number": hold.group_id}
        _tell(shelves, options, hold.reverse_path, hold.queue_id, held, hold.subject, to, hold.drill)


def _tell(
    shelves: Shelves,
    options: FlowOptions,
    sender: str,
    queue_id: str,
    held: Mapping[str, str],
    subject: str,
    to: Sequence[str],
    drill: str,
) -> None:
    domains = frozenset(options.organisation.domains)
    outside = [address for address in to if not is_inside(address, domains)]
    if outside:
        about = {"queue_id": queue_id, "subject": subject, **held}
        notices.receipt(shelves, options.organisation, sender, **about, to=outside, drill=bool(drill))
