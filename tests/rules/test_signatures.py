"""What is asked before a pattern of signatures changes none of its answers."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.personal import signatures
from rules.personal.scan import Scan
from rules.personal.units import of_lines

WORDS = re.compile(
    r"〒|\btel\b|\bfax\b|e-?mail|\burl\b|https?:|株式会社|有限会社|合同会社|法人|事務所|[^\s]部\b|phone|携帯",
    re.IGNORECASE,
)
pieces = [
    "〒",
    "TEL",
    "tel",
    "hotel",
    "fax",
    "e-mail",
    "Email",
    "url",
    "http:",
    "https:",
    "株式会社",
    "法人",
    "事務所",
    "営業部",
]
pieces += ["総務", "部", " ", "\n", "phone", "携帯", "maıl", "x", "。"]


@given(st.lists(st.sampled_from(pieces), max_size=10).map("".join))
@example("事務所部")
@example("営業部 総務部")
def test_two_words_of_a_signature_are_two_different_ones(text: str) -> None:
    assert signatures._has_words(text) == (len({found[0].lower() for found in WORDS.finditer(text)}) > 1)


begun = [
    "From: ",
    "to:",
    "差出人：",
    "送信者:",
    "2026年4月6日 10:00 ",
    "On Monday ",
    "wrote:",
    "Wrote:",
    "さんが書きました",
]
begun += ["<mailto:", "<MAILTO:", "山田", " ", ":", "：", "s", "f", "1"]


@given(st.lists(st.sampled_from(begun), max_size=6).map("".join))
def test_an_attribution_is_found_wherever_the_pattern_finds_it(line: str) -> None:
    assert signatures.is_attribution(line) == (signatures._ATTRIBUTION.search(line) is not None)


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [*"aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "-- ", "--", "---- b", "* * *", "＊＊＊＊", " --", "━━━━━"]
            ),
            min_size=1,
            max_size=14,
        ),
        max_size=8,
    ),
    st.data(),
)
def test_a_mark_counts_for_its_paragraph_and_the_short_ones_behind_it(
    paragraphs: list[list[str]], data: st.DataObject
) -> None:
    rows = [row for paragraph in paragraphs for row in paragraph]
    groups = [number for number, paragraph in enumerate(paragraphs) for _ in paragraph]
    expected, below, end = [], False, 0
    for paragraph in paragraphs:
        marked = any(re.match(r"(?:--[ ]?|[-=_*＊━─]{4,80}.*)$", row.rstrip()) for row in paragraph)
        below = marked or (below and len(paragraph) <= 10)
        end += len(paragraph)
        expected.append((end, below))
    asked = sorted(data.draw(st.sets(st.sampled_from(expected))) if expected else [])
    marks = signatures.Marks(Scan("\n".join(rows)), groups)
    assert [(row_end, marks.above(row_end)) for row_end, _ in asked] == asked


@pytest.mark.parametrize(("lines", "below"), [(10, True), (11, False)])
def test_below_a_long_paragraph_no_mark_counts(lines: int, below: bool) -> None:
    rows, groups = ["--", *["a"] * lines, "b"], [0, *[1] * lines, 2]
    assert signatures.Marks(Scan("\n".join(rows)), groups).above(len(rows)) is below


@given(st.lists(st.text(st.sampled_from(">| ab"), max_size=30), min_size=1, max_size=5))
def test_marks_of_quotation_are_taken_off_each_line(lines: list[str]) -> None:
    (unit,) = of_lines(lines, [0] * len(lines))
    assert unit.scan.rows == [re.sub("^(?:[>|][ ]?){1,20}", "", line) for line in lines]
