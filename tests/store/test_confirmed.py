"""A confirmed file is known by a number of the store's own, for the customer and time it was confirmed for; the same on both databases."""

from dataclasses import replace
from datetime import timedelta

from store.confirmed import Confirmed, print_of
from store.engine import Store
from tests.conftest import MakeStore
from tests.helpers.clock import START, TestClock
from tests.helpers.samples import SENDER

DAY = timedelta(days=1)
FILE = Confirmed(
    "p" * 64, "customer.example", SENDER, SENDER, "名簿.csv", "content-personal-data", "H1", START + 9 * DAY
)


async def add(store: Store, *rows: Confirmed) -> None:
    await store.commit(lambda shelves: shelves.confirmed.add(rows))


async def known(store: Store, *prints: str, customers: tuple[str, ...] = ("customer.example",)) -> list[Confirmed]:
    return list(await store.read(lambda shelves: shelves.confirmed.of(prints or (FILE.print,), customers)))


async def test_a_confirmed_file_is_found_for_its_customer_until_its_day(store: Store, clock: TestClock) -> None:
    await add(store, FILE)
    (found,) = await known(store)
    assert replace(found, id="", first_at=None, last_at=None) == FILE
    assert await known(store, customers=("other.example",)) == []
    assert await known(store, "q" * 64) == []
    clock.advance(9 * DAY)
    assert await known(store) == []
    assert await store.commit(lambda shelves: shelves.confirmed.prune(clock.now() + DAY)) == 1


async def test_confirmed_once_more_it_has_two_days_and_still_one_row(store: Store, clock: TestClock) -> None:
    await add(store, FILE)
    clock.advance(DAY)
    await add(store, replace(FILE, hold_id="H2", expires_at=START + 20 * DAY))
    (found,) = await known(store)
    assert (found.first_at, found.last_at, found.hold_id) == (START, START + DAY, "H2")
    assert found.expires_at == START + 20 * DAY


async def test_revoked_it_is_asked_about_and_confirmed_anew_it_begins_anew(store: Store, clock: TestClock) -> None:
    await add(store, FILE)
    (found,) = await known(store)
    assert await store.commit(lambda shelves: shelves.confirmed.revoke(found.id, "admin"))
    assert await known(store) == []
    assert not await store.commit(lambda shelves: shelves.confirmed.revoke(found.id, "admin"))
    clock.advance(DAY)
    await add(store, FILE)
    (again,) = await known(store)
    assert again.first_at == again.last_at == START + DAY


async def test_a_report_revokes_what_came_with_the_message_and_what_goes_to_the_same_domain(store: Store) -> None:
    others = replace(FILE, print="q" * 64, hold_id="H2"), replace(FILE, customer="other.example", hold_id="H3")
    kept = replace(FILE, customer="third.example", hold_id="H4")
    await add(store, FILE, *others, kept)
    revoked = await store.commit(lambda s: s.confirmed.revoke_for({"H3"}, {"customer.example"}, "desk"))
    assert revoked == 3
    (left,) = await store.read(lambda shelves: shelves.confirmed.listing())
    assert left.customer == "third.example"
    assert await store.commit(lambda shelves: shelves.confirmed.revoke_for((), (), "desk")) == 0


async def test_who_is_forgotten_confirmed_nothing(store: Store) -> None:
    await add(store, FILE, replace(FILE, customer="kimura@gmail.com", sender="mori@tachibana.example"))
    await store.commit(lambda shelves: shelves.confirmed.forget([SENDER, "Kimura@gmail.com"]))
    assert await store.read(lambda shelves: shelves.confirmed.listing()) == ()


async def test_all_nodes_number_files_alike_and_nobody_else_can(
    store: Store, make_store: MakeStore, store_url: str
) -> None:
    salt = await store.commit(lambda shelves: shelves.confirmed.salt())
    other = await make_store(store_url)
    assert await other.commit(lambda shelves: shelves.confirmed.salt()) == salt
    assert print_of(salt, "digest") != print_of(b"guessed", "digest")
    assert await store.read(lambda shelves: shelves.confirmed.known_salt()) == salt
