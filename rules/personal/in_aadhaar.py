"""Indian Aadhaar number: twelve digits, 4-4-4, the last by Verhoeff; behind its label."""

import re

from rules.personal.check_digits import verhoeff
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("インド・アドハー番号", "Indian Aadhaar number", "Indian Aadhaar numbers", Leak.IDENTIFIES)
LABEL = label(r"aadhaa?r", r"adhaa?r", r"uidai", r"\buid\b", "आधार", signs="aadh adha uida uid आधार")
SIGNS = LABEL.signs
# UIDAI: not 0 or 1 in front.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])[2-9]\d{3}([ -]?)\d{4}\1\d{4}(?![0-9A-Za-z-])")
find = by_label(_CANDIDATE, LABEL, lambda number: number if verhoeff(number) else "")

EXAMPLES = (
    Sample("labelled", (("Aadhaar: 2345 6789 0124",),), ("234567890124",)),
    Sample("under its column", (("Asha", "234567890124"),), ("234567890124",), ("Name", "Aadhaar No")),
    Sample("a wrong check digit", (("Aadhaar: 2345 6789 0125",),)),
    Sample("no label", (("2345 6789 0124",),)),
)
