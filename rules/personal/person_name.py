"""Name of a person: by column, label, honorific or as a cell of its own; in other scripts by column, label, or beside other data of a person."""

import re
from collections.abc import Iterator

from rules.personal.columns import is_reading, name_parts
from rules.personal.japanese_names import (
    KANA,
    KANJI,
    SURNAMES,
    is_kana_name,
    is_stop,
    is_surname,
    letters,
    person,
    rare,
    shape,
)
from rules.personal.name_marks import (
    BEFORE,
    BEHIND,
    LABEL,
    LABEL_ENDS,
    LABEL_WORD,
    LONGEST_LABEL,
    TITLES,
    begins,
    is_company,
)
from rules.personal.person_columns import in_columns
from rules.personal.person_rows import beside, labelled
from rules.personal.recogniser import Hit, Kind, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.RECORD
BESIDE = beside
KIND = Kind("氏名", "name", "names")
_FIRSTS = letters(name[0] for name in SURNAMES if len(name) > 1)
_SECONDS = letters(name[1] for name in SURNAMES if len(name) > 1) + "ツ"
_SINGLES = letters(name for name in SURNAMES if len(name) == 1)
# Between boundaries: a cell, a quote, a tag, a list; not 「…」, which hold titles. Only what can be a name by how it begins, or
# by what stands before it (`_LABEL`); and two words, of which the second is no name of its own where both together look like one.
_BEGIN = rf"[{_SINGLES}]|[{_FIRSTS}](?=[{_SECONDS}])|(?<=[:>\t\"'|])[{KANJI}]|(?<=[:=>\t|] )[{KANJI}]|[{KANJI}](?=[{KANJI}]{{0,3}} )"
# A sign of equality is a boundary behind the label of a name only: a parameter of a calendar (CN=) says again what stands beside it.
_ALONE = re.compile(
    rf"[{BEFORE}=](?=[{KANJI}])(?<![^名前者]=)(?!番 )((?>{_BEGIN})(?:[{KANJI}]{{0,3}}|[ノツケの][{KANJI}]{{1,2}})[ ]?[{KANJI}{KANA}]{{1,5}}){BEHIND}"
)
# Two words at the beginning of a line or cell: a name nobody has heard of, when the row holds more of a person.
_TWO_WORDS = rf"([{KANJI}]{{1,4}}) ([{KANJI}]{{1,4}}|[{KANA}]{{2,5}}|[{KANJI}]{{1,2}}[{KANA}]{{1,2}})(?=[ \t\n]|$)"
_UNHEARD, _UNHEARD_IN_CELLS = re.compile(rf"\n{_TWO_WORDS}"), re.compile(rf"[\t\n]{_TWO_WORDS}")
_KANA_ALONE = re.compile(
    rf"[{BEFORE}]([ァ-ヴ][{KANA}]{{1,7}}[ ・=]{{1,2}}[ァ-ヴー]{{2,8}}(?:[ ・=][ァ-ヴー]{{2,8}})?|[ァ-ヴ][{KANA}]?(?:・[ァ-ヴー]{{1,8}}){{2,3}})(?=[ ]?(?:$|[\t\n\"'<)、,;/|(:]|様|さま|さん|殿|氏|先生))"
)
_READING = re.compile(rf"[ ]?[(][{KANA}]{{2,8}}[ ・]?[{KANA}]{{2,8}}[)]")
"""How a name is read, in brackets behind it: says that it is one, and is none more."""
_HONORIFIC = re.compile(rf"(?:様|さま|さん|殿|氏|先生|君|{TITLES})\Z")
_HONORIFIC_ENDS = frozenset("様まん殿氏生君長任務事授士師手員査")
_HONOURED = frozenset("様さ殿氏先")
# 多様, 同様, たくさん, 源氏: the end of a word.
_NO_HONORIFIC = re.compile(r"(?:[多同各異仕模]様|[ただ]くさん|源氏)")
_NO_NAMES = re.compile(
    r"町域|字名|校名|優勝校|出身校|書名|作品|出版|路線|拠点|支店|営業所|店名|店舗|事業所|工場|部署|所属|部門|会社|企業|法人|品名|商品|製品|品番|住所|所在地|都道府県|市区|地名|駅|学校|銀行|金融機関|科目|種別|区分|件名|内容|摘要"
)


def find(scan: Scan) -> Iterator[Hit]:
    """Names without blanks; in a column of names by shape, elsewhere with a family name that is known."""
    taken: set[int] = set()
    pieces: frozenset[str] = frozenset()
    if scan.header:
        for hit in in_columns(scan, is_japanese=shape):
            taken.add(hit.start)
            yield hit
        pieces = frozenset(_not_asked(scan.header))
    for hit in labelled(scan):
        if hit.start not in taken and _cell_start(scan.text, hit.start) not in taken:
            yield hit
    if not scan.text.isascii():
        yield from _in_japanese(scan, taken, pieces)


def _not_asked(header: tuple[str, ...]) -> Iterator[str]:
    """The columns of pieces of names, of readings, and of what is named like persons and is none."""
    parts = name_parts(header) or ()
    for number, name in enumerate(header):
        if number in parts or is_reading(name) or _NO_NAMES.search(name):
            yield name


def _in_japanese(scan: Scan, taken: set[int], pieces: frozenset[str]) -> Iterator[Hit]:
    text = "\n" + scan.text  # so that a boundary stands before every word
    known: set[int] = set()
    read: set[int] = set()
    for found in _ALONE.finditer(text):
        start = found.start(1) - 1
        if (taken and _cell_start(scan.text, start) in taken) or (pieces and scan.column(start) in pieces):
            continue
        name, weak = _in_text(text, found)
        hit = Hit(start, name, weak=weak) if name else _behind_label(start, found[1])
        if hit:
            known.add(hit.start)
            yield hit
            if reading := _READING.match(text, found.end(1)):
                read.update(range(*reading.span()))
    for found in _KANA_ALONE.finditer(text):
        start = found.start(1) - 1
        if (
            start + 1 in read
            or (taken and _cell_start(scan.text, start) in taken)
            or (pieces and scan.column(start) in pieces)
        ):
            continue
        marked = text[found.end() : found.end() + 2].lstrip()[:1] in _HONOURED or _is_labelled(text, start + 1)
        if is_kana_name(found[1]):
            yield Hit(start, found[1].replace(" ", ""), weak=not marked)
    yield from _unheard(scan, text, taken | known, pieces)


def _unheard(scan: Scan, text: str, taken: set[int], pieces: frozenset[str]) -> Iterator[Hit]:
    """Two words at the beginning of a line or cell, where nothing else is known of them."""
    # A single letter to begin with is looked for faster than one of two.
    for found in (_UNHEARD_IN_CELLS if "\t" in text else _UNHEARD).finditer(text):
        if found.start() in taken or is_stop(found[2]) or (is_stop(found[1]) and not is_surname(found[1])):
            continue
        if not (pieces and scan.column(found.start()) in pieces):
            yield Hit(found.start(), found[1] + found[2], weak=True)


def _behind_label(start: int, token: str) -> Hit | None:
    """The second of two words, where the first one is a label."""
    label, _, rest = token.partition(" ")
    return Hit(start + len(label) + 1, rest) if rest and LABEL_WORD.match(label) and shape(rest) else None


def _in_text(text: str, found: re.Match[str]) -> tuple[str, bool]:
    """The name in a token between boundaries, "" where it is none; and whether it is one only beside other data of a person."""
    token = _before_label(found[1].strip(), text[found.end() : found.end() + 1])
    if is_company(text, found.start(1), found.start(1) + len(token)):
        return "", False
    bare = _HONORIFIC.sub("", token) if token[-1] in _HONORIFIC_ENDS else token
    start = found.start(1)
    name = person(bare)
    behind = text[found.end() : found.end() + 2].lstrip()[:1]
    read = behind == "(" and _READING.match(text, found.end()) is not None
    honoured = bare != token or behind in _HONOURED
    if honoured and _NO_HONORIFIC.search(text, start, found.end() + 3):
        return "", False
    honoured = honoured or read
    if not name:
        if shape(bare) and _is_labelled(text, start):
            return bare.replace(" ", ""), False
        name = rare(bare)
        return name, not honoured
    # In the middle of a sentence only with a mark; a cell or a line of its own is one.
    if text[start - 1] != " " or bare != token or " " in token or begins(text, start):
        return name, False
    return (name, False) if honoured or _is_labelled(text, start) else ("", False)


def _before_label(token: str, behind: str) -> str:
    """Of two words before a colon the first, where both are no name: the second is the next label (鈴木花子 住所:)."""
    first, blank, _ = token.partition(" ")
    return first if blank and behind == ":" and not person(token) and person(first) else token


def _is_labelled(text: str, start: int) -> bool:
    """Whether a label stands in front; it is looked for only where one can end."""
    return text[start - 1] in LABEL_ENDS and bool(LABEL.search(text, max(0, start - LONGEST_LABEL), start))


def _cell_start(text: str, at: int) -> int:
    """Where the cell begins, looking back as far as a name may be long."""
    low = max(0, at - LONGEST_LABEL)
    return max(text.rfind("\t", low, at), text.rfind("\n", low, at), low - 1) + 1


EXAMPLES = (
    Sample("under its column", (("A-1", "別当 紗南"),), ("別当紗南",), ("番号", "氏名")),
    Sample("in two columns", (("渥美", "浩志郎"),), ("渥美浩志郎",), ("姓", "名")),
    Sample("labelled", (("氏名：河原木　啓好",), ("名前：鈴木花子 住所：港区",)), ("河原木啓好", "鈴木花子")),
    Sample("in a form of lines", (("氏　名 岩川　紀郎",), ("氏名　電話番号",)), ("岩川紀郎",)),
    Sample("behind a label and a blank", (("会員氏名　知念治",), ("氏名　城間 陽子",)), ("知念治", "城間陽子")),
    Sample("with an honorific", (("山田 太郎 様",), ("鈴木一郎さん",)), ("山田太郎", "鈴木一郎")),
    Sample(
        "cells without a header",
        (("田中太郎", "東京都港区1-2-3"), ("佐藤 はな", "千葉市2-3-4")),
        ("田中太郎", "佐藤はな"),
    ),
    Sample("letters in other forms", (("山﨑太郎様",), ("氏名：𠮷田　花子",)), ("山﨑太郎", "𠮷田花子")),
    Sample("numbered", (("(1)山田太郎／090-1234-5678",),), ("山田太郎",)),
    Sample(
        "with its reading",
        (("1. 佐伯修(サエキ オサム)<a@example.jp>", "永田　芳江　ながた　よしえ"),),
        ("佐伯修", "永田芳江"),
    ),
    Sample("behind a key of a log", (("10:22:11 INFO register 氏名=柴田 芳江",),), ("柴田芳江",)),
    Sample(
        "behind the number of its row or a sign",
        (
            ("12 岡崎誠 080-1234-5678",),
            ("3番 佐伯修",),
            ("★多田直樹",),
            ("4 / 堤慎吾 / a",),
            ("7 谷口 修 静岡県沼津市",),
        ),
        ("岡崎誠", "佐伯修", "多田直樹", "堤慎吾", "谷口修"),
    ),
    Sample("behind a label in brackets", (("【お名前】柴田 剛 様",), ("[氏名]泉学",)), ("柴田剛", "泉学")),
    Sample("a kana in the family name", (("一ノ瀬 正雄　様",), ("三ツ矢 蓮",)), ("一ノ瀬正雄", "三ツ矢蓮")),
    Sample(
        "with its reading in the cell",
        (("ノグチ ツヨシ\n野口 剛",), ("関 和子（セキ カズコ）",)),
        ("野口剛", "関和子"),
        ("氏名（フリガナ）",),
    ),
    Sample("three words in kana", (("レ・ティ・ホア様",),), ("レ・ティ・ホア",)),
    Sample("a company in short", (("(株)高橋プレス",), ("山田太郎(有)",), ("角川文庫",))),
    Sample("in a sentence behind a number", (("全部で 12 林檎園",), ("第3 山田線",))),
    Sample("a family name alone", (("東海林", "小田切"), ("大久保", "伊集院"))),
    Sample("a list in a line", (("出席者：山田太郎、鈴木花子、高橋健",),), ("山田太郎", "鈴木花子", "高橋健")),
    Sample("English, under its column", (("Gabriel Payet",),), ("Gabriel Payet",), ("Name",)),
    Sample("under the name of a list", (("山田太郎,東京都港区1-2-3",),), ("山田太郎",), ("顧客名簿",)),
    Sample("companies and offices", (("高橋食品", "山田商店"), ("松本支店", "営業部"))),
    Sample("places", (("山口県", "千葉市", "石川町"),)),
    Sample("titles", (("「小川の流れ」",), ("「松本城の歴史」",), ("「田中家の人々」",))),
    Sample("a company under a customer's column", (("株式会社高橋",),), (), ("顧客名",)),
)
