"""Hold → confirm → release: nothing leaves unasked, one decision counts, and what was decided is what happens."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.decision import Decision, risks
from store.holds import Delivery, State
from store.ids import shown
from store.tables.holds import contents
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, World, mail, open_house, open_world
from tests.helpers.clock import TestClock


async def hold_typo(world: World, *recipients: str, number: str = "1") -> None:
    """One mistyped mail, held, and its question sent."""
    reply = await world.send(mail(TYPO, number=number), *(recipients or (TYPO,)))
    assert reply.startswith("250 2.0.0 Ok: held as "), reply
    await world.settle()


async def test_a_mistyped_address_is_held_and_its_sender_asked(world: World) -> None:
    reply = await world.send(mail(TYPO), TYPO)
    hold = await world.hold()
    assert reply == f"250 2.0.0 Ok: held as {shown(hold.id)}"
    await world.settle()
    assert world.delivered(TYPO) == []
    (question,) = world.notices(SENDER)
    assert shown(hold.id) in str(question["Subject"])
    assert f"/q/{world.token(hold)}" in question.as_string().replace("=\n", "")
    assert question["Auto-Submitted"] == "auto-generated"
    assert world.delivered(SENDER)[0].sender == ""


async def test_no_question_or_answer_sends_it_to_the_one_who_was_meant(world: World) -> None:
    await hold_typo(world)
    outcome = await world.decide(await world.hold(), "correct")
    assert outcome
    assert outcome.result == "done"
    await world.settle()
    (taken,) = world.delivered(KNOWN)
    assert world.delivered(TYPO) == []
    assert (
        taken.plain.partition(b"From: ")[2] == mail(TYPO).replace(TYPO.encode(), KNOWN.encode()).partition(b"From: ")[2]
    )


async def test_it_is_right_lets_it_go_unaltered_and_is_remembered(world: World) -> None:
    await hold_typo(world)
    await world.decide(await world.hold(), "right")
    await world.settle()
    (taken,) = world.delivered(TYPO)
    assert taken.plain.endswith(mail(TYPO))
    assert (await world.send(mail(TYPO, number="2"), TYPO)) == "250 2.0.0 taken"


async def test_one_recipient_left_out_the_others_get_it(world: World) -> None:
    await hold_typo(world, TYPO, OTHER)
    await world.decide(await world.hold(), "omit")
    await world.settle()
    assert world.delivered(TYPO) == []
    assert len(world.delivered(OTHER)) == 1


async def test_everyone_left_out_is_a_cancelled_message(world: World) -> None:
    await hold_typo(world)
    await world.decide(await world.hold(), "omit")
    assert (await world.hold()).state is State.CANCELLED


async def test_without_a_choice_for_every_risk_nothing_leaves(world: World) -> None:
    reply = await world.send(mail(TYPO, attach=LIST), TYPO)
    assert "held as" in reply
    await world.settle()
    hold = await world.hold()
    outcome = await world.decide(hold, "right")
    assert outcome
    assert (outcome.result, len(outcome.missing)) == ("missing", 1)
    await world.settle()
    assert world.delivered(TYPO) == []
    assert (await world.hold()).state is State.HELD


async def test_a_choice_that_a_risk_does_not_offer_counts_as_none(world: World) -> None:
    await hold_typo(world)
    hold = await world.hold()
    (risk,) = risks([hold])
    outcome = await world.house.flow.decide(world.token(hold), Decision("send", {risk.id: "agree"}))
    assert outcome
    assert outcome.result == "missing"


async def test_a_cancelled_message_never_leaves_and_can_be_brought_back(world: World) -> None:
    await hold_typo(world)
    hold = await world.hold()
    await world.decide(hold, kind="cancel")
    await world.settle()
    assert (await world.hold()).state is State.CANCELLED
    assert world.delivered(TYPO) == []
    back = await world.decide(hold, kind="bring-back")
    assert back
    assert back.result == "done"
    again = await world.hold()
    assert again.state is State.HELD
    assert again.deadline
    await world.decide(again, "right")
    await world.settle()
    assert len(world.delivered(TYPO)) == 1


async def test_after_seven_days_a_cancelled_message_stays_cancelled_and_its_link_ends(world: World) -> None:
    await hold_typo(world)
    hold = await world.hold()
    await world.decide(hold, kind="cancel")
    world.clock.advance(timedelta(days=7, seconds=1))
    assert await world.decide(hold, kind="bring-back") is None
    assert (await world.hold()).state is State.CANCELLED


async def test_an_unknown_or_mangled_link_opens_nothing(world: World) -> None:
    await hold_typo(world)
    token = world.token(await world.hold())
    for wrong in ("", "x", token[:-1], token + "A", token.swapcase()):
        assert await world.house.flow.question(wrong) is None
        assert await world.house.flow.decide(wrong, Decision("cancel")) is None


async def test_the_deadline_runs_from_when_the_question_was_accepted(world: World) -> None:
    world.hop.does("RCPT", "450 4.2.0 later", about=SENDER)
    await hold_typo(world)
    assert (await world.hold()).deadline is None
    world.clock.advance(timedelta(minutes=1))
    await world.settle()
    hold = await world.hold()
    assert hold.asked_at
    assert hold.deadline
    # 24 working hours of nine-hour days from a Wednesday morning.
    assert hold.deadline - hold.asked_at > timedelta(days=2)


async def test_a_question_that_cannot_be_sent_alarms_the_admins_and_stops_the_deadline(world: World) -> None:
    world.hop.does("RCPT", "550 5.1.1 no such user", about=SENDER, times=100)
    await hold_typo(world)
    hold = await world.hold()
    assert hold.deadline is None
    assert hold.state is State.HELD
    (alarm,) = world.notices("admin@tachibana.example")
    assert shown(hold.id) in alarm.as_string()


async def test_silence_reminds_then_cancels_and_tells(world: World) -> None:
    await hold_typo(world)
    world.clock.advance(timedelta(minutes=15, seconds=1))
    await world.house.duties.clockwork()
    await world.settle()
    assert len(world.notices(SENDER)) == 2
    for _ in range(4 * 7):
        world.clock.advance(timedelta(hours=6))
        await world.house.duties.clockwork()
        await world.settle()
    assert (await world.hold()).state is State.EXPIRED
    assert world.delivered(TYPO) == []
    assert len(world.notices(SENDER)) >= 3
    back = await world.decide(await world.hold(), kind="bring-back")
    assert back is None or back.result == "done"


async def test_a_wall_clock_that_jumps_a_day_cancels_nothing(world: World) -> None:
    await hold_typo(world)
    world.clock.set_wall(world.clock.now() + timedelta(days=30))
    await world.house.duties.clockwork()
    assert (await world.hold()).state is State.HELD


async def test_a_release_that_is_refused_for_now_is_tried_again_and_delivered_once(world: World) -> None:
    await hold_typo(world)
    await world.decide(await world.hold(), "right")
    world.hop.does("DOT", "451 4.3.0 later")
    await world.settle()
    assert world.delivered(TYPO) == []
    world.clock.advance(timedelta(minutes=2))
    await world.settle()
    assert len(world.delivered(TYPO)) == 1
    (recipient,) = (await world.hold()).recipients
    assert recipient.state is Delivery.DELIVERED
    assert recipient.reply == "250 2.0.0 taken"


async def test_a_release_that_is_refused_for_good_is_told_to_the_sender(world: World) -> None:
    await hold_typo(world)
    await world.decide(await world.hold(), "right")
    world.hop.does("RCPT", "550 5.1.1 no such user", about=TYPO)
    await world.settle()
    (recipient,) = (await world.hold()).recipients
    assert recipient.state is Delivery.FAILED
    assert "550 5.1.1 no such user" in world.notices(SENDER)[-1].as_string()


async def test_a_release_that_is_refused_for_five_days_is_given_up_and_told(world: World) -> None:
    await hold_typo(world)
    await world.decide(await world.hold(), "right")
    world.hop.does("RCPT", "450 4.2.0 later", about=TYPO, times=1000)
    for _ in range(33):
        await world.settle()
        world.clock.advance(timedelta(hours=4))
    (recipient,) = (await world.hold()).recipients
    assert recipient.state is Delivery.FAILED
    assert "450 4.2.0 later" in world.notices(SENDER)[-1].as_string()


async def test_copies_of_one_send_make_one_question_and_share_its_answer(world: World) -> None:
    await world.send(mail(f"{TYPO}, {OTHER}", attach=LIST), TYPO)
    await world.send(mail(f"{TYPO}, {OTHER}", attach=LIST), OTHER)
    await world.settle()
    assert len(world.notices(SENDER)) == 1
    first, second = sorted(await world.holds(), key=lambda hold: hold.group_id != hold.id)
    assert second.group_id == first.id
    assert second.deadline == first.deadline
    await world.decide(first, "correct", "agree")
    await world.settle()
    assert len(world.delivered(KNOWN)) == 1
    assert len(world.delivered(OTHER)) == 1


async def test_a_late_copy_follows_the_answer_that_covers_it(world: World) -> None:
    await world.send(mail(f"{TYPO}, {OTHER}", attach=LIST), TYPO)
    await world.settle()
    await world.decide(await world.hold(), "omit", "agree")
    await world.send(mail(f"{TYPO}, {OTHER}", attach=LIST), TYPO)
    await world.settle()
    assert len(world.notices(SENDER)) == 1
    assert world.delivered(TYPO) == []


async def test_a_late_copy_with_something_new_asks_by_itself(world: World) -> None:
    await world.send(mail(f"{TYPO}, {OTHER}", attach=LIST), OTHER)
    await world.settle()
    await world.decide(await world.hold(), "agree")
    await world.settle()
    await world.send(mail(f"{TYPO}, {OTHER}", attach=LIST), TYPO)
    await world.settle()
    assert world.delivered(TYPO) == []
    assert len([h for h in await world.holds() if h.state is State.HELD]) == 1
    assert len(world.notices(SENDER)) == 2


async def test_a_late_copy_of_a_cancelled_send_is_cancelled(world: World) -> None:
    await hold_typo(world)
    await world.decide(await world.hold(), kind="cancel")
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    assert {hold.state for hold in await world.holds()} == {State.CANCELLED}
    assert world.delivered(TYPO) == []


@pytest.mark.parametrize(
    ("reverse_path", "head_from"),
    [
        ("someone@outside.example", SENDER),
        ("SRS0=HHH=TT=outside.example=x@tachibana.example", "x@outside.example"),
        ("news-a=b.example@tachibana.example", "x@outside.example"),
        ("", "x@outside.example"),
    ],
)
async def test_a_question_never_leaves_our_own_domains(world: World, reverse_path: str, head_from: str) -> None:
    reply = await world.send(mail(TYPO, sender=head_from), TYPO, sender=reverse_path)
    assert "held as" in reply
    await world.settle()
    told = {recipient for taken in world.hop.messages for recipient in taken.recipients}
    assert told == {"admin@tachibana.example"}


async def test_two_buttons_pressed_at_once_are_one_decision_and_one_delivery(world: World) -> None:
    for number in range(10):
        await hold_typo(world, number=str(number))
        hold = next(h for h in await world.holds() if h.state is State.HELD)
        outcomes = await asyncio.gather(*(world.decide(hold, "right") for _ in range(2)))
        assert sorted(o.result for o in outcomes if o) == ["already", "done"]
        await world.house.store.commit(lambda shelves: shelves.contacts.disown(TYPO))
        await asyncio.gather(world.house.flow.release_due(), world.house.flow.release_due())
        await world.settle()
    assert len(world.delivered(TYPO)) == 10


@pytest.mark.parametrize("rounds", [50, pytest.param(200, marks=[pytest.mark.soak, pytest.mark.timeout(300)])])
async def test_two_processes_releasing_at_once_deliver_once_each_time(
    store_url: str, tmp_path: Path, clock: TestClock, rounds: int
) -> None:
    async with (
        open_world(store_url, tmp_path / "one", clock, extra="[hold]\nmany = 0\n") as world,  # a question each
        open_house(store_url, tmp_path / "one", clock, world.hop.port, node="two") as other,
    ):
        tokens = []
        for number in range(rounds):
            await world.send(mail(TYPO, number=str(number)), TYPO)
        await world.settle()
        for hold in await world.holds():
            (risk,) = risks([hold])
            tokens.append((world.token(hold), Decision("send", {risk.id: "right"})))

        async def race(token: str, decision: Decision) -> list[str]:
            # The other node's links are signed with the same key: both read it from the shared folder.
            outcomes = await asyncio.gather(
                world.house.flow.decide(token, decision), other.flow.decide(token, decision)
            )
            await asyncio.gather(world.house.flow.release_due(), other.flow.release_due())
            return sorted(o.result for o in outcomes if o)

        for token, decision in tokens:
            assert await race(token, decision) == ["already", "done"]
        while await other.flow.release_due() + await world.house.flow.release_due():
            pass
        assert len(world.delivered(TYPO)) == rounds
        states = [r.state for hold in await world.holds() for r in hold.recipients]
        assert states == [Delivery.DELIVERED] * rounds


async def test_who_was_blocked_after_the_hold_cannot_be_called_right_either(world: World) -> None:
    from store.blocks import BlockRow
    from store.ids import new_id

    await world.send(mail(f"{OTHER}, {KNOWN}", attach=LIST), OTHER, KNOWN)
    await world.settle()
    hold = await world.hold()
    block = BlockRow(new_id(), OTHER, False, "admin", "reported", "", world.clock.now())
    await world.house.store.commit(lambda shelves: shelves.blocks.add(block))
    outcome = await world.decide(hold, "agree", "right")
    assert outcome
    assert outcome.result == "missing"
    await world.decide(hold, "agree", "omit")
    await world.settle()
    assert world.delivered(OTHER) == []
    assert len(world.delivered(KNOWN)) == 1


async def test_kept_content_that_cannot_be_read_alarms_once_and_is_told_in_the_end(world: World) -> None:
    await hold_typo(world)
    hold = await world.hold()
    await world.decide(hold, "right")
    damaged = update(contents).values(sealed=b"damaged")
    await world.house.store.commit(lambda shelves: shelves.holds._db.execute(damaged) and None)
    for _ in range(33):
        await world.settle()
        world.clock.advance(timedelta(hours=4))
    assert len(world.notices("admin@tachibana.example")) == 1
    (recipient,) = (await world.hold()).recipients
    assert recipient.state is Delivery.FAILED
    assert len(world.notices(SENDER)) == 2


async def test_a_blocked_recipient_cannot_be_called_right(world: World) -> None:
    from store.blocks import BlockRow
    from store.ids import new_id

    block = BlockRow(new_id(), TYPO, False, "admin", "reported", "", world.clock.now())
    await world.house.store.commit(lambda shelves: shelves.blocks.add(block))
    await hold_typo(world)
    hold = await world.hold()
    assert all("right" not in r.choices for r in risks([hold]) if r.finding["rule"] == "recipient-blocked")
    outcome = await world.decide(hold, "right")
    assert outcome
    assert outcome.result == "missing"
