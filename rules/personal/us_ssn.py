"""US social security number: nine digits, 3-2-4, of an area that was issued; behind its label."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("米国社会保障番号", "US social security number", "US social security numbers", Leak.IDENTIFIES)
LABEL = label(
    r"ssns?\b",
    r"ssn[ _-]?(?:no|num|#|tin)",
    r"social[ _-]?sec",
    r"soc\.? ?sec",
    r"ss ?#",
    "社会保障番号",
    signs="ssn ssns soci soc ss 社会保障",
)
SIGNS = LABEL.signs
# 20 CFR 422.103; SSA: no area 000, 666 or 900 and above, no group 00, no serial 0000.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])(?!000|666|9)\d{3}([- .]?)(?!00)\d{2}\1(?!0000)\d{4}(?![0-9A-Za-z-])")
_CUT_SHORT = re.compile(r"(?<![^\t\n])[1-9]\d{6,7}(?![^\t\n])")
_ISSUED = re.compile(r"(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}")


def _read(text: str) -> str:
    return text if _ISSUED.fullmatch(text) else ""


find = by_label(_CANDIDATE, LABEL, _read, reach=120, cut_short=_CUT_SHORT, size=9)

EXAMPLES = (
    Sample("labelled", (("SSN: 219-09-9999",),), ("219099999",)),
    Sample(
        "under its column, the zero dropped",
        (("Ann", "219-09-9999"), ("Bob", "78051120")),
        ("219099999", "078051120"),
        ("Name", "SSN"),
    ),
    Sample("in a sentence", (("His social security number is 219 09 9999.",),), ("219099999",)),
    Sample("an area that is not issued", (("SSN: 666-09-9999, 900-12-3456, 000-12-3456",),)),
    Sample("a part number", (("part no 219-09-9999",),)),
    Sample("another label between", (("SSN on file; order 219-09-9999",),)),
)
