import struct
from io import BytesIO
from zipfile import ZipFile

import pytest

from mail.budget import OverBudgetError
from mail.message import read
from mail.shapes import Block
from mail.text_of._lzfu import unpacked
from tests.mail.making import attached, hidden, losses, of_file, reasons, text_of
from tests.mail.making_office import Tree, compound, item, properties, sample, tnef, tree_of

CSV = "氏名,電話番号\n山田 太郎,03-0000-0000\n".encode()
SUBJECT, BODY, SENDER, SENDER_ADDRESS, CLASS = 0x37, 0x1000, 0x0C1A, 0x5D01, 0x1A
NAME, ADDRESS, KIND = 0x3001, 0x39FE, 0x0C15
# MS-OXRTFCP 3.1.1: the example of the specification.
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def wide(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def attachment(name: str, data: "bytes | Tree", **more: bytes) -> Tree:
    tag = "__substg1.0_37010102" if isinstance(data, bytes) else "__substg1.0_3701000D"
    return {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le"), tag: data, **more}


def test_an_item_is_read_as_people_see_it() -> None:
    strings = {
        SUBJECT: "件名",
        BODY: "本文の一行目\r\n\r\n電話 03-0000-0000",
        SENDER: "山田 太郎",
        SENDER_ADDRESS: "yamada@tachibana.example",
    }
    recipients = {
        "__recip_version1.0_#00000000": item({NAME: "佐藤 花子", ADDRESS: "sato@customer.example"}, fixed={KIND: 1}),
        "__recip_version1.0_#00000001": item(
            {NAME: "suzuki@customer.example", ADDRESS: "suzuki@customer.example"}, fixed={KIND: 3}
        ),
    }
    found = of_file(compound(item(strings, recipients)), "a.msg")
    assert found.parts[1].kind == "msg"
    assert found.parts[1].blocks[:3] == (
        Block(
            (
                ("From: 山田 太郎 <yamada@tachibana.example>",),
                ("To: 佐藤 花子 <sato@customer.example>",),
                ("Bcc: suzuki@customer.example",),
                ("Subject: 件名",),
            )
        ),
        Block((("本文の一行目",),)),
        Block((("電話 03-0000-0000",),)),
    )
    assert losses(found) == ()


def test_attachments_of_an_item_are_read_on_and_messages_in_it_too() -> None:
    inner = item(
        {SUBJECT: "内側", BODY: "内側の本文"},
        {"__attach_version1.0_#00000000": attachment("内.xls", sample("sheet.xls"))},
    )
    outer = item({SUBJECT: "外側"}, {
        "__attach_version1.0_#00000000": attachment("名簿.csv", CSV),
        "__attach_version1.0_#00000001": attachment("転送", inner),
        "__attach_version1.0_#00000002": attachment("物", tree_of(sample("text.doc"))),
    })  # fmt: skip
    found = of_file(compound(outer), "a.msg")
    assert [(part.name, part.kind, part.within) for part in found.parts[1:]] == [
        ("a.msg", "msg", ""),
        ("名簿.csv", "csv", "a.msg"),
        ("転送", "msg", "a.msg"),
        ("内.xls", "xls", "転送"),
        ("物", "doc", "a.msg"),
    ]
    assert "隠れ 行男\t0312345678" in text_of(found)


@pytest.mark.parametrize(
    ("page", "codec"), [(932, "cp932"), (1251, "cp1251"), (65001, "utf-8"), (50220, "iso-2022-jp")]
)
def test_strings_of_eight_bits_are_read_by_the_code_page_of_the_item(page: int, codec: str) -> None:
    text = "Иван Петров" if codec == "cp1251" else "山田の住所"
    streams = {"__substg1.0_1000001E": text.encode(codec), "__substg1.0_10130102": f"<p>html {text}</p>".encode(codec)}
    found = of_file(compound(item({}, streams, {0x3FFD: 1252 if codec == "iso-2022-jp" else page, 0x3FDE: page})))
    assert f"html {text}" in text_of(found)
    assert codec == "iso-2022-jp" or text in [row[0] for block in found.parts[1].blocks for row in block.rows]


def test_the_page_of_a_body_has_a_code_page_of_its_own() -> None:
    streams = {
        "__substg1.0_10130102": "<p>шостий</p>".encode("koi8-r"),
        "__substg1.0_1000001E": "шостий".encode("cp1251"),
    }
    found = of_file(compound(item({}, streams, {0x3FFD: 1251, 0x3FDE: 20866})))
    assert text_of(found).count("шостий") == 2


def test_a_packed_body_is_unpacked() -> None:
    found = of_file(compound(item({}, {"__substg1.0_10090102": PACKED})))
    assert [part.kind for part in found.parts[1:]] == ["msg", "rtf"]
    assert "hello world" in text_of(found)
    assert losses(found) == ()


def test_a_packed_body_that_breaks_off_is_damaged_and_read_so_far() -> None:
    found = of_file(compound(item({}, {"__substg1.0_10090102": PACKED[:-6]})))
    assert "damaged" in reasons(found)
    assert "hello" in text_of(found)


def test_a_packed_body_beyond_the_limit_is_one() -> None:
    body = struct.pack("<II", 0, 1 << 30) + b"LZFu" + bytes(4) + (b"\0" + b"a" * 8) * 1000
    with pytest.raises(OverBudgetError):
        unpacked(body, most=5000)


def test_a_contact_is_what_its_fields_say() -> None:
    found = of_file(
        compound(item({CLASS: "IPM.Contact", 0x3001: "山田 太郎", 0x3A08: "03-0000-0000", 0x3A26: "東京都港区1-2-3"}))
    )
    seen = [row[0] for block in found.parts[1].blocks if not block.hidden for row in block.rows]
    assert {"山田 太郎", "03-0000-0000", "東京都港区1-2-3"} <= set(seen)


def test_the_ways_of_a_message_are_no_data_and_other_fields_are_hidden() -> None:
    found = of_file(
        compound(item({0x007D: "Received: from a (relay@hop.example) 090-0000-0000", 0x800A: "顧客番号 K-1"}))
    )
    assert "relay@hop.example" not in text_of(found)
    assert "顧客番号 K-1" in hidden(found)


def test_an_attachment_that_is_elsewhere_is_a_loss() -> None:
    there = {
        "__properties_version1.0": bytes(8) + struct.pack("<HHIII", 3, 0x3705, 6, 2, 0),
        "__substg1.0_3708001F": wide("Z:\\a.xls"),
    }
    assert reasons(of_file(compound(item({}, {"__attach_version1.0_#00000000": there})))) == {"unknown_format"}


CODEPAGE = (1, 0x9007, struct.pack("<II", 932, 0))


def test_a_winmail_is_read_with_its_bodies_and_files() -> None:
    found = of_file(
        tnef(
            CODEPAGE,
            (1, 0x8004, "件名\0".encode("cp932")),
            (1, 0x800C, "本文 03-0000-0000\0".encode("cp932")),
            (1, 0x9003, properties((0x102, 0x1009, PACKED), (0x1F, SENDER, wide("山田 太郎")), (0x03, 0x10, bytes(4)))),
            (2, 0x9002, bytes(14)),
            (2, 0x8010, "名簿.csv\0".encode("cp932")),
            (2, 0x800F, CSV),
            (2, 0x9002, bytes(14)),
            (2, 0x9005, properties((0x1F, 0x3707, wide("長い名前.csv")), (0x102, 0x3701, CSV + b"x,y\n"))),
        ),
        "winmail.dat",
        "application/ms-tnef",
    )
    assert [(part.name, part.kind) for part in found.parts[1:]] == [
        ("winmail.dat", "tnef"),
        ("body.rtf", "rtf"),
        ("名簿.csv", "csv"),
        ("長い名前.csv", "csv"),
    ]
    lines = [row[0] for block in found.parts[1].blocks for row in block.rows]
    assert lines == ["From: 山田 太郎", "Subject: 件名", "本文 03-0000-0000"]
    assert losses(found) == ()


def test_a_message_in_a_winmail_is_read_instead_of_what_stands_for_it() -> None:
    inner = tnef(CODEPAGE, (1, 0x800C, "内側の本文".encode("cp932")))
    found = of_file(
        tnef(
            CODEPAGE,
            (2, 0x9002, bytes(14)),
            (2, 0x800F, b"This attachment is a MAPI 1.0 embedded message and is not supported by this mail system.\0"),
            (2, 0x9005, properties((0x0D, 0x3701, bytes(16) + inner))),
        )
    )
    assert [part.kind for part in found.parts[1:]] == ["tnef", "tnef"]
    assert "内側の本文" in text_of(found)
    assert losses(found) == ()


@pytest.mark.parametrize("behind", [b"", b"\0\0"], ids=["whole", "with something behind"])
def test_a_winmail_that_ends_in_a_zip_is_a_winmail(behind: bytes) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "name,tel\nA,090-0000-0000\nB,090-0000-0001\n")
    found = read(attached(tnef((2, 0x9002, bytes(14)), (2, 0x800F, packed.getvalue())) + behind, "winmail.dat"))
    assert [part.kind for part in found.parts[1:]] == ["tnef", "zip", "csv"]
    assert losses(found) == ()
    joined = read(attached(tnef((1, 0x800C, b"body 090-0000-0002")) + packed.getvalue(), "winmail.dat"))
    assert reasons(joined) == {"damaged"}
    assert "090-0000-0001" in text_of(joined)
    assert "090-0000-0002" in text_of(joined)


@pytest.mark.parametrize(
    "data",
    [
        tnef((1, 0x800C, b"body 090-0000-0000"))[:-1] + b"\0\0",
        tnef((1, 0x800C, b"body 090-0000-0000")) + b"behind the end stands 090-0000-0000",
        tnef((1, 0x9003, struct.pack("<I", 9) + b"\x1f\0\0\x10" + b"\xff" * 8)),
        tnef((1, 0x9004, b"\xff\xff\xff\x7f")) + b"\1",
        b"\0\1\2\3 body 090-0000-0000 and some more text around it",
    ],
)
def test_a_damaged_winmail_is_said_and_read_so_far(data: bytes) -> None:
    found = read(attached(data, "winmail.dat", "application/ms-tnef"))
    assert reasons(found) == {"damaged"}
    assert b"090" not in data or "090-0000-0000" in text_of(found)
