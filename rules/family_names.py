"""Family names: kanji → readings in Latin letters, folded to one form for all spellings; from `name_readings.txt`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from rules.address_forms import romaji

LONGEST: Final = 5
"""Letters of a family name in kanji."""
OTHER_FORMS: Final = str.maketrans(
    "﨑嵜髙𠮷濱濵邊邉齋齊斉澤廣櫻眞德冨國嶋會栁", "崎崎高吉浜浜辺辺斎斎斎沢広桜真徳富国島会柳"
)


@dataclass(frozen=True, slots=True)
class _Names:
    readings: Mapping[str, frozenset[str]]
    """Of a family name in kanji, in the forms of `plain_form`."""
    families: frozenset[str]
    """Readings of family names."""
    given: frozenset[str]
    """Readings of given names."""
    usual: frozenset[str]
    """Family names of `names_latin.txt` that stand there under no given names."""


def folded(word: str) -> str:
    """A word in Latin letters in the same form.

    >>> folded("Satoh"), folded("hattori")
    ('sato', 'hatori')
    """
    plain = word.lower()
    while (again := _single(romaji(plain))) != plain:  # long vowels of long vowels
        plain = again
    return plain


def family_of(text: str) -> str:
    """The family name at the beginning of a name in kanji, the longest; "" where none is known.

    >>> family_of("田中太郎"), family_of("佐々木"), family_of("御中")
    ('田中', '佐々木', '')
    """
    if text.isascii():
        return ""  # all of them are in kanji
    plain = plain_form(text)
    known = _names().readings
    return next((plain[:size] for size in range(min(LONGEST, len(plain)), 0, -1) if plain[:size] in known), "")


def readings(family: str) -> frozenset[str]:
    """How a family name in kanji is written in Latin letters, in the form of `folded`."""
    return _names().readings.get(plain_form(family), frozenset())


def is_family(word: str) -> bool:
    """Whether a word in Latin letters is a family name rather than a given name; of those that are both, the usual ones count."""
    plain = folded(word)
    names = _names()
    return plain in names.families and (plain in names.usual or plain not in names.given)


def plain_form(text: str) -> str:
    """Letters that names are written with in several forms in the usual one of them.

    >>> plain_form("髙﨑")
    '高崎'
    """
    return text.translate(OTHER_FORMS)


def _single(text: str) -> str:
    """Each letter once where it stands twice: hattori, hatori."""
    return "".join(letter for at, letter in enumerate(text) if letter != text[at - 1 : at])


@cache
def _names() -> _Names:
    readings_: dict[str, set[str]] = defaultdict(set)
    given: frozenset[str] = frozenset()
    for line in (files("rules") / "name_readings.txt").read_text("utf-8").splitlines():
        first, *rest = line.split(" ")
        if first == "=":
            given = frozenset(rest)
        elif first != "#":
            for name in rest:
                readings_[plain_form(name)].add(first)
    families = frozenset().union(*readings_.values())
    return _Names({n: frozenset(r) for n, r in readings_.items()}, families, given, _usual())


def _usual() -> frozenset[str]:
    sections: dict[str, set[str]] = defaultdict(set)
    heading = ""
    for line in (files("rules") / "names_latin.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line
        else:
            sections[heading].update(map(folded, line.split()))
    return frozenset(sections["# Family names"] - sections["# Given names"])
