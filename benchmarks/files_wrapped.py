"""Files inside others: archives, mail, Outlook's items and winmail.dat; archives and documents behind a password; and what LibreOffice converts."""

import gzip
import io
import random
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import libarchive
from files_outlook import msg
from msoffcrypto.format.ooxml import OOXMLFile

Named = tuple[str, bytes]


def zip_(files: Sequence[Named], _rng: random.Random) -> bytes:
    """As every system makes it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return written.getvalue()


def tar_gz(files: Sequence[Named], _rng: random.Random) -> bytes:
    """As on Unix."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return written.getvalue()


def gz(files: Sequence[Named], _rng: random.Random) -> bytes:
    """One file alone."""
    return gzip.compress(files[0][1])


def _libarchive(files: Sequence[Named], kind: str, options: str = "", password: str = "") -> bytes:
    pieces: list[bytes] = []

    def keep(data: bytes) -> int:
        pieces.append(bytes(data))
        return len(data)

    given = {"options": options, "passphrase": password} if password else {}
    with libarchive.custom_writer(keep, kind, **given) as archive:
        for name, data in files:
            archive.add_file_from_memory(name, len(data), data)
    return b"".join(pieces)


def seven(files: Sequence[Named], _rng: random.Random) -> bytes:
    """7z, by libarchive."""
    return _libarchive(files, "7zip")


def locked_zip(files: Sequence[Named], rng: random.Random) -> bytes:
    """A zip with a password: AES as 7-Zip writes it, or the old way of all systems."""
    return _libarchive(files, "zip", rng.choice(("zip:encryption=aes256", "zip:encryption=zipcrypt")), "himitsu")


def locked_office(data: bytes) -> bytes:
    """Word, Excel or PowerPoint saved with a password (MS-OFFCRYPTO, agile)."""
    written = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("himitsu", written)
    return written.getvalue()


def eml(files: Sequence[Named], _rng: random.Random, body: str = "資料を転送します。\n") -> bytes:
    """A mail with attachments."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "soumu@partner.example", "tanto@partner.example", "転送"
    message.set_content(body)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def _tnef_attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(files: Sequence[Named], _rng: random.Random) -> bytes:
    """winmail.dat (MS-OXTNEF 2.1): version, code page 932, then each attachment: rendering, title, data."""
    parts = [
        struct.pack("<IH", 0x223E9F78, 1),
        _tnef_attribute(1, 0x00089006, struct.pack("<I", 0x00010000)),
        _tnef_attribute(1, 0x00069007, struct.pack("<II", 932, 0)),
    ]
    for name, data in files:
        parts += [
            _tnef_attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)),
            _tnef_attribute(2, 0x00018010, name.encode("cp932", "replace") + b"\0"),
            _tnef_attribute(2, 0x0006800F, data),
        ]
    return b"".join(parts)


WRAPPERS = {"zip": zip_, "tar.gz": tar_gz, "gz": gz, "7z": seven, "eml": eml, "tnef": tnef, "msg": msg}
CONVERTED = {
    "doc": "docx",
    "xls": "xlsx",
    "ppt": "pptx",
    "lo.pdf": "docx",
    "lo.odt": "docx",
    "lo.ods": "xlsx",
    "lo.rtf": "docx",
    "odp": "pptx",
}
"""What LibreOffice makes of which."""
_FILTERS = {"doc": "doc:MS Word 97", "xls": "xls:MS Excel 97", "ppt": "ppt:MS PowerPoint 97"}


def has_office() -> bool:
    """Whether LibreOffice is installed."""
    return shutil.which("soffice") is not None


def converted(files: Sequence[Named], to: str) -> dict[str, bytes]:
    """The files in another format by LibreOffice, all in one run; by stem, without what it could not convert."""
    suffix = to.removeprefix("lo.")
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder, "in"), Path(folder, "out")
        here.mkdir()
        for name, data in files:
            (here / name).write_bytes(data)
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", _FILTERS.get(to, suffix), "--outdir", str(there)]  # fmt: skip
        subprocess.run([*command, *map(str, sorted(here.iterdir()))], check=False, capture_output=True, timeout=900)
        return {path.stem: path.read_bytes() for path in sorted(there.glob(f"*.{suffix}"))} if there.exists() else {}
