"""ole: the old binary Office files: doc, xls, ppt and msg, each with its properties and the objects in it; others are swept."""

from collections.abc import Callable

from mail.budget import Spending
from mail.shapes import Text
from mail.text_of._cfb import MAGIC, CompoundFile, Entry
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._inside import Findings
from mail.text_of._message_item import read_item
from mail.text_of._objects import leftovers, take_properties
from mail.text_of._slides import read_slides
from mail.text_of._word import read_word
from mail.text_of._workbook import read_workbook

KINDS = ("doc", "xls", "ppt", "msg", "ole", "encrypted_office")
SUREST = 94

_ENCRYPTED = "EncryptedPackage"
# MS-OFFCRYPTO 1.3.3, 2.2: contents that a rights management server has the key of.
_RIGHTS = ("\x09DRMContent", "\x09DRMViewerContent")
_DRM = "DRMEncryptedTransform".encode("utf-16-le")
_RAW_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_BIFF8 = b"\x09\x08\x10\0\0\6\5\0"
_RAW_WORD = (b"\xdb\xa5\x2d\x00", b"\xdc\xa5\x65\x00", b"\xdc\xa5\x68\x00")
"""Word 2, and Word 6 saved without a compound file."""


def recognises(data: bytes, _hint: Hint) -> Guess:
    """A compound file, by what is in it; records of Excel 2 to 4; a document of Word 2."""
    if data.startswith(MAGIC):
        return Guess(_kind_of(CompoundFile(data).root), 94)
    if data.startswith(_RAW_BIFF):
        return Guess("xls", 92)
    return Guess("doc", 92) if data.startswith(_RAW_WORD) else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Every document that is in it, then everything that none of them has read."""
    found = Findings(spending)
    found.beside(data)
    if not data.startswith(MAGIC):
        read_workbook(data, found) if hint.kind == "xls" else read_word(data, lambda _: None, found)
        return found.text()
    file = CompoundFile(data)
    root = file.root
    for name in (_ENCRYPTED, *_RIGHTS):
        if entry := root.get(name):
            file.content(entry)
            by_rights = name != _ENCRYPTED or _DRM in data
            found.lose("encrypted_mail" if by_rights else "encrypted_archive", "Office")
    for name, reader in _READERS.items():
        if entry := root.get(name):
            reader(file, entry, found)
    for entry in root.inside:
        take_properties(file, entry, found)
    if (
        not root.inside and (at := data.find(_BIFF8)) >= 0
    ):  # the directory is gone, the records are mostly still in a row
        read_workbook(data[at:], found)
    leftovers(file, found)
    found.lost += file.lost
    return found.text()


def _kind_of(root: Entry) -> str:
    names = {entry.name.upper() for entry in root.inside}
    if not names.isdisjoint(name.upper() for name in (_ENCRYPTED, *_RIGHTS)):
        return "encrypted_office"
    return next((kind for name, kind in _BY_STREAM.items() if name.upper() in names), "ole")


def _workbook(file: CompoundFile, entry: Entry, found: Findings) -> None:
    read_workbook(file.content(entry), found)


def _older_workbook(file: CompoundFile, entry: Entry, found: Findings) -> None:
    """Beside a newer one (Excel 97 saved for both) it says the same."""
    if file.root.get("Workbook") is None:
        read_workbook(file.content(entry), found)
        return
    older = Findings(found.spending)
    read_workbook(file.content(entry), older)
    text = older.text()
    for block in text.blocks:
        for row in (block.header, *block.rows):
            found.rest.values(row)
    found.lost += text.lost


def _word(file: CompoundFile, entry: Entry, found: Findings) -> None:
    def table(name: str) -> bytes | None:
        stream = file.root.get(name)
        return file.content(stream) if stream else None

    read_word(file.content(entry), table, found)


_READERS: dict[str, Callable[[CompoundFile, Entry, Findings], None]] = {
    "WordDocument": _word,
    "Workbook": _workbook,
    "Book": _older_workbook,
    "PowerPoint Document": read_slides,
    "__properties_version1.0": read_item,
}
_BY_STREAM = {
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book": "xls",
    "PowerPoint Document": "ppt",
    "__properties_version1.0": "msg",
}
