"""Drafts: the items that a law asks for, filled from the case, unknown where nobody knows, never with content; as Word files, too."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pytest

from notifier.options import Language
from response import facts
from response.desk import Desk, Report
from response.draft_docx import word_file
from response.draft_forms import FormError, forms, parse
from response.drafts import Draft, draft, drafts, record
from store.engine import Store
from store.shelves import Shelves
from store.tickets import Ticket
from tests.response.cases import OFFICER, OPTIONS, ORGANISATION, SENDER, WRONG, by_link, held, keep, make_desk


async def case(desk: Desk, store: Store, **said: Any) -> Ticket:
    """A mail with personal data went out; what the privacy officer said about it."""
    hold = held(WRONG)
    await keep(store, hold)
    ticket = await desk.report(by_link(hold))
    for name, value in said.items():
        await store.commit(say(desk, ticket.id, name, value))
    return await desk.ticket(ticket.id) or ticket


def say(desk: Desk, ticket_id: str, name: str, value: Any) -> Callable[[Shelves], object]:
    return lambda shelves: facts.correct(
        shelves, desk.office, ticket_id, name, value, by=OFFICER, why="as we found out"
    )


async def made(desk: Desk, store: Store, ticket: Ticket, name: str, language: Language = "en") -> Draft:
    found = await store.read(lambda shelves: draft(shelves, desk.office, ticket, name, language))
    assert found
    return found


def text_of(one: Draft) -> str:
    return "\n".join(line for item in one.items for line in (item.heading, *item.paragraphs))


async def test_the_report_to_the_commission_has_its_nine_items_filled_from_the_case(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store, cause="One letter of the address", sensitive=True)
    one = await made(desk, store, ticket, "ppc-final")
    assert one.items[0].heading == "Reporter"
    assert [item.heading.partition(". ")[2] for item in one.items[1:]] == [
        "Outline",
        "Items of personal data that leaked or may have leaked",
        "Number of persons",
        "Cause",
        "Secondary damage, or fear of it",
        "Response to the persons",
        "Publication",
        "Measures against a repetition",
        "Anything else",
    ]
    assert one.items[-1].heading.startswith("9. ")
    said = text_of(one)
    for part in (
        "128 to 131 persons",
        "128 names, 126 telephone numbers",
        "One letter of the address",
        "Special-care data: yes",
    ):
        assert part in said
    assert one.is_owed
    assert one.due
    assert "Why it is reported: sensitive data (item 1)" in said
    japanese = text_of(await made(desk, store, ticket, "ppc-final", "ja"))
    assert "128～131人" in japanese
    assert "氏名 128件、電話番号 126件" in japanese


async def test_what_nobody_knows_stays_unknown_in_every_draft_and_is_counted(desk: Desk, store: Store) -> None:
    ticket = await desk.report(Report(channel="page", reporter=SENDER, words="wrong one"))
    for language, word in (("ja", "不明"), ("en", "unknown")):
        found = await store.read(lambda s, spoken=language: drafts(s, desk.office, ticket, spoken))  # type: ignore[misc]
        assert [one.name for one in found] == list(forms())
        for one in found:
            assert word in text_of(one)
            assert one.unknown > 0
    before = await made(desk, store, ticket, "ppc-preliminary")
    await store.commit(say(desk, ticket.id, "publication", "On our web page"))
    after = await made(desk, store, ticket, "ppc-preliminary")
    assert after.unknown == before.unknown - 1


async def test_no_draft_names_who_got_it_or_what_was_in_it(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store)
    for language in ("ja", "en"):
        for one in await store.read(lambda s, spoken=language: drafts(s, desk.office, ticket, spoken)):  # type: ignore[misc]
            said = text_of(one)
            assert WRONG not in said
            assert SENDER not in said
            assert ticket.subject not in said
            assert "顧客一覧" not in said


async def test_a_draft_says_which_deadline_it_answers_and_one_that_nothing_asks_for_is_not_owed(
    desk: Desk, store: Store
) -> None:
    ticket = await case(desk, store, sensitive=False, financial=False, malicious=False, my_number=False)
    assert not (await made(desk, store, ticket, "ppc-final")).is_owed
    await store.commit(say(desk, ticket.id, "jurisdictions", ["JP", "JP-PMARK", "EU"]))
    await store.commit(say(desk, ticket.id, "risk", "high"))
    rows = await store.read(lambda shelves: shelves.deadlines.of(ticket.id))
    authority = next(row for row in rows if row.rule == "EU-AUTH")
    assert (await made(desk, store, ticket, "gdpr-authority")).due == authority.due
    persons = await made(desk, store, ticket, "persons-gdpr")
    assert (persons.is_owed, persons.due) == (True, None)
    assert (await made(desk, store, ticket, "privacy-mark")).is_owed
    assert (await made(desk, store, ticket, "management")).is_owed
    management = text_of(await made(desk, store, ticket, "management"))
    assert ", report (EU-AUTH): " in management
    assert "UTC" not in management, "times are the organisation's, wherever the store keeps them"
    preliminary = text_of(await made(desk, store, ticket, "ppc-preliminary"))
    assert "privacy mark" not in preliminary, "what the mark wants is no reason to tell the commission"
    assert "rough aid" in management
    assert "Leader: 佐藤" in management


async def test_the_word_file_opens_again_with_every_line(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store, cause="a\x07b\u202ec\n第二段落")
    for language in ("ja", "en"):
        for one in await store.read(lambda s, spoken=language: drafts(s, desk.office, ticket, spoken)):  # type: ignore[misc]
            opened = docx.Document(BytesIO(word_file(one)))
            lines = [paragraph.text for paragraph in opened.paragraphs]
            assert one.title in lines
            for item in one.items:
                assert item.heading in lines
                assert set(item.paragraphs) <= set(lines)
            assert opened.core_properties.author == ORGANISATION.name
    said = text_of(await made(desk, store, ticket, "ppc-final"))
    assert "a bc" in said
    assert "第二段落" in said


async def test_a_drill_is_marked_on_top(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store)
    one = await store.read(lambda s: draft(s, desk.office, replace(ticket, kind="drill"), "ppc-preliminary", "en"))
    assert one
    lines = [paragraph.text for paragraph in docx.Document(BytesIO(word_file(one))).paragraphs]
    assert lines[0].startswith("DRILL")


async def test_what_is_taken_out_is_a_record_with_its_digest(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store)
    one = await made(desk, store, ticket, "ppc-preliminary")
    content = word_file(one)
    await store.commit(lambda s: record(s, one, ticket.id, by=OFFICER, shape="docx", content=content))
    entry = (await store.read(lambda s: s.evidence.of(ticket.id)))[-1]
    assert (entry.actor, entry.event, entry.object) == (OFFICER, "exported", "draft ppc-preliminary")
    assert entry.body["language"] == "en"
    assert len(entry.body["sha256"]) == 64
    assert (await store.read(lambda s: s.audit.newest(1)))[0]["act"] == "draft-exported"
    assert await store.read(lambda s: draft(s, desk.office, ticket, "nothing", "en")) is None


async def test_more_is_expected_of_some_and_doubles_the_estimate(store: Store, clock: Any) -> None:
    trusted = make_desk(store, clock, options=OPTIONS.model_copy(update={"great_responsibility": True}))
    ticket = await case(trusted, store, sensitive=False, financial=False)
    said = text_of(await made(trusted, store, ticket, "management"))
    assert "per person: 6,000–12,000 yen" in said  # 500 × 2 × 3 × 2, response 1 to 2
    assert "in total: 768,000–1,572,000 yen" in said


def test_a_form_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(FormError, match="items: Field required"):
        parse("x", 'source = "s"\ntitle = {ja="a",en="a"}\nto = {ja="a",en="a"}\nlead = {ja="a",en="a"}')
    with pytest.raises(FormError, match="x: "):
        parse("x", "title =")
