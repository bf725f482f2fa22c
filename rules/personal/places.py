"""Places of Japan: prefectures, municipalities, and the towns in them; which of them a piece of text ends or begins with."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rules.personal.town_forms import folded
from rules.personal.word_files import packed, sections

_BY_PREFECTURE = sections("municipalities.txt")
PREFECTURES = frozenset(_BY_PREFECTURE)
_SIGN = re.compile("[市区町村郡]")
_SHORTEST, _LONGEST = 2, 10
_LONGEST_TOWN = 10


def _alone() -> Iterator[str]:
    """Municipalities as people write them: with and without their 郡, cities without their ward, wards without their city."""
    for names in _BY_PREFECTURE.values():
        for name in names:
            yield name
            great, _, ward = name.rpartition("市")
            if great and ward:
                yield from (f"{great}市", ward)
            _, district, town = name.partition("郡")
            if district and len(town) > 1:
                yield town


_MUNICIPALITIES = frozenset(_alone())
_TOWNS = packed("towns.words")


def is_municipality(text: str) -> bool:
    """Whether it is one, and no more.

    >>> is_municipality("横浜市西区"), is_municipality("西区"), is_municipality("村田製作所")
    (True, True, False)
    """
    return text in _MUNICIPALITIES


@lru_cache(maxsize=4096)
def municipality(text: str) -> tuple[int, int] | None:
    """Where the first one that is known begins and ends.

    >>> municipality("本社は港区赤坂"), municipality("市場調査")
    ((3, 5), None)
    """
    for sign in _SIGN.finditer(text):
        end = sign.end()
        for size in range(min(_LONGEST, end), _SHORTEST - 1, -1):
            if text[end - size : end] in _MUNICIPALITIES:
                return end - size, end
    return None


@lru_cache(maxsize=4096)
def is_town(text: str) -> bool:
    """Whether it is the name of a town or quarter, with 大字 in front or not; nearly every family name is one, too.

    >>> is_town("みなとみらい"), is_town("大字上野"), is_town("電話")
    (True, True, False)
    """
    return folded(text.removeprefix("大字").removeprefix("字")) in _TOWNS


def behind_town(text: str) -> str:
    """What is left behind the longest name of a town at the beginning; all of it where there is none."""
    bare = text.removeprefix("大字").removeprefix("字")
    plain = folded(bare)
    size = next((n for n in range(min(_LONGEST_TOWN, len(plain)), 1, -1) if plain[:n] in _TOWNS), 0)
    return bare[size:] if size else text
