"""Letters: nobody is written to before the superior was told, in a drill, or at a look-alike domain without a second look."""

from datetime import timedelta
from typing import Any

import pytest

from notifier.options import Organisation, Person
from response import letters
from response.desk import Desk, Report
from response.letter_wording import class_of, language_for
from response.letters import Wish
from store.engine import Store
from store.letters import Letter
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import (
    LEADER,
    OPTIONS,
    ORGANISATION,
    OTHER,
    RIGHT,
    SENDER,
    SUPERIOR,
    TYPO,
    VERDICT,
    WRONG,
    by_link,
    confirm,
    deliver,
    evidence,
    held,
    keep,
    know,
    line,
    make_desk,
    told,
)

GATE = "1.1"


async def case(desk: Desk, store: Store, *, tell: bool = True, **other: Any) -> Ticket:
    """A certain report of a mail that was delivered to one wrong address; the superior knows."""
    hold = held(language="ja")
    await keep(store, hold)
    await confirm(store, hold, WRONG)
    await deliver(store, hold)
    ticket = await desk.report(by_link(hold, wrong=(WRONG,), **other))
    if tell:
        await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    return await now(desk, ticket)


async def now(desk: Desk, ticket: Ticket) -> Ticket:
    found = await desk.ticket(ticket.id)
    assert found
    return found


async def draft(desk: Desk, store: Store, ticket: Ticket, to: str = WRONG, wish: Wish | None = None) -> Any:
    return await store.commit(lambda s: letters.draft(s, desk.office, ticket, to, wish or Wish(), by=LEADER))


async def send(
    desk: Desk, store: Store, ticket: Ticket, letter: Letter, by: str = LEADER, *, sure: bool = False
) -> str:
    fresh = await now(desk, ticket)
    return await store.commit(lambda s: letters.send(s, desk.office, fresh, letter.id, by=by, sure=sure))


async def sent_letters(store: Store, ticket: Ticket) -> list[Notice]:
    return [notice for notice in await told(store, ticket.id) if notice.kind == "letter"]


async def test_a_letter_waits_until_the_superior_was_told_and_then_leaves_once(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store, tell=False)
    letter = await draft(desk, store, ticket)
    assert await send(desk, store, ticket, letter) == "gate"
    assert await sent_letters(store, ticket) == []
    await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    assert await send(desk, store, ticket, letter) == ""
    assert await send(desk, store, ticket, letter) == "already"
    (notice,) = await sent_letters(store, ticket)
    assert (notice.recipient, notice.language, notice.channel) == (WRONG, "ja", "mail")
    written = [e.object for e in await evidence(store, ticket.id) if e.event == "letter"]
    assert written == ["drafted", "sent"]
    entries = await store.read(lambda s: s.audit.newest())
    assert [e["who"] for e in entries if e["act"] == "letter-send"] == [LEADER]


async def test_no_letter_tells_what_was_in_the_mail_or_who_else_got_it(desk: Desk, store: Store) -> None:
    hold = held(WRONG, OTHER)
    await keep(store, hold)
    await confirm(store, hold, WRONG)
    await deliver(store, hold)
    ticket = await desk.report(by_link(hold, wrong=(WRONG,)))
    letter = await draft(desk, store, ticket)
    for secret in ("顧客一覧.xlsx", "128", OTHER, RIGHT, SENDER, "gateway", "Sekisho"):
        assert secret not in letter.text
    assert "顧客一覧を送ります" in letter.text, "the subject, by which it is found"
    nameless = await draft(desk, store, ticket, wish=Wish(names_subject=False))
    assert "顧客一覧" not in nameless.text
    assert await draft(desk, store, ticket, to=OTHER) == "unknown", "nobody is written to who is not wrong"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("顧客一覧.xlsx は開かないでください。", "leaks"),
        ("顧客一覧のことです。", "leaks"),
        (f"{OTHER} にもお願いしています。", "leaks"),
        ("https://share.example/x を見てください。", "leaks"),
        ("応じない場合は法的措置をとります。", "threat"),
        ("Otherwise we will take you to court.", "threat"),
        ("Please reply by Friday.", ""),
        (f"{WRONG} 様、よろしくお願いします。", ""),
    ],
)
async def test_what_a_person_adds_neither_leaks_nor_threatens(desk: Desk, store: Store, words: str, why: str) -> None:
    ticket = await case(desk, store)
    made = await draft(desk, store, ticket, wish=Wish(words=words))
    assert (made if why else words in made.text) == (why or True)


async def test_every_version_stays_and_only_the_desk_sends(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store)
    first = await draft(desk, store, ticket)
    second = await draft(desk, store, ticket, wish=Wish("en"))
    assert [await send(desk, store, ticket, second, by=who) for who in (SENDER, SUPERIOR)] == ["not-yours"] * 2
    assert await send(desk, store, ticket, second) == ""
    kept = await store.read(lambda s: s.letters.of_ticket(ticket.id))
    assert [(k.version, k.language, k.state) for k in kept] == [(1, "ja", "draft"), (2, "en", "sent")]
    assert (kept[0].text, kept[1].sent_by) == (first.text, LEADER)


async def test_in_a_drill_a_letter_is_drafted_and_never_sent(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store, drill=True)
    letter = await draft(desk, store, ticket)
    assert "訓練" in letter.text
    assert await send(desk, store, ticket, letter, sure=True) == "drill"
    assert await sent_letters(store, ticket) == []


async def test_without_a_report_address_nothing_is_sent_but_a_person_may_write_by_hand(
    store: Store, clock: TestClock
) -> None:
    desk = make_desk(store, clock, options=OPTIONS.model_copy(update={"report_address": ""}))
    ticket = await case(desk, store)
    letter = await draft(desk, store, ticket)
    assert await send(desk, store, ticket, letter) == "no-case-address"

    def unit(shelves: Shelves) -> str:
        return letters.by_hand(shelves, desk.office, ticket, letter.id, by=LEADER, note="書留")

    assert await store.commit(unit) == ""
    asked = await store.read(lambda s: s.letters.inquiry(ticket.id, WRONG))
    assert asked
    assert asked.next_at == clock.now() + timedelta(hours=4)


async def test_a_call_starts_the_clock_and_a_later_letter_does_not_start_it_again(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await case(desk, store)
    called = clock.now()
    assert await store.commit(lambda s: letters.phoned(s, desk.office, ticket, WRONG, by=LEADER, note="")) == ""
    clock.advance(timedelta(hours=1))
    assert await send(desk, store, ticket, await draft(desk, store, ticket)) == ""
    asked = await store.read(lambda s: s.letters.inquiry(ticket.id, WRONG))
    assert asked
    assert (asked.first_asked_at, asked.next_at) == (called, called + timedelta(hours=4))


async def test_a_look_alike_domain_is_written_to_on_a_second_press_only(desk: Desk, store: Store) -> None:
    await know(store, "tanaka@customer.example")
    fake = "tanaka@custorner.example"
    sent = line(fake, verdict={**VERDICT, "findings": [TYPO | {"about": {"recipient": fake}}]})
    await keep(store, sent)
    ticket = await desk.report(Report("link", SENDER, journal_id=sent.id, proven=True, wrong=(fake,)))
    await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    letter = await draft(desk, store, ticket, to=fake)
    assert await send(desk, store, ticket, letter) == "look-alike"
    assert await sent_letters(store, ticket) == []
    assert await send(desk, store, ticket, letter, sure=True) == ""
    last = next(e for e in reversed(await evidence(store, ticket.id)) if e.event == "letter")
    assert (last.object, last.body["look_alike"]) == ("sent", True)


@pytest.mark.parametrize(
    ("address", "language", "kind"),
    [
        ("a@customer.co.jp", "ja", "unknown"),
        ("a@kunde.de", "en", "unknown"),
        (WRONG, "ja", "unknown"),
        (OTHER, "ja", "known"),
        ("hayashi@tachibana.example", "ja", "internal"),
        ("a@gmai.com", "ja", "look-alike"),
    ],
)
async def test_language_and_wording_follow_the_recipient(
    desk: Desk, store: Store, address: str, language: str, kind: str
) -> None:
    await know(store, OTHER)
    sent = line(address)
    await keep(store, sent)
    ticket = await desk.report(Report("page", SENDER, journal_id=sent.id, wrong=(address,)))
    (recipient,) = ticket.recipients

    def unit(shelves: Shelves) -> tuple[str, str]:
        return language_for(shelves, desk.office, ticket, address), class_of(shelves, desk.office, recipient)

    assert await store.read(unit) == (language, kind)
    letter = await draft(desk, store, ticket, to=address)
    assert letter.internal == (kind == "internal")


async def test_where_nobody_has_a_role_whoever_works_at_the_desk_sends(store: Store, clock: TestClock) -> None:
    small = Organisation(name="A", domains=("tachibana.example",), people=(Person(address=SENDER, superior=SUPERIOR),))
    desk = make_desk(store, clock, small, OPTIONS.model_copy(update={"staff": (LEADER,)}))
    assert letters.may_send(desk.office, LEADER)
    assert not letters.may_send(desk.office, SENDER)
    assert not letters.may_send(make_desk(store, clock, ORGANISATION).office, SENDER)
