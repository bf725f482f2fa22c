"""Envelope: who gets a held message as the mail server was told, where the header says otherwise, and what its signature is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mail.address import key
from store.holds import Delivery, Hold


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of envelope and header."""

    recipients: tuple[str, ...]
    """Everyone who is waiting for it, in order."""
    unnamed: tuple[str, ...]
    """Who of them stands in neither To nor Cc."""
    absent: tuple[str, ...]
    """Who stands there and is a recipient of no copy that came to us to be held."""
    signed_anew: bool
    """Its signature breaks when it is altered, and it is signed afterwards."""
    signature_ends: datetime | None
    """When its signature ends, where that is before the deadline."""


def envelope(holds: Sequence[Hold], waiting: Sequence[Hold], deadline: datetime | None) -> Shown:
    """Tell of all copies of one send, and of those that wait for an answer."""
    everyone = {key(r.address) for hold in holds for r in hold.recipients}
    held = dict.fromkeys(r.address for hold in waiting for r in hold.recipients if r.state is Delivery.HELD)
    unnamed = {address for hold in waiting for address in hold.verdict.get("unnamed", ())}
    absent = dict.fromkeys(address for hold in waiting for address in hold.verdict.get("absent", ()))
    return Shown(
        recipients=tuple(held),
        unnamed=tuple(address for address in held if address in unnamed),
        absent=tuple(address for address in absent if key(address) not in everyone),
        signed_anew=any(hold.verdict.get("signed_anew") for hold in waiting),
        signature_ends=_ends(waiting, deadline),
    )


def _ends(holds: Sequence[Hold], deadline: datetime | None) -> datetime | None:
    """The end of the signature that ends first; a time after the deadline, or none that anybody could mean, is of no account."""
    ends = min((end for hold in holds if (end := hold.verdict.get("dkim_ends")) is not None), default=None)
    if ends is None or deadline is None or ends >= deadline.timestamp():
        return None
    return datetime.fromtimestamp(ends, UTC)
