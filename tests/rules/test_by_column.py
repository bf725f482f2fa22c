"""What is said of a table by column is what is said of it row by row: values, records, persons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.shapes import Block, Paragraphs
from rules.examples import facts, mail
from rules.personal import known_columns
from rules.personal.correspondents import Correspondents
from rules.personal.listed import Listed
from rules.personal.record import Record
from rules.personal.records import gathered, records
from rules.personal.tally import Tally, tally

OWN = ("山田太郎", "taro@tachibana.example")
VALUES: dict[str, tuple[str, ...]] = {
    "氏名": ("山田 太郎", "佐藤　花子", "伊集院光", "Anna Smith", "鈴木一郎様", "株式会社高橋", "千葉市", "", "山田太郎"),
    "フリガナ": ("ヤマダ タロウ", "サトウハナコ", "ｻﾄｳ ﾊﾅｺ", "", "山田"),
    "電話番号": ("090-1234-5678", "０３－１２３４－５６７８", "0312345678", "090-1234-5678 / 03-1234-5678", "0120-123-456", "", "なし"),
    "携帯": ("090-1234-5678", "080 1111 2222", "09033334444", "9033334444", "", "+81 90 5555 6666"),
    "郵便番号": ("100-0001", "〒100-0002", "1000003", "60001", ""),
    "住所": ("東京都港区芝1-2-3", "千葉市本町１－２", "東京都港区芝1-2-3 千葉市本町2-3-4", "12 High Street, London", "東京都港区", ""),
    "メール": ("a@one.example", "B.C@two.example", "info@two.example", "taro@tachibana.example", "a@one.example; b@one.example", "", "なし"),
    "生年月日": ("1980-01-02", "昭和55年1月2日", "1980年1月2日", "S55.1.2", "2026-04-01", ""),
    "備考": ("", "マイナンバー 1234-5678-9018", "要確認", "旅券番号 TK1234567 写しあり", "T7000012050002", "福岡支店", "tel 092-123-4567", "4111 1111 1111 1111"),
    "No.": ("1", "17", "A-3", ""),
}  # fmt: skip

FAR = ("my_number", "payment_card", "passport")


@st.composite
def tables(draw: st.DrawFn, *, least: int = 1) -> Block:
    header = tuple(draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=6)))
    row = st.tuples(*(st.sampled_from(VALUES[name]) for name in header))
    rows = draw(st.lists(row, min_size=least, max_size=30))
    short = draw(st.integers(0, len(header)))
    rows = [one[:short] if not any(one[short:]) and short else one for one in rows]
    return Block(tuple(one for one in rows if any(one)), header if draw(st.integers(0, 3)) else ())


def unordered(record: Record) -> dict[str, frozenset[str]]:
    """Without the kinds whose words may stand rows away: where cells are taken out, they stand nearer."""
    return {kind: frozenset(values) for kind, values in record.found.items() if kind not in FAR}


def ours() -> Correspondents:
    return Correspondents(mail(), facts())


def counted(count: Tally) -> tuple[object, ...]:
    values = {kind: set(found) for kind, found in count.values.items() if found}
    return values, count.least, count.most, count.dense


@settings(max_examples=300, deadline=None)
@given(tables())
def test_known_columns_change_no_record(block: Block) -> None:
    whole = list(records((block,), is_body=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_columns, "FEWEST", 1 if len(block.rows) < known_columns.FEWEST else 1 << 40)
        other = list(records((block,), is_body=False))
    assert list(filter(None, map(unordered, whole))) == list(filter(None, map(unordered, other)))


@settings(max_examples=300, deadline=None)
@given(st.lists(tables(), min_size=1, max_size=3), st.sampled_from([3, 10, 25, 1000]))
def test_rows_that_are_counted_together_are_counted_as_one_by_one(blocks: list[Block], enough: int) -> None:
    at_once = tally(gathered(blocks, is_body=False), ours(), enough)
    one_by_one = tally(records(blocks, is_body=False), ours(), enough)
    assert counted(at_once) == counted(one_by_one)


@given(tables(), st.integers(0, 40), st.integers(0, 40))
def test_a_piece_of_a_table_has_the_records_of_its_rows(block: Block, begin: int, end: int) -> None:
    for one in gathered((block,), is_body=False):
        if isinstance(one, Listed) and begin < end <= one.size:
            whole = [one.cut(row, row + 1) for row in range(begin, end)]
            assert list(one.cut(begin, end).records()) == [found for row in whole for found in row.records()]


@given(st.text(st.sampled_from("ab \n\r\t\v\x85山"), max_size=60), st.integers(1, 9))
def test_portions_of_a_text_are_its_lines(text: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mail.shapes._PORTION", size)
        written: list[str | bytes] = [text, text.encode()] if text.isascii() else [text]
        for one in written:
            assert [line for part in Paragraphs(one).portions() for line in part] == Paragraphs(one).lines()
