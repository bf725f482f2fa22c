"""Taiwanese identity number: a letter of the place, nine digits, the last a check digit; behind its label."""

import re

from rules.personal.check_digits import weighted
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("台湾身分証番号", "Taiwanese identity number", "Taiwanese identity numbers", Leak.IDENTIFIES)
LABEL = label(
    *("身分證", "身份證", "統一證號", "居留證", "國民身分", r"taiwan[ _-]?id", r"national[ _-]?id", r"\bid (?:no|num|card)", r"arc no"),
    signs="身分 身份 統一證號 居留證 taiw nati id arc", columns=r"^id$|證號$",
)  # fmt: skip
SIGNS = LABEL.signs
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z-])[A-Z][1289]\d{8}(?![0-9A-Za-z-])", re.IGNORECASE)
# 戶籍法施行細則: the letter stands for two digits, A for 10, with I, O, W, X, Y, Z out of the row.
_PLACES = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def _read(text: str) -> str:
    """The number where the sum by 1, 9, 8 … 1, 1 is a multiple of ten."""
    place = 10 + _PLACES.index(text[0])
    return text if weighted(f"{place}{text[1:]}", (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0 else ""


find = by_label(_CANDIDATE, LABEL, _read)

EXAMPLES = (
    Sample("labelled", (("身分證字號：A123456789",),), ("A123456789",)),
    Sample("under its column", (("王", "a123456789"),), ("A123456789",), ("姓名", "身分證號碼")),
    Sample("a wrong check digit", (("身分證字號：A123456788",),)),
    Sample("no label", (("A123456789",),)),
)
