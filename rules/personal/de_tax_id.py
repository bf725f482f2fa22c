"""German tax identification number (Steuer-ID): eleven digits with a check digit; behind its label."""

import re
from collections import Counter

from rules.personal.check_digits import mod_11_10
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("ドイツ納税者番号", "German tax number", "German tax numbers", Leak.IDENTIFIES)
LABEL = label(
    *(r"steuer[ -]?id", r"steuerl(?:iche)?\.? ?id", r"steueridentifikation", r"identifikationsnummer", r"idnr\b", r"id-?nr\b", r"tin\b", r"tax[ _-]?id"),
    signs="steu iden idnr nr tin tax",
)  # fmt: skip
SIGNS = LABEL.signs
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.-])[1-9]\d([ ]?)\d{3}\1\d{3}\1\d{3}(?![0-9A-Za-z-])")
_OFTEN = 3


def _read(number: str) -> str:
    """The number where its digits are as § 139b AO and its regulation want them: one of the first ten twice or thrice."""
    most = max(Counter(number[:-1]).values())
    return number if 1 < most <= _OFTEN and mod_11_10(number) else ""


find = by_label(_CANDIDATE, LABEL, _read)

EXAMPLES = (
    Sample("labelled", (("Steuer-ID: 86 095 742 719",),), ("86095742719",)),
    Sample("under its column", (("Erika", "86095742719"),), ("86095742719",), ("Vorname", "IdNr")),
    Sample("a wrong check digit", (("Steuer-ID: 86 095 742 718",),)),
    Sample("no label", (("86095742719",),)),
)
