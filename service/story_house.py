"""The house of the story: an invented office, its people and whom it writes to, their names in the reader's letters."""

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["ja", "en"]

SENDER = "hanako.ono@tachibana.example"
SUPERIOR = "natori@tachibana.example"
REPORT = "moredashita@tachibana.example"
CLIENT = "yamada@minato-sekkei.example"
MISTYPED = "yamada@minato-sekkai.example"
OTHER = "sato@customer.example"
STRANGER = "mori@umibe-koumuten.example"
PARTNER = "kimura@hoshizora-kogyo.example"

_NAMES: Final[Mapping[Language, Mapping[str, str]]] = {
    "ja": {
        "organisation": "橘建築設計事務所",
        "contact": "情報システム担当（内線 1234）",
        "hanako": "小野 花子",
        "natori": "名取 健",
        "kaneko": "金子 美咲",
        "tachibana": "橘 一郎",
        "yamada": "山田 大輔",
        "sato": "佐藤 恵子",
        "kimura": "木村 誠",
    },
    "en": {
        "organisation": "Tachibana Architects",
        "contact": "IT desk (extension 1234)",
        "hanako": "Hanako Ono",
        "natori": "Takeshi Natori",
        "kaneko": "Misaki Kaneko",
        "tachibana": "Ichiro Tachibana",
        "yamada": "Daisuke Yamada",
        "sato": "Keiko Sato",
        "kimura": "Makoto Kimura",
    },
}
_CONTACTS = f"""address,name,count,last_sent
{CLIENT},{{yamada}},41,2026-11-14
{OTHER},{{sato}},12,2026-11-20
{PARTNER},{{kimura}},7,2026-10-02
"""
_SETTINGS = """# The demo's settings; `sekisho init` writes the ones to start from.
[organisation]
name = "{organisation}"
domains = ["tachibana.example"]
language = "{language}"
time_zone = "Asia/Tokyo"
contact = "{contact}"
admins = ["admin@tachibana.example"]

[[organisation.people]]
address = "hanako.ono@tachibana.example"
name = "{hanako}"
superior = "natori@tachibana.example"

[[organisation.people]]
address = "natori@tachibana.example"
name = "{natori}"
roles = ["leader", "responder"]
deputy = "kaneko@tachibana.example"
phone = "03-0000-0001"

[[organisation.people]]
address = "kaneko@tachibana.example"
name = "{kaneko}"
roles = ["deputy", "privacy officer", "admin"]

[[organisation.people]]
address = "tachibana@tachibana.example"
name = "{tachibana}"
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


def settings(language: Language, *, smtp: int, hop: int, web: int) -> str:
    """The settings of the demo, TOML; with the ports that were free."""
    return _SETTINGS.format(language=language, smtp=smtp, hop=hop, web=web, **_NAMES[language])


def contacts(language: Language) -> str:
    """Whom the office writes to, CSV."""
    return _CONTACTS.format(**_NAMES[language])


def sender_name(language: Language) -> str:
    """Of who sends every mail of the story."""
    return _NAMES[language]["hanako"]
