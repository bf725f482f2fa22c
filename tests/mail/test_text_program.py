"""What a computer runs is known by its octets; programs are a loss, scripts are read."""

import pytest

from mail import words
from tests.mail.making import losses, of_file, text_of, zipped

PE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(200)
LNK = b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46" + bytes(60)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PE, "program"),
        (b"MZ" + bytes(range(256)), "program"),
        (b"\x7fELF\x02\x01" + bytes(60), "program"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(60), "program"),
        (b"\xcf\xfa\xed\xfe" + bytes(60), "program"),
        (LNK, "shortcut"),
    ],
)
@pytest.mark.parametrize("name", ["setup.exe", "請求書.pdf", "photo.jpg", ""])
def test_a_program_is_known_whatever_its_name_and_not_read(data: bytes, kind: str, name: str) -> None:
    found = of_file(data, name)
    assert [part.kind for part in found.parts if not part.is_body] == [kind]
    assert [(lost.reason, lost.where) for lost in losses(found)] == [("unknown_format", kind)]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"#!/bin/sh\necho 090-1234-5678\n", "a.txt"),
        (b"@echo off\r\necho 090-1234-5678\r\n", "a"),
        (b"WScript.Echo '090-1234-5678'\n", "a.vbs"),
        ("powershell '090-1234-5678'".encode("utf-16"), "a.ps1"),
    ],
)
def test_a_script_is_read_as_the_text_it_is(data: bytes, name: str) -> None:
    found = of_file(data, name)
    assert [part.kind for part in found.parts if not part.is_body] == ["script"]
    assert "090-1234-5678" in text_of(found)
    assert losses(found) == ()


@pytest.mark.parametrize(
    "data", [b"MZ is the sign of a program\n" * 5, b"ITS: a text\n", b"#! is how a script begins", b"MZ"]
)
def test_a_letter_that_only_begins_like_one_is_a_text(data: bytes) -> None:
    found = of_file(data, "letter.txt")
    assert [part.kind for part in found.parts if not part.is_body] == ["plain"]
    assert losses(found) == ()


def test_a_mark_that_turns_the_direction_of_writing_is_shown_in_the_name_of_a_file() -> None:
    assert words.file_name("請求書\u202efdp.exe") == f"請求書{words.TURNED}fdp.exe"
    (part,) = [part for part in of_file(zipped({"a\u202efdp.exe": PE}), "a.zip").parts if part.within]
    assert part.name == f"a{words.TURNED}fdp.exe"


def test_marks_that_names_in_other_scripts_need_are_only_left_out() -> None:
    assert words.file_name("a\u200fb.pdf") == "ab.pdf"
