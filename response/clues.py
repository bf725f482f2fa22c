"""Clues: everything a report gives away about the message it means."""

from dataclasses import dataclass
from datetime import datetime

MOST_CLUES = 20
"""Of one kind."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a quotation says of the message it quotes."""

    subject: str = ""
    date: datetime | None = None
    """Without a zone where the quotation gives none: then it is the organisation's."""
    sender: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything a report gives away about the message it means."""

    journal_ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """Of holds or tickets, as `store.ids.parse` reads them."""
    queue_ids: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    envids: tuple[str, ...] = ()
    """As the sender's mail program named the message to us (RFC 3461 4.4)."""
    digests: tuple[str, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    words: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    reporter: str = ""
    since: datetime | None = None
    until: datetime | None = None
