from base64 import b64encode

import pytest

from mail.message import read
from mail.shapes import Lost
from tests.mail.making import attached, losses, message, of_file, text_of

CARD = """BEGIN:VCARD
VERSION:3.0
N:山田;太郎;;;
FN:山田 太郎
item1.TEL;TYPE=CELL:090-0000-0000
TEL:tel:+81-3-0000-0000
EMAIL:yamada@customer.example
ADR;TYPE=WORK:;;丸の内1-1-1;千代田区;東京都;100-0005;
BDAY:1980-01-01
NOTE:folded
  line\\, and comma
PHOTO;ENCODING=b:AAAA
END:VCARD
"""


def test_each_card_is_a_row_under_column_names() -> None:
    (block,) = of_file((CARD + CARD.replace("山田", "佐藤")).encode(), "a.vcf").parts[-1].blocks
    assert block.header == ("name", "tel", "email", "address", "birthday", "company", "title", "note")
    assert [row[0] for row in block.rows] == ["山田 太郎", "佐藤 太郎"]
    assert block.rows[0][1:5] == (
        "090-0000-0000 +81-3-0000-0000",
        "yamada@customer.example",
        "丸の内1-1-1 千代田区 東京都 100-0005",
        "1980-01-01",
    )
    assert block.rows[0][7] == "folded line, and comma"


def test_cards_of_old_telephones_are_read() -> None:
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=\r\n=93=63;=91=BE\r\nEND:VCARD\r\n"
    assert "山田 太" in text_of(of_file(card.encode("ascii"), "a.vcf"))


def test_a_card_without_an_end_is_read_and_an_empty_one_is_nothing() -> None:
    assert "山田" in text_of(of_file("BEGIN:VCARD\nFN:山田\n".encode()))
    assert of_file(b"BEGIN:VCARD\nEND:VCARD\n").parts[-1].blocks == ()


def test_a_calendar_is_lines_with_the_names_of_its_people() -> None:
    calendar = (
        'BEGIN:VCALENDAR\nATTENDEE;CN="山田 太郎":mailto:y@customer.example\nSUMMARY:人事\n 面談\nEND:VCALENDAR\n'
    )
    found = of_file(calendar.encode(), "a.ics")
    assert found.parts[-1].kind == "calendar"
    assert "ATTENDEE: 山田 太郎 y@customer.example" in text_of(found)
    assert "SUMMARY: 人事面談" in text_of(found)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
ENVELOPED = b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + b"\0" * 100
SIGNED = ENVELOPED.replace(b"\x07\x03", b"\x07\x02")


@pytest.mark.parametrize(
    ("data", "declared", "loss"),
    [
        (b"%PDF-1.7 ...", "", Lost("unknown_format", "pdf")),
        (b"junk\n%PDF-1.7 \0\0\0\0\0", "", Lost("unknown_format", "pdf")),
        (b"%PDF-1.7 trailer << /Encrypt 5 0 R >>", "", Lost("encrypted_archive", "pdf")),
        (OLE, "", Lost("unknown_format", "ole")),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "", Lost("encrypted_archive", "encrypted_office")),
        (b"7z\xbc\xaf\x27\x1c\0\4", "", Lost("unknown_format", "7z")),
        (b"\xff\xd8\xff\xe0", "", Lost("image_only", "picture")),
        (b"BM\x0a\0\0\0\0\0\0\0", "", Lost("image_only", "picture")),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "", Lost("image_only", "picture")),
        (b"RIFF\x10\0\0\0WAVEfmt ", "", Lost("unknown_format", "media")),
        (b"\0\0\0\x18ftypmp42", "", Lost("unknown_format", "media")),
        (b"{\\rtf1 abc}", "", Lost("unknown_format", "rtf")),
        (b"\x78\x9f\x3e\x22\0\0", "", Lost("unknown_format", "tnef")),
        (b"\0\1\2\3\4", "application/ms-tnef", Lost("unknown_format", "tnef")),
        (ENVELOPED, "", Lost("encrypted_mail", "smime")),
        (SIGNED, "application/pkcs7-mime", Lost("encrypted_mail", "smime")),
        (ENVELOPED, "application/pkcs7-signature", Lost("encrypted_mail", "smime")),
        (SIGNED + b"\0" * 70_000, "application/pkcs7-signature", Lost("encrypted_mail", "smime")),
        (b"-----BEGIN PGP MESSAGE-----\n\nabc", "", Lost("encrypted_mail", "pgp")),
        (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "", Lost("encrypted_mail", "rms")),
        (b"Subject: half", "message/partial", Lost("unknown_format", "partial")),
        (b"\0\1\2\3\4\5", "", Lost("unknown_format", "unknown")),
    ],
)
def test_what_cannot_be_read_is_said_with_its_reason(data: bytes, declared: str, loss: Lost) -> None:
    assert losses(of_file(data, "file", declared or "application/octet-stream")) == (loss,)


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (SIGNED, "application/pkcs7-signature"),
        (b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n", "application/pgp-signature"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_detached_signature_and_an_empty_file_are_no_loss(data: bytes, declared: str) -> None:
    assert losses(read(attached(data, "smime.p7s", declared))) == ()


def test_two_letters_are_not_yet_a_picture() -> None:
    assert of_file(b"BM is how this text begins\n").parts[-1].kind == "plain"


def test_an_opaque_message_is_encrypted_mail() -> None:
    content = message(b64encode(ENVELOPED), "Content-Type: application/pkcs7-mime", "Content-Transfer-Encoding: base64")
    assert losses(read(content)) == (Lost("encrypted_mail", "smime"),)
