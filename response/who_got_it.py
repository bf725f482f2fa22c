"""Who got it: everyone a message went to or was to go to, by its lines in the journal and what is held of it, and how far it got."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mail.address import exact_key, key
from store.holds import Hold, Recipient, State
from store.journal import Line
from store.shelves import Shelves
from store.tickets import TicketRecipient

_FURTHEST = (
    "delivered",
    "sending",
    "stopping",
    "unknown",
    "waiting",
    "held",
    "failed",
    "expired",
    "cancelled",
    "stopped",
)
"""Of two copies to one address the one counts that got furthest."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the message: its line in the journal, and the hold where it was held or is waiting."""

    line: Line
    hold: Hold | None = None


def copies_with_holds(shelves: Shelves, lines: Iterable[Line]) -> tuple[Copy, ...]:
    """Each line with its hold, also the hold that keeps the rest of a message whose other recipients took it."""
    return tuple(Copy(line, _hold_of(shelves, line)) for line in lines)


def recipients_of(
    copies: Iterable[Copy], wrong: Iterable[str], asked: Mapping[str, str]
) -> tuple[TicketRecipient, ...]:
    """Everyone the message went to or was to go to, with what is known; `wrong`: said to be wrong; `asked`: address → suggestion.

    Where nobody was named, those are wrong who were asked about and to whom it went all the same; with one recipient in all,
    that one. The others are unknown. Who is named by the address that was corrected is nobody who got it, and nobody else is wrong for it.
    """
    copies, wrong = tuple(copies), tuple(wrong)
    everyone: dict[str, TicketRecipient] = {}
    left: set[str] = set()
    for copy in copies:
        for given in delivered(copy):
            found = everyone.get(exact_key(given.address))
            if found is None or rank(given.delivery) < rank(found.delivery):
                everyone[exact_key(given.address)] = given
        left |= _decided_against(copy.hold)
    named = meant(wrong, everyone)
    if not named and not meant(wrong, _corrected(copies)):
        questioned = {exact_key(one) for one in asked} & set(everyone) - left
        named = questioned or (set(everyone) if len(everyone) == 1 else set())
    suggestions = {exact_key(one): suggestion for one, suggestion in asked.items()}
    return tuple(
        replace(
            one,
            wrong="yes" if address in named else "unknown",
            intended=suggestions.get(address, "") if address in named else "",
        )
        for address, one in everyone.items()
    )


def meant(said: Iterable[str], everyone: Iterable[str]) -> set[str]:
    """Which of the recipients (exact keys) somebody names; without its +tag an address means all that differ only there."""
    known, found = set(everyone), set[str]()
    for one in said:
        exact = exact_key(one)
        untagged = key(one) if exact not in known and exact == key(one) else ""
        found |= {k for k in known if k == exact or (untagged and key(k) == untagged)}
    return found


def delivered(copy: Copy) -> list[TicketRecipient]:
    """List the recipients of one copy; a hold knows more than the line, and the address it goes to after a correction."""
    held = copy.hold.recipients if copy.hold else ()
    replaced = {exact_key(r.address) for r in held}
    lines = (
        TicketRecipient(r.send_to, "unknown", "", r.state, r.reply, at=r.at)
        for r in copy.line.recipients
        if exact_key(r.address) not in replaced
    )
    return [*map(_of_hold, held), *lines]


def rank(delivery: str) -> int:
    """How far it got: the smaller the further."""
    return _FURTHEST.index(delivery) if delivery in _FURTHEST else _FURTHEST.index("unknown")


def _hold_of(shelves: Shelves, line: Line) -> Hold | None:
    if line.hold_id:
        return shelves.holds.get(line.hold_id)
    if all(r.state != "waiting" for r in line.recipients):
        return None
    # The rest of a message that others took: kept under the same queue id.
    released = shelves.holds.listing(states=(State.RELEASED,), person=line.reverse_path)
    return next((hold for hold in released if hold.queue_id == line.queue_id), None)


def _corrected(copies: Iterable[Copy]) -> set[str]:
    """Addresses as they were given that nothing was sent to, for their sender corrected them."""
    given = ((r.address, r.send_to) for copy in copies for r in (copy.hold.recipients if copy.hold else ()))
    lines = ((r.address, r.send_to) for copy in copies for r in copy.line.recipients)
    return {exact_key(address) for address, send_to in (*given, *lines) if exact_key(address) != exact_key(send_to)}


def _of_hold(recipient: Recipient) -> TicketRecipient:
    return TicketRecipient(
        recipient.send_to, "unknown", "", str(recipient.state), recipient.reply, at=recipient.changed_at
    )


def _decided_against(hold: Hold | None) -> set[str]:
    """Recipients whom the sender left out: the mail was not meant to go there any more."""
    decision = (hold.decision or {}) if hold and hold.state is State.RELEASED else {}
    return {exact_key(one) for one in decision.get("omit", ())}
