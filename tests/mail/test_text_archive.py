import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.budget import Budget
from mail.message import read
from mail.shapes import Lost
from tests.mail.making import attached, hidden, losses, of_file, reasons, text_of, zipped

CSV = "氏名,電話\n山田,03-0000-0000\n佐藤,03-0000-0001\n".encode()


def tar(members: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_of_a_zip_are_read(method: int) -> None:
    found = of_file(zipped({"folder/": b"", "folder/名簿.csv": CSV, "empty.txt": b""}, method), "a.zip")
    assert [(part.name, part.kind, part.within) for part in found.parts[2:]] == [
        ("folder/名簿.csv", "csv", "a.zip"),
        ("empty.txt", "empty", "a.zip"),
    ]
    assert losses(found) == ()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (gzip.compress(CSV), "list.csv.gz"),
        (gzip.compress(CSV[:10]) + gzip.compress(CSV[10:]), "list.csv.gz"),
        (bz2.compress(CSV), "list.csv.bz2"),
        (bz2.compress(CSV[:10]) + bz2.compress(CSV[10:]), "list.csv.bz2"),
        (lzma.compress(CSV), "list.csv.xz"),
        (lzma.compress(CSV, lzma.FORMAT_ALONE), "list.csv.lzma"),
        (tar({"list.csv": CSV}), "a.tar"),
        (tar({"list.csv": CSV}, tarfile.GNU_FORMAT), "a.bin"),
    ],
)
def test_a_packed_file_is_read_under_its_own_name(data: bytes, name: str) -> None:
    found = of_file(data, name)
    assert [(part.name, part.kind) for part in found.parts[2:]] == [("list.csv", "csv")]
    assert losses(found) == ()


def test_archives_inside_one_another_are_read_to_a_depth_of_six() -> None:
    data = CSV
    for _ in range(6):
        data = zipped({"x": data})
    assert "山田" in text_of(of_file(data))
    found = of_file(zipped({"x": data}))
    assert losses(found) == (Lost("limit", "archive depth"),)


@pytest.mark.parametrize("name", ["a" * 150 + "/" + "b" * 90 + ".csv", "名簿" * 60 + ".csv", "../../etc/passwd"])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_and_climbing_names_in_a_tar_are_only_names(name: str, form: int) -> None:
    found = of_file(tar({name: CSV}, form), "a.tar")
    assert found.parts[-1].name == name[:255]
    assert "山田" in text_of(found)


def test_an_old_tar_with_a_prefix_is_read() -> None:
    found = of_file(tar({"p" * 100 + "/" + "n" * 90: CSV}, tarfile.USTAR_FORMAT))
    assert found.parts[-1].name == "p" * 100 + "/" + "n" * 90


def test_links_hold_nothing_and_damage_in_a_tar_is_said() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert losses(of_file(out.getvalue())) == ()
    good = tar({"a": CSV})
    assert reasons(of_file(good[:520])) == {"damaged"}
    assert reasons(of_file(good + b"x" * 512)) == {"damaged"}
    big = bytearray(good)
    big[124:136] = b"\x80" + b"\0" * 3 + b"\xff" * 8
    assert reasons(of_file(bytes(big))) == {"damaged"}


@pytest.mark.parametrize(
    ("data", "name"),
    [(gzip.compress(CSV * 50), "a.gz"), (bz2.compress(CSV * 50), "a.bz2"), (lzma.compress(CSV * 50), "a.xz")],
)
def test_a_packed_file_that_is_cut_or_followed_by_something_is_damaged(data: bytes, name: str) -> None:
    assert "damaged" in reasons(of_file(data[:-10], name))
    assert "damaged" in reasons(of_file(data + b"something else", name))
    broken = data[:12] + b"\xff\xff\xff" + data[15:]
    assert "damaged" in reasons(of_file(broken, name))


def test_too_large_a_dictionary_is_a_limit() -> None:
    data = lzma.compress(CSV, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 256 * 1024 * 1024}])
    assert losses(of_file(data, "a.xz")) == (Lost("limit", "xz"),)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (gzip.compress(b"\0" * 3_000_000), "ratio"),
        (zipped({"a": b"\0" * 3_000_000}), "ratio"),
        (zipped({f"{n}": b"x" for n in range(30)}), "members"),
        (gzip.compress(bytes(range(256)) * 400), "inflated"),
        (zipped({"a": bytes(range(256)) * 200}), "member"),
    ],
)
def test_every_bound_of_unpacking_is_a_limit(data: bytes, what: str) -> None:
    budget = Budget(
        members=20,
        inflated=100_000 if what == "inflated" else 4_000_000,
        member=4_000_000 if what != "member" else 50_000,
    )
    assert Lost("limit", what) in losses(read(attached(data), budget))


def central(data: bytes, offset: int, value: bytes) -> bytes:
    """The same zip with octets of its first central entry changed."""
    at = data.index(b"PK\x01\x02") + offset
    return data[:at] + value + data[at + len(value) :]


ONE = zipped({"a.csv": CSV}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    "data",
    [
        b"in front " + ONE,
        ONE + b" behind",
        ONE + ONE,
        central(ONE, 46, b"b"),  # another name
        central(ONE, 10, b"\x08\0"),  # another method
        central(ONE, 16, b"\0\0\0\0"),  # another check sum
        central(ONE, 24, b"\1\0\0\0"),  # another size
        central(ONE, 42, b"\xff\0\0\0"),  # another place
        ONE[:-22] + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 51, len(ONE) - 22 - 51, 0),  # counts two
        ONE[:-22] + struct.pack("<4s4H2LH", b"PK\5\6", 1, 1, 1, 1, 51, len(ONE) - 22 - 51, 0),  # second volume
        ONE[:40],
        ONE[:-22],
    ],
)
def test_a_zip_that_could_be_read_in_two_ways_is_damaged(data: bytes) -> None:
    assert "damaged" in reasons(of_file(data, "a.zip"))


def test_names_twice_and_hidden_members_are_damage() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", "2")
    assert "damaged" in reasons(of_file(out.getvalue()))
    body, end = ONE[: ONE.index(b"PK\1\2")], ONE[ONE.index(b"PK\1\2") :]
    hidden = body + b"x" * 200 + end
    at = len(hidden) - 22 + 16
    hidden = hidden[:at] + struct.pack("<L", len(body) + 200) + hidden[at + 4 :]
    assert "damaged" in reasons(of_file(hidden))


@pytest.mark.parametrize(("offset", "value"), [(8, b"\1\0"), (10, b"\x63\0")])
def test_an_encrypted_member_is_a_loss_of_its_own_kind(offset: int, value: bytes) -> None:
    assert Lost("encrypted_archive", "a.csv") in losses(of_file(central(ONE, offset, value)))


def test_an_unknown_method_is_a_loss() -> None:
    data = central(ONE, 10, b"\x0e\0")
    data = data[:8] + b"\x0e\0" + data[10:]
    assert Lost("damaged", "a.csv") in losses(of_file(data))


def test_a_zip_behind_something_else_is_still_read() -> None:
    found = of_file(b"\xff\xd8\xff\xe0" + b"picture" * 20 + ONE, "photo.jpg")
    assert "山田" in text_of(found)
    assert reasons(found) == {"damaged"}


def test_sizes_of_zip64_are_understood() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.csv", "w", force_zip64=True) as member:
        member.write(CSV)
    assert "山田" in text_of(of_file(out.getvalue()))
    start = ONE.index(b"PK\1\2")
    size = len(ONE) - 22 - start
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start) + struct.pack(
        "<4sLQL", b"PK\6\7", 0, start + size, 1
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    found = of_file(ONE[:-22] + wide + end)
    assert "山田" in text_of(found)
    assert "damaged" in reasons(of_file(ONE[:-22] + end))


def test_shift_jis_names_of_members_are_decoded() -> None:
    data = zipped({"xxxx.csv": CSV}).replace(b"xxxx.csv", "名簿".encode("cp932") + b".csv")
    assert of_file(data).parts[-1].name == "名簿.csv"


@given(st.binary(max_size=60), st.integers(0, len(ONE) - 1))
def test_no_damage_to_a_zip_is_a_fault_of_ours(junk: bytes, at: int) -> None:
    assert "own_fault" not in reasons(of_file(ONE[:at] + junk + ONE[at + len(junk) :], "a.zip"))


@given(
    st.dictionaries(
        st.text(alphabet="ab名/.", min_size=1, max_size=9).filter(lambda n: not n.endswith("/")),
        st.binary(max_size=99),
        max_size=5,
    )
)
def test_what_was_packed_comes_out_as_it_was(members: dict[str, bytes]) -> None:
    for name, data in (("a.zip", zipped(members)), ("a.tar", tar(members))):
        inside = {(part.name, part.size) for part in of_file(data, name).parts if part.within == name}
        assert inside == {(n, len(d)) for n, d in members.items()}


SECRET = "佐藤 花子 090-0000-0000"


def test_names_and_comments_in_an_archive_are_hidden_text() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in (f"{SECRET}.txt", "山田 太郎 03-0000-0000/", "n" * 300 + "鈴木"):
            archive.writestr(name, b"x" if not name.endswith("/") else b"")
        info = zipfile.ZipInfo("a.txt")
        info.comment, info.extra = "高橋 三郎".encode(), b"\x99\x99\x30\0" + ("田中 四郎" * 4).encode()[:48]
        archive.writestr(info, b"x")
        archive.comment = "伊藤 五郎 090-0000-0001".encode("cp932")
    text = hidden(of_file(out.getvalue(), "a.zip"))
    for word in (SECRET, "山田 太郎 03-0000-0000", "鈴木", "高橋 三郎", "田中 四郎", "伊藤 五郎 090-0000-0001"):
        assert word in text, word


def test_names_of_a_tar_and_what_they_say_are_hidden_text() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": SECRET}) as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "山田 太郎"
        archive.addfile(link)
        folder = tarfile.TarInfo("鈴木 次郎/")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
    text = hidden(of_file(out.getvalue(), "a.tar"))
    assert all(word in text for word in (SECRET, "山田 太郎", "鈴木 次郎"))


def test_names_and_comments_of_a_packed_file_are_hidden_text() -> None:
    plain = gzip.compress(CSV)
    extra = len(SECRET.encode() * 2).to_bytes(2, "little") + SECRET.encode() * 2
    said = extra + "山田 太郎".encode() + b"\0" + "鈴木 次郎".encode() + b"\0"
    found = of_file(plain[:3] + b"\x1c" + plain[4:10] + said + plain[10:], "a.gz")
    assert all(word in hidden(found) for word in (SECRET, "山田 太郎", "鈴木 次郎"))
    assert losses(found) == ()


def test_room_between_the_members_of_an_archive_is_damage_where_something_stands_in_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.extra = b"\x99\x99\x40\0" + SECRET.encode().ljust(64)
        archive.writestr(info, b"x")
    assert SECRET in hidden(of_file(out.getvalue()))
    local = out.getvalue()
    directory = local.index(b"PK\1\2")
    without = local[:directory] + local[directory:].replace(info.extra, b"").replace(b"\x44\0\0\0", b"\0\0\0\0", 1)
    end = without.index(b"PK\5\6")
    size = (int.from_bytes(without[end + 12 : end + 16], "little") - 68).to_bytes(4, "little")
    assert "damaged" in reasons(of_file(without[: end + 12] + size + without[end + 16 :]))

    members = zipped({"a.txt": b"x" * 50, "b.txt": b"y"}, zipfile.ZIP_STORED)
    second = members.index(b"PK\3\4", 4)
    start = members.index(b"PK\1\2")
    for filler, reason in ((b"\0" * 40, set()), (b"\0" * 24 + "佐藤".encode(), {"damaged"})):
        moved = members[:second] + filler + members[second:]
        offset = start + len(filler)
        b_entry = moved.index(b"PK\1\2", moved.index(b"PK\1\2") + 4)
        moved = moved[: b_entry + 42] + (second + len(filler)).to_bytes(4, "little") + moved[b_entry + 46 :]
        moved = moved[:-6] + offset.to_bytes(4, "little") + moved[-2:]
        assert reasons(of_file(moved)) == reason


def test_what_stands_behind_a_member_of_a_tar_is_damage() -> None:
    data = bytearray(tar({"a": b"x"}, tarfile.USTAR_FORMAT))
    assert reasons(of_file(bytes(data))) == set()
    data[513:530] = b"behind the content"[:17]
    assert reasons(of_file(bytes(data))) == {"damaged"}
    assert reasons(of_file(tar({"a": b"x"}, tarfile.USTAR_FORMAT)[:1024] + b"too short a block")) == {"damaged"}


def test_a_folder_that_holds_something_is_no_folder() -> None:
    data = zipped({"folder/": SECRET}, zipfile.ZIP_STORED)
    start = data.index(b"PK\1\2")
    said = data[: start + 24] + bytes(4) + data[start + 28 :]  # the directory says that it holds nothing
    assert "damaged" in reasons(of_file(said, "a.zip"))
