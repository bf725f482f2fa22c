import io
import struct
import zlib
from hashlib import md5

import olefile
import pytest
import xlrd
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.message import read
from mail.shapes import Block, Lost
from mail.text_of._cfb import CompoundFile
from mail.text_of._properties import without_picture
from tests.mail.making import attached, hidden, losses, of_file, reasons, text_of, zipped
from tests.mail.making_office import (
    EOF,
    Tree,
    biff,
    compound,
    item,
    native,
    sample,
    tree_of,
    wide,
    word_95,
    workbook_95,
    workbook_97,
)

CSV = "氏名,電話番号\n山田 太郎,03-0000-0000\n佐藤 花子,090-0000-0000\n".encode()
PEOPLE = Block(
    (
        ("山田 太郎", "03-0000-0001", "東京都千代田区丸の内1-1-1"),
        ("佐藤 花子", "", "大阪府大阪市北区梅田2-2-2"),
        ("𠮷田 﨑男", "090-0000-0003", "京都府京都市中京区3-3-3"),
    ),
    ("氏名", "電話番号", "住所"),
)
LABEL = "MSIP_Label_11111111-2222-3333-4444-555555555555_Name"


def places(name: str) -> dict[str, tuple[str, bool]]:
    """Each line of a sample (cells joined by a bar) → where it stands and whether it is hidden."""
    found = of_file(sample(name), name)
    assert losses(found) == ()
    blocks = (block for part in found.parts[1:] for block in part.blocks)
    return {
        "|".join(row): (block.where, block.hidden) for block in blocks for row in (block.header, *block.rows) if row
    }


@pytest.mark.parametrize(
    ("line", "where", "unseen"),
    [
        ("本文の始まり。", "", False),
        ("見える続き", "", False),
        ("隠し文字 鈴木一郎", "hidden text", True),
        ("消された電話 080-0000-0008", "hidden text", True),
        ("脚注の文字 070-0000-0007", "footnotes", True),
        ("文末脚注の文字", "endnotes", True),
        ("頁眉の文字 社外秘", "header, footer", False),
        ("頁脚の文字 03-0000-0009", "header, footer", False),
        ("コメントの文字 050-0000-0006", "comments", True),
        ("文字枠の中 埼玉県さいたま市1-2-3", "text box", False),
        ("リンク文字 café naïve", "", False),
        ("mailto:hidden@customer.example", "", True),
        ("書評 四郎", "", True),
        ("外側|前\n後", "", False),
        ("内側甲|内側乙", "", False),
        ("一列目の枠", "", False),
        ("title|表題の文書", "properties", True),
        ("subject|社外秘", "properties", True),
        (f"{LABEL}|Confidential", "properties", True),
        ("顧客番号|KC-2021", "properties", True),
    ],
)
def test_every_part_of_a_word_document_is_read(line: str, where: str, unseen: bool) -> None:
    found = places("text.doc")
    assert [place for text, place in found.items() if text == line or text.endswith(line)] == [(where, unseen)]


@pytest.mark.parametrize(("name", "where"), [("text.doc", ""), ("show.ppt", "slide 1")])
def test_a_table_keeps_its_rows_its_empty_cells_and_its_header(name: str, where: str) -> None:
    found = of_file(sample(name))
    assert Block(PEOPLE.rows, PEOPLE.header, where) in found.parts[1].blocks


@pytest.mark.parametrize(
    ("line", "where", "unseen"),
    [
        ("氏名|電話番号|生年月日|番号|備考", "名簿", True),
        ("山田 太郎|09012345678|1980-01-02|000012345678|𠮷野家", "名簿", False),
        ("佐藤 花子||2001-05-06|-7|1234567890123456", "名簿", False),
        ("隠れ 行男|0312345678|1990-12-31|3.5|café", "名簿", True),
        ("図形の文字 田中三郎", "名簿", False),
        ("表の頁脚", "名簿", True),
        ("メモの文字 090-0000-0004", "名簿: comments", True),
        ("名前39|039000-0000|39|39.25", "隠し", True),
        ("長い" * 5000 + "|末尾 03-9999-0000", "隠し", True),
        ("隠し", "sheet name", True),
        ("author|印南 史朗", "properties", True),
    ],
)
def test_every_part_of_a_workbook_is_read(line: str, where: str, unseen: bool) -> None:
    found = of_file(sample("sheet.xls")).parts[1].blocks
    assert (where, unseen) in {
        (block.where, block.hidden) for block in found for row in (block.header, *block.rows) if "|".join(row) == line
    }


@pytest.mark.parametrize(
    ("line", "where", "unseen"),
    [
        ("一枚目 café 漢字", "slide 1", False),
        ("隠れた二枚目 伊藤四郎", "slide 2", True),
        ("発表者の覚え 090-0000-0002", "notes", True),
        ("発表へのコメント 03-0000-0005", "comments", True),
        ("親板の文字", "master", True),
        ("title|表題の文書", "properties", True),
    ],
)
def test_every_part_of_a_presentation_is_read(line: str, where: str, unseen: bool) -> None:
    assert places("show.ppt")[line] == (where, unseen)


def test_a_workbook_says_what_another_reader_finds_in_it() -> None:
    data = sample("sheet.xls")
    have = text_of(of_file(data))
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    texts = [
        cell.value
        for sheet in book.sheets()
        for row in sheet.get_rows()
        for cell in row
        if cell.ctype == xlrd.XL_CELL_TEXT
    ]
    assert len(texts) > 90
    assert [text for text in texts if text not in have] == []


def test_the_kind_is_what_is_in_the_file_not_its_name() -> None:
    kinds = [of_file(sample(name), "a.txt").parts[1].kind for name in ("text.doc", "sheet.xls", "show.ppt")]
    assert kinds == ["doc", "xls", "ppt"]


def test_a_workbook_of_excel_95_is_read_by_its_code_page() -> None:
    rows = [["氏名", "電話番号"], ["山田 太郎", "03-0000-0000"], ["髙橋 㐂一", ""]]
    found = of_file(compound({"Book": workbook_95(rows[:2], "名簿")}))
    assert losses(found) == ()
    assert Block((("山田 太郎", "03-0000-0000"),), ("氏名", "電話番号"), "名簿") in found.parts[1].blocks


def test_a_workbook_saved_for_two_versions_is_read_once() -> None:
    newer = workbook_97((0x204, struct.pack("<HHH", 0, 0, 0) + wide("山田 太郎")))
    older = workbook_95([["山田 太郎"], ["古い版だけの人"]], "表")
    text = text_of(of_file(compound({"Workbook": newer, "Book": older})))
    assert text.count("山田 太郎") == 1
    assert "古い版だけの人" in text


def test_records_of_excel_2_need_no_compound_file() -> None:
    label = struct.pack("<HH", 0, 0) + bytes(3) + b"\x08Yamada K"
    found = of_file(biff((0x09, struct.pack("<HH", 2, 0x10)), (0x04, label), EOF))
    assert (found.parts[1].kind, text_of(found).splitlines()[-1]) == ("xls", "Yamada K")


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("yyyy/m/d", 29221.0, "1980-01-01"),
        ("#,##0;[Red]-#,##0", 30000.0, "30000"),
        ("00000000000", 9012345678.0, "09012345678"),
        ('"第"0"号"', 12.0, "12"),
        ('[$-411]ggge"年"m"月"d"日"', 29221.0, "1980-01-01"),
    ],
)
def test_numbers_are_read_as_their_format_shows_them(code: str, value: float, shown: str) -> None:
    styles = ((0x41E, struct.pack("<H", 164) + wide(code)), (0xE0, struct.pack("<HH", 0, 164) + bytes(16)))
    number = (0x203, struct.pack("<HHHd", 0, 0, 0, value))
    found = of_file(compound({"Workbook": workbook_97(*styles, number)}))
    assert (shown,) in [row for block in found.parts[1].blocks for row in block.rows]


def test_what_a_formula_came_to_is_read_over_several_records() -> None:
    formula = (0x06, struct.pack("<HHH", 0, 0, 0) + bytes(6) + b"\xff\xff" + bytes(8))
    text = (0x207, struct.pack("<HB", 8, 1) + "山田太".encode("utf-16-le"))
    more = (0x3C, b"\1" + "郎の住所".encode("utf-16-le"))
    assert "山田太郎の住所" in text_of(of_file(compound({"Workbook": workbook_97(formula, text, more)})))


def test_a_shared_string_may_change_its_width_where_it_is_cut() -> None:
    first = (0xFC, bytes(8) + struct.pack("<HB", 9, 0) + b"Yamada ")
    second = (0x3C, b"\1" + "太郎".encode("utf-16-le"))
    cell = (0xFD, struct.pack("<HHHI", 0, 0, 0, 0))
    assert "Yamada 太郎" in text_of(of_file(compound({"Workbook": workbook_97(first, second, cell)})))


def test_text_in_records_that_nobody_knows_is_read() -> None:
    assert "山田太郎" in hidden(
        of_file(compound({"Workbook": workbook_97((0x0F0F, b"\3\1" + "山田太郎".encode("utf-16-le")))}))
    )


def test_japanese_text_of_word_95_is_read_with_its_table() -> None:
    text = "名簿\r氏名\7電話\7\7山田太郎\00703-0000-0000\7\7終わり\r"
    found = of_file(compound({"WordDocument": word_95(text.encode("cp932"))}))
    assert losses(found) == ()
    assert Block((("山田太郎", "03-0000-0000"),), ("氏名", "電話")) in found.parts[1].blocks


def test_instructions_of_fields_are_hidden_and_their_results_are_not() -> None:
    text = 'mail \x13 HYPERLINK "mailto:secret@customer.example" \x14here\x15 or \x13never ended 090-0000-0000\r'
    found = of_file(compound({"WordDocument": word_95(text.encode(), 0x409)}))
    assert "090-0000-0000" in text_of(found)
    ended = of_file(compound({"WordDocument": word_95(text.replace("\x13never", "never").encode(), 0x409)}))
    assert "mail here or never ended 090-0000-0000" in text_of(ended)
    assert "secret@customer.example" in hidden(ended)


def test_a_file_packed_into_a_document_is_read_on_by_its_name() -> None:
    found = of_file(
        compound({**tree_of(sample("text.doc")), "ObjectPool": {"_1": {"\1Ole10Native": native("名簿.csv", CSV)}}})
    )
    assert [(part.name, part.kind) for part in found.parts[1:]] == [("file.bin", "doc"), ("名簿.csv", "csv")]
    assert "佐藤 花子\t090-0000-0000" in text_of(found)


def test_documents_inside_documents_are_read_on() -> None:
    inner: Tree = {**tree_of(sample("text.doc")), "ObjectPool": {"_2": tree_of(sample("sheet.xls"))}}
    found = of_file(compound({**tree_of(sample("show.ppt")), "MBD1": inner}))
    assert [part.kind for part in found.parts[1:]] == ["ppt", "doc", "xls"]
    assert "隠れ 行男\t0312345678" in text_of(found)
    assert losses(found) == ()


def test_a_file_of_its_own_in_a_stream_is_read_on() -> None:
    found = of_file(
        compound({"Workbook": workbook_97(EOF), "MBD1": {"Package": b"PK\3\4" + bytes(600), "CONTENTS": CSV}})
    )
    assert sorted(part.kind for part in found.parts[2:]) == ["csv", "zip"]
    assert "佐藤 花子\t090-0000-0000" in text_of(found)


def test_the_source_of_a_macro_is_read() -> None:
    source = b'Attribute VB_Name = "M"\r\n\' \x8eR\x93c 090-0000-0000\r\n'
    chunk = b"".join(b"\0" + source[at : at + 8] for at in range(0, len(source), 8))
    module = b"\1" + struct.pack("<H", 0xB000 | len(chunk) - 1) + chunk
    found = of_file(compound({"Workbook": workbook_97(EOF), "VBA": {"M": bytes(20) + module}}))
    assert "' 山田 090-0000-0000" in hidden(found)


def test_a_macro_that_unpacks_without_end_is_a_limit() -> None:
    chunk = b"\x80" + b"\0Attribut"[1:8] + b"\xff\x0f" * 10
    found = of_file(
        compound(
            {"VBA": {"M": (struct.pack("<H", 0xB000 | len(b"\0Attribut" + chunk) - 1) + b"\0Attribut" + chunk) * 2000}}
        )
    )
    assert "limit" in reasons(found)


def rc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).encryptor().update(data)


def encrypted(stream: bytes, password: str) -> bytes:
    """A workbook as Excel 97 encrypts it (MS-OFFCRYPTO 2.3.6): blocks of a kilobyte, heads of records in clear."""
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    begin = md5((md5(password.encode("utf-16-le")).digest()[:5] + salt) * 16).digest()[:5]

    def key(block: int) -> bytes:
        return md5(begin + struct.pack("<I", block)).digest()

    filepass = struct.pack("<HHH", 1, 1, 1) + salt + rc4(key(0), verifier + md5(verifier).digest())
    clear = stream[:12] + biff((0x2F, filepass)) + stream[12:]
    out = bytearray().join(rc4(key(at // 1024), clear[at : at + 1024]) for at in range(0, len(clear), 1024))
    at = 0
    while at < len(clear):
        kind, size = struct.unpack_from("<HH", clear, at)
        plain = 4 + (size if kind in {0x809, 0x2F} else 4 if kind == 0x85 else 0)
        out[at : at + plain] = clear[at : at + plain]
        at += 4 + size
    return bytes(out)


def test_a_workbook_that_opens_without_asking_is_read_and_another_is_encrypted() -> None:
    cells = [(0x204, struct.pack("<HHH", row, 0, 0) + wide(f"名前{row} 03-0000-{row:04}")) for row in range(100)]
    stream = workbook_97(*cells)
    moved = stream.replace(
        struct.pack("<I", stream.index(b"\x09\x08", 1)), struct.pack("<I", stream.index(b"\x09\x08", 1) + 58), 1
    )
    known = of_file(compound({"Workbook": encrypted(moved, "VelvetSweatshop")}))
    assert losses(known) == ()
    assert "名前99 03-0000-0099" in text_of(known)
    own = of_file(compound({"Workbook": encrypted(moved, "secret")}))
    assert reasons(own) == {"encrypted_archive"}


def record(kind: int, body: bytes, version: int = 0, instance: int = 0) -> bytes:
    return struct.pack("<HHI", version | instance << 4, kind, len(body)) + body


def test_earlier_versions_in_a_presentation_are_hidden() -> None:
    def slide(text: str) -> bytes:
        return record(0x3EE, record(0xFA0, text.encode("utf-16-le")), 0xF)

    first, second = slide("いま見える"), slide("前に見えた")
    named = record(0x1772, struct.pack("<II", 1 << 20 | 1, 0))
    blocks = of_file(compound({"PowerPoint Document": first + second + named})).parts[1].blocks
    assert [(block.rows[0][0], block.where, block.hidden) for block in blocks] == [
        ("いま見える", "slide 1", False),
        ("前に見えた", "earlier version", True),
    ]


def test_objects_in_a_presentation_are_unpacked_and_read_on() -> None:
    data = compound({"Workbook": workbook_97((0x204, bytes(6) + wide("山田 太郎")))})
    stored, packed = (
        record(0x1011, data),
        record(0x1011, struct.pack("<I", len(data)) + zlib.compress(data + b"\0"), 0, 1),
    )
    found = of_file(compound({"PowerPoint Document": stored + packed}))
    assert [part.kind for part in found.parts[1:]] == ["ppt", "xls", "xls"]
    cut = of_file(compound({"PowerPoint Document": packed[:-40]}))
    assert "damaged" in reasons(cut)


def test_a_theme_is_read_without_being_a_file() -> None:
    package = zipped(
        {"[Content_Types].xml": "<Types/>", "theme/theme1.xml": '<a:theme name="山田太郎 090-0000-0000"/>'}
    )
    found = of_file(compound({"PowerPoint Document": record(0x40E, package)}))
    assert [part.kind for part in found.parts[1:]] == ["ppt"]
    assert "山田太郎 090-0000-0000" in hidden(found)
    other = of_file(compound({"PowerPoint Document": record(0x40E, zipped({"list.csv": CSV}))}))
    assert [part.kind for part in other.parts[1:]] == ["ppt", "zip", "csv"]


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        ({"WordDocument": word_95(b"secret")[:10] + b"\0\1" + word_95(b"secret")[12:]}, "encrypted_archive"),
        ({"Workbook": workbook_97((0x2F, b"\1\0" * 20))}, "encrypted_archive"),
        (
            {"Current User": bytes(12) + bytes.fromhex("dfc4d1f3"), "PowerPoint Document": bytes(99)},
            "encrypted_archive",
        ),
        ({"EncryptedPackage": bytes(99), "EncryptionInfo": bytes(600)}, "encrypted_archive"),
        (
            {"EncryptedPackage": bytes(99), "\6DataSpaces": {"DRMEncryptedTransform": {"\6Primary": bytes(9)}}},
            "encrypted_mail",
        ),
        ({"\x09DRMContent": bytes(99), "WordDocument": word_95(b"ask for the key\r")}, "encrypted_mail"),
        ({"VisioDocument": bytes(range(256)) * 4}, "unknown_format"),
        ({"WordDocument": b""}, "damaged"),
        ({"Workbook": b""}, "damaged"),
    ],
)
def test_what_cannot_be_read_is_said(tree: Tree, reason: str) -> None:
    assert reasons(of_file(compound(tree))) == {reason}


@pytest.mark.parametrize("text", ["utf-8", "cp932", "utf-16-le"])
def test_text_outside_every_stream_is_read(text: str) -> None:
    data = sample("text.doc")
    free = CSV.decode().encode(text).ljust(512, b"\0")
    assert "佐藤 花子,090-0000-0000" in hidden(of_file(data + free))


def test_a_file_behind_the_file_is_read_on() -> None:
    found = of_file(sample("text.doc") + zipped({"名簿.csv": CSV}), "a.zip")
    assert [part.kind for part in found.parts[1:]] == ["doc", "zip", "csv"]


def test_text_behind_the_end_of_a_stream_is_read() -> None:
    data = compound({"Workbook": workbook_97(EOF).ljust(5000, b"\0")})
    at = data.index(workbook_97(EOF)) + 5000
    assert data[at : at + 100] == bytes(100)
    assert "佐藤 花子,090-0000-0000" in hidden(of_file(data[:at] + CSV + data[at + len(CSV) :]))


def test_a_file_that_was_cut_off_is_damaged_and_the_rest_is_read() -> None:
    found = of_file(sample("sheet.xls")[:12_000])
    assert "damaged" in reasons(found)
    assert "名前1" in text_of(found)


def test_sectors_that_go_in_circles_end() -> None:
    data = bytearray(compound({"Workbook": workbook_97(EOF).ljust(9000, b"\0")}))
    fat = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    struct.pack_into("<I", data, fat + 4, 0)
    assert "damaged" in reasons(of_file(bytes(data)))


def test_two_streams_on_the_same_sectors_are_damage_not_twice_the_text() -> None:
    data = bytearray(
        compound(
            {"Workbook": workbook_97(EOF).ljust(9000, b"\0"), "Book": workbook_95([["山田"]], "表").ljust(9000, b"\0")}
        )
    )
    directory = (struct.unpack_from("<I", data, 48)[0] + 1) * 512
    data[directory + 2 * 128 + 116 : directory + 2 * 128 + 120] = data[directory + 128 + 116 : directory + 128 + 120]
    assert "damaged" in reasons(of_file(bytes(data)))


def test_an_empty_file_is_no_loss_and_one_without_a_directory_is() -> None:
    assert losses(of_file(compound({}))) == ()
    assert reasons(of_file(compound({})[:8] + bytes(1000))) == {"damaged"}


def test_a_stream_that_no_storage_names_any_more_is_read() -> None:
    data = bytearray(compound({"Workbook": workbook_97(EOF), "note": "山田太郎の電話は090-0000-0000".encode()}))
    directory = (struct.unpack_from("<I", data, 48)[0] + 1) * 512
    struct.pack_into("<I", data, directory + 128 + 72, 0xFFFFFFFF)  # the entry behind the workbook
    assert "山田太郎の電話は090-0000-0000" in hidden(of_file(bytes(data)))


@pytest.mark.parametrize(("page", "codec"), [(932, "cp932"), (1200, "utf-16-le"), (65001, "utf-8")])
def test_properties_are_read_by_their_code_page(page: int, codec: str) -> None:
    text = "山田 太郎".encode(codec) + b"\0\0"
    values = (struct.pack("<IHH", 2, page, 0), struct.pack("<II", 0x1E, len(text)) + text + bytes(-len(text) % 4))
    places = struct.pack("<IIII", 1, 24, 4, 24 + len(values[0]))
    inside = places + b"".join(values)
    head = (
        b"\xfe\xff"
        + bytes(22)
        + struct.pack("<I", 1)
        + bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
        + struct.pack("<I", 48)
    )
    data = head + struct.pack("<II", 8 + len(inside), 2) + inside
    found = of_file(compound({"Workbook": workbook_97(EOF), "\5SummaryInformation": data}))
    assert Block((("author", "山田 太郎"),), (), "properties", hidden=True) in found.parts[1].blocks


def thumbnail(*written: bytes) -> bytes:
    """A property set with a picture alone, as LibreOffice and PowerPoint keep one: a clip, its format, pixels."""
    pixels = struct.pack("<II", 0xFFFFFFFF, 8) + bytes(range(255, 199, -1)) * 50
    pixels = b"".join((pixels, *(bytes(2) + text + bytes(2) + bytes(range(255, 199, -1)) * 50 for text in written)))
    head = b"\xfe\xff" + bytes(22) + struct.pack("<I", 1) + bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    clip = struct.pack("<II", 0x47, len(pixels)) + pixels
    return head + struct.pack("<IIIII", 48, 16 + len(clip), 1, 17, 16) + clip


def test_of_a_thumbnail_only_what_stands_around_numbers_and_addresses_is_looked_through() -> None:
    assert len(without_picture(thumbnail())) < 100
    written = (
        "お客様である山田太郎の電話は090-1234-5678".encode(),
        "連絡先は".encode("utf-16-le") + "090-8765-4321".encode("utf-16-le"),
    )
    assert len(without_picture(thumbnail(*written))) < 3000
    streams: Tree = {
        "Workbook": workbook_97(EOF),
        "\5SummaryInformation": thumbnail(*written, "お問い合わせの宛先は taro@customer.example です".encode()),
    }
    said = hidden(of_file(compound(streams)))
    assert "お客様である山田太郎の電話は090-1234-5678" in said
    assert "連絡先は090-8765-4321" in said
    assert "taro@customer.example" in said


def test_storages_without_end_are_a_limit() -> None:
    tree: Tree = {"Workbook": workbook_97(EOF)}
    for _ in range(40):
        tree = {"S": tree}
    assert "limit" in reasons(of_file(compound(tree)))


def test_a_message_inside_messages_without_end_is_a_limit() -> None:
    tree = item({0x37: "innermost"})
    for _ in range(40):
        tree = item({0x37: "outer"}, {"__attach_version1.0_#00000000": {"__substg1.0_3701000D": tree}})
    assert "limit" in reasons(of_file(compound(tree)))


def test_losses_never_carry_what_a_file_says_beyond_a_short_name() -> None:
    found = of_file(compound({"\1" + "x" * 30: bytes(range(256)) * 4}))
    assert losses(found) == (Lost("unknown_format", "x" * 30),)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=9), st.integers(0, 9000), max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_storage_packed_anew_is_what_any_reader_of_such_files_finds(sizes: dict[str, int]) -> None:
    streams: dict[str, bytes | Tree] = {name: bytes((n * 7) % 251 for n in range(size)) for name, size in sizes.items()}
    data = compound({**streams, "storage": streams})
    file = CompoundFile(data)
    assert file.lost == []
    assert {entry.name: file.content(entry) for entry in file.root.inside if not entry.is_storage} == streams
    with olefile.OleFileIO(data) as other:
        assert {name: other.openstream(name).read() for name in streams} == streams
        assert {name: other.openstream(["storage", name]).read() for name in streams} == streams


@given(
    st.sampled_from(["text.doc", "sheet.xls", "text.rtf"]),
    st.lists(st.tuples(st.integers(0, 40_000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=20),
    st.none() | st.integers(0, 40_000),
)
@settings(max_examples=150, deadline=None)
def test_no_damage_breaks_a_reader(name: str, changes: list[tuple[int, bytes]], end: int | None) -> None:
    data = bytearray(sample(name))
    for at, octets in changes:
        at %= len(data)  # noqa: PLW2901 - wherever it falls
        data[at : at + len(octets)] = octets
    assert "own_fault" not in reasons(read(attached(bytes(data[:end]))))
