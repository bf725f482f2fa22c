"""Own terms: the words and patterns of an organisation, looked for in one pass over a text; counted, never shown."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rules.base import Action
from rules.personal.normal import plain

Place = Literal["subject", "body", "attachments", "names"]
PLACES: tuple[Place, ...] = ("subject", "body", "attachments", "names")

# Letters and digits that belong to a word of the Latin script.
_LATIN = "0-9a-z_\u00df-\u024f"
_IS_LATIN = re.compile(f"[{_LATIN}]")
# A line that was cut in Japanese text, with the mark of quotation in the next one: there is no blank where it was cut.
_CUT = re.compile(r"\n(?<=[^\x00-\x7f]\n)[> \t]{0,4}(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Term:
    """`[[rules.content-keyword.terms]]`: one matter of the organisation, with the words and patterns that speak of it."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read once by whoever checks settings

    label: str
    """What it is called on the page and in the journal: a code name's own code, not the name."""
    owner: str
    """Who answers for it, and whom a sender may ask: a mailbox of our own, or a person of `[[organisation.people]]`."""
    words: tuple[str, ...] = ()
    """Whatever their case and width; a word of Latin letters is not found inside another word."""
    patterns: tuple[str, ...] = ()
    """Regular expressions for texts in half width; every repeat has an end; ^ and $ are those of lines."""
    where: tuple[Place, ...] = PLACES
    count: int = 1
    """In so many places at least."""
    action: Action | None = None
    """Without one, that of the rule."""
    message_ja: str = ""
    message_en: str = ""
    """What the sender reads beside it."""


class Finder:
    """All words of some terms as one expression, and their patterns beside it."""

    def __init__(self, terms: Iterable[Term]) -> None:
        words: dict[str, list[tuple[str, str]]] = {}
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        for term in terms:
            self._patterns += [(term.label, re.compile(pattern, re.MULTILINE)) for pattern in term.patterns]
            for word in term.words:
                if pieces := plain(word).lower().split():
                    words.setdefault(pieces[0][:2], []).append((term.label, _expression(pieces)))
        # Of the words that begin alike all are tried at once: mostly none of them is there.
        self._words = {
            begin: (
                re.compile("|".join(dict.fromkeys(e for _, e in own))),
                [(label, re.compile(e)) for label, e in own],
            )
            for begin, own in words.items()
        }
        # The first letter is consumed and the second only looked at: a word that begins inside another one is found as well.
        begins = (re.escape(b[:1]) + (f"(?={re.escape(b[1])})" if b[1:] else "") for b in sorted(self._words))
        self._begin = re.compile("|".join(begins)) if self._words else None

    def count(self, text: str) -> Counter[str]:
        """In how many places of a text each term stands, by its label."""
        normal = _joined(plain(text))
        found = Counter(label for label, pattern in self._patterns for _ in pattern.finditer(normal))
        return found + Counter(self._of_words(normal.lower())) if self._begin else found

    def _of_words(self, text: str) -> Iterator[str]:
        assert self._begin
        for start in self._begin.finditer(text):
            at = start.start()
            for begin in dict.fromkeys((text[at : at + 2], text[at])):
                any_of_them, each = self._words.get(begin, (None, ()))
                if any_of_them and any_of_them.match(text, at):
                    yield from {label for label, word in each if word.match(text, at)}


@lru_cache(maxsize=16)
def finder(terms: tuple[Term, ...]) -> Finder:
    """Made once for the terms of a configuration."""
    return Finder(terms)


def _expression(pieces: list[str]) -> str:
    """A word of one or several pieces, whatever blanks stand between them, and the mark of quotation behind a cut."""
    before = f"(?<![{_LATIN}])" if _IS_LATIN.match(pieces[0]) else ""
    behind = f"(?![{_LATIN}])" if _IS_LATIN.match(pieces[-1][-1]) else ""
    return before + r"[\s>]{1,6}".join(map(re.escape, pieces)) + behind


def _joined(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return text if text.isascii() else _CUT.sub("", text)
