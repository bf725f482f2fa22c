import zlib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.budget import Budget, Spending
from mail.shapes import Block, Lost, Text
from mail.text_of import Hint, _pdfium, recognise
from tests.mail.making import zipped
from tests.mail.making_pdf import SHOW_PICTURE, stream, table, words
from tests.mail.making_pdf import pdf as made

HEADER = ("氏名", "住所", "電話番号")
PEOPLE = (
    ("山田 太郎", "東京都千代田区丸の内1-1-1", "090-1234-5678"),
    ("佐藤花子", "大阪市北区梅田2-2-2", "06-1234-5678"),
    ("高橋一", "札幌市中央区3-3", "011-123-4567"),
)
COLUMNS = (50, 150, 350)


def read(data: bytes, **budget: int) -> Text:
    reader, hint = recognise(data, Hint("file"))
    assert hint.kind == "pdf"
    return reader.read(data, hint, Spending(Budget(**budget)))


def text_of(found: Text, *, hidden: bool | None = None) -> str:
    blocks = [b for b in found.blocks if hidden is None or b.hidden == hidden]
    return "\n".join(" | ".join(row) for b in blocks for row in (b.header, *b.rows) if row)


def test_a_table_comes_out_as_rows_with_its_header() -> None:
    found = read(made(words((50, 740, "顧客一覧")) + table((HEADER, *PEOPLE), COLUMNS)))
    assert found.blocks == (Block((("顧客一覧",),), (), "page 1"), Block(PEOPLE, HEADER, "page 1"))
    assert not found.lost


def test_an_empty_cell_stays_an_empty_cell() -> None:
    rows = (PEOPLE[0], ("佐藤花子", "", "06-1234-5678"), PEOPLE[2])
    assert read(made(table((HEADER, *rows), COLUMNS))).blocks[0].rows == rows


def test_a_table_drawn_down_its_columns_comes_out_as_rows() -> None:
    rows = (HEADER, *PEOPLE)
    drawn = "".join(
        words(*((x, 700 - 12 * n, row[place]) for n, row in enumerate(rows))) for place, x in enumerate(COLUMNS)
    )
    assert read(made(drawn)).blocks == (Block(PEOPLE, HEADER, "page 1"),)


def test_a_cell_of_several_lines_is_one_cell() -> None:
    cells = table((HEADER,), COLUMNS) + words(
        (50, 670, "山田太郎"), (150, 680, "東京都千代田区"), (150, 666, "丸の内1-1-1"), (350, 670, "090-1234-"), (350, 656, "5678"),
        (50, 630, "佐藤花子"), (150, 630, "大阪市北区"), (350, 630, "06-1234-5678"),
    )  # fmt: skip
    rows = (("山田太郎", "東京都千代田区丸の内1-1-1", "090-1234-5678"), ("佐藤花子", "大阪市北区", "06-1234-5678"))
    assert read(made(cells)).blocks == (Block(rows, HEADER, "page 1"),)


def test_a_change_of_font_within_a_line_of_a_cell_is_no_end_of_it() -> None:
    cells = table((HEADER, *PEOPLE[:2]), COLUMNS) + words(
        (50, 640, "高橋一"), (150, 640, "札幌市中央"), (200, 640.5, "6"), (206, 641, "－"), (216, 640, "4"), (150, 627, "区3"), (350, 640, "011-123-4567"),
    )  # fmt: skip
    assert read(made(cells)).blocks[0].rows[2] == ("高橋一", "札幌市中央6－4区3", "011-123-4567")


def test_a_table_that_goes_on_on_the_next_page_keeps_the_names_of_its_columns() -> None:
    found = read(made(table((HEADER, PEOPLE[0]), COLUMNS), table(PEOPLE[1:], COLUMNS)))
    assert [block.header for block in found.blocks] == [HEADER, HEADER]
    form = (("受付", "A-1"), ("備考", "B"))
    assert not read(made(table((HEADER, PEOPLE[0]), COLUMNS), table(form, COLUMNS))).blocks[1].header


def test_codes_of_one_width_in_front_of_names_are_a_column() -> None:
    rows = [(f"E2785{n}", name, tel) for n, (name, _, tel) in enumerate(PEOPLE)]
    assert read(made(table(rows, (50, 101, 350)))).blocks[0].rows == tuple(rows)


def test_a_cell_that_reaches_to_the_next_column_ends_there() -> None:
    rows = (*PEOPLE, ("鈴木次郎", "東京都千代田区丸の内一丁目二番三号丸の", "03-9999-8888"))
    found = read(made(table((HEADER, *rows), (50, 150, 340))))
    assert found.blocks[0].rows[-1] == rows[-1]


def test_a_wide_blank_in_a_name_is_no_column() -> None:
    rows = (("山田\u3000太郎", "090-1234-5678"), ("佐藤\u3000花子", "090-1234-5679"), ("高橋\u3000一", "090-1234-5670"))
    found = read(made(table((("氏名", "電話"), *rows), (50, 200))))
    assert found.blocks[0].rows == rows


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [f"left line {n} of the story that is told" for n in range(8)]
    right = [f"right line {n} of another one that is told" for n in range(8)]
    drawn = words(
        *((50, 700 - 12 * n, t) for n, t in enumerate(left)), *((300, 700 - 12 * n, t) for n, t in enumerate(right))
    )
    text = text_of(read(made(drawn)))
    assert text.index("left line 7") < text.index("right line 0")


def test_a_value_cut_by_the_end_of_a_line_of_prose_is_whole() -> None:
    drawn = words(
        (50, 700, "お世話になっております。ご連絡先は東京都千代田区丸の内一丁目二番三号の山田太"),
        (50, 684, "郎様です。お手数ですがよろしくお願いいたします。来週までにお返事をくださいま"),
        (50, 668, "すようお願いいたします。"),
    )
    assert "山田太郎様" in text_of(read(made(drawn)))


def test_vertical_text_is_read_from_top_to_bottom_and_right_to_left() -> None:
    drawn = words((300, 700, "山田太郎の電話番号は"), (280, 700, "〇九〇です"), vertical=True)
    assert text_of(read(made(drawn))).replace("\n", "") == "山田太郎の電話番号は〇九〇です"


@pytest.mark.parametrize(
    "drawn",
    [
        words((50, 700, "090-1234-5678"), mode=3),
        "1 g " + words((50, 700, "090-1234-5678")),
        words((-2000, 700, "090-1234-5678")),
        words((50, 700, "090-1234-5678"), size=1),
        "0 0 1 1 re W n " + words((50, 700, "090-1234-5678")),
    ],
    ids=["unseen", "white", "beside the page", "tiny", "clipped"],
)
def test_text_that_nobody_sees_is_text(drawn: str) -> None:
    assert "090-1234-5678" in text_of(read(made(drawn)))


def test_form_fields_comments_and_links_are_hidden_text() -> None:
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(tel)/V(090-1234-5678)/Rect[0 0 9 9]/P 10 0 R>>"
    child = "<</Type/Annot/Subtype/Widget/Parent 11 0 R/Rect[0 0 9 9]>>"
    parent = "<</FT/Tx/T(mail)/V(taro@customer.example)/Kids[12 0 R]>>"
    note = f"<</Type/Annot/Subtype/Text/Contents<{'山田太郎 様'.encode('utf-16').hex()}>/Rect[0 0 9 9]>>"
    link = "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(mailto:jiro%40customer.example)>>>>"
    data = made(
        words((50, 700, "form")),
        annotations=("10 0 R ", "12 0 R ", note, link),
        catalog="/AcroForm<</Fields[10 0 R 11 0 R]>>",
        objects=(field, parent, child),
    )
    found = text_of(read(data), hidden=True)
    assert "tel 090-1234-5678" in found
    assert "taro@customer.example" in found
    assert "山田太郎 様" in found
    assert "\njiro@customer.example" in found


def test_properties_of_both_kinds_bookmarks_and_scripts_are_read() -> None:
    xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>taro@customer.example</dc:creator></x:xmpmeta>"
    data = made(
        words((50, 700, "text")),
        info="/Author(hanako@customer.example)/Title(Tel 03-1234-5678)/MSIP_Label_1_Name(Confidential \\(all\\))/X<feff5c71>",
        catalog="/Metadata 10 0 R/Outlines 11 0 R/Names<</JavaScript<</Names[(a) 13 0 R]>>>>",
        objects=(
            stream(xmp.encode(), "/Type/Metadata/Subtype/XML"),
            "<</Type/Outlines/First 12 0 R/Last 12 0 R/Count 1>>",
            "<</Title(jiro@customer.example)/Parent 11 0 R>>",
            "<</S/JavaScript/JS(app.alert\\('090-8765-4321'\\))>>",
        ),
    )
    found = text_of(read(data), hidden=True)
    for value in (
        "taro@",
        "hanako@",
        "jiro@",
        "03-1234-5678",
        "090-8765-4321",
        "MSIP_Label_1_Name | Confidential (all)",
        "X | 山",
    ):
        assert value in found


def test_files_inside_are_handed_on() -> None:
    data = made(
        words((50, 700, "see the file")),
        catalog="/Names<</EmbeddedFiles<</Names[(a) 10 0 R]>>>>",
        objects=(
            "<</Type/Filespec/F(list.csv)/UF(list.csv)/EF<</F 11 0 R>>>>",
            stream(b"a,b\n1,2\n", "/Type/EmbeddedFile"),
        ),
    )
    assert [(file.name, file.data) for file in read(data).embedded] == [("list.csv", b"a,b\n1,2\n")]


FILE = stream(b"a,b\n1,2\n", "/Type/EmbeddedFile/Subtype/application#2Foctet-stream")
SPECIFIED = "<</Type/Filespec/F(list.csv)/UF(list.csv)/EF<</F 11 0 R>>>>"


@pytest.mark.parametrize(
    ("note", "catalog", "objects"),
    [
        ("<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 10 0 R>>", "", (SPECIFIED, FILE)),
        ("", "/AF[10 0 R]", (SPECIFIED, FILE)),
        ("", "/AF[10 0 R]", (SPECIFIED, stream(b"a,b\n1,2\n"))),
        ("", "", ("null", FILE)),
        ("", "", ("null", stream(zlib.compress(b"a,b\n1,2\n"), "/Type/EmbeddedFile/Filter/FlateDecode"))),
    ],
)
def test_files_inside_that_the_list_does_not_name_are_handed_on(
    note: str, catalog: str, objects: tuple[str | bytes, ...]
) -> None:
    data = made(words((50, 700, "see")), annotations=(note,) if note else (), catalog=catalog, objects=objects)
    found = read(data)
    assert [file.data for file in found.embedded] == [b"a,b\n1,2\n"]
    assert found.lost == ()


@pytest.mark.parametrize(
    "packed", ["/Filter/LZWDecode", "/Filter[/ASCII85Decode/FlateDecode]", "/X(" + "x" * 3000 + ")"]
)
def test_a_file_inside_that_is_packed_otherwise_is_a_loss(packed: str) -> None:
    data = made(words((50, 700, "see")), objects=("null", stream(b"a,b\n1,2\n", f"/Type/EmbeddedFile{packed}")))
    assert read(data).lost == (Lost("damaged", ""),)


def test_files_that_lie_in_one_another_are_a_limit_all_together() -> None:
    begun = b"".join(b"%d 0 obj<</Type/EmbeddedFile>>stream\n" % number for number in range(20, 220))
    found = read(made(words((50, 700, "see"))) + begun + b"x" * 9000 + b"\nendstream", inflated=1_000_000)
    assert [lost.reason for lost in found.lost] == ["limit"]


def test_a_page_of_pictures_alone_is_said_with_its_number() -> None:
    found = read(
        made(
            words((50, 700, "A page of ordinary text that says so for a while.")),
            SHOW_PICTURE,
            SHOW_PICTURE + words((1, 1, "- 3 -")),
        )
    )
    assert found.lost == (Lost("image_only", "pages 2, 3"),)


def test_letters_that_are_drawn_as_lines_are_pictures() -> None:
    drawn = "".join(f"{n} 0 m {n} 10 l {n + 5} 10 l S\n" for n in range(100))
    assert read(made(drawn)).lost == (Lost("image_only", "pages 1"),)
    assert read(made("0 0 m 500 0 l S\n")).lost == ()


def test_a_font_that_does_not_say_its_letters_is_a_loss() -> None:
    font = (
        "<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Odd/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
        "/BaseFont/AAAAAA+Odd/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>"
    )
    data = made("BT /L 10 Tf 50 700 Td <00310032003300340035> Tj ET").replace(b"/L 3 0 R", b"/L 8 0 R")
    at = data.index(b"1 0 obj")
    broken = data[:at] + b"8 0 obj" + font.encode() + b"\nendobj\n" + data[at:]  # the table of places is made anew
    assert [lost.reason for lost in read(broken).lost] == ["damaged"]


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", b"%PDF-1.7\n" + bytes(2000)])
def test_a_broken_document_is_damaged(data: bytes) -> None:
    assert [lost.reason for lost in read(data).lost] == ["damaged"]


def test_a_password_is_an_encrypted_archive() -> None:
    path = Path(__file__).parents[2] / "../shared/data/content/files/075_enc.pdf"
    assert read(path.read_bytes()).lost == (Lost("encrypted_archive", "pdf"),)


def test_what_stands_around_the_document_is_a_file_of_its_own() -> None:
    inner = zipped({"a.csv": "a,b\n"})
    data = made(words((50, 700, "text")))
    assert [file.data for file in read(data + inner).embedded] == [inner]
    assert [file.data for file in read(data + b"090-1234-5678").embedded] == [b"090-1234-5678"]
    assert [file.data for file in read(b"name,tel\n" + data).embedded] == [b"name,tel\n"]
    assert read(data + b"\r\n\0\0").embedded == ()


def test_too_much_text_is_a_limit_and_what_came_before_is_read() -> None:
    data = made(words((50, 700, "first")), words((50, 700, "x" * 3000)))
    found = read(data, characters=1000)
    assert found.lost == (Lost("limit", "characters"),)
    assert "first" in text_of(found)


def test_a_large_attachment_is_a_limit() -> None:
    packed = zlib.compress(bytes(200_000))
    data = made(
        words((50, 700, "text")),
        catalog="/Names<</EmbeddedFiles<</Names[(a) 10 0 R]>>>>",
        objects=("<</Type/Filespec/F(a)/EF<</F 11 0 R>>>>", stream(packed, "/Filter/FlateDecode")),
    )
    assert read(data, member=100_000).lost == (Lost("limit", "member"),)


PLACES = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 30)),
    st.sampled_from(["a", "Tel 03", "山", "山田太郎", "090-1234", "x y z"]),
)


@given(PLACES, st.integers(6, 40), st.integers(30, 110))
def test_every_word_at_any_place_is_in_the_text(places: dict[tuple[int, int], str], size: int, width: int) -> None:
    drawn = words(*((20 + width * x, 800 - size * 1.5 * y, text) for (x, y), text in places.items()), size=size)
    found = read(made(drawn))
    letters = Counter("".join(text_of(found).split()).replace("|", ""))
    overlapping = width < size * 8
    for letter, count in Counter("".join("".join(text.split()) for text in places.values())).items():
        # What is drawn over the same again may be shown once.
        assert letters[letter] >= (1 if overlapping else count)


@given(st.binary(max_size=40), st.integers(0, 2000))
def test_a_broken_octet_anywhere_is_never_a_fault_of_ours(octets: bytes, at: int) -> None:
    data = made(
        table((HEADER, *PEOPLE), COLUMNS), annotations=("<</Type/Annot/Subtype/Text/Contents(x)/Rect[0 0 9 9]>>",)
    )
    read(b"%PDF-1.7\n" + data[9:at] + octets + data[at:])


def test_letters_of_a_font_that_the_document_does_not_hold_are_as_high_on_every_machine() -> None:
    with _pdfium.opened(made(words((50, 700, "一東京都鬱"), (50, 650, "１ａｱ")))) as document, document.page(0) as page:
        assert page is not None
        box = page.boxes()
        heights = [box(page.text.index(letter))[3] for letter in "一東京都鬱"]
    # A font of this machine draws 一 lower than 鬱; without any, letters reach no higher than the document says of them, 9.73.
    assert heights == pytest.approx([10.33] * 5, abs=0.05)


@pytest.mark.parametrize("matrix", ["0 1 -1 0 600 0", "0 -1 1 0 0 800"])
def test_text_that_is_turned_on_its_page_is_read_as_if_the_page_were(matrix: str) -> None:
    drawn = table((HEADER, *PEOPLE), COLUMNS, top=500)
    found = read(made(f"q {matrix} cm {drawn} Q"))
    assert found.blocks == (Block(PEOPLE, HEADER, "page 1"),)


def revised(*pages: str) -> bytes:
    """A document whose one page was changed and saved again, as editors do: each change behind what was there."""
    saved = made(pages[0])
    for page in pages[1:]:
        before, start = saved.rfind(b"xref\n"), len(saved)
        changed = b"11 0 obj" + stream(page.encode()) + b"\nendobj\n"
        table_ = b"xref\n11 1\n%010d 00000 n \ntrailer<</Size 12/Root 1 0 R/Info 7 0 R/Prev %d>>\n" % (start, before)
        saved += changed + table_ + b"startxref\n%d\n%%%%EOF\n" % (start + len(changed))
    return saved


def test_what_stood_on_a_page_before_it_was_changed_is_hidden_text() -> None:
    found = read(revised(words((50, 740, "Secret one")), words((50, 740, "Secret two")), words((50, 740, "Nothing"))))
    assert text_of(found, hidden=False) == "Nothing"
    assert text_of(found, hidden=True) == "Secret one\nSecret two"
    assert not found.lost


def test_a_page_that_stayed_as_it_was_is_read_once_and_too_many_revisions_are_a_limit() -> None:
    page = words((50, 740, "the same"))
    assert text_of(read(revised(page, page))) == "the same"
    many = read(revised(*(words((50, 740, f"state {n}")) for n in range(13))))
    assert Lost("limit", "revisions") in many.lost
    assert "state 11" in text_of(many, hidden=True)
