import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mail import text_of
from mail.budget import Budget, OverBudgetError, Spending
from mail.message import Course, headers_only, read, read_small
from mail.mime import AMBIGUITIES
from mail.shapes import Lost
from mail.text_of import BrokenReaderError, Guess, Hint, archive, other_archives
from tests.mail.making import SHARED, attached, hidden, losses, message, of_file, reasons, zipped
from tests.mail.making import text_of as all_text
from tests.mail.making_pdf import pdf

HOSTILE = SHARED / "hostile"
MANIFEST = json.loads((HOSTILE / "manifest.json").read_text())
CORPUS = sorted(p for p in (SHARED / "corpus").rglob("*") if p.is_file() and p.name != "ORIGINS.md")
FILES = sorted((SHARED / "data/content/files").iterdir())


def test_a_plain_message_is_one_body() -> None:
    found = read(message("田中様\r\n\r\n見積書です。\r\n".encode()))
    (part,) = found.parts
    assert (part.kind, part.is_body, part.name) == ("plain", True, "")
    assert [block.rows for block in part.blocks] == [(("田中様",),), (("見積書です。",),)]
    assert found.header("subject") == "test"


def test_a_part_carries_the_digest_of_its_octets() -> None:
    part = of_file(b"a,b\n1,2\n", "a.csv").parts[-1]
    assert part.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert part.size == 8


def test_a_file_is_read_by_its_bytes_whatever_its_name() -> None:
    csv = "氏名,電話\n山田,03-0000-0000\n佐藤,03-0000-0001\n".encode()
    assert of_file(csv, "photo.jpg", "image/jpeg").parts[-1].kind == "csv"
    assert of_file(b"\x89PNG\r\n\x1a\nrest", "list.csv", "text/csv").parts[-1].kind == "picture"


def test_a_message_inside_a_message_is_read_on() -> None:
    inner = message("社外秘\r\n".encode(), "Cc: =?utf-8?B?5bGx55Sw?= <y@customer.example>")
    found = read(attached(inner, "forwarded.eml", "message/rfc822"))
    assert [part.kind for part in found.parts] == ["plain", "mail", "plain"]
    assert "社外秘" in all_text(found)
    assert "Cc: 山田 <y@customer.example>" in all_text(found)
    assert found.parts[-1].within == "forwarded.eml"
    assert not found.parts[-1].is_body


def test_fields_of_a_message_inside_that_nobody_sees_are_hidden_text() -> None:
    text = "From: a\nSubject: b\nDate: c\nX1: 佐藤 花子 090-0000-0000\nReceived: by x id <1@x.example> for b@x.example\n\nx"
    found = of_file(text.encode(), "list.txt", "text/plain")
    assert found.parts[1].kind == "mail"
    assert "佐藤 花子 090-0000-0000" in hidden(found)
    assert "@" not in hidden(found)


def test_messages_inside_one_another_end_at_a_limit() -> None:
    content = message(b"bottom")
    for _ in range(30):
        content = message(content, "Content-Type: message/rfc822")
    found = read(content)
    assert Lost("limit", "depth") in losses(found)
    assert "bottom" not in all_text(found)


def test_a_reader_that_breaks_is_a_finding_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_data: bytes, _hint: Hint, _spending: Spending) -> NoReturn:
        raise ZeroDivisionError

    def fits(_data: bytes, hint: Hint) -> Guess:
        return Guess("csv", 99 if hint.name else 0)

    reader = SimpleNamespace(KINDS=("csv",), SUREST=99, recognises=fits, read=broken)
    readers = text_of.readers()
    monkeypatch.setattr(text_of, "readers", lambda: (*readers, reader))
    found = of_file(b"a,b", "a.csv")
    assert losses(found) == (Lost("own_fault", "csv"),)
    assert found.parts[0].blocks  # the other part was read


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), OverBudgetError("member")])
def test_a_reader_that_runs_out_is_a_limit(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def greedy(_data: bytes, _hint: Hint) -> NoReturn:
        raise error

    monkeypatch.setattr(text_of, "readers", lambda: (SimpleNamespace(SUREST=99, recognises=greedy),))
    assert reasons(read(message())) == {"limit"}


def test_a_module_that_lacks_its_parts_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.import_module", lambda name: SimpleNamespace(__name__=name, KINDS=()))
    text_of.readers.cache_clear()
    with pytest.raises(BrokenReaderError, match="lacks recognises, read"):
        text_of.readers()
    monkeypatch.undo()
    text_of.readers.cache_clear()
    assert len(text_of.readers()) >= 9


def everything_that_is_read() -> list[tuple[bytes, Hint]]:
    names = ("", "a.csv", "a.json", "a.sql", "a.html", "a.xml", "a.eml", "a.sh", "a.js", "a.tar", "a.lzma", "a.jpg")
    types = (
        "",
        "text/html",
        "application/json",
        "message/rfc822",
        "application/pkcs7-mime",
        "message/partial",
        "application/ms-tnef",
    )
    hints = [Hint(name, declared) for name in names for declared in types]
    octets = [
        *(b"", b"\0\0", b"plain text\n", b"a,b\n1,2\n3,4\n", b'{"a": 1}', b"[1]", b"<html><p>a", b'<?xml version="1.0"?><a/>', b"insert into a values (1);\n"),
        *(b"#!/bin/sh\n", b"%PDF-1.4", b"\n%PDF-1.4", b"{\\rtf1 a}", b"MZ\0\0", b"\x30\x80\6\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\2", b"\x78\x9f\x3e\x22"),
        *(b"BEGIN:VCARD\r\n", b"-----BEGIN PGP MESSAGE-----\n", b"-----BEGIN PGP SIGNATURE-----\n", b"\x89PNG\r\n\x1a\n", b"\x1f\x9d\x90", b"\x1f\x8b\x08", b"BZh9"),
        *(b"From: a\r\nTo: b\r\nSubject: c\r\n\r\nd", b"7z\xbc\xaf\x27\x1c", zipped({"a": "b"}), zipped({"[Content_Types].xml": "", "xl/a": ""})),
        *(zipped({"[Content_Types].xml": "", "word/a": ""}), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), bytes(range(256)) * 4, b"ab-lh5-"),
    ]  # fmt: skip
    return [(one, hint) for one in octets for hint in (*hints, Hint(is_body=True))]


def test_nobody_is_surer_than_said_and_who_is_not_asked_would_not_have_been_surest() -> None:
    for data, hint in everything_that_is_read():
        guesses = {reader: reader.recognises(data, hint) for reader in text_of.readers()}
        assert all(guess.score <= reader.SUREST for reader, guess in guesses.items())
        reader, hinted = text_of.recognise(data, hint)
        most = max(guess.score for guess in guesses.values())
        assert (guesses[reader].score, guesses[reader].kind) == (most, hinted.kind)


def test_too_many_parts_are_a_limit() -> None:
    zips = attached(b"x", "a.bin")
    assert read(zips, Budget(parts=1)).lost == (Lost("limit", "parts"),)


def test_text_over_the_budget_is_a_limit() -> None:
    assert reasons(read(message(b"line\r\n" * 100), Budget(cells=50))) == {"limit"}
    assert reasons(read(message(b"x" * 100), Budget(characters=50))) == {"limit"}


def test_of_a_message_that_cannot_be_read_the_header_remains() -> None:
    found = headers_only(message(b"body"), Lost("limit", "time"))
    assert found.header("To") == "<b@customer.example>"
    assert found.parts == ()
    assert found.lost == (Lost("limit", "time"),)


@pytest.mark.parametrize(
    ("content", "small"),
    [
        (message(b"hello\r\n"), True),
        (message(b"aGVsbG8=\r\n", "Content-Transfer-Encoding: base64"), True),
        (message(b"--c\r\n\r\nx\r\n--c--", 'Content-Type: multipart/mixed; boundary="c"'), True),
        (message(b"x" * 70_000), False),
        (message(b"x", "X-Long: " + "a" * 40_000), False),
        (message(b"<p>", "Content-Type: text/html"), False),
        (attached(b"a", "a.csv"), False),
        (message(b"UEsDBAAAAAA=\r\n", "Content-Transfer-Encoding: base64"), False),
        (message(b"begin 644 a\r\n"), False),
        (message(b"hello\r\nbegin-base64 644 a\r\n"), False),
        (message(b"before we\r\nbegin: begin 10\r\n"), True),
        (message(b"x", "Content-Type: text/plain; charset=x-nobody"), False),
        (
            message(b"--c\r\nContent-Type: text/html\r\n\r\nx\r\n--c--", 'Content-Type: multipart/mixed; boundary="c"'),
            False,
        ),
    ],
)
def test_only_small_plain_mail_is_read_in_the_event_loop(content: bytes, small: bool) -> None:
    assert (read_small(content) is not None) is small


def test_what_is_read_in_the_event_loop_is_read_as_in_the_sandbox() -> None:
    contents = [path.read_bytes() for path in CORPUS]
    small = [(content, found) for content in contents if (found := read_small(content)) is not None]
    assert len(small) > 100
    for content, found in small:
        other = read(content)
        assert (found.parts, found.lost, found.ambiguous) == (other.parts, other.lost, other.ambiguous)
        assert found.header("Subject") == other.header("Subject")


# What makes a leaf another thing than plain text, or hides one in it.
PIECES = [
    b"hello\r\n",
    b"\r\n",
    "田中様".encode(),
    "田中様".encode("cp932"),
    b"begin 644 a\r\n",
    b"#0V%T\r\n`\r\nend\r\n",
    b"<?xml ?>",
    b"<p>x",
]
PIECES += [
    b"PK\x03\x04",
    b"PK\x05\x06" + bytes(18),
    b"%PDF-1.7",
    b"\x1b$B;3ED\x1b(B",
    b"=E5=B1=B1=E7=94=B0",
    b"+AGE-",
    b"\0",
    b"BEGIN:VCARD\r\n",
    b"BZh",
]
PIECES += [
    b"-----BEGIN PGP MESSAGE-----\r\n",
    b"To: a\r\nFrom: b\r\nSubject: c\r\n\r\n",
    b64encode("山田太郎の電話\n".encode() * 4),
    b"GIF89a",
    b"{\\rtf",
]
PIECES += [
    b"\r\n--c\r\n",
    b"\r\n--c\r\nContent-Type: text/html\r\n\r\n",
    b"\r\n--c--\r\n",
    b"&#23665;",
    b"X" * 80 + b"\r\n",
]
DECLARED = [
    "X-None: 1",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Type: text/plain; charset=utf-16",
    "Content-Type: multipart/mixed; boundary=c",
]
DECLARED += [
    "Content-Transfer-Encoding: base64",
    "Content-Type: text/plain; charset=shift_jis",
    "Content-Transfer-Encoding: quoted-printable",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join), st.sampled_from(DECLARED))
@example(b"", "X-None: 1")
@example(b"<?xml ?>hello", "X-None: 1")
@example(
    b"To: a\r\nFrom: b\r\nSubject: c\r\n\r\n\r\n--c\r\nhello\r\n--c--", "Content-Type: multipart/mixed; boundary=c"
)
def test_what_is_read_in_the_event_loop_has_no_file_in_it_and_reads_as_ever(body: bytes, declared: str) -> None:
    content = message(body, declared)
    found, other = read_small(content), read(content)
    if found is None:
        return
    assert (found.parts, found.lost, found.ambiguous) == (other.parts, other.lost, other.ambiguous)
    assert {part.kind for part in found.parts} <= {"plain", "xml", "empty"}
    assert not any(part.within for part in other.parts)


@given(st.binary(max_size=400))
def test_any_octets_are_a_message(content: bytes) -> None:
    found = read(content)
    assert "own_fault" not in reasons(found)
    assert set(found.ambiguous) <= set(AMBIGUITIES)
    read_small(content)


@given(
    st.binary(max_size=400),
    st.sampled_from(["a.csv", "a.html", "a.zip", "a.vcf", "a.tar", "a.eml", "a.docx", "a.gz", ""]),
)
def test_any_octets_are_a_file(data: bytes, name: str) -> None:
    assert "own_fault" not in reasons(of_file(data, name))


@pytest.mark.parametrize("case", sorted(MANIFEST))
def test_hostile_mail_is_never_silently_clean(case: str) -> None:
    found = read((HOSTILE / f"{case}.eml").read_bytes())
    assert "own_fault" not in reasons(found)
    if MANIFEST[case]["expect"] == "hold":
        text = all_text(found)
        assert "CANARY" in text or "山田太郎" in text or losses(found) or found.ambiguous


def test_every_message_of_the_corpus_is_read_without_a_fault_of_ours() -> None:
    assert len(CORPUS) > 600
    faults = [path.name for path in CORPUS if "own_fault" in reasons(read(path.read_bytes()))]
    assert faults == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_of_the_development_data_is_read_or_said_to_be_lost(path: Path) -> None:
    data = path.read_bytes()
    if path.suffix == ".eml":
        found = read(data)
    else:
        made = EmailMessage()
        made["From"] = "a@tachibana.example"
        made.set_content("see attachment")
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=path.name)
        found = read(made.as_bytes())
    assert "own_fault" not in reasons(found)
    assert losses(found) or all(
        part.blocks or part.within or part.kind in {*archive.KINDS, *other_archives.KINDS} for part in found.parts
    )


def test_a_name_longer_than_any_file_has_is_read_whole() -> None:
    name = "".join(f"%E5%B1%B1{n:03} " for n in range(90)).replace(" ", "%20")
    found = read(
        b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename*=utf-8''"
        + name.encode()
        + b"\r\n\r\nx\r\n"
    )
    assert any("山045" in cell for part in found.parts for block in part.blocks for row in block.rows for cell in row)


def test_who_may_end_the_process_is_told_when_a_library_works_that_only_that_can_stop() -> None:
    told: list[str] = []

    @contextmanager
    def native() -> Iterator[None]:
        told.append("begins")
        yield
        told.append("ends")

    read(attached(pdf("BT /L 9 Tf (x) Tj ET"), "a.pdf"), course=Course(native=native))
    assert told == ["begins", "ends"]
