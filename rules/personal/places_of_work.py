"""Places of work: whether a row is of an office, a shop or a company, whose telephone and address are nobody's."""

import re

from rules.personal.context import words

_KINDS = [
    "支店",
    "営業所",
    "本社",
    "支社",
    "本店",
    "工場",
    "センター",
    "出張所",
    "事業所",
    "事務所",
    "支局",
    "支所",
    "店舗",
    "売場",
    "オフィス",
    "研究所",
    "倉庫",
    "物流",
    "病院",
    "医院",
    "クリニック",
    "薬局",
    "学校",
    "保育園",
    "幼稚園",
    "役所",
    "役場",
    "図書館",
    "公民館",
    "ホテル",
    "分館",
    "別館",
    "会館",
    "体育館",
    "美術館",
    "博物館",
    "児童館",
    "消防署",
    "警察署",
    "保健所",
    "郵便局",
    "こども園",
    "旅館",
]
_ENDS = r"(?![^\s\t\n、,。/|()「」:0-9]{2})"
_JAPANESE = words(
    *(kind + _ENDS for kind in _KINDS),
    r"店(?<=[^\W\d_]店)" + _ENDS,
    *("株式会社", "有限会社", "合同会社", *(f"{kind}法人" for kind in ["社団", "財団", "医療", "学校", "社会福祉", "宗教", "特定非営利活動"])),
)  # fmt: skip
# The cell of a row: a department, whose telephone is nobody's unless it is a mobile.
_DEPARTMENT = re.compile(r"(?:^|\t)[^\W\d_]{2,12}(?:[課部係室局]|委員会|協議会|窓口)(?=$|\t| ?\()")
_MOBILE = re.compile(r"0[789]0[-( ]?[0-9]|\+81[- ]?[789]0")
_BRACKETED = ("(株)", "(有)", "㈱", "㈲")
# A search stops at capitals only, which are the first letter of a word.
_LATIN = re.compile(
    r"[BCFGHILOPSW](?<!\w.)(?:(?<=I)nc|(?<=L)(?:td|LC)|(?<=C)(?:orp|o)|(?<=G)mbH|(?<=S)(?:\.?A\.?R\.?L|\.p\.A)|(?<=B)\.V"
    r"|(?<=B)ranch|(?<=H)(?:ead [Oo]ffice|eadquarters|ospital|otel)|(?<=O)ffice|(?<=S)(?:tore|chool)|(?<=P)lant|(?<=W)arehouse|(?<=F)actory|(?<=C)linic)\b"
)


def names_a_place_of_work(text: str) -> bool:
    r"""Whether one is named.

    >>> names_a_place_of_work("福岡支店\\t092-123-4567"), names_a_place_of_work("山田\\t092-123-4567")
    (True, False)
    >>> names_a_place_of_work("東京都港区芝公園1-2-3")  # where people live, too
    False
    """
    if not text.isascii() and (_JAPANESE.search(text) or any(sign in text for sign in _BRACKETED)):
        return True
    return _LATIN.search(text) is not None


def is_of_department(row: str) -> bool:
    r"""Whether a row of a table, with tabs between its cells, is a department's.

    >>> is_of_department("総務課\\t0154-12-3456"), is_of_department("総務課\\t090-1234-5678"), is_of_department("山田\\t0154-12-3456")
    (True, False, False)
    """
    return not row.isascii() and _DEPARTMENT.search(row) is not None and not _MOBILE.search(row)
