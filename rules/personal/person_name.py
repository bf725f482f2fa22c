"""Name of a person: by column, label, honorific or as a cell of its own; a family name of the list and the shape of a given name."""

import re
from collections.abc import Iterator

from rules.personal.scan import Hit, Sample, Scan, Weight, word_list

WEIGHT = Weight.RECORD
# Forms of one letter in family names: who writes the list has not written all of them.
_FORMS = {"崎": "﨑嵜", "高": "髙", "吉": "𠮷", "浜": "濱濵", "辺": "邊邉", "斎": "齋齊斉", "沢": "澤", "広": "廣",
          "桜": "櫻", "真": "眞", "徳": "德", "富": "冨", "国": "國", "島": "嶋", "会": "會"}  # fmt: skip


def _in_all_forms(names: frozenset[str]) -> frozenset[str]:
    """The names, and each with one letter in another form."""
    return names | {
        name.replace(letter, form) for name in names for letter in name if letter in _FORMS for form in _FORMS[letter]
    }


_SURNAMES = _in_all_forms(word_list("surnames.txt"))
_FIRSTS = "".join(sorted({name[0] for name in _SURNAMES if len(name) > 1}))
_SECONDS = "".join(sorted({name[1] for name in _SURNAMES if len(name) > 1}))
_SINGLES = "".join(sorted(name for name in _SURNAMES if len(name) == 1))
# With those that Unicode has in other places: 﨑 among the compatibility ideographs, 𠮷 in a plane of its own.
_KANJI = "一-鿿々〆ヶ\ufa0e-\ufa29\U00020000-\U000323af"
_KANA = "ぁ-んァ-ヴー"
_COLUMN = re.compile(r"氏名|お?名前|姓名|氏 名|患者名|社員名(?!簿)|従業員名|会員名(?!簿)|顧客名(?!簿)|生徒名|学生名|児童名|世帯主|保護者|契約者|申込者|代表者|担当者|口座名義|名義人|宛名"
                     r"|^(?:full ?|customer |employee |patient |member |contact |first ?|last ?)?name$|^name\b")  # fmt: skip
_READING = re.compile(r"フリガナ|ふりがな|カナ|かな|ヨミ|よみ|読み|kana|ローマ字")
_FAMILY = re.compile(r"^(?:姓|苗字|名字|氏|last ?name|family ?name|surname)$")
_GIVEN = re.compile(r"^(?:名|given ?name|first ?name)$")
_LABEL = re.compile(
    r"(?:氏名|名前|姓名|担当者?|患者|宛名|申込者|契約者|名義人?|代表者?|\bFN|fullname|\bname)[\"']?[ ]?[:=>\t][ ]?[\"']?\Z"
    r"|[\n\t]氏 ?名 {1,3}\Z"  # a form in lines
)
_LONGEST_LABEL = 16
_LABEL_ENDS = frozenset(":=>\t \"'")
_BEFORE = "\\t\\n\"'>():、,;・/|＞※●○■・ 0-9."
_BEHIND = rf"(?=[ ]?(?:$|[\t\n\"'<)、,;・/|(]|様|さん|殿|氏(?![名{_KANJI}]))|[ ]{{1,3}}[0-9+〒A-Za-z])"
# Between boundaries: a cell, a quote, a tag, a list; not 「…」, which hold titles. Only what can be a name by how it begins, or
# by what stands before it (`_LABEL`); and two words, of which the second is no name of its own where both together look like one.
_BEGIN = rf"[{_SINGLES}]|[{_FIRSTS}](?=[{_SECONDS}])|(?<=[:>\t\"'])[{_KANJI}]|(?<=[:=>\t] )[{_KANJI}]|[{_KANJI}](?=[{_KANJI}]{{0,3}} )"
_ALONE = re.compile(rf"[{_BEFORE}](?=[{_KANJI}])((?>{_BEGIN})[{_KANJI}]{{0,3}}[ ]?[{_KANJI}{_KANA}]{{1,5}}){_BEHIND}")
# Two words at the beginning of a line or cell: a name nobody has heard of, when the row holds more of a person.
_TWO_WORDS = rf"([{_KANJI}]{{1,4}}) ([{_KANJI}]{{1,4}}|[{_KANA}]{{2,5}}|[{_KANJI}]{{1,2}}[{_KANA}]{{1,2}})(?=[ \t\n]|$)"
_UNHEARD, _UNHEARD_IN_CELLS = re.compile(rf"\n{_TWO_WORDS}"), re.compile(rf"[\t\n]{_TWO_WORDS}")
_HONORIFIC = re.compile(r"(?:様|さん|殿|氏|先生|君)\Z")
_HONORIFIC_ENDS = frozenset("様ん殿氏生君")
_HONOURED = frozenset("様殿氏")
_SHAPE_JA = re.compile(rf"[{_KANJI}{_KANA}]{{1,6}}[ ]?[{_KANJI}{_KANA}]{{1,6}}\Z")
_SHAPE_EN = re.compile(r"[A-ZÀ-Þ][\w'’.-]{0,24}(?:[ ,]{1,2}[A-ZÀ-Þ][\w'’.-]{0,24}){1,5}\Z")
_STOP_ENDS = (
    "都 道 府 県 市 区 郡 町 村 駅 店 部 課 係 室 社 館 院 校 園 局 庁 署 所 会 団 線 港 城 寺 神社 川 山 海 島 橋 通 丁目 階 号 年 月 日 円 名 件 本 "
    "物語 歴史 食品 商事 工業 建設 産業 商店 設計 電機 電気 印刷 運輸 製作 不動産 銀行 証券 保険 薬品 機械 鉄道 交通 物流 通信 情報 技術 開発 営業 総務 経理 人事 "
    "企画 管理 株式 有限 合同 法人 組合 協会 学会 大学 学校 高校 中学 病院 医院 商会 興業 興産 化学 製薬 自動車 サービス システム"
)
_STOPS = frozenset(_STOP_ENDS.split())
_OF_STOP = re.compile(r"の\S{1,4}\Z")
# Words that stand where a name could: the next label of a form or a column.
_FORM = re.compile(
    r"電話|携帯|住所|年齢|性別|番号|生年|誕生|メール|郵便|フリガナ|備考|部署|役職|会社|所属|職業|続柄|氏名|名前|担当|不明|同上|別紙|未定|なし"
)
_CUTS = range(1, 5)
_LONGEST_GIVEN = 4
_KANA_LETTER = re.compile("[ぁ-ー](?<!ヶ)")
_LAST_OF_MIXED = frozenset("子美江代")
"""ふじ江, くに子: the rest of the names that mix are too few to pay for the mistakes."""


def find(scan: Scan) -> Iterator[Hit]:
    """Names without blanks; in a column of names by shape, elsewhere with a family name of the list."""
    taken: set[int] = set()
    pieces: frozenset[str] = frozenset()
    if scan.header:
        for hit in _in_columns(scan):
            taken.add(hit.start)
            yield hit
        pieces = frozenset(n for n in scan.header if _FAMILY.match(n) or _GIVEN.match(n) or _READING.search(n))
    if scan.text.isascii():
        return
    text = "\n" + scan.text  # so that a boundary stands before every word
    for found in _ALONE.finditer(text):
        start = found.start(1) - 1
        if (taken and _cell_start(scan.text, start) in taken) or (pieces and scan.column(start) in pieces):
            continue
        name = _in_text(text, found)
        if name:
            yield Hit(start, name)
    # A single letter to begin with is looked for faster than one of two.
    for found in (_UNHEARD_IN_CELLS if "\t" in text else _UNHEARD).finditer(text):
        if found[1] in _SURNAMES or found.start() in taken or _is_stop(found[1]) or _is_stop(found[2]):
            continue
        yield Hit(found.start(), found[1] + found[2], weak=True)


def _in_text(text: str, found: re.Match[str]) -> str:
    """The name in a token between boundaries, "" where it is none."""
    token = found[1].strip()
    bare = _HONORIFIC.sub("", token) if token[-1] in _HONORIFIC_ENDS else token
    start = found.start(1)
    name = _person(bare)
    if not name:
        return bare.replace(" ", "") if _is_labelled(text, start) and _shape_ja(bare) else ""
    # In the middle of a sentence only with a mark; a cell or a line of its own is one.
    if text[start - 1] != " " or bare != token or " " in token:
        return name
    honoured = text[found.end() : found.end() + 2].lstrip()[:1] in _HONOURED
    return name if honoured or _is_labelled(text, start) else ""


def _is_labelled(text: str, start: int) -> bool:
    """Whether a label stands in front; it is looked for only where one can end."""
    return text[start - 1] in _LABEL_ENDS and bool(_LABEL.search(text, max(0, start - _LONGEST_LABEL), start))


def _cell_start(text: str, at: int) -> int:
    """Where the cell begins, looking back as far as a name may be long."""
    low = max(0, at - _LONGEST_LABEL)
    return max(text.rfind("\t", low, at), text.rfind("\n", low, at), low - 1) + 1


def _in_columns(scan: Scan) -> Iterator[Hit]:
    """The cells under a name's name; family and given name in two columns are one."""
    family = next((n for n, name in enumerate(scan.header) if _FAMILY.match(name)), None)
    given = next((n for n, name in enumerate(scan.header) if _GIVEN.match(name)), None)
    if family is not None and given is not None:
        for start, row in zip(scan.starts, scan.rows, strict=True):
            cells = row.split("\t")
            if max(family, given) < len(cells) and cells[family].strip() and cells[given].strip():
                first, second = (
                    (cells[family], cells[given])
                    if not cells[family].isascii()
                    else (cells[given] + " ", cells[family])
                )
                at = start + sum(len(c) + 1 for c in cells[: min(family, given)])
                yield Hit(at, (first + second).strip())
        return
    for start, cell in scan.cells(_COLUMN):
        text = _HONORIFIC.sub("", cell.strip()).strip()
        if _READING.search(scan.column(start)):
            continue
        if _shape_ja(text):
            yield Hit(start, text.replace(" ", ""))
        elif _SHAPE_EN.match(text):
            yield Hit(start, text)


def _shape_ja(text: str) -> bool:
    """A few letters that are no company, place or office."""
    return bool(_SHAPE_JA.match(text)) and not _FORM.search(text) and not (_is_stop(text) and not _person(text))


def _person(text: str) -> str:
    """The name without blanks when a family name of the list begins it and what follows can be a given name; else ""."""
    text = text.strip()
    family, blank, given = text.partition(" ")
    if blank:
        return family + given if family in _SURNAMES and _is_given(given) else ""
    return text if any(text[:cut] in _SURNAMES and _is_given(text[cut:]) for cut in _CUTS) else ""


def _is_stop(text: str) -> bool:
    """Whether a text ends as the names of companies, places, offices and times do."""
    ends = (text[-1:], text[-2:], text[-3:], text[-4:])
    return not _STOPS.isdisjoint(ends) or ("の" in text and _OF_STOP.search(text) is not None)


def _is_given(text: str) -> bool:
    """One to three kanji, or two to four kana; no word that ends a company's or a place's name."""
    if not text or len(text) > _LONGEST_GIVEN or _is_stop(text):
        return False
    kana = len(_KANA_LETTER.findall(text))
    if kana == 0:
        return len(text) < _LONGEST_GIVEN
    return len(text) > 1 and (kana == len(text) or text[-1] in _LAST_OF_MIXED)


EXAMPLES = (
    Sample("under its column", (("A-1", "別当 紗南"),), ("別当紗南",), ("番号", "氏名")),
    Sample("in two columns", (("渥美", "浩志郎"),), ("渥美浩志郎",), ("姓", "名")),
    Sample("labelled", (("氏名：河原木　啓好",),), ("河原木啓好",)),
    Sample("in a form of lines", (("氏　名 岩川　紀郎",), ("氏名　電話番号",)), ("岩川紀郎",)),
    Sample("with an honorific", (("山田 太郎 様",), ("鈴木一郎さん",)), ("山田太郎", "鈴木一郎")),
    Sample(
        "cells without a header",
        (("田中太郎", "東京都港区1-2-3"), ("佐藤 はな", "千葉市2-3-4")),
        ("田中太郎", "佐藤はな"),
    ),
    Sample("letters in other forms", (("山﨑太郎様",), ("氏名：𠮷田　花子",)), ("山﨑太郎", "𠮷田花子")),
    Sample("numbered", (("(1)山田太郎／090-1234-5678",),), ("山田太郎",)),
    Sample("a list in a line", (("出席者：山田太郎、鈴木花子、高橋健",),), ("山田太郎", "鈴木花子", "高橋健")),
    Sample("English, under its column", (("Gabriel Payet",),), ("Gabriel Payet",), ("Name",)),
    Sample("under the name of a list", (("山田太郎,東京都港区1-2-3",),), ("山田太郎",), ("顧客名簿",)),
    Sample("companies and offices", (("高橋食品", "山田商店"), ("松本支店", "営業部"))),
    Sample("places", (("山口県", "千葉市", "石川町"),)),
    Sample("titles", (("「小川の流れ」",), ("「松本城の歴史」",), ("「田中家の人々」",))),
    Sample("a company under a customer's column", (("株式会社高橋",),), (), ("顧客名",)),
)
