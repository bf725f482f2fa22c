"""Corporate number (法人番号): 13 digits with a check digit in front; not personal, but evidence that a list is of companies."""

import re
from collections.abc import Iterator

from rules.personal.normal import digits
from rules.personal.recogniser import Hit, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.EVIDENCE
_CANDIDATE = re.compile(r"(?<![0-9A-SU-Za-z.-])T?(?:\d{13}|\d-\d{4}-\d{4}-\d{4})(?![0-9A-Za-z.-])")
_LENGTH = 13


def valid(number: str) -> bool:
    """Whether the first digit is 9 − (Σ Pn·Qn mod 9) over the others from the right (法人番号の指定等に関する省令 第2条).

    >>> valid("7000012050002"), valid("1000012050002")
    (True, False)
    """
    if len(number) != _LENGTH:
        return False
    total = 2 * sum(map(int, number[1::2])) + sum(map(int, number[2::2]))
    return int(number[0]) == 9 - total % 9


def find(scan: Scan) -> Iterator[Hit]:
    """Valid numbers; a T in front makes it an invoice number (インボイス)."""
    for found in scan.in_numbers(_CANDIDATE, _LENGTH, _LENGTH):
        number = digits(found[0])
        if valid(number):
            yield Hit(found.start(), number)


EXAMPLES = (
    Sample("bare", (("国税庁", "7000012050002"),), ("7000012050002",)),
    Sample("as an invoice number", (("登録番号 T7000012050002",),), ("7000012050002",)),
    Sample("a wrong check digit", (("1000012050002",),)),
    Sample("inside a longer number", (("70000120500021",),)),
)
