"""Properties of a document as rows (name, value): what Office and LibreOffice keep about it, its own properties and labels too."""

from collections.abc import Iterable, Iterator

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._xml import Tag, attribute

WHERE = "properties"
FOLDERS = ("docProps/", "docMetadata/")
_OWN = frozenset({"property", "user-defined"})
"""Elements that give a property a name of the author's (ECMA-376 part 1, 22.3.2.2; ODF 1.3 part 3, 4.3.3)."""
_TRUE = frozenset({"1", "true"})


def properties(found: Iterable[Tag], spending: Spending) -> tuple[Block, ...]:
    """One hidden block, a row a property that says something."""
    rows = tuple(_rows(found))
    for name, value in rows:
        spending.text(len(name) + len(value))
        spending.row(2)
    return (Block(rows, (), WHERE, hidden=True),) if rows else ()


def _rows(found: Iterable[Tag]) -> Iterator[tuple[str, str]]:
    own = ""
    for tag in found:
        if tag.name in _OWN:
            own = "" if tag.closing or tag.empty else attribute(tag, "name")
        elif tag.name == "label" and not tag.closing:
            yield from _label(tag)
        if text := " ".join(tag.text.split()):
            yield own or tag.name, text


def _label(tag: Tag) -> Iterator[tuple[str, str]]:
    """MS-OFFCRYPTO 2.6: a label of docMetadata/LabelInfo.xml has no name, only its number and what it does to the document."""
    number = attribute(tag, "id").strip("{}")
    applied = attribute(tag, "enabled") in _TRUE and attribute(tag, "removed") not in _TRUE
    yield f"MSIP_Label_{number}_Enabled", "true" if applied else "false"
    yield f"MSIP_Label_{number}_ContentBits", attribute(tag, "contentBits")
