"""Payment card: 14 to 19 digits of a known issuer with the Luhn digit (ISO/IEC 7812-1 Annex B), in a card's grouping."""

import re
from collections.abc import Iterator

from rules.personal.context import words
from rules.personal.normal import digits
from rules.personal.pieces import in_pieces, pieces
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
KIND = Kind("クレジットカード番号", "payment card number", "payment card numbers", Leak.COSTS_MONEY)
# Behind a sign of equality only where that follows what a card's field is called: in logs much else stands there.
_CANDIDATE = re.compile(
    r"(?:(?<![0-9A-Za-z.=_/-])|(?<=(?:ard|ARD|pan|PAN|ber|BER|_no|_NO)=))(?:\d{14,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{2,4}(?:\1\d{1,3}(?![0-9/]))?|\d{4}([ -])\d{6}\2\d{4,5})(?![0-9A-Za-z_-])"
)
_PIECES = pieces(
    r"\d{4}~\d{4}~\d{4}~\d{4}(?:~\d{1,3})?", r"\d{4}~\d{4}~\d{8}", r"\d{4}~\d{6}~\d{4,5}", r"\d(?:~\d){13,18}"
)
_WORDS = words(
    *(
        "カード",
        "クレカ",
        "クレジット",
        "credit",
        r"\bcard",
        "visa",
        "master",
        "jcb",
        "amex",
        "american express",
        "diners",
    ),
    *("決済", "有効期限", "名義", "セキュリティコード", r"pan\b"),
)
# MM/YY behind a number in groups says as much as a word.
_EXPIRY = re.compile(r"(?<![0-9/])(?:0[1-9]|1[0-2]) ?/ ?(?:20)?[2-4][0-9](?![0-9/])")
_ISSUER = re.compile(
    r"(?:4\d{12}(?:\d{3}){1,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17})\Z"
)
_SHORTEST = 13
_ENOUGH = 5
_SHARE = 0.6


def valid(number: str) -> bool:
    """Whether the last digit fits (Luhn).

    >>> valid("4111111111111111"), valid("4111111111111112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the two digits of a number above 9
    return total % 10 == 0


def find(scan: Scan) -> Iterator[Hit]:
    """Cards with a word near them; without one, all of them when at least 60 % of three or more are valid."""
    if not scan.has_long_number:
        return
    tokens = [(m.start(), m.end(), digits(m[0])) for m in scan.in_numbers(_CANDIDATE, _SHORTEST, *range(14, 20))]
    tokens = [token for token in tokens if _ISSUER.match(token[2])]
    good = [token for token in tokens if valid(token[2])]
    many = len(tokens) >= _ENOUGH and len(good) >= _SHARE * len(tokens)
    seen: set[int] = set()
    for start, end, number in good:
        expires = end - start > len(number) and scan.near(_EXPIRY, start, end, 0, 40)
        if many or expires or scan.near(_WORDS, start, end, 120, 60):
            seen.add(start)
            yield Hit(start, number)
    for start, number in in_pieces(scan, _PIECES, _WORDS, 120, 60):
        if start not in seen and _ISSUER.match(number) and valid(number):
            yield Hit(start, number)


EXAMPLES = (
    Sample("in groups of four", (("決済カード 4111-1111-1111-1111",),), ("4111111111111111",)),
    Sample("in full width", (("カード番号は ５５５５－５５５５－５５５５－４４４４ です",),), ("5555555555554444",)),
    Sample("4-6-5", (("3782 822463 10005",),), ("378282246310005",), ("カード番号",)),
    Sample("a digit a box", (("カード番号", *"4111111111111111"),), ("4111111111111111",)),
    Sample("four digits a line", (("クレカ",), ("4111",), ("1111",), ("1111",), ("1111",)), ("4111111111111111",)),
    Sample("with octets that nobody can read", (("カード番号 4111\ufffd1111\ufffd1111\ufffd1111",),), ("4111111111111111",)),
    Sample("with dots", (("カード番号 4111.1111.1111.1111",),), ("4111111111111111",)),
    Sample("takings a month", (("カード売上", "980", "4111", "1111", "1111", "1111", "520"),)),
    Sample("no word, but all of them valid", (("4111111111111111",), ("5555555555554444",), ("3530111333300000",), ("378282246310005",), ("6011111111111117",)), ("4111111111111111", "5555555555554444", "3530111333300000", "378282246310005", "6011111111111117")),
    Sample("three order numbers that are valid by chance", (("4111111111111111",), ("5555555555554444",), ("3530111333300000",))),
    Sample("no word, but when it expires", (("4111 1111 1111 1111 03/28 123",),), ("4111111111111111",)),
    Sample("no groups, and a date", (("4111111111111111 03/28",),)),
    Sample("a wrong last digit", (("カード番号 4111-1111-1111-1112",),)),
    Sample("no issuer", (("カード番号 9111111111111113",),)),
    Sample("valid by chance in a log", (("req=4111111111111111 200",),)),
    Sample("in a field of a log", (("PAN=4111111111111111",), ("card_number=5555555555554444&x=1",)), ("4111111111111111", "5555555555554444")),
)  # fmt: skip
