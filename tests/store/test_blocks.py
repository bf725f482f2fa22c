"""A block holds for an address or its domain, until it ends or is lifted."""

from datetime import timedelta
from typing import Any

from store.blocks import BlockRow
from store.engine import Store
from store.ids import new_id
from store.shelves import Shelves
from tests.helpers.clock import START, TestClock
from tests.helpers.samples import SENDER, WRONG


def block(target: str = WRONG, **other: Any) -> BlockRow:
    kept: dict[str, Any] = {
        "lenient": False,
        "owner": SENDER,
        "reason": "wrong one",
        "ticket_id": "T",
        "created_at": START,
    }
    return BlockRow(**{"id": new_id(), "target": target} | kept | other)


async def add(store: Store, *blocks: BlockRow) -> None:
    def unit(shelves: Shelves) -> None:
        for each in blocks:
            shelves.blocks.add(each)

    await store.commit(unit)


async def of(store: Store, address: str) -> BlockRow | None:
    return await store.read(lambda shelves: shelves.blocks.of(address))


async def test_a_block_holds_for_the_address_and_for_no_other(store: Store) -> None:
    made = block()
    await add(store, made)
    assert await of(store, "Tanka+x@CUSTOMER.example") == made
    assert await of(store, "tanaka@customer.example") is None


async def test_a_block_of_a_domain_holds_for_all_in_it(store: Store) -> None:
    made = block("customer.example")
    await add(store, made)
    assert await of(store, WRONG) == made
    assert await of(store, "tanka@sub.customer.example") is None


async def test_the_strict_comes_before_the_lenient(store: Store) -> None:
    lenient, strict = block(lenient=True), block("customer.example")
    await add(store, lenient, strict)
    assert await of(store, WRONG) == strict
    await store.commit(lambda shelves: shelves.blocks.lift(strict.id, SENDER))
    assert await of(store, WRONG) == lenient


async def test_a_block_ends_at_its_time(store: Store, clock: TestClock) -> None:
    made = block(expires_at=START + timedelta(hours=1))
    await add(store, made)
    assert await of(store, WRONG)
    clock.advance(timedelta(hours=1))
    assert await of(store, WRONG) is None
    assert not await store.commit(lambda shelves: shelves.blocks.lift(made.id, SENDER))


async def test_a_block_is_lifted_once_and_stays_in_its_case(store: Store, clock: TestClock) -> None:
    made, other = block(), block("other.example", ticket_id="", created_at=START + timedelta(hours=1))
    await add(store, made, other)
    assert [b.id for b in await store.read(lambda shelves: shelves.blocks.in_force())] == [other.id, made.id]
    assert await store.commit(lambda shelves: shelves.blocks.lift(made.id, "desk@tachibana.example"))
    assert not await store.commit(lambda shelves: shelves.blocks.lift(made.id, SENDER))
    assert [b.id for b in await store.read(lambda shelves: shelves.blocks.in_force())] == [other.id]
    [kept] = await store.read(lambda shelves: shelves.blocks.of_ticket("T"))
    assert (kept.lifted_at, kept.lifted_by) == (clock.now(), "desk@tachibana.example")


async def test_a_domain_that_is_blocked_is_so_for_the_longest_address(store: Store) -> None:
    await add(store, block("customer.example"))
    addresses = [f"{'x' * length}@customer.example" for length in (1, 300, 310, 320, 480)]
    assert all(await store.read(lambda shelves: [shelves.blocks.of(address) for address in addresses]))
