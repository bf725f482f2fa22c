"""XML cut into tags and text in one pass: no entities but the five and numbers, nothing external, no tree, no recursion."""

from collections.abc import Iterator
from typing import NamedTuple

from mail.charset import decode
from mail.text_of._references import unescape

_CHUNK = 1024 * 1024


class Tag(NamedTuple):
    """A tag and the text behind it, up to the next tag."""

    name: str
    """Without its namespace prefix; "" for what is no element."""
    prefix: str
    attributes: str
    """As written; see `attribute`."""
    text: str
    closing: bool
    """`</name>`."""
    empty: bool
    """`<name/>`."""


class DoctypeError(Exception):
    """A document type with declarations: no office program writes one, and entities live there."""


def tags(data: bytes) -> Iterator[Tag]:
    """Every tag in order; broken markup gives odd tags, never an error."""
    head = data[:4096]
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise DoctypeError("document type")
    text = decode(data)[0]
    make = Tag._make  # half of the time is spent here: a tag is made a million times in a large sheet
    for piece in _pieces(text):
        inside, closed, behind = piece.partition(">")
        first = inside[:1]
        if not closed or first in {"?", "!"}:
            yield _no_element(inside, behind)
            continue
        if "&" in behind:
            behind = unescape(behind)
        if first == "/":
            prefix, _, name = inside[1:].rpartition(":")
            yield make((name, prefix, "", behind, True, False))
            continue
        empty = inside[-1:] == "/"
        if empty:
            inside = inside[:-1]
        pieces = inside.split(None, 1)
        name, attributes = pieces if len(pieces) > 1 else (pieces[0] if pieces else "", "")
        prefix = ""
        if ":" in name:
            prefix, _, name = name.rpartition(":")
        yield make((name, prefix, attributes, behind, False, empty))


def _no_element(inside: str, behind: str) -> Tag:
    """A comment, an instruction, or text that only looks like a tag."""
    found = inside.removeprefix("![CDATA[").removesuffix("]]") if inside.startswith("![CDATA[") else ""
    return Tag("", "", "", found + behind, False, False)


def _pieces(text: str) -> Iterator[str]:
    """What stands between two `<`, a chunk at a time: splitting all at once would cost many times the text."""
    position = text.find("<") + 1
    while 0 < position < len(text):
        cut = text.rfind("<", position, position + _CHUNK)
        if cut < 0 or position + _CHUNK >= len(text):
            cut = len(text) if position + _CHUNK >= len(text) else text.find("<", position)
            cut = len(text) if cut < 0 else cut
        yield from text[position:cut].split("<")
        position = cut + 1


def attribute(tag: Tag, name: str) -> str:
    """Value of an attribute, by its local name; "" without.

    >>> attribute(Tag("c", "", 'r="B2" x:t="s"', "", False, False), "t")
    's'
    """
    text = tag.attributes
    at = text.find(name + "=")
    while at >= 0:
        if at == 0 or text[at - 1] in " :\t\r":
            quote = text[at + len(name) + 1 : at + len(name) + 2]
            if quote in {'"', "'"}:
                start = at + len(name) + 2
                end = text.find(quote, start)
                value = text[start : end if end >= 0 else len(text)]
                return unescape(value) if "&" in value else value
        at = text.find(name + "=", at + 1)
    return ""
