"""The place in front of a house number: prefecture, municipality and town as one writes them, or a town alone."""

import re
from typing import NamedTuple

from rules.personal.places import PREFECTURES, behind_town, is_municipality, is_town, municipality

BACK = 48
"""So far before its number a place begins."""
_PREFECTURE = re.compile("|".join(sorted(PREFECTURES)))
_SIGN = re.compile("[市区郡町村都道府県]")
"""Every place but a town has one of them."""
_ENDS_WORD = re.compile(r"[\s,、。()「」:;\"'<>|]")
_SHAPE = re.compile(r"[一-鿿々ヶケァ-ヴぁ-ん]{1,7}?[市区郡町村][^\s,、。()「」0-9]{0,24}\Z")
# What leads from a municipality to a house: 北1条西, 13番町, 4地割; no sentence.
_WAY = re.compile(r"(?>[^\s0-9]|[0-9]{1,3}(?:条|線|丁目|番町|地割|区|号|丁)){0,24}\Z")
_LONGEST_WAY = 40
_BEFORE_WAY = "市"
_PARTICLE = re.compile(
    "[一-鿿ァ-ヴー](?:[はをにで]|(?<=[都道府県市区町村])の|が(?![丘谷原浜野台峰沢崎森関鼻池岡作根島ヶ]))"
)
_PIECE = re.compile(r"(?:^|[\s,:\"'>|〒0-9-])([^\s,:\"'>|〒0-9-]{2,14})[ \t]\Z")
_MOST_PIECES = 3
# A label or a postal code says that a town and a number are an address.
_SAYS_IT = re.compile(
    r"(?:(?:住所|所在地|送付先|届け?先|居所|本籍地?|自宅)[1-2]?[ :\t]{0,2}|[0-9]{3}-?[0-9]{4}[ \t]{0,2})\Z"
)
_LABEL = 12
_DIGIT = re.compile("[0-9]")


class Place(NamedTuple):
    """Where it begins in the text, and its letters without blanks."""

    start: int
    letters: str
    weak: bool = False
    """A town, or what has the shape of one: an address only beside other data of a person."""


def place_before(text: str, end: int, least: int = 0) -> Place | None:
    """The place that ends there; nothing before `least` belongs to it."""
    window = text[max(least, end - BACK) : end]
    last = _ENDS_WORD.split(window)[-1]
    if _SIGN.search(last):
        begin = _begin_of(last)
        if begin is not None:
            return _with_more(text, end - len(last) + begin, last[begin:], least)
    if _is_way(last):
        found = _with_more(text, end - len(last), last, least)
        if found.letters != last:
            return found
    if is_town(last):
        start = end - len(last)
        return Place(start, last, weak=not _SAYS_IT.search(text, max(0, start - _LABEL), start))
    shaped = _SHAPE.search(last)
    return (
        Place(end - len(shaped[0]), shaped[0], weak=True)
        if shaped and _is_way(shaped[0]) and not _PARTICLE.search(shaped[0])
        else None
    )


def _begin_of(word: str) -> int | None:
    """Where in a word a known prefecture or municipality begins from which a way leads to its end."""
    prefecture = _PREFECTURE.search(word)
    if prefecture:
        way = word[prefecture.end() :]
        return prefecture.start() if 0 < len(way) <= _LONGEST_WAY and _leads(way) else None
    known = municipality(word)
    return known[0] if known and _is_way(word[known[1] :]) and _leads(word[known[1] :]) else None


def _leads(way: str) -> bool:
    """Whether it is no sentence: a particle only in a place that is known."""
    if not _PARTICLE.search(_BEFORE_WAY + way):
        return True
    known = municipality(way)
    return not _PARTICLE.search(_BEFORE_WAY + behind_town(way[known[1] :] if known and not known[0] else way))


def _is_way(way: str) -> bool:
    return _WAY.match(way) is not None


def _with_more(text: str, start: int, letters: str, least: int) -> Place:
    """With prefecture and municipality in words or cells of their own in front."""
    for _ in range(_MOST_PIECES):
        found = _PIECE.search(text, max(least, start - BACK), start) if text[start - 1 : start] in {" ", "\t"} else None
        if not found or not _is_region(found[1]) or _PREFECTURE.match(letters):
            break
        start, letters = found.start(1), found[1] + letters
    return Place(start, letters)


def _is_region(word: str) -> bool:
    """A prefecture, a municipality, or both."""
    prefecture = _PREFECTURE.match(word)
    return (
        is_municipality(word[prefecture.end() :]) or prefecture.end() == len(word)
        if prefecture
        else is_municipality(word)
    )


def begins_with_town(cell: str) -> bool:
    """Whether a cell is a town and a number, as under the name of a column.

    >>> begins_with_town("赤坂9-7-1"), begins_with_town("未定 3")
    (True, False)
    """
    digit = _DIGIT.search(cell)
    return digit is not None and is_town(cell[: digit.start()].strip())


def begins_with_place(text: str) -> bool:
    """Whether a prefecture, a municipality or a town begins it.

    >>> begins_with_place("横浜市西区"), begins_with_place("赤坂9-7-1"), begins_with_place("在庫")
    (True, True, False)
    """
    known = municipality(text)
    return _PREFECTURE.match(text) is not None or (known is not None and known[0] == 0) or begins_with_town(text)
