"""Harmless tables: goods, orders, parts, prices, statistics, measurements, accounts; companies and their branches."""

import random

import files_numbers as numbers
from files_document import Block, Cell, Heading, Table, Text
from files_firms import GOODS, day, firm, japanese, japanese_address, japanese_phone


def goods(rng: random.Random) -> list[Block]:
    """JAN codes and prices."""
    header = rng.choice(
        (
            ("JANコード", "商品名", "入数", "希望小売価格"),
            ("JAN", "品名", "ケース", "定価"),
            ("EAN", "Item", "Pack", "Price"),
        )
    )
    rows: list[list[Cell]] = [[numbers.ean13(rng), rng.choice(GOODS), rng.randint(1, 48), f"{rng.randint(80, 9800):,}"] for _ in range(rng.randint(30, 200))]  # fmt: skip
    return [Heading("商品マスタ"), Table(header, rows)]


def books(rng: random.Random) -> list[Block]:
    """ISBNs."""
    rows: list[list[Cell]] = [[f"978-4-{(n := numbers.ean13(rng, '9784'))[4:8]}-{n[8:12]}-{n[12]}", f"やさしい{rng.choice(('統計', '機械製図', '料理', '園芸', '会計'))}入門 第{rng.randint(1, 9)}版", day(rng)] for _ in range(40)]  # fmt: skip
    return [Heading("購入図書一覧"), Table(("ISBN", "書名", "発行日"), rows)]


def orders(rng: random.Random) -> list[Block]:
    """Numbers of orders and parcels, of ten to sixteen digits."""
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
    rows: list[list[Cell]] = [[numbers.some_digits(rng, size, "123456789"), day(rng), rng.choice(GOODS), rng.randint(1, 90)] for _ in range(rng.randint(20, 120))]  # fmt: skip
    return [Heading("出荷実績"), Table((name, "出荷日", "品名", "数量"), rows)]


def companies(rng: random.Random) -> list[Block]:
    """Corporate numbers, heads, addresses and telephones of companies."""
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


def branches(rng: random.Random) -> list[Block]:
    """The places of one company."""
    rows: list[list[Cell]] = [[f"{rng.choice('札幌 仙台 大宮 横浜 名古屋 京都 広島 高松 福岡 那覇'.split())}{rng.choice(('支店', '営業所', '工場'))}", japanese(rng).postal_code, japanese_address(rng), japanese_phone(rng), japanese_phone(rng)] for _ in range(24)]  # fmt: skip
    return [Heading("事業所一覧"), Table(("拠点名", "郵便番号", "所在地", "TEL", "FAX"), rows)]


def statistics(rng: random.Random) -> list[Block]:
    """Large numbers by prefecture."""
    prefectures = "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県".split()
    rows: list[list[Cell]] = [[p, *(rng.randint(10**5, 10**8) for _ in range(6))] for p in prefectures]
    return [Heading("都道府県別 統計（概数）"), Table(("都道府県", *(str(y) for y in range(2019, 2025))), rows)]


def parts(rng: random.Random) -> list[Block]:
    """Numbers of drawings."""
    rows: list[list[Cell]] = [[f"{rng.choice('ABCDEF')}{rng.choice('XYZ')}{rng.randint(10**6, 10**7 - 1)}-{rng.choice('ABC')}{rng.randint(0, 9)}", f"{rng.randint(1000, 9999)}-{rng.randint(10**5, 10**6 - 1)}", rng.choice(GOODS), f"SUS{rng.choice((304, 316))}", rng.randint(1, 20)] for _ in range(60)]  # fmt: skip
    return [Heading("部品表"), Table(("図番", "品番", "名称", "材質", "員数"), rows)]


def timetable(rng: random.Random) -> list[Block]:
    """Minutes."""
    rows: list[list[Cell]] = [
        [f"{h:02}", " ".join(f"{m:02}" for m in sorted(rng.sample(range(60), 8)))] for h in range(5, 24)
    ]
    return [Heading("バス時刻表"), Table(("時", "平日"), rows)]


def prices(rng: random.Random) -> list[Block]:
    """Numbers of models, in groups as telephones are."""
    rows: list[list[Cell]] = [[f"{rng.randint(1, 9)}0{rng.randint(10, 99)}-{rng.randint(1000, 9999)}-{rng.randint(1000, 9999)}", f"{g} {rng.randint(2, 40)}mm", f"{rng.randint(1, 99) * 100:,}", rng.choice(("在庫", "受注"))] for g in GOODS * 5]  # fmt: skip
    return [Heading("価格表"), Table(("型番", "品名", "価格", "納期"), rows)]


def measurements(rng: random.Random) -> list[Block]:
    """Times, values, counters of twelve digits."""
    rows: list[list[Cell]] = [[f"2026/03/{d:02} {h:02}:00", f"{rng.uniform(18, 27):.3f}", f"{rng.uniform(35, 60):.2f}", rng.randint(100000000000, 999999999999)] for d in range(1, 15) for h in range(0, 24, 2)]  # fmt: skip
    return [Table(("日時", "温度", "湿度", "カウンタ"), rows)]


def accounts(rng: random.Random) -> list[Block]:
    """A trial balance."""
    rows: list[list[Cell]] = [[f"{c}", n, f"{rng.randint(0, 10**9):,}", f"{rng.randint(0, 10**9):,}"] for c, n in ((1110, "現金"), (1120, "普通預金"), (1310, "売掛金"), (2110, "買掛金"), (4110, "売上高"), (5210, "給料手当"), (5310, "旅費交通費")) * 4]  # fmt: skip
    return [Heading("合計残高試算表"), Table(("科目コード", "勘定科目", "借方", "貸方"), rows)]


def english_prices(rng: random.Random) -> list[Block]:
    """Stock numbers written as social security numbers are; two words with capitals."""
    rows: list[list[Cell]] = [[f"{rng.randint(100, 999)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}", f"{rng.choice(('Silver', 'North', 'Maple', 'Harbor'))} {rng.choice(('Lamp', 'Chair', 'Desk', 'Shelf'))} {rng.choice(('Classic', 'Premium', 'Deluxe'))}", f"${rng.randint(10, 900)}.{rng.randint(0, 99):02}", rng.choice(("In stock", "2 weeks"))] for _ in range(60)]  # fmt: skip
    return [Heading("Price list 2026"), Table(("SKU", "Product", "Price", "Availability"), rows)]


def english_order(rng: random.Random) -> list[Block]:
    """Parcels of a carrier."""
    rows: list[list[Cell]] = [
        [
            f"PO{rng.randint(10**8, 10**9)}",
            f"1Z{rng.randint(10**9, 10**10)}{rng.randint(10**5, 10**6)}",
            day(rng),
            "New York Distribution Center",
        ]
        for _ in range(40)
    ]
    return [
        Text("Shipment report\nCarrier: Blue Line Freight Inc."),
        Table(("Order", "Tracking No.", "Date", "Destination"), rows),
    ]
