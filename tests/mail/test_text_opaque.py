from base64 import b64encode

import pytest

from mail.message import read
from mail.shapes import Lost
from tests.mail.making import (
    CONTEXT,
    OCTETS,
    attached,
    ber,
    compressed,
    der,
    enveloped,
    hidden,
    losses,
    message,
    of_file,
    reasons,
    signed,
    text_of,
)

CSV = "氏名,電話番号\n山田 太郎,03-0000-0000\n佐藤 花子,090-0000-0000\n"
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + CSV.encode()
BEGIN = "-----BEGIN PGP {}-----\n"
END = "-----END PGP {}-----\n"


def armour(packets: bytes, name: str = "MESSAGE", headers: str = "") -> bytes:
    lines = "\n".join(b64encode(packets[at : at + 48]).decode() for at in range(0, len(packets), 48))
    return f"{BEGIN.format(name)}{headers}\n{lines}\n=aBcD\n{END.format(name)}".encode()


DATA, SIGNED = bytes.fromhex("2a864886f70d010701"), bytes.fromhex("2a864886f70d010702")


def in_pieces(info: bytes) -> bytes:
    """SignedData as programs write it that do not know the length yet."""
    fields = (der(0x02, b"\1"), der(0x31), info, der(0x31))
    return ber(0x30, der(0x06, SIGNED), ber(CONTEXT, ber(0x30, *fields)))


SECRET = armour(b"\x85\x01\x0c" + bytes(range(128, 256)))  # a session key that somebody's key encrypts
SIGNATURE = armour(b"\x88\x46\x04" + bytes(range(128, 192)), "SIGNATURE")


@pytest.mark.parametrize(
    ("data", "declared", "loss"),
    [
        (b"\xff\xd8\xff\xe0", "", Lost("image_only", "picture")),
        (b"BM\x0a\0\0\0\0\0\0\0", "", Lost("image_only", "picture")),
        (b"\1\0\0\0" + b"\0" * 36 + b" EMF", "", Lost("image_only", "picture")),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "", Lost("image_only", "picture")),
        (b"RIFF\x10\0\0\0WAVEfmt ", "", Lost("image_only", "media")),
        (b"\0\0\0\x18ftypmp42", "", Lost("image_only", "media")),
        (b"FORM\0\0\0\4AIFF", "", Lost("image_only", "media")),
        (b".snd\0\0\0\x18", "", Lost("image_only", "media")),
        (b"VCLMTF\1\0\x31\0", "", Lost("image_only", "picture")),
        (enveloped(b"\1" * 50), "", Lost("encrypted_mail", "smime")),
        (enveloped(b"\1" * 50), "application/pkcs7-mime", Lost("encrypted_mail", "smime")),
        (enveloped(b"\1" * 50), "application/pkcs7-signature", Lost("encrypted_mail", "smime")),
        (SECRET, "", Lost("encrypted_mail", "PGP")),
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
        (signed(), "application/pkcs7-signature"),
        (signed(), "application/pkcs7-mime"),
        (in_pieces(ber(0x30, der(0x06, DATA))), "application/pkcs7-signature"),
        (SIGNATURE, "application/pgp-signature"),
        (armour(b"\xc2\x46\x04abc", "SIGNATURE", "Version: 1\n").replace(b"\n", b"\r\n"), "application/pgp-signature"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_detached_signature_and_an_empty_file_are_no_loss(data: bytes, declared: str) -> None:
    assert losses(read(attached(data, "smime.p7s", declared))) == ()


def test_two_letters_are_not_yet_a_picture() -> None:
    assert of_file(b"BM is how this text begins\n").parts[-1].kind == "plain"


def test_an_opaque_message_is_encrypted_mail() -> None:
    secret = b64encode(enveloped(b"\1" * 50))
    content = message(secret, "Content-Type: application/pkcs7-mime", "Content-Transfer-Encoding: base64")
    assert losses(read(content)) == (Lost("encrypted_mail", "smime"),)


@pytest.mark.parametrize("declared", ["application/pkcs7-mime", "application/octet-stream"])
@pytest.mark.parametrize(
    "data",
    [
        signed(ENTITY),
        compressed(ENTITY),
        der(0x30, der(0x06, DATA), der(CONTEXT, der(OCTETS, ENTITY))),
        in_pieces(
            ber(0x30, der(0x06, DATA), ber(CONTEXT, ber(0x24, der(OCTETS, ENTITY[:70]), der(OCTETS, ENTITY[70:]))))
        ),
    ],
)
def test_a_message_that_is_only_signed_or_packed_is_read(data: bytes, declared: str) -> None:
    found = of_file(data, "smime.p7m", declared)
    assert "山田 太郎,03-0000-0000" in text_of(found)
    assert losses(found) == ()
    assert [part.kind for part in found.parts] == ["plain", "smime", "mail", "plain"]


def test_a_signed_file_is_read_as_what_it_is() -> None:
    found = of_file(signed(CSV.encode()), "list.csv.p7m")
    assert found.parts[-1].kind == "csv"
    assert losses(found) == ()


def test_a_bomb_in_a_packed_message_is_a_limit() -> None:
    assert reasons(of_file(compressed(b"\0" * 80_000_000), "smime.p7m")) == {"limit"}


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (CSV.encode(), "application/pkcs7-mime"),
        (CSV.encode(), "application/pkcs7-signature"),
        (CSV.encode(), "application/pgp-signature"),
        (SIGNED + b"\n" + CSV.encode(), "application/pkcs7-signature"),
        (b"\x30\x0b\x06\x09" + SIGNED + b"\n" + CSV.encode(), "application/pkcs7-signature"),
        (BEGIN.format("SIGNATURE").encode() + b"\n" + CSV.encode(), "application/pgp-signature"),
        (
            BEGIN.format("SIGNATURE").encode() + b"\nYWJj\n" + END.format("SIGNATURE").encode(),
            "application/pgp-signature",
        ),
        (CSV.encode(), "application/x-microsoft-rpmsg-message"),
        (CSV.encode(), "application/ms-tnef"),
        (signed()[:-3], "application/pkcs7-signature"),
        (signed() + b"more of it", "application/pkcs7-signature"),
    ],
)
def test_what_is_declared_and_is_not_is_damaged_and_read_as_the_text_it_is(data: bytes, declared: str) -> None:
    found = of_file(data, "file", declared)
    assert "damaged" in reasons(found)
    assert CSV.encode() not in data or "佐藤 花子,090-0000-0000" in text_of(found)


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a\n" + CSV.encode(),
        b"\xff\xd8\xff\xe0\0\1\2\3\0\0\0" + CSV.encode() + b"\0\1\2\3",
        b"\x89PNG\r\n\x1a\n\0\0\0\x20tEXt" + CSV.encode("cp932") + b"\0\0\0\0IEND",
        b"\x89PNG\r\n\x1a\n\0\0\0\x20tEXt" + CSV.encode("euc-jp") + b"\0\0\0\0IEND",
        b"\1\0\0\0" + b"\0" * 36 + b" EMF" + bytes(range(20)) + CSV.encode("utf-16-le") + bytes(50),
        b"\1\0\0\0" + b"\0" * 36 + b" EMF" + bytes(range(21)) + CSV.encode("utf-16-be") + bytes(50),
        SECRET.replace(b"\n\n", b"\nComment: " + CSV.encode().replace(b"\n", b"/") + b"\n\n"),
        enveloped(b"\0" + CSV.encode() + b"\0"),
        BEGIN.format("MESSAGE").encode() + b"\n" + CSV.encode() + END.format("MESSAGE").encode(),
        SECRET + CSV.encode(),
        armour(b"\x85" + CSV.encode().ljust(200)),
    ],
)
def test_text_in_what_is_not_read_is_read_all_the_same(data: bytes) -> None:
    found = of_file(data, "file")
    assert losses(found)
    assert "佐藤 花子,090-0000-0000" in text_of(found).replace("\t", ",")


def test_a_message_of_openpgp_that_is_not_encrypted_is_damaged() -> None:
    literal = armour(b"\xcb\x20b\0\0\0\0\0" + bytes(range(128, 160)))
    assert reasons(of_file(literal, "a.asc")) == {"damaged", "encrypted_mail"}
    inline = read(message(b"see below\r\n" + literal))
    assert reasons(inline) == {"damaged", "encrypted_mail"}


def test_noise_is_no_text() -> None:
    noise = bytes((n * n * 7 + n // 3) % 251 for n in range(20_000))
    assert hidden(of_file(b"\xff\xd8\xff\xe0\0" + noise, "a.jpg")) == ""


def test_a_drawing_without_control_characters_is_no_damaged_text() -> None:
    data = (
        bytes.fromhex("424d") + (40_000).to_bytes(4, "little") + bytes((0x77, 0x88, 0xFF, 0x80)) * 9_998 + b"\x99\x99"
    )
    assert len(data) == 40_000
    assert losses(of_file(data)) == (Lost("image_only", "picture"),)
    words = "佐藤 花子 090-0000-0000 東京都千代田区丸の内1-1-1".encode()
    hidden = data[: -len(words) - 8] + words + b"\x99" * 8
    assert "090-0000-0000" in text_of(of_file(hidden))
