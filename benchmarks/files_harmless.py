"""Files that look like personal data and are none: tables of codes, invoices, lists of companies, logs, source, timetables, statistics."""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import files_numbers as numbers
from files_document import Block, Case, Cell, Heading, Table, Text
from files_persons import Person
from files_persons import japanese as any_person
from files_persons import japanese_address as any_address
from files_persons import japanese_phone as any_phone

_TABLES = (
    "csv",
    "xlsx",
    "ods",
    "html",
    "json",
    "xml",
    "docx",
    "pdf",
    "txt",
    "xls",
    "tsv",
    "pptx",
    "md",
    "lo.pdf",
    "doc",
    "sql",
    "rtf",
)
_PAGES = ("txt", "docx", "pdf", "html", "odt", "rtf", "eml-body", "doc", "md", "lo.pdf")
_GOODS = "六角ボルト 温湿度センサ コピー用紙A4 ステンレス鍋 LED電球 防水シート 電動ドライバ 緑茶ティーバッグ 静電気防止マット 接着剤 作業手袋 延長コード".split()
_FIRMS = "青葉精機 みどり産業 北斗物流 あさひ電設 瀬戸内フーズ 東和システム 大樹建設 ひかり印刷 南洋商会 三日月工業 若松化学 西国運輸".split()


class Noting(random.Random):
    """Remembers whose names, addresses and telephones it drew: they stand in the file, and finding them is no mistake."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.drawn: dict[str, list[str]] = {}

    def note(self, kind: str, *values: str) -> None:
        """Some more."""
        self.drawn.setdefault(kind, []).extend(values)


def japanese(rng: random.Random) -> Person:
    """Somebody who stands for a company, by name or family name."""
    person = any_person(rng)
    if isinstance(rng, Noting):
        rng.note("PERSON", person.name, person.family)
    return person


def japanese_address(rng: random.Random) -> str:
    """Of a company."""
    address = any_address(rng)
    if isinstance(rng, Noting):
        rng.note("ADDRESS", address)
    return address


def japanese_phone(rng: random.Random) -> str:
    """Of a company."""
    phone = any_phone(rng)
    if isinstance(rng, Noting):
        rng.note("PHONE", phone)
    return phone


def firm(rng: random.Random) -> str:
    """A company that does not exist."""
    return rng.choice(("株式会社{}", "{}株式会社", "有限会社{}", "合同会社{}", "(株){}")).format(rng.choice(_FIRMS))


def _day(rng: random.Random) -> str:
    return f"{date(2024, 1, 1) + timedelta(days=rng.randint(0, 800)):%Y/%m/%d}"


def _goods(rng: random.Random) -> list[Block]:
    header = rng.choice(
        (
            ("JANコード", "商品名", "入数", "希望小売価格"),
            ("JAN", "品名", "ケース", "定価"),
            ("EAN", "Item", "Pack", "Price"),
        )
    )
    rows: list[list[Cell]] = [[numbers.ean13(rng), rng.choice(_GOODS), rng.randint(1, 48), f"{rng.randint(80, 9800):,}"] for _ in range(rng.randint(30, 200))]  # fmt: skip
    return [Heading("商品マスタ"), Table(header, rows)]


def _books(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [[f"978-4-{(n := numbers.ean13(rng, '9784'))[4:8]}-{n[8:12]}-{n[12]}", f"やさしい{rng.choice(('統計', '機械製図', '料理', '園芸', '会計'))}入門 第{rng.randint(1, 9)}版", _day(rng)] for _ in range(40)]  # fmt: skip
    return [Heading("購入図書一覧"), Table(("ISBN", "書名", "発行日"), rows)]


def _orders(rng: random.Random) -> list[Block]:
    size, name = rng.choice(
        (
            (10, "注文番号"),
            (11, "伝票番号"),
            (12, "お問い合わせ番号"),
            (12, "追跡番号"),
            (14, "受注No."),
            (16, "取引ID"),
            (13, "管理番号"),
        )
    )
    rows: list[list[Cell]] = [[numbers.some_digits(rng, size, "123456789"), _day(rng), rng.choice(_GOODS), rng.randint(1, 90)] for _ in range(rng.randint(20, 120))]  # fmt: skip
    return [Heading("出荷実績"), Table((name, "出荷日", "品名", "数量"), rows)]


def _invoice(rng: random.Random) -> list[Block]:
    person, buyer = japanese(rng), firm(rng)
    rows: list[list[Cell]] = [[rng.choice(_GOODS), rng.randint(1, 40), f"{rng.randint(100, 9000):,}"] for _ in range(6)]
    return [
        Heading("請求書"),
        Text(f"{buyer} 御中\n\n株式会社青葉精機\n登録番号：T{numbers.corporate(rng)}\n〒{person.postal_code} {japanese_address(rng)}\nTEL {japanese_phone(rng)} / FAX {japanese_phone(rng)}\n担当：{person.family}"),
        Table(("品名", "数量", "単価"), rows),
        Text(f"お振込先：みどり銀行 本店営業部 普通 {rng.randint(1000000, 9999999)} カ）アオバセイキ\nお支払期限：{_day(rng)}\n請求番号 INV-{rng.randint(10**9, 10**10)}"),
    ]  # fmt: skip


def _press(rng: random.Random) -> list[Block]:
    person = japanese(rng)
    return [
        Heading(f"{firm(rng)}、新型{rng.choice(_GOODS)}を発売"),
        Text(f"報道関係者各位\n\n{firm(rng)}（本社：{japanese_address(rng)}、代表取締役社長：{person.family} {person.given}）は、{_day(rng)}より新製品の販売を開始します。\n本製品は従来品に比べて消費電力を{rng.randint(10, 60)}％削減しました。"),
        Text(f"本件に関するお問い合わせ先\n広報部 {japanese(rng).family}\n電話 {japanese_phone(rng)}　E-mail press@aoba.example"),
    ]  # fmt: skip


def _companies(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = []
    for _ in range(rng.randint(12, 60)):
        head = japanese(rng)
        rows.append(
            [
                numbers.corporate(rng),
                firm(rng),
                f"{head.family} {head.given}",
                japanese_address(rng),
                japanese_phone(rng),
            ]
        )
    return [Heading("取引先一覧"), Table(("法人番号", "会社名", "代表者", "所在地", "代表電話"), rows)]


def _branches(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [[f"{rng.choice('札幌 仙台 大宮 横浜 名古屋 京都 広島 高松 福岡 那覇'.split())}{rng.choice(('支店', '営業所', '工場'))}", japanese(rng).postal_code, japanese_address(rng), japanese_phone(rng), japanese_phone(rng)] for _ in range(24)]  # fmt: skip
    return [Heading("事業所一覧"), Table(("拠点名", "郵便番号", "所在地", "TEL", "FAX"), rows)]


def server_log(rng: random.Random, lines: int) -> str:
    """Times, addresses of machines, identifiers, digests."""
    return "\n".join(
        f"2026-03-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}.{rng.randint(0, 999):03}Z {rng.choice(('INFO', 'WARN'))} [{rng.randint(1000, 99999)}] "
        f"request {uuid.UUID(int=rng.getrandbits(128))} from 198.51.100.{rng.randint(1, 254)} took {rng.randint(1, 9000)} ms txn={rng.randint(10**11, 10**12)} ts={rng.randint(1_700_000_000, 1_800_000_000)}{rng.randint(0, 999):03} sha={rng.getrandbits(160):040x}"
        for _ in range(lines)
    )


def _log(rng: random.Random) -> list[Block]:
    return [Text(server_log(rng, rng.randint(80, 400)))]


def _source(rng: random.Random) -> list[Block]:
    table = ", ".join(f"0x{rng.getrandbits(32):08x}" for _ in range(64))
    numbers_ = ", ".join(str(rng.randint(10**11, 10**12 - 1)) for _ in range(24))
    return [Text(f"/* crc.c */\n#include <stdint.h>\nstatic const uint32_t table[64] = {{{table}}};\nstatic const uint64_t big[24] = {{{numbers_}}};\n/* Copyright 2024 The Aoba Authors. */\nint main(void) {{ return 0; }}")]  # fmt: skip


def _statistics(rng: random.Random) -> list[Block]:
    prefectures = "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県".split()
    rows: list[list[Cell]] = [[p, *(rng.randint(10**5, 10**8) for _ in range(6))] for p in prefectures]
    return [Heading("都道府県別 統計（概数）"), Table(("都道府県", *(str(y) for y in range(2019, 2025))), rows)]


def _minutes(rng: random.Random) -> list[Block]:
    present = [japanese(rng) for _ in range(rng.randint(3, 8))]
    names = "、".join(f"{p.family}{rng.choice(('部長', '課長', '様', ''))}" for p in present)
    said = "\n".join(
        f"{n}. {rng.choice(present).family}：{rng.choice(('納期を一週間早める。', '試作品は4月10日に届く。', '図面の改訂を確認した。'))}"
        for n in range(1, 9)
    )
    return [Heading("定例会議 議事録"), Text(f"日時：{_day(rng)} 10:00～11:30\n場所：第3会議室\n出席者：{names}"), Text(said), Text("次回：未定（担当より連絡）")]  # fmt: skip


def _contract(rng: random.Random) -> list[Block]:
    a, b = japanese(rng), japanese(rng)
    clauses = "\n".join(
        f"第{n}条（{t}）\n甲及び乙は、本契約に定める事項を誠実に履行するものとする。"
        for n, t in enumerate(("目的", "納入", "検収", "支払", "秘密保持", "損害賠償", "解除", "協議"), 1)
    )
    return [Heading("取引基本契約書"), Text(clauses), Text(f"2026年4月1日\n\n甲　{japanese_address(rng)}\n　　{firm(rng)}\n　　代表取締役　{a.family} {a.given}\n\n乙　{japanese_address(rng)}\n　　{firm(rng)}\n　　代表取締役　{b.family} {b.given}")]  # fmt: skip


def _parts(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [[f"{rng.choice('ABCDEF')}{rng.choice('XYZ')}{rng.randint(10**6, 10**7 - 1)}-{rng.choice('ABC')}{rng.randint(0, 9)}", f"{rng.randint(1000, 9999)}-{rng.randint(10**5, 10**6 - 1)}", rng.choice(_GOODS), f"SUS{rng.choice((304, 316))}", rng.randint(1, 20)] for _ in range(60)]  # fmt: skip
    return [Heading("部品表"), Table(("図番", "品番", "名称", "材質", "員数"), rows)]


def _timetable(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [
        [f"{h:02}", " ".join(f"{m:02}" for m in sorted(rng.sample(range(60), 8)))] for h in range(5, 24)
    ]
    return [Heading("バス時刻表"), Table(("時", "平日"), rows)]


def _prices(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [[f"{rng.randint(1, 9)}0{rng.randint(10, 99)}-{rng.randint(1000, 9999)}-{rng.randint(1000, 9999)}", f"{g} {rng.randint(2, 40)}mm", f"{rng.randint(1, 99) * 100:,}", rng.choice(("在庫", "受注"))] for g in _GOODS * 5]  # fmt: skip
    return [Heading("価格表"), Table(("型番", "品名", "価格", "納期"), rows)]


def _manual(rng: random.Random) -> list[Block]:
    steps = "\n".join(
        f"{n}. {rng.choice(('電源を入れます。', 'カバーを外します。', '表示が緑になるまで待ちます。', 'エラーE-0' + str(n) + 'が出たときは販売店に連絡してください。'))}"
        for n in range(1, 25)
    )
    return [Heading("取扱説明書"), Text(steps), Text(f"お客様相談室 0120-{rng.randint(100, 999)}-{rng.randint(100, 999)}（受付 9:00～17:00）\nナビダイヤル 0570-{rng.randint(0, 999):03}-{rng.randint(0, 999):03}")]  # fmt: skip


def _recipe(rng: random.Random) -> list[Block]:
    return [Heading("肉じゃが（4人分）"), Text("\n".join(f"{g} {rng.randint(1, 400)}{u}" for g, u in (("じゃがいも", "g"), ("牛肉", "g"), ("玉ねぎ", "g"), ("しょうゆ", "ml")))), Text("材料を切る。中火で20分煮る。火を止めて味をなじませる。")]  # fmt: skip


def _invitation(rng: random.Random) -> list[Block]:
    return [Text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:{uuid.UUID(int=rng.getrandbits(128))}@aoba.example\r\nDTSTART:20260{rng.randint(4, 9)}10T010000Z\r\nSUMMARY:定例会議\r\nLOCATION:第2会議室\r\nORGANIZER;CN=総務部:mailto:soumu@aoba.example\r\nATTENDEE;CN=会議室:mailto:room2@aoba.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")]  # fmt: skip


def _measurements(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [[f"2026/03/{d:02} {h:02}:00", f"{rng.uniform(18, 27):.3f}", f"{rng.uniform(35, 60):.2f}", rng.randint(100000000000, 999999999999)] for d in range(1, 15) for h in range(0, 24, 2)]  # fmt: skip
    return [Table(("日時", "温度", "湿度", "カウンタ"), rows)]


def _accounts(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [[f"{c}", n, f"{rng.randint(0, 10**9):,}", f"{rng.randint(0, 10**9):,}"] for c, n in ((1110, "現金"), (1120, "普通預金"), (1310, "売掛金"), (2110, "買掛金"), (4110, "売上高"), (5210, "給料手当"), (5310, "旅費交通費")) * 4]  # fmt: skip
    return [Heading("合計残高試算表"), Table(("科目コード", "勘定科目", "借方", "貸方"), rows)]


def _english_prices(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [[f"{rng.randint(100, 999)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}", f"{rng.choice(('Silver', 'North', 'Maple', 'Harbor'))} {rng.choice(('Lamp', 'Chair', 'Desk', 'Shelf'))} {rng.choice(('Classic', 'Premium', 'Deluxe'))}", f"${rng.randint(10, 900)}.{rng.randint(0, 99):02}", rng.choice(("In stock", "2 weeks"))] for _ in range(60)]  # fmt: skip
    return [Heading("Price list 2026"), Table(("SKU", "Product", "Price", "Availability"), rows)]


def _english_order(rng: random.Random) -> list[Block]:
    rows: list[list[Cell]] = [
        [
            f"PO{rng.randint(10**8, 10**9)}",
            f"1Z{rng.randint(10**9, 10**10)}{rng.randint(10**5, 10**6)}",
            _day(rng),
            "New York Distribution Center",
        ]
        for _ in range(40)
    ]
    return [
        Text("Shipment report\nCarrier: Blue Line Freight Inc."),
        Table(("Order", "Tracking No.", "Date", "Destination"), rows),
    ]


def _newsletter(rng: random.Random) -> list[Block]:
    return [Heading("Spring Newsletter"), Text("\n\n".join(f"{t}\nOur team visited {c} last month. Read more at https://www.aoba.example/news/{rng.randint(1000, 9999)}" for t, c in (("Green Energy Week", "San Francisco"), ("New Partner Program", "Kuala Lumpur"), ("Customer Story: Maple Foods", "Buenos Aires")))), Text("Aoba Precision Ltd, 12 Harbor Road, Singapore 018956\nUnsubscribe: https://www.aoba.example/unsubscribe?id=" + str(rng.randint(10**11, 10**12)))]  # fmt: skip


KINDS: dict[str, tuple[Callable[[random.Random], list[Block]], Sequence[str], int]] = {
    "products_jan": (_goods, _TABLES, 8), "isbn": (_books, _TABLES, 4), "order_numbers": (_orders, _TABLES, 14), "invoice": (_invoice, _PAGES, 8),
    "press_release": (_press, _PAGES, 5), "companies": (_companies, _TABLES, 8), "branches": (_branches, _TABLES, 6), "server_log": (_log, ("txt", "jsonl"), 5),
    "source_code": (_source, ("txt",), 3), "statistics": (_statistics, _TABLES, 4), "minutes": (_minutes, _PAGES, 7), "contract": (_contract, _PAGES, 5),
    "part_numbers": (_parts, _TABLES, 6), "timetable": (_timetable, _TABLES, 3), "prices": (_prices, _TABLES, 6), "manual": (_manual, _PAGES, 4),
    "recipe": (_recipe, _PAGES, 2), "invitation": (_invitation, ("txt",), 2), "measurements": (_measurements, _TABLES, 4), "accounts": (_accounts, _TABLES, 4),
    "prices_en": (_english_prices, _TABLES, 4), "orders_en": (_english_order, _TABLES, 4), "newsletter": (_newsletter, _PAGES, 3),
}  # fmt: skip


def harmless_cases(rng: random.Random) -> Iterator[Case]:
    """All of them, each kind several times."""
    for name, (make, formats, times) in KINDS.items():
        for number in range(times):
            noting = Noting(rng.getrandbits(32))
            blocks = make(noting)
            also = {
                **noting.drawn,
                "EMAIL": ["press@aoba.example", "soumu@aoba.example", "room2@aoba.example"],
                "BANK_ACCOUNT": [],
            }
            yield Case(f"{name}_{number}", name, blocks, hold=False, reason="hard_negative", also=also, formats=formats)
