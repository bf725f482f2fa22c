"""Approvals in the store: rounds, who said what, and that everything counts once."""

from datetime import timedelta

from store.approvals import Requirement
from store.engine import Store
from store.holds import State
from store.ids import new_id
from store.shelves import Shelves
from tests.helpers.clock import TestClock
from tests.helpers.samples import hold

A, B = "natori@tachibana.example", "Mori@tachibana.example"
BOTH = (Requirement(("recipient-typo",), ("superior",), 2, (A, B)),)


async def test_a_round_keeps_who_asked_why_and_of_whom_and_the_next_has_the_next_number(
    store: Store, clock: TestClock
) -> None:
    group = new_id()
    begun = await store.commit(lambda s: s.approvals.begin(group, "ono@x.example", "急ぎ", {"r1": "ask"}, "d", BOTH))
    found = await store.read(lambda s: s.approvals.latest(group))
    assert found == begun
    assert (found.number, found.why, found.choices, found.requirements) == (1, "急ぎ", {"r1": "ask"}, BOTH)
    assert [(p.address, p.said, p.asked_at) for p in found.people] == [(B, "", clock.now()), (A, "", clock.now())]
    assert await store.commit(lambda s: s.approvals.end(begun, "sent-back", A))
    again = await store.commit(lambda s: s.approvals.begin(group, "ono@x.example", "", {}, "d", BOTH))
    assert again.number == 2
    assert [r.state for r in await store.read(lambda s: s.approvals.of(group))] == ["sent-back", "open"]
    assert [r.number for r in await store.read(lambda s: s.approvals.open())] == [2]
    assert await store.read(lambda s: s.approvals.open([new_id()])) == ()


async def test_everybody_says_something_once_and_nothing_after_the_end(store: Store, clock: TestClock) -> None:
    group = new_id()
    of = await store.commit(lambda s: s.approvals.begin(group, "ono@x.example", "", {}, "d", BOTH))
    clock.advance(timedelta(minutes=5))
    assert await store.commit(lambda s: s.approvals.say(of, A, "approved", "よい"))
    assert not await store.commit(lambda s: s.approvals.say(of, A, "sent-back", "いや"))
    assert not await store.commit(lambda s: s.approvals.say(of, "x@tachibana.example", "approved", ""))
    assert await store.commit(lambda s: s.approvals.end(of, "cancelled", "ono@x.example"))
    assert not await store.commit(lambda s: s.approvals.end(of, "approved", A))
    assert not await store.commit(lambda s: s.approvals.say(of, "mori@tachibana.example", "approved", ""))
    found = await store.read(lambda s: s.approvals.latest(group))
    assert found is not None
    assert {(p.address, p.said, p.comment, p.at) for p in found.people} == {
        (A, "approved", "よい", clock.now()),
        (B, "", "", None),
    }
    assert (found.state, found.ended_at, found.ended_by) == ("cancelled", clock.now(), "ono@x.example")


async def test_further_people_are_asked_once(store: Store) -> None:
    group = new_id()
    of = await store.commit(lambda s: s.approvals.begin(group, "ono@x.example", "", {}, "d", BOTH))
    more = (Requirement(("recipient-typo",), ("superior",), 2, (A, B, "kaneko@tachibana.example")),)
    now = await store.commit(lambda s: s.approvals.ask(of, more, ["kaneko@tachibana.example", A]))
    again = await store.commit(lambda s: s.approvals.ask(now, more, ["kaneko@tachibana.example", A]))
    assert again == now
    assert sorted(p.address for p in now.people) == sorted([A, B, "kaneko@tachibana.example"])
    assert now.requirements == more


async def test_what_is_pruned_takes_its_approvals_along(store: Store, clock: TestClock) -> None:
    kept = hold()

    def unit(shelves: Shelves) -> None:
        shelves.holds.add(kept, b"sealed")
        shelves.approvals.begin(kept.group_id, "ono@x.example", "", {}, "d", BOTH)
        shelves.holds.move(kept.id, State.HELD, State.CANCELLED, by="ono@x.example")

    await store.commit(unit)
    clock.advance(timedelta(days=90))
    await store.commit(lambda s: s.ended_holds.prune(clock.now() - timedelta(days=1)))
    assert await store.read(lambda s: s.approvals.of(kept.group_id)) == ()
