"""The dictionaries of names and places: whoever and wherever they hold is found in its place, and nothing else is."""

import re

from hypothesis import given
from hypothesis import strategies as st

from rules.personal import person_name, postal_address, postal_code
from rules.personal.japanese_names import SURNAMES, person
from rules.personal.places import PREFECTURES, is_municipality, is_town
from rules.personal.scan import scan
from rules.personal.word_files import packed, sections

FAMILIES = sorted(SURNAMES)
GIVEN = ["花子", "一郎", "太一", "美咲", "拓海", "沙也加", "紗南", "さくら", "はるか", "エリカ", "妃佐乃", "眞道"]
MUNICIPALITIES = sorted(name for names in sections("municipalities.txt").values() for name in names)
families, given_names, municipalities = map(st.sampled_from, (FAMILIES, GIVEN, MUNICIPALITIES))
numbers = st.sampled_from(["2-2-1", "3丁目4番5号", "12番地3", "7-15", "一丁目2番3号"])


@given(families, given_names, st.sampled_from(["", " ", "　"]))
def test_any_family_and_given_name_in_a_labelled_cell_are_a_person(family: str, given_name: str, blank: str) -> None:
    read = scan(((f"{family}{blank}{given_name}", "x"),), ("氏名", "備考"))
    assert [hit.value for hit in person_name.find(read)] == [family + given_name]


@given(municipalities, st.sampled_from(["本町", "中央", "みなとみらい", "旭ヶ丘", "大字上野"]), numbers)
def test_any_municipality_with_town_and_number_is_an_address(city: str, town: str, number: str) -> None:
    hits = [(hit.value, hit.weak) for hit in postal_address.find(scan(((f"送り先は{city}{town}{number}",),)))]
    assert hits == [(f"{city}{town}{number}", False)]


@given(municipalities)
def test_a_municipality_in_a_sentence_is_no_address(city: str) -> None:
    lines = (
        f"{city}では3-4月に開かれます。",
        f"{city}の人口は12345人です。",
        f"{city}で一番の店",
        f"{city}の1-2位",
        f"{city}へ行きました。",
    )
    assert list(postal_address.find(scan(tuple((line,) for line in lines)))) == []


@given(st.sampled_from(MUNICIPALITIES), st.integers(0, 9999999))
def test_a_postal_code_without_its_sign_must_exist_and_stand_before_a_place(city: str, number: int) -> None:
    code = f"{number:07}"
    shown = f"{code[:3]}-{code[3:]}"
    exists = code in packed("postal_codes.words")
    hits = list(postal_code.find(scan(((f"{shown} {city}",), (f"品番 {shown} 在庫あり",)))))
    assert [hit.value for hit in hits] == ([code] if exists else [])
    assert all(hit.weak for hit in hits)


def test_words_and_places_that_begin_as_a_family_name_are_no_person() -> None:
    words = [
        "東京",
        "武器",
        "関数",
        "原則",
        "金属",
        "上野公園",
        "千葉大学",
        "牛久市",
        "川口市民",
        "江戸時代",
        "南アフリカ",
        "北にマリ",
    ]
    assert [word for word in words if person(word)] == []


def test_a_name_that_ends_as_a_place_does_is_a_person_where_it_is_known() -> None:
    names = ["佐藤拓海", "鈴木七海", "森清", "林和子", "西美咲"]
    assert [name for name in names if not person(name)] == []


def test_a_town_alone_counts_beside_other_data_only_unless_a_label_or_a_code_says_it() -> None:
    lines = ("赤坂9-7-1", "住所：赤坂9-7-1", "〒107-0052 赤坂9-7-1", "型番12-3", "赤坂03-1234-5678")
    found = [(hit.value, hit.weak) for hit in postal_address.find(scan(tuple((line,) for line in lines)))]
    assert sorted(found) == [("赤坂9-7-1", False), ("赤坂9-7-1", False), ("赤坂9-7-1", True)]


def test_the_files_are_whole_and_tell_where_they_are_from() -> None:
    assert len(PREFECTURES) == 47
    assert len(MUNICIPALITIES) > 1890
    assert is_municipality("西区")
    assert is_town("旭が丘")
    assert "1000001" in packed("postal_codes.words")
    assert "9999999" not in packed("postal_codes.words")
    assert all(re.fullmatch("[一-鿿々ヶケノ]{1,4}", name) for name in FAMILIES)
