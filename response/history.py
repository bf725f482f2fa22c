"""History: what the gateway had shown of the message before it left, and who said yes: read from the evidence, as it was frozen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from store.evidence import Entry
from store.shelves import Shelves

What = Literal[
    "passed", "found", "held", "asked", "approved", "sent-back", "confirmed", "cancelled", "expired", "released"
]
"""passed: nothing was asked · found: what a rule said of it · asked: a notice with the question left · confirmed: its sender said send
· released: by somebody else, or by the clock."""
_ASKING = frozenset(
    {"question", "reminder", "escalated", "approval_asked", "approval_reminder", "sent_back", "delayed", "digest"}
)
_OF_DECISION: Mapping[str, What] = {"CANCELLED": "cancelled", "EXPIRED": "expired", "RELEASED": "released"}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that was shown or done before."""

    at: datetime
    what: What
    by: str = ""
    """Who was asked, or who did it; "" the gateway."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Of a finding, as its sender read it, by language."""
    about: str = ""
    """Recipient or rule that it is about."""
    proof: int = 0
    """Number of the record of evidence."""


def history(shelves: Shelves, ticket_id: str) -> tuple[Happened, ...]:
    """Everything of before the case, in order of time; of all copies, and each once."""
    found: dict[tuple[object, ...], Happened] = {}
    lines = {e.body.get("id"): e for e in shelves.evidence.of_events(ticket_id, "collected") if e.object == "journal"}
    for entry in shelves.evidence.of_events(ticket_id, "collected"):
        for one in _of(entry, lines):
            found.setdefault((one.at, one.what, one.by, one.about, tuple(one.words.items())), one)
    order = ("found", "held", "passed")
    return tuple(
        sorted(found.values(), key=lambda h: (h.at, order.index(h.what) if h.what in order else len(order), h.proof))
    )


def _of(entry: Entry, lines: Mapping[Any, Entry]) -> Iterator[Happened]:
    match entry.object:
        case "verdict":
            line = lines.get(entry.body.get("journal_id"))
            if line:
                yield from _verdict(entry, datetime.fromisoformat(line.body["at"]))
        case "decision":
            yield from _decision(entry)


def _verdict(entry: Entry, at: datetime) -> Iterator[Happened]:
    """What the rules said, and whether it was held or let through."""
    for finding in entry.body.get("findings", ()):
        about = finding.get("about", {})
        whom = str(about.get("recipient") or about.get("part") or "")
        yield Happened(at, "found", words=dict(finding.get("words", {})), about=whom, proof=entry.seq)
    if entry.body.get("disposition") == "hold":
        yield Happened(at, "held", proof=entry.seq)
    else:
        yield Happened(at, "passed", proof=entry.seq)


def _decision(entry: Entry) -> Iterator[Happened]:
    body = entry.body
    for notice in body.get("shown", ()):
        if notice["kind"] in _ASKING and notice.get("sent_at"):
            at = datetime.fromisoformat(notice["sent_at"])
            yield Happened(at, "asked", by=notice["recipient"], proof=entry.seq)
    for one in (person for round_ in body.get("approvals", ()) for person in round_.get("people", ())):
        if one.get("said") and one.get("at"):
            said: What = "approved" if one["said"] == "approved" else "sent-back"
            yield Happened(datetime.fromisoformat(one["at"]), said, by=one["address"], proof=entry.seq)
    decided_at = body.get("decided_at")
    what = _OF_DECISION.get(str(body.get("state", "")).upper())
    if decided_at and what:
        decision = body.get("decision") or {}
        by = body.get("decided_by") or ""
        chosen: What = "confirmed" if what == "released" and by in body.get("asked", ()) else what
        confirmed = decision.get("confirmed") or [""]
        for address in confirmed:
            yield Happened(datetime.fromisoformat(decided_at), chosen, by=by, about=address, proof=entry.seq)
