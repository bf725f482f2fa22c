"""Silence: what the settings say of a question that nobody answers, and a release by the help desk."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.decision import Decision
from store.blocks import BlockRow
from store.holds import State
from store.ids import new_id, shown
from store.shelves import Shelves
from tests.flows.world import KNOWN, LIST, SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

ADMIN = "admin@tachibana.example"
DEPUTY = "mori@tachibana.example"
DEADLINE = timedelta(days=4)
"""More than 24 working hours, whatever the weekday."""
STAND_IN = '[[organisation.people]]\naddress = "sato@tachibana.example"\ndeputy = "mori@tachibana.example"\n'


def typo(silence: str, *more: str) -> str:
    return "\n".join(['[[policy]]\nrules = ["recipient-typo"]\naction = "hold"', f'silence = "{silence}"', *more, ""])


async def unanswered(world: World, *recipients: str, content: bytes = b"", sender: str = SENDER) -> None:
    """Held, asked about, and the deadline passed without an answer."""
    reply = await world.send(content or mail(TYPO, sender=sender), *(recipients or (TYPO,)), sender=sender)
    assert "held as" in reply
    await world.settle()
    await later(world)


async def later(world: World) -> None:
    world.clock.advance(DEADLINE)
    await world.house.duties.clockwork()
    await world.settle()


def subjects(world: World, person: str) -> list[str]:
    return [str(notice["Subject"]) for notice in world.notices(person)]


async def test_without_a_word_in_the_settings_it_is_cancelled_and_told(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock) as world:
        await unanswered(world)
        assert ((await world.hold()).state, world.delivered(TYPO)) == (State.EXPIRED, [])


async def test_send_sends_a_recipient_in_doubt_only_where_it_is_written_out(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=typo("send", "send_flagged = true")) as world:
        await unanswered(world)
        assert (await world.hold()).state is State.RELEASED
        assert len(world.delivered(TYPO)) == 1
        assert any("送信済み" in subject for subject in subjects(world, SENDER))
        question = world.notices(SENDER)[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "その時点で送信されます" in question


async def test_what_is_in_a_file_may_be_sent_in_silence_but_not_while_a_recipient_is_in_doubt(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    extra = '[[policy]]\nrules = ["content-personal-data"]\naction = "hold"\nsilence = "send"\n'
    async with open_world(store_url, tmp_path, clock, extra=extra) as world:
        await unanswered(world, KNOWN, content=mail(KNOWN, attach=LIST))
        assert len(world.delivered(KNOWN)) == 1
        await unanswered(world, TYPO, content=mail(TYPO, attach=LIST, number="2"))
        assert world.delivered(TYPO) == []


async def test_what_somebody_must_sign_in_for_is_not_sent_in_silence(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    extra = '[hold]\nsign_in_persons = 10\n[[policy]]\nrules = ["content-personal-data"]\naction = "hold"\nsilence = "send"\n'
    async with open_world(store_url, tmp_path, clock, extra=extra) as world:
        await unanswered(world, KNOWN, content=mail(KNOWN, attach=LIST))
        assert ((await world.hold()).state, world.delivered(KNOWN)) == (State.EXPIRED, [])
        question = world.notices(SENDER)[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "その時点で送信されます" not in question


async def test_silence_sends_nobody_who_was_blocked_meanwhile(store_url: str, tmp_path: Path, clock: TestClock) -> None:
    async with open_world(store_url, tmp_path, clock, extra=typo("send", "send_flagged = true")) as world:
        await world.send(mail(TYPO), TYPO)
        await world.settle()

        def block(shelves: Shelves) -> None:
            until = shelves.now + timedelta(days=30)
            shelves.blocks.add(BlockRow(new_id(), TYPO, False, "admin", "test", "", shelves.now, until))

        await world.house.store.commit(block)
        await later(world)
        assert ((await world.hold()).state, world.delivered(TYPO)) == (State.EXPIRED, [])


@pytest.mark.parametrize("gate", ["normal", "hold-all"])
async def test_on_the_day_of_an_incident_silence_cancels(
    store_url: str, tmp_path: Path, clock: TestClock, gate: str
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=typo("send", "send_flagged = true")) as world:
        await world.send(mail(TYPO), TYPO)
        await world.settle()
        world.house.gate.set(gate, by="admin", reason="test")
        await later(world)
        assert len(world.delivered(TYPO)) == (gate == "normal")


async def test_return_cancels_and_hands_it_back_as_undelivered(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=typo("return")) as world:
        await unanswered(world)
        assert ((await world.hold()).state, world.delivered(TYPO)) == (State.EXPIRED, [])
        (report,) = [n for n in world.notices(SENDER) if n.get_content_type() == "multipart/report"]
        text = report.as_string()
        assert "5.4.7" in text
        assert TYPO in text


async def test_the_deputy_is_asked_before_it_is_cancelled_and_may_answer(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    sender = "sato@tachibana.example"
    async with open_world(store_url, tmp_path, clock, extra=typo("deputy") + STAND_IN) as world:
        await unanswered(world, sender=sender)
        hold = await world.hold()
        assert (hold.state, hold.asked) == (State.HELD, (sender, DEPUTY))
        assert hold.deadline
        assert hold.deadline > clock.now()
        assert any(shown(hold.id) in subject for subject in subjects(world, DEPUTY))
        outcome = await world.decide(hold, "right", person=DEPUTY)
        assert outcome
        assert outcome.result == "done"
        await world.settle()
        assert len(world.delivered(TYPO)) == 1


async def test_when_the_deputy_does_not_answer_either_it_is_cancelled(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=typo("deputy") + STAND_IN) as world:
        await unanswered(world, sender="sato@tachibana.example")
        await later(world)
        assert ((await world.hold()).state, world.delivered(TYPO)) == (State.EXPIRED, [])


async def test_a_short_deadline_too_reminds_the_deputy_before_it_ends(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    extra = '[hold]\ndeadline = "40m"\n' + STAND_IN
    async with open_world(store_url, tmp_path, clock, extra=extra) as world:
        await world.send(mail(TYPO, sender="sato@tachibana.example"), TYPO, sender="sato@tachibana.example")
        await world.settle()
        for _ in range(39):
            clock.advance(timedelta(minutes=1))
            await world.house.duties.clockwork()
            await world.settle()
        assert (await world.hold()).state is State.HELD
        assert len(world.notices(DEPUTY)) == 1


async def test_a_release_by_the_help_desk_is_told_to_sender_and_admins_and_written_down(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock) as world:
        await world.send(mail(TYPO), TYPO)
        await world.settle()
        hold = await world.hold()
        await world.house.flow.decide_for(
            hold.id, Decision("send", reason="電話で本人に確認"), "help@tachibana.example"
        )
        await world.settle()
        assert len(world.delivered(TYPO)) == 1
        for person in (SENDER, ADMIN):
            body = world.notices(person)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
            assert "help@tachibana.example" in body
            assert "電話で本人に確認" in body
        entry = (await world.house.store.read(lambda shelves: shelves.audit.newest()))[0]
        assert (entry["who"], entry["act"], entry["object"]) == ("help@tachibana.example", "send", hold.id)
        assert entry["details"] == {"operator": True, "signed_in": False, "reason": "電話で本人に確認"}
