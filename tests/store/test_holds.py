"""A hold moves once, its recipients go with it, and nothing is taken twice."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from store.engine import Store
from store.errors import StoreError
from store.files import LARGEST_ROW
from store.holds import TRANSITIONS, Delivery, Hold, State
from store.questions import Accepted
from store.shelves import Shelves
from store.tables.holds import contents
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.helpers.samples import RIGHT, SENDER, WRONG, hold, recipient

HOUR = timedelta(hours=1)


async def keep(store: Store, *held: Hold, sealed: bytes = b"sealed") -> None:
    def unit(shelves: Shelves) -> None:
        for each in held:
            shelves.holds.add(each, sealed)

    await store.commit(unit)


async def get(store: Store, hold_id: str) -> Hold:
    found = await store.read(lambda shelves: shelves.holds.get(hold_id))
    assert found
    return found


async def move(store: Store, hold_id: str, seen: State, to: State, **other: Any) -> bool:
    return await store.commit(lambda shelves: shelves.holds.move(hold_id, seen, to, **other))


def accepted(shelves: Shelves, group_id: str, at: datetime, deadline: datetime, remind_at: datetime) -> None:
    shelves.questions.accepted([Accepted(group_id, at, deadline, remind_at)])


async def bring_to(store: Store, hold_id: str, state: State) -> None:
    if state is not State.HELD:
        assert await move(store, hold_id, State.HELD, state)


async def test_a_hold_comes_back_as_it_was_kept(store: Store, clock: TestClock) -> None:
    people = (
        recipient(0, WRONG, changed_at=clock.now()),
        recipient(1, RIGHT, notify=("FAILURE", "DELAY"), orcpt="rfc822;x", changed_at=clock.now()),
    )
    kept = hold(
        recipients=people, asked=(SENDER, "team@tachibana.example"), deadline=clock.now(), verdict={"a": [1, "二"]}
    )
    await keep(store, kept)
    assert await get(store, kept.id) == kept


async def test_what_was_never_kept_is_not_there(store: Store) -> None:
    assert await store.read(lambda shelves: shelves.holds.get("NONE")) is None
    with pytest.raises(StoreError):
        await store.read(lambda shelves: shelves.holds.sealed_content("NONE"))


@pytest.mark.parametrize(("seen", "to"), list(product(State, State)))
async def test_every_transition_is_allowed_or_refused(store: Store, seen: State, to: State) -> None:
    kept = hold()
    await keep(store, kept)
    await bring_to(store, kept.id, seen)
    if to in TRANSITIONS[seen]:
        assert await move(store, kept.id, seen, to, by=SENDER)
        assert (await get(store, kept.id)).state is to
    else:
        with pytest.raises(ValueError, match="cannot go"):
            await move(store, kept.id, seen, to, by=SENDER)
        assert (await get(store, kept.id)).state is seen


@pytest.mark.parametrize(
    ("is_now", "seen", "to"), [(a, b, c) for a, b in product(State, State) if a != b for c in sorted(TRANSITIONS[b])]
)
async def test_who_saw_another_state_changes_nothing(store: Store, is_now: State, seen: State, to: State) -> None:
    kept = hold()
    await keep(store, kept)
    await bring_to(store, kept.id, is_now)
    before = await get(store, kept.id)
    assert not await move(store, kept.id, seen, to)
    assert await get(store, kept.id) == before


async def test_a_release_makes_the_recipients_due(store: Store, clock: TestClock) -> None:
    kept = hold(recipients=(recipient(0), recipient(1, "left-out@customer.example", Delivery.STOPPED)))
    await keep(store, kept)
    give_up = clock.now() + timedelta(days=5)
    assert await move(store, kept.id, State.HELD, State.RELEASED, by=SENDER, decision={"send": [0]}, give_up_at=give_up)
    found = await get(store, kept.id)
    assert (found.decided_at, found.decided_by, found.decision) == (clock.now(), SENDER, {"send": [0]})
    assert [(r.state, r.next_try, r.give_up_at) for r in found.recipients] == [
        (Delivery.WAITING, clock.now(), give_up),
        (Delivery.STOPPED, None, None),
    ]


@pytest.mark.parametrize("end", [State.CANCELLED, State.EXPIRED])
async def test_what_was_cancelled_comes_back_but_not_what_was_stopped_before(
    store: Store, clock: TestClock, end: State
) -> None:
    kept = hold(recipients=(recipient(0), recipient(1, RIGHT)))
    await keep(store, kept)
    await store.commit(lambda shelves: accepted(shelves, kept.id, clock.now(), clock.now() + HOUR, clock.now()))
    await store.commit(
        lambda shelves: shelves.deliveries.set(kept.id, 1, Delivery.STOPPED, reply="stopped by the desk")
    )
    clock.advance(HOUR)
    assert await move(store, kept.id, State.HELD, end, by=SENDER, decision={"cancel": True})
    assert [r.state for r in (await get(store, kept.id)).recipients] == [Delivery.STOPPED, Delivery.STOPPED]
    clock.advance(HOUR)
    deadline = clock.now() + timedelta(days=7)
    assert await move(store, kept.id, end, State.HELD, deadline=deadline)
    found = await get(store, kept.id)
    assert [r.state for r in found.recipients] == [Delivery.HELD, Delivery.STOPPED]
    assert (found.decided_at, found.decided_by, found.decision, found.deadline) == (None, "", None, deadline)


async def test_a_corrected_recipient_keeps_the_address_as_given(store: Store) -> None:
    kept = hold()
    await keep(store, kept)
    await store.commit(lambda shelves: shelves.deliveries.redirect(kept.id, 0, RIGHT))
    assert [(r.address, r.send_to) for r in (await get(store, kept.id)).recipients] == [(WRONG, RIGHT)]


async def claim(store: Store, node: str, clock: TestClock, limit: int = 20) -> list[tuple[str, list[int]]]:
    claimed = await store.commit(lambda shelves: shelves.deliveries.claim_due(node, clock.now() + HOUR, limit))
    return [(found.id, [r.position for r in mine]) for found, mine in claimed]


async def test_due_recipients_of_a_hold_come_together_and_once(store: Store, clock: TestClock) -> None:
    people = (recipient(0), recipient(1, RIGHT), recipient(2, "done@customer.example", Delivery.DELIVERED))
    kept, held = hold(recipients=people), hold()
    await keep(store, kept, held)
    await move(store, kept.id, State.HELD, State.RELEASED)
    claimed = await store.commit(lambda shelves: shelves.deliveries.claim_due("a", clock.now() + HOUR))
    [(found, mine)] = claimed
    assert found.id == kept.id
    assert [(r.position, r.state, r.attempts) for r in mine] == [(0, Delivery.SENDING, 1), (1, Delivery.SENDING, 1)]
    assert await claim(store, "b", clock) == []


async def test_the_work_of_a_dead_node_is_taken_over_when_its_lease_ends(store: Store, clock: TestClock) -> None:
    kept = hold()
    await keep(store, kept)
    await move(store, kept.id, State.HELD, State.RELEASED)
    assert await claim(store, "a", clock) == [(kept.id, [0])]
    clock.advance(HOUR - timedelta(seconds=1))
    assert await claim(store, "b", clock) == []
    clock.advance(timedelta(seconds=1))
    assert await claim(store, "b", clock) == [(kept.id, [0])]
    late = await store.commit(
        lambda s: s.deliveries.settle(kept.id, 0, "a", Delivery.DELIVERED, reply="250 ok", next_try=None)
    )
    mine = await store.commit(
        lambda s: s.deliveries.settle(kept.id, 0, "b", Delivery.DELIVERED, reply="250 ok", next_try=None)
    )
    assert (late, mine) == (None, Delivery.DELIVERED)


async def test_a_later_try_is_not_due_before_its_time(store: Store, clock: TestClock) -> None:
    kept = hold()
    await keep(store, kept)
    await move(store, kept.id, State.HELD, State.RELEASED)
    await claim(store, "a", clock)
    again = clock.now() + timedelta(minutes=1)
    await store.commit(
        lambda shelves: shelves.deliveries.set(kept.id, 0, Delivery.WAITING, reply="451 later", next_try=again)
    )
    assert await claim(store, "a", clock) == []
    clock.advance(timedelta(minutes=1))
    assert await claim(store, "a", clock) == [(kept.id, [0])]
    [found] = (await get(store, kept.id)).recipients
    assert (found.reply, found.attempts) == ("451 later", 2)


async def test_a_remainder_is_due_from_the_start(store: Store, clock: TestClock) -> None:
    kept = hold(kind="remainder", state=State.RELEASED, recipients=(recipient(state=Delivery.WAITING),))
    await keep(store, kept)
    assert await claim(store, "a", clock) == [(kept.id, [0])]


async def test_a_claim_takes_the_oldest_first_and_no_more_than_asked(store: Store, clock: TestClock) -> None:
    kept = [hold() for _ in range(3)]
    await keep(store, *kept)
    for each in kept:
        await move(store, each.id, State.HELD, State.RELEASED)
        clock.advance(HOUR)
    assert await claim(store, "a", clock, limit=2) == [(kept[0].id, [0]), (kept[1].id, [0])]
    assert await claim(store, "a", clock, limit=2) == [(kept[2].id, [0])]


async def test_two_stores_never_claim_the_same_recipient(
    store_url: str, make_store: MakeStore, clock: TestClock
) -> None:
    one, two = await make_store(store_url), await make_store(store_url)
    kept = [hold(recipients=(recipient(0), recipient(1, RIGHT))) for _ in range(60)]
    await keep(one, *kept)
    await one.commit(lambda shelves: [shelves.holds.move(each.id, State.HELD, State.RELEASED) for each in kept])
    claims = await asyncio.gather(
        *(claim(store, store_name, clock, limit=3) for _ in range(30) for store, store_name in ((one, "a"), (two, "b")))
    )
    taken = [(hold_id, position) for claimed in claims for hold_id, positions in claimed for position in positions]
    assert len(taken) == len(set(taken))
    assert set(taken) == {(each.id, position) for each in kept for position in (0, 1)}


async def test_the_deadline_runs_from_the_first_time_the_question_was_accepted(store: Store, clock: TestClock) -> None:
    first = hold()
    copy = hold(group_id=first.id)
    await keep(store, first, copy)
    assert await store.read(lambda shelves: shelves.questions.due_to_expire()) == ()
    start = clock.now()

    async def accepted_at(at: datetime) -> None:
        await store.commit(lambda shelves: accepted(shelves, first.id, at, at + HOUR, at))

    await accepted_at(start)
    await accepted_at(start + HOUR)
    assert {(await get(store, each.id)).deadline for each in (first, copy)} == {start + HOUR}
    clock.advance(HOUR)
    assert {h.id for h in await store.read(lambda shelves: shelves.questions.due_to_expire())} == {first.id, copy.id}


async def test_a_question_that_is_lost_stops_the_deadline(store: Store, clock: TestClock) -> None:
    kept = hold()
    await keep(store, kept)
    await store.commit(lambda shelves: accepted(shelves, kept.id, clock.now(), clock.now() + HOUR, clock.now()))
    await store.commit(lambda shelves: shelves.questions.lost(kept.id))
    clock.advance(2 * HOUR)
    assert await store.read(lambda shelves: shelves.questions.due_to_expire()) == ()
    assert await store.read(lambda shelves: shelves.questions.due_to_remind()) == ()
    again = clock.now()
    await store.commit(lambda shelves: accepted(shelves, kept.id, again, again + HOUR, again))
    assert (await get(store, kept.id)).deadline == again + HOUR


async def test_a_reminder_is_counted_once_and_only_for_the_first_copy(store: Store, clock: TestClock) -> None:
    first = hold()
    copy = hold(group_id=first.id)
    await keep(store, first, copy)
    at = clock.now()
    await store.commit(lambda shelves: accepted(shelves, first.id, at, at + 9 * HOUR, at + HOUR))
    assert await store.read(lambda shelves: shelves.questions.due_to_remind()) == ()
    clock.advance(HOUR)
    assert [h.id for h in await store.read(lambda shelves: shelves.questions.due_to_remind())] == [first.id]
    assert await store.commit(lambda shelves: shelves.questions.reminded(first.id, 0, None))
    assert not await store.commit(lambda shelves: shelves.questions.reminded(first.id, 0, None))
    assert await store.read(lambda shelves: shelves.questions.due_to_remind()) == ()
    assert (await get(store, first.id)).reminders == 1


async def test_copies_are_found_by_their_key_the_first_first(store: Store, clock: TestClock) -> None:
    first = hold()
    later = hold(group_id=first.id, received_at=clock.now() + HOUR)
    other = hold(copy_key="e" * 64)
    await keep(store, later, first, other)
    copies = await store.read(lambda shelves: shelves.holds.copies_of([first.copy_key], clock.now()))
    assert [h.id for h in copies] == [first.id, later.id]
    recent = await store.read(lambda shelves: shelves.holds.copies_of([first.copy_key], clock.now() + HOUR))
    assert [h.id for h in recent] == [later.id]
    assert [h.id for h in await store.read(lambda shelves: shelves.holds.group(first.id))] == [first.id, later.id]


async def test_holds_are_listed_by_state_and_by_person_newest_first(store: Store, clock: TestClock) -> None:
    mine = hold(received_at=clock.now())
    for_me = hold(reverse_path="", asked=("Yamada+x@Tachibana.example",), received_at=clock.now() + HOUR)
    other = hold(reverse_path="suzuki@tachibana.example", asked=(), received_at=clock.now() + 2 * HOUR)
    await keep(store, mine, for_me, other)
    await move(store, mine.id, State.HELD, State.CANCELLED)

    async def listed(**which: Any) -> list[str]:
        return [h.id for h in await store.read(lambda shelves: shelves.holds.listing(**which))]

    assert await listed() == [other.id, for_me.id, mine.id]
    assert await listed(person=SENDER) == [for_me.id, mine.id]
    assert await listed(states=(State.CANCELLED,)) == [mine.id]
    assert await listed(states=(State.HELD,), person="suzuki@tachibana.example") == [other.id]
    assert await listed(limit=1) == [other.id]


async def test_waiting_are_those_with_a_recipient_underway(store: Store) -> None:
    held, released, done = hold(), hold(), hold()
    await keep(store, held, released, done)
    for each in (released, done):
        await move(store, each.id, State.HELD, State.RELEASED)
    await store.commit(lambda shelves: shelves.deliveries.set(done.id, 0, Delivery.DELIVERED))
    found = await store.read(lambda shelves: shelves.holds.open())
    assert [h.id for h in found if h.state is State.RELEASED] == [released.id]
    counts = await store.read(lambda shelves: shelves.holds.counts())
    assert {k: counts[k] for k in ("held", "released", "cancelled", "expired", "waiting")} == {
        "held": 1,
        "released": 2,
        "cancelled": 0,
        "expired": 0,
        "waiting": 1,
    }


async def test_the_age_of_the_oldest_held_is_counted(store: Store, clock: TestClock) -> None:
    assert (await store.read(lambda shelves: shelves.holds.counts()))["oldest"] == 0
    await keep(store, hold())
    clock.advance(HOUR)
    assert (await store.read(lambda shelves: shelves.holds.counts()))["oldest"] == 3600


async def test_delayed_are_counted_while_they_are_held(store: Store, clock: TestClock) -> None:
    leaving, left = (replace(hold(), release_at=clock.now() + HOUR) for _ in range(2))
    await keep(store, hold(), leaving, left)
    await move(store, left.id, State.HELD, State.RELEASED)
    counts = await store.read(lambda shelves: shelves.holds.counts())
    assert (counts["held"], counts["delayed"]) == (2, 1)


@pytest.mark.parametrize("size", [0, 1, LARGEST_ROW, LARGEST_ROW + 1, 2 * 1024 * 1024, 3_000_000])
async def test_sealed_content_of_any_size_comes_back(store: Store, size: int) -> None:
    kept = hold()
    sealed = bytes(n % 251 for n in range(1000)) * (size // 1000) + bytes(size % 1000)
    if not sealed:
        sealed = b"\0"
    await keep(store, kept, sealed=sealed)
    assert await store.read(lambda shelves: shelves.holds.sealed_content(kept.id)) == sealed


async def test_large_content_is_one_private_file_on_sqlite_and_none_on_postgresql(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    kept = hold()
    await keep(store, kept, sealed=bytes(LARGEST_ROW + 1))
    files = [p for p in (tmp_path / "var").glob("*") if p.is_file()]
    if store_url.startswith("sqlite"):
        [file] = files
        assert file.name.startswith(f"hold-{kept.id}-")
        assert file.stat().st_mode & 0o777 == 0o600
        file.unlink()
        with pytest.raises(StoreError):
            await store.read(lambda shelves: shelves.holds.sealed_content(kept.id))
    else:
        assert files == []


async def test_a_missing_piece_is_an_error(postgresql_url: str, make_store: MakeStore) -> None:
    store = await make_store(postgresql_url)
    kept = hold()
    await keep(store, kept, sealed=bytes(3_000_000))
    await store.commit(lambda shelves: shelves.holds._db.execute(delete(contents).where(contents.c.position == 2)))
    with pytest.raises(StoreError, match="piece"):
        await store.read(lambda shelves: shelves.holds.sealed_content(kept.id))


async def test_what_ended_long_ago_is_forgotten_with_its_content(
    store: Store, clock: TestClock, tmp_path: Path
) -> None:
    old, frozen, held, underway, young = (hold() for _ in range(5))
    await keep(store, old, frozen, held, underway, young, sealed=bytes(LARGEST_ROW + 1))
    for each in (old, frozen):
        await move(store, each.id, State.HELD, State.CANCELLED)
    await move(store, underway.id, State.HELD, State.RELEASED)
    await store.commit(lambda shelves: shelves.holds.freeze(frozen.id))
    await store.commit(lambda shelves: shelves.links.make(old.id, SENDER, "question"))
    clock.advance(timedelta(days=30))
    await move(store, young.id, State.HELD, State.EXPIRED)
    assert await store.commit(lambda shelves: shelves.ended_holds.prune(clock.now())) == 1
    assert await store.read(lambda shelves: shelves.holds.get(old.id)) is None
    kept = (frozen, held, underway, young)
    sizes = await store.read(lambda shelves: [len(shelves.holds.sealed_content(each.id)) for each in kept])
    assert sizes == [LARGEST_ROW + 1] * 4
    token = store.seal.token(old.id, SENDER, "question")
    assert await store.read(lambda shelves: shelves.links.follow(token, "question")) is None
    assert not list((tmp_path / "var").glob(f"hold-{old.id}-*"))
    assert (await get(store, frozen.id)).frozen


async def test_a_prune_that_is_undone_keeps_the_files(sqlite_url: str, make_store: MakeStore, clock: TestClock) -> None:
    store = await make_store(sqlite_url)
    kept = hold()
    await keep(store, kept, sealed=bytes(LARGEST_ROW + 1))
    await move(store, kept.id, State.HELD, State.CANCELLED)

    def half(shelves: Shelves) -> None:
        shelves.ended_holds.prune(clock.now() + HOUR)
        raise ValueError("after all not")

    with pytest.raises(ValueError, match="after all not"):
        await store.commit(half)
    assert len(await store.read(lambda shelves: shelves.holds.sealed_content(kept.id))) == LARGEST_ROW + 1


async def test_text_that_no_database_takes_does_not_stop_a_hold(store: Store) -> None:
    kept = hold(subject="a\0b\ud800c", verdict={"words": "a\0b\ud800"}, message_id="<" + "x" * 5000 + "@h.example>")
    await keep(store, kept)
    found = await get(store, kept.id)
    assert found.subject == "a\ufffdb\ufffdc"
    assert found.verdict == kept.verdict
    assert replace(found, subject="", message_id="") == replace(
        kept, subject="", message_id="", recipients=found.recipients
    )


async def test_a_time_without_a_zone_is_refused(store: Store, clock: TestClock) -> None:
    with pytest.raises(StoreError):
        await keep(store, hold(received_at=clock.now().replace(tzinfo=None)))


async def test_open_are_the_held_and_who_is_underway_the_oldest_first(store: Store, clock: TestClock) -> None:
    def late(hours: int, **other: Any) -> Hold:
        return hold(received_at=clock.now() + HOUR * hours, **other)

    def released(hours: int, state: Delivery) -> Hold:
        return late(
            hours, state=State.RELEASED, recipients=(recipient(0, WRONG, Delivery.FAILED), recipient(1, RIGHT, state))
        )

    underway, held, sending = released(1, Delivery.WAITING), late(0), released(2, Delivery.SENDING)
    ended = (late(0, state=State.CANCELLED), released(0, Delivery.DELIVERED))
    await keep(store, sending, *ended, underway, held)
    assert [h.id for h in await store.read(lambda s: s.holds.open())] == [held.id, underway.id, sending.id]
    assert [h.id for h in await store.read(lambda s: s.holds.open(limit=1))] == [held.id]
