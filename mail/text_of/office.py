"""office: docx, pptx, odt and odp; text, tables, headers and footers, notes, comments, tracked changes, properties, files inside."""

from mail.budget import Spending
from mail.shapes import Block, Lost, Text
from mail.text_of._flow import ANY, ODF, flow
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._package import Package, is_encrypted, kind_of
from mail.text_of._xml import DoctypeError, attribute, tags

KINDS = ("docx", "pptx", "odt", "odp")

_PROPERTIES = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml")
_HIDDEN = ("comment", "notes", "theme", "Master", "Layout", "customXml", "glossary")
_SAYS_NOTHING = (
    "[Content_Types].xml",
    "theme",
    "styles",
    "settings",
    "Settings",
    "fontTable",
    "numbering",
    "calcChain",
    "manifest.xml",
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
    try:
        if hint.kind in {"odt", "odp"}:
            blocks = opendocument(package, spending)
        else:
            blocks = [*_main(package, spending, hint.kind), *rest(package, spending)]
    except DoctypeError:
        package.lost.append(Lost("damaged", "document type"))
        return Text((), tuple(package.lost), tuple(package.embedded))
    package.hand_on_rest()
    return Text(tuple(blocks), tuple(package.lost), tuple(package.embedded))


def _main(package: Package, spending: Spending, kind: str) -> list[Block]:
    if kind == "docx":
        return list(flow(package.tags("word/document.xml"), spending))
    blocks: list[Block] = []
    for number, name in enumerate(package.names("ppt/slides/slide", ".xml"), 1):
        content = package.content(name)
        unseen = any(t.name == "sld" and attribute(t, "show") == "0" for t in tags(content[:4096]))
        blocks += flow(tags(content), spending, where=f"slide {number}", hidden=unseen)
    return blocks


def rest(package: Package, spending: Spending) -> list[Block]:
    """Every other XML member that can hold text: notes, comments, headers, footers, properties, data of its own."""
    blocks: list[Block] = []
    for name in package.untouched(".xml"):
        if any(word in name for word in _SAYS_NOTHING):
            continue
        unseen = name.startswith("docProps") or any(word in name for word in _HIDDEN)
        where = name.rpartition("/")[2].removesuffix(".xml")
        dialect = ANY if name.startswith(("docProps", "customXml")) else None
        found = package.tags(name)
        blocks += (
            flow(found, spending, dialect, where=where, hidden=True)
            if dialect
            else flow(found, spending, where=where, hidden=unseen)
        )
    return blocks


def opendocument(package: Package, spending: Spending) -> list[Block]:
    """An ODF text or presentation; encrypted members are named in the manifest (OASIS ODF 1.3 part 2, 4.7)."""
    if is_encrypted(package):
        return []
    blocks = list(flow(package.tags("content.xml"), spending, ODF))
    blocks += flow(package.tags("styles.xml"), spending, ODF, where="header, footer")
    blocks += flow(package.tags("meta.xml"), spending, ANY, where="properties", hidden=True)
    for name in package.untouched("content.xml"):
        blocks += flow(package.tags(name), spending, ODF, where=name.rpartition("/")[0])
    return blocks
