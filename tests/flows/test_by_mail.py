"""By mail alone: who has no browser answers with the codes of the mail, cancels by a plain reply; no machine and no forward releases."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.decision import Decision
from gateway.short_form import short_form
from store.holds import State
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

ANSWERS = "answers@tachibana.example"
NEW = "kondo@first.example"
COLLEAGUE = "mori@tachibana.example"
NOTICES = f'\n[notices]\nanswer_address = "{ANSWERS}"\n'


@pytest.fixture
async def world(store_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(store_url, tmp_path, TestClock(), extra=NOTICES) as opened:
        yield opened


def said(notice: EmailMessage) -> str:
    return notice.get_body(("plain",)).get_content()  # type: ignore[union-attr,no-any-return]


def codes(question: EmailMessage) -> dict[str, str]:
    """What each code of a question means, as its reader sees it."""
    text = question.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return {meaning.strip(): code for code, meaning in re.findall(r"^ {2}([0-9A-Z]{5})： (.*)$", text, re.MULTILINE)}


def reply(question: EmailMessage, line: str, *, sender: str = SENDER, **fields: str) -> bytes:
    """An answer as a mail program writes it, the question quoted below."""
    text = question.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    quoted = "\n".join(f"> {each}" for each in text.splitlines())
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, ANSWERS, f"Re: {question['Subject']}"
    made["In-Reply-To"], made["Message-ID"] = question["Message-ID"], f"<{abs(hash(line + sender))}@tachibana.example>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(f"{line}\n\n2026年4月1日(水) 9:31 橘建築設計事務所 <sekisho@tachibana.example>:\n{quoted}\n")
    return made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def asked(world: World, *, attach: str = "") -> EmailMessage:
    """Hold one message with a typo, and read its question."""
    assert (await world.send(mail(TYPO, attach=attach), TYPO)).startswith("250")
    await world.settle()
    (question,) = world.notices(SENDER)
    return question


async def answered(world: World, content: bytes, *, sender: str = SENDER) -> None:
    assert (await world.send(content, ANSWERS, sender=sender)).startswith("250")
    await world.settle()


async def test_a_question_says_how_to_answer_without_a_browser_and_where_replies_go(world: World) -> None:
    question = await asked(world)
    assert question["Reply-To"] == ANSWERS
    assert f"{KNOWN} に送る" in codes(question)
    assert len(codes(question)) == 2


async def test_the_code_of_the_right_address_sends_it_there_and_says_so(world: World) -> None:
    question = await asked(world)
    await answered(world, reply(question, codes(question)[f"{KNOWN} に送る"]))
    assert (await world.hold()).state is State.RELEASED
    assert len(world.delivered(KNOWN)) == 1
    assert not world.delivered(TYPO)
    assert "送信します" in world.notices(SENDER)[-1]["Subject"]


async def test_a_plain_reply_cancels_and_another_one_brings_it_back(world: World) -> None:
    question = await asked(world)
    await answered(world, reply(question, "取り消し"))
    assert (await world.hold()).state is State.CANCELLED
    await answered(world, reply(world.notices(SENDER)[-1], "元に戻す"))
    assert (await world.hold()).state is State.HELD
    await answered(world, reply(question, codes(question)["この宛先で正しい（確認した）"]))
    assert len(world.delivered(TYPO)) == 1


async def test_no_code_leaves_out_the_only_recipient_and_with_two_it_does(world: World) -> None:
    assert "この宛先には送らない" not in codes(await asked(world))
    assert (await world.send(mail(f"{TYPO}, {OTHER}", number="2"), TYPO, OTHER)).startswith("250")
    await world.settle()
    both = world.notices(SENDER)[-1]
    await answered(world, reply(both, codes(both)["この宛先には送らない"]))
    assert len(world.delivered(OTHER)) == 1
    assert not world.delivered(TYPO)


async def test_what_needs_approval_has_no_code_that_cannot_work_and_says_where_it_is_asked_for(
    store_url: str, tmp_path: Path
) -> None:
    needs = f'{NOTICES}[rules.recipient-typo]\naction = "approve"\n[rules.recipient-first-time]\naction = "approve"\n'
    async with open_world(store_url, tmp_path, TestClock(), extra=needs) as world:
        question = await asked(world)
        assert list(codes(question)) == [f"{KNOWN} に送る"]
        assert "承認が必要なときは、確認ページから依頼してください" in said(question)
        assert (await world.send(mail(NEW, number="2"), NEW)).startswith("250")
        await world.settle()
        question = world.notices(SENDER)[-1]
        assert codes(question) == {}
        assert "承認を依頼するときは、確認ページをお使いください" in said(question)
        await answered(world, reply(question, "7K2MQ"))
        assert "確認ページでお答えいただく必要があります" in said(world.notices(SENDER)[-1])


async def test_every_point_needs_its_code_and_two_for_one_point_are_none(world: World) -> None:
    question = await asked(world, attach=LIST)
    right = codes(question)["この宛先で正しい（確認した）"]
    may = codes(question)["このまま送ってよい（確認した）"]
    await answered(world, reply(question, right))
    assert "お答えのない点" in world.notices(SENDER)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    await answered(world, reply(question, f"{right} {may} {codes(question)[f'{KNOWN} に送る']}"))
    assert "二つの符号" in world.notices(SENDER)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (await world.hold()).state is State.HELD
    await answered(world, reply(question, f"{may}　{right}"))
    assert len(world.delivered(TYPO)) == 1


async def test_an_automatic_reply_with_the_right_code_releases_nothing_and_gets_no_answer(world: World) -> None:
    question = await asked(world)
    right = codes(question)["この宛先で正しい（確認した）"]
    await answered(world, reply(question, right, Auto_Submitted="auto-replied"))
    await answered(world, reply(question, right), sender="")
    await answered(world, reply(question, "ただいま不在にしております。", X_Autoreply="yes"))
    assert (await world.hold()).state is State.HELD
    assert len(world.notices(SENDER)) == 1


async def test_a_colleague_to_whom_the_question_was_forwarded_releases_and_cancels_nothing(world: World) -> None:
    question = await asked(world)
    for line in (codes(question)["この宛先で正しい（確認した）"], "取り消し"):
        await answered(world, reply(question, line, sender=COLLEAGUE), sender=COLLEAGUE)
    assert (await world.hold()).state is State.HELD
    told = world.notices(COLLEAGUE)
    assert len(told) == 2
    assert "/q/" not in told[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_mail_that_was_redirected_counts_for_neither_of_the_two(world: World) -> None:
    """Its header says the sender, its envelope whoever redirected it."""
    question = await asked(world)
    await answered(world, reply(question, "取り消し", sender=SENDER), sender=COLLEAGUE)
    await answered(world, reply(question, "取り消し", sender="x@evil.example"), sender=SENDER)
    assert (await world.hold()).state is State.HELD


async def test_the_code_of_another_message_is_worth_nothing(world: World) -> None:
    question = await asked(world)
    await world.send(mail("tanaca@customer.example", number="2", text="別件です。"), "tanaca@customer.example")
    await world.settle()
    other = world.notices(SENDER)[-1]
    assert other["Message-ID"] != question["Message-ID"]
    await answered(world, reply(question, codes(other)["この宛先で正しい（確認した）"]))
    assert {hold.state for hold in await world.holds()} == {State.HELD}


async def test_an_answer_after_the_decision_says_that_it_is_decided(world: World) -> None:
    question = await asked(world)
    await world.decide(await world.hold(), "omit", "right", kind="cancel")
    await answered(world, reply(question, codes(question)["この宛先で正しい（確認した）"]))
    assert (await world.hold()).state is State.CANCELLED
    assert "お答えが済んでいます" in world.notices(SENDER)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_an_answer_to_no_question_of_ours_is_taken_in_and_answered_to_nobody(world: World) -> None:
    question = await asked(world)
    del question["Message-ID"]
    question["Message-ID"] = "<guessed@tachibana.example>"
    await answered(world, reply(question, "取り消し"))
    assert (await world.hold()).state is State.HELD
    assert not world.delivered(ANSWERS)
    assert len(world.notices(SENDER)) == 1


async def test_an_answer_with_a_copy_to_somebody_outside_is_taken_and_the_copy_is_judged(world: World) -> None:
    question = await asked(world)
    content = reply(question, "取り消し")
    assert (await world.send(content, ANSWERS, KNOWN)).startswith("250")
    await world.settle()
    assert (await world.hold()).state is State.CANCELLED
    assert [taken.recipients for taken in world.delivered(KNOWN)] == [[KNOWN]]


async def test_without_an_answer_address_a_question_offers_no_codes(store_url: str, tmp_path: Path) -> None:
    async with open_world(store_url, tmp_path, TestClock()) as world:
        question = await asked(world)
        assert not codes(question)
        assert question["Reply-To"] == "admin@tachibana.example"


async def test_of_an_answer_on_the_page_and_one_by_mail_one_counts(world: World) -> None:
    question = await asked(world)
    token = world.token(await world.hold())
    assert (await world.house.flow.decide(token, Decision("cancel"))).result == "done"  # type: ignore[union-attr]
    await answered(world, reply(question, codes(question)[f"{KNOWN} に送る"]))
    assert not world.delivered(KNOWN)


async def test_an_answer_to_a_question_that_has_changed_since_sends_nothing_and_is_asked_anew(world: World) -> None:
    """The same send, split by its server: the second copy has a recipient whom the question did not show."""
    late = "tanaca@customer.example"
    both = mail(f"{TYPO}, {late}")
    assert (await world.send(both, TYPO)).startswith("250")
    await world.settle()
    (question,) = world.notices(SENDER)
    assert (await world.send(both, late)).startswith("250")
    await world.settle()
    assert len({hold.group_id for hold in await world.holds()}) == 1
    every = " ".join(codes(question).values())
    assert late not in every
    for _ in range(2):  # nor with the codes of both: of one that was not shown none was given
        await answered(world, reply(question, codes(question)["この宛先で正しい（確認した）"]))
    assert {hold.state for hold in await world.holds()} == {State.HELD}
    anew = world.notices(SENDER)[-1]
    assert "変わりました" in said(anew)
    assert said(anew).count(late) >= 2
    right = re.findall(r"^ {2}([0-9A-Z]{5})： この宛先で正しい", said(anew), re.MULTILINE)
    assert len(right) == 2
    assert not set(right) & set(codes(question).values())
    await answered(world, reply(anew, " ".join(right)))
    assert {hold.state for hold in await world.holds()} == {State.RELEASED}


async def test_an_answer_to_a_changed_question_cancels_all_the_same(world: World) -> None:
    late = "tanaca@customer.example"
    both = mail(f"{TYPO}, {late}")
    await world.send(both, TYPO)
    await world.settle()
    (question,) = world.notices(SENDER)
    await world.send(both, late)
    await answered(world, reply(question, "取り消し"))
    assert {hold.state for hold in await world.holds()} == {State.CANCELLED}


async def test_codes_are_those_of_the_recipients_that_were_shown(world: World) -> None:
    """A copy about which nothing more is asked changes them, too: somebody else would get it."""
    await asked(world)
    held = await world.hold()
    more = replace(held, recipients=(*held.recipients, replace(held.recipients[0], position=1, address=OTHER)))
    again = replace(held, deadline=held.deadline and held.deadline + timedelta(days=1), reminders=3)
    one, two, same = (short_form((each,)) for each in (held, more, again))
    assert [point["risk"] for point in one] == [point["risk"] for point in two]
    assert [point["bound"] for point in one] != [point["bound"] for point in two]
    assert [point["bound"] for point in one] == [point["bound"] for point in same]
