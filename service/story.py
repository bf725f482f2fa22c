"""The story of the demo: invented people of an invented office, one mistyped letter, one customer list."""

import io
import zipfile
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from html import escape

SENDER = "hanako.ono@tachibana.example"
SUPERIOR = "natori@tachibana.example"
REPORT = "moredashita@tachibana.example"
CLIENT = "yamada@minato-sekkei.example"
MISTYPED = "yamada@minato-sekkai.example"
OTHER = "sato@customer.example"
STRANGER = "mori@umibe-koumuten.example"

CONTACTS = f"""address,name,count,last_sent
{CLIENT},山田 大輔,41,2026-11-14
{OTHER},佐藤 恵子,12,2026-11-20
kimura@hoshizora-kogyo.example,木村 誠,7,2026-10-02
"""

SETTINGS = """# The demo's settings; `sekisho init` writes the ones to start from.
[organisation]
name = "橘建築設計事務所"
domains = ["tachibana.example"]
language = "{language}"
time_zone = "Asia/Tokyo"
contact = "情報システム担当（内線 1234）"
admins = ["admin@tachibana.example"]

[[organisation.people]]
address = "hanako.ono@tachibana.example"
name = "小野 花子"
superior = "natori@tachibana.example"

[[organisation.people]]
address = "natori@tachibana.example"
name = "名取 健"
roles = ["leader", "responder"]
deputy = "kaneko@tachibana.example"
phone = "03-0000-0001"

[[organisation.people]]
address = "kaneko@tachibana.example"
name = "金子 美咲"
roles = ["deputy", "privacy officer", "admin"]

[[organisation.people]]
address = "tachibana@tachibana.example"
name = "橘 一郎"
roles = ["management"]

[smtp]
listen = ["127.0.0.1:{smtp}"]
host_name = "sekisho.tachibana.example"

[next_hop]
host = "127.0.0.1"
port = {hop}
tls = "never"

[store]
url = "sqlite:///sekisho.db"
directory = "."

[web]
listen = "127.0.0.1:{web}"
base_url = "http://127.0.0.1:{web}"

[gate]
start = "normal"

[sandbox]
processes = 1

[metrics]
listen = ""

[response]
report_address = "moredashita@tachibana.example"
"""

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


def ordinary(at: datetime) -> EmailMessage:
    """A mail to somebody who is known: nothing to ask."""
    return _mail(OTHER, "打合せの件", "佐藤様\n\n来週の打合せは木曜日の14時でお願いいたします。\n\n小野\n", at)


def mistyped(at: datetime) -> EmailMessage:
    """The mail of the training text: one letter of a client's address is wrong, a list of persons is attached."""
    mail = _mail(MISTYPED, "竣工式のご案内", "山田様\n\nご招待する方の一覧をお送りします。\n\n小野\n", at)
    mail.add_attachment(
        customer_list(),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename="顧客一覧.xlsx",
    )
    return mail


def to_a_stranger(at: datetime) -> EmailMessage:
    """A mail that nothing speaks against, and that was wrong all the same."""
    return _mail(STRANGER, "お見積りの件", "森様\n\nお見積りをお送りします。\n\n小野\n", at)


def report(message_id: str, at: datetime) -> EmailMessage:
    """What the sender writes to the report address when it is noticed."""
    text = f"申し訳ありません。宛先を間違えました。\n{message_id}\n"
    return _mail(REPORT, "誤送信の申告", text, at)


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


def _mail(to: str, subject: str, text: str, at: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"小野 花子 <{SENDER}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain="tachibana.example")
    mail.set_content(text)
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
