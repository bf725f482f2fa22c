"""Reported: a report as the evidence of its ticket keeps it: whole for the first ones, of a flood the digest of each."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from response import flood
from response.arrived import Arrived
from response.original import Original, room_for
from response.report import Report
from store.shelves import Shelves
from store.tickets import Ticket


def keep_report(
    shelves: Shelves, ticket: Ticket, arrived: Arrived, *, joined: bool, known_earlier: bool = False, said: str = ""
) -> None:
    """Write the report down as it was said, with the mail or message it brought; `said`: what it is to the case it names (`response.named`)."""
    report, match = arrived.report, arrived.match
    body: dict[str, Any] = {
        "channel": report.channel,
        "reporter": report.reporter,
        "certain": arrived.certain,
        "proven": report.proven,
        "wrong": list(report.wrong),
        "method": match.method,
        "confidence": match.confidence,
        "journal_id": arrived.line.id if arrived.line else "",
        "first_known_at": arrived.known_at.isoformat(),
        "reported_at": arrived.at.isoformat(),
        "joined": joined,
        "known_earlier": known_earlier,
        **({"said": said} if said else {}),
        "details": _plain(report.details),
    }
    few = not shelves.evidence.is_more(ticket.id, "reported", flood.WHOLE)
    original = arrived.original
    keeps = few and original is not None and room_for(shelves, original, arrived.at)
    body |= {
        "words": report.words if few else "",
        "original_sha256": original.sha256 if original else "",
        "original_size": original.size if original else 0,
        "kept_whole": bool(original.whole) and keeps if original else few,
    }
    enclosed = original.enclosed if original and keeps else None
    shelves.evidence.add(ticket.id, report.reporter or "unknown", "reported", "report", body, enclosed)


def count(shelves: Shelves, ticket_id: str, report: Report, original: Original | None, at: datetime) -> None:
    """Write down one of a flood: that it came, and the digest of it; nothing else is done about it."""
    body = {
        "channel": report.channel,
        "reporter": report.reporter,
        "reported_at": at.isoformat(),
        "joined": True,
        "counted": True,
        "original_sha256": original.sha256 if original else sha256(report.words.encode()).hexdigest(),
        "original_size": original.size if original else len(report.words.encode()),
    }
    shelves.evidence.add(ticket_id, report.reporter or "unknown", "reported", "report", body)


def _plain(details: Mapping[str, Any]) -> dict[str, str]:
    """Whatever the caller adds, as text."""
    return {str(name): str(value) for name, value in details.items()}
