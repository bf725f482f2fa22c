"""Notices of calls: a call that goes on because nobody has taken it, and the test of the contact tree; as in `notifier.notices`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notifier import addressees
from notifier.case_notices import case_facts
from notifier.making import notice_to, queued
from notifier.options import Organisation
from notifier.words import one_line, role_in_words
from store.ids import shown
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a call goes on."""

    minutes: int
    """Since the first were called."""
    people: Sequence[str]
    """Whom nobody has heard of; addresses."""


def call_escalated(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, person: str, *, role: str, silence: Silence
) -> tuple[Notice, ...]:
    """Call the next to a case that nobody has taken; who was called before stands in it, for they can be telephoned."""
    language = addressees.language(organisation, person)
    facts = case_facts(organisation, ticket) | {
        "role": role_in_words(role, language),
        "minutes": silence.minutes,
        "people": [_named(organisation, one) for one in silence.people],
    }
    return queued(shelves, [notice_to(organisation, "call_escalated", person, facts, ticket=ticket)])


def watcher_added(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, person: str, *, by: str
) -> tuple[Notice, ...]:
    """Tell somebody that they may read a case from now on, and who says so; the reason stands in the ticket alone."""
    facts = case_facts(organisation, ticket) | {"by": one_line(addressees.shown_name(organisation, by) or by)}
    return queued(shelves, [notice_to(organisation, "watcher_added", person, facts, ticket=ticket)])


def case_word(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, people: Iterable[str], *, trusted: bool
) -> tuple[Notice, ...]:
    """Tell who works on a case that somebody wrote of it by its number; nothing of what was said. `trusted`: one who may know of it."""
    facts = {"number": shown(ticket.id), "drill": ticket.kind == "drill", "trusted": trusted}
    return queued(shelves, [notice_to(organisation, "case_word", one, facts, ticket=ticket) for one in people])


def reach_test(
    shelves: Shelves, organisation: Organisation, person: str, *, test_id: str, minutes: int, instead_of: str = ""
) -> tuple[Notice, ...]:
    """Ask somebody to say that a test call has reached them; `instead_of`: whose silence it was, for a deputy."""
    facts = {
        "test": test_id,
        "number": shown(test_id),
        "minutes": minutes,
        "instead_of": _named(organisation, instead_of) if instead_of else "",
    }
    return queued(shelves, [notice_to(organisation, "reach_test", person, facts)])


def _named(organisation: Organisation, address: str) -> str:
    """Name somebody with the numbers under which they can be called."""
    person = organisation.person(address)
    phones = ", ".join(person.phones) if person else ""
    name = one_line(addressees.shown_name(organisation, address))
    return f"{name} {phones}".strip()
