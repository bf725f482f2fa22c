"""Sessions end: when unused, after their longest time, when signed out here or everywhere; a sign-in is answered once, at its own address."""

from datetime import timedelta
from functools import partial

from store.engine import Store, database
from store.sessions import Place, Way
from store.shelves import Shelves
from store.sign_ins import SignIn
from store.tables.access import sessions, sign_ins
from tests.helpers.clock import TestClock

IDLE, LASTS = timedelta(hours=2), timedelta(hours=12)
ASKED = SignIn("A" * 16, "Suzuki@A.example", "web", "mail", b"sealed")


def seen(session_id: str, shelves: Shelves) -> None:
    shelves.sessions.seen(session_id)


def waiting(browser: str, place: Place, way: Way, shelves: Shelves) -> SignIn | None:
    return shelves.sign_ins.waiting(browser, place, way)


async def begin(store: Store, token: str = "t" * 43, person: str = "suzuki@a.example") -> None:
    await store.commit(lambda s: s.sessions.begin(token, person, "web", "mail", as_staff=False, lasts=LASTS))


async def is_open(store: Store, token: str = "t" * 43) -> bool:
    return await store.read(lambda s: s.sessions.follow(token, "web", IDLE)) is not None


async def test_a_session_ends_when_nobody_uses_it(store: Store, clock: TestClock) -> None:
    await begin(store)
    clock.advance(IDLE - timedelta(seconds=1))
    assert await is_open(store)
    clock.advance(timedelta(seconds=1))
    assert not await is_open(store)


async def test_use_keeps_it_until_its_longest_time(store: Store, clock: TestClock) -> None:
    await begin(store)
    for _ in range(11):
        clock.advance(timedelta(hours=1))
        found = await store.read(lambda s: s.sessions.follow("t" * 43, "web", IDLE))
        assert found is not None
        await store.commit(partial(seen, found.id))
    clock.advance(timedelta(hours=1))
    assert not await is_open(store)
    assert await store.commit(lambda s: s.sessions.prune()) == 1


async def test_a_session_of_one_address_is_none_of_the_other(store: Store) -> None:
    await begin(store)
    assert await store.read(lambda s: s.sessions.follow("t" * 43, "staff", IDLE)) is None


async def test_signing_out_everywhere_ends_every_session_of_that_person_alone(store: Store) -> None:
    await begin(store, "1" * 43)
    await begin(store, "2" * 43, "SUZUKI@a.example")
    await begin(store, "3" * 43, "mori@a.example")
    assert await store.commit(lambda s: s.sessions.end_all("suzuki@a.example")) == 2
    assert [await is_open(store, n * 43) for n in "123"] == [False, False, True]


async def test_the_store_keeps_no_token(store: Store, store_url: str) -> None:
    await begin(store)
    await store.commit(lambda s: s.sign_ins.ask(ASKED, "b" * 43, timedelta(minutes=15)))
    with database(store_url) as opened, opened.reading() as connection:
        kept = str([*connection.execute(sessions.select()), *connection.execute(sign_ins.select())])
    assert "t" * 43 not in kept
    assert "b" * 43 not in kept


async def test_a_sign_in_is_answered_once_in_time_and_at_the_address_where_it_was_asked_for(
    store: Store, clock: TestClock
) -> None:
    await store.commit(lambda s: s.sign_ins.ask(ASKED, "b" * 43, timedelta(minutes=15)))
    assert await store.read(partial(waiting, "b" * 43, "web", "mail")) == ASKED
    others: list[tuple[str, Place, Way]] = [
        ("c" * 43, "web", "mail"),
        ("b" * 43, "staff", "mail"),
        ("b" * 43, "web", "oidc"),
    ]
    for browser, place, way in others:
        assert await store.read(partial(waiting, browser, place, way)) is None
    assert [await store.commit(lambda s: s.sign_ins.use(ASKED.id)) for _ in range(2)] == [True, False]
    assert await store.read(lambda s: s.sign_ins.waiting("b" * 43, "web", "mail")) is None
    later = SignIn("B" * 16, ASKED.person, "web", "mail", b"")
    await store.commit(lambda s: s.sign_ins.ask(later, "d" * 43, timedelta(minutes=15)))
    assert await store.read(lambda s: s.sign_ins.asked_since("suzuki@a.example", s.now - timedelta(minutes=1))) == 2
    clock.advance(timedelta(minutes=15))
    assert await store.read(lambda s: s.sign_ins.waiting("d" * 43, "web", "mail")) is None
    clock.advance(timedelta(hours=1))
    assert await store.commit(lambda s: s.sign_ins.prune()) == 2
