"""A whole column read at once says of each cell what its recogniser says of it alone."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.personal import birth_date, email_address, phone, postal_address, postal_code
from rules.personal.japanese_names import shape, usual_shapes
from rules.personal.known_cells import _name, addresses, births, codes, emails, names, names_of_two, phones, readings
from rules.personal.normal import plain
from rules.personal.person_columns import of_two

_WRITTEN = {
    "name": "山 田 髙 﨑 々 太郎 花 子 はな ヤマダ の ・ 市 支店 株式会社 部 様 氏名 電話 John A 1 さん 氏 殿",
    "date": "1980 2026 18 0101 1 01 12 13 31 32 - / . 年 月 日 昭和 S 元 May Jan , st",
    "phone": "0 090 03 0120 0800 0570 050 80 1234 5678 12 - ( ) +81 +1 . ext 年 １",
    "mail": "taro a.b A_b x-y + @ . example example.jp lists. info listserv mailman -request JP xn--wgv71a119e 日本 <",
    "address": "東京都 千葉県 港区 芝 本町 1 23 - 番地 丁目 号 ハイツ 101 @ 郡 通 大字 Street London",
    "code": "123 4567 〒 - 1 060 000",
}
PIECES = {kind: pieces.split() for kind, pieces in _WRITTEN.items()}


def cell(pieces: Sequence[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from([*pieces, " "]), max_size=9).map(lambda parts: plain("".join(parts)))


def columns(pieces: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(cell(pieces), min_size=1, max_size=8)


def born(text: str) -> str:
    return birth_date.in_cell(text.removesuffix("日"))


@pytest.mark.parametrize(
    ("kind", "read", "judge"),
    [
        ("name", names, _name),
        ("date", births, born),
        ("phone", phones, phone.in_cell),
        ("mail", emails, email_address.in_cell),
        ("address", addresses, postal_address.in_cell),
        ("code", codes, postal_code.in_cell),
    ],
)
def test_a_column_is_read_as_its_cells_are(
    kind: str, read: Callable[[str], Sequence[str]], judge: Callable[[str], str]
) -> None:
    @given(columns(PIECES[kind]))
    def same(cells: list[str]) -> None:
        assert list(read("\n".join(cells))) == [judge(one) if one else "" for one in cells]

    same()


@given(columns([piece for pieces in PIECES.values() for piece in pieces]))
@example(["山田 太郎", "", "氏 名", "山田 太郎 1"])
def test_what_is_usual_among_names_has_their_shape(cells: list[str]) -> None:
    for one, found in zip(cells, usual_shapes("\n".join(cells)), strict=True):
        assert not found or (shape(one) and found == one.replace(" ", ""))


@given(columns(["ヤマダ", "たろう", "・", "山", "1"]))
def test_readings_are_kana_alone(cells: list[str]) -> None:
    for one, found in zip(cells, readings("\n".join(cells)), strict=True):
        assert not found or found == one


def test_usual_cells_are_read_without_asking_their_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (birth_date, email_address, phone, postal_address, postal_code):
        monkeypatch.setattr(module, "in_cell", None)
    assert births("1980-01-02\n19800102\n1980年1月2日") == ["19800102"] * 3
    assert phones("090-1234-5678\n0312345678\n(03)1234-5678") == ["09012345678", "0312345678", "0312345678"]
    assert emails("Taro.Yamada@Example.JP") == ["taro.yamada@example.jp"]
    assert addresses("千葉県千葉市本町1-2-3 ハイツ101号室") == ["千葉県千葉市本町1-2-3ハイツ101号室"]
    assert codes("100-0001") == ["1000001"]


def test_names_telephones_and_addresses_of_others_are_read_too() -> None:
    assert names("Anna Smith\nJean-Luc O'Neill\n山田 太郎様\nGrüne Ärztin") == [
        "Anna Smith",
        "Jean-Luc O'Neill",
        "山田太郎",
        "Grüne Ärztin",
    ]
    assert phones("(202) 555-0143\n+44 7700 900123\n9012345678") == ["2025550143", "447700900123", "09012345678"]
    assert addresses("12 High Street, London SW1A 1AA\nTrappstraße 423, 91368 Kötzting") == [
        "12HighStreet,LondonSW1A1AA",
        "Trappstraße423,91368Kötzting",
    ]


def test_what_may_hold_more_than_its_column_says_is_left_to_the_search() -> None:
    assert addresses("12 High Street, tel 020 7946 0958\n1 Main St a@b.example") == ["", ""]
    assert phones("123-45-6789\n1234-567890\n4111 1111 1111 1111") == ["", "", ""]


def test_a_label_in_a_column_of_names_is_left_for_what_stands_beside_it() -> None:
    assert names("Anna Smith\nPassport Number\nSocial Security") == ["Anna Smith", "", ""]
    assert names_of_two("Smith\nPassport", "Anna\nHeld") == ["Anna Smith", ""]


@given(st.lists(st.tuples(cell(["山田", "Smith", "Özil", "1", "@"]), cell(["太郎", "Anna", "x", "/"])), min_size=1))
def test_two_columns_are_read_as_their_rows_are(rows: list[tuple[str, str]]) -> None:
    found = names_of_two("\n".join(one for one, _ in rows), "\n".join(other for _, other in rows))
    assert list(found) == [of_two(*row) for row in rows]
