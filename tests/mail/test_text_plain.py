from binascii import b2a_base64, b2a_uu

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mail.budget import Budget, Spending
from mail.charset import decode, is_ascii
from mail.message import read
from mail.shapes import Lost
from mail.text_of import Hint
from mail.text_of import csv as csv_reader
from mail.text_of._tables import header_row, lines, paragraphs
from mail.text_of.plain import is_text
from tests.helpers import pace
from tests.mail.making import losses, message, of_file, reasons, text_of

CUSTOMERS = "氏名,電話番号,住所\n山田太郎,03-0000-0000,東京都\n佐藤花子,090-0000-0000,大阪府\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "euc-jp", "iso-2022-jp", "utf-16", "utf-16-le"])
def test_a_table_keeps_its_rows_and_column_names_in_every_charset(codec: str) -> None:
    part = of_file(CUSTOMERS.encode(codec), "a.csv").parts[-1]
    (block,) = part.blocks
    assert block.header == ("氏名", "電話番号", "住所")
    assert block.rows == (("山田太郎", "03-0000-0000", "東京都"), ("佐藤花子", "090-0000-0000", "大阪府"))


@pytest.mark.parametrize(("delimiter", "kind"), [(",", "csv"), ("\t", "tsv"), (";", "csv"), ("|", "csv")])
def test_the_delimiter_is_found(delimiter: str, kind: str) -> None:
    part = of_file(CUSTOMERS.replace(",", delimiter).encode(), "list.txt").parts[-1]
    assert part.kind == kind
    assert part.blocks[0].rows[0] == ("山田太郎", "03-0000-0000", "東京都")


def test_quoted_cells_may_hold_delimiters_and_line_ends() -> None:
    part = of_file(b'name,address\n"Yamada, T","1-1\nTokyo"\nSato,Osaka\n', "a.csv").parts[-1]
    assert part.blocks[0].rows == (("Yamada, T", "1-1\nTokyo"), ("Sato", "Osaka"))


def test_a_quote_that_never_closes_swallows_no_rows() -> None:
    body = "\n".join(f'x{n},"y{n},03-0000-{n:04}' if n == 3 else f"x{n},y{n},03-0000-{n:04}" for n in range(100))
    part = of_file(body.encode(), "a.csv").parts[-1]
    assert sum(len(block.rows) for block in part.blocks) == 100
    huge = 'a,b\n"' + "x" * 200_000 + "\nc,d\n"
    assert "c\td" in text_of(of_file(huge.encode(), "a.csv"))


def test_a_csv_of_one_column_is_lines() -> None:
    assert of_file("電話番号\n03-0000-0000\n03-0000-0001\n".encode(), "a.csv").parts[-1].blocks[0].rows[1] == (
        "03-0000-0000",
    )
    lines = csv_reader.read("電話番号\n03-0000-0000\n".encode(), Hint("a.csv"), Spending())
    assert lines.blocks[0].rows == (("電話番号",), ("03-0000-0000",))


def test_source_code_and_the_body_are_no_tables() -> None:
    source = b"int a, b;\nint c, d;\nint e, f;\nint g, h;\n"
    assert of_file(source, "a.c").parts[-1].kind == "plain"
    assert read(message(source)).parts[0].kind == "plain"


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([("氏名", "電話"), ("山田", "03-0000-0000")], 0),
        ([("山田", "03-0000-0000"), ("佐藤", "03-0000-0001")], -1),
        ([("顧客一覧",), ("氏名", "電話"), ("山田", "03-0000-0000")], 1),
        ([("Who", "Where"), ("Yamada", "03-0000-0000"), ("Sato", "03-0000-0001")], 0),
        ([("山田", "太郎"), ("佐藤", "花子")], -1),
        ([("氏名", "電話")], -1),
        ([], -1),
        ([("氏名 " + "長" * 50, "x"), ("山田", "y")], -1),
    ],
)
def test_the_row_that_names_the_columns_is_found(rows: list[tuple[str, ...]], at: int) -> None:
    assert header_row(rows) == at


def test_a_table_of_column_names_alone_still_says_them() -> None:
    assert "氏名" in text_of(of_file("氏名,電話番号\n,\n,\n".encode(), "a.csv"))


def test_a_pgp_message_is_a_loss() -> None:
    found = read(message(b"see below\r\n-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----\r\n"))
    assert losses(found) == (Lost("encrypted_mail", "PGP"),)
    assert "see below" in text_of(found)


def test_uuencoded_files_are_read() -> None:
    data = CUSTOMERS.encode()
    body = b"".join(b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    found = read(message(b"hello\r\nbegin 644 list.csv\n" + body + b"`\nend\nbye\n"))
    assert [part.name for part in found.parts] == ["", "list.csv"]
    assert "山田太郎" in text_of(found)
    assert "bye" in text_of(found)


def test_uuencode_in_base64_and_without_an_end_is_read() -> None:
    data = CUSTOMERS.encode()
    assert "山田太郎" in text_of(read(message(b"begin-base64 644 a.csv\n" + b2a_base64(data) + b"====\n")))
    line = b2a_uu(b"a,b\n" * 10).rstrip(b"\n") + b"x\n"  # one character too many
    found = read(message(b"begin 644 a.csv\n" + line))
    assert found.parts[1].size == 40


def test_uuencode_with_a_broken_line_is_damage_and_the_rest_is_read() -> None:
    data = CUSTOMERS.encode()
    body = [b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    body.insert(1, "佐藤 次郎 090-0000-0001\n".encode())
    found = read(message(b"begin 644 list.csv\n" + b"".join(body) + b"`\nend\n"))
    assert reasons(found) == {"damaged"}
    assert "山田太郎\t03-0000-0000" in text_of(found)
    assert "佐藤 次郎 090-0000-0001" in text_of(found)


def test_an_address_in_several_columns_has_its_columns_named() -> None:
    part = of_file(b"name,pref,city,street\nTaro Sato,Tokyo,Minato,Shiba 1-2-3\n", "a.csv").parts[-1]
    assert part.blocks[0].header == ("name", "pref", "city", "street")


@pytest.mark.parametrize("begin", ["begin 644 a\n", "begin-base64 644 あ\n", "begin 644 a\nbegin-base64 644 あ\n"])
def test_a_megabyte_of_beginnings_of_uuencode_costs_less_than_a_second(begin: str) -> None:
    body = (begin * (1_000_000 // len(begin.encode()))).encode()
    found = pace.within(1, lambda: of_file(body, "a.txt"))
    assert begin.splitlines()[0] in text_of(found)


def test_a_line_that_only_looks_like_uuencode_stays_text() -> None:
    found = read(message("begin 644 words\n日本語\n".encode()))
    assert len(found.parts) == 1
    assert "日本語" in text_of(found)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b'{"a": "b"}', "a.json", "json"),
        (b"<?xml version='1.0'?><a>b</a>", "a.xml", "xml"),
        (b"words", "a.txt", "plain"),
    ],
)
def test_structured_text_is_read_as_lines(data: bytes, name: str, kind: str) -> None:
    part = of_file(data, name).parts[-1]
    assert part.kind == kind
    assert part.blocks


@given(
    st.lists(
        st.sampled_from(["a", "山田", " ", "\t", "　", "\r", "\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028"])
    ).map("".join)
)
def test_paragraphs_cut_late_are_those_cut_at_once(text: str) -> None:
    found = paragraphs(text, Spending())
    assert found == lines(text.splitlines(), Spending())
    assert len(found) == len(list(found))
    if text.isascii():
        assert paragraphs(text.encode(), Spending()) == found


@given(
    st.binary(max_size=40).map(lambda data: bytes(octet & 0x7F for octet in data)),
    st.sampled_from(
        [
            "",
            "us-ascii",
            "utf-8",
            "shift_jis",
            "euc-jp",
            "iso-8859-1",
            "windows-1252",
            "iso-2022-jp",
            "utf-7",
            "hz",
            "x-nobody",
        ]
    ),
)
@example(b"\x1b$B;3ED\x1b(B", "")
@example(b"\x1b$B;3ED\x1b(B", "utf-8")
@example(b"a\0b\0", "utf-8")
def test_octets_taken_as_they_stand_are_what_decoding_gives(data: bytes, declared: str) -> None:
    if is_ascii(data, declared):
        assert decode(data, declared) == (data.decode("ascii"), True)


def test_ordinary_octets_are_taken_as_they_stand() -> None:
    assert all(
        is_ascii(b"letter\r\n", declared) for declared in ("", "us-ascii", "utf-8", "iso-2022-jp-x", "Shift_JIS")
    )
    assert not is_ascii("手紙".encode(), "utf-8")


def test_blank_lines_cost_nothing_where_there_is_no_room_for_them() -> None:
    blank = message(b"\r\n" * 60 + b"line\r\n" * 40)
    assert reasons(read(blank, Budget(cells=50))) == set()
    assert reasons(read(blank, Budget(cells=30))) == {"limit"}
    assert reasons(read(message("\n".join(["行"] * 60).encode()), Budget(cells=50))) == {"limit"}


def test_octets_of_programs_are_no_text() -> None:
    assert not is_text(bytes(range(256)) * 10)
    assert not is_text(b"\0" * 100)
    assert is_text("text".encode("utf-16"))
    assert is_text(b"a" * 50_000)


def test_damage_in_text_is_said() -> None:
    assert reasons(of_file(b"\x81\xff\xfd\xfe" * 200 + b"text", "a.txt")) & {"damaged", "unknown_format"}


@given(
    st.lists(st.lists(st.text(alphabet='abc 山田03-,"\n', max_size=8), min_size=2, max_size=4), max_size=8),
    st.sampled_from(",\t;|"),
)
def test_every_row_of_a_table_is_kept(rows: list[list[str]], delimiter: str) -> None:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    found = csv_reader.rows(out.getvalue(), delimiter)
    expected = [tuple(cell.strip() for cell in row) for row in rows]
    if '"' in out.getvalue():
        assert len(found) >= len(rows)
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (
            "Name;Address;Pay\nAl Ray;1 High St, York, UK;91,894\nBo Lee;2 Low St, Bath, UK;49,010\n",
            ("Al Ray", "1 High St, York, UK", "91,894"),
        ),
        ("Name\tAddress\nAl Ray\t1 High St, York, UK\nBo Lee\t2 Low St, Bath, UK\n", ("Al Ray", "1 High St, York, UK")),
        ('"Name";"Tags"\n"Al Ray";"a,b"\n"Bo Lee";"c,d"\n', ("Al Ray", "a,b")),
        ("氏名|年収\n山田 太郎|91,894\n佐藤 花子|49,010\n", ("山田 太郎", "91,894")),
        (
            "番号　氏名　部署\n1　山田 太郎　総務部\n2　佐藤　花子　製造課\n3　林 学　製造課\n",
            ("2", "佐藤　花子", "製造課"),
        ),
        (
            "No    氏名        電話\n1     山田 太郎   090-1234-5678\n2     佐藤　花子   090-1234-5679\n",
            ("2", "佐藤　花子", "090-1234-5679"),
        ),
    ],
    ids=["semicolon", "tab", "quotes", "bar", "wide blanks", "several blanks"],
)
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_cells_are_cut_where_most_lines_have_the_same_number(text: str, row: tuple[str, ...], name: str) -> None:
    (table,) = of_file(text.encode(), name).parts[1].blocks
    assert len(table.header) == len(row)
    assert row in table.rows


def test_what_does_not_fit_between_wide_blanks_stays_a_line() -> None:
    text = "番号　氏名　部署\n" + "1　山田 太郎　総務部\n" * 30 + "以上　計\n"
    assert of_file(text.encode(), "a.txt").parts[1].blocks[0].rows[-1] == ("以上 計",)


def test_prose_with_wide_blanks_is_no_table() -> None:
    text = "拝啓　時下　ますますご清栄のこと\n　さて　このたび　ご案内を申し上げます\n　敬具　よろしく　お願いします\n"
    assert of_file(text.encode(), "a.txt").parts[1].kind == "plain"


def test_a_large_list_is_known_by_whole_lines_not_by_half_a_character() -> None:
    line = "山田太郎,東京都千代田区,090-1234-5678\n".encode()
    for shift in range(4):
        data = b"a" * shift + line * 2000
        assert len(data) > 64 * 1024
        head = csv_reader._beginning(data)
        assert head.decode("utf-8")
        assert head.endswith(b"\n")
        assert data.startswith(head)


def test_values_in_base64_of_a_directory_are_text() -> None:
    value = b2a_base64("山田 太郎".encode(), newline=False).decode()
    folded = b2a_base64("総務部長 佐藤 花子".encode(), newline=False).decode()
    ldif = f"dn: uid=1,dc=x\ncn:: {value}\ndescription:: {folded[:12]}\n {folded[12:]}\nmail: a@b.example\n"
    assert {"cn: 山田 太郎", "description: 総務部長 佐藤 花子"} <= set(
        text_of(of_file(ldif.encode(), "a.ldif")).splitlines()
    )


@pytest.mark.parametrize("text", ["std:: cGxhaW4=\n", "dn: a\ncn:: AAA\n", "dn: a\ncn:: /////w==\n"])
def test_what_is_no_value_of_a_directory_stays_as_it_is(text: str) -> None:
    assert text.strip() in text_of(of_file(text.encode(), "a.txt"))
