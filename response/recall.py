"""Recall: what can still be stopped for each wrong recipient, said honestly.

Nothing that was handed over can be called back; a recipient whose hand-over is under way is unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from mail.address import exact_key
from notifier.kinds import OPEN
from response.who_got_it import Copy
from store.holds import Delivery, Hold, Recipient, State
from store.shelves import Shelves
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


def words(contained: str, language: str) -> str:
    """Say what `TicketRecipient.contained` means, for people, in their language; "" for nothing."""
    joined = "" if language == "ja" else " "
    return joined.join(WORDS[word][language] for word in contained.split() if word in WORDS)


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


def delivery_after(word: str, before: str) -> str:
    """Say which delivery state a ticket shows after containment."""
    return {"cancelled": "stopped", "stopped": "stopped", "in-flight": "unknown"}.get(word, before)


def contained(recipient: TicketRecipient, word: str, blocked: str, at: datetime) -> TicketRecipient:
    """Show the recipient as the ticket does after containment."""
    done = " ".join(one for one in (word, blocked) if one)
    return replace(recipient, delivery=delivery_after(word, recipient.delivery), contained=done, at=at)


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
    shelves.outbox.withdraw(hold.group_id, OPEN)
    # Another copy's turn may have cancelled this one a moment ago.
    now = shelves.holds.get(hold.id)
    return cancelled or (now is not None and now.state is State.CANCELLED)


def _stop_one(shelves: Shelves, hold: Hold, recipient: Recipient) -> str:
    """Stop one recipient of a released hold: a hand-over under way is not undone, but if it fails it is not tried again."""
    now = shelves.deliveries.stop(hold.id, recipient.position)
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
