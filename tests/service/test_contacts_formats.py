"""Contacts in vCard and LDIF: every address with its name, every bad line by its number; what is written is read again."""

import base64
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import contacts_ldif, contacts_sources, contacts_vcard
from service.contacts_rows import BadLine, contact, wrong_address
from store.contacts import Imported

ADDRESS = "tanaka@customer.example"
NAME = "田中 太郎"


def vcard(text: str) -> list[Imported | BadLine]:
    return list(contacts_vcard.read(text.splitlines(keepends=True)))


def ldif(text: str) -> list[Imported | BadLine]:
    return list(contacts_ldif.read(text.splitlines(keepends=True)))


@pytest.mark.parametrize(
    "inside",
    [
        f"VERSION:4.0\nFN:{NAME}\nEMAIL:{ADDRESS}",
        f"VERSION:3.0\nN:田中;太郎;;;\nEMAIL;TYPE=INTERNET,PREF:{ADDRESS}",
        f"version:3.0\nfn;charset=utf-8:{NAME}\nitem1.email;type=work:{ADDRESS}\nitem1.x-ablabel:x",
        "VERSION:2.1\nFN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=93=63=92=86=20=\n=91=BE=98=59\nEMAIL;INTERNET:"
        + ADDRESS,
        f"FN;ENCODING=B:{base64.b64encode(NAME.encode()).decode()}\nEMAIL:tanaka@custo\n mer.example",
    ],
)
def test_a_card_of_any_version_is_one_contact(inside: str) -> None:
    assert vcard(f"BEGIN:VCARD\n{inside}\nEND:VCARD\n") == [Imported(ADDRESS, NAME)]


def test_every_address_of_a_card_is_a_contact_and_one_without_is_none() -> None:
    cards = "BEGIN:VCARD\nFN:A\\, B\nEMAIL:a@x.example\nEMAIL:b@x.example\nEND:VCARD\nBEGIN:VCARD\nFN:C\nEND:VCARD\n"
    assert vcard(cards) == [Imported("a@x.example", "A, B"), Imported("b@x.example", "A, B")]


def test_what_is_wrong_in_a_card_is_named_with_its_line() -> None:
    bad, address, end = vcard("BEGIN:VCARD\nnonsense\nEMAIL:nobody\nEND:VCARD\nBEGIN:VCARD\nFN:x\n")
    assert isinstance(bad, BadLine)
    assert isinstance(address, BadLine)
    assert isinstance(end, BadLine)
    assert (bad.line, address.line) == (2, 3)
    assert "no mail address" in address.text
    assert "END:VCARD" in end.text


@pytest.mark.parametrize("fold", [10**9, 76])
def test_pictures_of_any_size_are_passed_over_and_take_no_memory(tmp_path: Path, fold: int) -> None:
    picture = base64.b64encode(bytes(range(256)) * 20_000).decode()
    folded = "\n ".join(picture[at : at + fold] for at in range(0, len(picture), fold))
    cards, entries = tmp_path / "a.vcf", tmp_path / "a.ldif"
    cards.write_text(f"BEGIN:VCARD\nPHOTO;ENCODING=b:{folded}\nFN:{NAME}\nEMAIL:{ADDRESS}\nEND:VCARD\n")
    entries.write_text(f"dn: cn=x\njpegPhoto:: {folded}\ncn: {NAME}\nmail: {ADDRESS}\n")
    del picture, folded
    for path in (cards, entries):
        source = contacts_sources.of(str(path))
        tracemalloc.start()
        assert list(source.rows()) == [Imported(ADDRESS, NAME)]
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 1_000_000


def test_what_is_said_of_an_endless_address_can_be_read() -> None:
    bad = contact(1, "x" * 9_000 + "@customer.example")
    assert isinstance(bad, BadLine)
    assert len(bad.text) < 600


@pytest.mark.parametrize(
    "entry",
    [
        f"version: 1\n\n# a comment\ndn: cn=x\ncn: other\ndisplayName:: {base64.b64encode(NAME.encode()).decode()}\nmail: {ADDRESS}\n",
        f"dn: cn=x\ncn;lang-ja: {NAME}\nmail: tanaka@cust\n omer.example\n",
        f"dn: cn=x\ncn: {NAME}\nproxyAddresses: X400:c=jp\nproxyAddresses: SMTP:{ADDRESS}\n",
    ],
)
def test_an_entry_is_a_contact_for_each_address(entry: str) -> None:
    assert ldif(entry) == [Imported(ADDRESS, NAME)]


def test_what_is_wrong_in_an_entry_is_named_with_its_line() -> None:
    found = ldif("dn: cn=x\nnonsense\nmail: nobody\ncn:: ****\n\ndn: cn=y\nmail: ok@x.example\n")
    bad = [row for row in found if isinstance(row, BadLine)]
    assert sorted(row.line for row in bad) == [2, 3, 4]
    assert Imported("ok@x.example") in found


_NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)


@given(_NAMES)
def test_what_is_written_is_read_again(name: str) -> None:
    assert vcard(contacts_vcard.write(ADDRESS, name)) == [Imported(ADDRESS, name)]
    assert ldif(contacts_ldif.write(ADDRESS, name)) == [Imported(ADDRESS, name)]


@given(st.text(max_size=200))
def test_whatever_stands_in_a_file_each_row_is_a_contact_or_named(text: str) -> None:
    for row in (*vcard(text), *ldif(text)):
        assert isinstance(row, Imported | BadLine)


@pytest.mark.parametrize(
    ("name", "head", "found"),
    [
        ("a.txt", b"BEGIN:VCARD\r\n", "vcard"),
        ("a.csv", b"\xef\xbb\xbfdn: cn=x\n", "ldif"),
        ("a", b"# made by hand\nversion: 1\n", "ldif"),
        ("a.vcf", b"", "vcard"),
        ("a.LDIF", b"", "ldif"),
        ("a.vcf.csv", b"address,name\n", "csv"),
        ("a", b"tanaka@customer.example\n", "csv"),
    ],
)
def test_the_format_is_known_by_content_and_then_by_ending(name: str, head: bytes, found: str) -> None:
    assert contacts_sources.format_of(Path(name), head) == found


@pytest.mark.parametrize("address", ["a@b.example", "A.b-c_1@x-y.co.jp", "0@1.jp", ".a@docomo.example", "a..b@x.example", "a.@x.example", "a@-x.jp", "a@x", "a@x.1", "", "a b@x.jp", "田中@x.jp", "a@例え.jp"])  # fmt: skip
def test_the_short_way_accepts_nothing_that_the_long_way_does_not(address: str) -> None:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False, test_environment=True)
        good = True
    except EmailNotValidError:
        good = False
    assert (not wrong_address(address)) == good


def test_a_card_with_many_semicolons_is_read_in_no_time() -> None:
    (bad,) = vcard("BEGIN:VCARD\nEMAIL" + ";a" * 4_000 + "\nEND:VCARD\n")
    assert isinstance(bad, BadLine)
    assert bad.line == 2


def test_a_parameter_may_have_several_quoted_values() -> None:
    card = f'BEGIN:VCARD\nFN:{NAME}\nEMAIL;TYPE="a:b","c;d";PREF=1:{ADDRESS}\nEND:VCARD\n'
    assert vcard(card) == [Imported(ADDRESS, NAME)]


def test_a_charset_that_cannot_be_decoded_with_stops_nothing() -> None:
    card = f"BEGIN:VCARD\nFN;CHARSET=undefined:{NAME}\nEMAIL:{ADDRESS}\nEND:VCARD\n"
    assert vcard(card) == [Imported(ADDRESS, NAME)]


def test_base64_with_other_letters_is_a_bad_line_and_stops_nothing() -> None:
    bad, good = ldif(f"dn: x\ncn:: 田中\nmail: {ADDRESS}\n")
    assert isinstance(bad, BadLine)
    assert good == Imported(ADDRESS)


def test_a_count_that_no_database_takes_is_a_bad_line() -> None:
    assert isinstance(contact(1, ADDRESS, count="9" * 30), BadLine)
