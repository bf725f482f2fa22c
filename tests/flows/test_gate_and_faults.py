"""The gate's positions, machines, reports, and what breaks around a message."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from rules.base import Action
from rules.registry import rules
from store.errors import StoreDownError
from store.holds import State
from store.ids import shown
from tests.flows.world import KNOWN, LIST, OTHER, REPORT, SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

STRANGER = "mori@umibe.example"
SUPERIOR = "natori@tachibana.example"


def set_gate(world: World, position: str) -> None:
    world.house.gate.set(position, by="admin", reason="test")


async def journalled(world: World) -> list[tuple[str, str, list[str]]]:
    await world.house.store.commit(lambda _: None)
    lines = await world.house.store.read(lambda shelves: shelves.journal.search())
    return [(line.disposition, line.gate, [f["rule"] for f in line.verdict["findings"]]) for line in lines]


async def test_observe_judges_and_writes_down_and_holds_nothing(world: World) -> None:
    set_gate(world, "observe")
    assert await world.send(mail(TYPO), TYPO) == "250 2.0.0 taken"
    assert await journalled(world) == [("pass", "observe", ["recipient-typo"])]


async def test_open_passes_everything_and_says_so(world: World) -> None:
    set_gate(world, "open")
    assert await world.send(mail(TYPO, attach=LIST), TYPO) == "250 2.0.0 taken"
    assert await journalled(world) == [("pass", "open", [])]


async def test_open_passes_with_the_store_and_the_readers_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_gate(world, "open")
    await world.house.sandbox.stop()

    async def down(*_: object) -> None:
        raise StoreDownError("gone")

    monkeypatch.setattr(world.house.store, "commit", down)
    monkeypatch.setattr(world.house.store, "read", down)
    assert await world.send(mail(TYPO), TYPO) == "250 2.0.0 taken"


async def test_hold_all_holds_ordinary_mail_for_the_admins(world: World) -> None:
    set_gate(world, "hold-all")
    assert "held as" in await world.send(mail(), KNOWN)
    await world.settle()
    assert world.delivered(KNOWN) == []
    assert len(world.notices("admin@tachibana.example")) == 1
    hold = await world.hold()
    await world.decide(hold, "agree", person="admin@tachibana.example")
    await world.settle()
    assert len(world.delivered(KNOWN)) == 1


async def test_without_the_store_nothing_is_accepted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object) -> None:
        raise StoreDownError("gone")

    monkeypatch.setattr(world.house.store, "read", down)
    assert (await world.send(mail(), KNOWN)).startswith("451 ")
    assert world.hop.messages == []


async def test_a_hold_that_cannot_be_committed_is_not_accepted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object) -> None:
        raise StoreDownError("gone")

    monkeypatch.setattr(world.house.store, "commit_beside", down)
    assert (await world.send(mail(TYPO), TYPO)).startswith("451 ")
    assert await world.holds() == ()


MACHINE = """
[[senders]]
kind = "machine"
addresses = ["erp@tachibana.example"]
"""


async def test_a_machine_is_never_asked_and_its_mail_passes_with_a_note(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path / "node", clock, extra=MACHINE) as world:
        content = mail(TYPO, sender="erp@tachibana.example", attach=LIST)
        assert await world.send(content, TYPO, sender="erp@tachibana.example") == "250 2.0.0 taken"
        ((disposition, _, rules),) = await journalled(world)
        assert disposition == "pass"
        assert "recipient-typo" in rules


@pytest.mark.parametrize("rejecting", ["recipient-typo"])
async def test_a_rule_set_to_reject_refuses_in_the_session(
    store_url: str, tmp_path: Path, clock: TestClock, rejecting: str
) -> None:
    extra = f'[rules.{rejecting}]\naction = "{Action.REJECT}"\n'
    async with open_world(store_url, tmp_path / "node", clock, extra=extra) as world:
        assert (await world.send(mail(TYPO), TYPO)).startswith("550 5.7.1")
        assert world.hop.messages == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"no header at all\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 3,
        b"From: \xff\xfe\r\nSubject: =?utf-8?b?////?=\r\n\r\n\xff\xff\r\n",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nabc\r\n",
        b"A: " + b"x" * 70000 + b"\r\n\r\nabc\r\n",
    ],
)
async def test_a_message_that_cannot_be_parsed_is_passed_or_held_never_lost(world: World, content: bytes) -> None:
    reply = await world.send(content, KNOWN)
    assert reply.startswith("250 ")
    held = await world.holds()
    assert len(world.delivered(KNOWN)) + len(held) == 1
    assert await world.send(mail(number="2"), KNOWN) == "250 2.0.0 taken"


async def test_the_log_names_the_rule_that_refused_a_message(store_url: str, tmp_path: Path, clock: TestClock) -> None:
    extra = '[rules.recipient-typo]\naction = "reject"\n'
    async with open_world(store_url, tmp_path, clock, extra=extra) as world:
        with capture_logs() as lines:
            assert "550 5.7.1" in await world.send(mail(TYPO), TYPO)
    (said,) = [line for line in lines if line["event"] == "refused"]
    assert (said["reason"], said["rules"]) == ("policy", ["recipient-typo"])


async def test_a_rule_that_raises_holds_the_message_and_says_so_with_its_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> None:
        raise ValueError("03-1234-5678")

    monkeypatch.setattr(rules()["recipient-too-many-external"], "check", raising)
    with capture_logs() as lines:
        assert "held as" in await world.send(mail(), KNOWN)
    (said,) = [line for line in lines if line["event"] == "not inspected"]
    assert said["queue_id"] == (await world.hold()).queue_id
    assert "recipient-too-many-external: ValueError at " in said["reason"]
    assert "1234" not in str(lines)


async def test_a_report_by_its_sender_opens_a_ticket_calls_the_superior_and_blocks(world: World) -> None:
    await world.send(mail(STRANGER, number="7"), STRANGER)
    await world.house.store.commit(lambda _: None)
    reply = await world.send(mail(REPORT, text="宛先を間違えました。 <7@tachibana.example>", number="8"), REPORT)
    assert reply.startswith("250 ")
    await world.settle()
    assert world.delivered(REPORT) == []
    (ticket,) = await world.house.desk.tickets()
    assert ticket.certain
    assert [r.address for r in ticket.recipients] == [STRANGER]
    assert next(step.step for step in ticket.steps) == "1.1"
    assert shown(ticket.id) in world.notices(SUPERIOR)[0].as_string()
    assert "held as" in await world.send(mail(STRANGER, number="9"), STRANGER)


async def test_what_is_still_waiting_for_the_wrong_one_is_stopped_by_a_certain_report(world: World) -> None:
    world.hop.does("RCPT", "450 4.2.0 later", about=STRANGER, times=1000)
    await world.send(mail(f"{STRANGER}, {KNOWN}", number="7"), STRANGER, KNOWN)
    await world.house.store.commit(lambda _: None)
    await world.send(mail(REPORT, text=f"{STRANGER} は間違いでした <7@tachibana.example>", number="8"), REPORT)
    await world.settle()
    states = [r.state for hold in await world.house.store.read(lambda s: s.holds.open()) for r in hold.recipients]
    assert states == []


async def test_a_report_beside_other_recipients_lets_those_pass(world: World) -> None:
    assert await world.send(mail(f"{REPORT}, {KNOWN}"), REPORT, KNOWN) == "250 2.0.0 taken"
    assert len(world.delivered(KNOWN)) == 1
    assert len(await world.house.desk.tickets()) == 1


async def test_our_own_notices_pass_unjudged_when_they_are_routed_through_us(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    question = world.delivered(SENDER)[0]
    assert (await world.send(question.plain, SENDER, sender="")).startswith("250 2.0.0 taken")


async def test_a_notice_of_ours_is_no_free_pass_to_somebody_else(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    question = world.delivered(SENDER)[0]
    before = len(await journalled(world))
    await world.send(question.plain, OTHER, sender="")
    lines = await journalled(world)
    assert len(lines) == before + 1
    assert lines[0][1] == "normal"


async def test_a_notice_of_ours_is_a_free_pass_only_once(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    question = world.delivered(SENDER)[0]
    for gates in (["open"], ["normal", "open"]):
        await world.send(question.plain, SENDER, sender="")
        assert sorted(gate for did, gate, _ in await journalled(world) if did == "pass") == gates


async def test_a_notice_of_ours_is_no_free_pass_later(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    question = world.delivered(SENDER)[0]
    world.clock.advance(timedelta(minutes=11))
    await world.send(question.plain, SENDER, sender="")
    assert [gate for did, gate, _ in await journalled(world) if did == "pass"] == ["normal"]


async def test_whoever_knows_the_number_of_a_notice_to_an_outsider_sends_nothing_past_the_rules(world: World) -> None:
    stranger = "out@elsewhere.example"
    await world.send(mail(REPORT, sender=stranger, text="x", number="r"), REPORT, sender=stranger)
    await world.settle()
    (told,) = world.notices(stranger)
    forged = mail(stranger, attach=LIST).replace(b"<1@tachibana.example>", str(told["Message-ID"]).encode())
    assert "held as" in await world.send(forged, stranger, sender="")


async def test_our_own_notice_to_an_outsider_is_judged_and_passes(world: World) -> None:
    stranger = "out@elsewhere.example"
    await world.send(mail(REPORT, sender=stranger, text="x", number="r"), REPORT, sender=stranger)
    await world.settle()
    (told,) = world.delivered(stranger)
    assert (await world.send(told.plain, stranger, sender="")).startswith("250 2.0.0 taken")
    assert [gate for did, gate, _ in await journalled(world) if did == "pass"] == ["normal"]


async def test_a_client_that_hangs_up_after_the_dot_loses_nothing_and_doubles_nothing(world: World) -> None:
    async with world.client() as client:
        await client.say(f"MAIL FROM:<{SENDER}>")
        await client.say(f"RCPT TO:<{TYPO}>")
        await client.say("DATA")
        await client.send(mail(TYPO) + b".\r\n")
    for _ in range(200):
        if await world.holds():
            break
        await asyncio.sleep(0.01)
    assert (await world.hold()).state is State.HELD
