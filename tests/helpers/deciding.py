"""Two people of the desk decide about a case."""

from response.deciding import propose, sign
from response.office import Office
from store.decisions import Question
from store.engine import Store
from store.shelves import Shelves


async def decide(
    store: Store,
    office: Office,
    ticket_id: str,
    *by: str,
    question: Question = "leak",
    answer: bool = False,
    reason: str = "on what is known",
) -> int:
    """The first proposes, the second signs; the number of the decision."""
    first, second = by

    def proposed(shelves: Shelves) -> int:
        assert propose(shelves, office, ticket_id, question, answer=answer, reason=reason, by=first) == ""
        return shelves.decisions.of(ticket_id)[-1].seq

    seq = await store.commit(proposed)
    assert await store.commit(lambda shelves: sign(shelves, office, ticket_id, seq, by=second)) == ""
    return seq
