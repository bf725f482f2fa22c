"""Hostile archives: what hides a list, what cannot be unpacked, what never ends; each with what must come of it."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from tests.mail.making import zipped
from tests.mail.making_archives import cab, lha, rar, rar5, written

Case = tuple[str, str, bytes, str]
"""Name, what must come of it (hold, live), the file, and its name as an attachment."""

_SURNAMES = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口".split()
_GIVEN = "翔太 陽菜 健一 美咲 大輔 由美子 拓也 恵子 直樹 真由美 和也 裕子 誠 智子".split()
PEOPLE = "氏名,電話番号\n" + "".join(
    f"{family} {given},090-{1000 + 37 * n}-{2000 + 91 * n}\n"
    for n, (family, given) in enumerate(zip(_SURNAMES, _GIVEN, strict=True))
)
LIST = PEOPLE.encode()
_MIB = 1024 * 1024


def cases() -> Iterator[Case]:
    """Every archive."""
    yield from quick()
    yield from _endless()


def quick() -> Iterator[Case]:
    """Those that hide something."""
    yield from _zips()
    yield from _lying_zips()
    yield from _streams()
    yield from _tars()
    yield from _others()


def _zips() -> Iterator[Case]:
    for name, method in (("stored", 0), ("deflated", 8), ("bzip2", 12), ("lzma", 14)):
        yield f"zip-{name}", "hold", zipped({"list.csv": LIST}, method), "a.zip"
    plain = zipped({"list.csv": LIST, "b.txt": "b"})
    yield "zip-method-97", "hold", _patched(plain, method=97), "a.zip"
    for name, bits in (("zipcrypto", 1), ("strong", 0x41), ("masked", 0x2000)):
        yield f"zip-{name}", "hold", _patched(plain, flags=bits), "a.zip"
    yield "zip-aes", "hold", _patched(plain, flags=1, method=99), "a.zip"
    yield "zip-no-name", "hold", plain, ""
    yield "zip-as-jpg", "hold", plain, "photo.jpg"
    yield "zip-comment", "hold", _with_comment(LIST), "a.zip"
    yield "zip-list-in-names", "hold", zipped({f"{row}.txt": "" for row in PEOPLE.splitlines()[1:]}), "a.zip"
    for name, member in (
        ("slip", "../../etc/list.csv"),
        ("absolute", "/etc/list.csv"),
        ("drive", "C:\\list.csv"),
        ("rtl", "\u202evsc.csv"),
    ):
        yield f"zip-{name}", "hold", zipped({member: LIST}), "a.zip"
    data = LIST
    for depth in range(1, 10):
        data = zipped({"a.zip" if depth > 1 else "list.csv": data})
        if depth in {3, 6, 7, 9}:
            yield f"zip-depth-{depth}", "hold", data, "a.zip"


def _lying_zips() -> Iterator[Case]:
    plain, other = zipped({"list.csv": LIST}), zipped({"b.txt": "nothing"})
    yield "zip-prefix", "hold", b"GIF89a" + bytes(30) + plain, "a.gif"
    yield "zip-script-prefix", "hold", b"#!/bin/sh\nexit 0\n" + plain, "a.sh"
    yield "zip-behind", "hold", plain + LIST, "a.zip"
    yield "zip-list-behind-empty", "hold", other + LIST, "a.zip"
    yield "zip-two", "hold", plain + other, "a.zip"
    yield "zip-twice", "hold", _twice(), "a.zip"
    yield "zip-hidden-member", "hold", _hidden_member(plain, other), "a.zip"
    yield "zip-cut", "hold", plain[:-30], "a.zip"
    yield "zip-no-directory", "hold", plain[: plain.index(b"PK\1\2")], "a.zip"
    yield "zip-directory-only", "hold", plain[plain.index(b"PK\1\2") :], "a.zip"
    yield "zip-other-name", "hold", plain.replace(b"list.csv", b"pict.png", 1), "a.zip"
    yield "zip-wrong-sum", "hold", plain.replace(struct.pack("<I", zlib.crc32(LIST)), b"\1\2\3\4"), "a.zip"
    yield "zip-size-zero", "hold", plain.replace(struct.pack("<I", len(LIST)), bytes(4)), "a.zip"
    yield "zip-volumes", "hold", plain[:-18] + struct.pack("<HH", 1, 1) + plain[-14:], "a.zip"
    yield "zip-in-extra-field", "hold", _in_extra(), "a.zip"
    yield "zip-broken-data", "hold", plain[:60] + b"\xff" * 20 + plain[80:], "a.zip"


def _endless() -> Iterator[Case]:
    yield "zip-bomb", "live", zipped({"a": bytes(60 * _MIB)}), "a.zip"
    yield "zip-bomb-many", "live", zipped({str(n): bytes(4 * _MIB) for n in range(60)}), "a.zip"
    data = zipped({str(n): bytes(_MIB) for n in range(16)})
    for _ in range(3):
        data = zipped({f"{n}.zip": data for n in range(16)})
    yield "zip-bomb-nested", "live", data, "a.zip"
    yield "zip-many-members", "hold", zipped({**{f"{n}.txt": "x" for n in range(5000)}, "list.csv": LIST}), "a.zip"
    yield "zip-long-name", "live", zipped({"x" * 65_000: LIST}), "a.zip"
    yield "zip-overlap", "live", _overlapping(), "a.zip"
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        yield f"{name}-bomb", "live", pack(bytes(100 * _MIB)), f"a.{name}"
    yield "7z-bomb", "live", written({"a": bytes(100 * _MIB)}, "7zip"), "a.7z"
    yield "zstd-bomb", "live", written({"x": bytes(300 * _MIB)}, "raw", "zstd"), "a.zst"


def _streams() -> Iterator[Case]:
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        yield name, "hold", pack(LIST), f"list.csv.{name}"
        yield f"{name}-two", "hold", pack(b"nothing\n") + pack(LIST), f"list.csv.{name}"
        yield f"{name}-behind", "hold", pack(b"nothing\n") + LIST, f"a.{name}"
        yield f"{name}-cut", "hold", pack(LIST * 3)[:-12], f"list.csv.{name}"
    yield "lzma-alone", "hold", lzma.compress(LIST, lzma.FORMAT_ALONE), "list.csv.lzma"
    yield "xz-dictionary", "live", b"\xfd7zXZ\0\0\1\x69\x22\xde\x36\2\0\x21\1\x28\0\0\0" + bytes(40), "a.xz"
    data = LIST
    for _ in range(8):
        data = gzip.compress(data)
    yield "gz-depth-8", "hold", data, "a.gz"
    named = bytearray(gzip.compress(b"nothing"))
    named[3] = 8
    yield "gz-list-in-name", "hold", bytes(named[:10]) + LIST + b"\0" + bytes(named[10:]), "a.gz"


def _tars() -> Iterator[Case]:
    plain = _tar({"list.csv": LIST})
    yield "tar", "hold", plain, "a.tar"
    yield "tar-gz", "hold", gzip.compress(plain), "a.tgz"
    yield "tar-wrong-sum", "hold", plain[:148] + b"0000000\0" + plain[156:], "a.tar"
    yield "tar-behind", "hold", _tar({"b": b"nothing"}) + LIST, "a.tar"
    yield "tar-huge-size", "live", plain[:124] + b"77777777777\0" + plain[136:], "a.tar"
    yield "tar-slip", "hold", _tar({"../../list.csv": LIST}), "a.tar"
    yield "tar-many", "hold", _tar({**{str(n): b"x" for n in range(4000)}, "list.csv": LIST}), "a.tar"
    yield "tar-list-in-names", "hold", _tar(dict.fromkeys(PEOPLE.splitlines()[1:], b"")), "a.tar"


def _others() -> Iterator[Case]:
    seven = written({"list.csv": LIST}, "7zip")
    yield "7z", "hold", seven, "a.7z"
    yield "7z-cut", "hold", seven[:-9], "a.7z"
    yield "7z-behind", "hold", written({"b": b"nothing"}, "7zip") + LIST, "a.7z"
    yield "7z-header-nowhere", "hold", seven[:12] + b"\xff" * 16 + seven[28:], "a.7z"
    yield "rar", "hold", rar(b"list.csv", LIST), "a.rar"
    yield "rar-password", "hold", rar(b"list.csv", LIST, flags=4), "a.rar"
    yield "rar-method", "hold", rar(b"list.csv", LIST, method=0x35), "a.rar"
    yield "rar5", "hold", rar5(b"list.csv", LIST), "a.rar"
    yield "rar5-of-noise", "hold", b"Rar!\x1a\x07\x01\0" + bytes(range(1, 256)) * 2, "a.rar"
    yield "rar5-password", "hold", rar5(b"list.csv", LIST, locked=True), "a.rar"
    yield "cab", "hold", cab(b"list.csv", LIST), "a.cab"
    yield "cab-behind", "hold", cab(b"b.txt", b"nothing") + LIST, "a.cab"
    yield "lha", "hold", lha("名簿.csv".encode("cp932"), LIST), "a.lzh"
    iso = written({"list.csv": LIST}, "iso9660")
    yield "iso", "hold", iso, "a.iso"
    yield "iso-in-front", "hold", LIST + written({"b": b"nothing"}, "iso9660")[len(LIST) :], "a.iso"
    yield "cpio", "hold", written({"list.csv": LIST}, "cpio_newc"), "a.cpio"
    yield "xar", "hold", written({"list.csv": LIST}, "xar"), "a.xar"
    for name, suffix in (("zstd", "zst"), ("lz4", "lz4"), ("lzip", "lz"), ("compress", "Z")):
        yield name, "hold", written({"x": LIST}, "raw", name), f"list.csv.{suffix}"


def _patched(data: bytes, *, flags: int | None = None, method: int | None = None) -> bytes:
    """Flags and method of every member, in both headers."""
    out = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = out.find(mark)
        while place >= 0:
            for value, offset in ((flags, 0), (method, 2)):
                if value is not None:
                    struct.pack_into("<H", out, place + at + offset, value)
            place = out.find(mark, place + 4)
    return bytes(out)


def _with_comment(comment: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "nothing")
        archive.comment = comment
    return out.getvalue()


def _twice() -> bytes:
    return zipped({"list.csv": LIST, "note.csv": b"nothing"}).replace(b"note.csv", b"list.csv")


def _in_extra() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.extra = struct.pack("<HH", 0xCAFE, len(LIST)) + LIST
        archive.writestr(info, "nothing")
    return out.getvalue()


def _hidden_member(hidden: bytes, shown: bytes) -> bytes:
    """A local member that the directory does not name, between one that it does and the directory."""
    at, size = shown.index(b"PK\1\2"), hidden.index(b"PK\1\2")
    end = bytearray(shown[at:])
    struct.pack_into("<I", end, len(end) - 6, at + size)
    return shown[:at] + hidden[:size] + bytes(end)


def _overlapping() -> bytes:
    """Many entries of the directory that all name the same member."""
    one = zipped({"a": bytes(4 * _MIB)})
    at = one.index(b"PK\1\2")
    entry = one[at : one.index(b"PK\5\6")]
    count = 1000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entry) * count, at, 0)
    return one[:at] + entry * count + end


def _tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()
