"""Postal address: a house number with prefecture, city, ward, town or village in front of it in the same cell or line."""

import re
from collections.abc import Iterator

from rules.personal.columns import is_address
from rules.personal.scan import Hit, Sample, Scan, Weight, word_list

WEIGHT = Weight.RECORD
_PREFECTURES = "|".join(sorted(word_list("prefectures.txt")))
_BACK = 48
_KANJI_NUMBER = "一二三四五六七八九十百〇"
_NUMBER = re.compile(
    rf"(?<![0-9-])(?:\d{{1,4}}|(?<![{_KANJI_NUMBER}])[{_KANJI_NUMBER}]{{1,4}})[ ]?(?:丁目|番地|番(?!号|目|組)|-\d{{1,4}}(?:-\d{{1,4}})?(?![0-9-]))"
    rf"(?:[ の]?(?:\d{{1,4}}|[{_KANJI_NUMBER}]{{1,4}})[ ]?(?:番地|番|号|-)?){{0,3}}"
)
_PLACE = re.compile(
    rf"(?:{_PREFECTURES})[^\s,、。()「」]{{1,40}}\Z|[一-鿿々ヶケァ-ヴぁ-ん]{{1,7}}?[市区郡町村][^\s,、。()「」0-9]{{0,24}}\Z"
)
_PLACE_SIGN = re.compile("[市区郡町村都道府県]")
"""Every place has one of them."""
_NO_PLACE = re.compile(r"[\s,、。()「」]")
_HYPHEN = re.compile(rb"-[0-9]")
_HOUSE = re.compile(r"\d")
_PLACE_WORD = re.compile(rf"{_PREFECTURES}|[市区郡町村]")
_SHORTEST_ABROAD = 10


def find(scan: Scan) -> Iterator[Hit]:
    """Addresses with house number; in a column of addresses also in other forms and of other countries."""
    taken: set[int] = set()
    text = scan.text
    for start, end in _rows(scan):
        for found in _NUMBER.finditer(text, start, end):
            place = _place(text[max(0, found.start() - _BACK) : found.start()])
            if place:
                at = found.start() - len(place)
                taken.add(at)
                yield Hit(at, (place + found[0]).replace(" ", ""))
    wanted = frozenset(number for number, name in enumerate(scan.header) if is_address(name))
    for start, cell in scan.cells_of(wanted):
        if not any(s in taken for s in range(start, start + len(cell))) and _is_address(cell):
            yield Hit(start, cell.strip().replace(" ", ""))


def _rows(scan: Scan) -> Iterator[tuple[int, int]]:
    """Rows with a sign of a place and one of a house number: start and end."""
    text = scan.text
    if text.isascii():
        return
    signs = [found.start() for found in _HYPHEN.finditer(scan.octets)]
    signs += [at for word in ("丁目", "番") for at in _places(text, word)]
    end = -1
    for sign in sorted(signs):
        if sign <= end:
            continue
        start = text.rfind("\n", max(0, end), sign) + 1 or max(0, end)
        end = text.find("\n", sign)
        end = end if end >= 0 else len(text)
        if _PLACE_SIGN.search(text, start, end):
            yield start, end


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _place(window: str) -> str:
    """The place that ends where the window does, "" where there is none; nothing that ends a word stands in it."""
    last = _NO_PLACE.split(window)[-1]
    found = _PLACE.search(last) if _PLACE_SIGN.search(last) else None
    return found[0] if found else ""


def _is_address(cell: str) -> bool:
    """In a column of addresses: a digit, and a Japanese place or several words."""
    if not _HOUSE.search(cell) or "@" in cell:
        return False
    return bool(_PLACE_WORD.search(cell)) or (
        len(cell) >= _SHORTEST_ABROAD and " " in cell.strip() and sum(c.isalpha() for c in cell) > len(cell) // 3
    )


EXAMPLES = (
    Sample("with prefecture", (("岐阜県郡上市大和町島３－１７－８ ハイツ山手507",),), ("岐阜県郡上市大和町島3-17-8",)),
    Sample(
        "chome and banchi",
        (("〒949-3555 新潟県上越市吉川区上名木1丁目1番2号",),),
        ("新潟県上越市吉川区上名木1丁目1番2号",),
    ),
    Sample("city alone", (("燕市本町4-19-20",),), ("燕市本町4-19-20",)),
    Sample("kanji numerals", (("山口県下関市豊浦町三丁目十番二号",),), ("山口県下関市豊浦町三丁目十番二号",)),
    Sample(
        "abroad, in its column",
        (("Trappstraße 423, 91368 Kötzting",),),
        ("Trappstraße423,91368Kötzting",),
        ("Address",),
    ),
    Sample("a place without a number", (("山口県宇部市際波の人口は3309人",), ("北海道江別市５条の人口は7798人",))),
    Sample("a telephone behind a city", (("横浜市の連絡先 045-123-4567",),)),
    Sample("a version", (("ver 1-2-3",),)),
)
