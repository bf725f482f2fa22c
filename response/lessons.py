"""Lessons: the front for what is learnt from a case: why it happened, what is done about it, where else it happened; each act one transaction."""

from response import measures, related
from response.containing import is_open
from response.measures import NotAppliedError, Plan, Refusal
from response.office import Office
from store.engine import Store
from store.learning import CAUSES
from store.shelves import Shelves
from store.tickets import Ticket


class Lessons:
    """What is learnt."""

    def __init__(self, store: Store, office: Office) -> None:
        self._store = store
        self._office = office

    async def say_cause(self, ticket_id: str, cause: str, words: str, *, by: str) -> Refusal:
        """Say why an open case happened; said again, the last word counts. "" · unknown · already (closed)."""
        return await self._store.commit(lambda shelves: _say(shelves, ticket_id, cause, words, by))

    async def plan(self, ticket_id: str, given: Plan, *, by: str) -> Refusal:
        """Plan a measure for an open case."""
        return await self._store.commit(lambda shelves: measures.plan(shelves, self._office, ticket_id, given, by=by))

    async def apply(self, measure_id: str, *, by: str) -> Refusal:
        """Bring a change of a rule into force: not-admin · already · unknown · change-impossible (the contact is gone)."""
        try:
            return await self._store.commit(lambda shelves: measures.apply(shelves, self._office, measure_id, by=by))
        except NotAppliedError:
            return "change-impossible"

    async def finish(self, measure_id: str, *, by: str, effect: str) -> Refusal:
        """Say what was seen of its effect; then it is done."""
        return await self._store.commit(lambda shelves: measures.finish(shelves, measure_id, by=by, effect=effect))

    async def withdraw(self, measure_id: str, *, by: str, reason: str) -> Refusal:
        """Take it back."""
        return await self._store.commit(
            lambda shelves: measures.withdraw(shelves, self._office, measure_id, by=by, reason=reason)
        )

    async def open_linked(self, ticket_id: str, journal_id: str, address: str, *, by: str) -> Ticket | None:
        """Open a case for the same mistake elsewhere, linked to this one; None when it is none."""
        return await self._store.commit(
            lambda shelves: related.open_linked(shelves, self._office, ticket_id, journal_id, address, by=by)
        )


def _say(shelves: Shelves, ticket_id: str, cause: str, words: str, by: str) -> Refusal:
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None or cause not in CAUSES:
        return "unknown"
    if not is_open(ticket):
        return "already"
    shelves.learning.set_cause(ticket_id, cause, words.strip(), by)
    shelves.evidence.add(ticket_id, by, "cause", cause, {"words": words.strip()})
    shelves.audit.add(by, "ticket-cause", ticket_id, {"cause": cause})
    return ""
