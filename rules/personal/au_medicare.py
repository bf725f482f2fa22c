"""Australian Medicare number: ten digits, the ninth a check digit, often with the place on the card behind; behind its label."""

import re

from rules.personal.check_digits import weighted
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind(
    "オーストラリア・メディケア番号", "Australian Medicare number", "Australian Medicare numbers", Leak.IDENTIFIES
)
LABEL = label(r"medicare", signs="medi")
SIGNS = LABEL.signs
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])[2-6]\d{3}([ -]?)\d{5}\1\d(?:[ /-]?[1-9])?(?![0-9A-Za-z-])")
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
_CHECK, _LENGTH = 8, 10


def _read(number: str) -> str:
    """The number where its ninth digit fits (Services Australia: weights 1, 3, 7, 9 by ten)."""
    return number[:_LENGTH] if weighted(number[:_CHECK], _WEIGHTS) % 10 == int(number[_CHECK]) else ""


find = by_label(_CANDIDATE, LABEL, _read)

EXAMPLES = (
    Sample("labelled", (("Medicare number: 2123 45670 1",),), ("2123456701",)),
    Sample("under its column", (("Kim", "21234567011"),), ("2123456701",), ("Name", "Medicare")),
    Sample("a wrong check digit", (("Medicare number: 2123 45671 1",),)),
    Sample("no label", (("2123 45670 1",),)),
)
