"""Escalating: while nobody has taken a case in time, the next are called, day and night; each person once, one level at a time."""

from collections.abc import Sequence
from dataclasses import replace

from notifier import notices
from notifier.call_notices import Silence
from response.acts import gate_is_open
from response.calling import Callee, call_one, wait, write_to_second
from response.contact_tree import LAST, Next, may_be_called, next_of_desk, next_of_superior
from response.containing import is_open
from response.drilling import office_of
from response.office import GATEWAY, Office
from store.calls import Call, Line, Round
from store.ids import shown
from store.shelves import Shelves
from store.tickets import Ticket


def due(shelves: Shelves, _office: Office) -> Sequence[str]:
    """Lines of calls in which nobody has taken the case in time."""
    return [f"{one.about_id} {one.line}" for one in shelves.calls.due() if one.occasion != "test"]


def go_on(shelves: Shelves, office: Office, which: str) -> None:
    """Call the next in one line, unless somebody has it by now."""
    about_id, _, line = which.partition(" ")
    seen = next((one for one in shelves.calls.rounds(about_id) if one.line == line), None)
    if seen is None or seen.next_at is None or seen.next_at > shelves.now:
        return
    if not shelves.calls.step(seen, seen.level, None):  # another node has it
        return
    ticket, called = shelves.tickets.get(about_id), shelves.calls.of(about_id)
    if ticket is None or not is_open(ticket) or is_taken(ticket, called, line):
        return
    level = _call_next(shelves, office_of(shelves, office, ticket), ticket, seen)
    claimed = replace(seen, next_at=None)
    shelves.calls.step(claimed, level, None if level > LAST else shelves.now + wait(office))
    if level > LAST and line == "desk" and seen.occasion == "real":
        shelves.evidence.add(ticket.id, GATEWAY, "nobody-took-it", "ticket", {"called": len(called)})
        notices.alarm(shelves, office.organisation, "nobody-took-it", {"number": shown(ticket.id)})


def is_taken(ticket: Ticket, called: Sequence[Call], line: str) -> bool:
    """Whether somebody has it; the superior has, too, when the sender says that he was told."""
    if line == "superior" and gate_is_open(ticket):
        return True
    return any(not one.is_silent and one.line in {line, "both"} for one in called)


def _call_next(shelves: Shelves, office: Office, ticket: Ticket, seen: Round) -> int:
    """Call those of the next level at which there is anybody who was not called yet; that level, or one behind the last."""
    called = shelves.calls.of(ticket.id)
    silent = [one for one in called if one.is_silent and one.line in {seen.line, "both"}]
    minutes = round((shelves.now - ticket.opened_at).total_seconds() / 60)
    silence = Silence(minutes, tuple(one.person for one in silent))
    reached = [write_to_second(shelves, office, ticket, one, silence) for one in silent]
    for level in range(seen.level + 1, LAST + 1):
        for one in may_be_called(_next(office, seen, level, called, silent), seen.occasion):
            line: Line = "superior" if seen.line == "superior" else "desk"
            callee = Callee(one.person, one.role, line, level, one.instead_of)
            reached.append(call_one(shelves, office, ticket, callee, silence))
        if any(reached):
            return level
    return LAST + 1


def _next(office: Office, seen: Round, level: int, called: Sequence[Call], silent: Sequence[Call]) -> tuple[Next, ...]:
    if seen.line == "desk":
        return next_of_desk(office.organisation, level, silent)
    somebody_has_it = any(not one.is_silent for one in called)
    return next_of_superior(office.organisation, level, silent, somebody_has_it=somebody_has_it)
