"""Residence card (在留カード) and special permanent resident certificate: two letters, eight digits, two letters; where the label says so."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("在留カード番号", "residence card number", "residence card numbers", Leak.IDENTIFIES)
LABEL = label(
    *("在留", "特別永住", "外国人登録", r"residen(?:ce|t|cy)[ _-]?(?:card|permit|status)?", "zairyu"),
    signs="在留 特別永住 外国人登録 resi zair",
)
SIGNS = LABEL.signs
# 出入国管理及び難民認定法施行規則 第19条の6: アルファベット2字、数字8字、アルファベット2字.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z-])[A-Z]{2}[ -]?\d{8}[ -]?[A-Z]{2}(?![0-9A-Za-z-])", re.IGNORECASE)
find = by_label(_CANDIDATE, LABEL, str)

EXAMPLES = (
    Sample("labelled", (("在留カード番号 AB12345678CD",),), ("AB12345678CD",)),
    Sample("in full width and small letters", (("在留カード：ａｂ１２３４５６７８ｃｄ",),), ("AB12345678CD",)),
    Sample("under its column", (("グエン", "AB 12345678 CD"),), ("AB12345678CD",), ("氏名", "在留カード番号")),
    Sample("English", (("Residence card number: AB12345678CD",),), ("AB12345678CD",)),
    Sample("a parcel", (("在留カードは追跡番号 EE12345678JP で返送",),)),
    Sample("no label", (("AB12345678CD",),)),
    Sample("too short", (("在留カード番号 AB1234567CD",),)),
)
