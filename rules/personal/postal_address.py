"""Postal address: a house number with prefecture, city, ward, town or village in front of it in the same cell or line."""

import re
from collections.abc import Iterator

from rules.personal.address_abroad import beside, labelled
from rules.personal.address_place import BACK, begins_with_town, place_before
from rules.personal.columns import is_address
from rules.personal.places import PREFECTURES, is_town, municipality
from rules.personal.recogniser import Hit, Kind, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.RECORD
BESIDE = beside
KIND = Kind("住所", "postal address", "postal addresses")
_PREFECTURES = "|".join(sorted(PREFECTURES))
_KANJI_NUMBER = "一二三四五六七八九十百〇"
_NUMBER = re.compile(
    rf"[0-9{_KANJI_NUMBER}](?<![0-9-].)(?:(?<=[0-9])[0-9]{{0,3}}|(?<=[{_KANJI_NUMBER}])(?<![{_KANJI_NUMBER}].)[{_KANJI_NUMBER}]{{0,3}})[ ]?(?:丁目|番地|番(?!号|目|組|町|線|出口|ホーム|の?りば|乗)|-\d{{1,4}}(?:-\d{{1,4}}){{0,2}}(?![0-9-]))"
    rf"(?:の?(?:\d{{1,4}}|[{_KANJI_NUMBER}]{{1,4}})[ ]?(?:番地|番|号|-)?| (?!0)(?:\d{{1,4}}|[{_KANJI_NUMBER}]{{1,4}})[ ]?(?:番地|番|号|-(?=[0-9]))){{0,3}}"
)
# A number that ends an address by itself: behind the name of a quarter, a 字, or the streets of Kyoto (通 … 上る, 下る, 入る).
_ENDS = r"([0-9]{1,4})(?=[\s,、。)」]|$)"
_BARE = {
    "町": re.compile(rf"町{_ENDS}"),
    "字": re.compile(r"字[^\s0-9]{1,10}([0-9]{1,4})(?![0-9年月日人名戸世号-])"),
    "通": re.compile(rf"通[^\s0-9]{{1,8}}[上下入][るル]?[^\s0-9]{{0,12}}{_ENDS}"),
}
# The same behind a municipality and a town that are known.
_BEHIND_TOWN = re.compile(rf"[市区町村](?=([^\s0-9,、。()「」]{{2,10}}){_ENDS})")
# Not a house: 3-4月, 1-2位; and whom one calls.
_NO_HOUSE = re.compile("[月年日位人回件時点個割倍%名歳]")
_CODE = re.compile(r"\d{4}-\d{4}-\d{4}")
_CALLS = frozenset(("110番", "119番", "118番"))
_PLACE_SIGN = re.compile("[市区郡町村都道府県]")
_TOWN_SIGN = re.compile("[1-9](?<=[一-鿿ぁ-んァ-ヴー][1-9])")
_PARTICLE = re.compile("[のはがをにで]")
_LAST_ASCII = "~"
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
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U000323af]")
# What an address in other letters has not: eight digits close together, an @, the end of a label.
_MORE = re.compile(r"[0-9](?:[^0-9A-Za-z,]{0,3}[0-9]){7}|[@:=|<>\"\t]")


def find(scan: Scan) -> Iterator[Hit]:
    """Addresses with house number; in a column of addresses also in other forms and of other countries."""
    taken: set[int] = set()
    wanted = frozenset(number for number, name in enumerate(scan.header) if is_address(name))
    for hit in (*_in_rows(scan, wanted), *_bare(scan, wanted)):
        if hit.start not in taken:
            taken.add(hit.start)
            yield hit
    for start, cell in scan.cells_of(wanted):
        if taken.isdisjoint(range(start, start + len(cell))) and _is_address(cell):
            taken.update(range(start, start + len(cell)))
            yield Hit(start, cell.strip().replace(" ", ""))
    yield from (hit for hit in labelled(scan) if hit.start not in taken)


def _in_rows(scan: Scan, wanted: frozenset[int]) -> Iterator[Hit]:
    text = scan.text
    for start, end in _rows(scan):
        for found in _NUMBER.finditer(text, start, end):
            if not _is_house(found):
                continue
            at, number = found.start(), found[0]
            before = text[at - 2 : at] if at > 1 else "\t" + text[:at]
            # As PDF and Word put a blank between kanji and digits; a telephone begins with a nought.
            blank = before[-1:] == " " and number[0] != "0"
            if before[0 if blank else -1] <= _LAST_ASCII:
                continue
            place = place_before(text, at - blank, _least(scan, wanted, at))
            if place and not (blank and _PARTICLE.search(place.letters)) and not (place.weak and number[0] == "0"):
                yield Hit(place.start, (place.letters + number).replace(" ", ""), weak=place.weak)


def _is_house(found: re.Match[str]) -> bool:
    """Whether a number is not counted, nobody is called by it, and it is no code: of the post, or three groups of four digits."""
    if found.string[found.start() - 1 : found.start()] == "〒" or _CODE.match(found[0]):
        return False
    return found[0] not in _CALLS and not _NO_HOUSE.match(found.string, found.end())


def _least(scan: Scan, wanted: frozenset[int], at: int) -> int:
    """Where the cell begins under the name of an address, which says all of it; 0 elsewhere."""
    if not wanted or not is_address(scan.column(at)):
        return 0
    low = max(0, at - BACK)
    return max(scan.text.rfind("\t", low, at), scan.text.rfind("\n", low, at)) + 1


def _bare(scan: Scan, wanted: frozenset[int]) -> Iterator[Hit]:
    """Addresses whose number ends them by itself."""
    text = scan.text
    for sign, pattern in _BARE.items():
        for found in pattern.finditer(text) if sign in text else ():
            place = place_before(text, found.start(1), _least(scan, wanted, found.start(1)))
            if place:
                yield Hit(place.start, place.letters + found[1], weak=place.weak)
    for found in _BEHIND_TOWN.finditer(text) if not text.isascii() else ():
        if is_town(found[1]) and municipality(text[max(0, found.end() - BACK) : found.end()]):
            place = place_before(text, found.start(2), _least(scan, wanted, found.start(2)))
            if place and not place.weak:
                yield Hit(place.start, place.letters + found[2])


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
        if _PLACE_SIGN.search(text, start, end) or _TOWN_SIGN.search(text, start, end):
            yield start, end


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def in_cell(cell: str) -> str:
    """The address that a cell under an address's name is and no more, "" where it is none or may hold something else."""
    if not _EAST_ASIAN.search(cell):
        alone = _is_abroad(cell) and not _MORE.search(cell)
        return cell.strip().replace(" ", "") if alone else ""
    if not _ALONE.fullmatch(cell) or not _HOUSE.search(cell):
        return ""
    return cell.replace(" ", "") if _PLACE_WORD.search(cell) or begins_with_town(cell) else ""


def _is_address(cell: str) -> bool:
    """In a column of addresses: a digit, and a place of East Asia or several words."""
    if not _HOUSE.search(cell) or "@" in cell:
        return False
    return _is_abroad(cell) or bool(_PLACE_WORD.search(cell)) or begins_with_town(cell)


def _is_abroad(cell: str) -> bool:
    """Several words, letters most of them, and a digit."""
    return (
        len(cell) >= _SHORTEST_ABROAD
        and " " in cell.strip()
        and sum(map(str.isalpha, cell)) > len(cell) // 3
        and _HOUSE.search(cell) is not None
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
    Sample("a ward without its city", (("西区みなとみらい2-2-1",),), ("西区みなとみらい2-2-1",)),
    Sample("numbered streets", (("札幌市中央区北1条西2丁目",),), ("札幌市中央区北1条西2丁目",)),
    Sample(
        "a number alone behind a town",
        (("長野県上田市中央1234",), ("上田市中央1234",)),
        ("長野県上田市中央1234", "上田市中央1234"),
    ),
    Sample(
        "in words of their own",
        (("東京都 港区 赤坂 9-7-1",), ("港区 赤坂9-7-1",)),
        ("東京都港区赤坂9-7-1", "港区赤坂9-7-1"),
    ),
    Sample("in cells of their own", (("山田太郎", "東京都", "港区", "赤坂9-7-1"),), ("東京都港区赤坂9-7-1",)),
    Sample(
        "a town behind its label or a postal code",
        (("住所:赤坂9-7-1",), ("〒107-0052 赤坂9-7-1",)),
        ("赤坂9-7-1", "赤坂9-7-1"),
    ),
    Sample("a town under its column", (("旭が丘3-2",),), ("旭が丘3-2",), ("住所",)),
    Sample("a sentence before its place", (("本社所在地は東京都渋谷区本町1-6-2。",),), ("東京都渋谷区本町1-6-2",)),
    Sample(
        "sentences",
        (
            ("滋賀県で一番きれい",),
            ("横浜市は3-4月に",),
            ("東西線門前仲町駅4番出口",),
            ("埼玉県警察110番",),
            ("東京都千代田区三番町",),
            ("大阪府の1-2位",),
        ),
    ),
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
    Sample(
        "a telephone behind it",
        (("秋田県秋田市広面1-28-19 080-1234-5678",), ("秋田市山王6丁目21番2号 2回目",)),
        ("秋田県秋田市広面1-28-19", "秋田市山王6丁目21番2号"),
    ),
    Sample("a number in the cell behind a city", (("千葉市", "マイナンバー 1234-5678-9018"), ("千葉市", "〒100-0002"))),
    Sample("with its room behind a dash", (("秋田県秋田市広面1-28-19-107",),), ("秋田県秋田市広面1-28-19-107",)),
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
