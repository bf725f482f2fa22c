"""UK NHS number: ten digits, 3-3-4, the last by eleven; behind its label."""

import re

from rules.personal.check_digits import weighted
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("英国NHS番号", "UK NHS number", "UK NHS numbers", Leak.IDENTIFIES)
LABEL = label(r"nhs\b", r"nhs[ _-]?(?:no|num|id)", signs="nhs nhsn")
SIGNS = LABEL.signs
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])\d{3}([- ]?)\d{3}\1\d{4}(?![0-9A-Za-z-])")


def _read(number: str) -> str:
    """The number where its last digit fits (NHS Data Dictionary, NHS NUMBER: weights 10 to 2, by 11)."""
    return number if weighted(number, (*range(10, 1, -1), 1)) % 11 == 0 else ""


find = by_label(_CANDIDATE, LABEL, _read)

EXAMPLES = (
    Sample("labelled", (("NHS number: 943 476 5919",),), ("9434765919",)),
    Sample("under its column", (("Ann", "9434765919"),), ("9434765919",), ("Patient", "NHS No")),
    Sample("a wrong last digit", (("NHS number: 943 476 5918",),)),
    Sample("a telephone of the NHS", (("NHS 111, telephone 943 476 5919",),)),
)
