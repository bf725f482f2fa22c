"""Programs under whatever name: what passes for something else is asked about, what says what it is is noted."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.shapes import Block, Lost
from rules import content_executable as rule
from rules.base import Action
from rules.examples import facts, file, mail, unreadable


def reasons(*parts: tuple[str, str]) -> list[str]:
    given_mail = mail(parts=tuple(file(name, kind) for name, kind in parts))
    return [found.reason for found in rule.check(given_mail, facts(), rule.Options())]


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("setup.exe", "program", "program"),
        ("SETUP.EXE", "program", "program"),
        ("setup.exe. ", "unknown", "program"),
        ("ｓｅｔｕｐ．ｅｘｅ", "unknown", "program"),
        ("folder/a.msi", "ole", "program"),
        ("a", "program", "program"),
        ("a.dat", "program", "program"),
        ("請求書.pdf.exe", "program", "double_extension"),
        ("請求書.pdf          .exe", "unknown", "double_extension"),
        ("report.docx.js", "script", "double_extension"),
        ("写真.jpg.lnk", "shortcut", "double_extension"),
        ("invoice⇄fdp.exe", "program", "direction"),
        ("photo.jpg", "program", "disguised"),
        ("資料.zip", "program", "disguised"),
        ("list.xlsx", "script", "disguised"),
        ("見積.xlsm", "xlsx", "macro"),
        ("見積.xlsm", "program", "disguised"),
        ("a.ps1", "script", "script"),
        ("a.txt", "script", "script"),
        ("見積書.lnk", "unknown", "shortcut"),
    ],
)
def test_a_file_is_what_its_octets_or_its_name_say(name: str, kind: str, reason: str) -> None:
    assert reasons((name, kind)) == [reason]


@pytest.mark.parametrize(
    "name",
    [
        "見積書.pdf",
        "v1.2.pdf",
        "資料.tar.gz",
        "a.pdf.zip",
        "exe",
        "com",
        "readme",
        "www.customer.example",
        "a⇄b.pdf",
        "年度.計画.docx",
        "",
    ],
)
def test_a_document_is_not_noted(name: str) -> None:
    assert reasons((name, "plain")) == []


def test_macros_are_found_in_the_document_that_holds_them() -> None:
    for outer, reason in (("見積.docx", "macro"), ("旧.xls", "macro"), ("photo.jpg", "disguised")):
        parts = (file(outer, "xlsx"), file("vbaProject.bin", within=outer))
        (found,) = rule.check(mail(parts=parts), facts(), rule.Options())
        assert (found.reason, found.about.part) == (reason, outer)


def test_macros_of_the_old_formats_are_blocks_of_their_own() -> None:
    source = Block((("Sub AutoOpen()",),), (), "macro", hidden=True)
    for name, reason in (("旧.xls", "macro"), ("photo.jpg", "disguised")):
        (found,) = rule.check(mail(parts=(file(name, "xls", Block((("x",),)), source),)), facts(), rule.Options())
        assert (found.reason, found.about.part) == (reason, name)
    assert reasons(("旧.xls", "xls")) == []


def test_many_files_of_a_kind_are_one_finding_that_names_three() -> None:
    (found,) = rule.check(mail(parts=tuple(file(f"{c}.class", "program") for c in "abcde")), facts(), rule.Options())
    assert found.evidence == {"files": 5}
    assert found.words["en"] == "“a.class”, “b.class”, “c.class” and 2 others: each is a program."


def test_the_names_of_locked_members_count_too() -> None:
    part = unreadable("a.zip", Lost("encrypted_archive", "a/請求書.pdf.exe"), Lost("encrypted_archive", "b.pdf"))
    (found,) = rule.check(mail(parts=(part,)), facts(), rule.Options())
    assert (found.reason, found.action) == ("double_extension", Action.HOLD)


def test_each_kind_has_its_own_action() -> None:
    options = rule.Options(rule.Reasons(program=Action.REJECT))
    (found,) = rule.check(mail(parts=(file("a.exe"),)), facts(), options)
    assert found.action is Action.REJECT


@given(
    st.text(st.sampled_from(string.ascii_letters + "文書 _-"), min_size=1, max_size=20),
    st.sampled_from(["pdf", "docx", "XLSX", "jpg", "txt"]),
    st.text(st.sampled_from(" ._　"), max_size=30),
    st.sampled_from(["exe", "EXE", "scr", "js", "lnk", "bat"]),
    st.text(st.sampled_from(" ."), max_size=3),
)
def test_whatever_stands_between_the_two_extensions(stem: str, bait: str, gap: str, suffix: str, end: str) -> None:
    assert reasons((f"{stem}.{bait}{gap}.{suffix}{end}", "unknown")) == ["double_extension"]


@given(st.text(max_size=60), st.sampled_from(["program", "script", "plain", "unknown"]))
def test_no_name_breaks_it(name: str, kind: str) -> None:
    assert len(reasons((name, kind))) <= 1
