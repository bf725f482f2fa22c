"""Measure dates: when the date of a measure has passed and it is neither done nor withdrawn, its owner and the leader hear of it, once.

Most of these cases are closed by then; of a drill nobody is told.
"""

from collections.abc import Sequence

from mail.address import key
from notifier.learning_notices import measure_due
from response.duty import Duty
from response.office import GATEWAY, Office
from response.roles import owner_of
from store.ids import shown
from store.shelves import Shelves


def due(shelves: Shelves, office: Office) -> Sequence[str]:  # noqa: ARG001 - the shape of a duty
    """Measures whose date has passed, of which nobody was told."""
    return tuple(measure.id for measure in shelves.measures.overdue())


def tell(shelves: Shelves, office: Office, measure_id: str) -> None:
    """Tell of one, if nobody has yet; the record stands in the evidence of its case."""
    measure = shelves.measures.get(measure_id)
    ticket = shelves.tickets.get(measure.ticket_id) if measure else None
    if measure is None or ticket is None or not shelves.measures.remind(measure_id):
        return
    if ticket.kind == "drill":
        return
    leader = owner_of(("leader",), "", office.organisation)
    people = {key(one): one for one in (measure.owner, leader) if office.is_ours(one)}
    measure_due(shelves, office.organisation, ticket, measure, people.values())
    body = {"measure": shown(measure.id), "due": measure.due.isoformat(), "people": list(people.values())}
    shelves.evidence.add(ticket.id, GATEWAY, "reminded", "measure", body)


MEASURES_DUE = Duty("measure-dates", due, tell)
"""Of the desk's clockwork."""
