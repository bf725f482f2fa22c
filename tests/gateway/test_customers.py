"""Traffic to thirty customers, then the wrong file attached: nearly all are asked about, and of the right ones none."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from gateway.customers import Customers, lessons
from mail.envelope import Client, Envelope, ForwardPath
from mail.message import read
from notifier.options import Organisation
from rules.mentions import mentions
from rules.verdict import Policy, Verdict
from store.engine import Store
from tests.conftest import MakeStore
from tests.helpers.clock import START
from tests.mail.making import docx, row, xlsx

OURS = Organisation.model_validate({"name": "橘建築設計事務所", "domains": ["tachibana.example"]})
SENDER = "ono@tachibana.example"
_FAMILIES = [
    "青木",
    "大沢",
    "中川",
    "三浦",
    "白鳥",
    "北島",
    "山吹",
    "富岡",
    "小柳",
    "水無瀬",
    "若草",
    "遠州",
    "近江",
    "日向",
    "甲斐",
]
_TRADES = [
    "商事",
    "電機",
    "工業",
    "建設",
    "食品",
    "物産",
    "製作所",
    "運送",
    "化学",
    "不動産",
    "設計",
    "印刷",
    "薬品",
    "精機",
    "興業",
]
_FORMS = ("株式会社{}", "{}株式会社", "㈱{}", "有限会社{}")
_ENGLISH = (
    "Acme Trading", "Blue Harbor", "Northwind Supply", "Sunrise Foods", "Keller Maschinen", "Pacific Tools", "Orion Systems", "Maple Works",
    "Delta Freight", "Silver Oak", "Harbour Light", "Quantum Parts", "Red River", "Stone Bridge", "Lakeside Media",
)  # fmt: skip
_LEGAL = ("{} Inc.", "{} GmbH", "{} Ltd.", "{} Co., Ltd.")


@dataclass(frozen=True)
class Company:
    name: str
    full: str
    domain: str
    japanese: bool = True


COMPANIES = [
    *(
        Company(f + t, _FORMS[n % 4].format(f + t), f"c{n}.example")
        for n, (f, t) in enumerate(zip(_FAMILIES, _TRADES, strict=True))
    ),
    *(Company(name, _LEGAL[n % 4].format(name), f"e{n}.example", japanese=False) for n, name in enumerate(_ENGLISH)),
]
PARTNER = Company("峰構造", "株式会社峰構造", "mine.example")


class Traffic:
    """Letters with one file, each as a program of some office writes it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def some(self) -> Company:
        return self.random.choices(COMPANIES, [1 / (n % 10 + 1) for n in range(len(COMPANIES))])[0]

    def letter(self, file: Company, to: Company) -> bytes:
        name, lines = self._japanese(file) if file.japanese else self._english(file)
        greeting = self.random.choice(
            [
                f"{to.full}\n田中様\n\nいつもお世話になっております。",
                "田中様\n\nお送りします。",
                "Dear Mr Tanaka,\nplease find attached.",
            ]
        )
        subject = self.random.choice(["資料の件", "Documents", f"【{to.name}様】資料送付"])
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = SENDER, f"tanaka@{to.domain}", subject
        message.set_content(greeting)
        ending, data = self._as_file(lines)
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{name}.{ending}")
        return message.as_bytes()

    def _japanese(self, of: Company) -> tuple[str, Sequence[str]]:
        kind = self.random.choice(["御見積書", "請求書", "議事録"])
        ours = ["橘建築設計事務所", "東京都港区1-2-3", "振込先 みずほ銀行 港支店", "合計 1,200,000円"]
        for_whom = {
            "御見積書": [f"{of.full} 御中", f"{of.name} 営業部 御中", f"{of.full}\n総務部 鈴木 様"],
            "請求書": [f"{of.full} 御中", f"請求先：{of.full}", f"顧客名\t{of.name}"],
            "議事録": [f"出席者 {of.full} 田中様、当社 小野", f"場所 {of.name}本社"],
        }[kind]
        names = [
            f"{kind}_{of.name}様",
            f"{of.name}様向け{kind}",
            f"{kind}_2604",
            f"20260401{kind}",
            f"{of.name}_{kind}_最終版",
        ]
        return self.random.choice(names), [kind, self.random.choice(for_whom), *ours]

    def _english(self, of: Company) -> tuple[str, Sequence[str]]:
        kind = self.random.choice(["Quotation", "Invoice", "Minutes"])
        for_whom = {
            "Quotation": [f"Bill to: {of.full}", f"Prepared for: {of.name}"],
            "Invoice": [f"Bill to:\t{of.full}"],
            "Minutes": [f"Attendees: {of.full}: J. Smith; we: Ono"],
        }[kind]
        names = [f"{kind}_{of.name.replace(' ', '_')}", f"{kind} {of.name}", f"{kind}_2604"]
        return self.random.choice(names), [kind, self.random.choice(for_whom), "Total 12,000 USD"]

    def _as_file(self, lines: Sequence[str]) -> tuple[str, bytes]:
        cut = [line for given in lines for line in given.split("\n")]
        ending = self.random.choice(["docx", "xlsx", "csv", "txt"])
        if ending == "docx":
            return ending, docx("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in cut))
        if ending == "xlsx":
            return ending, xlsx({"1": "".join(row(*line.split("\t")) for line in cut)})
        return ending, "\r\n".join(cut).encode("cp932" if ending == "csv" else "utf-8", "replace")


class House:
    """What the relay does of it: read, look up, learn."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.customers = Customers(store, OURS)

    async def send(self, content: bytes, to: Company, *, learn: bool = True, released: bool = False) -> str:
        address = f"tanaka@{to.domain}"
        envelope = Envelope("1", SENDER, (ForwardPath(address),), Client(""), START)
        looked = await self.customers.look_up(Verdict("pass", mentions=mentions(read(content))), envelope, Policy())
        if learn and (released or looked.verdict.disposition == "pass"):
            taught = lessons(looked.names, [address], OURS)
            await self.store.commit(lambda shelves: shelves.customer_names.learn(taught))
        return looked.verdict.disposition


async def learnt(store: Store, seed: int) -> tuple[House, Traffic, list[str]]:
    """Some weeks of ordinary mail, and what was made of it."""
    house, traffic = House(store), Traffic(seed)
    went = []
    for _ in range(400):
        to = traffic.some()
        went.append(await house.send(traffic.letter(to, to), to))
    return house, traffic, went


async def test_of_wrong_files_nine_in_ten_are_asked_about_and_of_right_ones_none(
    make_store: MakeStore, sqlite_url: str
) -> None:
    house, traffic, went = await learnt(await make_store(sqlite_url), 1)
    assert went.count("hold") == 0
    pairs = list(wrong_pairs(traffic, 150))
    asked = [await house.send(traffic.letter(file, to), to, learn=False) for file, to in pairs]
    assert asked.count("hold") >= 0.9 * len(pairs), asked.count("hold")


def wrong_pairs(traffic: Traffic, count: int) -> Iterator[tuple[Company, Company]]:
    while count:
        file, to = traffic.some(), traffic.some()
        if file is not to:
            count -= 1
            yield file, to


async def test_a_subcontractor_is_asked_about_a_few_times_and_takes_nobodys_name_away(
    make_store: MakeStore, sqlite_url: str
) -> None:
    house, traffic, _ = await learnt(await make_store(sqlite_url), 3)
    asked = [await house.send(traffic.letter(traffic.some(), PARTNER), PARTNER, released=True) for _ in range(60)]
    assert asked.count("hold") <= 5
    assert "hold" not in asked[30:]
    pairs = list(wrong_pairs(traffic, 100))
    held = [await house.send(traffic.letter(file, to), to, learn=False) for file, to in pairs]
    assert held.count("hold") >= 90


async def test_a_released_file_is_not_asked_about_again_for_the_same_customer(
    make_store: MakeStore, sqlite_url: str
) -> None:
    house, traffic, _ = await learnt(await make_store(sqlite_url), 4)
    file, to = COMPANIES[0], COMPANIES[1]
    letter = traffic.letter(file, to)
    while await house.send(letter, to, released=True) == "pass":
        letter = traffic.letter(file, to)
    assert await house.send(letter, to) == "pass"


def test_a_circular_and_mail_to_colleagues_teach_nothing_and_two_customers_own_nothing() -> None:
    names = ((1, True), (2, False))
    many = [f"a@c{n}.example" for n in range(20)]
    assert lessons(names, many, OURS) == ()
    assert lessons(names, [SENDER], OURS) == ()
    assert {one.addressed for one in lessons(names, ["a@x.example", "b@y.example"], OURS)} == {False}
    assert [one.addressed for one in lessons(names, ["a@x.example", "b@x.example", SENDER], OURS)] == [True, False]
