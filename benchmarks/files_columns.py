"""Columns as offices name them and fill them: from a person and a column the cell, and what of it must be found."""

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import files_numbers as numbers
from files_document import Case, Cell, Table
from files_persons import Person

Value = Callable[[Person, random.Random], str]


@dataclass(frozen=True)
class Column:
    """Its names, the type of its values ("" for nothing personal), how a value is made."""

    names: Sequence[str]
    kind: str
    value: Value


def _era(born: date, rng: random.Random) -> str:
    """A date in the eras of Japan, as forms have it."""
    for start, name, letter in (
        (date(2019, 5, 1), "令和", "R"),
        (date(1989, 1, 8), "平成", "H"),
        (date(1926, 12, 25), "昭和", "S"),
    ):
        if born >= start:
            year = born.year - start.year + 1
            if rng.random() < 0.5:
                return f"{letter}{year}.{born.month}.{born.day}"
            return f"{name}{'元' if year == 1 else year}年{born.month}月{born.day}日"
    return f"{born:%Y/%m/%d}"


def birth_ja(person: Person, rng: random.Random) -> str:
    """One of the ways."""
    born = person.birth
    return rng.choice(
        (f"{born:%Y/%m/%d}", f"{born.year}年{born.month}月{born.day}日", f"{born:%Y-%m-%d}", f"{born:%Y%m%d}", _era(born, rng), f"{born.year}.{born.month}.{born.day}")
    )  # fmt: skip


def _half(kana: str) -> str:
    table = dict(zip("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンッャュョー", "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｯｬｭｮｰ", strict=True))  # fmt: skip
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    return "".join(table.get(c) or marks.get(c) or c for c in unicodedata.normalize("NFD", kana))


def dashed(number: str, rng: random.Random) -> str:
    """Telephones and long numbers as they are typed."""
    choice = rng.random()
    if choice < 0.55:
        return number
    if choice < 0.7:
        return number.replace("-", "")
    if choice < 0.8:
        return number.translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    if choice < 0.9 and number.count("-") == 2:
        first, second, third = number.split("-")
        return f"{first}({second}){third}"
    return number.replace("-", rng.choice(" ‐−"))


def _name(person: Person, rng: random.Random) -> str:
    return f"{person.family}{rng.choice(('', ' ', '　'))}{person.given}"


JA: dict[str, Column] = {
    "no": Column(("No.", "番号", "#", "会員番号"), "", lambda _p, r: str(r.randint(1, 9999))),
    "staff_no": Column(("社員番号", "従業員No", "社員コード"), "", lambda _p, r: f"{r.choice('AEK')}{r.randint(10000, 99999)}"),
    "name": Column(("氏名", "お名前", "名前", "ご氏名", "会員氏名", "顧客名"), "PERSON", _name),
    "kana": Column(("フリガナ", "カナ氏名", "ﾌﾘｶﾞﾅ", "よみがな"), "+PERSON", lambda p, _r: p.kana),
    "half": Column(("カナ", "ｶﾅ氏名"), "+PERSON", lambda p, _r: _half(p.kana)),
    "family": Column(("姓", "氏", "苗字"), "FAMILY", lambda p, _r: p.family),
    "given": Column(("名", "名前（名）"), "GIVEN", lambda p, _r: p.given),
    "zip": Column(("郵便番号", "〒", "郵便"), "+POSTAL_CODE", lambda p, r: p.postal_code if r.random() < 0.8 else "〒" + p.postal_code),
    "address": Column(("住所", "ご住所", "現住所", "送付先住所", "自宅住所"), "ADDRESS", lambda p, _r: p.address),
    "phone": Column(("電話番号", "TEL", "電話", "ご連絡先電話番号", "自宅電話"), "PHONE", lambda p, r: dashed(p.phone, r)),
    "mobile": Column(("携帯電話", "携帯番号", "携帯", "緊急連絡先"), "PHONE", lambda p, r: dashed(p.mobile, r)),
    "email": Column(("メールアドレス", "E-mail", "Eメール", "email"), "EMAIL", lambda p, _r: p.email),
    "birth": Column(("生年月日", "誕生日", "生年月日（西暦）"), "BIRTHDATE", birth_ja),
    "sex": Column(("性別",), "", lambda p, _r: p.sex),
    "dept": Column(("所属", "部署", "部門"), "", lambda _p, r: r.choice("総務部 経理課 営業第一部 製造課 情報システム室 品質保証部".split())),
    "amount": Column(("購入金額", "年収", "請求額"), "", lambda _p, r: f"{r.randint(10, 900)},{r.randint(0, 999):03}"),
    "date": Column(("入会日", "登録日", "最終来店日", "入社日"), "", lambda _p, r: f"{r.randint(2001, 2025)}/{r.randint(1, 12):02}/{r.randint(1, 28):02}"),
    "note": Column(("備考", "メモ"), "", lambda _p, r: r.choice(("", "", "要確認", "メールDM不可", "午前中希望", "再発行済"))),
    "disease": Column(("傷病名", "主訴", "診断"), "", lambda _p, r: r.choice("高血圧症 2型糖尿病 急性上気道炎 腰椎椎間板ヘルニア 気管支喘息 うつ病".split())),
    "chart": Column(("患者ID", "カルテ番号"), "", lambda _p, r: f"{r.randint(1000, 99999):08}"),
    "class": Column(("クラス", "組", "学級"), "", lambda _p, r: f"{r.randint(1, 3)}年{r.randint(1, 6)}組"),
    "my_number": Column(("個人番号", "マイナンバー", "個人番号（12桁）", "MyNumber"), "MY_NUMBER", lambda _p, r: _fours(numbers.my_number(r), r)),
    "licence": Column(("運転免許証番号", "免許証番号", "免許番号", "免許証No."), "DRIVER_LICENSE", lambda _p, r: numbers.driver_licence(r)),
    "passport": Column(("旅券番号", "パスポート番号", "Passport No."), "PASSPORT", lambda _p, r: numbers.passport(r)),
    "residence": Column(("在留カード番号", "在留カードNo."), "RESIDENCE_CARD", lambda _p, r: numbers.residence_card(r)),
    "pension": Column(("基礎年金番号", "年金番号"), "PENSION_NUMBER", lambda _p, r: numbers.pension(r)),
    "employment": Column(("雇用保険被保険者番号", "雇用保険番号"), "EMPLOYMENT_INSURANCE", lambda _p, r: numbers.employment_insurance(r)),
    "resident": Column(("住民票コード",), "RESIDENT_CODE", lambda _p, r: numbers.resident_code(r)),
    "insurer": Column(("保険者番号",), "+HEALTH_INSURANCE", lambda _p, r: numbers.insurer(r)),
    "insured": Column(("記号・番号", "被保険者証記号番号", "保険証記号番号"), "HEALTH_INSURANCE", lambda _p, r: f"{r.randint(100, 99999999)}{r.choice('・-')}{r.randint(1, 999999)}"),
    "card": Column(("カード番号", "クレジットカード番号", "クレジットカード"), "CREDIT_CARD", lambda _p, r: _fours(numbers.card(r), r)),
    "bank": Column(("金融機関名", "銀行名", "振込先銀行"), "", lambda _p, r: r.choice("みどり銀行 あおば信用金庫 みなと銀行 北斗信用組合 さくら農業協同組合".split())),
    "branch": Column(("支店名", "支店"), "", lambda _p, r: r.choice("本店営業部 駅前支店 中央支店 東支店 ○○出張所".split())),
    "account_type": Column(("種別", "預金種目"), "", lambda _p, r: r.choice(("普通", "当座", "普通", "1"))),
    "account": Column(("口座番号", "口座No.", "振込口座番号"), "BANK_ACCOUNT", lambda _p, r: f"{r.randint(100, 9999999):07}"),
    "holder": Column(("口座名義", "口座名義人", "口座名義（カナ）"), "+PERSON", lambda p, _r: _half(p.kana)),
}  # fmt: skip


def _fours(digits: str, rng: random.Random) -> str:
    """Twelve and sixteen digits in fours, by blank or dash, or as they are."""
    joint = rng.choice(("", "", "-", " ", "　"))
    parts = [digits[i : i + 4] for i in range(0, len(digits), 4)]
    return joint.join(parts) if len(digits) in {12, 16} else digits


def table_of(
    case: Case, people: Sequence[Person], keys: Sequence[str], rng: random.Random, columns: dict[str, Column] = JA
) -> Table:
    """A row a person; what must be found is noted in the case."""
    rows: list[list[Cell]] = []
    for person in people:
        row: list[Cell] = []
        for key in keys:
            column = columns[key]
            value = column.value(person, rng)
            row.append(value)
            note(case, column.kind, value, person)
        rows.append(row)
    return Table([rng.choice(columns[key].names) for key in keys], rows)


def note(case: Case, kind: str, value: str, person: Person) -> None:
    """Must be found, may be found (+), or is a piece of a name: then the whole must be."""
    if kind.startswith("+"):
        case.also.setdefault(kind[1:], []).append(value)
    elif kind == "FAMILY":
        case.split = True
        case.add("PERSON", person.name)
        case.also.setdefault("PERSON", []).append(value)
    elif kind == "GIVEN":
        case.also.setdefault("PERSON", []).append(value)
    elif kind:
        case.add(kind, value)
