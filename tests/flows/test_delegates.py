"""Whoever may answer for a person is asked, too; the person hears who did."""

from pathlib import Path

import pytest

from tests.flows.world import SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

ASSISTANT = "abe@tachibana.example"
TEAM = "sales@tachibana.example"
EXTRA = f"""
[[organisation.people]]
address = "kato@tachibana.example"
delegates = ["{ASSISTANT}"]
[[organisation.people]]
address = "{ASSISTANT}"
name = "阿部"
teams = ["Sales@Tachibana.example"]
[[senders]]
kind = "team"
addresses = ["{TEAM}"]
"""
BOSS = "kato@tachibana.example"


def subjects(world: World, person: str) -> list[str]:
    return [told["Subject"] for told in world.notices(person)]


@pytest.mark.parametrize("kind", ["send", "cancel"])
async def test_a_delegate_is_asked_and_answers_and_the_sender_is_told_by_whom(
    store_url: str, tmp_path: Path, clock: TestClock, kind: str
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=EXTRA) as world:
        await world.send(mail(TYPO, sender=BOSS), TYPO, sender=BOSS)
        await world.settle()
        assert [len(world.notices(person)) for person in (BOSS, ASSISTANT, SENDER)] == [1, 1, 0]
        outcome = await world.decide(await world.hold(), "right", kind=kind, person=ASSISTANT)
        assert outcome
        assert outcome.result == "done"
        await world.settle()
        told = world.notices(BOSS)[1:]
        assert len(told) == 1
        assert "阿部" in told[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert len(world.notices(ASSISTANT)) == 1
        assert len(world.delivered(TYPO)) == (kind == "send")


async def test_members_of_a_team_are_asked_however_its_address_is_written(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=EXTRA) as world:
        await world.send(mail(TYPO, sender=TEAM), TYPO, sender=TEAM)
        await world.settle()
        assert [len(world.notices(person)) for person in (TEAM, ASSISTANT)] == [1, 1]
        await world.decide(await world.hold(), "right", person=ASSISTANT)
        await world.settle()
        assert "回答がありました" in subjects(world, TEAM)[-1]


async def test_a_delegate_is_reminded_and_told_of_the_end_as_the_person_is(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=EXTRA) as world:
        await world.send(mail(TYPO, sender=BOSS), TYPO, sender=BOSS)
        await world.settle()
        hold = await world.hold()
        assert hold.deadline
        for until in (hold.remind_at, hold.deadline):
            assert until
            clock.advance(until - clock.now())
            await world.house.duties.clockwork()
            await world.settle()
        assert sorted(subjects(world, ASSISTANT)) == sorted(subjects(world, BOSS))
        assert any("送信取り消し" in subject for subject in subjects(world, BOSS))
