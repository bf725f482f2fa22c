"""Employment insurance number of a person (雇用保険被保険者番号): 4-6-1 behind its label; an establishment's has the same form and is nobody's."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("雇用保険被保険者番号", "employment insurance number", "employment insurance numbers", Leak.IDENTIFIES)
LABEL = label(
    r"雇用保険(?!.{0,3}(?:適用)?事業)", "被保険者番号", "被保険者証", "雇保番号", r"employment[ _-]?insurance", r"unemployment[ _-]?insurance",
    signs="雇用保険 被保険者 雇保 empl unem",
)  # fmt: skip
SIGNS = LABEL.signs
# 雇用保険法施行規則 第10条: the number on 雇用保険被保険者証, 4-6-1.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])(?:\d{4}[- ]{1,3}\d{6}[- ]{1,3}\d|\d{11})(?![0-9A-Za-z-])")
_CUT_SHORT = re.compile(r"(?<![^\t\n])[1-9]\d{9}(?![^\t\n])")
find = by_label(_CANDIDATE, LABEL, str, cut_short=_CUT_SHORT, size=11)

EXAMPLES = (
    Sample("labelled", (("雇用保険被保険者番号 1234-567890-1",),), ("12345678901",)),
    Sample("in full width", (("被保険者番号：１２３４－５６７８９０－１",),), ("12345678901",)),
    Sample("under its column", (("山田", "12345678901"),), ("12345678901",), ("氏名", "雇用保険番号")),
    Sample("of an establishment", (("雇用保険適用事業所番号 1301-567890-1",),)),
    Sample("no label", (("1234-567890-1",),)),
)
