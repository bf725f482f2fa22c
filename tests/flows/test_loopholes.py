"""What an adversary tried against a whole house."""

from base64 import b64encode
from datetime import timedelta
from pathlib import Path

from gateway.decision import Decision
from tests.flows.test_approval import BOSS, ask, say
from tests.flows.test_by_mail import NOTICES, answered, asked, reply
from tests.flows.test_confirmed import report
from tests.flows.test_delay import ALL_MAIL, TEN, tick
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, mail, open_world
from tests.helpers.clock import TestClock

COLLEAGUE = "mori@tachibana.example"


async def test_the_delayed_mail_of_one_group_on_hold_keeps_nobody_elses_back(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    groups = '[gate.groups]\nsales = ["ono@tachibana.example"]\n'
    async with open_world(store_url, tmp_path, clock, extra=ALL_MAIL + groups) as world:
        for number in range(101):
            await world.send(mail(number=str(number), text=f"本文 {number}"), KNOWN)
        world.house.gate.set("hold-all", by="admin", reason="test", group="sales")
        world.clock.advance(timedelta(minutes=1))
        await world.send(mail(OTHER, number="other", sender=COLLEAGUE), OTHER, sender=COLLEAGUE)
        for _ in range(5):
            await tick(world, TEN)
        assert len(world.delivered(OTHER)) == 1


async def test_a_release_by_an_operator_is_no_standing_yes_to_what_needs_an_approval(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(
        store_url, tmp_path, clock, extra='[rules.content-personal-data]\naction = "approve"\n'
    ) as world:
        assert "held as" in await world.send(report("1"), KNOWN)
        hold = await world.hold()
        await world.house.flow.decide_for(hold.id, Decision("send", reason="x"), "admin@tachibana.example")
        await world.settle()
        world.clock.advance(timedelta(minutes=1))
        assert "held as" in await world.send(report("2"), KNOWN)


async def test_a_program_that_answers_every_mail_does_not_go_round_with_us(store_url: str, tmp_path: Path) -> None:
    async with open_world(store_url, tmp_path, TestClock(), extra=NOTICES) as world:
        await asked(world)
        for n in range(40):
            last = world.notices(SENDER)[-1]
            await answered(world, reply(last, f"お問い合わせを受け付けました（{n}）"))
            world.clock.advance(timedelta(seconds=10))
        assert len(world.notices(SENDER)) < 25


async def test_similar_bodies_with_other_data_are_not_the_same(store_url: str, tmp_path: Path) -> None:
    async with open_world(store_url, tmp_path, TestClock()) as world:
        one = mail(TYPO, number="1", text=LIST)
        two = mail(TYPO, number="2", text=LIST.replace("佐藤", "鈴木").replace("03-0000", "03-1111"))
        for content in (one, two):
            assert "held as" in await world.send(content, TYPO)
        await world.settle()
        holds = sorted(await world.holds(), key=lambda h: h.received_at)
        similar = await world.house.flow.similar(world.token(holds[0]))
        assert not any(each.same for each in similar)


async def test_a_copy_under_another_header_does_not_follow_a_yes(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    approve = '[rules.content-personal-data]\naction = "approve"\n'
    async with open_world(store_url, tmp_path, clock, extra=approve) as world:

        def content(persons: int) -> bytes:
            said = (f"佐藤 太郎{n} 03-0000-{n:04} 東京都港区芝公園1-{n}-1" for n in range(persons))
            words = "\r\n".join(f" =?utf-8?b?{b64encode(f'{one}, '.encode()).decode()}?=" for one in said)
            head = f"From: {SENDER}\r\nTo: {KNOWN}\r\nMessage-ID: <same@tachibana.example>\r\nSubject:{words}\r\n"
            return head.encode() + b"Content-Type: text/plain; charset=utf-8\r\n\r\nx\r\n"

        await world.send(content(20), KNOWN)
        await world.settle()
        hold = await world.hold()
        assert hold.verdict["exposure"]["persons"]["max"] == 20
        await ask(world, hold)
        assert await say(world, hold, BOSS) == "done"
        await world.send(content(200), KNOWN)
        await world.settle()
        assert len(world.delivered(KNOWN)) == 1
