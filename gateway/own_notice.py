"""Own notice: our own mail that the mail server routes through us is known again, so that no question is asked about a question.

Its Message-ID is no secret to whoever got it, so it opens nothing to the outside, and nothing later or twice: what goes to
somebody outside (a delivery status notification, a reference number) is judged like all other mail; a letter to whoever got what was
not theirs goes to somebody who is blocked for all others.
"""

from datetime import timedelta

from mail.address import exact_key, is_inside
from mail.envelope import Envelope
from notifier import case_address
from store.outbox import Notice
from store.seal import Seal
from store.shelves import Shelves

FRESH = timedelta(minutes=10)
"""A mail server hands on in seconds what it took; what comes later is judged."""


def is_own(shelves: Shelves, envelope: Envelope, message_id: str, own_domains: frozenset[str]) -> bool:
    """Whether this is a notice of ours to one of our own people, on its way for the first time."""
    if envelope.reverse_path or not message_id or len(envelope.forward_paths) != 1:
        return False
    (recipient,) = envelope.recipients
    notice = shelves.outbox.is_ours(message_id) if is_inside(recipient, own_domains) else None
    if notice is None or exact_key(notice.recipient) != exact_key(recipient) or not _on_its_way(shelves, notice):
        return False
    return not any(line.disposition == "pass" for line in shelves.journal.by_message_id(message_id))


def is_own_letter(shelves: Shelves, envelope: Envelope, message_id: str, seal: Seal, report_address: str) -> bool:
    """Whether this is a letter of ours that asks a blocked recipient to delete, on its way for the first time.

    It goes outside, so it opens the way for itself alone: from the address of its own case, which nobody can guess, to its own
    recipient, once, within minutes of being sent.
    """
    if not message_id or len(envelope.forward_paths) != 1:
        return False
    (recipient,) = envelope.recipients
    notice = shelves.outbox.is_ours(message_id)
    if notice is None or notice.kind != "letter" or exact_key(notice.recipient) != exact_key(recipient):
        return False
    case = case_address.make(seal, report_address, notice.ticket_id, notice.recipient)
    if envelope.reverse_path.lower() != case or not _on_its_way(shelves, notice):
        return False
    return not any(line.disposition == "pass" for line in shelves.journal.by_message_id(message_id))


def _on_its_way(shelves: Shelves, notice: Notice) -> bool:
    if notice.sent_at is not None:
        return shelves.now - notice.sent_at <= FRESH
    return notice.attempts > 0 and notice.state in {"sending", "waiting"}  # perhaps taken, and its answer unheard
