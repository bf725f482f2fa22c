"""The mails of the story: one that is nothing to ask about, one mistyped letter with a customer list, one to a stranger."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from html import escape
from typing import Final

from service.story_house import MISTYPED, OTHER, REPORT, SENDER, STRANGER, Language, sender_name

_TEXTS: Final[Mapping[Language, Mapping[str, tuple[str, str]]]] = {
    "ja": {
        "ordinary": ("打合せの件", "佐藤様\n\n来週の打合せは木曜日の14時でお願いいたします。\n\n小野\n"),
        "mistyped": ("竣工式のご案内", "山田様\n\nご招待する方の一覧をお送りします。\n\n小野\n"),
        "stranger": ("お見積りの件", "森様\n\nお見積りをお送りします。\n\n小野\n"),
        "report": ("誤送信の申告", "申し訳ありません。宛先を間違えました。\n{message_id}\n"),
    },
    "en": {
        "ordinary": ("Our meeting", "Dear Ms Sato,\n\nMay we meet on Thursday next week, at two?\n\nHanako Ono\n"),
        "mistyped": ("The opening", "Dear Mr Yamada,\n\nhere is the list of the guests.\n\nHanako Ono\n"),
        "stranger": ("The quotation", "Dear Mr Mori,\n\nit comes to 1,200,000 yen.\n\nHanako Ono\n"),
        "report": ("Sent to the wrong one", "I am sorry, I wrote to the wrong address.\n{message_id}\n"),
    },
}
"""Subject and text of each mail."""
_LIST = {"ja": "顧客一覧.xlsx", "en": "customers.xlsx"}
_FAMILY = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
]
_GIVEN = ["翔太", "美咲", "健太", "陽子", "大輔", "恵子", "拓也", "由美"]


def ordinary(at: datetime, language: Language) -> EmailMessage:
    """A mail to somebody who is known: nothing to ask."""
    return _mail(OTHER, "ordinary", at, language)


def mistyped(at: datetime, language: Language) -> EmailMessage:
    """The mail of the training text: one letter of a client's address is wrong, a list of persons is attached."""
    mail = _mail(MISTYPED, "mistyped", at, language)
    mail.add_attachment(
        customer_list(),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename=_LIST[language],
    )
    return mail


def to_a_stranger(at: datetime, language: Language) -> EmailMessage:
    """A mail that nothing speaks against, and that was wrong all the same."""
    return _mail(STRANGER, "stranger", at, language)


def report(message_id: str, at: datetime, language: Language) -> EmailMessage:
    """What the sender writes to the report address when it is noticed."""
    return _mail(REPORT, "report", at, language, message_id=message_id)


def customer_list() -> bytes:
    """A small .xlsx with invented persons: name, telephone, address."""
    names = [f"{family} {given}" for family in _FAMILY for given in _GIVEN]
    rows = [("氏名", "電話番号", "住所")]
    rows += [
        (name, f"090-0000-{number:04}", f"東京都架空区見本町{number % 9 + 1}-{number % 20 + 1}")
        for number, name in enumerate(names)
    ]
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{"ABC"[c]}{r}" t="inlineStr"><is><t>{escape(v)}</t></is></c>' for c, v in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{sheet}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="顧客" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return packed.getvalue()


def _mail(to: str, which: str, at: datetime, language: Language, **given: str) -> EmailMessage:
    subject, text = _TEXTS[language][which]
    mail = EmailMessage()
    mail["From"] = f"{sender_name(language)} <{SENDER}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain="tachibana.example")
    mail.set_content(text.format(**given))
    return mail


STATES = {
    "held": "保留中",
    "waiting": "再送待ち",
    "sending": "送信中",
    "delivered": "配送済み",
    "failed": "配送できず",
    "stopped": "送信せず",
}
"""What became of a recipient, in Japanese; in English the state itself."""
