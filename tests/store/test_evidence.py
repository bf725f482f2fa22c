"""Evidence: every record carries the one before it, and no change goes unseen."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from store.engine import Store
from store.errors import StoreError
from store.evidence import Enclosure
from store.shelves import Shelves
from store.tables.tickets import evidence
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.helpers.samples import SENDER, ticket

BODY = {"findings": [{"rule": "recipient-typo", "score": 0.9}], "語": None}


async def open_case(store: Store, records: int = 0) -> str:
    case, enclosed = ticket(message_id=""), Enclosure.of(b"octets", store.seal)

    def unit(shelves: Shelves) -> None:
        shelves.tickets.add(case)
        for n in range(records):
            shelves.evidence.add(
                case.id, SENDER, "collected", f"object {n}", BODY | {"n": n}, enclosed if n == 1 else None
            )

    await store.commit(unit)
    return case.id


async def broken(store: Store, case: str) -> int | None:
    return await store.read(lambda shelves: shelves.evidence.broken(case))


async def test_records_come_back_in_order_each_with_the_hash_of_the_one_before(store: Store, clock: TestClock) -> None:
    case = await open_case(store, 3)
    entries = await store.read(lambda shelves: shelves.evidence.of(case))
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [entry.prev_sha256 for entry in entries] == ["", entries[0].sha256, entries[1].sha256]
    assert (entries[0].at, entries[0].actor, entries[0].body) == (clock.now(), SENDER, BODY | {"n": 0})
    assert [entry.has_blob for entry in entries] == [False, True, False]
    assert await broken(store, case) is None


async def test_what_add_returns_is_what_is_kept(store: Store) -> None:
    case = await open_case(store)
    body: dict[Any, Any] = {"tuple": (1, 2), "nested": {"a": ("b",)}, "text": "\ud800\0", 3: "number"}
    added = await store.commit(lambda shelves: shelves.evidence.add(case, SENDER, "told", "x", body))
    assert await store.read(lambda shelves: shelves.evidence.of(case)) == (added,)
    assert await broken(store, case) is None


async def test_a_file_comes_back_and_lies_sealed(store_url: str, make_store: MakeStore) -> None:
    store = await make_store(store_url, key=bytes(32))
    case = await open_case(store, 2)
    assert await store.read(lambda shelves: shelves.evidence.blob(case, 2)) == b"octets"
    with pytest.raises(StoreError, match="no file"):
        await store.read(lambda shelves: shelves.evidence.blob(case, 1))
    lying = await store.read(lambda shelves: shelves.evidence._rows(case)[1].blob)
    assert b"octets" not in bytes(lying)


async def test_there_is_no_evidence_without_a_case(store: Store) -> None:
    with pytest.raises(StoreError, match="no such ticket"):
        await store.commit(lambda shelves: shelves.evidence.add("none", SENDER, "told", "x", {}))
    assert await broken(store, "none") is None


CHANGES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "at": lambda row: {"at": row.at + timedelta(microseconds=1)},
    "actor": lambda row: {"actor": row.actor + "x"},
    "event": lambda row: {"event": row.event + "x"},
    "object": lambda _: {"object": ""},
    "body": lambda row: {"body": row.body | {"more": 1}},
    "blob": lambda row: {"blob": b"other" if row.blob is None else None},
    "sha256": lambda _: {"sha256": "0" * 64},
    "prev_sha256": lambda _: {"prev_sha256": "0" * 64},
    "seq": lambda row: {"seq": row.seq + 100},
}


@pytest.mark.parametrize("record", [1, 2, 3])
@pytest.mark.parametrize("column", CHANGES)
async def test_a_change_of_any_column_of_any_record_is_seen(store: Store, column: str, record: int) -> None:
    case = await open_case(store, 3)

    def forge(shelves: Shelves) -> None:
        row = shelves.evidence._rows(case)[record - 1]
        where = (evidence.c.ticket_id == case, evidence.c.seq == record)
        shelves.evidence._db.execute(update(evidence).where(*where).values(CHANGES[column](row)))

    await store.commit(forge)
    assert await broken(store, case) == record


@pytest.mark.parametrize("record", [1, 2, 3])
async def test_a_record_that_is_gone_is_missed(store: Store, record: int) -> None:
    case = await open_case(store, 3)
    gone = delete(evidence).where(evidence.c.ticket_id == case, evidence.c.seq == record)
    await store.commit(lambda shelves: shelves.evidence._db.execute(gone))
    assert await broken(store, case) == record


bodies = st.dictionaries(
    st.text(max_size=4),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=4),
        lambda c: st.lists(c, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(st.tuples(bodies, st.none() | st.binary(max_size=20)), min_size=1, max_size=4), data=st.data())
async def test_a_chain_is_whole_until_somebody_changes_a_body(
    store: Store, records: list[tuple[dict[str, Any], bytes | None]], data: st.DataObject
) -> None:
    case = await open_case(store)

    def collect(shelves: Shelves) -> None:
        for body, blob in records:
            enclosed = None if blob is None else Enclosure.of(blob, store.seal)
            shelves.evidence.add(case, SENDER, "collected", "x", body, enclosed)

    await store.commit(collect)
    assert await broken(store, case) is None
    record = data.draw(st.integers(1, len(records)))
    other = data.draw(bodies.filter(lambda body: repr(body) != repr(records[record - 1][0])))
    where = (evidence.c.ticket_id == case, evidence.c.seq == record)
    await store.commit(lambda shelves: shelves.evidence._db.execute(update(evidence).where(*where).values(body=other)))
    same = sorted(map(repr, other.items())) == sorted(map(repr, records[record - 1][0].items()))
    assert await broken(store, case) == (None if same else record)


async def test_two_nodes_append_one_after_the_other(store_url: str, make_store: MakeStore) -> None:
    one, two = await make_store(store_url), await make_store(store_url)
    case = await open_case(one)
    add = lambda shelves: shelves.evidence.add(case, SENDER, "told", "x", {})  # noqa: E731 - one line
    await asyncio.gather(*(store.commit(add) for _ in range(20) for store in (one, two)))
    assert [entry.seq for entry in await one.read(lambda shelves: shelves.evidence.of(case))] == list(range(1, 41))
    assert await broken(one, case) is None
