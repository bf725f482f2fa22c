"""Debrief: what a drill showed, from what was written down while it ran; nothing is asked of anybody, and nobody is named for blame.

All times are of the tickets and their evidence. What did not happen has no time; that is an answer, too.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mail.address import key
from notifier.cut_off import SWALLOWED
from response.manual import Deed, Manual
from response.office import GATEWAY, Office
from store.calls import Call
from store.drills import Drill
from store.evidence import Entry
from store.shelves import Shelves
from store.tickets import Step, Ticket

REQUESTED: Final = frozenset({"sent", "by-hand", "phoned"})
"""Letters of the evidence by which somebody was asked to delete; in a drill none is sent by mail."""
CORRECTED: Final = frozenset({"chosen", "kind"})
"""Records of somebody who put right what the gateway had filled in, beside facts of which it knew something else."""
_FILLED_IN = frozenset({"inspection", "settings", "report"})
FIGURES: Final = (
    "known-superior",
    "known-report",
    "report-ticket",
    "ticket-act",
    "known-contained",
    "known-delete-request",
    "known-decision",
    "known-draft",
)
"""From what to what; in this order."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of `FIGURES`."""

    name: str
    seconds: float | None
    """None: it did not happen."""


@dataclass(frozen=True, slots=True)
class Called:
    """How the contact tree reached people."""

    called: int
    reached: int
    """Of them said that they have it; whoever does something on the ticket says so by that."""
    seconds: float | None
    """From the call to the last of those answers; None where nobody was reached."""

    @property
    def percent(self) -> int | None:
        """Of those called; None where nobody was."""
        return 100 * self.reached // self.called if self.called else None


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One ticket of it."""

    ticket: Ticket
    figures: tuple[Figure, ...]
    out_of_order: tuple[Step, ...]
    """Done by somebody before the superior was told, although they come after that."""
    written_before: int
    """Mails of ours to the wrong recipient before the superior was told: the training text's wrong answer."""
    missed: tuple[Step, ...]
    """Due while it ran, and not done."""
    called: Called
    corrected: int
    matched: bool
    """The ticket found the drill's own message."""
    kept_in: int
    """Notices that would have left the house."""

    def seconds(self, name: str) -> float | None:
        """One of the figures."""
        return next((one.seconds for one in self.figures if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one drill showed."""

    drill: Drill
    cases: tuple[CaseSheet, ...]
    reported: tuple[int, int]
    """How many of the players reported, and how many there were."""
    hidden: int = 0
    """Tickets of it that whoever looks need not know of."""

    def of_known(self, knows: Container[str]) -> "Sheet":
        """What somebody sees of it who need know of these tickets."""
        cases = tuple(case for case in self.cases if case.ticket.id in knows)
        return replace(self, cases=cases, hidden=len(self.cases) - len(cases))

    def quickest(self, name: str) -> float | None:
        """The figure of the ticket where it was least; None where it happened on none."""
        found = [seconds for case in self.cases if (seconds := case.seconds(name)) is not None]
        return min(found, default=None)


def of(shelves: Shelves, office: Office, drill: Drill) -> Sheet:
    """The sheet of a drill that has ended, or as far as it has come."""
    tickets = [shelves.tickets.get(number) for number in shelves.drills.tickets(drill.id)]
    own = [ticket for ticket in tickets if ticket and ticket.kind == "drill"]
    cases = tuple(_case(shelves, office, drill, ticket) for ticket in own)
    reporters = {
        key(e.body.get("reporter", "")) for t in own for e in shelves.evidence.of(t.id) if e.event == "reported"
    }
    reported = sum(key(player) in reporters for player in drill.players)
    return Sheet(drill, cases, (reported, len(drill.players)))


def _case(shelves: Shelves, office: Office, drill: Drill, ticket: Ticket) -> CaseSheet:
    entries = shelves.evidence.of(ticket.id)
    acts = [e for e in entries if e.at > ticket.opened_at and _is_act(e)]
    told, until = ticket.superior_told_at, drill.ended_at or shelves.now
    line = shelves.journal.get(ticket.journal_id) if ticket.journal_id else None
    return CaseSheet(
        ticket=ticket,
        figures=_figures(ticket, office.manual_of(shelves, ticket.manual_version), acts, entries),
        out_of_order=tuple(s for s in ticket.steps if _is_too_early(s, told, ticket)),
        written_before=_written(shelves, office, drill, told or until),
        missed=tuple(s for s in ticket.steps if s.state == "todo" and s.due and s.due <= until),
        called=_called(shelves.calls.of(ticket.id)),
        corrected=len(_corrected(entries)),
        matched=bool(line and shelves.drills.of_messages([line.queue_id]) == drill.id),
        kept_in=sum(notice.reply == SWALLOWED for notice in shelves.outbox.of_ticket(ticket.id)),
    )


def _is_act(entry: Entry) -> bool:
    """Whether a person of ours did something: not the gateway, not the report itself, not the end of the drill."""
    ended = entry.event == "closed" and entry.body.get("outcome") == "drill-ended"
    return entry.actor != GATEWAY and entry.event != "reported" and not ended


def _figures(ticket: Ticket, manual: Manual, acts: Sequence[Entry], entries: Sequence[Entry]) -> tuple[Figure, ...]:
    known, opened = ticket.first_known_at, ticket.opened_at

    def done(deed: Deed) -> list[datetime]:
        meant = manual.done_when(deed)
        return [s.done_at for s in ticket.steps if s.step in meant and s.state == "done" and s.done_at]

    requested = [e.at for e in entries if e.event == "letter" and e.object in REQUESTED]
    drafted = [e.at for e in entries if e.event == "exported" and e.object.startswith("draft ")]
    spans = (
        (known, ticket.superior_told_at),
        (known, ticket.reported_at),
        (ticket.reported_at, opened),
        (opened, acts[0].at if acts else None),
        (known, ticket.contained_at),
        (known, min((*done("asked"), *requested), default=None)),
        (known, ticket.confirmed_at),
        (known, min((*done("preliminary-filed"), *drafted), default=None)),
    )
    return tuple(Figure(name, _between(*span)) for name, span in zip(FIGURES, spans, strict=True))


def _corrected(entries: Iterable[Entry]) -> frozenset[str]:
    """What of the gateway's own filling in people put right: each thing once; what it left unknown it did not fill in."""
    said = (e for e in entries if e.event == "fact" and e.body["was_from"] in _FILLED_IN)
    facts = {e.object for e in said if e.body["was"] != e.body["now"]}
    return frozenset(facts | {e.event for e in entries if e.event in CORRECTED and e.actor != GATEWAY})


def _between(since: datetime, until: datetime | None) -> float | None:
    return (until - since).total_seconds() if until else None


def _is_too_early(step: Step, told: datetime | None, ticket: Ticket) -> bool:
    gate = next((one for one in ticket.steps if one.gate), None)
    if gate is None or step.state != "done" or step.done_by in {"", GATEWAY} or step.position <= gate.position:
        return False
    return told is None or (step.done_at is not None and step.done_at < told)


def _written(shelves: Shelves, office: Office, drill: Drill, until: datetime) -> int:
    """Mails of ours to a wrong address of the drill, other than its own."""
    lines = {
        line.id: line
        for recipient in {mail.recipient for mail in drill.mails}
        for line in shelves.journal.search(recipient=recipient, since=drill.started_at, until=until)
    }
    ours = [line for line in lines.values() if office.is_ours(line.reverse_path)]
    return sum(not shelves.drills.of_messages([line.queue_id]) for line in ours)


def _called(calls: Sequence[Call]) -> Called:
    """How many of the called took it, and how long the last of them needed."""
    took = [(c.acknowledged_at - c.called_at).total_seconds() for c in calls if c.acknowledged_at and c.called_at]
    return Called(len(calls), len(took), max(took, default=None))
