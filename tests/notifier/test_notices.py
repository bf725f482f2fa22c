"""Notices: who is told what, and that nobody outside ever gets a finding or a link."""

import inspect
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from notifier import (
    addressees,
    approval_notices,
    call_notices,
    case_notices,
    clock_notices,
    digests,
    drill_notices,
    kinds,
    learning_notices,
    letter_notices,
    notices,
)
from notifier.rendering import render
from store.approvals import Round
from store.engine import Store
from store.holds import Delivery, Recipient
from store.outbox import Notice
from store.shelves import Shelves
from tests.notifier.samples import AT, EXPOSURE, LIST, TYPO, hold, organisation, ticket

ORG = organisation()
NATORI = ORG.people[1]
SMITH = ORG.people[2]
LEASE = timedelta(hours=1)
Queue = Callable[[Shelves], tuple[Notice, ...]]


def ask(**changed: Any) -> Queue:
    return lambda shelves: notices.question(
        shelves, changed.pop("org", ORG), hold(**changed), deadline_seconds=86400, remind_after=900
    )


async def queued(store: Store, unit: Queue) -> list[Notice]:
    """What the unit queued, as the store gives it to a worker."""
    told = await store.commit(unit)
    claimed = await store.commit(lambda shelves: shelves.outbox.claim_due("node", shelves.now + LEASE, 100))
    assert {n.id for n in told} == {n.id for n in claimed}
    return sorted(claimed, key=lambda notice: notice.recipient)


async def test_a_question_goes_to_the_people_it_was_decided_for(store: Store) -> None:
    told = await queued(store, ask(asked=("smith@tachibana.example", "sato@tachibana.example")))
    assert [n.recipient for n in told] == ["sato@tachibana.example", "smith@tachibana.example"]
    assert {n.kind for n in told} == {"question"}
    assert {n.hold_id for n in told} == {"K7Q29MXD"}


async def test_a_question_that_nobody_is_named_for_goes_to_the_admins(store: Store) -> None:
    told = await queued(store, ask(asked=()))
    assert [n.recipient for n in told] == ["admin@tachibana.example"]


async def test_who_is_no_longer_inside_is_not_asked_and_the_admins_are_in_his_place(store: Store) -> None:
    told = await queued(store, ask(asked=("sato@sold.example", "sato@tachibana.example")))
    assert [n.recipient for n in told] == ["sato@tachibana.example"]
    told = await queued(store, ask(asked=("sato@sold.example",)))
    assert [n.recipient for n in told] == ["admin@tachibana.example"]


async def test_without_admins_the_postmaster_is_asked(store: Store) -> None:
    told = await queued(store, ask(asked=(), org=organisation(admins=[], people=[])))
    assert [n.recipient for n in told] == ["postmaster@tachibana.example"]


async def test_who_is_named_twice_is_asked_once(store: Store) -> None:
    told = await queued(store, ask(asked=("sato@tachibana.example", "Sato@Tachibana.EXAMPLE")))
    assert len(told) == 1


async def test_a_question_holds_reasons_and_counts_and_nothing_else_of_the_message(store: Store) -> None:
    [told] = await queued(store, ask())
    facts = told.facts
    assert facts["number"] == "K7Q2-9MXD"
    assert facts["subject"] == "お見積りの件"
    assert [reason["words"] for reason in facts["reasons"]] == [TYPO["words"], LIST["words"]]
    assert facts["parts"] == [], "the second reason says it"
    assert [text for text, differs in facts["reasons"][0]["usual"] if differs] == ["a"]


async def test_counts_stand_beside_the_reasons_where_no_reason_says_them(store: Store) -> None:
    [told] = await queued(store, ask(verdict={"findings": [TYPO], "exposure": EXPOSURE}))
    assert told.facts["parts"] == [{"name": "顧客一覧.xlsx", "kinds": {"person_name": 128, "phone": 126}}]


async def test_of_several_files_each_is_counted_beside_the_reason_that_counts_all(store: Store) -> None:
    exposure = {"parts": [{"name": name, "kinds": {"phone": 1}} for name in ("a.csv", "b.csv")]}
    [told] = await queued(store, ask(verdict={"findings": [LIST], "exposure": exposure}))
    assert [part["name"] for part in told.facts["parts"]] == ["a.csv", "b.csv"]


async def test_a_notice_names_no_recipient_that_is_not_asked_about(store: Store) -> None:
    [told] = await queued(store, ask())
    assert "hidden-bcc" not in json.dumps(told.facts)


async def test_a_finding_about_a_recipient_of_another_copy_is_left_out(store: Store) -> None:
    elsewhere = TYPO | {"about": {"recipient": "other-copy@customer.example"}}
    [told] = await queued(store, ask(verdict={"findings": [elsewhere], "exposure": {"parts": []}}))
    assert told.facts["reasons"] == []


async def test_found_values_never_reach_a_notice(store: Store) -> None:
    part = {"name": "list.csv", "kinds": {"phone": 1}, "lost": [], "values": {"phone": ["0312345678"]}}
    [told] = await queued(store, ask(verdict={"findings": [LIST], "exposure": {"parts": [part]}}))
    assert "0312345678" not in json.dumps(told.facts)


async def test_a_subject_with_line_ends_becomes_one_line(store: Store) -> None:
    [told] = await queued(store, ask(subject="a\r\nBcc: x@customer.example\r\n\r\nbody"))
    assert told.facts["subject"] == "a Bcc: x@customer.example body"


@pytest.mark.parametrize(
    "outsider",
    [
        "stranger@customer.example",
        "sato@tachibana.example.customer.example",
        "sato@sub.tachibana.example",
        "SRS0=abc=dy=customer.example=x@customer.example",
        "",
        "sato",
        "sato@tachibana.example\r\nRCPT TO:<x@customer.example>",
    ],
)
async def test_an_outsider_is_never_asked_whatever_the_hold_says(store: Store, outsider: str) -> None:
    told = await queued(store, ask(asked=("sato@tachibana.example", outsider)))
    assert [notice.recipient for notice in told] == ["sato@tachibana.example"]


async def test_with_only_outsiders_to_ask_the_admins_are_asked(store: Store) -> None:
    told = await queued(store, ask(asked=("stranger@customer.example",)))
    assert {notice.recipient for notice in told} == set(addressees.admins(ORG))


async def test_a_call_to_an_outsider_undoes_the_whole_unit(store: Store) -> None:
    stranger = NATORI.model_copy(update={"address": "stranger@customer.example"})
    with pytest.raises(ValueError, match="our own domains"):
        await store.commit(lambda shelves: case_notices.call_superior(shelves, ORG, ticket(), stranger))
    assert sum((await store.read(lambda shelves: shelves.outbox.counts())).values()) == 0


@pytest.mark.parametrize("kind", sorted(set(kinds.KINDS) - addressees.ANYWHERE))
def test_no_kind_with_a_finding_or_link_may_leave_the_house(kind: str) -> None:
    assert not addressees.may_receive(ORG, kind, "stranger@customer.example")


def test_what_may_leave_the_house_has_no_link_but_a_letter_which_leads_to_four_questions() -> None:
    assert addressees.ANYWHERE & kinds.LINKS.keys() == {"letter"}
    assert kinds.LINKS["letter"] == "answers"


async def test_every_notice_has_its_own_message_id_that_nobody_can_guess(store: Store) -> None:
    told = await queued(store, ask(asked=tuple(f"p{n}@tachibana.example" for n in range(20))))
    ids = {n.message_id for n in told}
    assert len(ids) == 20
    assert all(len(i.partition("@")[0]) >= 32 for i in ids)
    found = await store.read(lambda shelves: shelves.outbox.is_ours(told[0].message_id))
    assert found
    assert found.id == told[0].id


async def test_the_message_id_of_a_japanese_domain_is_ascii(store: Store) -> None:
    org = organisation(domains=["橘.example"], admins=[], people=[])
    [told] = await queued(store, ask(org=org, asked=("sato@橘.example",)))
    assert told.message_id.endswith("@xn--gew.example>")


async def test_the_language_is_the_persons_then_of_the_sender_the_messages_then_the_houses(store: Store) -> None:
    everyone = ("sato@tachibana.example", "smith@tachibana.example")
    told = await queued(store, ask(asked=everyone, language="ja"))
    assert [n.language for n in told] == ["ja", "en"]
    assert addressees.language(ORG, "sato@tachibana.example", hold(language="en")) == "en"
    assert addressees.language(ORG, "sato@tachibana.example", hold(language="")) == "ja"


@pytest.mark.parametrize("other", ["natori@tachibana.example", "admin@tachibana.example", "mori@tachibana.example"])
async def test_the_language_of_a_message_says_nothing_of_whoever_else_is_told(store: Store, other: str) -> None:
    english = hold(language="en", asked=("sato@tachibana.example",))
    assert addressees.language(ORG, other, english) == "ja"
    told = await queued(store, lambda s: notices.cancelled(s, ORG, english, by=other))
    told += await queued(
        store,
        lambda s: notices.escalated(s, ORG, english, [other], deadline_seconds=86400, remind_after=900),
    )
    assert [(n.recipient, n.language) for n in told] == [("sato@tachibana.example", "en"), (other, "ja")]


def test_a_member_of_a_team_reads_the_houses_language_and_an_author_with_another_reverse_path_the_messages() -> None:
    author, member = "ito@tachibana.example", "mori@tachibana.example"
    english = hold(
        language="en",
        reverse_path="bounces@tachibana.example",
        asked=(author, member),
        verdict={"findings": [TYPO], "stand_ins": {member: "info@tachibana.example"}},
    )
    assert addressees.language(ORG, author, english) == "en"
    assert addressees.language(ORG, member, english) == "ja"


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "送信者： 佐藤 <sato@tachibana.example>"), ("en", "From: 佐藤 <sato@")]
)
async def test_whoever_is_not_the_sender_is_told_whose_message_it_is(store: Store, language: str, said: str) -> None:
    both = hold(asked=("sato@tachibana.example", "natori@tachibana.example"))

    def unit(shelves: Shelves) -> tuple[Notice, ...]:
        return (
            *notices.question(shelves, ORG, both, deadline_seconds=86400, remind_after=900),
            *notices.reminder(shelves, ORG, both),
            *notices.delayed(shelves, ORG, both),
            *notices.expired(shelves, ORG, both),
            *notices.left(shelves, ORG, both),
            *notices.decided_by_other(shelves, ORG, both, by="smith@tachibana.example", sent=True),
            *notices.released_by_desk(shelves, ORG, both, by="smith@tachibana.example", reason="x"),
        )

    for told in await queued(store, unit):
        text = render(replace(told, language=language), ORG, at=AT, link="https://x.example/q/t", until=AT).text
        assert (said in text) == (told.recipient != "sato@tachibana.example"), told.kind


async def test_a_request_about_the_content_says_who_would_get_it_but_nobody_of_bcc(store: Store) -> None:
    to = ["bcc@customer.example", "ito@tachibana.example", *(f"p{n}@customer.example" for n in range(5))]
    recipients = tuple(Recipient(n, a, a, Delivery.HELD) for n, a in enumerate(to))
    verdict = {"findings": [LIST | {"action": "approve"}], "exposure": EXPOSURE, "unnamed": ["bcc@customer.example"]}
    of = Round("K7Q29MXD", 1, "sato@tachibana.example", AT, "急ぎ", {}, "", (), ())

    def unit(shelves: Shelves) -> tuple[Notice, ...]:
        people = ["natori@tachibana.example"]
        kept = hold(recipients=recipients, verdict=verdict)
        asking = approval_notices
        return (
            *asking.approval_asked(shelves, ORG, kept, of, people, deadline_seconds=86400, remind_after=900),
            *asking.approval_reminder(shelves, ORG, kept, of, people),
        )

    for told in await queued(store, unit):
        for language, said in (
            ("ja", "社外の宛先： 6件（p0@customer.example、p1@customer.example、p2@customer.example ほか3件）"),
            ("en", "Outside recipients: 6 (p0@customer.example, p1@customer.example, p2@customer.example and 3 more)"),
        ):
            text = render(replace(told, language=language), ORG, at=AT, link="https://x.example/q/t", until=AT).text
            assert said in text
            assert "bcc@" not in text


async def test_a_request_about_a_recipient_names_nobody_else(store: Store) -> None:
    of = Round("K7Q29MXD", 1, "sato@tachibana.example", AT, "急ぎ", {}, "", (), ())
    [told] = await queued(
        store,
        lambda s: approval_notices.approval_reminder(
            s, ORG, hold(verdict={"findings": [TYPO]}), of, ["natori@tachibana.example"]
        ),
    )
    assert (told.facts["outside"], told.facts["first"]) == (0, [])


async def test_the_first_reminder_goes_to_the_person_and_the_second_to_the_deputy_too(store: Store) -> None:
    first = await queued(store, lambda shelves: notices.reminder(shelves, ORG, hold(reminders=0)))
    second = await queued(store, lambda shelves: notices.reminder(shelves, ORG, hold(reminders=1)))
    assert [n.recipient for n in first] == ["sato@tachibana.example"]
    assert [n.recipient for n in second] == ["mori@tachibana.example", "sato@tachibana.example"]


async def test_who_cancels_the_own_message_is_not_told_so(store: Store) -> None:
    by_self = await queued(store, lambda s: notices.cancelled(s, ORG, hold(), by="Sato@tachibana.example"))
    by_admin = await queued(store, lambda s: notices.cancelled(s, ORG, hold(), by="natori@tachibana.example"))
    assert by_self == []
    assert [(n.recipient, n.facts["by"]) for n in by_admin] == [
        ("sato@tachibana.example", "名取 <natori@tachibana.example>")
    ]


async def test_what_no_person_cancelled_is_said_without_a_name(store: Store) -> None:
    [told] = await queued(store, lambda s: notices.cancelled(s, ORG, hold(), by="gateway"))
    assert told.facts["by"] == ""


async def test_the_others_who_were_asked_learn_who_answered(store: Store) -> None:
    asked = hold(asked=("sato@tachibana.example", "smith@tachibana.example"))
    told = await queued(
        store, lambda s: notices.decided_by_other(s, ORG, asked, by="smith@tachibana.example", sent=True)
    )
    assert [n.recipient for n in told] == ["sato@tachibana.example"]
    assert told[0].facts["sent"] is True


async def test_a_lost_question_and_an_alarm_go_to_the_admins(store: Store) -> None:
    lost = await queued(store, lambda s: notices.question_lost(s, ORG, hold(), "550 no such user"))
    rung = await queued(store, lambda s: notices.alarm(s, ORG, "clock-jumped", {"seconds": 400}))
    assert [n.recipient for n in (*lost, *rung)] == ["admin@tachibana.example"] * 2
    assert lost[0].facts["asked"] == ["sato@tachibana.example"]
    assert rung[0].facts == {"alarm": "clock-jumped", "facts": {"seconds": "400"}}


async def test_a_bounce_keeps_its_octets_and_its_message_id_and_may_go_anywhere(store: Store) -> None:
    raw = b"From: MAILER-DAEMON@tachibana.example\r\nMessage-ID: <b1@tachibana.example>\r\n\r\n\xff\r\n"
    [told] = await queued(store, lambda s: notices.bounce(s, raw, "stranger@customer.example", "K7Q29MXD"))
    assert told.raw == raw
    assert told.channel == "relay"
    assert await store.read(lambda shelves: shelves.outbox.is_ours("<b1@tachibana.example>"))


async def test_nobody_is_bounced_at_when_nobody_sent_it(store: Store) -> None:
    with pytest.raises(ValueError, match="null"):
        await store.commit(lambda s: notices.bounce(s, b"\r\n", ""))


async def test_a_call_says_who_reported_and_the_number_and_nothing_of_the_content(store: Store) -> None:
    [told] = await queued(store, lambda s: case_notices.call_superior(s, ORG, ticket(), NATORI))
    assert told.recipient == "natori@tachibana.example"
    assert told.ticket_id == "T1CKET00"
    assert told.facts["number"] == "T1CK-ET00"
    assert "sato@tachibana.example" in told.facts["reporter"]
    assert "見積" not in json.dumps(told.facts, ensure_ascii=False)
    assert "secret" not in json.dumps(told.facts)


async def test_a_responder_is_called_with_the_first_open_step_of_the_role(store: Store) -> None:
    [leader] = await queued(store, lambda s: case_notices.call_responder(s, ORG, ticket(), NATORI, "leader"))
    [other] = await queued(store, lambda s: case_notices.call_responder(s, ORG, ticket(), SMITH, "privacy officer"))
    assert leader.facts["step"] == "3.1 責任者が受け持つ"
    assert other.facts["step"] == "2.1 Stop what is still here"


async def test_a_responder_can_be_called_to_a_case_without_open_steps(store: Store) -> None:
    [told] = await queued(store, lambda s: case_notices.call_responder(s, ORG, ticket(steps=()), NATORI, "leader"))
    assert told.facts["step"] == ""


async def test_a_reporter_inside_is_thanked_with_the_superior_to_tell(store: Store) -> None:
    [told] = await queued(store, lambda s: case_notices.report_received(s, ORG, ticket()))
    assert told.recipient == "sato@tachibana.example"
    assert told.facts["superior"] == "名取 <natori@tachibana.example>"
    assert told.facts["phone"] == "03-0000-0000"


async def test_a_reporter_without_a_known_superior_is_thanked_too(store: Store) -> None:
    [told] = await queued(
        store, lambda s: case_notices.report_received(s, ORG, ticket(reporter="new@tachibana.example"))
    )
    assert told.facts["superior"] == ""


async def test_a_reporter_outside_gets_the_number_only(store: Store) -> None:
    outside = ticket(reporter="stranger@customer.example")
    assert await queued(store, lambda s: case_notices.report_received(s, ORG, outside)) == []
    [told] = await queued(store, lambda s: case_notices.report_reference(s, ORG, outside))
    assert told.recipient == "stranger@customer.example"
    assert told.facts == {"number": "T1CK-ET00", "drill": False}


@pytest.mark.parametrize(
    "case",
    [
        ticket(reporter="stranger@customer.example", kind="drill"),
        ticket(reporter=""),
        ticket(reporter="sato@tachibana.example"),
    ],
    ids=["drill", "nobody", "inside"],
)
async def test_a_reference_goes_to_no_one_in_a_drill_to_nobody_and_not_inside(store: Store, case: Any) -> None:
    assert await queued(store, lambda s: case_notices.report_reference(s, ORG, case)) == []


def test_every_kind_has_a_function_of_its_name() -> None:
    written = {
        name
        for module in (
            approval_notices,
            call_notices,
            case_notices,
            clock_notices,
            drill_notices,
            learning_notices,
            letter_notices,
            notices,
        )
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
    }
    by_another = {*digests.LISTS, learning_notices.OUTSIDE}  # the same said to somebody outside
    assert (set(kinds.KINDS) - by_another) | {"bounce"} <= written


async def test_two_reasons_about_one_recipient_show_its_address_once(store: Store) -> None:
    silent = TYPO | {"rule": "recipient-unreachable", "suggestion": ""}
    again = TYPO | {"rule": "recipient-lookalike"}
    [told] = await queued(store, ask(verdict={"findings": [silent, TYPO, again], "exposure": {"parts": []}}))
    lone, pair, rest = told.facts["reasons"]
    assert (bool(lone["given"]), bool(lone["usual"])) == (True, False)
    assert (bool(pair["given"]), bool(pair["usual"]), pair["alike"]) == (True, True, True)
    assert (rest["given"], rest["usual"]) == ([], [])
    assert all(reason["words"] for reason in told.facts["reasons"])


async def test_somebody_else_who_may_be_meant_is_not_called_the_usual_one(store: Store) -> None:
    other = TYPO | {"suggestion": "john.smith@elsewhere.example"}
    [told] = await queued(store, ask(verdict={"findings": [other], "exposure": {"parts": []}}))
    assert not any(differs for side in ("given", "usual") for _, differs in told.facts["reasons"][0][side])
    for language, called, usual in (("ja", "宛先の候補：", "いつもの宛先："), ("en", "Perhaps meant:", "Usually:")):
        said = render(replace(told, language=language), ORG, at=AT, link="https://x.example/q/t", until=AT).text
        assert called in said
        assert usual not in said
