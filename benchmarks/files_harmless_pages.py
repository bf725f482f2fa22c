"""Harmless pages: invoices, press releases, minutes, contracts, logs, source, manuals, newsletters."""

import random
import uuid

import files_numbers as numbers
from files_document import Block, Cell, Heading, Table, Text
from files_firms import GOODS, Noting, day, firm, japanese, japanese_address, japanese_phone


def invoice(rng: random.Random) -> list[Block]:
    """From one company to another, with the account to pay to and somebody to ask."""
    person, buyer, account = japanese(rng), firm(rng), str(rng.randint(1000000, 9999999))
    if isinstance(rng, Noting):
        rng.note("BANK_ACCOUNT", account)
    rows: list[list[Cell]] = [[rng.choice(GOODS), rng.randint(1, 40), f"{rng.randint(100, 9000):,}"] for _ in range(6)]
    return [
        Heading("請求書"),
        Text(f"{buyer} 御中\n\n株式会社青葉精機\n登録番号：T{numbers.corporate(rng)}\n〒{person.postal_code} {japanese_address(rng)}\nTEL {japanese_phone(rng)} / FAX {japanese_phone(rng)}\n担当：{person.family}"),
        Table(("品名", "数量", "単価"), rows),
        Text(f"お振込先：みどり銀行 本店営業部 普通 {account} カ）アオバセイキ\nお支払期限：{day(rng)}\n請求番号 INV-{rng.randint(10**9, 10**10)}"),
    ]  # fmt: skip


def press(rng: random.Random) -> list[Block]:
    """About a product, with the head of the company and whom to ask."""
    person = japanese(rng)
    return [
        Heading(f"{firm(rng)}、新型{rng.choice(GOODS)}を発売"),
        Text(f"報道関係者各位\n\n{firm(rng)}（本社：{japanese_address(rng)}、代表取締役社長：{person.family} {person.given}）は、{day(rng)}より新製品の販売を開始します。\n本製品は従来品に比べて消費電力を{rng.randint(10, 60)}％削減しました。"),
        Text(f"本件に関するお問い合わせ先\n広報部 {japanese(rng).family}\n電話 {japanese_phone(rng)}　E-mail press@aoba.example"),
    ]  # fmt: skip


def server_log(rng: random.Random, lines: int) -> str:
    """Times, addresses of machines, identifiers, digests."""
    return "\n".join(
        f"2026-03-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}.{rng.randint(0, 999):03}Z {rng.choice(('INFO', 'WARN'))} [{rng.randint(1000, 99999)}] "
        f"request {uuid.UUID(int=rng.getrandbits(128))} from 198.51.100.{rng.randint(1, 254)} took {rng.randint(1, 9000)} ms txn={rng.randint(10**11, 10**12)} ts={rng.randint(1_700_000_000, 1_800_000_000)}{rng.randint(0, 999):03} sha={rng.getrandbits(160):040x}"
        for _ in range(lines)
    )


def log(rng: random.Random) -> list[Block]:
    """Some hundred lines."""
    return [Text(server_log(rng, rng.randint(80, 400)))]


def source(rng: random.Random) -> list[Block]:
    """A program with tables of long numbers."""
    table = ", ".join(f"0x{rng.getrandbits(32):08x}" for _ in range(64))
    numbers_ = ", ".join(str(rng.randint(10**11, 10**12 - 1)) for _ in range(24))
    return [Text(f"/* crc.c */\n#include <stdint.h>\nstatic const uint32_t table[64] = {{{table}}};\nstatic const uint64_t big[24] = {{{numbers_}}};\n/* Copyright 2024 The Aoba Authors. */\nint main(void) {{ return 0; }}")]  # fmt: skip


def minutes(rng: random.Random) -> list[Block]:
    """Who was there and what was said."""
    present = [japanese(rng) for _ in range(rng.randint(3, 8))]
    names = "、".join(f"{p.family}{rng.choice(('部長', '課長', '様', ''))}" for p in present)
    said = "\n".join(
        f"{n}. {rng.choice(present).family}：{rng.choice(('納期を一週間早める。', '試作品は4月10日に届く。', '図面の改訂を確認した。'))}"
        for n in range(1, 9)
    )
    return [Heading("定例会議 議事録"), Text(f"日時：{day(rng)} 10:00～11:30\n場所：第3会議室\n出席者：{names}"), Text(said), Text("次回：未定（担当より連絡）")]  # fmt: skip


def contract(rng: random.Random) -> list[Block]:
    """Between two companies, signed by their heads."""
    a, b = japanese(rng), japanese(rng)
    clauses = "\n".join(
        f"第{n}条（{t}）\n甲及び乙は、本契約に定める事項を誠実に履行するものとする。"
        for n, t in enumerate(("目的", "納入", "検収", "支払", "秘密保持", "損害賠償", "解除", "協議"), 1)
    )
    return [Heading("取引基本契約書"), Text(clauses), Text(f"2026年4月1日\n\n甲　{japanese_address(rng)}\n　　{firm(rng)}\n　　代表取締役　{a.family} {a.given}\n\n乙　{japanese_address(rng)}\n　　{firm(rng)}\n　　代表取締役　{b.family} {b.given}")]  # fmt: skip


def manual(rng: random.Random) -> list[Block]:
    """Steps, and the free number of a service."""
    steps = "\n".join(
        f"{n}. {rng.choice(('電源を入れます。', 'カバーを外します。', '表示が緑になるまで待ちます。', 'エラーE-0' + str(n) + 'が出たときは販売店に連絡してください。'))}"
        for n in range(1, 25)
    )
    return [Heading("取扱説明書"), Text(steps), Text(f"お客様相談室 0120-{rng.randint(100, 999)}-{rng.randint(100, 999)}（受付 9:00～17:00）\nナビダイヤル 0570-{rng.randint(0, 999):03}-{rng.randint(0, 999):03}")]  # fmt: skip


def recipe(rng: random.Random) -> list[Block]:
    """Food."""
    return [Heading("肉じゃが（4人分）"), Text("\n".join(f"{g} {rng.randint(1, 400)}{u}" for g, u in (("じゃがいも", "g"), ("牛肉", "g"), ("玉ねぎ", "g"), ("しょうゆ", "ml")))), Text("材料を切る。中火で20分煮る。火を止めて味をなじませる。")]  # fmt: skip


def invitation(rng: random.Random) -> list[Block]:
    """A meeting of rooms and desks."""
    return [Text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:{uuid.UUID(int=rng.getrandbits(128))}@aoba.example\r\nDTSTART:20260{rng.randint(4, 9)}10T010000Z\r\nSUMMARY:定例会議\r\nLOCATION:第2会議室\r\nORGANIZER;CN=総務部:mailto:soumu@aoba.example\r\nATTENDEE;CN=会議室:mailto:room2@aoba.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")]  # fmt: skip


def newsletter(rng: random.Random) -> list[Block]:
    """Places and products with capital letters."""
    return [Heading("Spring Newsletter"), Text("\n\n".join(f"{t}\nOur team visited {c} last month. Read more at https://www.aoba.example/news/{rng.randint(1000, 9999)}" for t, c in (("Green Energy Week", "San Francisco"), ("New Partner Program", "Kuala Lumpur"), ("Customer Story: Maple Foods", "Buenos Aires")))), Text("Aoba Precision Ltd, 12 Harbor Road, Singapore 018956\nUnsubscribe: https://www.aoba.example/unsubscribe?id=" + str(rng.randint(10**11, 10**12)))]  # fmt: skip
