"""A second set, written by hand: lists of persons in the dress of many offices are asked about, what only looks like them is not."""

import pytest

from mail.budget import Spending
from mail.shapes import Block, Paragraphs, Part
from mail.text_of import Hint, html
from rules import content_personal_data
from rules.base import Action, Mail
from rules.examples import facts, mail, table

Options = content_personal_data.Options
GIVEN = ("Ann", "Ben", "Carol", "David", "Eve", "Frank", "Grace", "Harold", "Irene", "Jack", "Karen", "Leo")
FAMILY = (
    "Archer",
    "Brooks",
    "Carter",
    "Dawson",
    "Elliott",
    "Foster",
    "Graham",
    "Hudson",
    "Irving",
    "Jarvis",
    "Kemp",
    "Lawson",
)
WESTERN = tuple(zip(GIVEN, FAMILY, strict=True))
JAPANESE = tuple(f"{f} {g}" for f, g in zip(["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "松本"], ["翔太", "美咲", "健一", "陽子", "大輔", "彩花", "直樹", "恵子", "浩二", "千尋", "悠真", "結衣"], strict=True))  # fmt: skip


def body(text: str) -> Mail:
    return mail(parts=(Part("", "plain", len(text), "0", Paragraphs(text), is_body=True),))


def file(text: str) -> Mail:
    return mail(parts=(Part("a.txt", "plain", len(text), "0", Paragraphs(text)),))


def sheet(header: tuple[str, ...], *rows: tuple[str, ...]) -> Mail:
    return mail(parts=(table("a.xlsx", header, *rows),))


def is_held(given: Mail) -> bool:
    return any(f.action is not Action.NOTE for f in content_personal_data.check(given, facts(), Options()))


DEPARTMENTS = tuple(zip(["総務", "市民", "税務", "福祉", "環境", "建設", "水道", "教育", "農政", "会計", "企画", "広報"], ["soumu", "shimin", "zeimu-ka", "fukushi", "kankyo", "kensetsu", "suidou", "kyouiku", "nousei", "kaikei", "kikaku", "koho"], strict=True))  # fmt: skip
LISTS = {
    "mobiles of departments": sheet(("部署", "携帯"), *((f"{d}課", f"090-1234-56{i:02}") for i, (d, _) in enumerate(DEPARTMENTS))),
    "people of departments": sheet(("所属", "メール"), *((f"{d}課", f"t.yamada{i}@city.example") for i, (d, _) in enumerate(DEPARTMENTS))),
    "in lines behind their numbers": file("\n".join(f"{i}　{n.replace(' ', '')}　東京都港区芝" for i, n in enumerate(JAPANESE, 1))),
    "cards with labels in brackets": file("\n\n".join(f"【お名前】{n} 様\n【お電話】℡090-1234-56{i:02}" for i, n in enumerate(JAPANESE))),
    "HR": sheet(("Employee Name", "Department", "DOB", "Phone"), *((f"{g} {f}", "Sales", f"0{i % 9 + 1}/12/1980", f"(202) 555-01{i:02}") for i, (g, f) in enumerate(WESTERN))),
    "patients, surname first": sheet(("Patient", "NHS No.", "Diagnosis"), *((f"{f}, {g}", "", "asthma") for g, f in WESTERN)),
    "Germany, two columns": sheet(("Nachname", "Vorname", "Anschrift"), *((f, g, f"Lindenweg {i + 1}, 80331 München") for i, (g, f) in enumerate(WESTERN))),
    "France, lower case": sheet(("nom", "prénom", "téléphone"), *((f.lower(), g.lower(), f"06 12 34 56 {i:02}") for i, (g, f) in enumerate(WESTERN))),
    "Spain": sheet(("Apellidos", "Nombre", "Móvil"), *((f, g, f"612 34 56 {i:02}") for i, (g, f) in enumerate(WESTERN))),
    "Italy": sheet(("Cognome", "Nome", "Cellulare"), *((f, g, f"333 12345{i:02}") for i, (g, f) in enumerate(WESTERN))),
    "Korea": sheet(("성명", "휴대폰"), *((f"김 {a}{b}", f"010-1234-56{i:02}") for i, (a, b) in enumerate(zip("민서도윤지우하은서준예린", "준아현호연민서우진영수희", strict=True)))),
    "Japanese in Latin capitals": sheet(("氏名", "電話番号"), *((f"{f.upper()} {g.upper()}", f"090-1234-56{i:02}") for i, (g, f) in enumerate(WESTERN))),
    "half-width kana of account holders": sheet(("口座名義", "銀行名", "口座番号"), *((f"ﾔﾏﾀﾞ {k}", "千葉銀行", f"12345{i:02}") for i, k in enumerate(["ﾀﾛｳ", "ﾊﾅｺ", "ｼﾞﾛｳ", "ｻﾌﾞﾛｳ"]))),
    "no header, in lines": file("\n".join(f"{g} {f}, {i + 1} High Street, Springfield, IL 6270{i % 10}, (202) 555-01{i:02}" for i, (g, f) in enumerate(WESTERN))),
    "pasted from a spreadsheet": body("ご確認ください。\n\n氏名\t電話\n" + "\n".join(f"{n}\t090-1234-56{i:02}" for i, n in enumerate(JAPANESE))),
    "drawn with strokes": body("| 氏名 | 部署 |\n| --- | --- |\n" + "\n".join(f"| {n} | 総務部 |" for n in JAPANESE)),
    "labels for letters": file("\n\n".join(f"〒100-000{i % 10}\n東京都千代田区丸の内{i + 1}-2-3\n{n} 様" for i, n in enumerate(JAPANESE))),
    "one form": body("氏名　勅使河原 みなみ\n生年月日　昭和五十五年四月一日\n住所　京都市中京区寺町通御池下る亀屋町32"),
    "one English form": body("Name: Carol Dawson\nDate of birth: 26 March 1984\nAddress: 12 High Street, London SW1A 1AA"),
    "one card of health insurance, the name above": file("被保険者　佐藤 翔太 様\n\n健康保険証 記号 12345 番号 678"),
    "two accounts with names": sheet(("氏名", "銀行名", "支店名", "口座番号"), ("佐藤 翔太", "千葉銀行", "本店", "1234567"), ("鈴木 美咲", "千葉銀行", "本店", "7654321")),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_is_asked_about(name: str) -> None:
    assert is_held(LISTS[name])


def _signature(i: int, name: str) -> str:
    return f"--\n株式会社みどり{i}\n営業部 {name}\n〒100-0001 東京都千代田区丸の内{i + 1}-2-3\nTEL 03-1234-56{i:02} / FAX 03-1234-57{i:02}\nE-mail: p{i}@midori{i}.example"


def _chain(head: str, names: tuple[str, ...]) -> str:
    """Answers above one another, each with the signature of who wrote it, quoted once more each time."""
    text = ""
    for i, name in enumerate(names):
        quoted = "".join(f"> {line}\n" for line in text.splitlines())
        text = f"{name}です。承知しました。\n\n{_signature(i, name)}\n\n{head.format(i=i, name=name)}\n{quoted}"
    return text


def html_body(source: str) -> Mail:
    blocks = html.read(f"<html><body>{source}</body></html>".encode(), Hint(is_body=True), Spending()).blocks
    return mail(parts=(Part("", "html", len(source), "0", tuple(blocks), is_body=True),))


OUTLOOK = "\n\n".join(
    f"承知しました。\n\n{_signature(i, n)}\n\n-----Original Message-----\nFrom: {n} &lt;p{i}@midori{i}.example&gt;\nSubject: 日程"
    for i, n in enumerate(JAPANESE[:5])
)
HARMLESS = {
    "a chain as Thunderbird quotes": body(_chain("2026/03/05 14:0{i} {name} さんは書きました:", JAPANESE[:7])),
    "a chain as Gmail quotes": body(_chain("2026年3月5日(木) 14:0{i} {name} <p{i}@midori{i}.example>:", JAPANESE[:7])),
    "a chain as Outlook quotes": body("\n\n".join(f"承知しました。\n\n{_signature(i, n)}\n\n-----Original Message-----\nFrom: {n} <p{i}@midori{i}.example>\nSent: Thursday, March 5, 2026 2:0{i} PM\nTo: 橘 花子\nSubject: RE: 日程" for i, n in enumerate(JAPANESE[:6]))),
    "an English chain": body("\n\n".join(f"Fine with me.\n\nKind regards,\n{g} {f}\nSales Manager | Midori Ltd\nPhone: +44 20 7946 09{i:02} | {g.lower()}@midori{i}.example\n\nOn Thu, 5 Mar 2026 at 14:0{i}, {g} {f} <{g.lower()}@midori{i}.example> wrote:" for i, (g, f) in enumerate(WESTERN[:6]))),
    "a press release": body("株式会社みどり（本社：東京都千代田区丸の内1-2-3、代表取締役社長：佐藤 翔太）は、新製品を発売します。\n\n【お問い合わせ】\n株式会社みどり 広報室 担当：鈴木 美咲\nTEL 03-1234-5678\npress@midori.example"),
    "offices": sheet(("拠点名", "郵便番号", "所在地", "TEL", "FAX"), *((f"{c}営業所", f"100-00{i:02}", f"{c}市中央区本町{i + 1}-2-3", f"03-1234-56{i:02}", f"03-1234-57{i:02}") for i, c in enumerate(["札幌", "仙台", "千葉", "横浜", "新潟", "金沢", "静岡", "京都", "神戸", "岡山", "広島", "松山", "福岡", "熊本"]))),
    "departments": sheet(("課名", "電話番号（直通）", "メール"), *((f"{d}課", f"0154-12-34{i:02}", f"{m}@city.example") for i, (d, m) in enumerate(DEPARTMENTS))),
    "a chain of HTML, a line a div": html_body("".join(f"<div>{line or '<br>'}</div>" for line in OUTLOOK.splitlines())),
    "a chain of HTML, a line a paragraph of Outlook": html_body("\n".join(f"<p class=MsoNormal>{line or '&nbsp;'}<o:p></o:p></p>" for line in OUTLOOK.splitlines())),
    "a chain of HTML, breaks": html_body("<br>\r\n".join(OUTLOOK.splitlines())),
    "branches abroad": sheet(("Branch", "Address", "Phone"), *((f"{c} Branch", f"{i + 1} Main Street, {c}", f"(202) 555-01{i:02}") for i, c in enumerate(FAMILY))),
    "products": sheet(("JANコード", "商品名", "価格"), *((f"49012345678{i:02}", f"高橋食品 佃煮{i}", "398") for i in range(30))),
    "orders": sheet(("注文番号", "伝票番号", "金額"), *((f"{123456789000 + i * 7919}", f"1234-5678-90{i:02}", "1,200") for i in range(40))),
    "order numbers that look like a passport's": sheet(("品番", "旅券対応"), *((f"TR12345{i:02}", "可") for i in range(12))),
    "a log": file("\n".join(f"2026-04-19T09:39:{i:02}Z 192.0.2.{i} GET /passport?id=27422313{i:04} req=2136182424{i:06} sess=8708f122560f6c53a6b445b277b1{i:04x} 200 {i * 31}" for i in range(60))),
    "source code": file("\n".join(f"static const unsigned long NHS_{i} = 943476591{i % 10}; /* {i:03}-45-6789 */" for i in range(40))),
    "figures": sheet(("県", "人口", "面積"), *((p, f"{9876543 - i * 1234}", f"{1234 + i}") for i, p in enumerate(["青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都"]))),
    "an invoice": sheet(("項目", "内容"), ("請求元", "株式会社みどり"), ("登録番号", "T7000012050002"), ("担当", "佐藤 翔太"), ("TEL", "03-1234-5678"), ("振込先", "みどり銀行 本店 普通 1234567 カ）ミドリ")),
    "books": file("\n".join(f"ISBN978-4-00-09785{i % 10}-7 「小川の流れ」 岩波 太郎次郎社" for i in range(30))),
    "minutes of five": body("出席者：" + "、".join(JAPANESE[:5]) + "\n議題：来期の計画"),
    "a newsletter": body("お問い合わせは 0120-123-456、または info@midori.example まで。\n" * 20),
    "an agenda in English": body("Agenda\n10:00 Welcome (Ann Archer)\n10:30 Budget 2026 (Ben Brooks)\n11:00 Room 12, Building 5\nCall in: +44 20 7946 0958, code 123456789"),
    "prices": sheet(("Item", "Part No", "Price"), *((f"Valve {i}", f"{100 + i}-45-67{i:02}", f"{i}.99") for i in range(30))),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_no_list_of_persons_is_not_asked_about(name: str) -> None:
    assert not is_held(HARMLESS[name])


def test_a_part_that_is_hidden_is_a_list_all_the_same() -> None:
    rows = tuple((n, f"090-1234-56{i:02}") for i, n in enumerate(JAPANESE))
    assert is_held(mail(parts=(Part("a.xlsx", "xlsx", 1, "0", (Block(rows, ("氏名", "電話"), "Sheet2", True),)),)))
