"""Contacts as CSV: every bad line by its number, and never a crash."""

import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.contacts_csv import BadLine, read
from store.contacts import Imported


def rows(tmp_path: Path, content: str | bytes) -> list[Imported | BadLine]:
    file = tmp_path / "contacts.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read(file))


def test_columns_are_found_by_their_names_in_any_order(tmp_path: Path) -> None:
    content = "name,address,last_sent\n田中 太郎,tanaka@customer.example,2026-11-01\n"
    assert rows(tmp_path, content) == [Imported("tanaka@customer.example", "田中 太郎", 0, date(2026, 11, 1))]


def test_without_a_header_the_columns_stand_in_their_order(tmp_path: Path) -> None:
    assert rows(tmp_path, "\na@b.example,Taro,7,2026-11-01T10:00:00Z\nb@b.example\n") == [
        Imported("a@b.example", "Taro", 7, date(2026, 11, 1)),
        Imported("b@b.example"),
    ]


def test_times_and_empty_lines_are_taken(tmp_path: Path) -> None:
    content = "\naddress,name,count,last_sent\n\na@b.example,Taro,7,2026-11-01T10:00:00Z\n\n"
    assert rows(tmp_path, content) == [Imported("a@b.example", "Taro", 7, date(2026, 11, 1))]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("\n \n", "empty"),
        ("who,name\na@b.example,Taro\n", "no header"),
        ("address;name;count;last_sent\na@b.example;Taro;7;\n", "semicolons"),
        ("address\tname\na@b.example\tTaro\n", "tabs"),
        ("住所,氏名\n".encode("cp932"), "UTF-8"),
        ("address,name\n".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_first_line_that_names_no_columns_is_said_once_and_nothing_is_read(
    tmp_path: Path, content: str | bytes, says: str
) -> None:
    (bad,) = rows(tmp_path, content)
    assert isinstance(bad, BadLine)
    assert bad.line == 1
    assert says in bad.text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not an address,,1,", "no mail address"),
        (",,1,", "(empty)"),
        ("a@b.example,,many,", "whole number"),
        ("a@b.example,,-1,", "negative"),
        ("a@b.example,,1,yesterday", "2026-11-23"),
        ("a@b.example,,1,2026-11-01,x", "more than the columns"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_others_are_read(tmp_path: Path, line: str, says: str) -> None:
    found = rows(tmp_path, f"address,name,count,last_sent\nok@b.example,,1,\n{line}\nalso@b.example,,,\n")
    good, bad, also = found
    assert isinstance(bad, BadLine)
    assert bad.line == 3
    assert says in bad.text
    assert isinstance(good, Imported)
    assert isinstance(also, Imported)


def test_a_line_of_any_length_is_named_takes_no_memory_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    with file.open("w") as out:
        out.write("address\nok@b.example\n")
        for _ in range(300):
            out.write("x" * 100_000)
        out.write("\nalso@b.example\n" + "y" * 20_000)
    tracemalloc.start()
    found = list(read(file))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000
    good, bad, also, last = found
    assert (good, also) == (Imported("ok@b.example"), Imported("also@b.example"))
    assert isinstance(bad, BadLine)
    assert isinstance(last, BadLine)
    assert (bad.line, last.line) == (3, 5)
    assert "longer than 10,000 characters" in bad.text


def test_a_file_that_is_one_line_is_named_once(tmp_path: Path) -> None:
    (bad,) = rows(tmp_path, "a@b.example " * 10_000)
    assert isinstance(bad, BadLine)
    assert "line ends" in bad.text


def test_a_line_that_is_no_utf_8_is_bad(tmp_path: Path) -> None:
    (bad,) = rows(tmp_path, b"address,name\n" + "a@b.example,田中".encode("cp932"))
    assert isinstance(bad, BadLine)
    assert "UTF-8" in bad.text


def test_a_file_in_another_charset_is_named_once_and_nothing_of_it_is_taken(tmp_path: Path) -> None:
    lines = ["address,name", "smith@b.example,Smith", *(f"a{n}@b.example,田中" for n in range(20))]
    (bad,) = rows(tmp_path, "\n".join(lines).encode("cp932"))
    assert isinstance(bad, BadLine)
    assert bad.line == 3
    assert "Shift_JIS" in bad.text


@pytest.mark.parametrize("name", ["田", "漢田", "a田"])
def test_where_the_looked_at_beginning_ends_amid_a_letter_the_file_is_still_utf_8(tmp_path: Path, name: str) -> None:
    content = "address,name\n" + "".join(f"a{n}@b.example,{name}\n" for n in range(20_000))
    assert not any(isinstance(row, BadLine) for row in rows(tmp_path, content))


def test_a_damaged_line_in_a_file_of_utf_8_is_named_alone(tmp_path: Path) -> None:
    damaged = "b@b.example,田中\nc@b.example,田中\nd@b.example,田中\n".encode("cp932")
    found = rows(tmp_path, "address,name\na@b.example,田中\n".encode() + damaged)
    assert [isinstance(row, BadLine) for row in found] == [False, True, True, True]


def test_an_unknown_column_is_said_at_once(tmp_path: Path) -> None:
    (bad,) = rows(tmp_path, "address,mails\na@b.example,1\n")
    assert isinstance(bad, BadLine)
    assert "mails" in bad.text


@given(st.binary(max_size=300))
def test_whatever_the_file_holds_each_line_is_a_contact_or_named(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    for row in rows(tmp_path_factory.mktemp("any"), content):
        assert isinstance(row, Imported | BadLine)
