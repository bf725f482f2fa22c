"""Names of customers are kept as numbers with counts, grow, are forgotten and cannot be tried; the same on both databases."""

from datetime import timedelta

from rules.learnt_customers import Spoken
from store.contacts import Imported
from store.customer_names import Lesson, number_of
from store.engine import Store
from tests.conftest import MakeStore
from tests.helpers.clock import START, TestClock

AOKI, SATO, SUB = "aoki.example", "sato.example", "sub.example"


async def learn(store: Store, *lessons: Lesson) -> None:
    await store.commit(lambda shelves: shelves.customer_names.learn(lessons))


async def known(store: Store, name: int) -> set[tuple[str, int, int]]:
    found = await store.read(lambda shelves: shelves.customer_names.of([name]))
    return {(s.customer, s.addressed, s.spoken) for s in found.get(name, ())}


async def test_messages_are_counted_for_each_customer(store: Store) -> None:
    for _ in range(2):
        await learn(
            store, Lesson(AOKI, 7, addressed=True), Lesson(AOKI, 7, addressed=True), Lesson(SATO, 7, addressed=False)
        )
    assert await known(store, 7) == {(AOKI, 4, 4), (SATO, 0, 2)}
    assert await known(store, 8) == set()
    assert (await store.read(lambda s: s.customer_names.of([7])))[7][0] in {Spoken(AOKI, 4, 4), Spoken(SATO, 0, 2)}


async def test_a_word_that_is_nobodys_is_not_kept(store: Store) -> None:
    await learn(store, Lesson(AOKI, 9, addressed=False))
    assert await known(store, 9) == set()
    await learn(store, Lesson(AOKI, 9, addressed=True))
    await learn(store, Lesson(SATO, 9, addressed=False))
    assert await known(store, 9) == {(AOKI, 1, 1), (SATO, 0, 1)}


async def test_who_gets_the_files_of_several_is_a_partner_and_none_of_them_is(store: Store) -> None:
    owners = [f"c{n}.example" for n in range(3)]
    for name, owner in enumerate(owners, 1):
        for _ in range(3):
            await learn(store, Lesson(owner, name, addressed=True))
        await learn(store, Lesson(SUB, name, addressed=True))
    found = await store.read(lambda shelves: shelves.customer_names.partners([SUB, *owners]))
    assert found == {SUB}


async def test_a_name_that_everybody_bears_makes_nobody_a_partner(store: Store) -> None:
    for name in (1, 2, 3):
        for n in range(10):
            for _ in range(1 + n):
                await learn(store, Lesson(f"c{n}.example", name, addressed=True))
    found = await store.read(lambda s: s.customer_names.partners([f"c{n}.example" for n in range(10)]))
    assert found == frozenset()


async def test_what_is_little_known_of_a_wrong_recipient_is_unlearnt(store: Store) -> None:
    for _ in range(3):
        await learn(store, Lesson(SATO, 1, addressed=True))
    await learn(store, Lesson(SATO, 2, addressed=True), Lesson(AOKI, 2, addressed=True))
    assert await store.commit(lambda shelves: shelves.customer_names.unlearn([SATO])) == 1
    assert await known(store, 1) == {(SATO, 3, 3)}
    assert await known(store, 2) == {(AOKI, 1, 1)}


async def test_old_names_and_forgotten_customers_are_gone(store: Store, clock: TestClock) -> None:
    await learn(store, Lesson(AOKI, 1, addressed=True), Lesson(SATO, 1, addressed=True))
    clock.advance(timedelta(days=2))
    await learn(store, Lesson(SATO, 1, addressed=False))
    assert await store.commit(lambda shelves: shelves.customer_names.prune(START + timedelta(days=1))) == 1
    assert await known(store, 1) == {(SATO, 1, 2)}
    assert await store.commit(lambda shelves: shelves.customer_names.forget([SATO])) == 1
    assert await known(store, 1) == set()


async def test_with_the_last_contact_of_a_domain_its_names_are_forgotten(store: Store) -> None:
    await store.commit(lambda s: s.contacts.import_rows([Imported(f"{who}@{AOKI}") for who in ("a", "b")]))
    await learn(store, Lesson(AOKI, 1, addressed=True), Lesson("kimura@gmail.com", 1, addressed=True))
    await store.commit(lambda shelves: shelves.contacts.forget([f"a@{AOKI}"]))
    assert (AOKI, 1, 1) in await known(store, 1)
    await store.commit(lambda shelves: shelves.contacts.forget([f"b@{AOKI}"]))
    assert await known(store, 1) == {("kimura@gmail.com", 1, 1)}


async def test_all_nodes_number_names_alike_and_nobody_else_can(
    store: Store, make_store: MakeStore, store_url: str
) -> None:
    salt = await store.commit(lambda shelves: shelves.customer_names.salt())
    other = await make_store(store_url)
    assert await other.commit(lambda shelves: shelves.customer_names.salt()) == salt
    assert number_of(b"name", salt) != number_of(b"name", b"guessed")
    assert 0 < number_of(b"name", salt) < 2**63
