"""A document that is a zip: its members by name, unpacked within the budget; what its reader leaves over is read here or handed on."""

import re
import struct
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from mail.budget import Spending
from mail.charset import decode
from mail.shapes import Block, Embedded, Lost, Text
from mail.text_of import Hint, _zip, recognise
from mail.text_of._document_properties import properties
from mail.text_of._dull import without_dull
from mail.text_of._flow import ANY, OOXML, Dialect, flow
from mail.text_of._magic import by_magic
from mail.text_of._rest import Rest
from mail.text_of._runs import text_in
from mail.text_of._templates import TEMPLATES, Blocks, characters
from mail.text_of._xml import Tag, tags
from mail.text_of.plain import is_text

# Printers, fonts, layouts: what office programs keep for themselves. Their bytes are looked at all the same.
_MACHINERY = ("printersettings", "thumbnail", "activex", "layout-cache", "mimetype", ".odttf", ".fntdata")
_XML = (".xml", ".rels", ".vml", ".rdf")
_SMALL = 256 * 1024
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte order marks and white space, of UTF-16 too
_SHOWN = re.compile(rb">\s*+[^<\s]")
"""Text between tags."""
_LARGEST = 1024 * 1024
"""Octets of a member that is known again; the styles of Word have half as many."""
_FOLDERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
T = TypeVar("T")


class Package:
    """The members of one document. `lost`, `embedded` and `rest` fill while it is read."""

    def __init__(self, data: bytes, spending: Spending) -> None:
        self._data = data
        self._spending = spending
        found = _zip.directory(data, spending.budget.members)
        self._entries = {entry.name: entry for entry in found.entries if not entry.is_folder}
        self._taken: set[str] = set()
        self.lost: list[Lost] = list(found.lost)
        self.embedded: list[Embedded] = []
        self.rest = Rest()
        # OASIS ODF 1.3 part 2, 4.7: what is not XML then is lost already.
        self.encrypted = b"encryption-data" in self.content("META-INF/manifest.xml")
        if self.encrypted:
            self.lost.append(Lost("encrypted_archive", "OpenDocument"))
        for text in found.words():
            self.rest.text(text)

    def names(self, prefix: str = "", suffix: str = "") -> list[str]:
        """Members, shorter names first, so that sheet2 stands before sheet10."""
        found = (n for n in self._entries if n.startswith(prefix) and n.endswith(suffix))
        return sorted(found, key=lambda n: (len(n), n))

    def content(self, name: str) -> bytes:
        """One member unpacked; b"" with a loss where that fails, b"" alone where there is none."""
        entry = self._entries.get(name)
        if entry is None:
            return b""
        self._taken.add(name)
        self._spending.member()
        if _zip.is_encrypted(entry):
            self.lost.append(Lost("encrypted_archive", name[:200]))
            return b""
        try:
            return _zip.inflate(self._data, entry, self._spending)
        except _zip.DamagedError:
            self.lost.append(Lost("damaged", name[:200]))
            return b""

    def xml(self, name: str) -> bytes:
        """One member that should be XML; b"" where it is something else, which then is a file inside."""
        content = self.content(name)
        is_xml = content[:64].lstrip(_MARKS)[:1] == b"<" and is_text(content)
        if is_xml and (b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]):
            # No office program writes one, and entities live there: nothing is expanded, the source is read as text.
            self.lost.append(Lost("damaged", "document type"))
            is_xml = False
        if not is_xml:
            self._hand_on(name, content)
        return content if is_xml else b""

    def tags(self, name: str) -> Iterable[Tag]:
        """The XML of one member; comments and telling attributes go to the rest."""
        return tags(self.xml(name), self.rest)

    def flow(self, name: str, dialect: Dialect = OOXML, *, where: str = "", hidden: bool = False) -> Blocks:
        """The blocks of one member."""

        def read(rest: Rest) -> Blocks:
            content = self.xml(name)
            if not _may_show(content):
                rest.source(content)
                return ()
            found = tags(without_dull(content) if dialect is OOXML else content, rest, dialect.matters)
            return flow(found, self._spending, rest, dialect, where=where, hidden=hidden)

        if not where:
            return read(self.rest)  # what the document is about
        return self._blocks(name, (dialect is OOXML, dialect is ANY, where, hidden), read)

    def known(self, name: str, how: tuple[object, ...], read: Callable[[Rest], T], size: Callable[[T], int]) -> T:
        """What `read` makes of a member in this way, all of it; one whose packed octets came before is not even unpacked.

        It must ask for that member alone. What is lost of it, or handed on, is never remembered.
        """
        packed = self._packed(name)
        if not packed or self.encrypted:
            return read(self.rest)
        entry, beside = self._entries[name], len(self.lost) + len(self.embedded)
        key = (*how, entry.method, entry.crc, entry.size)
        found = TEMPLATES.known(
            packed, key, self.rest, read, size, lambda: beside == len(self.lost) + len(self.embedded)
        )
        if name not in self._taken:
            self._taken.add(name)
            self._spending.member()
            self._spending.inflate(entry.size)
        return found

    def _packed(self, name: str) -> bytes:
        """The octets of a member as they stand; b"" where they may be no whole member, or a large one."""
        entry = self._entries.get(name)
        if entry is None or entry.size > _LARGEST or _zip.is_encrypted(entry):
            return b""
        try:
            return _zip.packed(self._data, entry)
        except (_zip.DamagedError, struct.error):
            return b""

    def _blocks(self, name: str, how: tuple[object, ...], read: Callable[[Rest], Blocks]) -> Blocks:
        """Blocks that are known; they count all the same."""
        spent = self._spending.cells
        found = self.known(name, how, read, characters)
        if self._spending.cells == spent:
            for block in found:
                for row in block.rows:
                    self._spending.text(sum(map(len, row)))
                    self._spending.row(len(row))
        return found

    def properties(self, name: str) -> tuple[Block, ...]:
        """One member that says something of the document, as rows (name, value)."""
        return properties(tags(self.xml(name), self.rest), self._spending)

    def untouched(self, suffix: str) -> list[str]:
        """Members nobody has asked for yet."""
        return [name for name in self.names(suffix=suffix) if name not in self._taken]

    def finish(self, blocks: list[Block]) -> Text:
        """The whole text: the blocks that were read, then everything nobody has read yet, hidden.

        Pictures are one loss; what is neither XML nor machinery is a file inside.
        """
        pictures = 0
        for name in self.untouched(""):
            if name.lower().endswith(_XML):
                blocks += self.flow(name, ANY, where=_short(name), hidden=True)
            elif _is_machinery(name, self._entries[name].size):
                self.known(name, ("machinery",), partial(self._machinery, name), len)
            elif by_magic(content := self.content(name)) == "picture":
                pictures += 1
                look = partial(_look_through, content, "picture")
                TEMPLATES.known(content, ("picture",), self.rest, look, len)
            else:
                self._hand_on(name, content)
        if pictures:
            self.lost.append(Lost("image_only", f"{pictures} pictures"))
        blocks += self.rest.blocks(blocks, self._spending)
        return Text(tuple(blocks), tuple(self.lost), tuple(self.embedded))

    def _machinery(self, name: str, rest: Rest) -> Blocks:
        """The text in what a program keeps for itself; printers and thumbnails are the same in all that one program writes."""
        content = self.content(name)
        # A small picture of the document itself is none that anybody would have to look at.
        kind = "picture" if by_magic(content) == "picture" else recognise(content, Hint())[1].kind
        if kind in {"picture", "unknown", "plain"}:
            return _look_through(content, kind, rest)
        self._hand_on(name, content)
        return ()

    def _hand_on(self, name: str, content: bytes) -> None:
        if content and not self.encrypted:
            self.embedded.append(Embedded(_short(name)[:255], content))


def _look_through(content: bytes, kind: str, rest: Rest) -> Blocks:
    for text in [decode(content)[0]] if kind == "plain" else text_in(content):
        rest.text(text)
    return ()


def _may_show(content: bytes) -> bool:
    """Whether there is text between tags or a watermark, or octets that are not read at a glance; one octet is looked for fastest."""
    if b"\0" in content or b"textpath" in content or (b"!" in content and b"<![" in content):
        return True
    return _SHOWN.search(content) is not None


def _short(name: str) -> str:
    return name.rpartition("/")[2]


def _is_machinery(name: str, size: int) -> bool:
    """By its name and size; what its bytes are is asked beside it."""
    lower = name.lower()
    return size <= _SMALL and any(word in lower for word in _MACHINERY)


def kind_of(data: bytes) -> str:
    """Which document a zip is, by its members' names; "" for none. The name of the main part is for its relations to say."""
    names = {entry.name for entry in _zip.directory(data).entries}
    if "[Content_Types].xml" in names:
        for folder, kind in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return kind
    if "content.xml" in names and "mimetype" in names:
        head = data[:200]
        for word, kind in ((b"opendocument.text", "odt"), (b"opendocument.spreadsheet", "ods")):
            if word in head:
                return kind
        return "odp" if b"opendocument." in head else ""
    return ""
