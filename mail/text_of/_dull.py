"""Dull markup of OOXML: runs, and properties that were there before, which say nothing new; without it a third of the tags is left."""

import re

# Runs, where paragraphs begin and where cells end: their other half is enough (mail.text_of._flow).
_IDS = rb'(?: [A-Za-z0-9]{1,8}:(?:rsid[A-Za-z]{0,12}|paraId|textId)="[0-9A-F]{8}"){0,8}'
_HALVES = re.compile(rb"<[wa]:[rp]" + _IDS + rb">|</[wa]:(?:r|tc)>")
# Of runs, paragraphs, cells and rows, with nothing in them but empty elements (ECMA-376 part 1, 17.3, 17.4, 21.1.2).
_PROPERTIES = re.compile(
    rb"<([wa]):(rPr|endParaRPr|pPr|tcPr|trPr)(?: [^<>]*+|/)?(?:(?<=/)>|(?<!/)>(?:<\1:[A-Za-z]{1,30}(?: [^<>]*)?/>){0,60}+</\1:\2>)"
)


# A cell that begins with a paragraph of one run, when all that is gone (ECMA-376 part 1, 17.4.65, 21.1.3.16).
_CELL = re.compile(
    rb'<([wa]):tc>(?:<a:txBody>|<a:bodyPr/>|<a:lstStyle/>){0,8}<\1:t(?: xml:space="preserve")?>([^<]+)</\1:p>'
)
NEAT = "\1"
"""The name of the one tag that such a cell becomes, the text behind it; no XML has one (XML 1.0 2.3)."""


def without_dull(content: bytes) -> bytes:
    """The same document for a reader who remembers what attributes said; comments could hide where an element ends."""
    if b"<!" in content:
        return content
    seen: set[bytes] = set()

    def once(found: re.Match[bytes]) -> bytes:
        if found[0] in seen:
            return b""
        seen.add(found[0])
        return found[0]

    left = _PROPERTIES.sub(once, _HALVES.sub(b"", content))
    left = left.replace(b"</w:t></w:p>", b"</w:p>").replace(b"</a:t></a:p>", b"</a:p>")
    return _CELL.sub(_neat, left)


def _neat(cell: re.Match[bytes]) -> bytes:
    return b"<\1>" + cell[2]
