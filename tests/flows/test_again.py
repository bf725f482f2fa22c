"""A similar message while one is held: its question says so, the store knows which belong together, one answer does for both."""

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.again import is_like
from gateway.decision import Decision, risks
from store.holds import Delivery, Hold, Recipient, State
from tests.flows.world import KNOWN, OTHER, SENDER, TYPO, World, mail
from tests.helpers.samples import hold

OURS = frozenset({"tachibana.example"})


async def send(world: World, number: str, to: str = TYPO, subject: str = "", sender: str = SENDER) -> Hold:
    content = mail(to, number=number, text=f"本文 {number}", sender=sender)
    if subject:
        header = EmailMessage()
        header["Subject"] = subject
        old = next(line for line in content.split(b"\r\n") if line.startswith(b"Subject:"))
        content = content.replace(old, header.as_bytes().strip())
    assert (await world.send(content, to, sender=sender)).startswith("250")
    await world.settle()
    return next(hold for hold in await world.holds() if hold.message_id == f"<{number}@tachibana.example>")


async def others(world: World, hold: Hold) -> tuple[str, ...]:
    return await world.house.store.read(lambda s: s.again.others(hold.group_id))


def question(world: World, person: str = SENDER) -> str:
    body = world.notices(person)[-1].get_body(("plain",))
    assert body
    return str(body.get_content())


async def test_the_question_about_the_second_names_the_first(world: World) -> None:
    first = await send(world, "1")
    assert "よく似たメール" not in question(world)
    second = await send(world, "2", subject="【再送】打合せの件")
    assert "よく似たメール" in question(world)
    assert f"{first.id[:4]}-{first.id[4:]}" in question(world)
    assert await others(world, second) == (first.id,)
    assert await others(world, first) == (second.id,)


@pytest.mark.parametrize("what", ["other recipient", "other subject", "other sender", "answered"])
async def test_what_is_not_similar_is_asked_about_by_itself(world: World, what: str) -> None:
    await world.learn("suzuki@partner.example")
    first = await send(world, "1")
    if what == "answered":
        await world.decide(first, kind="cancel")
    to = "suzuki@partnr.example" if what == "other recipient" else TYPO
    sender = "mori@tachibana.example" if what == "other sender" else SENDER
    second = await send(world, "2", to, "見積書の送付について" if what == "other subject" else "", sender)
    assert await others(world, second) == ()
    assert "よく似たメール" not in question(world, sender)


async def answer(world: World, hold: Hold, kind: Any, how: Any) -> str:
    """Answer for one and for what is shown beside it."""
    token = world.token(hold)
    copies = await world.house.flow.question(token) or ()
    shown = await world.house.flow.similar(token)
    chosen = {risk.id: "right" for risk in risks(copies)} if kind == "send" else {}
    outcome = await world.house.flow.decide(
        token, Decision(kind, chosen, others=how, similar=tuple(other.group_id for other in shown))
    )
    assert outcome
    await world.settle()
    return outcome.result


async def test_one_answer_sends_both_once(world: World) -> None:
    await send(world, "1")
    second = await send(world, "2")
    assert await answer(world, second, "send", "same") == "done"
    assert len(world.delivered(TYPO)) == 2
    assert await answer(world, second, "send", "same") == "already"
    assert len(world.delivered(TYPO)) == 2


async def test_only_the_newest_is_sent_and_the_duplicate_can_be_brought_back(world: World) -> None:
    first = await send(world, "1")
    second = await send(world, "2")
    assert await answer(world, second, "send", "cancel") == "done"
    (sent,) = world.delivered(TYPO)
    assert b"<2@tachibana.example>" in sent.plain
    assert (await world.decide(first, kind="bring-back")).result == "done"  # type: ignore[union-attr]


async def test_all_or_nothing_when_the_other_was_answered_meanwhile(world: World) -> None:
    first = await send(world, "1")
    second = await send(world, "2")
    token = world.token(second)
    copies = await world.house.flow.question(token) or ()
    await world.decide(first, kind="cancel")
    chosen = {risk.id: "right" for risk in risks(copies)}
    outcome = await world.house.flow.decide(token, Decision("send", chosen, others="same", similar=(first.group_id,)))
    assert outcome
    assert outcome.result == "changed"
    await world.settle()
    assert not world.delivered(TYPO)
    assert (await world.house.flow.question(token))[0].state is State.HELD  # type: ignore[index]


async def test_nobody_answers_for_a_message_that_was_never_similar(world: World) -> None:
    first = await send(world, "1")
    foreign = await send(world, "2", sender="mori@tachibana.example")
    token = world.token(first)
    outcome = await world.house.flow.decide(token, Decision("cancel", others="cancel", similar=(foreign.group_id,)))
    assert outcome
    assert outcome.result == "changed"
    assert {hold.state for hold in await world.holds()} == {State.HELD}


def made(subject: str, size: int, *addresses: str) -> Hold:
    people = tuple(Recipient(n, a, a, Delivery.HELD) for n, a in enumerate(addresses))
    return hold(subject=subject, size=size, recipients=people)


subjects = st.sampled_from(
    ["", "見積の件", "Re: 見積の件", "【再送】見積の件", "ＲＥ：見積の件", "図面 3枚", "図面 4枚"]
)
people = st.lists(st.sampled_from([KNOWN, OTHER, TYPO, SENDER]), min_size=1, unique=True)
holds = st.builds(lambda s, n, a: made(s, n, *a), subjects, st.integers(1, 10**6), people)


@given(holds, holds)
def test_likeness_is_mutual_and_needs_the_same_recipients_outside(one: Hold, other: Hold) -> None:
    assert is_like(one, one, OURS)
    assert is_like(one, other, OURS) == is_like(other, one, OURS)
    if is_like(one, other, OURS):
        outside = [{r.address for r in each.recipients} - {SENDER} for each in (one, other)]
        assert outside[0] == outside[1]


def test_what_programs_and_people_put_before_a_subject_makes_no_difference() -> None:
    plain = made("見積の件", 1000, KNOWN)
    for subject in ("Re: 見積の件", "【再送】見積の件", "(再送) Fwd: 見積の件", "ＲＥ：見積の件", "[Resend] 見積の件"):
        assert is_like(plain, made(subject, 9000, KNOWN), OURS), subject
    assert not is_like(plain, made("請求書", 1000, KNOWN), OURS)
    assert is_like(made("", 1000, KNOWN), made("", 1050, KNOWN), OURS)
    assert not is_like(made("", 1000, KNOWN), made("", 2000, KNOWN), OURS)
