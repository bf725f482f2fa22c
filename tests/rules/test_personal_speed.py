"""No text makes a recogniser slow: a megabyte of hostile repetition costs less than a second, prose passes quickly."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache, partial

import pytest

from mail.shapes import Block, Paragraphs, Part
from rules.base import Exposure, Facts
from rules.examples import mail
from rules.personal import known_columns, recognisers
from rules.personal.exposure import exposure_of
from rules.personal.recogniser import Hit
from rules.personal.scan import Scan, scan
from tests.helpers import pace

MEGABYTE = 1_000_000
SEEDS = (
    "a", "1", " ", "a.", "a@", "1-", "0-", "+81", "4111", "市", "山 ", "田中", "一", "1丁目", "氏名:", "カード ", "A ", "\t",
    "2000/1/1 ", "090-1234-5678 ", "4111111111111111 ", "123456789018 ", "a@b.jp ", "田中太郎、", "東京都1-1 ",
)  # fmt: skip
HEADED = ("1", "\t", "A ", "a 1 ", "山 ", "0-", "123456789018 ")
HEADER = ("氏名 電話 住所 マイナンバー カード 生年月日",)
LIMIT = 1.0


@cache
def hostile(seed: str, header: tuple[str, ...]) -> Scan:
    """Read once for all recognisers; what one remembers of it is taken off again."""
    return scan(((seed * (MEGABYTE // len(seed.encode())),),), header)


@pytest.mark.xdist_group("personal-speed")
@pytest.mark.parametrize("kind", sorted(recognisers()))
def test_a_megabyte_of_repetition_costs_less_than_a_second(kind: str) -> None:
    find = recognisers()[kind].find
    slow = []
    for seed, header in (*((s, ()) for s in SEEDS), *((s, HEADER) for s in HEADED)):
        taken = pace.seconds(LIMIT, partial(look, find, hostile(seed, header)))
        if taken >= LIMIT:
            slow.append((seed, bool(header), round(taken, 2)))
    assert slow == []


def look(find: Callable[[Scan], Iterable[Hit]], read: Scan) -> None:
    """For all that it finds, without what was remembered of other looks."""
    for _ in find(replace(read, places={})):
        pass


def counted(part: Part) -> Exposure:
    return exposure_of(mail(parts=(part,)), Facts(date(2026, 4, 6)))


def test_prose_is_measured_at_two_megabytes_a_second() -> None:
    line = "本日の打合せでは、来年度の計画について話し合いました。詳細は別紙をご覧ください。次回は十月の予定です。"
    rows = tuple((line,) for _ in range(4 * MEGABYTE // len(line.encode())))
    part = Part("a.txt", "plain", 1, "0", (Block(rows),))
    assert pace.within(2, lambda: counted(part)).persons_max == 0


def test_counting_stops_at_a_thousand_records() -> None:
    rows = tuple(
        (f"山田 {'一二三四五六七八九'[i % 9]}郎", f"p{i}@example.org", "東京都港区芝1-2-3") for i in range(100_000)
    )
    part = Part("a.csv", "csv", 1, "0", (Block(rows, ("氏名", "メール", "住所")),))
    assert pace.within(2, lambda: counted(part)).persons_max >= 1000


@pytest.mark.parametrize("joint", ["\n", " "])
def test_a_paragraph_or_a_row_of_many_data_costs_by_its_length(joint: str) -> None:
    text = joint.join(
        f"03-1234-{i:04} p{i}@example.org 高崎市本町{i % 90 + 1}-2-3 旅券番号 TR{i:07}" for i in range(900)
    )
    part = Part("a.txt", "plain", 1, "0", Paragraphs(text), is_body=True)
    assert pace.within(1, lambda: counted(part)).kinds["passport"] == 900


@pytest.mark.xdist_group("personal-speed")
def test_a_list_is_read_by_column_in_half_the_time_of_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple(
        (f"{'佐鈴高田伊'[i % 5]}藤 {'一二三四五六七八九'[i % 9]}郎", f"090-1234-{i:04}", f"千葉県千葉市本町{i}-2-3", f"p{i}@example.org", "1980-01-02")
        for i in range(900)
    )  # fmt: skip
    part = Part("a.csv", "csv", 1, "0", (Block(rows, ("氏名", "電話番号", "住所", "メール", "生年月日")),))

    def cell_by_cell() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(known_columns, "FEWEST", 1 << 40)
            assert counted(part).persons_min == 900

    def by_column() -> None:
        assert counted(part).persons_min == 900

    pairs = [(pace.taken(by_column), pace.taken(cell_by_cell)) for _ in range(3)]
    assert any(columns * 2 < cells for columns, cells in pairs), pairs
