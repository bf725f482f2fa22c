"""Drilling: which report belongs to a drill, and what of the desk is otherwise for it. A report of real mail is never a drill's.

By what the relay itself wrote into its books a message is a drill's; by nothing that a mail or a report says. Only a report that no
message was found for may say so, by one of ours and in the very words that the drill gave him.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mail.address import key
from response.clues import Clues
from response.matching import Match
from response.office import GATEWAY, Office
from response.report import Report
from store.drills import Drill
from store.ids import parse, shown
from store.shelves import Shelves
from store.tickets import Ticket

_NUMBERED = re.compile(r"(?:訓練|drill)\W{0,3}([0-9a-z]{4}[-‐-―−－]?[0-9a-z]{4})(?![0-9a-z])", re.IGNORECASE)
_SILENT = "management"
"""The role that no drill calls."""


def words_of(drill_id: str, language: str) -> str:
    """What a report of the drill says where no message can be named.

    >>> words_of("K7Q29MXD", "en"), words_of("K7Q29MXD", "ja")
    ('Drill K7Q2-9MXD', '訓練 K7Q2-9MXD')
    """
    return f"{'訓練' if language == 'ja' else 'Drill'} {shown(drill_id)}"


def of_report(shelves: Shelves, office: Office, report: Report, clues: Clues, match: Match) -> Drill | None:
    """The drill a report belongs to; None for a real one."""
    if match.lines:
        found = _drill_of(shelves, [line.queue_id for line in match.lines])
        return shelves.drills.get(found) if found else None
    if not office.is_ours(report.reporter):
        return None
    if match.ticket_id:
        return shelves.drills.of_ticket(match.ticket_id)
    running = shelves.drills.running()
    said = _NUMBERED.findall("\n".join((report.words, *clues.words))) if running else ()
    return running if running and running.id in {parse(one) for one in said} else None


def office_in(office: Office, drill: Drill | None) -> Office:
    """The house as the drill plays it: those who are absent have no part in it, and nobody is called as the management."""
    if drill is None:
        return office
    away = {key(p.address) for role in drill.absent for p in office.organisation.with_role(role)}
    spared = away | {key(person.address) for person in office.organisation.with_role(_SILENT)}
    people = tuple(
        person.model_copy(
            update={
                "roles": () if key(person.address) in away else tuple(r for r in person.roles if r != _SILENT),
                "superior": "" if person.superior and key(person.superior) in spared else person.superior,
            }
        )
        for person in office.organisation.people
    )
    return replace(office, organisation=office.organisation.model_copy(update={"people": people}))


def office_of(shelves: Shelves, office: Office, ticket: Ticket) -> Office:
    """The same for a ticket that is there."""
    return office_in(office, shelves.drills.of_ticket(ticket.id)) if ticket.kind == "drill" else office


def only_ours(shelves: Shelves, queue_ids: Iterable[str]) -> frozenset[str]:
    """Those of some lines that a drill sent: nothing else is touched by its containment."""
    return frozenset(one for one in queue_ids if shelves.drills.of_messages([one]))


def _drill_of(shelves: Shelves, queue_ids: Sequence[str]) -> str:
    """The drill that all copies of a message belong to; "" as soon as one is real mail, which may have borrowed its Message-ID."""
    whole = only_ours(shelves, queue_ids) >= set(queue_ids)
    return shelves.drills.of_messages(queue_ids) if whole else ""


def turned(shelves: Shelves, ticket: Ticket, queue_ids: Sequence[str], by: str) -> bool:
    """The message that was found says what a ticket is; whether that is another kind than it was opened as."""
    drill_id = _drill_of(shelves, queue_ids)
    kind = "drill" if drill_id else "real"
    if drill_id:
        shelves.drills.add_ticket(drill_id, ticket.id)
    if not shelves.tickets.set_kind(ticket.id, kind):
        return False
    shelves.evidence.add(ticket.id, by or GATEWAY, "kind", "ticket", {"was": ticket.kind, "is": kind})
    return True
