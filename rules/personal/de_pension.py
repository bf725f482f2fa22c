"""German pension insurance number (Sozialversicherungsnummer): office, birth date, letter, serial and check digit; behind its label."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind(
    "ドイツ年金保険番号", "German pension insurance number", "German pension insurance numbers", Leak.IDENTIFIES
)
LABEL = label(
    *(r"sozialversicherung", r"rentenversicherung", r"versicherungs-?(?:nummer|nr)", r"rvnr\b", r"sv-?(?:nummer|nr)", r"sozialvers", "social security", "pension insurance"),
    signs="sozi rent vers rvnr sv svnr svnu soci pens",
)  # fmt: skip
SIGNS = LABEL.signs
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z.-])[0-8]\d([ ]?)[0-9]\d\1?(?:0[1-9]|1[0-2])\1?\d{2}[ ]?[A-Z][ ]?\d{2}[ ]?\d(?![0-9A-Za-z-])"
)
_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
_LETTER = 8


def _read(number: str) -> str:
    """The number where its last digit fits (VKVV § 2 with appendix: the letter as its place of two digits, sums of digits by ten)."""
    place = f"{ord(number[_LETTER]) - 64:02}"
    signs = number[:_LETTER] + place + number[_LETTER + 1 : -1]
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(signs, _WEIGHTS, strict=True))
    return number if total % 10 == int(number[-1]) else ""


find = by_label(_CANDIDATE, LABEL, _read)

EXAMPLES = (
    Sample("labelled", (("Sozialversicherungsnummer: 15 070649 C 103",),), ("15070649C103",)),
    Sample("under its column", (("Erika", "15070649C103"),), ("15070649C103",), ("Vorname", "SV-Nummer")),
    Sample("a wrong check digit", (("Sozialversicherungsnummer: 15 070649 C 104",),)),
    Sample("no label", (("15070649C103",),)),
)
