"""The mail with the link to sign in: leads to the address where it was asked for, ends when the link does, and alarms nobody."""

import re
from datetime import timedelta

import pytest

from notifier import notices
from store.engine import Store
from store.outbox import Notice
from tests.helpers.clock import TestClock
from tests.notifier.receiver import Receiver, receiving
from tests.notifier.test_post import ORG, post_of

PERSON, ID = "natori@tachibana.example", "A" * 16
LASTS = timedelta(minutes=15)


async def asked(store: Store, place: str = "web") -> Notice:
    [notice] = await store.commit(
        lambda s: notices.sign_in(s, ORG, PERSON, sign_in_id=ID, place=place, until=s.now + LASTS)
    )
    return notice


def link_in(receiver: Receiver) -> str:
    body = receiver.messages()[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"https://\S+/sign-in/\S+", body.get_content())
    assert found
    return found[0]


@pytest.mark.parametrize(("place", "host", "purpose"), [("web", "mail", "sign-in"), ("staff", "desk", "staff-sign-in")])
async def test_the_link_leads_to_the_address_where_it_was_asked_for_and_is_good_there_alone(
    store: Store, clock: TestClock, place: str, host: str, purpose: str
) -> None:
    async with receiving() as receiver:
        await asked(store, place)
        await post_of(store, clock, receiver).send_due()
        base, _, token = link_in(receiver).rpartition("/")
    assert base == f"https://{host}.tachibana.example/sign-in"
    for one in ("sign-in", "staff-sign-in", "question", "desk"):
        link = await store.read(lambda s, of=one: s.links.follow(token, of))  # type: ignore[misc]
        assert (link is not None) is (one == purpose)
    found = await store.read(lambda s: s.links.follow(token, purpose))
    assert found is not None
    assert (found.object_id, found.person) == (ID, PERSON)
    clock.advance(LASTS)
    assert await store.read(lambda s: s.links.follow(token, purpose)) is None


async def test_a_mail_whose_link_has_ended_is_not_sent_any_more(store: Store, clock: TestClock) -> None:
    await asked(store)
    clock.advance(LASTS)
    async with receiving() as receiver:
        assert await post_of(store, clock, receiver).send_due() == 1
        assert receiver.got == []
    assert (await store.read(lambda s: s.outbox.counts()))["failed"] == 1


async def test_an_address_that_does_not_exist_alarms_nobody(store: Store, clock: TestClock) -> None:
    await asked(store)
    async with receiving(rcpt="550 5.1.1 unknown") as receiver:
        await post_of(store, clock, receiver).send_due()
    counts = await store.read(lambda s: s.outbox.counts())
    assert (counts["failed"], counts["waiting"]) == (1, 0)
