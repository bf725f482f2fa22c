"""Rendering: every notice in both languages, the same in text and HTML, and no foreign text that speaks for us."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from jinja2 import Environment, UndefinedError, meta

from gateway.by_mail import Result
from notifier import (
    approval_notices,
    call_notices,
    case_notices,
    clock_notices,
    digests,
    drill_notices,
    kinds,
    learning_notices,
    letter_notices,
    making,
    notices,
)
from notifier.alarm_words import ALARMS
from notifier.channels import Rendered
from notifier.options import Language
from notifier.rendering import TEMPLATES, Entry, blocks, render
from store.approvals import Asked, Requirement, Round
from store.deadlines import DeadlineRow
from store.engine import Store
from store.holds import State
from store.measures import Measure
from store.outbox import Notice
from store.shelves import Shelves
from tests.helpers.samples import DRILL
from tests.notifier.samples import AT, EXPOSURE, LIST, TYPO, hold, organisation, ticket

ORG = organisation()
ROOT = Path(__file__).parents[2]
LINK = "https://mail.tachibana.example/q/" + "t" * 32
UNTIL = datetime(2026, 11, 24, 9, tzinfo=UTC)
LANGUAGES = ("ja", "en")
FORM = [
    {
        "risk": "1",
        "about": "tanka@customer.example",
        "choices": {"correct": "tanaka@customer.example", "omit": "", "right": ""},
    },
    {"risk": "2", "about": "", "choices": {"bcc": "", "agree": ""}},
]


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
        *(
            notice
            for act in ("send", "cancel", "bring-back")
            for notice in notices.answer_taken(shelves, ORG, hold(), person="sato@tachibana.example", act=act)
        ),
        *(
            notice
            for why in get_args(Result)
            for notice in notices.answer_not_taken(
                shelves, ORG, hold(), person="sato@tachibana.example", why=why, short_form=FORM
            )
        ),
        *(
            notice
            for sender in ("sato@tachibana.example", "")
            for kind in digests.LISTS
            for notice in listing(shelves, kind, sender)
        ),
        *notices.colleague(shelves, ORG, hold(), people=[by]),
        *notices.delayed(shelves, ORG, hold(release_at=UNTIL)),
        *notices.escalated(shelves, ORG, hold(), [by], deadline_seconds=86400, remind_after=900),
        *notices.left(shelves, ORG, hold()),
        *notices.released_by_desk(shelves, ORG, hold(), by=by, reason="急ぎのため"),
        *notices.receipt(
            shelves,
            ORG,
            "sato@tachibana.example",
            queue_id="Q1",
            hold_id="",
            subject="件名",
            to=[f"{n}@customer.example" for n in range(12)],
        ),
        *notices.answer_of_another(shelves, ORG, by),
        *drill_notices.drill_announced(shelves, ORG, DRILL, [by]),
        *drill_notices.drill_inject(shelves, ORG, DRILL, [by], DRILL.scene),
        *drill_notices.drill_over(shelves, ORG, DRILL, [by]),
        *approval_notices.approval_asked(
            shelves, ORG, hold(), asked_round(), [by], deadline_seconds=86400, remind_after=900, in_place=True
        ),
        *approval_notices.approval_reminder(shelves, ORG, hold(), asked_round(), [by]),
        *(
            notice
            for state in ("approved", "sent-back", "taken-back", "cancelled", "expired", "changed", "overruled")
            for notice in approval_notices.approval_over(
                shelves, ORG, hold(), [by], state=state, by="smith@tachibana.example"
            )
        ),
        *approval_notices.approval_given(shelves, ORG, hold(), asked_round()),
        *(
            notice
            for state, said in (("sent-back", "二人目の宛先を確認してください"), ("expired", ""), ("changed", ""))
            for notice in approval_notices.sent_back(
                shelves,
                ORG,
                hold(),
                asked_round(),
                state=state,
                by=by if said else "",
                comment=said,
                deadline_seconds=86400,
                remind_after=900,
            )
        ),
        *notices.question_lost(shelves, ORG, hold(), "550 5.1.1 unknown"),
        *notices.alarm(shelves, ORG, "clock-jumped", {"seconds": 400}),
        *case_notices.call_superior(shelves, ORG, ticket(), leader),
        *case_notices.call_responder(shelves, ORG, ticket(), leader, "leader"),
        *(
            notice
            for hours in (48, 0)
            for notice in clock_notices.deadline_near(shelves, ORG, ticket(), legal(), [by], hours=hours)
        ),
        *clock_notices.deadline_moved(shelves, ORG, ticket(), legal(), [by], was=UNTIL + timedelta(days=2)),
        *learning_notices.measure_due(shelves, ORG, ticket(), measure(), [by]),
        *call_notices.call_escalated(
            shelves, ORG, ticket(), by, role="management", silence=call_notices.Silence(15, [leader.address])
        ),
        *call_notices.watcher_added(shelves, ORG, ticket(), by, by=leader.address),
        *(
            notice
            for trusted in (True, False)
            for notice in call_notices.case_word(shelves, ORG, ticket(), [by], trusted=trusted)
        ),
        *call_notices.reach_test(shelves, ORG, by, test_id="TEST0000", minutes=15, instead_of=leader.address),
        *case_notices.report_received(shelves, ORG, ticket()),
        *case_notices.report_reference(shelves, ORG, outside),
        *(
            told
            for leak, measures in ((True, 1), (True, 2), (True, 0), (False, 0))
            for told in learning_notices.case_closed(shelves, ORG, ticket(), by, leak=leak, measures=measures)
        ),
        *learning_notices.case_closed(shelves, ORG, outside, outside.reporter, leak=True, measures=1),
        *notices.sign_in(shelves, ORG, by, sign_in_id="A" * 16, place="web", until=UNTIL),
        *every_letter(shelves, by),
    ]


def every_letter(shelves: Shelves, by: str) -> list[Notice]:
    """Letters in every wording, and what the desk hears of them."""
    about = "tanka@customer.example"
    wordings: list[dict[str, Any]] = [
        {
            "internal": False,
            "again": 0,
            "reach": "誤送信窓口 03-0000-0000",
            "names_subject": True,
            "words": "一言です。",
        },
        {"internal": False, "again": 2, "reach": "", "names_subject": False, "words": ""},
        {"internal": True, "again": 0, "reach": "内線 1", "names_subject": True, "words": ""},
    ]
    asked = [letter_notices.letter_facts(ticket(), about, "ja", **each) for each in wordings]
    return [
        *(
            letter_notices.letter(ORG, ticket(), facts, report_address=report, by_itself=bool(facts["again"]))
            for facts, report in zip(asked, ("oops@tachibana.example", "", "oops@tachibana.example"), strict=True)
        ),
        *(
            notice
            for what in get_args(letter_notices.News)
            for notice in letter_notices.letter_news(shelves, ORG, ticket(), [by], what=what, recipient=about, again=1)
        ),
        *letter_notices.contact_held(shelves, ORG, ticket(), [by], address=about, until=UNTIL),
        *letter_notices.contact_waits(shelves, ORG, ticket(), "sato@tachibana.example", address=about, until=UNTIL),
    ]


def legal() -> DeadlineRow:
    """A hard date of a law."""
    to = {"ja": "個人情報保護委員会", "en": "Personal Information Protection Commission"}
    return DeadlineRow("JP-FINAL", "final", UNTIL, "hard", owed=True, details={"to": to}, counted_at=AT)


def measure() -> Measure:
    """A measure of which nothing but its number may be told."""
    return Measure("M7Q29MXD", "K7Q29MXD", "二人で確かめる", "sato@tachibana.example", UNTIL, "月ごとに数える")


def asked_round() -> Round:
    """A request for approval of which one half was answered."""
    people = (
        Asked("natori@tachibana.example", "approved", "確認しました", AT, AT),
        Asked("smith@tachibana.example", asked_at=AT),
    )
    everybody = tuple(one.address for one in people)
    required = (Requirement(("recipient-typo",), ("leader",), 2, everybody),)
    return Round("K7Q29MXD", 1, "sato@tachibana.example", AT, "急ぎの見積りです", {}, "", required, people)


def listing(shelves: Shelves, kind: str, sender: str) -> list[Notice]:
    """A digest of that kind, as it is queued."""
    made = making.listing(ORG, kind, "sato@tachibana.example", {"sender": sender}, hold())
    shelves.outbox.add(made)
    return [made]


def entries(kind: str) -> list[Entry]:
    """What it lists: one that waits and, where that may be, one that is over."""
    over = hold(state=State.EXPIRED, id="X", group_id="X2345678", subject="")
    listed = [hold(), over] if kind == "unattended" else [over if kind == "digest_expired" else hold()]
    return [Entry(digests.facts_of(each), f"{LINK}{n}", UNTIL) for n, each in enumerate(listed)]


def shown(notice: Notice, **changed: Any) -> Rendered:
    link = LINK if notice.kind in kinds.LINKS else ""
    code = (lambda risk, choice: f"{risk}{choice}".upper()[:5]) if kinds.LINKS.get(notice.kind) == "question" else None
    given: dict[str, Any] = {"at": AT, "link": link, "until": UNTIL, "code": code}
    if notice.kind in digests.LISTS:
        given["entries"] = entries(notice.kind)
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


async def test_every_kind_is_looked_at(store: Store) -> None:
    assert {notice.kind for notice in await store.commit(every_notice)} == set(kinds.KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_notice_renders_in_every_language(store: Store, language: str) -> None:
    for notice in await store.commit(every_notice):
        told = shown(dataclasses.replace(notice, language=language))
        assert told.subject.isprintable()
        assert told.subject
        if notice.kind in digests.LISTS:
            links = [entry.link for entry in entries(notice.kind)]
            assert Reader(told.html).links == links
            assert all(f"\n{link}\n" in told.text for link in links)
            assert all(entry.facts["number"] in told.text for entry in entries(notice.kind))
            assert "18:00" in told.text
            continue
        if notice.kind != "answer_of_another":  # which says nothing of a message that is somebody else's
            instead = ORG.name if notice.kind == "sign_in" else "Sekisho"
            assert notice.facts.get("number", instead) in told.subject
        assert "{" not in told.text + told.html
        assert (LINK in told.text) == (notice.kind in kinds.LINKS)
        assert Reader(told.html).links == ([LINK] if notice.kind in kinds.LINKS else [])
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


def variables(language: str, name: str) -> set[str]:
    """What a template asks for, with what it takes in."""
    text = (TEMPLATES / language / f"{name}.txt").read_text(encoding="utf-8")
    parsed = Environment(autoescape=True).parse(text)
    taken_in = {Path(other or "").stem for other in meta.find_referenced_templates(parsed)}
    return meta.find_undeclared_variables(parsed) | {v for other in taken_in for v in variables(language, other)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_of_text_is_taken_in_by_a_notice_of_its_language(language: str) -> None:
    folder = TEMPLATES / language
    pieces = {path.stem for path in folder.glob("_*.txt")}
    named = {
        (path.stem, other)
        for path in folder.glob("*.txt")
        for other in meta.find_referenced_templates(Environment(autoescape=True).parse(path.read_text("utf-8")))
    }
    assert {str(other) for _, other in named} == {f"{language}/{piece}.txt" for piece in pieces}


def test_a_notice_says_the_same_in_every_language() -> None:
    for kind in kinds.KINDS:
        asked = [variables(language, kind) for language in LANGUAGES]
        assert all(each == asked[0] for each in asked), kind


def test_every_alarm_has_words_and_no_words_are_left_over() -> None:
    rooms = ("notifier", "response", "gateway", "web", "service")
    code = "\n".join(
        p.read_text("utf-8")
        for room in rooms
        for p in (ROOT / room).rglob("*.py")
        if p.name not in {"words.py", "alarm_words.py"}
    )
    assert {kind for kind in ALARMS if f'"{kind}"' not in code} == set()
    assert all(set(said.words) == set(LANGUAGES) for said in ALARMS.values())


def test_languages_are_the_folders_of_templates() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(LANGUAGES) == set(get_args(Language))


async def test_a_question_about_a_message_that_was_sent_again_says_so(store: Store) -> None:
    earlier = hold(id="A2345678", group_id="A2345678")

    def unit(shelves: Shelves) -> tuple[Notice, ...]:
        return notices.question(
            shelves, ORG, hold(), deadline_seconds=86400, remind_after=900, again={hold().id: earlier}
        )

    [notice] = await store.commit(unit)
    for language, words in (("ja", "よく似たメール"), ("en", "a similar message")):
        told = shown(dataclasses.replace(notice, language=language))
        assert words in told.text
        assert "A234-5678" in told.text
        assert told.text.count("09:00") == 1, "when it was sent"


def test_every_kind_has_a_template_in_every_language_and_no_template_is_left_over() -> None:
    for language in LANGUAGES:
        files = {path.stem for path in (TEMPLATES / language).glob("*.txt") if not path.stem.startswith("_")}
        assert files == set(kinds.KINDS)


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
            *case_notices.call_superior(s, ORG, drill, ORG.people[1]),
            *case_notices.call_responder(s, ORG, drill, ORG.people[1], "leader"),
            *clock_notices.deadline_near(s, ORG, drill, legal(), [ORG.people[1].address], hours=4),
            *clock_notices.deadline_moved(
                s, ORG, drill, legal(), [ORG.people[1].address], was=UNTIL + timedelta(days=2)
            ),
            *case_notices.report_received(s, ORG, drill),
        )
    )
    assert all(shown(notice).subject.startswith("【訓練】") for notice in told)
    assert all(shown(dataclasses.replace(n, language="en")).subject.startswith("[Drill]") for n in told)


def test_a_message_that_was_composed_before_is_left_alone() -> None:
    told = shown(dataclasses.replace(question(), kind="bounce", language="", facts={}, raw=b"\xff\r\n"))
    assert told.raw == b"\xff\r\n"
    assert told.text == ""


@pytest.mark.parametrize(
    ("language", "reason", "approval"),
    [
        ("ja", "いつもの宛先と1文字違います。（ほか1点）", "送信には承認が必要です。"),
        ("en", "It differs by one letter from the usual one. (and 1 more point)", "Somebody else must approve it"),
    ],
)
@pytest.mark.parametrize("asks", [True, False])
async def test_a_digest_says_of_each_message_why_and_whether_somebody_must_agree(
    store: Store, language: str, reason: str, approval: str, asks: bool
) -> None:
    [notice] = await store.commit(lambda shelves: listing(shelves, "digest", "sato@tachibana.example"))
    findings = [TYPO, LIST | {"action": "approve" if asks else "hold"}]
    listed = [Entry(digests.facts_of(hold(verdict={"findings": findings})), LINK, UNTIL)]
    told = shown(dataclasses.replace(notice, language=language), entries=listed)
    assert reason in told.text
    assert (approval in told.text) == (approval in told.html) == asks
    page = Reader(told.html)
    assert reason in page.words
    assert page.links == [LINK]


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "1行目に「取り消し」とだけ"), ("en", 'write nothing but "cancel"')]
)
async def test_a_delayed_message_says_that_a_reply_cancels_it_where_mail_is_answered(
    store: Store, language: str, said: str
) -> None:
    [notice] = await store.commit(lambda shelves: notices.delayed(shelves, ORG, hold(release_at=UNTIL)))
    notice = dataclasses.replace(notice, language=language)
    assert said in shown(notice).text
    assert said not in shown(notice, code=None).text


async def test_a_delayed_message_leaves_on_a_day(store: Store) -> None:
    [notice] = await store.commit(lambda shelves: notices.delayed(shelves, ORG, hold(release_at=UNTIL)))
    told = shown(dataclasses.replace(notice, language="en"))
    assert "eaves at" not in told.subject + told.text
    assert "Leaves on" in told.subject
