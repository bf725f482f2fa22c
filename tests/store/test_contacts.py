"""Contacts are found by a slip, learn from what was delivered, and vouch only when they may."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import partial

import pytest

from rules.base import Contact
from store.contact_counts import Delivered
from store.contact_import import BATCH
from store.contact_search import DOMAINS, FEW, NAMESAKES
from store.contact_statements import CANDIDATES
from store.contacts import Imported, LookUp
from store.engine import Store
from store.shelves import Shelves
from store.tables.contacts import contact_senders, contact_slips, domain_slips, domains, name_tokens
from tests.conftest import MakeStore
from tests.helpers.clock import START, TestClock
from tests.helpers.samples import RIGHT, SENDER, WRONG

DAY = timedelta(days=1)
OTHER_SENDER = "suzuki@tachibana.example"


async def load(store: Store, *rows: Imported | str) -> int:
    imported = [row if isinstance(row, Imported) else Imported(row) for row in rows]
    return await store.commit(lambda shelves: shelves.contacts.import_rows(imported))


async def look_up(store: Store, address: str, sender: str = SENDER, *, twins: bool = False) -> LookUp:
    return await store.read(lambda shelves: shelves.contacts.look_up(sender, address, twins=twins))


async def deliver(store: Store, at: datetime, *to: str, sender: str = SENDER) -> None:
    await store.commit(lambda shelves: shelves.contacts.delivered([Delivered(sender, to, at)]))


async def contact(store: Store, address: str = RIGHT) -> Contact | None:
    return await store.read(lambda shelves: shelves.contacts.vouching(address))


def addresses(found: Iterable[Contact]) -> list[str]:
    return [each.address for each in found]


@pytest.mark.parametrize(
    "slip",
    [
        WRONG,
        "ttanaka@customer.example",
        "tanaja@customer.example",
        "tanaak@customer.example",
        "tanaka@custmer.example",
        "tanaka@cutsomer.example",
        "tanaka@customer.exampel",
        "tanka@customerr.example",
        "Tanka+tag@Customer.Example",
    ],
)
async def test_a_slip_finds_the_contact_that_was_meant(store: Store, slip: str) -> None:
    await load(store, RIGHT, "suzuki@customer.example", "tanaka@elsewhere.example")
    found = await look_up(store, slip)
    assert found.known is None
    assert RIGHT in addresses(found.candidates)
    assert "suzuki@customer.example" not in addresses(found.candidates)
    assert "tanaka@elsewhere.example" not in addresses(found.candidates)


async def test_a_known_address_is_known_and_no_candidate(store: Store) -> None:
    await load(store, Imported("Tanaka@Customer.example", "田中", 5, date(2026, 3, 1)), WRONG)
    found = await look_up(store, "tanaka+x@customer.example", twins=True)
    assert found.known == Contact("Tanaka@Customer.example", "田中", 5, 0, date(2026, 3, 1), vouched=True)
    assert addresses(found.candidates) == [WRONG]


async def test_wide_letters_before_the_at_are_no_known_contact_but_one_slip_from_it(store: Store) -> None:
    await load(store, RIGHT)
    found = await look_up(store, "ｔａｎａｋａ@ｃｕｓｔｏｍｅｒ.example")
    assert found.known is None
    assert addresses(found.candidates) == [RIGHT]
    assert (await look_up(store, "tanaka@ｃｕｓｔｏｍｅｒ.example")).known


async def test_around_a_vouched_contact_nothing_is_looked_for_but_around_any_other(store: Store) -> None:
    await load(store, RIGHT, WRONG, "sato@custmer.example")
    found = await look_up(store, RIGHT)
    assert found.known
    assert (found.candidates, found.crowds, found.contacts) == ((), {"customer.example": 2}, 3)
    await store.commit(lambda shelves: shelves.contacts.disown(WRONG))
    found = await look_up(store, WRONG)
    assert found.known
    assert addresses(found.candidates) == [RIGHT]
    assert found.crowds == {"customer.example": 2, "custmer.example": 1}
    assert found.name_tokens["tanka"] == 1


async def test_a_far_address_finds_nothing(store: Store) -> None:
    await load(store, RIGHT)
    assert await look_up(store, "sato@other.example") == LookUp(contacts=1)


async def test_a_domain_is_known_when_somebody_there_is(store: Store) -> None:
    await load(store, RIGHT)
    assert (await look_up(store, "new@customer.example")).domain_known
    assert not (await look_up(store, "new@custmer.example")).domain_known


async def test_candidates_are_the_most_used_and_not_too_many(store: Store) -> None:
    rows = [Imported(f"tanaka{chr(97 + n % 26)}{n // 26}@customer.example", count=n) for n in range(26)]
    near = [Imported(f"tanaka{n}@customer.example", count=n) for n in range(10)]
    many = [Imported(f"{letter}{digit}@customer.example", count=100) for letter in "abcdefghij" for digit in range(10)]
    await load(store, *rows, *near, *many)
    best = addresses((await look_up(store, "tanakax@customer.example")).candidates)
    assert best[:3] == ["tanakax0@customer.example", "tanaka9@customer.example", "tanaka8@customer.example"]
    assert len((await look_up(store, "a@customer.example")).candidates) <= CANDIDATES
    assert len((await look_up(store, "1@customer.example")).candidates) <= CANDIDATES


async def test_how_common_the_names_are_is_told(store: Store) -> None:
    await load(store, "taro.tanaka@a.example", "tanaka.hanako@b.example", "tanaka@c.example", "saito@d.example")
    names = (await look_up(store, "tanaka.taro@z.example")).name_tokens
    assert (names["tanaka"], names["taro"]) == (3, 1)


async def test_counts_are_of_the_organisation_and_of_the_sender(store: Store, clock: TestClock) -> None:
    for sender in (SENDER, SENDER, OTHER_SENDER):
        await deliver(store, clock.now(), RIGHT, sender=sender)
    found = (await look_up(store, RIGHT, "Yamada+x@TACHIBANA.example")).known
    assert found
    assert (found.count, found.sender_count, found.last_sent) == (3, 2, START.date())
    assert [c.sender_count for c in (await look_up(store, WRONG, OTHER_SENDER)).candidates] == [1]


@pytest.mark.parametrize(
    ("hours", "vouched"), [((0, 24), False), ((0, 1, 2, 3), False), ((0, 1, 24), True), ((0, 24, 48), True)]
)
async def test_three_deliveries_on_two_days_vouch(
    store: Store, clock: TestClock, hours: tuple[int, ...], vouched: bool
) -> None:
    for hour in hours:
        await deliver(store, clock.now() + timedelta(hours=hour), RIGHT)
    found = await contact(store)
    assert found
    assert (found.count, found.vouched) == (len(hours), vouched)


async def test_days_are_those_of_the_zone_that_was_given(store: Store) -> None:
    tokyo = timezone(timedelta(hours=9))
    one_morning = [datetime(2026, 4, 1, 8, 50, tzinfo=tokyo), datetime(2026, 4, 1, 9, 10, tzinfo=tokyo)]
    for at in (*one_morning, one_morning[1]):
        await deliver(store, at, RIGHT)
    found = await contact(store)
    assert found
    assert not found.vouched


async def test_an_address_given_twice_is_one_delivery(store: Store, clock: TestClock) -> None:
    await deliver(store, clock.now(), RIGHT, "TANAKA@customer.example", "tanaka+x@customer.example")
    found = await contact(store)
    assert found
    assert found.count == 1


async def test_a_person_or_an_answer_vouches_at_once(store: Store) -> None:
    await store.commit(lambda shelves: shelves.contacts.confirmed(SENDER, RIGHT))
    await store.commit(lambda shelves: shelves.contacts.answered("sato@other.example"))
    for address in (RIGHT, "sato@other.example"):
        found = await contact(store, address)
        assert found
        assert found.vouched
    assert RIGHT in addresses((await look_up(store, WRONG)).candidates)


async def test_a_bounce_ends_what_deliveries_vouched_for_and_they_count_anew(store: Store, clock: TestClock) -> None:
    for day in range(3):
        await deliver(store, clock.now() + day * DAY, RIGHT)
    await store.commit(lambda shelves: shelves.contacts.bounced(RIGHT))
    found = await contact(store)
    assert found
    assert (found.vouched, found.bounced) == (False, True)
    await deliver(store, clock.now() + 3 * DAY, RIGHT)
    found = await contact(store)
    assert found
    assert (found.vouched, found.bounced) == (False, False)
    await deliver(store, clock.now() + 4 * DAY, RIGHT)
    found = await contact(store)
    assert found
    assert found.vouched


async def test_a_bounce_does_not_end_what_a_person_said(store: Store) -> None:
    await load(store, RIGHT)
    await store.commit(lambda shelves: shelves.contacts.bounced(RIGHT))
    found = await contact(store)
    assert found
    assert (found.vouched, found.bounced) == (True, True)


async def test_a_bounce_of_a_stranger_makes_no_contact(store: Store) -> None:
    await store.commit(lambda shelves: shelves.contacts.bounced(RIGHT))
    assert await contact(store) is None


async def test_a_wrong_one_vouches_no_more_until_a_person_confirms_it(store: Store, clock: TestClock) -> None:
    await load(store, RIGHT)
    await store.commit(lambda shelves: shelves.contacts.disown(RIGHT))

    async def vouched() -> bool:
        found = await contact(store)
        assert found
        return found.vouched

    assert not await vouched()
    for day in range(4):
        await deliver(store, clock.now() + day * DAY, RIGHT)
    await store.commit(lambda shelves: shelves.contacts.answered(RIGHT))
    await load(store, RIGHT)
    assert not await vouched()
    await store.commit(lambda shelves: shelves.contacts.confirmed(SENDER, RIGHT))
    assert await vouched()


async def test_importing_the_same_again_changes_nothing(store: Store) -> None:
    rows = [Imported(RIGHT, "田中", 5, date(2026, 3, 1)), Imported("sato@other.example", count=2)]

    async def everything() -> object:
        return await store.read(
            lambda shelves: (list(shelves.contacts.listing()), shelves.contacts._db.execute(domains.select()).all())
        )

    assert await load(store, *rows) == 2
    before = await everything()
    assert await load(store, *rows) == 2
    assert await everything() == before
    assert await store.read(lambda shelves: shelves.contacts.size()) == 2


async def test_a_contact_that_stands_twice_in_a_list_is_merged_as_if_it_came_in_two(store: Store) -> None:
    rows = [Imported(RIGHT, "田中", 5, date(2026, 3, 1)), Imported("Tanaka+news@customer.example", count=1)]
    other = [Imported(row.address.replace("customer", "other"), row.name, row.count, row.last_sent) for row in rows]
    await load(store, *rows)
    for row in other:
        await load(store, row)
    together, apart = await contact(store), await contact(store, other[0].address)
    assert together == Contact(RIGHT, "田中", 5, 0, date(2026, 3, 1), vouched=True)
    assert apart == replace(together, address=other[0].address)


async def test_an_import_merges_with_what_was_learnt(store: Store, clock: TestClock) -> None:
    await deliver(store, clock.now(), RIGHT)
    await load(store, Imported(RIGHT, "田中", 7, date(2020, 1, 1)))
    assert await contact(store) == Contact(RIGHT, "田中", 7, 0, START.date(), vouched=True)
    await load(store, Imported(RIGHT, "", 3))
    assert await contact(store) == Contact(RIGHT, "田中", 7, 0, START.date(), vouched=True)


async def test_domains_are_counted_by_contacts_and_messages(store: Store, clock: TestClock) -> None:
    await load(store, Imported(RIGHT, count=5), Imported("sato@customer.example", count=2), Imported(RIGHT, count=6))
    await deliver(store, clock.now(), RIGHT, "new@customer.example")
    [row] = await store.read(lambda shelves: shelves.contacts._db.execute(domains.select()).all())
    assert tuple(row)[1:4] == ("customer.example", 3, 10)


async def test_an_import_of_many_batches_finds_every_one(store: Store) -> None:
    rows = [Imported(f"person{n}@domain{n % 7}.example") for n in range(BATCH + 50)]
    assert await load(store, *rows) == len(rows)
    assert await store.read(lambda shelves: shelves.contacts.size()) == len(rows)
    for n in (0, BATCH - 1, BATCH, BATCH + 49):
        assert (await look_up(store, f"person{n}@domain{n % 7}.example")).known


async def test_an_import_of_nothing_is_nothing(store: Store) -> None:
    assert await load(store) == 0


async def test_the_list_goes_by_address_and_can_be_narrowed(store: Store) -> None:
    await load(
        store, Imported("b@customer.example", "田中"), Imported("a@other.example"), Imported("c_d@customer.example")
    )

    async def listed(contains: str = "", limit: int = 1000) -> list[str]:
        found = await store.read(lambda shelves: shelves.contacts.listing(contains=contains, limit=limit))
        return [entry.address for entry in found]

    assert await listed() == ["a@other.example", "b@customer.example", "c_d@customer.example"]
    assert await listed("Customer") == ["b@customer.example", "c_d@customer.example"]
    assert await listed("田") == ["b@customer.example"]
    assert await listed("_") == ["c_d@customer.example"]
    assert await listed(limit=1) == ["a@other.example"]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "@", "a\0b@customer.example", "\ud800@x.example", "x" * 2000 + "@y.example", "田中@例え.example"],
)
async def test_no_address_is_too_odd_to_look_up_and_learn(store: Store, clock: TestClock, address: str) -> None:
    await look_up(store, address)
    await deliver(store, clock.now(), address)
    await deliver(store, clock.now(), address)
    found = await look_up(store, address)
    assert found.known
    assert found.known.count == 2


async def test_the_index_is_two_numbers_a_token(store: Store) -> None:
    await load(store, RIGHT)
    rows = await store.read(lambda shelves: shelves.contacts._db.execute(contact_slips.select()).all())
    assert {type(value) for row in rows for value in row} == {int}
    assert len({row.contact_id for row in rows}) == 1
    assert len(rows) <= 7
    # SQLite keeps such a number in six octets.
    assert all(0 <= row.token < 2**47 for row in rows)
    assert min(row.token for row in rows) >> 28 == max(row.token for row in rows) >> 28


@pytest.mark.parametrize("far", [3, 2**15, 2**31 - 8])
async def test_pairs_of_numbers_are_kept_as_they_are_however_far_apart(store: Store, far: int) -> None:
    pairs = [(2**47 - 1, 7), (0, 7), (2**47 - 1, 7 + far), (5, 9), (5, 9)]

    def unit(shelves: Shelves) -> list[tuple[int, int]]:
        db, lists = shelves.contacts._db, shelves.contacts._binding.lists
        lists.insert_pairs(db, contact_slips, pairs)
        lists.insert_pairs(db, contact_slips, pairs)
        return sorted((row.token, row.contact_id) for row in db.execute(contact_slips.select()))

    assert await store.commit(unit) == sorted(set(pairs))


async def test_namesakes_are_vouched_contacts_of_one_name_at_other_addresses(store: Store) -> None:
    await load(
        store,
        Imported(RIGHT, "田中 太郎", 3),
        Imported("tanaka@elsewhere.example", "田中　太郎", 9),
        Imported("taro@other.example", "田中太郎", 1),
        Imported("hanako@other.example", "田中花子"),
    )
    await store.commit(lambda shelves: shelves.contacts.disown("taro@other.example"))

    async def named(name: str, address: str = RIGHT) -> list[str]:
        return addresses((await store.read(lambda shelves: shelves.contacts.look_up(SENDER, address, name))).namesakes)

    assert await named("田中太郎") == ["tanaka@elsewhere.example"]
    assert await named("田中 太郎", "new@customer.example") == ["tanaka@elsewhere.example", RIGHT]
    assert await named("") == []
    assert await named("nobody") == []


async def test_of_very_many_namesakes_five_come_back(store: Store) -> None:
    await load(store, *(Imported(f"desk{n}@domain{n}.example", "Sales Desk", n) for n in range(NAMESAKES + 3)))
    found = await store.read(lambda shelves: shelves.contacts.namesakes(SENDER, RIGHT, "sales desk"))
    assert addresses(found) == [f"desk{n}@domain{n}.example" for n in range(NAMESAKES + 2, 2, -1)]


async def test_two_slips_are_found_in_a_domain_of_few(store: Store) -> None:
    await load(store, "yamashita.ken@customer.example", "yam@customer.example", "yamashita.ken@elsewhere.example")
    found = addresses((await look_up(store, "yamasita.kne@customer.example")).candidates)
    assert found == ["yamashita.ken@customer.example"]
    assert addresses((await look_up(store, "ymx@customer.example")).candidates) == []


async def test_how_many_are_known_at_each_domain_that_looks_alike_is_told(store: Store) -> None:
    await load(store, RIGHT, "sato@customer.example", "sato@custmer.example", "sato@other.example")
    found = await look_up(store, RIGHT, twins=True)
    assert found.crowds == {"customer.example": 2, "custmer.example": 1}
    assert found.contacts == 4


async def test_in_a_domain_of_any_size_a_slip_is_found_and_what_an_eye_or_ear_takes_for_one(store: Store) -> None:
    meant = ("taro.yamada", "satoh.ken", "kimura-ichiro", "ohno")
    for size in (1, FEW + 20):
        domain = f"customer{size}.example"
        await load(store, *(f"{local}@{domain}" for local in (*meant, *(f"member{n:03}" for n in range(size)))))
        for slip, usual in zip(("yamada_taro", "sato.ken", "kimura-ichrio", "oono"), meant, strict=True):
            assert f"{usual}@{domain}" in addresses((await look_up(store, f"{slip}@{domain}")).candidates)
            near = await look_up(store, f"{slip}@custmer{size}.example")
            assert f"{usual}@{domain}" in addresses(near.candidates)


async def test_of_very_many_near_contacts_the_nearest_and_most_used_come_back(store: Store) -> None:
    await load(store, *(Imported(f"member{n:04}@customer.example", count=n) for n in range(2000)))
    found = addresses((await look_up(store, "member00@customer.example")).candidates)
    assert len(found) == CANDIDATES
    assert found[:2] == ["member1900@customer.example", "member1800@customer.example"]
    await load(store, "member00x@customer.example")
    assert addresses((await look_up(store, "member00@customer.example")).candidates)[0] == "member00x@customer.example"


async def test_in_a_domain_of_very_many_the_one_that_was_meant_is_found(store: Store) -> None:
    await load(store, *(f"member{n:05}@customer.example" for n in range(4000)), RIGHT)
    assert RIGHT in addresses((await look_up(store, WRONG)).candidates)
    assert "member01234@customer.example" in addresses((await look_up(store, "membr01234@customer.example")).candidates)


async def everything(store: Store) -> dict[str, object]:
    """All rows about contacts, without their ids."""

    def read(shelves: Shelves) -> dict[str, object]:
        run = shelves.contacts._db.execute
        return {
            "contacts": sorted(each.address for each in shelves.contacts.listing()),
            "domains": sorted(run(domains.select().with_only_columns(domains.c.domain, domains.c.contacts)).all()),
            "slips": len(run(contact_slips.select()).all()) + len(run(domain_slips.select()).all()),
            "names": sorted(run(name_tokens.select()).all()),
            "senders": len(run(contact_senders.select()).all()),
        }

    return await store.read(read)


async def test_what_is_forgotten_leaves_nothing_behind(store: Store, clock: TestClock) -> None:
    await load(store, "sato@customer.example", "sato.ken@other.example")
    before = await everything(store)
    await deliver(store, clock.now(), RIGHT, "taro.tanaka@nowhere.example")
    assert await everything(store) != before
    gone = await store.commit(lambda s: s.contacts.forget([RIGHT, "Taro.Tanaka+x@nowhere.example", "no@body.example"]))
    assert gone == 2
    assert await everything(store) == before
    assert (await look_up(store, WRONG)).candidates == ()
    assert not (await look_up(store, "x@nowhere.example")).domain_known


async def test_only_who_was_neither_written_to_nor_heard_of_is_forgotten_by_age(store: Store, clock: TestClock) -> None:
    await deliver(store, clock.now(), "old@a.example", "answers@a.example", "written@a.example", "wrong@a.example")
    await store.commit(lambda shelves: shelves.contacts.disown("wrong@a.example"))
    clock.advance(100 * DAY)
    await store.commit(lambda shelves: shelves.contacts.answered("answers@a.example"))
    await deliver(store, clock.now(), "written@a.example")
    await load(store, "imported@a.example")
    assert await store.commit(lambda s: s.contacts.forget_before(clock.now() - 101 * DAY)) == 0
    assert await store.commit(lambda s: s.contacts.forget_before(clock.now() - 99 * DAY, 1)) == 1
    assert await store.commit(lambda s: s.contacts.forget_before(clock.now() - 99 * DAY)) == 0
    left = await store.read(lambda shelves: [each.address for each in shelves.contacts.listing()])
    assert left == ["answers@a.example", "imported@a.example", "written@a.example", "wrong@a.example"]


async def test_two_addresses_of_one_person_become_one(store: Store, clock: TestClock) -> None:
    for day, to, sender in ((0, WRONG, SENDER), (1, WRONG, OTHER_SENDER), (2, RIGHT, SENDER)):
        await deliver(store, clock.now() + day * DAY, to, sender=sender)
    assert await store.commit(lambda shelves: shelves.contacts.merge(RIGHT, WRONG))
    right = await store.read(lambda shelves: shelves.contacts.entry(RIGHT))
    wrong = await store.read(lambda shelves: shelves.contacts.entry(WRONG))
    assert right
    assert wrong
    assert (right.count, right.first_sent, right.last_sent) == (3, START, START + 2 * DAY)
    assert (wrong.count, wrong.vouched, wrong.vouches) == (0, "merged", False)
    found = (await look_up(store, WRONG)).known
    assert found
    assert (found.vouched, found.disowned) == (False, True)
    await load(store, WRONG)
    assert await store.read(lambda shelves: shelves.contacts.wrong()) == {WRONG}
    await store.commit(lambda shelves: shelves.contacts.confirmed(SENDER, WRONG))
    assert await store.read(lambda shelves: shelves.contacts.wrong()) == frozenset()
    for sender, count in ((SENDER, 2), (OTHER_SENDER, 1)):
        found = (await look_up(store, RIGHT, sender)).known
        assert found
        assert found.sender_count == count


async def test_a_merge_may_forget_the_wrong_one_and_refuses_what_is_none(store: Store, clock: TestClock) -> None:
    await deliver(store, clock.now(), WRONG)
    assert not await store.commit(lambda shelves: shelves.contacts.merge(RIGHT, WRONG, forget=True))
    assert await contact(store, RIGHT) is None
    assert await store.commit(lambda shelves: shelves.contacts.merge(RIGHT, WRONG, forget=True, add=True))
    assert await contact(store, WRONG) is None
    found = await contact(store, RIGHT)
    assert found
    assert found.count == 1
    assert not await store.commit(lambda shelves: shelves.contacts.merge(RIGHT, WRONG))
    assert not await store.commit(lambda shelves: shelves.contacts.merge(RIGHT, RIGHT.upper()))


async def test_one_who_was_reported_stays_reported_when_merged(store: Store) -> None:
    await load(store, RIGHT, WRONG)
    await store.commit(lambda shelves: shelves.contacts.disown(WRONG))
    assert await store.commit(lambda shelves: shelves.contacts.merge(RIGHT, WRONG))
    wrong = await store.read(lambda shelves: shelves.contacts.entry(WRONG))
    assert wrong
    assert wrong.vouched == "disowned"


async def test_of_a_colleague_who_is_forgotten_no_contact_remembers_anything(
    store: Store, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.contacts.SPAN", 2)
    people = [f"person{n}@customer.example" for n in range(5)]
    for sender in (SENDER, OTHER_SENDER):
        await deliver(store, clock.now(), *people, sender=sender)
    after: int | None = 0
    gone = 0
    while after is not None:
        rows, after = await store.commit(lambda s, at=after: s.contacts.forget_senders([SENDER.upper()], at))  # type: ignore[misc]  # mypy infers no lambda with a default
        gone += rows
    assert gone == len(people)
    for sender, count in ((SENDER, 0), (OTHER_SENDER, 1)):
        found = (await look_up(store, people[0], sender)).known
        assert found
        assert (found.count, found.sender_count) == (2, count)


async def test_any_number_of_contacts_is_read_in_pieces(store: Store) -> None:
    await load(store, *(f"person{n}@customer.example" for n in range(5)))
    first = await store.read(lambda shelves: shelves.contacts.after(0, 3))
    rest = await store.read(lambda shelves: shelves.contacts.after(first[-1].id, 3))
    assert sorted(each.address for each in (*first, *rest)) == [f"person{n}@customer.example" for n in range(5)]


async def test_what_two_nodes_learn_and_forget_at_once_is_counted_once(
    store: Store, make_store: MakeStore, store_url: str
) -> None:
    other = await make_store(store_url)
    for number in range(20):
        domain = f"customer{number}.example"
        people = [f"kimura.a{each}@{domain}" for each in range(10)]
        await asyncio.gather(load(store, *people), deliver(other, START, *people))
        assert (await look_up(store, people[0])).crowds == {domain: len(people)}
        await asyncio.gather(*(one.commit(partial(_forget, people)) for one in (store, other)))
        assert not (await look_up(store, people[0])).domain_known
        assert (await everything(store))["names"] == []


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(300)])])
async def test_two_nodes_that_count_very_many_at_once_never_wait_for_each_other_for_ever(
    postgresql_url: str, make_store: MakeStore, rounds: int
) -> None:
    one, two = await make_store(postgresql_url), await make_store(postgresql_url)
    people = [f"person{n:04}@domain{n % 7}.example" for n in range(1200)]
    for some in (people[600:], people[:600]):  # ids run against the alphabet
        await load(one, *reversed(some))
    new = ["new.one@domain6.example", "new.two@domain0.example", "new.three@domain3.example"]
    for _ in range(rounds):
        await asyncio.gather(deliver(one, START, *people[:900], new[0]), deliver(two, START, *people[300:], new[1]))
        imported = [Imported(each, count=9) for each in (*people[::7], new[2])]
        await asyncio.gather(deliver(one, START, *people), load(two, *reversed(imported)))
        await asyncio.gather(deliver(one, START, *people, new[0]), two.commit(partial(_forget, new)))
        await asyncio.gather(load(one, *imported), two.commit(lambda s: s.contacts.merge(people[0], people[7])))
    ended = await one.read(
        lambda s: s.contacts._db.exec_driver_sql(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).scalar()
    )
    assert ended == 0
    found = await one.read(lambda s: s.contacts.entry(people[450]))
    assert found
    assert found.count == 4 * rounds


def _forget(people: list[str], shelves: Shelves) -> None:
    shelves.contacts.forget(people)


async def test_how_a_house_writes_is_counted_contact_by_contact(store: Store) -> None:
    await load(
        store, "k.mori@customer.example", "t.sato@customer.example", "yamada@customer.example", "a.ono@other.example"
    )
    found = await look_up(store, "t.sata@customer.example")
    assert found.forms["customer.example"] == {"l.n": 2, "n": 1}
    await store.commit(lambda shelves: shelves.contacts.forget(["k.mori@customer.example", "yamada@customer.example"]))
    found = await look_up(store, "t.sata@customer.example")
    assert found.forms["customer.example"] == {"l.n": 1}


async def test_how_a_house_writes_is_told_of_domains_that_look_alike_too(store: Store) -> None:
    await load(store, "k.mori@customer.example", "k_sato@custoner.example")
    found = await look_up(store, "k.mori@custoner.example")
    assert found.forms == {"customer.example": {"l.n": 1}, "custoner.example": {"l_n": 1}}


async def test_the_same_list_imported_again_counts_nobody_twice(store: Store) -> None:
    for _ in range(2):
        await load(store, "k.mori@customer.example")
    assert (await look_up(store, "k.morii@customer.example")).forms == {"customer.example": {"l.n": 1}}


async def test_a_clock_that_goes_to_and_fro_between_two_days_makes_no_new_day(store: Store) -> None:
    for at in (START, START - DAY, START, START - DAY):
        await deliver(store, at, RIGHT)
    found = await store.read(lambda shelves: shelves.contacts.entry(RIGHT))
    assert found
    assert (found.count, found.days, found.last_sent, found.vouched) == (4, 1, START, "")


async def test_a_domain_where_nobody_vouches_is_doubtful(store: Store, clock: TestClock) -> None:
    await load(store, RIGHT, "hayashi@partmer.example")
    await deliver(store, clock.now(), "suzuki@cusotmer.example")
    await store.commit(lambda shelves: shelves.contacts.disown("hayashi@partmer.example"))

    async def doubtful(address: str) -> tuple[bool, bool]:
        found = await look_up(store, address)
        return found.domain_known, found.domain_doubtful

    assert await doubtful("tanaka@cusotmer.example") == (True, True)
    assert await doubtful("suzuki@cusotmer.example") == (True, True), "nor does one that is written to again"
    assert await doubtful("sato@partmer.example") == (True, True)
    assert await doubtful("sato@customer.example") == (True, False)
    assert await doubtful("sato@nowhere.example") == (False, False)
    await store.commit(lambda shelves: shelves.contacts.confirmed(SENDER, "suzuki@cusotmer.example"))
    assert await doubtful("tanaka@cusotmer.example") == (True, False)
    await store.commit(lambda shelves: shelves.contacts.answered("mori@partmer.example"))
    assert await doubtful("sato@partmer.example") == (True, False)


async def test_of_very_many_domains_that_look_alike_the_one_that_knows_the_same_person_is_searched(
    store: Store,
) -> None:
    suffixes = ["com", "net", "org", "info", "biz", "de", "fr", "cn", "us", "uk", "it", "es", "nl"]
    await load(store, "tanaka@globex.co.jp", *(Imported(f"info@globex.{suffix}", count=500) for suffix in suffixes))
    found = await look_up(store, "tanaka@globex.or.jp")
    assert addresses(found.candidates) == ["tanaka@globex.co.jp"]
    assert len(found.crowds) == DOMAINS
