"""What the desk did by itself for the ticket of the demo, in words: contained, called, what is due first."""

from collections.abc import Mapping

from notifier.words import when
from response.office import Office
from response.recall import words as recall_words
from service.story_words import SAYS
from service.ticket_standing import of
from service.wiring import House
from store.shelves import Shelves
from store.tickets import Ticket


def desk_did(shelves: Shelves, house: House, ticket_id: str, language: str) -> Mapping[str, str]:
    """`contained`, `called`, `deadline`: what became of it, each in a line; "" for what did not happen."""
    office, ticket = house.desk.office, shelves.tickets.get(ticket_id)
    if ticket is None:
        return {}
    wrong = [r for r in ticket.recipients if r.wrong == "yes"]
    became = [f"{r.address}: {recall_words(r.contained, language)}" for r in wrong if r.contained]
    called = [(office.organisation.person(call.person), call.person) for call in shelves.calls.of(ticket_id)]
    date = of(shelves, office, ticket).date(language)
    between = "、" if language == "ja" else ", "
    return {
        "contained": " ".join(became),
        "called": between.join(person.name if person and person.name else address for person, address in called),
        "deadline": f"{_first_due(ticket, office, language)} · {date or SAYS[language]['no-date']}",
    }


def _first_due(ticket: Ticket, office: Office, language: str) -> str:
    """The step that is due first, with its time."""
    due, step = min((step.due, step.step) for step in ticket.steps if step.state == "todo" and step.due)
    return SAYS[language]["due"].format(time=when(due, office.organisation.time_zone, language), step=step)
