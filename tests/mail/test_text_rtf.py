import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.budget import Spending
from mail.shapes import Block, Lost
from mail.text_of import Hint, rtf
from tests.mail.making import hidden, losses, of_file, reasons, text_of
from tests.mail.making_office import compound, native, sample, workbook_97

CSV = "氏名,電話番号\n山田 太郎,03-0000-0000\n".encode()
FONTS = rb"{\fonttbl{\f0\fnil\fcharset0 Times;}{\f1\fnil\fcharset128 MS Gothic;}{\f2\fcharset204 Cyr;}{\f3\fcharset134 Song;}}"


def written(body: bytes, head: bytes = rb"\ansi\ansicpg932\deff0" + FONTS) -> bytes:
    return b"{\\rtf1" + head + b"\n" + body + b"}"


def escaped(text: str, codec: str = "cp932") -> bytes:
    return b"".join(b"\\'%02x" % octet for octet in text.encode(codec))


def shown(body: bytes, head: bytes = rb"\ansi\ansicpg932\deff0" + FONTS) -> list[str]:
    blocks = of_file(written(body, head)).parts[1].blocks
    return ["\t".join(row) for block in blocks if not block.hidden for row in block.rows]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (escaped("山田太郎"), "山田太郎"),
        (rb"\'8eR\'93\'63\'91\'be\'98Y", "山田太郎"),  # trail octets that are letters stand as letters
        (b"\\'8e\nR\\'93\r\n\\'63", "山田"),
        (rb"\u23665?\u30000?\u22826?", "山田太"),
        (rb"\uc2\u23665\'8e\'52\u30000\'93\'63", "山田"),
        (rb"\uc0\u23665 \u30000 x", "山田x"),
        (rb"\uc3\u23665 abc\u30000 abcd", "山田d"),
        (rb"\u-10174?\u-8265?\u30000?", "𠮷田"),
        (rb"\uc0 \u55362\uc1 \u57271\'3f\u30000\'3f", "𠮷田"),
        (rb"{\f2 " + escaped("Иван", "cp1251") + rb"}{\f3 " + escaped("张伟", "gb18030") + b"}", "Иван张伟"),
        (rb"a\tab b\line c\~d\_e\-f\emdash g\{h\}\\", "a\tb\nc\xa0d-ef—g{h}\\"),
        (b"03-1234\\\n5678", "03-1234\n5678"),
    ],
)
def test_characters_are_read_however_they_are_written(body: bytes, text: str) -> None:
    assert "\n".join(shown(body)) == text


def test_a_western_font_in_a_western_document_is_western() -> None:
    assert shown(rb"caf\'e9 na\'efve", rb"\ansi\ansicpg1252" + FONTS) == ["café naïve"]


def test_western_letters_in_a_japanese_document_are_western() -> None:
    assert shown(rb"caf\'e9 now") == ["café now"]


def test_octets_without_any_charset_are_read_as_what_they_look_like() -> None:
    assert shown(escaped("住所は東京です"), rb"\ansi") == ["住所は東京です"]


def test_a_table_keeps_its_rows_and_header() -> None:
    def row(*cells: str) -> bytes:
        return (
            rb"\trowd\cellx1\cellx2 \pard\intbl " + b"".join(escaped(cell) + rb"\cell " for cell in cells) + rb"\row "
        )

    found = of_file(
        written(b"x\\par " + row("氏名", "電話") + row("山田", "03-0000-0000") + row("佐藤", "") + rb"\pard y")
    )
    assert Block((("山田", "03-0000-0000"), ("佐藤",)), ("氏名", "電話")) in found.parts[1].blocks


def test_a_sample_is_read_in_every_part() -> None:
    found = of_file(sample("text.rtf"))
    assert losses(found) == ()
    lines = {"|".join(row): (block.where, block.hidden) for block in found.parts[1].blocks for row in block.rows}
    expected = {
        "本文の始まり。": ("", False),
        "𠮷田 﨑男|090-0000-0003|京都府京都市中京区3-3-3": ("", False),
        "内側丙|内側丁": ("", False),
        "隠し文字 鈴木一郎": ("hidden text", True),
        "消された電話 080-0000-0008": ("hidden text", True),
        "脚注の文字 070-0000-0007": ("footnotes", True),
        "頁脚の文字 03-0000-0009": ("header, footer", False),
        "コメントの文字 050-0000-0006": ("comments", True),
        "文字枠の中 埼玉県さいたま市1-2-3": ("text box", False),
        "社外秘": ("properties", True),
        "顧客番号: KC-2021": ("properties", True),
        'HYPERLINK "mailto:hidden@customer.example"': ("", True),
    }
    assert {line: lines.get(line) for line in expected} == expected


def test_destinations_nobody_knows_are_hidden_not_lost() -> None:
    found = of_file(written(rb"a{\*\secretdest " + escaped("山田太郎") + rb" 090-0000-0000}b"))
    assert "ab" in text_of(found)
    assert "山田太郎 090-0000-0000" in hidden(found)


def ole_1(name: bytes, data: bytes) -> bytes:
    head = struct.pack("<IIII", 0x501, 2, len(name) + 1, 0)[:12] + name + b"\0" + bytes(8)
    return head + struct.pack("<I", len(data)) + data


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        (ole_1(b"Package", native("list.csv", CSV)[4:]), "csv", "山田 太郎\t03-0000-0000"),
        (
            ole_1(b"Excel.Sheet.8", compound({"Workbook": workbook_97((0x204, bytes(6) + b"\4\0\0Anna"))})),
            "xls",
            "Anna",
        ),
    ],
)
def test_objects_are_read_on(data: bytes, kind: str, text: str) -> None:
    digits = data.hex().encode()
    lines = b"\n".join(digits[at : at + 128] for at in range(0, len(digits), 128))
    found = of_file(
        written(rb"{\object\objemb{\*\objclass Package}{\*\objdata " + lines + rb"}{\result shown instead}}")
    )
    assert [part.kind for part in found.parts[1:]] == ["rtf", kind]
    assert text in text_of(found)
    assert "shown instead" in text_of(found)


def test_octets_of_an_object_may_stand_as_they_are() -> None:
    data = ole_1(b"Package", native("list.csv", CSV)[4:])
    found = of_file(written(rb"{\object{\*\objdata\bin%d " % len(data) + data + b"}}"))
    assert found.parts[-1].name == "list.csv"


def test_a_picture_is_one_loss_and_text_in_it_is_read() -> None:
    picture = (b"\x89PNG\r\n\x1a\n" + CSV).hex().encode()
    found = of_file(written(rb"a{\pict\pngblip " + picture + b"}b"))
    assert losses(found) == (Lost("image_only", "1 pictures"),)
    assert "山田 太郎,03-0000-0000" in hidden(found)


def test_text_where_digits_should_stand_is_read() -> None:
    assert "call 090-0000-0000 now" in hidden(of_file(written(rb"{\pict call 090-0000-0000 now}")))


def test_html_that_outlook_packed_into_it_is_read_as_html() -> None:
    body = (
        rb"\fromhtml1{\*\htmltag84 <table><tr><td>}\htmlrtf {\htmlrtf0 " + escaped("氏名") + rb"{\*\htmltag92 </td><td>}"
        + escaped("電話") + rb"{\*\htmltag92 </td></tr><tr><td>}" + escaped("山田") + rb"{\*\htmltag92 </td><td>}03-0000-0000"
        rb"{\*\htmltag92 </td></tr></table>}\htmlrtf }\htmlrtf0 "
    )  # fmt: skip
    found = of_file(written(body))
    assert (found.parts[-1].name, found.parts[-1].kind) == ("body.html", "html")
    assert Block((("山田", "03-0000-0000"),), ("氏名", "電話")) in found.parts[-1].blocks


def test_what_stands_behind_the_end_is_read() -> None:
    assert "山田太郎 090-0000-0000" in hidden(of_file(written(b"a") + "\n山田太郎 090-0000-0000".encode("cp932")))


def test_a_file_behind_the_end_is_read_on() -> None:
    found = of_file(written(b"a") + b"GIF89a" + bytes(40))
    assert [part.kind for part in found.parts[1:]] == ["rtf", "picture"]


def test_what_some_programs_open_as_a_pdf_is_said() -> None:
    assert "damaged" in reasons(of_file(written(rb"{\*\x %PDF-1.4 }text")))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{\\rtf1 abc", "damaged"),
        (b"{\\rtf1 " + b"{" * 6000 + b"}" * 6000 + b"abc}", "limit"),
    ],
)
def test_groups_that_do_not_end_or_lie_too_deep_are_said(data: bytes, reason: str) -> None:
    found = of_file(data)
    assert reasons(found) == {reason}
    assert "abc" in text_of(found)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=200))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    codes = (
        int.from_bytes(text.encode("utf-16-le")[at : at + 2], "little")
        for at in range(0, len(text.encode("utf-16-le")), 2)
    )
    data = written(b"".join(b"\\u%d?" % (code - 0x10000 if code > 0x7FFF else code) for code in codes))
    blocks = rtf.read(data, Hint(), Spending()).blocks
    assert "".join(cell for block in blocks for row in block.rows for cell in row if not block.hidden) == text


@given(
    st.lists(
        st.sampled_from(
            [b"{", b"}", b"\\", b"'8", b"\\'8e", b"u3", b"\\bin5 ", b"\\*", b"\\objdata ", b"x", b"\\pict", b"\\cell"]
        )
    )
)
@settings(max_examples=300)
def test_no_tokens_break_the_reader(tokens: list[bytes]) -> None:
    rtf.read(b"{\\rtf1" + b"".join(tokens), Hint(), Spending())
