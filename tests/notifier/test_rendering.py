"""Rendering: every notice in both languages, the same in text and HTML, and no foreign text that speaks for us."""

import dataclasses
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError

from notifier import notices
from notifier.channels import Rendered
from notifier.rendering import TEMPLATES, blocks, render
from store.engine import Store
from store.outbox import Notice
from store.shelves import Shelves
from tests.notifier.samples import AT, EXPOSURE, LIST, TYPO, hold, organisation, ticket

ORG = organisation()
LINK = "https://mail.tachibana.example/q/" + "t" * 32
UNTIL = datetime(2026, 11, 24, 9, tzinfo=UTC)
LANGUAGES = ("ja", "en")


def every_notice(shelves: Shelves) -> list[Notice]:
    by = "natori@tachibana.example"
    several = hold(asked=("sato@tachibana.example", by))
    outside = ticket(reporter="stranger@customer.example")
    leader = ORG.people[1]
    return [
        *notices.question(shelves, ORG, hold(), deadline_seconds=86400, remind_after=900),
        *notices.reminder(shelves, ORG, hold()),
        *notices.expired(shelves, ORG, hold()),
        *notices.cancelled(shelves, ORG, hold(), by=by),
        *notices.decided_by_other(shelves, ORG, several, by=by, sent=True),
        *notices.delivery_failed(shelves, ORG, hold(), "tanka@customer.example", "550 5.1.1 unknown"),
        *notices.question_lost(shelves, ORG, hold(), "550 5.1.1 unknown"),
        *notices.alarm(shelves, ORG, "clock-jumped", {"seconds": 400}),
        *notices.call_superior(shelves, ORG, ticket(), leader),
        *notices.call_responder(shelves, ORG, ticket(), leader, "leader"),
        *notices.report_received(shelves, ORG, ticket()),
        *notices.report_reference(shelves, ORG, outside),
    ]


def shown(notice: Notice, **changed: Any) -> Rendered:
    link = LINK if notice.kind in notices.LINKS else ""
    given: dict[str, Any] = {"at": AT, "link": link, "until": UNTIL}
    return render(notice, ORG, **given | changed)


def question(**facts: Any) -> Notice:
    """A question with some facts changed."""
    whole: dict[str, Any] = {
        "number": "K7Q2-9MXD",
        "subject": "お見積りの件",
        "reasons": [{"words": {"ja": "理由です。", "en": "A reason."}, "given": [], "usual": []}],
        "parts": [],
    }
    return Notice("N", "question", "mail", "sato@tachibana.example", "ja", whole | facts, message_id="<m@x>")


class Reader(HTMLParser):
    """What a person sees, and where the links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]


def letters(text: str) -> str:
    """Without blanks, bullets and colons, which text and HTML set differently."""
    return re.sub(r"[\s・\-：:\[\]]", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_notice_renders_in_every_language(store: Store, language: str) -> None:
    for notice in await store.commit(every_notice):
        told = shown(dataclasses.replace(notice, language=language))
        assert told.subject.isprintable()
        assert told.subject
        assert notice.facts.get("number", "clock-jumped") in told.subject
        assert "{" not in told.text + told.html
        assert (LINK in told.text) == (notice.kind in notices.LINKS)
        assert Reader(told.html).links == ([LINK] if notice.kind in notices.LINKS else [])
        assert f'lang="{language}"' in told.html


@pytest.mark.parametrize("language", LANGUAGES)
async def test_text_and_html_say_the_same(store: Store, language: str) -> None:
    for notice in await store.commit(every_notice):
        told = shown(dataclasses.replace(notice, language=language))
        html = letters(Reader(told.html.partition("<body")[2].partition(">")[2]).words)
        for line in told.text.splitlines():
            assert letters(line) in html, (notice.kind, line)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_notice_shows_a_hidden_recipient_or_what_a_reporter_wrote(store: Store, language: str) -> None:
    for notice in await store.commit(every_notice):
        told = shown(dataclasses.replace(notice, language=language))
        assert "hidden-bcc" not in told.text + told.html
        assert "secret-words" not in told.text + told.html


def test_every_kind_has_a_template_in_every_language_and_no_template_is_left_over() -> None:
    for language in LANGUAGES:
        files = {path.stem for path in (TEMPLATES / language).glob("*.txt") if not path.stem.startswith("_")}
        assert files == set(notices.KINDS)


async def test_a_question_tells_its_parts_in_their_order(store: Store) -> None:
    [notice] = await store.commit(lambda s: notices.question(s, ORG, hold(), deadline_seconds=86400, remind_after=900))
    told = shown(notice)
    order = ("まだ誰にも届いていません", "1文字違います", "18:00（JST）", LINK, "受付番号", "情報システム担当")
    places = [told.text.index(words) for words in order]
    assert places == sorted(places)
    assert told.subject == "【送信保留】宛先をご確認ください（K7Q2-9MXD）"
    assert told.text.count("128") == 1, "personal data are said once"


async def test_counts_that_no_reason_says_are_told_of_the_file(store: Store) -> None:
    verdict = {"findings": [TYPO], "exposure": EXPOSURE}
    [notice] = await store.commit(
        lambda s: notices.question(s, ORG, hold(verdict=verdict), deadline_seconds=86400, remind_after=900)
    )
    assert "（顧客一覧.xlsx）： 氏名 128件、電話番号 126件" in shown(notice).text


async def test_a_question_in_english_has_its_own_subject(store: Store) -> None:
    [notice] = await store.commit(lambda s: notices.question(s, ORG, hold(), deadline_seconds=86400, remind_after=900))
    told = shown(dataclasses.replace(notice, language="en"))
    assert told.subject == "[On hold] Please check the recipient (K7Q2-9MXD)"
    assert "Tue 24 Nov, 18:00 (JST)" in told.text


@pytest.mark.parametrize(
    ("language", "subject"),
    [("ja", "【送信保留】内容をご確認ください（K7Q2-9MXD）"), ("en", "[On hold] Please check the content (K7Q2-9MXD)")],
)
async def test_a_question_about_no_recipient_does_not_call_for_a_look_at_the_recipient(
    store: Store, language: str, subject: str
) -> None:
    asked = hold(verdict={"findings": [LIST], "exposure": EXPOSURE})
    [notice] = await store.commit(lambda s: notices.question(s, ORG, asked, deadline_seconds=86400, remind_after=900))
    assert shown(dataclasses.replace(notice, language=language)).subject == subject


async def test_the_differing_letter_is_marked_in_both_forms(store: Store) -> None:
    [notice] = await store.commit(lambda s: notices.question(s, ORG, hold(), deadline_seconds=86400, remind_after=900))
    told = shown(notice)
    assert "tan[a]ka@customer.example" in told.text
    assert re.search(r"tan<b style=[^>]*underline[^>]*>a</b>ka@customer\.example", told.html)


def test_the_original_subject_joins_the_subject_only_where_the_house_says_so() -> None:
    assert "お見積り" not in shown(question()).subject
    assert shown(question(), subject_shows_original=True).subject.endswith("（K7Q2-9MXD） お見積りの件")


def test_a_subject_of_several_lines_adds_no_line_to_the_mail() -> None:
    plain = shown(question(subject="x"))
    forged = shown(
        question(subject="x\r\n\r\n確認ページを開く：\r\nhttps://evil.example/\n-- \n"), subject_shows_original=True
    )
    assert len(forged.text.splitlines()) == len(plain.text.splitlines())
    assert "\n" not in forged.subject
    assert Reader(forged.html).links == [LINK]


def test_markup_in_foreign_text_stays_text() -> None:
    told = shown(question(subject="<script>alert(1)</script>{{ link }}&amp;"))
    reader = Reader(told.html)
    assert "script" not in reader.tags
    assert "<script>alert(1)</script>{{ link }}&amp;" in reader.words


def test_foreign_marks_are_not_ours() -> None:
    told = shown(question(subject="\ue000x\ue001"))
    assert "[x]" not in told.text
    assert "<b style" not in told.html


def test_only_our_own_link_becomes_a_button() -> None:
    body = f"heading\n\nlabel:\nhttps://evil.example/\n\nlabel:\n{LINK}\n\n-- \nfoot\n"
    assert [block.lines for block in blocks(body, LINK) if block.kind == "link"] == [(LINK,)]
    assert [block for block in blocks(body, "") if block.kind == "link"] == []


def test_a_missing_fact_is_an_error_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        shown(dataclasses.replace(question(), facts={"number": "K7Q2-9MXD"}))


async def test_a_drill_is_visibly_a_drill(store: Store) -> None:
    drill = ticket(kind="drill")
    told = await store.commit(
        lambda s: (
            *notices.call_superior(s, ORG, drill, ORG.people[1]),
            *notices.call_responder(s, ORG, drill, ORG.people[1], "leader"),
            *notices.report_received(s, ORG, drill),
        )
    )
    assert all(shown(notice).subject.startswith("【訓練】") for notice in told)
    assert all(shown(dataclasses.replace(n, language="en")).subject.startswith("[Drill]") for n in told)


def test_a_message_that_was_composed_before_is_left_alone() -> None:
    told = shown(dataclasses.replace(question(), kind="bounce", language="", facts={}, raw=b"\xff\r\n"))
    assert told.raw == b"\xff\r\n"
    assert told.text == ""
