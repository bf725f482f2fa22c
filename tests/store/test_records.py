"""The audit log and the marks."""

from datetime import timedelta
from functools import partial

from store.engine import Store
from store.shelves import Shelves
from tests.helpers.clock import TestClock


async def test_who_did_what_is_listed_newest_first(store: Store, clock: TestClock) -> None:
    await store.commit(lambda shelves: shelves.audit.add("a@tachibana.example", "gate", "all", {"to": "open"}))
    earlier = clock.now()
    clock.advance(timedelta(hours=1))
    await store.commit(lambda shelves: shelves.audit.add("b@tachibana.example", "release", "K7Q29MXD"))
    newest = await store.read(lambda shelves: shelves.audit.newest())
    assert [dict(each) for each in newest] == [
        {"at": clock.now(), "who": "b@tachibana.example", "act": "release", "object": "K7Q29MXD", "details": {}},
        {"at": earlier, "who": "a@tachibana.example", "act": "gate", "object": "all", "details": {"to": "open"}},
    ]
    assert len(await store.read(lambda shelves: shelves.audit.newest(limit=1))) == 1
    assert await store.commit(lambda shelves: shelves.audit.prune(clock.now())) == 1
    assert [each["act"] for each in await store.read(lambda shelves: shelves.audit.newest())] == ["release"]


def _freeze(shelves: Shelves, value: str) -> None:
    shelves.marks.set("frozen", value)


async def test_a_mark_is_set_read_changed_and_cleared(store: Store) -> None:
    assert await store.read(lambda shelves: shelves.marks.get("frozen")) is None
    for value in ("restored", "again"):
        await store.commit(partial(_freeze, value=value))
        assert await store.read(lambda shelves: shelves.marks.get("frozen")) == value
    assert await store.commit(lambda shelves: shelves.marks.clear("frozen"))
    assert not await store.commit(lambda shelves: shelves.marks.clear("frozen"))
