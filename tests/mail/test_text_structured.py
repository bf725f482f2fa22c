"""JSON and XML: what is a list is a table, a record stays a row, and nothing that is written is left out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.budget import Budget
from mail.message import read
from mail.shapes import Block, Lost
from tests.helpers import pace
from tests.mail.making import attached, hidden, losses, of_file, reasons, text_of

PEOPLE = [
    {"氏名": "山田 太郎", "電話": "090-1234-5678"},
    {"氏名": "佐藤 花子", "電話": "090-1234-5679"},
]
TABLE = Block((("山田 太郎", "090-1234-5678"), ("佐藤 花子", "090-1234-5679")), ("氏名", "電話"))


def blocks(text: str | bytes, name: str) -> list[Block]:
    data = text if isinstance(text, bytes) else text.encode()
    part = of_file(data, name).parts[1]
    assert part.kind in {"json", "xml"}
    return list(part.blocks)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(PEOPLE),
        json.dumps(PEOPLE, ensure_ascii=False, indent=2),
        "\ufeff" + json.dumps(PEOPLE),
        json.dumps({"customers": PEOPLE}),
        json.dumps({"a": {"b": {"customers": PEOPLE}}}),
        "\n".join(map(json.dumps, PEOPLE)),
        json.dumps([list(PEOPLE[0]), *([*one.values()] for one in PEOPLE)]),
    ],
    ids=["list", "indented", "marked", "in an object", "deep in objects", "lines", "list of lists"],
)
def test_a_list_of_objects_is_a_table(text: str) -> None:
    assert blocks(text, "a.json") == [TABLE]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp932", "euc-jp", "iso2022_jp"])
def test_a_list_is_a_table_in_every_charset(charset: str) -> None:
    assert blocks(json.dumps(PEOPLE, ensure_ascii=False).encode(charset), "a.json") == [TABLE]
    xml = "<r>" + "".join(f"<p><氏名>{p['氏名']}</氏名><電話>{p['電話']}</電話></p>" for p in PEOPLE) + "</r>"
    assert blocks(f'<?xml version="1.0"?>{xml}'.encode(charset), "a.xml") == [TABLE]


def test_json_is_known_without_its_name() -> None:
    assert blocks(json.dumps(PEOPLE), "export") == [TABLE]


def test_what_is_inside_a_record_stays_in_its_row() -> None:
    found = blocks(
        '[{"name": "A", "address": {"city": "X", "zip": 1}, "tags": ["a", null, true]}, {"name": "B", "more": {"tel": 090}}]'.replace(
            "090", "90"
        ),
        "a.json",
    )
    header = ("name", "address.city", "address.zip", "tags", "more.tel")
    assert found == [Block((("A", "X", "1", "a, , True", ""), ("B", "", "", "", "90")), header)]


def test_an_object_of_objects_is_a_table_with_its_names_in_front() -> None:
    assert blocks('{"k1": {"n": "A", "t": "1"}, "k2": {"n": "B", "t": "2"}}', "a.json") == [
        Block((("k1", "A", "1"), ("k2", "B", "2")), ("", "n", "t"))
    ]


def test_what_stands_alone_is_label_and_value() -> None:
    assert blocks('{"name": "山田", "tel": "090-1234-5678"}', "a.json") == [
        Block((("name", "山田"), ("tel", "090-1234-5678")))
    ]
    assert blocks("<r><name>山田</name><tel>090-1234-5678</tel></r>", "a.xml") == [
        Block((("r.name", "山田"), ("r.tel", "090-1234-5678")))
    ]


def test_a_name_that_stands_twice_counts_twice() -> None:
    assert "090-1234-5678" in text_of(of_file(b'{"tel": "090-1234-5678", "tel": "none"}', "a.json"))


def test_numbers_are_as_they_were_written() -> None:
    assert "12345678901234567890123456789.10" in text_of(of_file(b'{"a": 12345678901234567890123456789.10}', "a.json"))


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": "山田"',
        "{'a': '山田'}",
        'var x = ["山田"];',
        '{"a": "山田",}',
        "[" * 100_000 + "山田",
        '{"a":' * 5000 + '"山田"' + "}" * 5000,
    ],
)
def test_what_is_no_json_is_read_as_text(text: str) -> None:
    found = of_file(text.encode(), "a.json")
    assert "山田" in text_of(found)
    assert losses(found) == ()


@pytest.mark.parametrize(
    "cell",
    ['<field name="{}">{}</field>', "<p key='{}' value='{}'/>", '<col type="s" name="{}"><v>{}</v></col>'],
    ids=["in it", "beside it", "deeper"],
)
def test_attributes_that_name_the_columns_are_their_header(cell: str) -> None:
    rows = "".join(f"<row>{''.join(cell.format(*pair) for pair in person.items())}</row>" for person in PEOPLE)
    assert blocks(f"<r>{rows}</r>", "a.xml") == [TABLE]
    form = "".join(cell.format(*pair) for pair in PEOPLE[0].items())
    assert blocks(f"<r><form>{form}</form></r>", "a.xml") == [Block(tuple(PEOPLE[0].items()))]


def test_attributes_that_are_data_name_no_columns() -> None:
    people = "".join(f"<p name='{p['氏名']}'><t>{p['電話']}</t><m>x</m></p>" for p in PEOPLE)
    assert blocks(f"<r>{people}</r>", "a.xml")[0].rows[0] == ("山田 太郎", "090-1234-5678", "x")
    families = "".join(f"<f><n>1</n><p name='{p['氏名']}'>{p['電話']}</p></f>" for p in PEOPLE)
    assert blocks(f"<r>{families}</r>", "a.xml")[0].rows == (
        ("1", "山田 太郎", "090-1234-5678"),
        ("1", "佐藤 花子", "090-1234-5679"),
    )


@pytest.mark.parametrize(
    "xml",
    [
        "<r>{}</r>",
        "<a><b><c>x</c></b><r>{}</r></a>",
        "<?xml version='1.0'?><!-- x --><n:r xmlns:n='urn:x'>{}</n:r>",
        "<!DOCTYPE r SYSTEM 'r.dtd'><r>{}</r>",
    ],
)
def test_elements_that_are_repeated_are_rows(xml: str) -> None:
    rows = "".join(f"<p><氏名>{p['氏名']}</氏名><電話>{p['電話']}</電話></p>" for p in PEOPLE)
    assert blocks(xml.format(rows), "a.xml")[-1] == TABLE
    attributes = "".join(f"<p 氏名='{p['氏名']}' 電話=\"{p['電話']}\"/>" for p in PEOPLE)
    assert blocks(xml.format(attributes), "a.xml")[-1] == TABLE


def test_a_sheet_of_excel_as_xml_is_a_table() -> None:
    rows = "".join(
        f'<Row><Cell ss:StyleID="s1"><Data ss:Type="String">{a}</Data></Cell><Cell><Data ss:Type="String">{b}</Data></Cell></Row>'
        for a, b in (("氏名", "電話"), *(p.values() for p in PEOPLE))
    )
    assert blocks(
        f"<?xml version='1.0'?><Workbook><Worksheet><Table>{rows}</Table></Worksheet></Workbook>", "a.xml"
    ) == [TABLE]


def test_marks_inside_a_text_do_not_cut_it() -> None:
    assert "call 090-1234-5678 now" in text_of(
        of_file(b"<r><p>call <b>090-1234</b>-<i>5678</i> now</p><p>x</p></r>", "a.xml")
    )


def test_comments_instructions_and_data_sections_are_read() -> None:
    found = of_file("<r><!-- 山田 --><?x 佐藤?><p><![CDATA[<高橋>]]></p></r>".encode(), "a.xml")
    assert "山田" in hidden(found)
    assert "佐藤" in hidden(found)
    assert "<高橋>" in text_of(found)


def test_entities_are_not_expanded_and_their_text_is_read() -> None:
    found = of_file(
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "山田"><!ENTITY b SYSTEM "file:///etc/passwd">]><r>&a;&b;</r>'.encode(),
        "a.xml",
    )
    assert "山田" in text_of(found)
    assert "root:" not in text_of(found)


def test_records_of_many_names_cost_no_more_than_they_say() -> None:
    data = json.dumps([{f"k{n}": str(n)} for n in range(3000)]).encode()
    found = read(attached(data, "a.json"), Budget(cells=20_000))
    assert losses(found) == ()
    assert "2999" in text_of(found)


def test_too_many_cells_are_a_limit() -> None:
    data = json.dumps([{"a": 1, "b": 2}] * 2000).encode()
    assert losses(read(attached(data, "a.json"), Budget(cells=1000))) == (Lost("limit", "cells"),)


@pytest.mark.parametrize(
    "piece", ["<a>", "<a><b>x</b></a>", "<a b='c'/>", "</a>", "<a", "<!--", '{"a":', "[", '["a"],', '{"a":{"b":1}},']
)
def test_texts_made_to_be_slow_are_read_in_linear_time(piece: str) -> None:
    data = (piece * (1_000_000 // len(piece))).encode()
    whole, name = (b"<?xml ?><r>" + data, "a.xml") if piece[0] == "<" else (b"[" + data, "a.json")
    pace.within(5, lambda: of_file(whole, name))


VALUES = st.recursive(
    st.text(max_size=8) | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    return [text for one in value for text in strings(one)] if isinstance(value, list) else []


@given(VALUES)
def test_every_string_of_any_document_is_in_the_text(value: object) -> None:
    found = of_file(json.dumps(value).encode(), "a.json")
    assert "own_fault" not in reasons(found)
    text = text_of(found)
    assert all(one.strip() in text for one in strings(value) if one.strip().isprintable())


@pytest.mark.parametrize("day", ["昭和49年2月20日", "S49.2.20"])
def test_measures_and_days_of_an_era_under_words_nobody_knows_are_columns(day: str) -> None:
    rows = tuple((name, day, "154.2") for name in ("山田 太郎", "佐藤 花子", "高橋 一", "伊藤 修", "林 学"))
    part = of_file("\n".join(map(",".join, (("受検", "生まれ", "身長"), *rows))).encode(), "a.csv").parts[1]
    assert list(part.blocks) == [Block(rows, ("受検", "生まれ", "身長"))]
