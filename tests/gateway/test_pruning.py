"""Pruning: cases go when their time is over, in pieces; the audit log says how much of what was forgotten."""

from datetime import timedelta

from gateway.kept import MARK, Kept
from gateway.pruning import Pruning
from store.engine import Store
from store.shelves import Shelves
from store.tickets import State
from tests.helpers.clock import TestClock
from tests.helpers.samples import line, ticket

KEPT = Kept(content_days=7, hold_days=30, journal_days=400, contact_days=0, audit_days=0, evidence_days=30)


async def test_a_round_forgets_what_is_over_writes_it_down_and_says_that_it_was_there(
    store: Store, clock: TestClock
) -> None:
    closed, still_open = ticket(message_id="<a@x>"), ticket(message_id="<b@x>")

    def unit(s: Shelves) -> None:
        s.tickets.add(closed)
        s.tickets.add(still_open)
        s.tickets.move(closed.id, State.OPEN, State.CLOSED, "done")
        s.journal.add(*(line(message_id=f"<{n}@y>") for n in range(1200)))

    await store.commit(unit)
    pruning = Pruning(store, KEPT)
    assert await pruning.run(clock.now()) == {}
    clock.advance(timedelta(days=500))
    assert await pruning.run(clock.now()) == {"journal": 1200, "cases": 1}
    found = await store.read(lambda s: {t: s.tickets.get(t) for t in (closed.id, still_open.id)})
    assert found[closed.id].erased_at == clock.now()  # type: ignore[union-attr]
    assert found[still_open.id] == still_open
    newest = await store.read(lambda s: s.audit.newest(2))
    assert {entry["act"]: entry["details"] for entry in newest} == {
        "pruned": {"journal": 1200, "cases": 1},
        "case-erased": {"records": 0, "days": 30},
    }
    mark = await store.read(lambda s: s.marks.entry(MARK))
    assert mark is not None
    assert mark[1] == clock.now()
