"""Company names: which organisations a line of text names, as keys without legal form, department, case and width.

A name is taken where its form says that it is one (株式会社…, … GmbH), where 御中 follows it, or where a label stands before it (顧客名, Bill to).
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from mail.marks import stream_safe

LONGEST: Final = 200
"""Characters of a line that are looked at."""
_FORMS = (
    "株式会社|有限会社|合同会社|合名会社|合資会社|(?:一般|公益)?(?:社団|財団)法人|(?:医療|学校|宗教|社会福祉|独立行政|国立大学|NPO|特定非営利活動)法人(?:社団|財団)?"
    r"|\([株有同資医学福財社]\)"
)
_FORM = re.compile(_FORMS)
_RIGHT = re.compile(r"[ ]?((?:[ぁ-ん]{2,8}(?=[一-龥ァ-ヶ]|[ ]|\Z))?[一-龥々〆ァ-ヶーA-Za-z0-9&・'-]{0,25})")
_NOT_HIRAGANA = re.compile(r"[一-龥々〆ァ-ヶーA-Za-z0-9&・'-]{1,25}\Z")
_HIRAGANA = re.compile(r"[ぁ-ん]{1,12}\Z")
_PARTICLES = frozenset(
    ["は", "が", "を", "に", "の", "と", "も", "へ", "で", "や", "から", "より", "まで", "また", "および", "及び"]
)
_DEPARTMENT = re.compile(
    r"(?:代表|総務|営業|経理|財務|人事|購買|調達|資材|法務|情報|システム|企画|開発|技術|製造|品質|管理|広報|秘書|業務|生産|物流|国際|海外|経営"
    r"|第[一二三四五0-9]|東京|大阪|名古屋|本社|本店|本部|御担当|ご担当|担当)\w{0,12}\Z"
)
_OFFICE = re.compile(r"\w{0,12}(?:部|課|係|室|科|局|支店|支社|営業所|工場|センター|グループ|チーム|事務局)\Z")
_HONOURED = re.compile(r"([^、。:,]{2,60}?)[ ]?御中")
_LABEL = re.compile(
    r"(?:\A|\t)[ ]?(?:顧客名|得意先名?|客先名?|お客様名|お客さま名|発注者|注文者|納品先|請求先|宛先|納入先|貴社名|取引先名?|会社名|御社名"
    r"|bill(?:ed)? to|ship to|sold to|prepared for|customer|client|kunde|an|attn|to)[ ]?(?::[ \t]{0,2}|\t)([^\t。、]{2,60})",
    re.IGNORECASE,
)
_VALUE_ENDS = re.compile(r"御中|様|殿|\((?!.\))")
_LATIN_FORMS = (
    r"(?:Inc|Ltd|Limited|LLC|LLP|GmbH|AG|KG|Corp|Corporation|Co|Company|PLC|plc|S\.A\.S|SAS|S\.A|SA|S\.r\.l|Srl|S\.p\.A|SpA|B\.V|BV|N\.V|NV|A/S"
    r"|AB|Oy|K\.K|KK|Pty|Pte|S\.L|SL|ApS|SE)\b"
)
_LATIN = re.compile(
    rf"\b([A-Z0-9][\w&.'’-]{{0,30}}(?:[ ](?:[A-Z0-9][\w&.'’-]{{0,30}}|&|and|und|et|of|de|di|von|van)){{0,4}})[ ]?,?[ ]{_LATIN_FORMS}"
)
_FORMS_BY_FIRST = _LATIN_FORMS.removeprefix("(?:").removesuffix(r")\b").split("|")
_FIRSTS = "".join(sorted({form[0] for form in _FORMS_BY_FIRST}))
_BY_FIRST = "|".join(f"(?<={form[0]}){form[1:]}" for form in _FORMS_BY_FIRST)
# What stands in every form, or is one; and what ends a name in Latin letters: nothing else need be looked at.
_SIGNS = ("会社", "法人", *(f"({letter})" for letter in "株有同資医学福財社"))
_MAY_END = re.compile(f"[{_FIRSTS}](?<= .)(?:{_BY_FIRST})\\b")
_LATIN_FORM = re.compile(
    r"[ ,]{1,3}(?:Inc|Ltd|Limited|LLC|GmbH|AG|KG|Corp|Corporation|Co|Company|PLC|SA|BV|AB|KK)\b\.?.*\Z",
    re.IGNORECASE | re.DOTALL,
)
_NOBODY = frozenset(
    [
        "各位",
        "お客様",
        "お客様各位",
        "関係各位",
        "関係者各位",
        "関係者",
        "担当者",
        "担当",
        "皆様",
        "貴社",
        "御社",
        "弊社",
        "当社",
        "会社",
        "販売店",
        "代理店",
        "取引先",
        "お取引先",
        "得意先",
        "顧客",
        "本人",
        "様",
        "見本",
        "サンプル",
        "customer",
        "client",
        "company",
        "you",
        "whom",
        "theteam",
        "all",
    ]
)
_SHORTEST, _SHORTEST_LATIN = 2, 3


def normal(text: str) -> str:
    """NFKC: ㈱ is (株), full-width letters are letters."""
    return text if text.isascii() else unicodedata.normalize("NFKC", stream_safe(text))


def key_of(name: str) -> str:
    """A name to compare by; "" where it is too short or nobody's.

    >>> key_of("株式会社 青木商事"), key_of("Acme Trading Ltd."), key_of("ＡＣＭＥ　ｔｒａｄｉｎｇ"), key_of("関係各位")
    ('青木商事', 'acmetrading', 'acmetrading', '')
    """
    bare = _LATIN_FORM.sub("", _FORM.sub(" ", normal(name)))
    made = "".join(filter(str.isalnum, bare)).casefold()
    short = _SHORTEST_LATIN if made.isascii() else _SHORTEST
    return "" if len(made) < short or made in _NOBODY or made.isdigit() else made


def naming(lines: Sequence[str]) -> set[int]:
    """Which lines may name a company by its form: of a long file few do. `lines`: as `normal` makes them."""
    text = "\n".join(lines)
    places = [found.start() for found in _MAY_END.finditer(text)]
    if any(sign in text for sign in _SIGNS):
        places += [found.start() for found in _FORM.finditer(text)]
    starts = list(accumulate([len(line) + 1 for line in lines], initial=0)) if places else []
    return {bisect_right(starts, place) - 1 for place in places}


def companies(line: str) -> Iterator[str]:
    """Keys of the companies that a line names by their form. `line`: as `normal` makes it."""
    for found in _FORM.finditer(line):
        name = _before(line[max(0, found.start() - 40) : found.start()]) or _behind(line, found.end())
        if made := key_of(name):
            yield made
    for latin in _LATIN.finditer(line):
        if made := key_of(latin[1]):
            yield made


def honoured(line: str) -> Iterator[str]:
    """Keys of those whom a line addresses with 御中."""
    for found in _HONOURED.finditer(line) if "御中" in line else ():
        words = [_without_department(word) for word in found[1].split()]
        names = [word for word in words if key_of(word)]
        if names and (made := key_of(names[-1])):
            yield made


def labelled(line: str) -> Iterator[str]:
    """Keys of those who stand behind a label that says for whom it is; cells of a row are parted by tabs."""
    for found in _LABEL.finditer(line):
        value = _VALUE_ENDS.split(found[1], maxsplit=1)[0].strip()
        name = next(companies(value), "") or key_of(_without_department(value))
        if name and len(value.split()) <= 5:  # noqa: PLR2004 - a sentence is no name
            yield name


def _before(left: str) -> str:
    """The name that ends where its form begins: 青木商事株式会社."""
    found = _NOT_HIRAGANA.search(left)
    if not found:
        return ""
    kana = _HIRAGANA.search(left[: found.start()])
    if not kana or kana[0] in _PARTICLES:
        return found[0]
    begins = kana.start() == 0 or left[kana.start() - 1] in " 　:()「」・,、。"
    return kana[0] + found[0] if begins else ""


def _behind(line: str, at: int) -> str:
    """The name that begins where its form ends: 株式会社青木商事."""
    found = _RIGHT.match(line, at)
    return _without_department(found[1]) if found else ""


def _without_department(name: str) -> str:
    """青木商事営業部 is a part of 青木商事."""
    bare = _DEPARTMENT.sub("", name)
    return "" if _OFFICE.fullmatch(bare) else bare
