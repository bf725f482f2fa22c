"""A cell that is what its column says is taken by itself; whatever else stands in it is searched as ever; and small things a list is known by."""

import pytest

from mail.shapes import Paragraphs, Part
from rules import content_personal_data
from rules.base import Action, Mail
from rules.examples import body, facts, mail, table
from rules.personal.exposure import measure
from rules.personal.known_columns import FEWEST, read
from rules.personal.places_of_work import names_a_place_of_work
from rules.personal.signs import near_numbers

HEADER = ("氏名", "フリガナ", "電話番号", "住所", "メール", "生年月日", "備考")
FAMILY = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")


def row(number: int) -> tuple[str, ...]:
    name = f"{FAMILY[number % 10]} 一郎"
    return (
        name,
        "サトウ イチロウ",
        f"090-1234-{number:04}",
        f"千葉市本町{number}-2-3",
        f"p{number}@somewhere.example",
        f"1980-01-{number % 28 + 1:02}",
        "",
    )


def found(*rows: tuple[str, ...]) -> dict[str, int]:
    return {kind: n for kind, n in measure(list_of(*rows), facts()).exposure.kinds.items() if n}


def list_of(*rows: tuple[str, ...]) -> Mail:
    return mail(parts=(table("a.csv", HEADER, *rows),))


ROWS = tuple(row(number) for number in range(1, FEWEST + 1))


def test_a_long_list_and_a_short_one_hold_the_same_kinds() -> None:
    kinds = {"person_name", "phone", "postal_address", "email_address", "birth_date"}
    assert found(*ROWS).keys() == found(*ROWS[:5]).keys() == kinds
    assert found(*ROWS)["phone"] == FEWEST


def test_cells_that_are_what_their_columns_say_are_taken_and_nothing_else() -> None:
    table = read(ROWS, HEADER)
    assert set(table.scan.text) == {"\t", "\n"}
    assert dict(table.known.columns)["phone"][0] == "09012340001"
    assert table.lines()[0] == "\t".join(ROWS[0])
    assert read(ROWS[:5], HEADER).known.columns == ()


@pytest.mark.parametrize("column", range(len(HEADER)))
def test_what_else_stands_in_a_cell_of_a_known_column_is_found(column: int) -> None:
    cells = list(ROWS[0])
    cells[column] = f"{cells[column]} マイナンバー 1234-5678-9018".strip()
    assert found(tuple(cells), *ROWS[1:])["my_number"] == 1


def test_offices_in_a_list_of_offices_are_nobody_though_their_cells_are_taken() -> None:
    header = ("拠点", "電話番号", "住所")
    rows = [(f"第{n}支店", f"03-1234-{n:04}", f"千葉市本町{n}-2-3") for n in range(1, FEWEST + 1)]
    assert measure(mail(parts=(table("a.csv", header, *rows),)), facts()).exposure.persons_max == 0


def record(number: int) -> str:
    return f"{FAMILY[number]} 太郎\nTEL 090-1234-56{number:02}\n〒105-0001 東京都港区芝{number + 1}-2-3"


def test_ten_paragraphs_that_look_like_signatures_one_behind_the_other_are_a_list() -> None:
    ten = [record(number) for number in range(10)]
    assert held("名簿です。\n\n" + "\n\n".join(ten))
    assert held("名簿です。\n\n" + "\n\n".join(f"--\n{one}" for one in ten))
    assert not held("名簿です。\n\n" + "\n\n".join(ten[:9]) + "\n\n--\n山田 花子\nTEL 03-1234-5678")
    assert not held("\n\n".join(f"了解しました。\n\n{one}\n\n2026年4月6日のメール：" for one in ten[:9]))


def held(text: str) -> bool:
    part = Part("", "plain", len(text), "0", Paragraphs(text), is_body=True)
    asked = content_personal_data.check(mail(parts=(part,)), facts(), content_personal_data.Options())
    return any(finding.action is not Action.NOTE for finding in asked)


def test_an_old_date_beside_a_name_a_telephone_and_an_address_is_one_of_birth() -> None:
    line = "Taro Yamada 03-1234-5678 taro@somewhere.example "
    assert held(line + "1980-01-02")
    assert not held(line + "2021-01-02")
    assert not held(line + "joined 1980-01-02")
    assert not held("Taro Yamada 03-1234-5678 1980-01-02")


def test_a_telephone_is_not_looked_for_in_an_iban() -> None:
    account = "IBAN: ES49 0418 0450 2000 0513 0418"
    assert measure(mail(parts=(body(account),)), facts()).exposure.kinds["phone"] == 0


def test_a_telephone_with_a_plus_a_date_and_a_time_wake_no_recogniser() -> None:
    assert near_numbers(b"Tel +44 20 7946 0958, 2026-04-06 09:30, 6/4/2026" + b" " * 500) == []


@pytest.mark.parametrize(
    "text", ["SSN +1 415 555 0100 123-45-6789", "no 123-45-6789", "2026-04-06-5678", "1234 5678 9018", "AB 12 34 56 C"]
)
def test_any_other_number_wakes_them(text: str) -> None:
    assert near_numbers(text.encode() + b" " * 500)


@pytest.mark.parametrize(
    ("text", "names"),
    [("福岡支店", True), ("(株)山田", True), ("Acme Ltd.", True), ("Head Office", True), ("店長", False), ("Including", False)],
)  # fmt: skip
def test_places_of_work_are_known_by_their_words(text: str, names: bool) -> None:
    assert names_a_place_of_work(text) is names
