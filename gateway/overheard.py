"""Overheard: bounces and receipts that pass by here on their way to a sender of ours tell the desk what became of a message.

They go on unaltered, whatever the desk makes of them; nothing waits for it, and no ticket opens by it.
"""

import asyncio
from typing import Final

from gateway.content import Content
from gateway.rooms import Rooms
from mail.envelope import Envelope

LIMIT: Final = 64 * 1024
"""Octets that are looked at: what the machine says comes first, the header of the message behind it."""


async def note(rooms: Rooms, envelope: Envelope, content: Content) -> None:
    """Write down what a notification says of a message of ours."""
    if envelope.reverse_path or not content.headers.is_report:  # RFC 3464 2, RFC 8098 3: both have a null reverse-path
        return
    unit = await asyncio.to_thread(lambda: rooms.desk.overheard(envelope.client.address, content.head(LIMIT)))
    if unit:
        rooms.store.later(unit)
