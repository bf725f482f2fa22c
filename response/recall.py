"""Recall: what can still be stopped for each wrong recipient, said honestly, and who may not be written to from now on.

Nothing that was handed over can be called back; a recipient whose hand-over is under way is unknown. Blocks are of
addresses, for one wrong mailbox of a provider or of a customer says nothing of its neighbours; or of a look-alike domain (`response.look_alike`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mail.address import exact_key, key
from notifier import notices
from response.look_alike import domain_to_block
from response.office import Office
from response.roles import responders
from rules.providers import customer_of
from store.blocks import BlockRow
from store.holds import Delivery, Hold, Recipient, State
from store.ids import new_id, shown
from store.journal import Line
from store.shelves import Shelves
from store.tables import as_key
from store.tickets import Ticket, TicketRecipient

WORDS: Mapping[str, Mapping[str, str]] = {
    "cancelled": {"ja": "送信を取り消しました。外へは出ていません。", "en": "Cancelled: it never left."},
    "stopped": {
        "ja": "この宛先への送信を止めました。外へは出ていません。",
        "en": "Stopped for this recipient: it never left.",
    },
    "in-flight": {
        "ja": "引き渡しの途中でした。届いたかどうか不明です。",
        "en": "It was being handed over: unknown whether it arrived.",
    },
    "handed-over": {
        "ja": "すでに引き渡されています。呼び戻せません。",
        "en": "Handed over: it has left and cannot be called back.",
    },
    "not-delivered": {"ja": "配信されませんでした。", "en": "Not delivered."},
    "unknown": {"ja": "配信の状態は不明です。", "en": "What became of it is unknown."},
    "blocked": {"ja": "この宛先への送信を止めています。", "en": "Mail to this address is blocked."},
    "blocked-in-drill": {
        "ja": "訓練のため、止めたものとして進めます。",
        "en": "A drill: taken as blocked, and nothing is.",
    },
    "held-for-desk": {
        "ja": "取引実績のある宛先のため、しばらく窓口で保留します。",
        "en": "A known contact: mail to it is held for the desk for a while.",
    },
    "domain-blocked": {
        "ja": "よく似たドメインのため、ドメイン全体を止めています。",
        "en": "A look-alike domain: all mail to it is blocked.",
    },
    "not-blocked-inside": {"ja": "組織内の宛先のため止めていません。", "en": "An address of our own: not blocked."},
}
"""Everything that `TicketRecipient.contained` may name."""

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


def words(contained: str, language: str) -> str:
    """Say what `TicketRecipient.contained` means, for people, in their language; "" for nothing."""
    joined = "" if language == "ja" else " "
    return joined.join(WORDS[word][language] for word in contained.split() if word in WORDS)


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


def stop(shelves: Shelves, copies: Iterable[Copy], wrong: frozenset[str], ticket: Ticket, by: str) -> dict[str, str]:
    """Stop what has not left for the wrong recipients (exact keys): exact key → word of `WORDS`.

    A held send is cancelled with all its copies (its sender may bring it back); of a released one only the wrong recipients
    are stopped. Nobody named: a held send is cancelled all the same, nothing else.
    """
    done: dict[str, str] = {}
    for copy in copies:
        cancelled = _cancel(shelves, copy.hold, wrong, ticket, by)
        hold = shelves.holds.get(copy.hold.id) if copy.hold else None
        for recipient in hold.recipients if hold else ():
            address = exact_key(recipient.send_to)
            if hold and (address in wrong or cancelled):
                _keep_worst(done, address, "cancelled" if cancelled else _stop_one(shelves, hold, recipient))
        kept = {exact_key(r.address) for r in hold.recipients} if hold else set[str]()
        for line in copy.line.recipients:
            if exact_key(line.address) not in kept and exact_key(line.send_to) in wrong:
                _keep_worst(done, exact_key(line.send_to), _passed(line.state))
    return done


def block(
    shelves: Shelves, address: str, ticket: Ticket, office: Office, by: str, *, intended: str = ""
) -> tuple[str, BlockRow | None]:
    """Block one wrong address, or its whole domain where that is a look-alike: word of `WORDS` and the new block (None where there is one already, or it is our own).

    Strict, and the contact is disowned, when nobody else vouches for it; a known contact is held for the desk for a while and
    stays a contact: people err in reports, too.
    """
    if office.is_ours(address):
        return "not-blocked-inside", None
    if ticket.kind == "drill":
        return "blocked-in-drill", None
    shelves.confirmed.revoke_for((), {customer_of(address)}, by)
    lenient = others_vouch(shelves, address, ticket)
    if not lenient:
        shelves.contacts.disown(address)
    word, target, usual = "held-for-desk" if lenient else "blocked", as_key(address), ""
    if not lenient:
        domain, usual = domain_to_block(shelves, office, ticket, address, intended)
        word, target = ("domain-blocked", domain) if domain else (word, target)
    there = shelves.blocks.at(target)
    if there and (lenient or not there.lenient):
        return ("held-for-desk" if there.lenient else "blocked" if lenient else word), None
    lasts = (
        timedelta(hours=office.options.known_contact_hours) if lenient else timedelta(days=office.options.block_days)
    )
    reason = office.say(f"誤送信の申告 {shown(ticket.id)}", f"Reported as a wrong recipient {shown(ticket.id)}")
    reason += office.say(f"（{usual} に似たドメイン）", f" (looks like {usual})") if usual else ""
    owner = next((person.address for person, _ in responders(office.organisation)), by)
    row = BlockRow(new_id(), target, lenient, owner, reason, ticket.id, shelves.now, shelves.now + lasts)
    shelves.blocks.add(row)
    return word, row


def others_vouch(shelves: Shelves, address: str, ticket: Ticket) -> bool:
    """Whether somebody besides this very send vouches for an address.

    Not, when the address is vouched only since its sender confirmed it for this message: it was asked about, so it was no
    vouched contact before; and nobody but this sender has written to it.
    """
    contact = shelves.contacts.vouching(address)
    if contact is None or not contact.vouched:
        return False
    hold = shelves.holds.get(ticket.hold_id) if ticket.hold_id else None
    confirmed = {
        key(one)
        for copy in (shelves.holds.group(hold.group_id) if hold else ())
        for one in (copy.decision or {}).get("confirmed", ())
    }
    if key(address) not in confirmed:
        return True
    known = shelves.contacts.look_up(ticket.sender, address).known
    return known is None or known.count > known.sender_count


def _hold_of(shelves: Shelves, line: Line) -> Hold | None:
    if line.hold_id:
        return shelves.holds.get(line.hold_id)
    if all(r.state != "waiting" for r in line.recipients):
        return None
    # The rest of a message that others took: kept under the same queue id.
    released = shelves.holds.listing(states=(State.RELEASED,), person=line.reverse_path)
    return next((hold for hold in released if hold.queue_id == line.queue_id), None)


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


def rank(delivery: str) -> int:
    """How far it got: the smaller the further."""
    return _FURTHEST.index(delivery) if delivery in _FURTHEST else _FURTHEST.index("unknown")


def _cancel(shelves: Shelves, hold: Hold | None, wrong: frozenset[str], ticket: Ticket, by: str) -> bool:
    """Cancel every copy of a send that is still held, when it is for a wrong recipient or nobody was named."""
    if hold is None or hold.state is not State.HELD:
        return False
    shelves.holds.alone(*hold.keys)
    group = shelves.holds.group(hold.group_id)
    if wrong and not any(exact_key(r.send_to) in wrong for copy in group for r in copy.recipients):
        return False
    cancelled = False
    for copy in group:
        if copy.state is State.HELD and shelves.holds.move(
            copy.id, State.HELD, State.CANCELLED, by=by, decision={"report": ticket.id}
        ):
            cancelled |= copy.id == hold.id
            for recipient in copy.recipients:
                shelves.journal.set_recipient(copy.id, recipient.address, "stopped", "")
    shelves.outbox.withdraw(hold.group_id, notices.OPEN)
    # Another copy's turn may have cancelled this one a moment ago.
    now = shelves.holds.get(hold.id)
    return cancelled or (now is not None and now.state is State.CANCELLED)


def _stop_one(shelves: Shelves, hold: Hold, recipient: Recipient) -> str:
    """Stop one recipient of a released hold: a hand-over under way is not undone, but if it fails it is not tried again."""
    now = shelves.holds.stop(hold.id, recipient.position)
    if now is Delivery.STOPPED:
        shelves.journal.set_recipient(hold.id, recipient.address, "stopped", "")
    words = {Delivery.STOPPED: "stopped", Delivery.DELIVERED: "handed-over", Delivery.FAILED: "not-delivered"}
    return words.get(now, "in-flight")


def _passed(state: str) -> str:
    return {"delivered": "handed-over", "failed": "not-delivered", "stopped": "stopped", "expired": "cancelled"}.get(
        state, "unknown"
    )


def _keep_worst(done: dict[str, str], address: str, word: str) -> None:
    """Two copies to one address: the one that got furthest is what people must know."""
    worst = ("handed-over", "in-flight", "unknown", "not-delivered", "stopped", "cancelled")
    if address not in done or worst.index(word) < worst.index(done[address]):
        done[address] = word


def delivery_after(word: str, before: str) -> str:
    """Say which delivery state a ticket shows after containment."""
    return {"cancelled": "stopped", "stopped": "stopped", "in-flight": "unknown"}.get(word, before)


def contained(recipient: TicketRecipient, word: str, blocked: str, at: datetime) -> TicketRecipient:
    """Show the recipient as the ticket does after containment."""
    done = " ".join(one for one in (word, blocked) if one)
    return replace(recipient, delivery=delivery_after(word, recipient.delivery), contained=done, at=at)
