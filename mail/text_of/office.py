"""office: docx, pptx, odt and odp; text, tables, headers and footers, notes, comments, tracked changes, properties, files inside."""

from mail.budget import Spending
from mail.shapes import Block, Text
from mail.text_of._document_properties import FOLDERS
from mail.text_of._dull import without_dull
from mail.text_of._flow import ANY, ODF, OOXML, flow
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._package import Package, kind_of
from mail.text_of._xml import attribute, tags

KINDS = ("docx", "pptx", "odt", "odp")
SUREST = 95

_HIDDEN = (
    "comment",
    "notes",
    "theme",
    "Master",
    "Layout",
    "customXml",
    "glossary",
    "styles",
    "settings",
    "externalLink",
)


def recognises(data: bytes, _hint: Hint) -> Guess:
    """A zip with the members of a text document or a presentation."""
    if not data.startswith(b"PK"):
        return NOT_MINE
    kind = kind_of(data)
    return Guess(kind, 95) if kind in KINDS else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """All text of the document; what the reader of the file does not see at once is hidden."""
    package = Package(data, spending)
    if hint.kind in {"odt", "odp"}:
        return package.finish(_opendocument(package))
    return package.finish([*_main(package, spending, hint.kind), *rest(package)])


def _main(package: Package, spending: Spending, kind: str) -> list[Block]:
    if kind == "docx":
        return list(package.flow("word/document.xml"))
    blocks: list[Block] = []
    for number, name in enumerate(package.names("ppt/slides/slide", ".xml"), 1):
        content = package.xml(name)
        head = content[:4096]
        unseen = b"show" in head and any(t.name == "sld" and attribute(t, "show") == "0" for t in tags(head))
        found = tags(without_dull(content), package.rest, OOXML.matters)
        blocks += flow(found, spending, package.rest, where=f"slide {number}", hidden=unseen)
    return blocks


def rest(package: Package) -> list[Block]:
    """Every other XML member: notes, comments, headers, footers, properties, styles, data of its own."""
    blocks: list[Block] = []
    for name in package.untouched(".xml"):
        if name.startswith(FOLDERS):
            blocks += package.properties(name)
            continue
        apart = name.startswith("customXml")
        unseen = apart or any(word in name for word in _HIDDEN)
        where = name.rpartition("/")[2].removesuffix(".xml")
        blocks += package.flow(name, ANY if apart else OOXML, where=where, hidden=unseen)
    return blocks


def _opendocument(package: Package) -> list[Block]:
    blocks = list(package.flow("content.xml", ODF))
    blocks += package.flow("styles.xml", ODF, where="header, footer")
    return [*blocks, *other_members(package)]


def other_members(package: Package) -> list[Block]:
    """Of an ODF document: properties, settings, and objects in it with their styles."""
    blocks = list(package.properties("meta.xml"))
    for name in package.untouched(".xml"):
        blocks += package.flow(name, ODF, where=name.rpartition("/")[0], hidden=not name.endswith("content.xml"))
    return blocks
