"""XML cut into tags and text in one pass: no entities but the five and numbers, nothing external, no tree, no recursion."""

import re
from collections.abc import Callable, Iterator
from itertools import chain, filterfalse
from typing import NamedTuple

from mail.charset import decode
from mail.text_of._references import unescape
from mail.text_of._rest import TELLING, Rest

_CHUNK = 1024 * 1024
# XML 1.0 2.5 and 2.7; what is never closed goes on to the end.
_ASIDE = re.compile(r"<!--(?P<comment>.*?)(?:-->|\Z)|<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)", re.DOTALL)
# White space around the = of an attribute (XML 1.0 2.3): rare, and looked for once a document, not once a tag.
_LOOSE = re.compile(r"=(?:(?<=\s=)|(?=\s))")
_DULL = 4096
"""Tags that are remembered: most are the same over and over."""
_LONGEST = 500
_TAG = re.compile("<[^<>]*+>")
_EQUALS = re.compile(r"\s{0,80}=\s{0,80}")


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


Said = tuple[str, str, str, bool, bool]
"""Name, prefix, attributes, closing, empty."""


class Matters:
    """Which elements mean something to who reads, with no text behind them; those that do not, and say nothing, are known in the next document."""

    __slots__ = ("_matters", "dull")

    def __init__(self, matters: Callable[[str, bool, bool], bool]) -> None:
        """`matters`: of the name, `closing`, `empty`."""
        self._matters = matters
        self.dull: set[str] = set()

    def left_of(self, pieces: Iterator[str], dull: set[str]) -> Iterator[str]:
        """Without the tags that are known to be dull, everywhere or here."""
        return filterfalse(dull.__contains__, filterfalse(self.dull.__contains__, pieces))

    def __call__(self, name: str, closing: bool, empty: bool) -> bool:
        """As it was given."""
        return self._matters(name, closing, empty)

    def forget(self, piece: str) -> None:
        """Pass a tag over from now on; as many as there is room for."""
        if len(piece) <= _LONGEST:
            if len(self.dull) >= _DULL:
                self.dull.clear()
            self.dull.add(piece)


_SAID: dict[str, Said] = {}
"""Tags of any document whose attributes say nothing."""


def tags(data: bytes, rest: Rest | None = None, matters: Matters | None = None) -> Iterator[Tag]:
    """Every tag in order; broken markup gives odd tags, never an error.

    Comments, instructions and telling attributes go to `rest`; without one they are passed over. What does not matter is left out: mostly three
    tags of four, and the same ones over and over.
    """
    text = decode(data)[0]
    rest = Rest() if rest is None else rest
    if "<!" in text:
        text = _ASIDE.sub(lambda found: _put_aside(found, rest), text)
    if _LOOSE.search(text):
        text = _TAG.sub(lambda found: _EQUALS.sub("=", found[0]), text)
    before = text.partition("<")[0].strip("\ufeff \t\r\n")
    return chain((_no_element(unescape(before)),) if before else (), _elements(text, rest, matters))


def _elements(text: str, rest: Rest, matters: Matters | None) -> Iterator[Tag]:
    dull: set[str] = set()  # here: what they say is in the rest already
    known = _SAID
    new = (
        tuple.__new__
    )  # a tag is made a million times in a large sheet: what checks its length costs as much as it does
    pieces = chain.from_iterable(_pieces(text))
    for piece in matters.left_of(pieces, dull) if matters else pieces:
        inside, closed, behind = piece.partition(">")
        if "&" in behind:
            behind = unescape(behind)
        said = known.get(inside)
        is_telling = False
        if said is None or not closed:
            if not closed or inside[:1] in {"?", "!"}:
                rest.text(unescape(inside))
                yield _no_element(behind)
                continue
            said = _said(inside)
            if is_telling := said[2] != "" and TELLING.search(said[2]) is not None:
                rest.attributes(said[2])
            else:
                _keep(inside, said)
        name, prefix, attributes, is_closing, is_empty = said
        if not behind and matters and not matters(name, is_closing, is_empty):
            if not is_telling:
                matters.forget(piece)
            elif len(dull) < _DULL:
                dull.add(piece)
            continue
        yield new(Tag, (name, prefix, attributes, behind, is_closing, is_empty))


def _keep(inside: str, said: Said) -> None:
    if len(inside) > _LONGEST:
        return
    if len(_SAID) >= _DULL:
        _SAID.clear()
    _SAID[inside] = said


def _said(inside: str) -> Said:
    """Name, prefix, attributes, and which kind of tag it is."""
    if inside[:1] == "/":
        prefix, _, name = inside[1:].rpartition(":")
        return name, prefix, "", True, False
    empty = inside[-1:] == "/"
    pieces = (inside[:-1] if empty else inside).split(None, 1)
    name, attributes = pieces if len(pieces) > 1 else (pieces[0] if pieces else "", "")
    prefix, _, name = name.rpartition(":")
    return name, prefix, attributes, False, empty


def _no_element(text: str) -> Tag:
    return Tag("", "", "", text, False, False)


def _put_aside(found: re.Match[str], rest: Rest) -> str:
    """A CDATA section as the text it is; a comment as nothing, so that the text around it stays together."""
    if found["data"] is not None:
        return found["data"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    rest.text(found["comment"])
    return ""


def _pieces(text: str) -> Iterator[list[str]]:
    """What stands between two `<`, a chunk at a time: splitting all at once would cost many times the text."""
    position = text.find("<") + 1
    while 0 < position < len(text):
        cut = text.rfind("<", position, position + _CHUNK)
        if cut < 0 or position + _CHUNK >= len(text):
            cut = len(text) if position + _CHUNK >= len(text) else text.find("<", position)
            cut = len(text) if cut < 0 else cut
        yield text[position:cut].split("<")
        position = cut + 1


def attribute(tag: Tag, name: str) -> str:
    """Value of an attribute, by its local name; "" without.

    >>> attribute(Tag("c", "", 'r="B2" x:t="s"', "", False, False), "t")
    's'
    """
    text = tag.attributes
    at = text.find(name + "=")
    while at >= 0:
        if at == 0 or text[at - 1] in " :\t\r\n":
            quote = text[at + len(name) + 1 : at + len(name) + 2]
            if quote in {'"', "'"}:
                start = at + len(name) + 2
                end = text.find(quote, start)
                value = text[start : end if end >= 0 else len(text)]
                return unescape(value) if "&" in value else value
        at = text.find(name + "=", at + 1)
    return ""
