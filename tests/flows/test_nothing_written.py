"""Nothing that was found is ever written down: a run of the program with known values, and then a search through all it left behind."""

import io
import json
import re
import sqlite3
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from tests.flows.world import KNOWN, SENDER, TYPO
from tests.helpers.internet import Internet
from tests.helpers.leaks import leaks, of_mail, writings
from tests.helpers.pages import read
from tests.helpers.ports import free_port
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program
from tests.mail.making import docx, row, xlsx, zipped

pytestmark = pytest.mark.xdist_group("program")

# Invented; the check digits are right, so that they are found.
PEOPLE = (
    "佐藤 花鈴",
    "鈴木 蒼史",
    "高橋 凛音",
    "田中 梓沙",
    "伊藤 颯馬",
    "渡辺 芽衣奈",
    "山本 朔太郎",
    "中村 千紘",
    "小林 旭陽",
    "加藤 紬希",
    "吉田 漣斗",
)
PHONES = tuple(f"090-7{n:03}-48{n:02}" for n in range(11, 22))
NUMBERS = ("1234-5678-9018", "4111-1111-1111-1111", "5555 5555 5555 4444")
CONTEXT = ("夜明けの塔計画", "買収価格は四十二億円", "Kranich takeover offer", "TKB-7391-QX")
PROPERTY = "極秘会合出席者名簿"
PACKED = (NUMBERS[2], PROPERTY)
VALUES = (*PEOPLE, *PHONES, *NUMBERS, *CONTEXT, PROPERTY)
RULES = """
[rules.content-keyword]
terms = [
  { label = "計画A", owner = "natori@tachibana.example", words = ["夜明けの塔計画", "Kranich takeover"], patterns = ["TKB-[0-9]{4}-[A-Z]{2}"] },
]
[rules.content-confidential]
terms = ["塔外秘"]
"""
# The held message itself and the frozen copy of it: what is to be released, not what is written about it.
_CONTENT = {("contents", "sealed"), ("evidence", "blob")}


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet(free_port()) as kept:
        yield kept


@pytest.fixture
def program(tmp_path: Path, internet: Internet) -> Iterator[Program]:
    made = Program(tmp_path / "program", internet.port, extra=RULES, service_extra='log_level = "debug"')
    made.learn(KNOWN)
    made.start()
    yield made
    made.end()


def table() -> str:
    return "\n".join(
        f"{name},{phone},東京都港区芝公園{n}-2-3" for n, (name, phone) in enumerate(zip(PEOPLE, PHONES, strict=True), 1)
    )


def book() -> bytes:
    rows = "".join(row(*line.split(",")) for line in table().splitlines())
    core = f"<cp:coreProperties><dc:description>社外秘 {PROPERTY}</dc:description></cp:coreProperties>"
    return xlsx({"一覧": row("氏名", "電話番号", "住所") + rows}, others={"docProps/core.xml": core})


def message(number: str, to: str = KNOWN) -> bytes:
    """What every reader, recogniser and rule has something to find in; half of it cannot be read."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        SENDER,
        to,
        "打合せの件",
        f"<{number}@tachibana.example>",
    )
    mail["X-Classification"] = "塔外秘"
    mail["Date"] = "Wed, 01 Apr 2026 09:30:00 +0900"
    mail.set_content(
        f"社外秘\n\n{CONTEXT[0]}について。{CONTEXT[1]}です。\n{CONTEXT[2]} {CONTEXT[3]}\nマイナンバー {NUMBERS[0]}\nカード番号 {NUMBERS[1]}\n"
        f"{PEOPLE[0]} 様 {PHONES[0]}\n"
    )
    mail.add_attachment(
        ("氏名,電話番号,住所\n" + table()).encode(), maintype="text", subtype="csv", filename="顧客一覧.csv"
    )
    mail.add_attachment(zipped({"内訳.xlsx": book()}), maintype="application", subtype="zip", filename="資料.zip")
    paper = docx(f"<w:p><w:t>取扱注意</w:t></w:p><w:p><w:t>クレジットカード {NUMBERS[2]}</w:t></w:p>")
    mail.add_attachment(paper, maintype="application", subtype="octet-stream", filename="控え.docx")
    mail.add_attachment(_damaged(table()), maintype="application", subtype="octet-stream", filename="控え.zip")
    mail.add_attachment(b"%PDF-1.4\n" + table().encode(), maintype="application", subtype="pdf", filename="図面.pdf")
    octets = mail.as_bytes() + f"\n--x\nContent-Type: text/plain\n\n{table()}\n".encode()
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _damaged(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("一覧.csv", text)
    return out.getvalue().replace(b"PK\x03\x04", b"PK\x03\x05", 1)


class Visitor:
    """Opens pages, fills in their forms and keeps all that it was shown."""

    def __init__(self, program: Program) -> None:
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{program.web}", timeout=30)
        self.shown: dict[str, bytes] = {}

    def get(self, path: str) -> str:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.status_code
        self._keep(f"GET {path}", answer)
        return answer.text

    def post(self, path: str, fields: dict[str, str]) -> int:
        answer = self.client.post(path, data=fields)
        self._keep(f"POST {path} {sorted(fields.items())}", answer)
        return answer.status_code

    def _keep(self, name: str, answer: httpx2.Response) -> None:
        self.shown[name] = "\n".join((*(f"{k}: {v}" for k, v in answer.headers.items()), answer.text)).encode()

    def answer(self, path: str, act: str) -> None:
        """All of it is right; what is missing is shown first. A page that has changed since (the clock of its answer began) is opened anew."""

        def answered() -> bool:
            form = read(self.get(f"{path}?lang=ja"))[0][0]
            fields = {"form": form.value("form"), "act": act}
            if act == "send":
                assert self.post(path, fields) in {409, 422}
                fields |= {name: value for name, value, *_ in form.fields if value in {"agree", "right"}}
            return self.post(path, fields) == 303

        wait_for(answered)
        self.get(f"{path}?lang=en")

    def report(self, path: str) -> bool:
        """What was noticed too late."""
        form = next((f for f in read(self.get(path))[0] if f.action.endswith("/report")), None)
        if form is None:
            return False
        name = next(name for name, value, *_ in form.fields if value == "yes")
        status = self.post(f"{path}/report", {"form": form.value("form"), "words": "宛先を間違えました", name: "yes"})
        self.get(path)
        return status == 303


@pytest.fixture
def visitor(program: Program) -> Iterator[Visitor]:
    made = Visitor(program)
    yield made
    made.client.close()


def path_of(link: str) -> str:
    return re.sub(r"https?://[^/]+", "", link)


def tables(database: Path) -> dict[str, bytes]:
    """Every table but for the held content, a row a line."""
    found = {}
    with sqlite3.connect(database) as connection:
        for (table_,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = connection.execute(f'SELECT * FROM "{table_}"')
            names = [column[0] for column in cursor.description]
            lines = (
                b"|".join(
                    _octets(value) for name, value in zip(names, line, strict=True) if (table_, name) not in _CONTENT
                )
                for line in cursor
            )
            found[f"table {table_}"] = b"\n".join(lines)
    return found


def _octets(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_nothing_that_was_found_stands_in_anything_that_is_written(
    program: Program, internet: Internet, visitor: Visitor, tmp_path: Path
) -> None:
    said: dict[str, str] = {}
    number = program.send(message("1"), KNOWN).rpartition(" ")[2]
    wait_for(lambda: internet.link_for(SENDER))
    said["queue"] = program.command("queue", "--json")
    said["show"] = program.command("show", number)
    first = path_of(internet.link_for(SENDER))
    visitor.answer(first, "send")
    wait_for(lambda: internet.mails_for(KNOWN))
    wait_for(lambda: visitor.report(first))
    other = program.send(message("2", TYPO), TYPO).rpartition(" ")[2]
    wait_for(lambda: len(internet.links_for(SENDER)) > 1)
    visitor.answer(path_of(internet.link_for(SENDER)), "cancel")
    third = program.send(message("3", TYPO), TYPO).rpartition(" ")[2]
    said["report"] = program.command("report", third, "--by", SENDER, "--note", "間違えました", "--json")
    ticket = json.loads(said["report"])["id"]
    said["list"] = program.command("ticket", "list", "--json")
    said["ticket"] = program.command("ticket", "show", ticket)
    program.command("ticket", "step", ticket, "1.1", "--by", SENDER, "--note", "電話で")
    said["export"] = program.command("ticket", "export", ticket)
    letter = tmp_path / "letter.eml"
    letter.write_bytes(message("4"))
    for name, arguments in {
        "explain": ("explain", str(letter)),
        "explain in JSON": ("explain", str(letter), "--json"),
        "replay": ("replay", str(letter), "--reasons"),
        "replay in JSON": ("replay", str(letter), "--json", "--scores"),
    }.items():
        said[name] = program.command(*arguments)
    wait_for(lambda: any("/t/" in link for a in internet.kept for to in a[1] for link in internet.links_for(to)))
    for link in {link for _, to, _ in internet.kept for one in to for link in internet.links_for(one) if "/t/" in link}:
        visitor.get(path_of(link))
        visitor.get(path_of(link) + "?lang=en")
    metrics = "\n".join(program.metric_lines())
    program.stop()
    notices = {f"notice {n} to {to}": of_mail(raw) for n, (_, to, raw) in enumerate(internet.kept) if KNOWN not in to}
    found_by = json.loads(said["explain in JSON"])
    assert {"content-personal-data", "content-keyword", "content-confidential", "content-uninspectable"} <= {
        finding["rule"] for finding in found_by["findings"]
    }
    assert found_by["exposure"]["kinds"]["my_number"] == 1
    assert found_by["exposure"]["kinds"]["payment_card"] == 2
    assert len(notices) >= 4
    assert other != number
    # The search finds what is there: the message that went out has every value but those that are packed.
    (delivered,) = [of_mail(raw) for _, to, raw in internet.kept if KNOWN in to]
    assert leaks(VALUES, {"it": delivered}) == [f"{value} in it" for value in VALUES if value not in PACKED]
    written = {
        "log": program.log.read_bytes(),
        "metrics": metrics.encode(),
        **{name: text.encode() for name, text in said.items()},
        **visitor.shown,
        **notices,
        **tables(program.config.parent / "var" / "sekisho.db"),
    }
    assert b'"level"' in written["log"] or b"debug" in written["log"]
    assert {"table journal", "table holds", "table tickets", "table outbox", "table evidence", "table audit"} <= set(
        written
    )
    assert leaks(VALUES, written) == []


@pytest.mark.parametrize("value", VALUES)
def test_the_search_finds_a_value_in_every_writing(value: str) -> None:
    for writing in writings(value):
        assert leaks([value], {"it": b"xx" + writing + b"yy"}) == [f"{value} in it"]


def test_the_search_finds_a_value_deep_in_base64() -> None:
    for before in range(4):
        for text in (f"{'x' * before}{PEOPLE[0]}、{PHONES[0]}です", f'{"x" * before}{{"name": "{PEOPLE[0]}"}}'):
            assert leaks(PEOPLE, {"it": b"a: " + b64encode(text.encode())}) == [f"{PEOPLE[0]} in it"]
