import importlib
import os

import pytest

from mail.budget import Budget
from mail.message import read
from mail.shapes import Lost
from mail.text_of import Hint, _libarchive, missing, other_archives, recognise
from tests.mail.making import SHARED, attached, hidden, losses, of_file, reasons, text_of, zipped
from tests.mail.making_archives import cab, lha, rar, rar5, written

if missing():
    pytest.skip("libarchive is not on this machine", allow_module_level=True)

CSV = "氏名,電話\n山田,03-0000-0000\n佐藤,03-0000-0001\n".encode()
NAME = "名簿.csv"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (written({NAME: CSV}, "7zip"), "7z"),
        (written({NAME: CSV}, "7zip", compression="deflate"), "7z"),
        (written({NAME: CSV}, "7zip", compression="bzip2"), "7z"),
        (written({NAME: CSV}, "7zip", compression="store"), "7z"),
        (written({NAME: CSV}, "xar"), "xar"),
        (written({NAME: CSV}, "cpio"), "cpio"),
        (written({NAME: CSV}, "cpio_newc"), "cpio"),
        (written({NAME: CSV}, "iso9660"), "iso"),
        (lha(NAME.encode("cp932"), CSV), "lha"),
        (cab(NAME.encode("cp932"), CSV), "cab"),
        (rar(NAME.encode("cp932"), CSV), "rar"),
        (rar5(NAME.encode(), CSV), "rar"),
    ],
)
def test_members_are_read_and_named(data: bytes, kind: str) -> None:
    found = of_file(data, "a.bin")
    assert [part.kind for part in found.parts[1:] if part.kind not in {"plain", "empty"}] == [kind, "csv"]
    assert found.parts[-1].name == NAME
    assert found.parts[-1].blocks[0].rows[1] == ("佐藤", "03-0000-0001")
    assert losses(found) == ()


@pytest.mark.parametrize("name", ["zstd", "lz4", "lzip", "compress"])
def test_a_single_packed_file_is_read_under_its_own_name(name: str) -> None:
    suffix = {"zstd": "zst", "lz4": "lz4", "lzip": "lz", "compress": "Z"}[name]
    found = of_file(written({"x": CSV}, "raw", name), f"list.csv.{suffix}")
    assert [(part.name, part.kind) for part in found.parts[2:]] == [("list.csv", "csv")]
    assert losses(found) == ()


def test_an_archive_in_a_packed_archive_is_read() -> None:
    inner = written({"a.zip": zipped({NAME: CSV})}, "7zip")
    found = of_file(written({"x": inner}, "raw", "zstd"), "a.7z.zst")
    assert [part.kind for part in found.parts[1:]] == ["zstd", "7z", "zip", "csv"]


@pytest.mark.parametrize(
    "data",
    [
        (SHARED / "data/content/files/072_enc.7z").read_bytes(),
        rar(b"a.csv", CSV, flags=4),
        rar5(b"a.csv", CSV, locked=True),
    ],
    ids=["7z with locked names", "rar", "rar5 with locked names"],
)
def test_a_password_is_an_encrypted_archive(data: bytes) -> None:
    assert reasons(of_file(data, "a.bin")) == {"encrypted_archive"}


@pytest.mark.parametrize(
    "data",
    [
        written({NAME: CSV}, "7zip")[:-8],
        b"7z\xbc\xaf\x27\x1c\0\4" + b"\1" * 40,
        rar(b"a.csv", CSV)[:40],
        rar(b"a.csv", CSV, method=0x31),
        cab(b"a.csv", CSV, method=7),
        lha(b"a.csv", CSV, b"-lh9-"),
        written({NAME: CSV}, "cpio_newc")[:150],
        written({"x": CSV * 100}, "raw", "zstd")[:40],
    ],
)  # fmt: skip
def test_what_cannot_be_unpacked_is_damaged(data: bytes) -> None:
    assert reasons(of_file(data, "a.bin")) == {"damaged"}


@pytest.mark.parametrize("kind", ["7zip", "iso9660", "cpio_newc"])
def test_what_stands_around_an_archive_is_read(kind: str) -> None:
    data = written({"a.txt": b"nothing"}, kind)
    found = of_file(
        data + b"\ntel 090-1234-5678\n" if kind != "iso9660" else b"tel 090-1234-5678\n" + data[18:], "a.bin"
    )
    assert "090-1234-5678" in text_of(found)


def test_names_of_members_and_links_are_text() -> None:
    assert "taro@customer.example" in hidden(of_file(written({"taro@customer.example": b""}, "7zip"), "a.7z"))


@pytest.mark.parametrize(
    ("data", "budget", "what"),
    [
        (written({str(n): b"x" for n in range(30)}, "7zip"), Budget(members=20), "members"),
        (written({"a": bytes(3_000_000)}, "7zip"), Budget(), "ratio"),
        (written({"a": os.urandom(300_000)}, "7zip"), Budget(member=200_000), "member"),
        (written({str(n): os.urandom(1000) for n in range(30)}, "7zip"), Budget(inflated=20_000), "inflated"),
        (written({"x": bytes(9_000_000)}, "raw", "zstd"), Budget(), "ratio"),
    ],
)
def test_what_is_too_much_is_a_limit(data: bytes, budget: Budget, what: str) -> None:
    assert Lost("limit", what) in losses(read(attached(data, "a.7z"), budget))


def test_members_before_the_one_that_is_too_much_are_read() -> None:
    found = read(attached(written({NAME: CSV, "b": os.urandom(300_000)}, "cpio"), "a"), Budget(member=200_000))
    assert found.parts[-1].name == NAME


def test_archives_inside_one_another_are_read_to_a_depth_of_six() -> None:
    data = CSV
    for _ in range(8):
        data = written({"a": data}, "cpio_newc")
    assert Lost("limit", "archive depth") in losses(of_file(data, "a"))


def test_without_the_library_nothing_is_read_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> None:
        raise AttributeError

    _libarchive.library.cache_clear()
    monkeypatch.setattr(importlib, "import_module", absent)
    data = rar(b"a.csv", CSV)
    try:
        assert recognise(data, Hint())[1].kind == "rar"
        assert losses(of_file(data, "a.rar")) == (Lost("unknown_format", "rar"),)
        assert missing() == {"libarchive": other_archives.KINDS}
    finally:
        _libarchive.library.cache_clear()


def test_a_broken_octet_anywhere_is_never_a_fault_of_ours() -> None:
    data = written({NAME: CSV, "b.csv": CSV}, "7zip")
    for at in range(0, len(data), 3):
        broken = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        found = of_file(broken, "a.7z")
        assert "own_fault" not in reasons(found)
        assert reasons(found) or [part.sha256 for part in found.parts[2:]] == [
            part.sha256 for part in of_file(data, "a.7z").parts[2:]
        ]


@pytest.mark.parametrize("magic", [b"Rar!\x1a\x07\x01\0", b"Rar!\x1a\x07\0"])
def test_an_archive_in_which_nothing_is_found_is_damaged(magic: bytes) -> None:
    assert "damaged" in reasons(of_file(magic + bytes(range(256)) * 2, "a.rar"))


@pytest.mark.parametrize("magic", [b"\xc7\x71", b"\x71\xc7", b"\x1f\x9d", b"\x1f\x8b"])
def test_noise_that_begins_like_an_archive_is_none(magic: bytes) -> None:
    noise = magic + b"\xff" * 62
    assert recognise(noise, Hint())[1].kind not in {"cpio", "compress", "gzip"}


@pytest.mark.parametrize("format_", ["cpio", "cpio_newc"])
def test_an_archive_without_its_end_is_still_one(format_: str) -> None:
    assert recognise(written({NAME: CSV}, format_)[:200], Hint())[1].kind == "cpio"
