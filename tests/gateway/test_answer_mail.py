"""Answer mail: the first line of somebody's own words counts, and nothing that a machine or a forward brings."""

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import answer_mail

ASKED = "<question@tachibana.example>"
QUOTED = "\n\n2026年11月29日(日) 10:00 橘建築設計事務所 <sekisho@tachibana.example>:\n> 7K2MQ： tanaka@customer.example に送る\n> 9XD4A： この宛先には送らない\n"


def answer(text: str, *, html: str = "", **fields: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "ono@tachibana.example", "answers@tachibana.example"
    mail["In-Reply-To"] = ASKED
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes().replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    "line",
    [
        "取り消し",
        "取消",
        "取り消してください。",
        "取り消しをお願いします",
        "送信しないでください",
        "キャンセルします",
        "Cancel",
        "cancel, please",
        "Please cancel.",
        "Don’t send",
        "ＣＡＮＣＥＬ",
    ],
)
def test_a_line_that_says_cancel_cancels_however_politely(line: str) -> None:
    assert answer_mail.read(answer(line + QUOTED)).act == "cancel"


@pytest.mark.parametrize(
    "line",
    [
        "取り消しません",
        "キャンセルしないでください",
        "do not cancel",
        "取り消しについて教えてください",
        "Canceled meeting?",
    ],
)
def test_a_sentence_that_may_say_the_opposite_is_no_cancel(line: str) -> None:
    assert answer_mail.read(answer(line + QUOTED)).act == "nothing"


@pytest.mark.parametrize("line", ["7K2MQ 9XD4A", "７ｋ２ｍｑ、９ｘｄ４ａ", " 7k2mq,9xd4a。", "7K2MQ・9XD4A"])
def test_codes_are_read_whatever_way_they_are_typed(line: str) -> None:
    said = answer_mail.read(answer(line + QUOTED))
    assert (said.act, said.codes) == ("codes", ("7K2MQ", "9XD4A"))


def test_letters_that_look_alike_are_read_as_the_digits_that_are_meant() -> None:
    assert answer_mail.read(answer("oI2lQ")).codes == ("0121Q",)


def test_a_word_beside_the_codes_takes_them_all_back() -> None:
    assert answer_mail.read(answer("7K2MQ でお願いします" + QUOTED)).act == "nothing"


def test_the_question_quoted_back_says_nothing() -> None:
    assert answer_mail.read(answer(QUOTED)).act == "nothing"


def test_an_answer_below_the_quotation_says_nothing() -> None:
    assert answer_mail.read(answer(QUOTED + "\n7K2MQ\n")).act == "nothing"


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<all.tachibana.example>"},
    ],
)
def test_what_a_program_answers_says_nothing_even_with_the_right_codes(fields: dict[str, str]) -> None:
    said = answer_mail.read(answer("7K2MQ" + QUOTED, **fields))
    assert (said.act, said.automatic) == ("nothing", True)


def test_codes_beside_a_forwarded_message_say_nothing() -> None:
    mail = EmailMessage()
    mail["From"] = "ono@tachibana.example"
    mail.set_content("7K2MQ")
    inner = EmailMessage()
    inner["Subject"] = "question"
    inner.set_content("x")
    mail.add_attachment(inner)
    assert answer_mail.read(mail.as_bytes().replace(b"\n", b"\r\n")).act == "nothing"


def test_an_answer_in_html_alone_is_read_by_its_first_line() -> None:
    mail = EmailMessage()
    mail["From"] = "ono@tachibana.example"
    mail.set_content("<html><body><p>7K2MQ</p><blockquote>&gt; 9XD4A</blockquote></body></html>", subtype="html")
    assert answer_mail.read(mail.as_bytes().replace(b"\n", b"\r\n")).codes == ("7K2MQ",)


def test_the_message_it_answers_comes_before_the_rest_of_the_thread() -> None:
    said = answer_mail.read(answer("x", References=f"<first@a.example> <second@a.example> {ASKED}"))
    assert said.answers == (ASKED, "<second@a.example>", "<first@a.example>")


@settings(max_examples=200)
@given(st.binary(max_size=2000))
def test_any_octets_are_read_without_an_error(content: bytes) -> None:
    assert answer_mail.read(content).act in {"codes", "cancel", "bring-back", "nothing"}
