"""Forwarded inline, as the mail programs of Japan and elsewhere write it: the header lines of the original are read from the text."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from response.quotations import instant
from tests.response.cases import SENDER, WRONG
from tests.response.test_report_mail import original, read, report

FORWARDS = {
    "gmail-ja": """間違えました
---------- Forwarded message ---------
From: 山田 <yamada@tachibana.example>
Date: 2026年4月1日(水) 9:30
Subject: お見積りの件
To: <tanka@customer.example>


本文""",
    "gmail-en": """Wrong one.
---------- Forwarded message ---------
From: Yamada <yamada@tachibana.example>
Date: Wed, Apr 1, 2026 at 9:30 AM
Subject: お見積りの件
To: <tanka@customer.example>

body""",
    "apple-ja": """間違えました

転送されたメッセージ：

差出人: 山田 <yamada@tachibana.example>
件名: お見積りの件
日付: 2026年4月1日 9:30:00 JST
宛先: tanka@customer.example

本文""",
    "apple-en": """Wrong one.

Begin forwarded message:

From: Yamada <yamada@tachibana.example>
Subject: お見積りの件
Date: April 1, 2026 at 9:30:00 AM GMT+9
To: tanka@customer.example

body""",
    "outlook-bold": """間違えました

*From:* 山田 <yamada@tachibana.example>
*Sent:* Wednesday, April 1, 2026 9:30 AM
*To:* tanka@customer.example
*Subject:* お見積りの件

body""",
    "outlook-gb": """Wrong one.

From: Yamada <yamada@tachibana.example>
Sent: 01 April 2026 09:30
To: tanka@customer.example <tanka@customer.example>
Subject: お見積りの件

body""",
    "outlook-web-ja": """間違えました
________________________________
差出人: 山田 <yamada@tachibana.example>
送信日時: 2026年4月1日水曜日 9:30
宛先: tanka@customer.example <tanka@customer.example>
件名: お見積りの件

本文""",
    "outlook-ios-ja": """間違えました

iOS 版 Outlook を入手
________________________________
差出人: 山田 <yamada@tachibana.example>
送信日時: 水曜日, 4月 1, 2026 9:30 午前
宛先: tanka@customer.example <tanka@customer.example>
件名: お見積りの件
""",
    "thunderbird-en": """Wrong one.

-------- Forwarded Message --------
Subject: \tお見積りの件
Date: \tWed, 1 Apr 2026 09:30:00 +0900
From: \tYamada <yamada@tachibana.example>
To: \ttanka@customer.example

body""",
    "becky-ja": """間違えました

---------- Original Message ----------
From: 山田 <yamada@tachibana.example>
Date: Wed, 01 Apr 2026 09:30:00 +0900
Subject: お見積りの件
To: tanka@customer.example
""",
    "full-width": """間違えました

差出人： 山田 <yamada@tachibana.example>
日時： 2026/04/01 9:30
宛先： tanka@customer.example
件名： お見積りの件
""",
}


@pytest.mark.parametrize("name", FORWARDS)
def test_the_header_lines_of_a_forwarded_message_are_read(name: str) -> None:
    found = read(report(FORWARDS[name]))
    (quoted,) = found.clues.quoted
    assert (quoted.subject, quoted.sender) == ("お見積りの件", SENDER)
    assert set(quoted.recipients) == {WRONG}
    assert quoted.date is not None
    assert quoted.date.strftime("%Y-%m-%d %H:%M") == "2026-04-01 09:30"
    assert found.named == ()  # what the quotation says is not what the reporter says


@pytest.mark.parametrize("name", ["gmail-ja", "apple-en", "outlook-bold"])
def test_a_forward_that_is_only_html_is_read_alike(name: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    escaped = FORWARDS[name].replace("*", "").replace("<", "&lt;").replace(">", "&gt;")
    message.set_content("".join(f"<div>{text}</div>" for text in escaped.split("\n")), subtype="html")
    (quoted,) = read(bytes(message)).clues.quoted
    assert (quoted.subject, quoted.recipients[0]) == ("お見積りの件", WRONG)


@pytest.mark.parametrize(
    "line",
    [
        "2026/04/01 9:30、山田 <yamada@tachibana.example>のメール:",
        "2026年4月1日(水) 9:30 <yamada@tachibana.example>:",
        "On 2026/04/01 9:30, 山田 <yamada@tachibana.example> wrote:",
        "On Wed, 1 Apr 2026 09:30:00 +0900\nYamada <yamada@tachibana.example> wrote:",
    ],
)
def test_the_line_above_an_answer_gives_time_and_sender(line: str) -> None:
    (quoted,) = read(report(f"すみません\n\n{line}\n\n> 本文")).clues.quoted
    assert quoted.sender == SENDER
    assert quoted.date is not None
    assert quoted.date.strftime("%Y-%m-%d %H:%M") == "2026-04-01 09:30"


@pytest.mark.parametrize("wide", [False, True], ids=["one octet a letter", "two"])
def test_the_message_id_in_a_winmail_dat_is_a_clue(wide: bool) -> None:
    """Outlook puts a forwarded message into a file of its own format; its Message-ID stands in there as it is."""
    found_in = "<orig-1@tachibana.example>".encode("utf-16-le" if wide else "ascii")
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    message.set_content("間違えました")
    data = b"\x78\x9f\x3e\x22\x01\x00" + bytes(50) + found_in + bytes(9)
    message.add_attachment(data, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    assert read(bytes(message)).clues.message_ids == ("<orig-1@tachibana.example>",)


def test_our_own_received_line_in_an_attached_original_gives_its_queue_id() -> None:
    line = "from pc (unknown [192.0.2.7])\r\n\tby relay.tachibana.example (Sekisho) with ESMTPS id 4bXyz12345;\r\n\tx"
    attached = original(**{"Message-ID": ""})
    attached["Received"] = line.replace("\r\n", "")
    assert "4bXyz12345" in read(report("これです", attached)).clues.queue_ids


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("水曜日, 4月 1, 2026 9:30 午後", "2026-04-01 21:30"),
        ("2026年4月1日水曜日 午後 9:30", "2026-04-01 21:30"),
        ("2026年12月31日木曜日 0:05", "2026-12-31 00:05"),
        ("April 1, 2026 at 9:30:00 PM GMT-3:30", "2026-04-01 21:30"),
    ],
)
def test_the_dates_of_outlook_are_read(text: str, expected: str) -> None:
    found = instant(text)
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M") == expected
