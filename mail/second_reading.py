"""Second reading: what the first one did not show, because its charset could be another, or it was encoded once more."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from mail import charset
from mail.budget import Spending
from mail.shapes import Embedded, Text
from mail.text_of import Hint, Reader, archive, html, mail, office, other_archives, pdf, plain, rtf, sheets
from mail.text_of._wrapped import NOTHING, unwrapped
from mail.text_of.plain import is_text, may_be_uu

AMBIGUOUS = "misdeclared_charset"
_OF_MEMBERS = frozenset(
    (
        *archive.KINDS,
        *other_archives.KINDS,
        *office.KINDS,
        *sheets.KINDS,
        *mail.KINDS,
        *pdf.KINDS,
        *rtf.KINDS,
    )
)
"""Formats whose text is in their members, each of which is read for itself; octets between them are no text."""


def read_twice(reader: Reader, data: bytes, hint: Hint, spending: Spending) -> Text:
    """What the reader reads, and what more can be read in text."""
    first = reader.read(data, hint, spending)
    if hint.kind != "plain" and (hint.kind in _OF_MEMBERS or not is_text(data)):
        return first
    declared = html.charset_of(data, hint) if hint.kind == "html" else hint.charset
    more = [unwrapped(data, declared, spending)]
    if hint.kind not in plain.KINDS and may_be_uu(data):
        more.append(Text(embedded=plain.read(data, replace(hint, kind="plain"), spending).embedded))
    other, doubtful = charset.second_reading(data, declared)
    if other:
        more.append(reader.read(other.encode("utf-8", "replace"), replace(hint, charset="utf-8"), spending))
        more.append(Text(ambiguous=(AMBIGUOUS,) if doubtful else ()))
    elif len(more) == 1 and more[0] is NOTHING:
        return first
    return _together([first, *more])


def _together(found: list[Text]) -> Text:
    """One text of several; a file that came out twice is one. Blocks are copied only where there are more of them."""
    blocks = [text.blocks for text in found if text.blocks]
    return Text(
        blocks[0] if len(blocks) == 1 else tuple(chain.from_iterable(blocks)),
        tuple(dict.fromkeys(lost for text in found for lost in text.lost)),
        tuple(_distinct(file for text in found for file in text.embedded)),
        tuple(dict.fromkeys(name for text in found for name in text.ambiguous)),
        tuple(dict.fromkeys(link for text in found for link in text.links)),
    )


def _distinct(files: Iterable[Embedded]) -> Iterable[Embedded]:
    known: dict[bytes, Embedded] = {}
    for file in files:
        known.setdefault(file.data, file)
    return known.values()
