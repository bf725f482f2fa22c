"""Japanese names: whether a few letters are the name of a person, by the names that are known and the shape of a given name."""

import re
from collections.abc import Iterable
from functools import lru_cache

from rules.family_names import OTHER_FORMS, plain_form
from rules.personal.places import is_municipality
from rules.personal.word_files import packed, sections

_FAMILIES = sections("surnames.txt")
_USUAL = _FAMILIES["usual"]
"""Enough by themselves; of the others, which are places or words, too, the given name must be known."""
SURNAMES = frozenset().union(*_FAMILIES.values())
_GIVEN = packed("given_names.words")
_NO_PERSONS = packed("no_persons.words")
# With those that Unicode has in other places: 﨑 among the compatibility ideographs, 𠮷 in a plane of its own.
KANJI = "一-鿿々〆ヶ\ufa0e-\ufa29\U00020000-\U000323af"
KANA = "ぁ-んァ-ヴー"
_SHAPE = re.compile(rf"[{KANJI}{KANA}]{{1,6}}[ ・]?[{KANJI}{KANA}]{{1,6}}\Z|[가-힣]{{1,3}} ?[가-힣]{{1,4}}\Z")
_KANA_NAME = re.compile(
    rf"[{KANA}]{{2,8}}[ ・=]{{1,2}}[{KANA}]{{2,8}}(?:[ ・=][{KANA}]{{2,8}})?\Z|[ァ-ヴ][{KANA}]?(?:・[ァ-ヴー]{{1,8}}){{2,3}}\Z"
)
_STOP_ENDS = (
    "都 道 府 県 市 区 郡 町 村 駅 店 部 課 係 室 社 館 院 校 園 局 庁 署 所 会 団 線 港 城 寺 神社 川 山 海 島 橋 通 丁目 階 号 年 月 日 円 名 件 本 "
    "物語 歴史 文庫 新書 書房 書店 出版 西暦 和暦 工場 倉庫 拠点 本社 支社 本店 支店 本部 センター 施設 事業 部門 年度 一覧 名簿 資料 制度 費用 金額 単価 数量 名称 区分 種別 食品 商事 工業 建設 産業 商店 設計 電機 電気 印刷 運輸 製作 不動産 銀行 証券 保険 薬品 機械 鉄道 交通 物流 通信 情報 技術 開発 営業 総務 経理 人事 "
    "企画 管理 株式 有限 合同 法人 組合 協会 学会 大学 学校 高校 中学 病院 医院 商会 興業 興産 化学 製薬 自動車 サービス システム 市民 県民 区民 町民 時代 世紀 地域 藩 領 戸建"
)
_STOPS = frozenset(_STOP_ENDS.split())
# Kanji, then kanji or kana, and no letter at the end with which a stop ends; nor の, which joins words.
_USUAL_SHAPE = re.compile(
    rf"^(?:([一-鿿々〆ヶ]{{1,6}} ?[一-鿿々〆ヶぁ-ねは-んァ-ヴー]{{1,6}})(?<![{''.join(sorted({stop[-1] for stop in _STOPS}))}])$|.*)",
    re.MULTILINE,
)
_OF_STOP = re.compile(r"の\S{1,4}\Z")
# Words that stand where a name could: the next label of a form or a column.
_FORM = re.compile(
    r"電話|携帯|住所|年齢|性別|番号|生年|誕生|メール|郵便|フリガナ|ふりがな|よみがな|ヨミガナ|読み仮名|備考|部署|役職|会社|所属|職業|続柄|氏名|名前|担当|不明|同上|別紙|連絡先|アドレス|居住地|自宅|送付先|届け先|勤務先|出身|国籍|合計|小計|総計|未定|なし|西暦|和暦|名称|品番|員数|数量|代表|所在|価格|型番|金額|単価|性别|邮箱|号码"
)
# 三ツ矢, 木ノ下: hardly any of them stands in a dictionary.
_JOINED = re.compile("[一-鿿][ノツケ][一-鿿]{1,2}")
_CUTS = range(1, 5)
_LONGEST_RARE = 8
_LONGEST_GIVEN = 4
_KANA_LETTER = re.compile("[ぁ-ー](?<!ヶ)")
# Not the beginning of a sentence: 北にマリ, 福岡ドームは.
_ONE_SCRIPT = re.compile("[ァ-ヴー]+|[ぁ-ん]+(?<![はがをにでともへ])")
_LAST_OF_MIXED = frozenset("子美江代")
"""ふじ江, くに子: the rest of the names that mix are too few to pay for the mistakes."""


def letters(plain: Iterable[str]) -> str:
    """Letters and their other forms, for a set in an expression."""
    usual = set(plain)
    return "".join(sorted(usual | {chr(form) for form, letter in OTHER_FORMS.items() if chr(letter) in usual}))


@lru_cache(maxsize=4096)
def shape(text: str) -> bool:
    """A few letters that are no company, place or office: enough in a column of names."""
    return (
        bool(_SHAPE.match(text))
        and not _FORM.search(text)
        and not (is_stop(text) and not (person(text) or _has_family(text)))
    )


def usual_shapes(column: str) -> list[str]:
    """Of every line the name without its blank where letters and end leave no doubt of its `shape`; "" of any other."""
    found = "\n".join(_USUAL_SHAPE.findall(column)).replace(" ", "").split("\n")
    return found if not _FORM.search(column) else ["" if _FORM.search(name) else name for name in found]


def is_surname(text: str) -> bool:
    """Whether it is a family name, in whatever form its letters are written."""
    return plain_form(text) in SURNAMES


def _has_family(text: str) -> bool:
    """Whether it begins with a family name, and ends with one letter only that the names of places have, too: 植木成市."""
    bare = plain_form(text.replace(" ", ""))
    cuts = [cut for cut in range(1, len(bare)) if bare[:cut] in SURNAMES]
    return any(len(bare) - cut <= _LONGEST_GIVEN - 1 for cut in cuts) and _STOPS.isdisjoint(
        (bare[-2:], bare[-3:], bare[-4:])
    )


def is_kana_name(text: str) -> bool:
    """Family and given name in kana with something between them.

    >>> is_kana_name("ヤマダ タロウ"), is_kana_name("ユーザー")
    (True, False)
    """
    return bool(_KANA_NAME.match(text))


@lru_cache(maxsize=4096)
def person(text: str) -> str:
    """The name without blanks when a family name begins it and what follows can be a given name; else "".

    One word that is a name by the one or the other only, or stands in a dictionary as something else, is none.

    >>> person("山田太郎"), person("東 京太郎"), person("武器"), person("関数")
    ('山田太郎', '東京太郎', '', '')
    """
    text = text.strip()
    family, blank, given = text.partition(" ")
    if blank:
        return family + given if _is_pair(family, given) else ""
    plain = plain_form(text)
    if text in _STOPS or plain in SURNAMES or plain in _NO_PERSONS or is_municipality(text):
        return ""
    return text if any(_is_whole(plain[:cut], plain[cut:]) for cut in _CUTS) else ""


def _is_whole(family: str, given: str) -> bool:
    """Whether one of the two is enough to say that both are a name."""
    if given in _GIVEN and _JOINED.fullmatch(family):
        return True
    return family in SURNAMES and _is_given(given) and ((len(family) > 1 and family in _USUAL) or given in _GIVEN)


@lru_cache(maxsize=4096)
def rare(text: str) -> str:
    """The same for one word that begins with any family name, in which many a place stands, too; a family name alone is nobody's."""
    if len(text) > _LONGEST_RARE:
        return ""
    plain = plain_form(text)
    if plain in SURNAMES or plain in _NO_PERSONS:
        return ""
    return (
        text
        if any(plain[:cut] in (SURNAMES if cut > 1 else _USUAL) and _is_given(plain[cut:]) for cut in _CUTS)
        else ""
    )


def _is_pair(family: str, given: str) -> bool:
    """A family name and a given name, and not two places beside each other."""
    family, given = plain_form(family), plain_form(given)
    if _JOINED.fullmatch(family) and given in _GIVEN:
        return True
    if family not in SURNAMES or not _is_given(given):
        return False
    return given in _GIVEN or family in _USUAL or not (len(given) > 1 and given in SURNAMES)


def is_stop(text: str) -> bool:
    """Whether a text ends as the names of companies, places, offices and times do."""
    ends = (text[-1:], text[-2:], text[-3:], text[-4:])
    return not _STOPS.isdisjoint(ends) or ("の" in text and _OF_STOP.search(text) is not None)


def _is_given(text: str) -> bool:
    """A name that is known, or else one to three kanji, or two to four kana; no word that ends a company's or a place's name."""
    if not text or len(text) > _LONGEST_GIVEN:
        return False
    if is_stop(text):  # 拓海, 美都: of one letter more a name of somewhere
        return len(text) > 1 and text[-2:] not in _STOPS and text[-3:] not in _STOPS and text in _GIVEN
    kana = len(_KANA_LETTER.findall(text))
    if kana == 0:
        return len(text) < _LONGEST_GIVEN
    if kana == len(text):
        return len(text) > 1 and (_ONE_SCRIPT.fullmatch(text) is not None or text in _GIVEN)
    return len(text) > 1 and (text[-1] in _LAST_OF_MIXED or text in _GIVEN)
