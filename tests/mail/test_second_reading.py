"""What a text is under another charset, or encoded once more, is read as well as what it seems to be."""

import quopri
from base64 import b32encode, b64encode, encodebytes, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mail import charset
from mail.budget import Spending
from mail.message import read, read_small
from mail.shapes import Lost
from mail.text_of import _entities, _wrapped
from mail.text_of._wrapped import unwrapped
from tests.helpers import pace
from tests.mail.making import hidden, losses, message, of_file, reasons, text_of, zipped

SECRET = "My Number 1234-5678-9018, card 4111-1111-1111-1111, visa +x"
NOISE = b"".join(sha256(bytes((n,))).digest() for n in range(256))
CSV = "氏名,電話番号\n山田 太郎,03-0000-0000\n佐藤 花子,090-0000-0000\n"


def typed(data: bytes, content_type: str) -> bytes:
    return message(encodebytes(data), f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64")


@pytest.mark.parametrize("name", ["cp037", "ibm500", "utf-16", "utf-16be", "utf-32", "utf-7"])
@pytest.mark.parametrize("data", [SECRET.encode(), SECRET.encode() + b" "])
def test_ascii_under_the_name_of_another_charset_is_read_as_ascii(name: str, data: bytes) -> None:
    found = read(typed(data, f"text/plain; charset={name}"))
    assert SECRET in text_of(found)
    assert {"misdeclared_charset", "utf7"} & set(found.ambiguous)
    page = of_file(f'<html><meta charset="{name}"><body>'.encode() + data, "a.html", "text/html")
    assert SECRET in text_of(page)
    assert {"misdeclared_charset", "utf7"} & set(page.ambiguous)


def test_ebcdic_is_read_as_it_says_and_is_ambiguous() -> None:
    found = read(typed(SECRET.encode("cp037"), "text/plain; charset=cp037"))
    assert SECRET in text_of(found)
    assert found.ambiguous == ("misdeclared_charset",)


@pytest.mark.parametrize("name", ["iso-8859-2", "koi8-r", "big5", "windows-1252", "shift_jis"])
def test_utf_8_under_another_name_is_read_and_not_asked_about(name: str) -> None:
    found = read(typed("山田 太郎 é".encode(), f"text/plain; charset={name}"))
    assert "山田 太郎 é" in text_of(found)
    assert found.ambiguous == ()


@pytest.mark.parametrize("name", ["utf-16", "utf-16le", "utf-16be"])
def test_utf_16_is_read_whichever_octet_comes_first(name: str) -> None:
    for codec in ("utf-16-le", "utf-16-be", "utf-16"):
        found = read(typed(CSV.encode(codec), f"text/plain; charset={name}"))
        assert "山田 太郎" in text_of(found)
        assert found.ambiguous == ()


def test_a_few_nuls_make_no_utf_16_of_a_text() -> None:
    data = (CSV * 20 + "\0" + CSV).encode()
    for declared in ("", "; charset=utf-8", "; charset=shift_jis"):
        assert "佐藤 花子,090-0000-0000" in text_of(read(typed(data, "text/plain" + declared)))
    assert "佐藤 花子,090-0000-0000" in text_of(of_file(data, "a.txt")).replace("\t", ",")


def test_a_text_of_several_charsets_is_read_line_by_line() -> None:
    data = ("日本語の文章です。\n" * 200).encode() + CSV.encode("cp932") + CSV.encode("euc-jp")
    text = text_of(of_file(data, "a.txt"))
    assert text.count("佐藤 花子") == 2


def test_escapes_of_iso_2022_jp_count_wherever_they_stand() -> None:
    data = b"plain words\n" * 10_000 + CSV.encode("iso-2022-jp")
    assert charset.decode(data)[0].endswith(CSV)


@pytest.mark.parametrize("name", ["utf-8", "iso-8859-1", "shift_jis", "us-ascii"])
def test_iso_2022_jp_under_another_name_is_read(name: str) -> None:
    for more in (b"", "é\n".encode()):
        found = read(typed(CSV.encode("iso-2022-jp") + more, f"text/plain; charset={name}"))
        assert "佐藤 花子,090-0000-0000" in text_of(found)
        assert found.ambiguous == ()


def lines_of_base64(data: bytes, width: int = 76) -> bytes:
    letters = b64encode(data)
    return b"".join(letters[at : at + width] + b"\r\n" for at in range(0, len(letters), width))


@pytest.mark.parametrize(
    "body",
    [
        lines_of_base64(CSV.encode()),
        b"see below\r\n\r\n" + lines_of_base64(CSV.encode(), 64) + b"bye\r\n",
        b"".join(b"> " + line + b"\r\n" for line in lines_of_base64(CSV.encode()).splitlines()),
        b"xyz" + b64encode(b"_" + CSV.encode()),
        b64encode(CSV.encode("cp932")),
        b64encode(CSV.encode("utf-16")),
        lines_of_base64(zipped({"list.csv": CSV})),
        lines_of_base64(lines_of_base64(CSV.encode())),
        b"Content-Type: text/csv\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines_of_base64(CSV.encode()),
        b"-----BEGIN CERTIFICATE-----\r\n" + lines_of_base64(CSV.encode()),
        b"{'a': 'data:;base64," + b64encode(CSV.encode()) + b"'}",
        lines_of_base64(CSV.encode()).decode().encode("utf-16"),
    ],
)
def test_base64_in_a_text_is_read(body: bytes) -> None:
    for found in (read(message(body)), of_file(body, "a.txt")):
        assert "佐藤 花子,090-0000-0000" in text_of(found).replace("\t", ",")
        assert losses(found) == ()


DECOY = b64encode(b"words that nobody minds, in a run that is long enough")
SHORT = lines_of_base64(CSV.encode(), 40)


@pytest.mark.parametrize(
    "body",
    [
        DECOY + b"\r\n\r\nand then\r\n\r\n" + SHORT,
        b"".join(b"> " + line + b"\r\n" for line in SHORT.splitlines()),
        *(DECOY[: 60 + n] + b"\r\n" + lines_of_base64(CSV.encode()) for n in range(4)),
        *(lines_of_base64(CSV.encode()).replace(b"=", b"") + DECOY[: 60 + n] + b"\r\n" for n in range(4)),
    ],
)
def test_base64_is_read_beside_other_base64_and_letters_that_spoil_it(body: bytes) -> None:
    found = read(message(body))
    assert "佐藤 花子" in text_of(found)


def test_so_many_short_runs_that_not_all_are_read_are_a_loss() -> None:
    decoys = b" x ".join([DECOY[:40] + b"\r\n" + DECOY[40:]] * 60)
    assert Lost("limit", "base64") in losses(read(message(decoys + b" x " + SHORT)))


def test_quoted_printable_in_a_text_is_read() -> None:
    found = read(message(quopri.encodestring(CSV.encode())))
    assert "佐藤 花子,090-0000-0000" in hidden(found)


@pytest.mark.parametrize(
    "body",
    [
        CSV.encode().hex().encode(),
        CSV.encode("cp932").hex(" ").upper().replace(" ", "").encode(),
        b32encode(CSV.encode()),
        b"\r\n".join(b32encode(CSV.encode())[at : at + 64] for at in range(0, 200, 64)),
        quote(CSV).encode(),
        b"list=" + quote_plus(CSV.encode("cp932")).encode(),
        "".join(f"\\x{octet:02x}" for octet in CSV.encode()).encode(),
        "".join(f"\\{octet:03o}" for octet in CSV.encode("euc-jp")).encode(),
        b"see https://customer.example/?q=" + quote(CSV).encode() + b" for more",
    ],
)
def test_octets_that_are_written_as_signs_are_read(body: bytes) -> None:
    found = read(message(body))
    assert "佐藤 花子,090-0000-0000" in text_of(found).replace("\t", ",")
    assert losses(found) == ()


def test_what_only_looks_like_octets_written_as_signs_stays_as_it_is() -> None:
    body = b"50%25 off, C:\\123\\045, " + sha256(b"").hexdigest().encode() + b" ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 3
    found = read(message(body))
    assert text_of(found).strip() == body.decode()
    assert losses(found) == ()


@pytest.mark.parametrize("name", ["a.json", "a.js", "a.xml", "a.txt"])
def test_escapes_in_data_are_resolved(name: str) -> None:
    json = r'[{"name": "\u5c71\u7530 \u592a\u90ce \ud83d\ude00"}]'
    assert "山田 太郎 😀" in text_of(of_file(json.encode(), name))
    xml = "<?xml version='1.0'?><name>&#23665;&#x7530; &#22826;&#37070;</name>"
    assert "山田 太郎" in text_of(of_file(xml.encode(), name))


def test_much_that_nobody_can_decode_is_a_loss_and_little_is_none() -> None:
    assert losses(read(message(lines_of_base64(NOISE)))) == (Lost("unknown_format", "base64"),)
    assert losses(read(message(lines_of_base64(NOISE[:2000])))) == ()
    key = b"-----BEGIN PUBLIC KEY-----\r\n" + lines_of_base64(NOISE) + b"-----END PUBLIC KEY-----\r\n"
    assert losses(read(message(key))) == ()


def test_tokens_and_addresses_of_pages_are_no_files() -> None:
    token = b"https://customer.example/t/" + urlsafe_b64encode(NOISE[:300])
    found = read(message(b"please see\r\n" + token + b"\r\n" + b"0123456789abcdef" * 4 + b"\r\n"))
    assert len(found.parts) == 1
    assert losses(found) == ()


def test_more_files_than_a_person_pastes_are_a_limit() -> None:
    found = read(message(b"\r\n\r\n".join(lines_of_base64(b"\x1f\x8b\x08\0" + bytes((n,) * 60)) for n in range(60))))
    assert "limit" in reasons(found)


def test_only_text_without_a_file_in_it_is_read_in_the_event_loop() -> None:
    assert not read_small(message(lines_of_base64(CSV.encode())))
    assert not read_small(message(lines_of_base64(zipped({"a": "b"}))))
    assert read_small(message(b"https://customer.example/" + b64encode(NOISE[:90])))


@pytest.mark.parametrize(
    "piece",
    [
        "A",
        "A" * 48 + " ",
        "A" * 76 + "\n",
        "=E3=81=82",
        "\\u3042",
        "&#1",
        "-----BEGIN A-----",
        "%E3%81%82",
        "\\343",
        "\\xe3",
    ],
)
def test_texts_made_to_be_slow_are_read_in_linear_time(piece: str) -> None:
    data = (piece * (2_000_000 // len(piece))).encode()
    pace.within(5, lambda: of_file(data, "a.txt"))


@given(st.binary(max_size=300), st.sampled_from(["cp037", "utf-16", "utf-32", "utf-7", "iso-8859-1", "hz", "big5"]))
def test_any_octets_are_read_under_any_name(data: bytes, name: str) -> None:
    assert "own_fault" not in reasons(read(typed(data, f"text/html; charset={name}")))
    assert "own_fault" not in reasons(of_file(b64encode(data), "a.txt"))


RULED = st.lists(
    st.sampled_from(["X" * 78, "-" * 70, "=" * 60, "X" * 40, "a word", "0" + "X" * 77, "A" * 48, "", SECRET])
    | st.sampled_from([b64encode(SECRET.encode() * n).decode() for n in (1, 3)])
    | st.sampled_from([b64encode(NOISE[:n]).decode() for n in (27, 36, 3000)]),
    max_size=6,
)


@settings(deadline=None)
@given(RULED, RULED)
@example(["X" * 78], [b64encode(SECRET.encode()).decode()])
@example(["X" * 40], ["X" * 78])
def test_a_ruler_at_the_beginning_of_much_text_hides_nothing_behind_it(before: list[str], behind: list[str]) -> None:
    data = "\r\n".join((*before, *["and on it goes"] * 2000, *behind)).encode()
    with pytest.MonkeyPatch.context() as patch:
        fast = unwrapped(data, "", Spending())
        patch.setattr(_wrapped, "_BEGINNING", len(data))
        assert fast == unwrapped(data, "", Spending())


QUOTED = st.lists(
    st.sampled_from(
        [
            *(b"Ab0+" * n for n in (1, 3, 6, 11, 12)),
            b"x",
            b"\n",
            b"\r\n",
            b"\n>",
            b"\r\n> ",
            b"\n  >\t",
            b"> >",
            b" ",
            b".",
        ]
    ),
    max_size=24,
).map(b"".join)


@settings(max_examples=500)
@given(QUOTED)
@example(b"\n> " + b"\n> ".join([b"Ab0+Ab0"] * 8))
@example(b"Ab0+" * 7 + b"\r\n>> " + b"Ab0+" * 6)
@example(b"> " + b"Ab0+" * 5 + b"\n>\n\n\t> " + b"Ab0+" * 5 + b"\n>" + b"Ab0+" * 5)
def test_no_run_of_letters_that_marks_of_quotation_cut_is_passed_over(data: bytes) -> None:
    some, in_quotes = _wrapped._has_runs(data)
    assert some == _wrapped._has_run(data)
    joined = _wrapped._QUOTATION.sub(b"\n", data)
    assert some or in_quotes or b"\n>" not in data or not _wrapped._has_run(joined)


@given(
    st.lists(st.sampled_from(["content", "-", "_", "Transfer", "ENCODING", "encodinG", ": base64\n\n", "e", "G"])).map(
        "".join
    )
)
def test_a_field_that_names_an_encoding_is_seen_in_any_case(text: str) -> None:
    data = text.encode() + b"\r\n\r\n" + b64encode(SECRET.encode())
    files = [file.data for file in _entities.entities(data)[0]]
    assert files == [file.data for file in _entities._bodies(data)]


def test_a_list_in_utf_7_that_does_not_say_so_is_read() -> None:
    found = of_file(CSV.encode("utf-7"), "a.csv", "text/csv")
    assert "山田 太郎" in text_of(found)
    assert found.ambiguous == ()


@pytest.mark.parametrize(
    "text", [b64encode(NOISE * 4), b"+AbCdEfGh-" * 50, b"1+1=2, +81-3-1234-5678, a+tag@b.example\n" * 9]
)
def test_what_is_no_utf_7_is_not_read_as_such(text: bytes) -> None:
    assert charset.second_reading(text, "") == ("", False)
