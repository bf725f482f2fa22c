"""Somebody else's yes, through the real relay: asked for, given by enough people, sent back, silent; and never by the sender."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.decision import Decision, Outcome, risks
from mail.removal import NOTE
from response.desk import Report
from store.blocks import BlockRow
from store.holds import Hold, State
from store.ids import new_id
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

BOSS, MORI, KANEKO, ADMIN = (f"{n}@tachibana.example" for n in ("natori", "mori", "kaneko", "admin"))
APPROVE = """
[rules.recipient-typo]
action = "approve"
[rules.content-personal-data]
action = "approve"
"""
PEOPLE = """
[[organisation.people]]
address = "kaneko@tachibana.example"
aliases = ["misaki@tachibana.example"]
"""
TWO = """
[approval]
approvers = ["superior", "deputy"]
needed = 2
"""
Open = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def opened(store_url: str, tmp_path: Path, clock: TestClock) -> Open:
    """A world with further settings."""
    return lambda extra=APPROVE, node="node": open_world(store_url, tmp_path / node, clock, extra=extra)


async def held(world: World, **kept: str) -> Hold:
    """A message that wants somebody else's yes, with its question sent."""
    assert (await world.send(mail(TYPO, **kept), TYPO)).startswith("250")
    await world.settle()
    return await world.hold()


async def ask(
    world: World, hold: Hold, *choices: str, why: str = "急ぎです", person: str = SENDER, to: tuple[str, ...] = ()
) -> Outcome | None:
    """Answer with "ask" for what somebody else must say yes to, and with `choices` for the rest."""
    token = world.token(hold, person)
    copies = await world.house.flow.question(token)
    picked = {r.id: next((c for c in (*choices, "ask") if c in r.choices), "") for r in risks(copies or ())}
    outcome = await world.house.flow.decide(token, Decision("send", picked, why, to))
    await world.settle()
    return outcome


def link(world: World, hold: Hold, person: str) -> str:
    return world.house.store.seal.token(hold.group_id, person, "approval")


async def say(world: World, hold: Hold, person: str, *, approve: bool = True, comment: str = "") -> str:
    outcome = await world.house.flow.say(link(world, hold, person), approve=approve, comment=comment)
    await world.settle()
    return outcome.result if outcome else "404"


def subjects(world: World, address: str) -> list[str]:
    return [notice["Subject"].split("】")[0] + "】" for notice in world.notices(address)]


async def state(world: World, hold: Hold) -> State:
    return next(h.state for h in await world.holds() if h.id == hold.id)


async def test_a_message_waits_for_the_superior_and_leaves_with_the_superiors_yes(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        outcome = await ask(world, hold)
        assert outcome is not None
        assert outcome.result == "asked"
        assert await state(world, hold) is State.HELD
        assert world.delivered(TYPO) == []
        (asked,) = world.notices(BOSS)
        said = asked.get_body(("plain",)).get_content()  # type: ignore[union-attr] # a notice has one
        assert "急ぎです" in said
        assert SENDER in said
        assert f"/a/{link(world, hold, BOSS)}" in said
        assert await say(world, hold, BOSS, comment="電話で確認しました") == "done"
        assert len(world.delivered(TYPO)) == 1
        now = next(iter(await world.holds()))
        assert now.decision is not None
        assert [one["person"] for one in now.decision["approvals"]] == [BOSS]
        assert (now.decided_by, now.decision["asked_by"]) == (BOSS, SENDER)
        assert subjects(world, SENDER) == ["【送信保留】", "【承認済み】"]


async def test_the_sender_asks_of_his_own_will_where_he_could_say_yes_himself(world: World) -> None:
    hold = await held(world)
    assert (await ask(world, hold)).result == "asked"  # type: ignore[union-attr] # the link is good
    assert world.delivered(TYPO) == []
    assert await say(world, hold, BOSS) == "done"
    assert len(world.delivered(TYPO)) == 1


async def test_without_a_word_of_why_nobody_is_asked(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        outcome = await ask(world, hold, why="  ")
        assert outcome is not None
        assert (outcome.result, outcome.missing) == ("missing", ("why",))
        assert world.notices(BOSS) == []


async def test_what_the_sender_corrects_needs_no_approval(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        assert (await ask(world, hold, "correct")).result == "done"  # type: ignore[union-attr] # the link is good
        assert len(world.delivered(KNOWN)) == 1


async def test_with_the_superiors_yes_it_leaves_without_the_file_that_the_sender_took_out(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world, attach=LIST)
        assert (await ask(world, hold, "remove")).result == "asked"  # type: ignore[union-attr] # the link is good
        assert await say(world, hold, BOSS) == "done"
        (taken,) = world.delivered(TYPO)
        assert NOTE in taken.plain
        assert b"filename" not in taken.plain
        decision = (await world.hold()).decision
        assert decision is not None
        assert (decision["remove"], decision["agreed"], decision["confirmed"]) == (["顧客一覧.csv"], [], [TYPO])


async def test_two_of_two_must_agree_and_the_first_yes_sends_nothing(opened: Open) -> None:
    async with opened(TWO + APPROVE) as world:
        hold = await held(world)
        await ask(world, hold)
        assert await say(world, hold, BOSS) == "done"
        assert await say(world, hold, BOSS) == "already", "one person is one"
        assert world.delivered(TYPO) == []
        assert await say(world, hold, MORI) == "done"
        assert len(world.delivered(TYPO)) == 1


async def test_one_no_sends_it_back_with_the_comment_and_the_sender_answers_anew(opened: Open) -> None:
    async with opened(TWO + APPROVE) as world:
        hold = await held(world)
        await ask(world, hold)
        assert await say(world, hold, BOSS, approve=False) == "missing", "a no says why"
        assert await say(world, hold, BOSS, approve=False, comment="別の方では") == "done"
        assert await say(world, hold, MORI) == "already"
        assert world.delivered(TYPO) == []
        back = world.notices(SENDER)[-1]
        assert "別の方では" in back.get_body(("plain",)).get_content()  # type: ignore[union-attr] # a notice has one
        assert subjects(world, MORI) == ["【承認のお願い】", "【対応済み】"]
        assert (await world.hold()).deadline, "it runs anew"
        assert (await ask(world, hold, why="電話で確かめました")).result == "asked"  # type: ignore[union-attr] # the link is good
        assert [await say(world, hold, who) for who in (BOSS, MORI)] == ["done", "done"]
        assert len(world.delivered(TYPO)) == 1


async def test_a_sender_who_cancels_or_answers_anew_ends_it_for_the_approvers(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        await ask(world, hold)
        assert (await world.decide(hold, kind="take-back")).result == "done"  # type: ignore[union-attr] # the link is good
        await world.settle()
        assert await say(world, hold, BOSS) == "already"
        assert subjects(world, BOSS) == ["【承認のお願い】", "【対応済み】"]
        assert (await world.hold()).deadline
        await ask(world, hold)
        assert (await world.decide(hold, kind="cancel")).result == "done"  # type: ignore[union-attr] # the link is good
        assert await say(world, hold, BOSS) == "already"
        assert await state(world, hold) is State.CANCELLED
        assert (await world.decide(hold, kind="bring-back")).result == "done"  # type: ignore[union-attr] # the link is good
        assert await say(world, hold, BOSS) == "already", "what was asked before does not come back"
        assert world.delivered(TYPO) == []


async def test_a_sender_cannot_say_yes_in_another_window_while_it_waits(world: World) -> None:
    hold = await held(world)
    await ask(world, hold)
    assert (await world.decide(hold, "right")).result == "already"  # type: ignore[union-attr] # the link is good
    assert world.delivered(TYPO) == []


async def test_a_link_of_a_question_approves_nothing_and_nobody_approves_unasked(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        await ask(world, hold)
        flow = world.house.flow
        assert await flow.say(world.token(hold, BOSS), approve=True) is None
        assert await flow.say(world.token(hold, SENDER), approve=True) is None
        for person in (SENDER, MORI, "x@customer.example"):
            made = await world.house.store.commit(lambda s, p=person: s.links.make(hold.group_id, p, "approval"))  # type: ignore[misc]
            assert await flow.say(made, approve=True) is None
        assert await flow.request("mangled") is None
        assert world.delivered(TYPO) == []


async def test_nobody_answers_they_are_reminded_in_working_time_deputies_are_asked_and_then_it_is_cancelled_and_told(
    opened: Open,
) -> None:
    people = '[[organisation.people]]\naddress = "boss@tachibana.example"\ndeputy = "kaneko@tachibana.example"\n'
    cases = '[approval]\napprovers = ["boss@tachibana.example"]\n'
    async with opened(people + PEOPLE + cases + APPROVE) as world:
        hold = await held(world)
        await ask(world, hold)
        duties = world.house.duties
        world.clock.advance(timedelta(hours=3, minutes=59))
        await duties.remind()
        await world.settle()
        assert world.notices(KANEKO) == []
        world.clock.advance(timedelta(hours=1))
        await duties.remind()
        await world.settle()
        assert subjects(world, "boss@tachibana.example") == ["【承認のお願い】", "【再度のお願い】"]
        assert subjects(world, KANEKO) == ["【承認のお願い】"]
        world.clock.advance(timedelta(days=7))
        await duties.expire()
        await world.settle()
        assert await state(world, hold) is State.EXPIRED
        assert subjects(world, KANEKO)[-1] == "【対応済み】"
        assert subjects(world, SENDER)[-1] == "【送信取り消し】"
        assert await say(world, hold, KANEKO) == "already"
        assert world.delivered(TYPO) == []


async def test_a_deputys_yes_counts_once_they_were_asked(opened: Open) -> None:
    people = '[[organisation.people]]\naddress = "boss@tachibana.example"\ndeputy = "kaneko@tachibana.example"\n'
    async with opened(people + PEOPLE + '[approval]\napprovers = ["boss@tachibana.example"]\n' + APPROVE) as world:
        hold = await held(world)
        await ask(world, hold)
        assert await say(world, hold, KANEKO) == "404"
        world.clock.advance(timedelta(hours=5))
        await world.house.duties.remind()
        await world.settle()
        assert await say(world, hold, KANEKO) == "done"
        assert len(world.delivered(TYPO)) == 1


async def test_silence_may_give_it_back_to_its_sender(opened: Open) -> None:
    async with opened('[approval]\nsilence = "return"\n' + APPROVE) as world:
        hold = await held(world)
        await ask(world, hold)
        world.clock.advance(timedelta(days=7))
        await world.house.duties.expire()
        await world.settle()
        assert await state(world, hold) is State.HELD
        assert subjects(world, SENDER)[-1] == "【差し戻し】"
        assert subjects(world, BOSS)[-1] == "【対応済み】"
        assert await say(world, hold, BOSS) == "already"
        await world.house.duties.expire()
        assert await state(world, hold) is State.HELD, "a new deadline runs"


async def test_an_approver_who_left_the_settings_approves_nothing_and_others_are_asked(opened: Open) -> None:
    async with opened(f'[approval]\napprovers = ["{MORI}"]\n' + APPROVE) as world:
        hold = await held(world)
        await ask(world, hold)
        flow = world.house.flow
        # As after a reload of settings that name somebody else, on the same store.
        named = flow.options.approval.model_copy(update={"approvers": (BOSS,)})
        flow.options = replace(flow.options, approval=named)
        request = await flow.request(link(world, hold, MORI))
        assert request is not None
        assert (request.may_answer, request.standing.left) == (False, (MORI,))
        assert await say(world, hold, MORI) == "not-possible"
        assert await world.house.duties.ask_in_place() == 1
        assert await world.house.duties.ask_in_place() == 0
        await world.settle()
        assert subjects(world, BOSS) == ["【承認のお願い】"]
        assert await say(world, hold, BOSS) == "done"
        assert len(world.delivered(TYPO)) == 1


async def test_a_copy_that_comes_meanwhile_was_not_seen_so_its_sender_answers_anew(opened: Open) -> None:
    async with opened() as world:
        text = mail(f"{TYPO}, {OTHER}", attach=LIST)
        assert (await world.send(text, TYPO)).startswith("250")
        await world.settle()
        (hold,) = await world.holds()
        await ask(world, hold)
        assert (await world.send(text, OTHER)).startswith("250")
        assert await say(world, hold, BOSS) == "already"
        assert world.delivered(TYPO) == []
        assert subjects(world, SENDER)[-1] == "【差し戻し】"
        await ask(world, hold)
        assert await say(world, hold, BOSS) == "done"
        assert len(world.delivered(TYPO)) == len(world.delivered(OTHER)) == 1


async def test_a_copy_that_comes_later_to_somebody_the_approvers_did_not_see_asks_by_itself(opened: Open) -> None:
    async with opened() as world:
        text = mail(f"{TYPO}, {OTHER}", attach=LIST)
        assert (await world.send(text, TYPO)).startswith("250")
        await world.settle()
        (hold,) = await world.holds()
        await ask(world, hold)
        assert await say(world, hold, BOSS) == "done"
        assert (await world.send(text, TYPO)).startswith("250")
        assert (await world.send(text, OTHER)).startswith("250")
        await world.settle()
        assert len(world.delivered(TYPO)) == 2, "what they saw follows their answer"
        assert world.delivered(OTHER) == []
        assert subjects(world, SENDER)[-1] == "【送信保留】"


async def test_who_was_blocked_meanwhile_is_not_approved(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        await ask(world, hold)
        await world.house.store.commit(
            lambda s: s.blocks.add(
                BlockRow(new_id(), TYPO, lenient=False, owner=ADMIN, reason="", ticket_id="", created_at=s.now)
            )
        )
        assert await say(world, hold, BOSS) == "already"
        assert await state(world, hold) is State.HELD
        assert world.delivered(TYPO) == []


async def test_an_operator_may_let_it_go_and_the_approvers_hear_of_it(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        await ask(world, hold)
        assert (await world.house.flow.decide_for(hold.id, Decision("send"), ADMIN)).result == "done"  # type: ignore[union-attr]
        await world.settle()
        assert subjects(world, BOSS)[-1] == "【対応済み】"
        assert await say(world, hold, BOSS) == "already"
        assert len(world.delivered(TYPO)) == 1


async def test_the_frozen_evidence_of_a_ticket_says_who_approved(opened: Open) -> None:
    async with opened() as world:
        hold = await held(world)
        await ask(world, hold)
        await say(world, hold, BOSS, comment="確認済み")
        ticket = await world.house.desk.report(
            Report(channel="link", reporter=SENDER, hold_id=hold.id, wrong=(TYPO,), proven=True)
        )
        entries = await world.house.store.read(lambda s: s.evidence.of(ticket.id))
        decided = [json.dumps(e.body, ensure_ascii=False, default=str) for e in entries if e.object == "decision"]
        assert any(BOSS in body and "確認済み" in body for body in decided)


async def test_of_many_answers_at_once_each_round_has_one_end(opened: Open) -> None:
    async with opened(TWO + APPROVE) as world:
        hold = await held(world)
        await ask(world, hold)
        flow, (boss, mori) = world.house.flow, (link(world, hold, who) for who in (BOSS, MORI))
        acts = [flow.say(token, approve=True) for token in (boss, mori) for _ in range(5)]
        acts += [flow.say(boss, approve=False, comment="だめ"), flow.decide(world.token(hold), Decision("cancel"))]
        outcomes = [o.result for o in await asyncio.gather(*acts) if o]
        await world.settle()
        ends = await world.house.store.read(lambda s: [r.state for r in s.approvals.of(hold.group_id)])
        assert len(ends) == 1
        expected = {"approved": (State.RELEASED, 1), "sent-back": (State.HELD, 0), "cancelled": (State.CANCELLED, 0)}
        assert (await state(world, hold), len(world.delivered(TYPO))) == expected[ends[0]] or (
            ends[0] == "sent-back" and await state(world, hold) is State.CANCELLED
        )
        assert outcomes.count("done") <= 3
