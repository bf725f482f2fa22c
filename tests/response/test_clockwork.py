"""What the desk does by the clock: each due thing once, in a transaction of its own."""

from collections.abc import Sequence

import pytest

from response.clockwork import Duty, run
from response.desk import Desk
from response.office import Office
from store.engine import Store
from store.errors import StoreDownError, StoreError
from store.shelves import Shelves


async def test_each_due_id_is_done_in_a_transaction_of_its_own_and_counted(store: Store, desk: Desk) -> None:
    done: list[str] = []

    def due(_shelves: Shelves, _office: Office) -> Sequence[str]:
        return [] if done else ["a", "b"]

    def do(shelves: Shelves, _office: Office, one: str) -> None:
        shelves.audit.add("sekisho", "test", one)
        done.append(one)

    for expected in (2, 0):
        assert await run(store, desk.office, [Duty("test", due, do)]) == expected
    assert done == ["a", "b"]
    assert (await store.read(lambda shelves: shelves.audit.check())).entries == len(done)


async def test_what_fails_keeps_no_other_id_and_no_other_duty_and_is_tried_again(store: Store, desk: Desk) -> None:
    done: list[str] = []
    told: list[tuple[str, str, str]] = []
    broken = True

    def lost(_shelves: Shelves, _office: Office) -> Sequence[str]:
        raise StoreError("cannot say")

    def due(_shelves: Shelves, _office: Office) -> Sequence[str]:
        return [one for one in ("a", "b", "c") if one not in done]

    def do(shelves: Shelves, _office: Office, one: str) -> None:
        shelves.audit.add("sekisho", "test", one)
        if one == "b" and broken:
            raise KeyError("a row that is otherwise")
        done.append(one)

    duties = [Duty("lost", lost, do), Duty("test", due, do)]

    def failed(duty: str, id_: str, error: Exception) -> None:
        told.append((duty, id_, type(error).__name__))

    assert await run(store, desk.office, duties, failed) == 2
    assert done == ["a", "c"]
    assert told == [("lost", "", "StoreError"), ("test", "b", "KeyError")]
    assert (await store.read(lambda shelves: shelves.audit.check())).entries == len(done)  # nothing of what failed
    broken = False
    assert await run(store, desk.office, duties, failed) == 1
    assert done == ["a", "c", "b"]
    with pytest.raises(StoreError, match="cannot say"):
        await run(store, desk.office, duties)  # nobody listens: it is not silent


async def test_a_store_that_is_down_is_not_asked_for_every_id(store: Store, desk: Desk) -> None:
    tried: list[str] = []

    def down(_shelves: Shelves, _office: Office, one: str) -> None:
        tried.append(one)
        raise StoreDownError("locked")

    duties = [Duty(name, lambda _shelves, _office: ["a", "b"], down) for name in ("one", "two")]
    with pytest.raises(StoreDownError):
        await run(store, desk.office, duties)
    assert tried == ["a", "a"]
