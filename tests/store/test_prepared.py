"""Prepared: what is written by a compiled statement comes back like anything else, and what it lacks is said before it runs."""

from datetime import timedelta, timezone

import pytest
from sqlalchemy import ClauseElement, bindparam, insert, select, update

from store.engine import Store
from store.errors import StoreError
from store.prepared import run_each
from store.shelves import Shelves
from store.tables.audit import audit
from store.tables.holds import holds
from tests.helpers.clock import TestClock

TOKYO = timezone(timedelta(hours=9))
_ADD, _NEW_NAME = insert(audit), update(audit).where(audit.c.id == bindparam("of")).values(who=bindparam("new"), act="")
_ADD_HOLD = insert(holds)
_KEPT = (audit.c.id, audit.c.at, audit.c.who, audit.c.act, audit.c.object, audit.c.details)


async def test_every_kind_of_value_comes_back_as_it_went_in(store: Store, clock: TestClock) -> None:
    row = {"at": clock.now(), "who": "佐藤", "act": "a", "object": "half \ud83d of a pair and NUL \0"}
    rows = [{"id": f"{n}", **row, "details": {"n": [n, "二", "\0"]}} for n in range(3)]

    def unit(shelves: Shelves) -> list[tuple[object, ...]]:
        assert run_each(shelves.audit._db, _ADD, rows) == 3
        return [tuple(found) for found in shelves.audit._db.execute(select(*_KEPT).order_by(audit.c.id))]

    kept = "half \ufffd of a pair and NUL \ufffd"
    wanted = [(f"{n}", clock.now(), "佐藤", "a", kept, {"n": [n, "二", "\0"]}) for n in range(3)]
    assert await store.commit(unit) == wanted


async def test_a_time_of_another_zone_is_the_same_moment_and_found_by_it(store: Store, clock: TestClock) -> None:
    at = clock.now().astimezone(TOKYO)
    row = {"id": "1", "at": at, "who": "", "act": "", "object": "", "details": {}}

    def unit(shelves: Shelves) -> tuple[object, ...]:
        db = shelves.audit._db
        run_each(db, _ADD, [row])
        return db.scalar(select(audit.c.at)), db.scalar(select(audit.c.id).where(audit.c.at == clock.now()))

    assert await store.commit(unit) == (clock.now(), "1")


async def test_a_change_says_how_many_rows_it_met(store: Store, clock: TestClock) -> None:
    row = {"at": clock.now(), "who": "", "act": "x", "object": "", "details": {}}

    def unit(shelves: Shelves) -> tuple[int, list[tuple[str, str]]]:
        db = shelves.audit._db
        run_each(db, _ADD, [{"id": "1", **row}, {"id": "2", **row}])
        met = run_each(db, _NEW_NAME, [{"of": "1", "new": "a"}, {"of": "none", "new": "b"}, {"of": "2", "new": "c"}])
        found = db.execute(select(audit.c.who, audit.c.act).order_by(audit.c.id))
        return met, [(who, act) for who, act in found]

    assert await store.commit(unit) == (2, [("a", ""), ("c", "")])


async def test_nothing_is_run_over_no_rows(store: Store) -> None:
    assert await store.commit(lambda shelves: run_each(shelves.audit._db, _ADD, [])) == 0


@pytest.mark.parametrize(
    ("statement", "given", "missing"), [(_NEW_NAME, {"of": "1"}, "new"), (_ADD_HOLD, {"id": "1"}, "reminders")]
)
async def test_a_value_that_no_row_has_is_said_and_not_made_up(
    store: Store, statement: ClauseElement, given: dict[str, str], missing: str
) -> None:
    with pytest.raises(ValueError, match=missing):
        await store.commit(lambda shelves: run_each(shelves.audit._db, statement, [given]))


async def test_what_cannot_be_kept_is_an_error_of_the_store_without_the_value(store: Store, clock: TestClock) -> None:
    row = {"id": "1", "at": clock.now().replace(tzinfo=None), "who": "secret", "act": "", "object": "", "details": {}}
    with pytest.raises(StoreError) as refused:
        await store.commit(lambda shelves: run_each(shelves.audit._db, _ADD, [row]))
    assert "secret" not in str(refused.value)
