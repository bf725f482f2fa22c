"""A document that is a zip: its members by name, unpacked within the budget; what is left over is said or handed on."""

from collections.abc import Iterable

from mail.budget import Spending
from mail.shapes import Embedded, Lost
from mail.text_of import _zip
from mail.text_of._xml import Tag, tags

_PICTURES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".bmp",
    ".tif",
    ".tiff",
    ".emf",
    ".wmf",
    ".svg",
    ".webp",
    ".ico",
    ".emz",
    ".wmz",
)
_MACHINERY = (
    "printersettings",
    "thumbnail",
    "vmldrawing",
    "activex",
    "configurations2",
    "layout-cache",
    "mimetype",
    "manifest.rdf",
    ".odttf",
    ".fntdata",
)
_SMALL = 256 * 1024


class Package:
    """The members of one document. `lost` and `embedded` fill while it is read."""

    def __init__(self, data: bytes, spending: Spending) -> None:
        self._data = data
        self._spending = spending
        found = _zip.directory(data, spending.budget.members)
        self._entries = {entry.name: entry for entry in found.entries if not entry.is_folder}
        self._taken: set[str] = set()
        self.lost: list[Lost] = list(found.lost)
        self.embedded: list[Embedded] = []

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

    def tags(self, name: str) -> Iterable[Tag]:
        """The XML of one member."""
        return tags(self.content(name))

    def untouched(self, suffix: str) -> list[str]:
        """Members nobody has asked for yet."""
        return [name for name in self.names(suffix=suffix) if name not in self._taken]

    def hand_on_rest(self) -> None:
        """What nobody has read: pictures are one loss, all else is a file inside. Fonts and printer data are neither."""
        pictures = 0
        for name in self.untouched(""):
            lower = name.lower()
            if any(word in lower for word in _MACHINERY) and self._entries[name].size <= _SMALL:
                continue
            if lower.endswith(_PICTURES):
                pictures += 1
            elif not lower.endswith((".xml", ".rels")):
                self.embedded.append(Embedded(name.rpartition("/")[2][:255], self.content(name)))
        if pictures:
            self.lost.append(Lost("image_only", f"{pictures} pictures"))


def kind_of(data: bytes) -> str:
    """Which document a zip is, by its members' names; "" for none."""
    names = {entry.name for entry in _zip.directory(data).entries}
    for member, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx")):
        if member in names and "[Content_Types].xml" in names:
            return kind
    if "content.xml" in names and "mimetype" in names:
        head = data[:200]
        for word, kind in ((b"opendocument.text", "odt"), (b"opendocument.spreadsheet", "ods")):
            if word in head:
                return kind
        return "odp" if b"opendocument." in head else ""
    return ""


def is_encrypted(package: Package) -> bool:
    """Whether the manifest of an ODF package names encrypted members; then the loss is said."""
    if b"encryption-data" not in package.content("META-INF/manifest.xml"):
        return False
    package.lost.append(Lost("encrypted_archive", "OpenDocument"))
    return True
