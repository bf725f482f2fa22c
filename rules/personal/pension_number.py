"""Basic pension number (基礎年金番号): ten digits, 4-6, behind its label; one that looks like a telephone's is a pension's there."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("基礎年金番号", "pension number", "pension numbers", Leak.IDENTIFIES)
LABEL = label(
    *(
        "基礎年金",
        "年金番号",
        "年金手帳",
        "国民年金番号",
        r"pension[ _-]?(?:no|num|id|#)",
        r"basic[ _-]?pension",
        "nenkin",
    ),
    signs="年金 pens nenk basi",
)
SIGNS = LABEL.signs
# 国民年金法施行規則 第1条: 基礎年金番号, ten digits.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])\d{4}[- \t./]{0,3}\d{6}(?![0-9A-Za-z-])")
_CUT_SHORT = re.compile(r"(?<![^\t\n])[1-9]\d{7,8}(?![^\t\n])")
find = by_label(_CANDIDATE, LABEL, str, cut_short=_CUT_SHORT, size=10)

EXAMPLES = (
    Sample("labelled", (("基礎年金番号：1234-567890",),), ("1234567890",)),
    Sample("like a telephone", (("基礎年金番号 ０９０１−２３４５６７",), ("年金番号 0312-345678",)), ("0901234567", "0312345678")),
    Sample("under its column, the zero dropped", (("山田", "901234567"), ("鈴木", "0312-345678")), ("0901234567", "0312345678"), ("氏名", "基礎年金番号")),
    Sample("in two cells", (("1234", "567890"),), ("1234567890",), ("基礎年金番号", "")),
    Sample("English", (("Pension No. 1234-567890",),), ("1234567890",)),
    Sample("a telephone behind the label", (("年金番号のお問い合わせは電話 0570-051165",),)),
    Sample("no label", (("1234-567890",),)),
    Sample("an amount", (("年金 1,234,567円",),)),
)  # fmt: skip
