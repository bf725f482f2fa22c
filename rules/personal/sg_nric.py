"""Singaporean NRIC and FIN: a letter, seven digits and a check letter; behind its label."""

import re

from rules.personal.check_digits import weighted
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind(
    "シンガポール身分証番号（NRIC・FIN）",
    "Singaporean identity number",
    "Singaporean identity numbers",
    Leak.IDENTIFIES,
)
LABEL = label(
    r"nric\b",
    r"nric[ _/-]",
    r"\bfin\b",
    r"\bfin[ _-]?no",
    r"\bic (?:no|num)",
    r"identity card",
    signs="nric fin ic iden finn",
    columns=r"^ic$",
)
SIGNS = LABEL.signs
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z-])[STFGM]\d{7}[A-Z](?![0-9A-Za-z-])", re.IGNORECASE)
_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
# Letters by the rest, of citizens and residents, of foreigners, and of foreigners from 2022 on; T and G add 4, M adds 3.
_LETTERS = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "KLJNPQRTUWX"}
_ADDED = {"T": 4, "G": 4, "M": 3}


def _read(text: str) -> str:
    """The number where its letter fits (not published; borne by the numbers in use)."""
    rest = (weighted(text[1:8], _WEIGHTS) + _ADDED.get(text[0], 0)) % 11
    letters = _LETTERS[text[0]]
    return text if text[-1] == (letters[10 - rest] if text[0] == "M" else letters[rest]) else ""


find = by_label(_CANDIDATE, LABEL, _read)

EXAMPLES = (
    Sample("labelled", (("NRIC: S1234567D",),), ("S1234567D",)),
    Sample("under its column", (("Tan", "f1234567n"),), ("F1234567N",), ("Name", "NRIC/FIN")),
    Sample("a wrong letter", (("NRIC: S1234567A",),)),
    Sample("no label", (("S1234567D",),)),
)
