"""Recent mail is remembered in numbers, in its order, bounded, and forgotten after a set time; the same on both databases."""

from datetime import timedelta

from rules.habits import habits
from rules.recent_mail import GOT_SIZE, SENT_SIZE, WIDEST, decode, minute, topic
from store.contact_counts import Delivered
from store.engine import Store
from store.recent_mail import number_of
from tests.conftest import MakeStore
from tests.helpers.clock import START
from tests.helpers.samples import RIGHT, SENDER, WRONG

DAY = timedelta(days=1)
SUBJECT = "Re: 見積書 for the annex"


async def learn(store: Store, *deliveries: Delivered) -> None:
    await store.commit(lambda shelves: shelves.recent_mail.learn(deliveries))


async def log(store: Store, address: str, side: str) -> str:
    one = number_of(address)
    return (await store.read(lambda shelves: shelves.recent_mail.logs([one])))[one, side]


async def test_a_delivery_is_remembered_of_its_sender_and_of_every_recipient(store: Store) -> None:
    await learn(store, Delivered(SENDER, [RIGHT, WRONG], START, SUBJECT))
    (sent,) = decode(await log(store, SENDER, "sent"))
    assert list(decode(await log(store, RIGHT, "got"))) == list(decode(await log(store, WRONG, "got"))) == [sent]
    assert (sent.at, sent.sender, sent.to) == (minute(START), number_of(SENDER), (number_of(RIGHT), number_of(WRONG)))
    salt = await store.read(lambda shelves: shelves.recent_mail.salt())
    assert (sent.thread, sent.words) == topic("見積書 for the annex", salt)[:2]


async def test_the_newest_stands_first_over_batches_and_within_one(store: Store) -> None:
    one, two, three = (Delivered(SENDER, [RIGHT], START + n * DAY) for n in range(3))
    await learn(store, one, two)
    await learn(store, three)
    found = [mail.at for mail in decode(await log(store, SENDER, "sent"))]
    assert found == [minute(START + n * DAY) for n in (2, 1, 0)]


async def test_neither_address_nor_subject_can_be_read_in_what_is_kept(store: Store) -> None:
    await learn(store, Delivered(SENDER, [RIGHT], START, "annex"))
    kept = await log(store, SENDER, "sent")
    assert "annex" not in kept
    assert "tanaka" not in kept
    assert topic("annex", b"").thread != next(iter(decode(kept))).thread


async def test_what_is_kept_of_a_person_is_bounded_and_still_readable(store: Store) -> None:
    for n in range(3):
        await learn(store, *(Delivered(SENDER, [RIGHT], START + (n * 200 + m) * DAY, SUBJECT) for m in range(200)))
    sent, got = await log(store, SENDER, "sent"), await log(store, RIGHT, "got")
    assert len(sent) <= SENT_SIZE
    assert len(got) <= GOT_SIZE
    assert habits(sent).mails[0].at == minute(START + 599 * DAY)
    assert len(habits(sent).mails) > len(habits(got).mails) > 90


async def test_what_goes_to_very_many_is_not_remembered(store: Store) -> None:
    many = [f"p{n}@customer.example" for n in range(WIDEST + 1)]
    await learn(store, Delivered(SENDER, many, START))
    assert await log(store, SENDER, "sent") == ""
    await learn(store, Delivered(SENDER, many[:WIDEST], START))
    assert await log(store, many[0], "got")


async def test_what_is_older_is_forgotten_and_what_is_younger_stays(store: Store) -> None:
    await learn(store, Delivered(SENDER, [RIGHT], START), Delivered(SENDER, [WRONG], START + 5 * DAY))
    assert await store.commit(lambda shelves: shelves.recent_mail.prune(START + 2 * DAY)) == 2
    assert [mail.to for mail in decode(await log(store, SENDER, "sent"))] == [(number_of(WRONG),)]
    assert await log(store, RIGHT, "got") == ""
    assert await store.commit(lambda shelves: shelves.recent_mail.prune(START + 2 * DAY)) == 0


async def test_all_nodes_use_one_salt(store: Store, make_store: MakeStore, store_url: str) -> None:
    other = await make_store(store_url)
    await learn(store, Delivered(SENDER, [RIGHT], START, SUBJECT))
    await learn(other, Delivered(SENDER, [RIGHT], START + DAY, SUBJECT))
    first, second = decode(await log(store, SENDER, "sent"))
    assert first.thread == second.thread


async def test_the_address_behind_a_number_is_that_of_the_contact(store: Store) -> None:
    await store.commit(lambda shelves: shelves.contacts.delivered([Delivered(SENDER, [RIGHT], START)]))
    asked = [number_of(RIGHT), number_of(WRONG)]
    assert await store.read(lambda shelves: shelves.recent_mail.names(asked)) == {asked[0]: RIGHT}
