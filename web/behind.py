"""Behind: where a page of held messages or of the journal begins, as it stands in the address of the page; anybody writes there anything."""

from datetime import UTC, datetime

from store.holds import Hold
from store.own_mail import Behind


def behind_of(last: Hold) -> str:
    """Say where the page after this one begins."""
    return f"{last.received_at.isoformat()}~{last.id}"


def read_behind(text: str) -> Behind | None:
    """Read where a page begins; from the beginning where it is none."""
    at, _, number = text.partition("~")
    try:
        start = datetime.fromisoformat(at)
        if start.tzinfo:
            start = start.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Behind(start, number) if start.tzinfo and number.isascii() and number.isprintable() else None


def is_line(text: str) -> bool:
    """Whether it has the shape of the id of a line of the journal: a UUID as text (RFC 9562 4)."""
    return len(text) == 36 and text.isascii() and text.isprintable()  # noqa: PLR2004 - as said
