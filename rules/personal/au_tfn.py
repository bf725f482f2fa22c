"""Australian tax file number: eight or nine digits with a check by eleven; behind its label."""

import re

from rules.personal.check_digits import weighted
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("オーストラリア納税者番号", "Australian tax file number", "Australian tax file numbers", Leak.IDENTIFIES)
LABEL = label(r"tfn\b", r"tax[ _-]?file", signs="tfn tax")
SIGNS = LABEL.signs
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])\d{3}([ -]?)\d{3}\1\d{2,3}(?![0-9A-Za-z-])")
_WEIGHTS = {9: (1, 4, 3, 7, 5, 8, 6, 9, 10), 8: (10, 7, 8, 4, 6, 3, 5, 1)}


def _read(number: str) -> str:
    """The number where its sum is a multiple of 11 (ATO, Tax File Number algorithm)."""
    return number if weighted(number, _WEIGHTS[len(number)]) % 11 == 0 else ""


find = by_label(_CANDIDATE, LABEL, _read, reach=120)

EXAMPLES = (
    Sample("labelled", (("TFN: 123 456 782",),), ("123456782",)),
    Sample("under its column", (("Kim", "123456782"),), ("123456782",), ("Name", "Tax File Number")),
    Sample("a wrong check digit", (("TFN: 123 456 783",),)),
    Sample("no label", (("123 456 782",),)),
)
