"""Japanese names: whether a few letters are the name of a person, by the family names that are known and the shape of a given name."""

import re

from rules.family_names import is_kanji_family
from rules.personal.scan import word_list

# Forms of one letter in family names: who writes the list has not written all of them.
_FORMS = {"崎": "﨑嵜", "高": "髙", "吉": "𠮷", "浜": "濱濵", "辺": "邊邉", "斎": "齋齊斉", "沢": "澤", "広": "廣",
          "桜": "櫻", "真": "眞", "徳": "德", "富": "冨", "国": "國", "島": "嶋", "会": "會"}  # fmt: skip


def _in_all_forms(names: frozenset[str]) -> frozenset[str]:
    """The names, and each with one or two letters in another form."""
    once = {
        name.replace(letter, form) for name in names for letter in name if letter in _FORMS for form in _FORMS[letter]
    }
    twice = {
        name.replace(letter, form) for name in once for letter in name if letter in _FORMS for form in _FORMS[letter]
    }
    return names | once | twice


SURNAMES = _in_all_forms(word_list("surnames.txt"))
# With those that Unicode has in other places: 﨑 among the compatibility ideographs, 𠮷 in a plane of its own.
KANJI = "一-鿿々〆ヶ\ufa0e-\ufa29\U00020000-\U000323af"
KANA = "ぁ-んァ-ヴー"
_SHAPE = re.compile(rf"[{KANJI}{KANA}]{{1,6}}[ ・]?[{KANJI}{KANA}]{{1,6}}\Z|[가-힣]{{1,3}} ?[가-힣]{{1,4}}\Z")
_KANA_NAME = re.compile(rf"[{KANA}]{{2,8}}[ ・=]{{1,2}}[{KANA}]{{2,8}}(?:[ ・=][{KANA}]{{2,8}})?\Z")
_STOP_ENDS = (
    "都 道 府 県 市 区 郡 町 村 駅 店 部 課 係 室 社 館 院 校 園 局 庁 署 所 会 団 線 港 城 寺 神社 川 山 海 島 橋 通 丁目 階 号 年 月 日 円 名 件 本 "
    "物語 歴史 西暦 和暦 工場 倉庫 拠点 本社 支社 本店 支店 本部 センター 施設 事業 部門 年度 一覧 名簿 資料 制度 費用 金額 単価 数量 名称 区分 種別 食品 商事 工業 建設 産業 商店 設計 電機 電気 印刷 運輸 製作 不動産 銀行 証券 保険 薬品 機械 鉄道 交通 物流 通信 情報 技術 開発 営業 総務 経理 人事 "
    "企画 管理 株式 有限 合同 法人 組合 協会 学会 大学 学校 高校 中学 病院 医院 商会 興業 興産 化学 製薬 自動車 サービス システム"
)
_STOPS = frozenset(_STOP_ENDS.split())
_OF_STOP = re.compile(r"の\S{1,4}\Z")
# Words that stand where a name could: the next label of a form or a column.
_FORM = re.compile(
    r"電話|携帯|住所|年齢|性別|番号|生年|誕生|メール|郵便|フリガナ|ふりがな|よみがな|ヨミガナ|読み仮名|備考|部署|役職|会社|所属|職業|続柄|氏名|名前|担当|不明|同上|別紙|連絡先|未定|なし|西暦|和暦|名称|品番|員数|数量|代表|所在|価格|型番|金額|単価|性别|邮箱|号码"
)
_CUTS = range(1, 5)
_RARE_CUTS = range(2, 5)
_LONGEST_RARE = 8
_LONGEST_GIVEN = 4
_KANA_LETTER = re.compile("[ぁ-ー](?<!ヶ)")
_LAST_OF_MIXED = frozenset("子美江代")
"""ふじ江, くに子: the rest of the names that mix are too few to pay for the mistakes."""


def shape(text: str) -> bool:
    """A few letters that are no company, place or office: enough in a column of names."""
    return (
        bool(_SHAPE.match(text))
        and not _FORM.search(text)
        and not (is_stop(text) and not (person(text) or _has_family(text)))
    )


def _has_family(text: str) -> bool:
    """Whether it begins with a family name, and ends with one letter only that the names of places have, too: 植木成市."""
    bare = text.replace(" ", "")
    cuts = [cut for cut in range(1, len(bare)) if bare[:cut] in SURNAMES or is_kanji_family(bare[:cut])]
    return any(len(bare) - cut <= _LONGEST_GIVEN - 1 for cut in cuts) and _STOPS.isdisjoint(
        (bare[-2:], bare[-3:], bare[-4:])
    )


def is_kana_name(text: str) -> bool:
    """Family and given name in kana with something between them.

    >>> is_kana_name("ヤマダ タロウ"), is_kana_name("ユーザー")
    (True, False)
    """
    return bool(_KANA_NAME.match(text))


def person(text: str) -> str:
    """The name without blanks when a family name of the list begins it and what follows can be a given name; else "".

    Of two words the first may also be a family name of the large dictionary.
    """
    text = text.strip()
    family, blank, given = text.partition(" ")
    if blank:
        return family + given if _is_given(given) and (family in SURNAMES or _is_pair(family, given)) else ""
    if text in _STOPS:
        return ""
    return text if any(text[:cut] in SURNAMES and _is_given(text[cut:]) for cut in _CUTS) else ""


def rare(text: str) -> str:
    """The same for one word that begins with a family name of the large dictionary, in which many a place stands, too."""
    if len(text) <= _LONGEST_RARE and any(is_kanji_family(text[:cut]) and _is_given(text[cut:]) for cut in _RARE_CUTS):
        return text
    return ""


def _is_pair(family: str, given: str) -> bool:
    """Of the large dictionary, and not two places beside each other."""
    return is_kanji_family(family) and not (len(given) > 1 and (given in SURNAMES or is_kanji_family(given)))


def is_stop(text: str) -> bool:
    """Whether a text ends as the names of companies, places, offices and times do."""
    ends = (text[-1:], text[-2:], text[-3:], text[-4:])
    return not _STOPS.isdisjoint(ends) or ("の" in text and _OF_STOP.search(text) is not None)


def _is_given(text: str) -> bool:
    """One to three kanji, or two to four kana; no word that ends a company's or a place's name."""
    if not text or len(text) > _LONGEST_GIVEN or is_stop(text):
        return False
    kana = len(_KANA_LETTER.findall(text))
    if kana == 0:
        return len(text) < _LONGEST_GIVEN
    return len(text) > 1 and (kana == len(text) or text[-1] in _LAST_OF_MIXED)
