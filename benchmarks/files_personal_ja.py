"""Japanese files that must be held: lists of customers, staff, patients and pupils, forms of one person, numbers of the law, logs, letters, labels."""

import random
from collections.abc import Iterator
from dataclasses import replace

from files_columns import JA, note, table_of
from files_document import Case, Cell, Table, Text
from files_personal_pages import PAGE_FORMATS, cards, one_person, placed, running_text
from files_persons import crowd, japanese

SPECIAL = ("my_number", "licence", "passport", "residence", "pension", "employment", "resident", "card")
_LISTS: dict[str, tuple[str, ...]] = {
    "customers": ("no", "name", "kana", "zip", "address", "phone", "email", "date"),
    "customers_short": ("name", "phone", "address"),
    "customers_mail": ("email", "name", "date", "amount"),
    "staff": ("staff_no", "name", "dept", "mobile", "email", "birth"),
    "staff_split": ("staff_no", "family", "given", "half", "sex", "birth", "address", "phone"),
    "patients": ("chart", "name", "kana", "sex", "birth", "disease", "phone", "insurer", "insured"),
    "school": ("class", "no", "name", "kana", "zip", "address", "mobile"),
    "school_kana": ("class", "kana", "birth", "phone"),
    "bank": ("staff_no", "name", "bank", "branch", "account_type", "account", "holder"),
    "names_only": ("no", "name", "dept"),
    "phones_only": ("no", "mobile", "note"),
    "mails_only": ("email", "date"),
}
_TITLES = (
    "顧客管理台帳　2026年度",
    "取扱注意",
    "作成日：2026年3月31日　作成者：総務部",
    "※本資料は社内の打合せに用います",
    "（単位：名）",
)
_TABLE_FORMATS = ("csv", "tsv", "xlsx", "ods", "html", "json", "jsonl", "xml", "sql", "docx", "odt", "rtf", "pdf", "pptx", "txt", "md", "xls", "doc", "lo.pdf", "lo.ods", "ppt", "lo.rtf", "odp", "lo.odt")  # fmt: skip


def lists(rng: random.Random) -> Iterator[Case]:
    """Every kind of list, of every length; of fewer than ten persons, too, which are not held."""
    for name, keys in _LISTS.items():
        for count in (rng.randint(12, 30), rng.randint(11, 90)):
            case = Case(
                f"{name}_{count}", name, [], hold=True, reason="persons>=10", persons=count, formats=_TABLE_FORMATS
            )
            case.blocks = [table_of(case, crowd(rng, count), keys, rng)]
            yield case
    for name in ("customers", "customers_short", "staff", "school"):
        count = rng.randint(4, 9)
        case = Case(
            f"{name}_{count}", "few", [], hold=False, reason="below_threshold", persons=count, formats=_TABLE_FORMATS
        )
        keys = tuple(key for key in _LISTS[name] if key != "birth")
        case.blocks = [table_of(case, crowd(rng, count), keys, rng)]
        yield case


def sheets(rng: random.Random) -> Iterator[Case]:
    """What spreadsheets do: titles above, merged headers, hidden sheets, zeros lost, side by side, many sheets of few rows."""
    only = ("xlsx", "xls", "lo.ods")
    for shape in (
        "titled",
        "grouped",
        "hidden",
        "zeros",
        "zeros_my_number",
        "no_header",
        "many_sheets",
        "second_header",
    ):
        count = rng.randint(11, 40)
        case = Case(
            f"{shape}_{count}", f"sheet_{shape}", [], hold=True, reason="persons>=10", persons=count, formats=only
        )
        keys: tuple[str, ...] = ("no", "name", "zip", "address", "phone", "mobile")
        if shape == "zeros_my_number":
            keys, case.reason = ("staff_no", "name", "my_number"), "special_id>=1"
        table = table_of(case, crowd(rng, count), keys, rng)
        case.blocks = [table]
        if shape in {"titled", "grouped", "second_header"}:
            table.above = rng.sample(_TITLES, 3)
        if shape == "grouped":
            table.groups = (("基本情報", 2), ("住所", 2), ("連絡先", 2))
        elif shape == "second_header":
            table.rows.insert(0, ["", "（漢字）", "（7桁）", "（番地まで）", "（自宅）", "（携帯）"])
        elif shape == "hidden":
            table.hidden = True
            case.blocks.insert(
                0, Table(("品名", "数量", "単価"), [["ボルト", 12, 340], ["ナット", 30, 120]], name="見積")
            )
        elif shape.startswith("zeros"):
            table.rows = [[_as_number(cell) for cell in row] for row in table.rows]
        elif shape == "no_header":
            table.header = ()
        elif shape == "many_sheets":
            case.blocks = [
                replace(table, rows=table.rows[i : i + 5], name=f"{i // 5 + 1}組") for i in range(0, count, 5)
            ]
        yield case


def _as_number(cell: Cell) -> Cell:
    """What Excel makes of digits."""
    digits = (
        str(cell)
        .translate(str.maketrans("０１２３４５６７８９－‐−()　", "0123456789------"))
        .replace("-", "")
        .replace(" ", "")
    )
    return int(digits) if digits.isdecimal() and len(digits) > 6 else cell


def special(rng: random.Random) -> Iterator[Case]:
    """Numbers of which one is enough: a list of them, a form with one, a sentence with one."""
    for key in SPECIAL:
        column = JA[key]
        for count in (rng.randint(2, 8), rng.randint(11, 40)):
            case = Case(
                f"{key}_{count}",
                f"special_{key}",
                [],
                hold=True,
                reason="special_id>=1",
                persons=count,
                formats=_TABLE_FORMATS,
            )
            case.blocks = [table_of(case, crowd(rng, count), ("no", "name", key), rng)]
            yield case
        person = japanese(rng)
        for shape in ("form", "sentence"):
            case = Case(
                f"{key}_{shape}",
                f"special_{key}",
                [],
                hold=True,
                reason="special_id>=1",
                persons=1,
                formats=PAGE_FORMATS,
            )
            value = column.value(person, rng)
            note(case, column.kind, value, person)
            case.add("PERSON", person.name)
            line = f"{column.names[0]}：{value}"
            form = f"届出書\n\n氏名　{person.name}\n{line}\n提出日　2026年4月1日"
            said = f"お世話になっております。\n{person.name}様の{column.names[0]}は {value} です。\nご確認をお願いいたします。"
            case.blocks = [Text(form if shape == "form" else said)]
            yield case


def japanese_cases(rng: random.Random) -> list[Case]:
    """All of them."""
    return [case for make in (lists, sheets, special, one_person, running_text, cards, placed) for case in make(rng)]


def dense_list(rng: random.Random, count: int) -> Table:
    """A list of people that says much of each."""
    keys = ("no", "name", "kana", "zip", "address", "phone", "email", "birth")
    return table_of(Case("", "", [], hold=True, reason=""), [japanese(rng) for _ in range(count)], keys, rng)


def long_case(rng: random.Random) -> Case:
    """A file of some size, to measure the readers with: a long list and pages of prose."""
    from letters import letters  # noqa: PLC0415 - nothing else here needs it

    prose = [Text(text) for text in letters("ja", 120_000).replace("\r", "").split("\n\n") if text]
    return Case("long", "long", [*prose, dense_list(rng, 600)], hold=True, reason="persons>=10", persons=600)
