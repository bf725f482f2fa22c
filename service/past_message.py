"""One message that was, or might have been, sent: the envelope it most likely had, and its content, read when it is wanted."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from mail.envelope import Client, Envelope, ForwardPath
from mail.headers import Headers, parse_addresses


class SourceError(Exception):
    """A source that cannot be read; says which, which line, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Past:
    """One message that was, or might have been, sent."""

    envelope: Envelope
    content: bytes
    learn: bool = True
    is_message: bool = True
    """False: a stored file without one header field; there is nothing to judge."""
    text_alone: bool = False
    """It is a text of which nobody says what was attached to it."""
    listed: bool = False
    """It stands in a list that says what is learnt; else that is told by the mail itself, as the relay does."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is not read yet."""

    at: Callable[[], datetime | None]
    """When it was sent; None where nothing says so."""
    load: Callable[[], Past]


def past(
    name: str, content: bytes, sender: str = "", recipients: tuple[str, ...] = (), at: datetime | None = None
) -> Past:
    """A stored message with the envelope it most likely had: From, To, Cc and Bcc of its header where nothing else is said."""
    wire = b"\r\n".join(content.replace(b"\r\n", b"\n").split(b"\n"))
    headers = Headers(wire)
    named = recipients or tuple(
        dict.fromkeys(a for h in ("to", "cc", "bcc") for v in headers.all(h) for a in parse_addresses(v))
    )
    envelope = Envelope(
        id=name,
        reverse_path=sender or headers.from_address,
        forward_paths=tuple(ForwardPath(address) for address in named),
        client=Client("127.0.0.1"),
        received_at=at or date_of(headers.first("date")) or datetime.now(UTC),
        size=len(wire),
    )
    return Past(envelope, wire, is_message=bool(headers.fields))


@contextlib.contextmanager
def named(source: Path) -> Iterator[None]:
    """What the system says of a file becomes a `SourceError` with its name."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"{error.filename or source}: {error.strerror}") from error


def date_of(text: str) -> datetime | None:
    """The moment of a Date field; None for what is none, or none that a clock can show."""
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
