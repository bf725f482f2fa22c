"""Forgotten attachments: a clear claim of the sender's own, and nothing there; all else is silent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.message import read
from mail.shapes import Block, Lost, Paragraphs, Part
from rules import content_forgotten_attachment as rule
from rules.attachment_claims import claims
from rules.base import Action, Facts, Finding, Mail
from rules.examples import OWN, TODAY, body, facts, file, mail, unreadable
from tests.helpers import pace
from tests.mail.making import attached, message

CLEAR = (
    "見積書を添付いたします。", "資料を添付しましたのでご確認ください。", "添付ファイルをご確認ください。", "添付の資料をご覧ください。", "添付にてお送りします。", "添付のとおりご報告いたします。", "請求書を添付させていただきます。",
    "添付をご査収ください。", "図面を添付しております。", "別添の資料をご参照ください。", "同封のファイルをご確認ください。", "添付ファイル：見積書.pdf", "見積書（添付）のとおりです。", "詳細は添付ご参照ください。",
    "添付ご査収のほどよろしくお願いいたします。", "先ほどは失礼しました。\n改めて添付いたします。",
    "Please find attached the report.", "Please see the attached invoice.", "I have attached the contract.", "I've attached our quote.", "Attached please find the minutes.", "Attached is the draft.",
    "The file is attached.", "We are attaching the drawings.", "Please find enclosed our offer.", "See attached.", "The slides are attached for your review.", "Kindly check the attachment.",
    "I am sending you the attached document.", "Enclosed you will find the form.",
)  # fmt: skip
SILENT = (
    "資料は後ほど添付いたします。", "添付は後日お送りします。", "添付ファイルはございません。", "添付なしで失礼します。", "添付を忘れておりました。", "添付いただいた資料を拝見しました。", "資料を添付してください。", "お手数ですが見積書を添付の上ご返信ください。",
    "添付ファイルを確認しました。", "添付ファイルが開けませんでした。", "先日のメールに添付した資料の件です。", "添付ファイルありがとうございます。", "ファイルは添付できますか？", "添付する場合は 10 MB までです。", "前回のメールに添付しております。", "いただいた添付を確認いたしました。",
    "別メールにて添付いたします。", "添付ファイルのサイズにご注意ください。", "添付方法についてご案内します。",
    "I will attach the file later.", "I'll attach it tomorrow.", "There is no attachment.", "Thanks for the attached file.", "Could you attach the report?", "Please attach the form.", "Your attachment could not be opened.",
    "The disk is attached to the bus.", "I did not attach anything.", "You attached the wrong file.", "I sent the attached report in my previous mail.", "Is the file attached?", "If attached files are large, use the share.",
    "I forgot to attach the file.", "The key is attached to the door.", "See the text below, attached below.", "I have attached ddd to the process.",
)  # fmt: skip
CLAIM = "見積書を添付いたしますので、ご査収ください。"


def found(*lines: str, parts: tuple[Part, ...] = (), known: Facts | None = None, **options: object) -> list[Finding]:
    given_mail = mail(parts=(body("\n".join(lines)), *parts))
    return list(rule.check(given_mail, known or facts(), rule.Options(**options)))  # type: ignore[arg-type]  # options by name


@pytest.mark.parametrize("text", CLEAR)
def test_a_clear_claim_is_asked_about(text: str) -> None:
    (one,) = found("田中様", "", text, "", "山田")
    assert (one.action, one.reason) == (None, "clear")
    (one,) = found(*(f"{text[:20]}\n{text[20:]}" if text.isascii() is False else text).split("\n"))
    assert one.reason == "clear"


@pytest.mark.parametrize("text", SILENT)
def test_what_is_denied_promised_asked_past_or_theirs_is_no_claim(text: str) -> None:
    assert found("田中様", "", text) == []


def test_what_only_speaks_of_an_attachment_is_a_note() -> None:
    (one,) = found("添付ファイルの件、承知しました。")
    assert (one.action, one.reason) == (Action.NOTE, "mention")
    assert found("添付ファイルの件、承知しました。", mentions=Action.OFF)[0].action is Action.OFF


@pytest.mark.parametrize(
    "behind",
    [
        ("> " + CLAIM,),
        ("-----Original Message-----", "From: a@customer.example", CLAIM),
        ("________________________________", "From: Tanaka", "Sent: Monday", CLAIM),
        ("From: Tanaka <t@customer.example>", "Sent: Monday, 1 April", "To: Ono", "Subject: x", "", CLAIM),
        ("差出人: 田中", "送信日時: 2026年4月1日", "宛先: 小野", "件名: 見積", "", CLAIM),
        ("On Mon, 1 Apr 2026, Tanaka wrote:", CLAIM),
        ("2026年4月1日(水) 9:30 田中 <t@customer.example>:", "> " + CLAIM),
        ("-- ", CLAIM),
        ("----------------------", "橘建築設計事務所", "添付ファイルをご確認ください。"),
        ("This e-mail and the attached files are confidential and intended only for the addressee.",),
        ("本メール及び添付ファイルには機密情報が含まれます。誤って受信された場合は添付ファイルとともに削除をお願いします。",),
    ],
)  # fmt: skip
def test_what_is_not_the_senders_own_text_is_no_claim(behind: tuple[str, ...]) -> None:
    assert found("承知しました。", "", *behind) == []


def test_an_answer_below_what_it_quotes_is_the_senders_own() -> None:
    assert found("On Mon, 1 Apr 2026, Tanaka wrote:", "> Where is the report?", "", "Please find attached the report.")


@pytest.mark.parametrize(
    "part",
    [
        file("見積書.pdf", "pdf"),
        file("a.vcf", "vcard"),
        file("IMG_1234.jpg", "picture"),
        Part("image001.png", "picture", 400_000, ""),
        file("", "mail"),
        file("", "calendar"),
        unreadable("smime.p7m", Lost("encrypted_mail")),
        unreadable("winmail.dat", Lost("unknown_format")),
    ],
)
def test_something_attached_or_unread_is_enough(part: Part) -> None:
    assert found(CLAIM, parts=(part,)) == []


@pytest.mark.parametrize(
    "part",
    [
        file("image001.png", "picture"),
        file("logo.gif", "picture"),
        file("", "picture"),
        file("smime.p7s", "signature"),
        file("", "plain"),
        Part("", "html", 1, "", (Block(((CLAIM,),)),), is_body=True),
    ],
)
def test_the_trimmings_of_a_mail_are_no_attachment(part: Part) -> None:
    assert len(found(CLAIM, parts=(part,))) == 1


@pytest.mark.parametrize(
    "link",
    [
        "https://drive.google.com/x",
        "https://tachibana.sharepoint.com/:x:/s/a",
        "http://files.example/a/b.zip",
        "https://x.gigafile.nu/0123",
    ],
)
def test_a_link_to_a_file_counts_as_attached_and_a_home_page_does_not(link: str) -> None:
    assert found(CLAIM, f"ダウンロード先: {link}") == []
    assert len(found(CLAIM, link, links=False)) == 1
    assert len(found(CLAIM, "https://www.tachibana.example/")) == 1
    assert len(found(CLAIM, "", "--", "山田", link)) == 1


def test_programs_and_reports_are_not_asked() -> None:
    assert found(CLAIM, known=Facts(TODAY, OWN, nobody_to_ask=True)) == []
    report = message(CLAIM.encode(), 'Content-Type: text/plain; charset=utf-8; report-type="delivery-status"')
    assert list(rule.check(Mail(mail().envelope, read(report)), facts(), rule.Options())) == []


def test_a_whole_mail_with_a_file_is_silent_and_without_it_is_not() -> None:
    envelope = mail().envelope
    assert list(rule.check(Mail(envelope, read(attached(b"x,y\n1,2\n", "a.csv"))), facts(), rule.Options())) == []
    alone = read(message(b"Please see attachment.\r\n"))
    assert len(list(rule.check(Mail(envelope, alone), facts(), rule.Options()))) == 1


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert claims(text) in {"", "mention", "clear"}
    assert len(found(text)) <= 1


def test_a_large_text_is_not_cut_into_blocks() -> None:
    text = Paragraphs("Nothing here.\n" * 100_000)
    assert list(rule.check(mail(parts=(Part("", "plain", 1, "", text, is_body=True),)), facts(), rule.Options())) == []
    assert "_blocks" not in text.__dict__


@pytest.mark.parametrize(
    "unit",
    [
        "添付資料",
        "を添付",
        "attached ",
        "please find ",
        "this message ",
        "本メール",
        "-- \n",
        "From: x\nSent: y\n",
        "https://",
        "you ",
    ],
)
def test_a_text_made_for_it_takes_little_time(unit: str) -> None:
    pace.within(1, lambda: found((unit * 16_000)[:64_000] + " 添付"))


def test_of_one_endless_line_only_the_beginning_is_looked_at() -> None:
    part = Part("", "html", 1, "", (Block((("x" * 3_000_000 + CLAIM,),)),), is_body=True)
    assert list(rule.check(mail(parts=(part,)), facts(), rule.Options())) == []
