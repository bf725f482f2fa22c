"""Greeting: whom the first lines of a text address by name: 「田中様」, "Dear Ms Sato"."""

import re
from collections.abc import Iterator, Sequence

from mail.shapes import Block, Paragraphs, Part
from rules.family_names import family_of

_LINES = 8
"""A greeting stands in the first lines that are not empty."""
_TOP = 4096
"""Characters in which they stand."""
_LONGEST = 60
"""Characters of such a line."""
# From the beginning of a line: company and office, the name (a given name may be in hiragana), the honorific; no sentence.
_JA = re.compile(r"([^ぁ-ん。:：]{1,40}?[ぁ-ん]{0,4})[ 　]{0,9}(?:様|さま|殿|さん|先生)(?=[。.!！ 　]|$)")
_BETWEEN = re.compile(r"[、,，/／・]|\bcc[:：]", re.IGNORECASE)
_OFFICES = ("部", "課", "室", "係", "科", "局", "社", "店", "所", "長", "会", "院", "校")
_TITLES = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau)\.?"
_EN = re.compile(
    rf"^(?:Dear|Hi|Hello|Good (?:morning|afternoon|evening)|Sehr geehrte[r]?),? {_TITLES} (?:[A-Z][\w'’.-]* )?([A-Z][\w'’-]+)[ ]?[,:!.]?$"
)
_SAN = re.compile(r"^(?:(?:Dear|Hi|Hello) )?([A-Z][a-z']{1,20})[- ]?(?:san|sama|sensei)[ ]?[,:!.]?$", re.IGNORECASE)


def addressed(parts: Sequence[Part]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Family names that the body's first lines speak to: those in kanji, those in Latin letters."""
    kanji: dict[str, None] = {}
    words: dict[str, None] = {}
    for line in _first_lines(parts):
        for found in map(_JA.match, map(str.strip, _BETWEEN.split(line))):
            if found is None:
                continue
            named = (family_of(word) for word in found[1].split() if not word.endswith(_OFFICES))
            if family := next(filter(None, named), ""):
                kanji[family] = None
        if spoken := _EN.match(line) or _SAN.match(line):
            words[spoken[1]] = None
    return tuple(kanji), tuple(words)


def _first_lines(parts: Sequence[Part]) -> Iterator[str]:
    body = next((part for part in parts if part.is_body and (isinstance(part.blocks, Paragraphs) or part.blocks)), None)
    left = _LINES
    for line in _lines(body.blocks) if body else ():
        if line.startswith((">", "|", "From:", "差出人", "-----")):
            return  # what somebody else wrote
        if line and len(line) <= _LONGEST:
            yield line
        left -= bool(line)
        if not left:
            return


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    """The lines at the top; a large text is not cut into blocks for them."""
    if isinstance(blocks, Paragraphs):
        yield from map(str.strip, blocks.beginning(_TOP).splitlines())
    else:
        yield from (" ".join(row).strip() for block in blocks for row in block.rows)
