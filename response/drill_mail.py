"""The mail of a drill: real in its shape, invented in its content, marked in its subject and its text, and keyed for the relay."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from notifier.options import Language
from notifier.rendering import DRILL
from store.drills import DrillMail
from store.ids import shown
from store.seal import Seal

HEADER = "X-Sekisho-Drill"
"""The number of the drill and its key for this very message."""
_LIST = {
    "ja": (("氏名", "電話番号", "住所"), "東京都港区芝公園1-{n}-1"),
    "en": (("Name", "Telephone", "Address"), "1-{n}-1 Shibakoen, Minato, Tokyo"),
}
_NAMES = {
    "ja": ("佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤", "太郎 花子 一郎 恵子 健太 美咲 翔太 陽子 誠 直樹"),
    "en": (
        "Sato Suzuki Takahashi Tanaka Ito Watanabe Yamamoto Nakamura Kobayashi Kato",
        "Taro Hanako Ichiro Keiko Kenta Misaki Shota Yoko Makoto Naoki",
    ),
}
_CALM = {
    "ja": "これは情報漏えい対応の訓練です。添付の一覧は架空のもので、このメールは組織の外へは送られません。",
    "en": "This is a drill of the leak response. The list attached is invented, and this message does not leave the organisation.",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in it, in one language."""

    subject: str
    text: str
    file: str
    """Name of the attachment; "" for none."""
    rows: int


def key_of(seal: Seal, drill_id: str, player: str, recipient: str, message_id: str) -> str:
    """The key of one message of one drill: an HMAC with the key of the house over all four, of at least 132 bit."""
    return seal.token(f"{drill_id}\n{message_id}", f"{player}\n{recipient}", "drill")


def compose(mail: DrillMail, written: Written, language: Language, *, drill_id: str, key: str, at: datetime) -> bytes:
    """The message as the player's own program would write it, with CRLF."""
    message = EmailMessage()
    message["From"] = mail.player
    message["To"] = mail.recipient
    message["Subject"] = DRILL[language] + written.subject
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(at)
    message[HEADER] = f"{drill_id} {key}"
    number = shown(drill_id)
    message.set_content(f"{DRILL[language]}{_CALM[language]} ({number})\n\n{written.text}\n")
    if written.file:
        content = _rows(written.rows, language).encode("utf-8-sig")
        message.add_attachment(content, maintype="text", subtype="csv", filename=written.file)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _rows(count: int, language: Language) -> str:
    """A list of people who do not exist: the commonest names in turn, telephone numbers that nobody is given."""
    heading, place = _LIST[language]
    families, given = (names.split() for names in _NAMES[language])
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(heading)
    for n in range(1, count + 1):
        family, first = families[n % len(families)], given[n // len(families) % len(given)]
        name = f"{family} {first}" if language == "ja" else f"{first} {family}"
        rows.writerow((name, f"03-0000-{n:04}", place.format(n=n)))
    return written.getvalue()
