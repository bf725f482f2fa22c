"""US individual taxpayer identification number: nine digits that begin with 9; behind its label."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("米国納税者番号（ITIN）", "US taxpayer number", "US taxpayer numbers", Leak.IDENTIFIES)
LABEL = label(r"itins?\b", r"individual tax", r"taxpayer[ _-]?id", r"tax[ _-]?id", signs="itin itins indi taxp tax")
SIGNS = LABEL.signs
# IRS, Internal Revenue Manual 3.21.263: 9, and the fourth and fifth digits 50 to 65, 70 to 88, 90 to 92, 94 to 99.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])9\d{2}([- ]?)(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\1\d{4}(?![0-9A-Za-z-])")
find = by_label(_CANDIDATE, LABEL, str, reach=80)

EXAMPLES = (
    Sample("labelled", (("ITIN 912-70-1234",),), ("912701234",)),
    Sample("under its column", (("912701234",),), ("912701234",), ("ITIN",)),
    Sample("an employer's", (("EIN 12-3456789, tax id 12-3456789",),)),
    Sample("no group of theirs", (("ITIN 912-66-1234",),)),
    Sample("no label", (("912-70-1234",),)),
)
