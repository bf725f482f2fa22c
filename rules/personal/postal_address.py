"""Postal address: a house number with prefecture, city, ward, town or village in front of it in the same cell or line."""

import re
from collections.abc import Iterator

from rules.personal.address_abroad import beside, labelled
from rules.personal.columns import is_address
from rules.personal.scan import Hit, Kind, Sample, Scan, Weight, word_list

WEIGHT = Weight.RECORD
BESIDE = beside
KIND = Kind("住所", "postal address", "postal addresses")
_PREFECTURES = "|".join(sorted(word_list("prefectures.txt")))
_BACK = 48
_KANJI_NUMBER = "一二三四五六七八九十百〇"
_NUMBER = re.compile(
    rf"(?:[0-9](?<![0-9-][0-9])[0-9]{{0,3}}|[{_KANJI_NUMBER}](?<![{_KANJI_NUMBER}0-9-][{_KANJI_NUMBER}])[{_KANJI_NUMBER}]{{0,3}})[ ]?(?:丁目|番地|番(?!号|目|組)|-\d{{1,4}}(?:-\d{{1,4}})?(?![0-9-]))"
    rf"(?:[ の]?(?:\d{{1,4}}|[{_KANJI_NUMBER}]{{1,4}})[ ]?(?:番地|番|号|-)?){{0,3}}"
)
# A number that ends an address by itself: behind the name of a quarter, a 字, or the streets of Kyoto (通 … 上る, 下る, 入る).
_ENDS = r"([0-9]{1,4})(?=[\s,、。)」]|$)"
_BARE = {
    "町": re.compile(rf"町{_ENDS}"),
    "字": re.compile(r"字[^\s0-9]{1,10}([0-9]{1,4})(?![0-9年月日人名戸世号-])"),
    "通": re.compile(rf"通[^\s0-9]{{1,8}}[上下入][るル]?[^\s0-9]{{0,12}}{_ENDS}"),
}
_PLACE = re.compile(
    rf"(?:{_PREFECTURES})[^\s,、。()「」]{{1,40}}\Z|[一-鿿々ヶケァ-ヴぁ-ん]{{1,7}}?[市区郡町村][^\s,、。()「」0-9]{{0,24}}\Z"
)
_PLACE_SIGN = re.compile("[市区郡町村都道府県]")
"""Every place has one of them."""
_NO_PLACE = re.compile(r"[\s,、。()「」]")
_PARTICLE = re.compile("[のはがをにで]")
_HYPHEN = re.compile(rb"-[0-9]")
_HOUSE = re.compile(r"\d")
_PLACE_WORD = re.compile(
    rf"{_PREFECTURES}|[市区郡町村區縣鄉鎮路街道巷弄縣县省號号]|[가-힣](?:시|도|구|군|동|로|길|읍|면)\b"
)
# Prefecture, city and number, at most a house and a room behind them: nothing in it can be a telephone or a code.
_ALONE = re.compile(
    rf"(?:{_PREFECTURES})?[一-鿿々ヶケァ-ヴぁ-んー ]{{2,40}}(?:[0-9]{{1,4}}[^0-9@]{{1,20}}){{0,4}}[0-9]{{1,4}}[^0-9@]{{0,12}}"
)
_SHORTEST_ABROAD = 10


def find(scan: Scan) -> Iterator[Hit]:
    """Addresses with house number; in a column of addresses also in other forms and of other countries."""
    taken: set[int] = set()
    text = scan.text
    for start, end in _rows(scan):
        for found in _NUMBER.finditer(text, start, end):
            window = text[max(0, found.start() - _BACK) : found.start()]
            place = _place(window) or _place_before_blank(window, found[0])
            if place:
                at = found.start() - len(place) - (window[-1:] == " ")
                taken.add(at)
                yield Hit(at, (place + found[0]).replace(" ", ""))
    for start, number in _bare(text):
        place = _place(text[max(0, start - _BACK) : start])
        if place and start - len(place) not in taken:
            taken.add(start - len(place))
            yield Hit(start - len(place), place + number)
    wanted = frozenset(number for number, name in enumerate(scan.header) if is_address(name))
    for start, cell in scan.cells_of(wanted):
        if taken.isdisjoint(range(start, start + len(cell))) and _is_address(cell):
            taken.update(range(start, start + len(cell)))
            yield Hit(start, cell.strip().replace(" ", ""))
    yield from (hit for hit in labelled(scan) if hit.start not in taken)


def _bare(text: str) -> Iterator[tuple[int, str]]:
    """Numbers that end an address by themselves: start and digits."""
    for sign, pattern in _BARE.items():
        for found in pattern.finditer(text) if sign in text else ():
            yield found.start(1), found[1]


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


def _place_before_blank(window: str, number: str) -> str:
    """The same with a blank before the number, as PDF and Word put one between kanji and digits; a telephone begins with a nought."""
    place = _place(window[:-1]) if window[-1:] == " " and number[0] != "0" else ""
    return "" if _PARTICLE.search(place) else place


def in_cell(cell: str) -> str:
    """The Japanese address that a cell under an address's name is and no more, "" where it is none."""
    return cell.replace(" ", "") if _ALONE.fullmatch(cell) and _PLACE_WORD.search(cell) and _HOUSE.search(cell) else ""


def _is_address(cell: str) -> bool:
    """In a column of addresses: a digit, and a place of East Asia or several words."""
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
    Sample(
        "with blanks, as from a PDF",
        (("神奈川県藤沢市栄町 3-11-9", "東京都八王子市幸町 2 丁目 20 番 21 号"),),
        ("神奈川県藤沢市栄町3-11-9", "東京都八王子市幸町2丁目20番21号"),
    ),
    Sample("Kyoto", (("京都府京都市中京区寺町通御池下る亀屋町32",),), ("京都府京都市中京区寺町通御池下る亀屋町32",)),
    Sample(
        "大字 and 字",
        (("長野県松本市大字下条字前田22", "今治市大字上野23"),),
        ("長野県松本市大字下条字前田22", "今治市大字上野23"),
    ),
    Sample("a house behind a 字", (("岩手県盛岡市字西原35県営住宅501号室",),), ("岩手県盛岡市字西原35",)),
    Sample(
        "in columns of others",
        (("주소", "인천광역시 송파구 선릉50거리 291"), ("a", "63206 金門市頂福州路51號")),
        ("인천광역시송파구선릉50거리291", "63206金門市頂福州路51號"),
        ("", "地址"),
    ),
    Sample(
        "behind its label",
        (("Address: 12 High Street, London SW1A 1AA, tel 020 7946 0958",),),
        ("12HighStreet,LondonSW1A1AA",),
    ),
    Sample("a place without a number", (("山口県宇部市際波の人口は3309人",), ("北海道江別市５条の人口は7798人",))),
    Sample("a telephone behind a city", (("横浜市の連絡先 045-123-4567",),)),
    Sample("a version", (("ver 1-2-3",),)),
)
