"""Report: what somebody says who noticed that a message went to the wrong one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from response.clues import Clues
from store.ids import parse

Channel = Literal["mail", "page", "link", "command", "api", "phone"]


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says it went to the wrong one."""

    channel: Channel
    reporter: str
    """Address of who says it; "" unknown."""
    words: str = ""
    """Unchanged."""
    hold_id: str = ""
    """Number or link of a held message."""
    journal_id: str = ""
    queue_id: str = ""
    message_id: str = ""
    search: str = ""
    """Words to look for in the journal: recipient, file name, subject, number."""
    wrong: tuple[str, ...] = ()
    """Recipients said to be wrong; empty: those that were asked about, else unknown."""
    original: bytes | None = None
    """The reported message or the mail that reported it, kept as evidence: whole of a proven report (`response.original`)."""
    proven: bool = False
    """By a signed link, by staff, or by the message's own sender from inside: the report is certain. Of a mail: the caller
    knows that the reverse-path is true; it is certain only when that is the message's sender."""
    automatic: bool = False
    """Written by a machine (RFC 3834): a ticket, but no thanks."""
    first_known_at: datetime | None = None
    drill: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


def clues(report: Report) -> Clues:
    """Collect what the report itself gives away."""
    searched = report.search.strip()
    number = parse(searched) or ""
    words = tuple(dict.fromkeys(w for w in (searched, *searched.split()) if w))
    return Clues(
        journal_ids=tuple(filter(None, (report.journal_id,))),
        numbers=tuple(filter(None, (parse(report.hold_id) or report.hold_id, number))),
        queue_ids=tuple(filter(None, (report.queue_id,))),
        message_ids=tuple(filter(None, (report.message_id,))),
        words=words,
        recipients=report.wrong,
        reporter=report.reporter,
    )
