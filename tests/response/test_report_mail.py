"""Mails to the report address: what they give away."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from response import plain_text, report_mail
from response.report_mail import ReportMail
from tests.helpers import pace
from tests.response.cases import OTHER, SENDER, WRONG

REPORTS = "moredashita@tachibana.example"
OURS = ("tachibana.example",)


def read(content: bytes, reverse_path: str = SENDER) -> ReportMail:
    return report_mail.read(reverse_path, content, OURS, REPORTS)


def original(**headers: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    given_headers = {"From": SENDER, "To": WRONG, "Subject": "お見積りの件", "Date": "Wed, 01 Apr 2026 09:30:00 +0900"}
    for name, value in (given_headers | {"Message-ID": "<orig-1@tachibana.example>"} | headers).items():
        message[name] = value
    message.set_content("本文")
    message.add_attachment(b"PK-data", maintype="application", subtype="octet-stream", filename="見積書.xlsx")
    return message


def report(text: str = "", attached: EmailMessage | None = None, /, **headers: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    for name, value in (
        {"From": SENDER, "To": REPORTS, "Subject": "誤送信", "Message-ID": "<r@x.example>"} | headers
    ).items():
        message[name] = value
    message.set_content(text)
    if attached:
        message.add_attachment(attached)
    return bytes(message)


def test_an_attached_original_gives_its_message_id_headers_and_digests() -> None:
    found = read(report("宛先を間違えました", original()))
    assert found.clues.message_ids[0] == "<orig-1@tachibana.example>"
    quoted = found.clues.quoted[0]
    assert (quoted.subject, quoted.sender, quoted.recipients) == ("お見積りの件", SENDER, (WRONG,))
    assert quoted.date is not None
    assert quoted.date.isoformat() == "2026-04-01T09:30:00+09:00"
    assert sha256(b"PK-data").hexdigest() in found.clues.digests
    assert found.words == "宛先を間違えました"
    assert not found.automatic


def test_an_original_saved_as_a_file_is_read_by_its_name() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    message.set_content("これです")
    message.add_attachment(bytes(original()), maintype="application", subtype="octet-stream", filename="mail.eml")
    assert read(bytes(message)).clues.message_ids[0] == "<orig-1@tachibana.example>"


def test_a_forward_of_a_forward_is_looked_into_but_not_for_ever() -> None:
    inner = original()
    for depth in range(12):
        outer = EmailMessage(policy=SMTP)
        outer["Message-ID"] = f"<level-{depth}@x.example>"
        outer.set_content("fwd")
        outer.add_attachment(inner)
        inner = outer
    found = read(report("see", inner))
    assert found.clues.message_ids[:2] == ("<level-11@x.example>", "<level-10@x.example>")
    assert "<orig-1@tachibana.example>" not in found.clues.message_ids


@pytest.mark.parametrize(
    "text", ["受付番号 K7Q2-9MXD です", "k7q2‐9mxd", "K7Q29MXD を送りました", "Number: K7Q2−9MXD."]
)
def test_a_number_in_the_text_is_read_as_people_write_it(text: str) -> None:
    assert "K7Q29MXD" in read(report(text)).clues.numbers


def test_a_number_in_the_subject_of_the_attached_notice_counts() -> None:
    found = read(report("これ", original(Subject="【送信保留】宛先をご確認ください（K7Q2-9MXD）")))
    assert found.clues.numbers == ("K7Q29MXD",)


def test_a_number_in_the_subject_counts() -> None:
    assert "K7Q29MXD" in read(report("x", Subject="Re: 【送信保留】（K7Q2-9MXD）")).clues.numbers


def test_a_message_id_in_the_text_and_what_is_answered_to_are_clues_in_this_order() -> None:
    content = report(
        "This: <typed@x.example>",
        **{"In-Reply-To": "<answered@x.example>", "References": "<a@x.example> <b@x.example>"},
    )
    assert read(content).clues.message_ids == (
        "<typed@x.example>",
        "<b@x.example>",
        "<a@x.example>",
        "<answered@x.example>",
    )


def test_a_queue_id_is_read_from_the_log_line_somebody_pasted() -> None:
    assert read(report("250 2.0.0 Ok: queued as 4bXyz12345")).clues.queue_ids == ("4bXyz12345",)


OUTLOOK_JA = """宛先を間違えました。

差出人: 山田 <yamada@tachibana.example>
送信日時: 2026年4月1日 9:30
宛先: 田中様 <tanka@customer.example>
件名: お見積りの件

お世話になっております。"""
OUTLOOK_EN = """Wrong recipient, sorry.

-----Original Message-----
From: Yamada <yamada@tachibana.example>
Sent: Wednesday, April 1, 2026 9:30 AM
To: Tanaka <tanka@customer.example>
Subject: お見積りの件

Dear"""
THUNDERBIRD = """宛先を間違えました。

-------- 転送メッセージ --------
件名: \tお見積りの件
日付: \tWed, 1 Apr 2026 09:30:00 +0900
差出人: \t山田 <yamada@tachibana.example>
宛先: \ttanka@customer.example

本文"""
QUOTED = """See below.

> From: Yamada <yamada@tachibana.example>
> Date: 2026/04/01 9:30
> To: tanka@customer.example;
>  abe@partner.example
> Subject: お見積りの件
>
> body"""


@pytest.mark.parametrize(
    "text", [OUTLOOK_JA, OUTLOOK_EN, THUNDERBIRD, QUOTED], ids=["outlook-ja", "outlook-en", "thunderbird", "quoted"]
)
def test_the_header_lines_of_a_quotation_are_read(text: str) -> None:
    found = read(report(text))
    (quoted,) = found.clues.quoted
    assert quoted.subject == "お見積りの件"
    assert quoted.sender == SENDER
    assert quoted.recipients[0] == WRONG
    assert quoted.date is not None
    assert quoted.date.strftime("%Y-%m-%d %H:%M") == "2026-04-01 09:30"
    assert found.named == ()  # what the quotation says is not what the reporter says


@pytest.mark.parametrize(
    "text",
    [
        "ごめんなさい\n\n2026年4月1日(水) 9:30 山田 <yamada@tachibana.example>:\n\n> 本文",
        "Sorry\n\nOn Wed, Apr 1, 2026 at 9:30 AM Yamada <yamada@tachibana.example> wrote:\n> body",
        "Sorry\n\nOn Wed, Apr 1, 2026 at 9:30 AM Yamada <yamada@tachibana.example>\nwrote:\n> body",
        "Sorry\n\nOn 1 Apr 2026, at 9:30, Yamada <yamada@tachibana.example> wrote:\n> body",
    ],
    ids=["gmail-ja", "gmail-en", "gmail-en-broken", "apple"],
)
def test_one_line_above_a_quotation_gives_time_and_sender(text: str) -> None:
    (quoted,) = read(report(text)).clues.quoted
    assert quoted.sender == SENDER
    assert quoted.date is not None
    assert quoted.date.strftime("%Y-%m-%d %H:%M") == "2026-04-01 09:30"


def test_addresses_in_the_reporters_own_words_are_said_to_be_wrong() -> None:
    found = read(report(f"{WRONG} に送ってしまいました。{SENDER} です。{REPORTS}"))
    assert found.named == (WRONG,)


def test_html_only_is_read_without_its_tags() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    message.set_content(
        "<style>p{}</style><p>間違えました</p><p>From: x &lt;yamada@tachibana.example&gt;</p><p>Subject: 見積</p>",
        subtype="html",
    )
    found = read(bytes(message))
    assert "間違えました" in found.words
    assert "p{}" not in found.words
    assert found.clues.quoted[0].subject == "見積"


def test_words_to_look_for_are_file_names_phrases_and_the_subject() -> None:
    words = read(report("「顧客一覧」を添付した 見積書.xlsx です", Subject="Fwd: お見積りの件")).clues.words
    assert set(words) == {"見積書.xlsx", "顧客一覧", "お見積りの件"}


@pytest.mark.parametrize(
    ("headers", "reverse_path"),
    [
        ({"Auto-Submitted": "auto-replied"}, SENDER),
        ({"Precedence": "bulk"}, SENDER),
        ({"List-Id": "<l.example>"}, SENDER),
        ({}, ""),
    ],
)
def test_a_machine_is_known_and_names_nobody(headers: dict[str, str], reverse_path: str) -> None:
    found = read(report(f"{OTHER} is away", **headers), reverse_path)
    assert found.automatic
    assert found.named == ()


def test_a_bounce_is_a_machine() -> None:
    content = b"From: mailer@x.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nno\r\n--b--\r\n"
    assert read(content).automatic


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000), st.text(max_size=40))
def test_any_octets_are_read_without_an_error(content: bytes, reverse_path: str) -> None:
    found = read(content, reverse_path)
    assert len(found.words) <= plain_text.TEXT


_PIECES = [
    "From: ",
    "件名: ",
    "Sent: ",
    "To: ",
    "Date: ",
    "> ",
    "\n",
    "On ",
    " wrote:",
    "2026年13月40日 25:99",
    "a@b.example",
    "<",
    ">",
    "-----Original Message-----",
    "Feb 31, 2026 9:30 PM",
    "\t",
    "Content-Type: message/rfc822\n\n",
    "0" * 9,
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=60))
def test_whatever_looks_like_a_quotation_is_read_without_an_error(pieces: list[str]) -> None:
    found = read(("From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n" + "".join(pieces)).encode())
    assert len(found.clues.quoted) <= 20


@pytest.mark.parametrize(
    "piece", ["On ", "<a", "「", "2026年", "a@", ">", "From: x\nTo: y\n", "a.", "K7Q2-", "=?utf-8?b?", "<style>", "<p "]
)
def test_hostile_repetition_costs_little(piece: str) -> None:
    content = (
        "From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n" + piece * (400_000 // len(piece))
    ).encode()
    assert pace.within(5, lambda: read(content)).words is not None


@pytest.mark.parametrize("piece", ["a.", "見積.", "a.pdfx.", "a!b.", "a.b@", "1234-", "「a", "<a@", "a.pdf "])
def test_a_long_text_takes_as_long_as_it_is(piece: str) -> None:
    """Of one word as of many: nothing is looked at again from every letter on."""

    def read_of(length: int) -> Callable[[], ReportMail]:
        content = report(piece * (length // len(piece)))
        return lambda: read(content)

    pair = pace.growth(read_of(plain_text.TEXT // 4), read_of(plain_text.TEXT), 8, worth=0.05)
    assert not pace.outgrows(pair, 8, worth=0.05), pair
    pace.within(0.25, read_of(plain_text.TEXT))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("見積書.xlsx を送りました", ["見積書.xlsx"]),
        ("顧客一覧.xlsxを送りました。a.pdf も", ["顧客一覧.xlsx", "a.pdf"]),
        ("（名簿.csv）と「b.docx」", ["名簿.csv", "b.docx"]),
        ("archive.tar.zip and notes.pdf.exe", ["archive.tar.zip", "notes.pdf"]),
        ("no.files here.pdfx .pdf", []),
        ("x" * 200 + ".pdf", ["x" * 121 + ".pdf"]),
    ],
)
def test_names_of_files_are_what_somebody_would_look_for(text: str, names: list[str]) -> None:
    found = read(report(text)).clues.words
    assert [word for word in found if "." in word and word != "誤送信"] == names
