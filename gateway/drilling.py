"""Drilling: which message is the mail of a drill: one that carries the key of its drill, once, and goes to nobody but the sink.

A header alone changes nothing: whoever writes one gets an ordinary judgement. And what is proven goes where nobody can have a mailbox
(`notifier.cut_off`), so that no real message passes as a drill, and no drill swallows a real one.
"""

from functools import partial
from hmac import compare_digest

from mail.envelope import Envelope
from mail.headers import Headers
from notifier import cut_off
from response.drill_mail import HEADER, key_of
from store.engine import Store
from store.shelves import Shelves


async def drill_of(store: Store, envelope: Envelope, headers: Headers) -> str:
    """Whose mail it is: the id of a drill that is running; "" for every other message. Raises `StoreError`."""
    given = headers.raw(HEADER)
    if len(given) != 1 or len(envelope.recipients) != 1 or not all(map(cut_off.is_sunk, envelope.recipients)):
        return ""
    drill_id, _, token = given[0].decode("ascii", "replace").strip().partition(" ")
    (recipient,) = envelope.recipients
    wanted = key_of(store.seal, drill_id, envelope.reverse_path, recipient, headers.message_id)
    if not compare_digest(token.strip().encode(), wanted.encode()):
        return ""
    took = await store.commit(partial(_take_in, drill_id=drill_id, envelope=envelope, message_id=headers.message_id))
    return drill_id if took else ""


def _take_in(shelves: Shelves, drill_id: str, envelope: Envelope, message_id: str) -> bool:
    """Once: the key of a message that somebody read proves nothing any more."""
    (recipient,) = envelope.recipients
    return shelves.drills.arrived(drill_id, message_id, envelope.reverse_path, recipient, envelope.id)
