"""Driving licence number of Japan: 12 digits, first the commission that issued it; where its label says so."""

import re

from rules.personal.check_digits import weighted
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("運転免許証番号", "driving licence number", "driving licence numbers", Leak.IDENTIFIES)
SIGNS = frozenset(["免許", "免許証", "driv", "lice", "dl", "menk"])
LABEL = label(
    *("運転免許", "免許証", "免許番号", "免許の番号", "免許No", r"driver'?s?['’]? ?(?:licen[cs]e|permit|lic\b)", r"driving[ _-]?licen[cs]e", r"driver_?licen[cs]e"),
    *(r"licen[cs]e[ _-]?(?:no|num|#)", "menkyo"),
    signs="免許 driv lice menk dl", columns=r"^(?:licen[cs]e|dl)(?: ?(?:no\.?|number))?$",
)  # fmt: skip
# 道路交通法施行規則 別記様式第14 shows the number; the first two digits: 北海道 with its areas, 東北, 東京, 関東 and 中部, and so on to 沖縄.
_COMMISSION = re.compile(r"(?:1[0-4]|2[0-5]|30|4\d|5[0-5]|6[0-5]|7[0-4]|8[0-3]|9[0-7])\d{10}")
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])\d{4}([ -]?)\d{4}\1\d{4}(?![0-9A-Za-z-])")
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def valid(number: str) -> bool:
    """Whether the eleventh digit fits the ten before it by 11 (not published; borne by the numbers in use). The twelfth counts cards that were lost.

    >>> valid("308412345680"), valid("308412345690")
    (True, False)
    """
    rest = weighted(number, _WEIGHTS) % 11
    return bool(_COMMISSION.fullmatch(number)) and int(number[10]) in ({(11 - rest) % 10} if rest else {0, 1})


find = by_label(_CANDIDATE, LABEL, lambda text: text if valid(text) else "")

EXAMPLES = (
    Sample("labelled", (("運転免許証番号：308412345680",),), ("308412345680",)),
    Sample("as the card has it", (("免許証の番号 第３０８４１２３４５６８０号",),), ("308412345680",)),
    Sample("under its column", (("山田", "308412345680"),), ("308412345680",), ("氏名", "運転免許証番号")),
    Sample("English", (("Driver's License No. 308412345680",),), ("308412345680",)),
    Sample("a list below its heading", (("運転免許証番号",), ("山田 308412345680",), ("鈴木 443012345600",)), ("308412345680", "443012345600")),
    Sample("a wrong check digit", (("運転免許証番号：308412345690",),)),
    Sample("no commission", (("運転免許証番号：028412345680",),)),
    Sample("another number in the row", (("運転免許証の写しを同封、追跡番号 308412345680",),)),
    Sample("another column", (("308412345680", "未提出"),), (), ("伝票番号", "運転免許証")),
    Sample("no label", (("308412345680",),)),
)  # fmt: skip
