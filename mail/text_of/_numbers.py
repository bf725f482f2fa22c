"""A number of a spreadsheet as who opens the file reads it: dates as ISO 8601, leading zeros of the format, no exponent."""

import re
from datetime import date, timedelta

EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
# ECMA-376 part 1, 18.8.30: built-in number formats that are dates, with those of Japanese Excel.
# What a code says beside its digits (ECMA-376 part 1, 18.8.31): colours, conditions, texts, blanks; "general", exponents.
_ASIDE = re.compile(r'\[[^\]]{0,80}\]|\\.|_.|\*.|"[^"]{0,255}"|general|e[+-]', re.DOTALL)
_DATE_FORMATS = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)})


def shown(value: str, number: int, code: str, epoch: date = EPOCH) -> str:
    """A value by the number of its format and, where that is not built in, its code."""
    plain = plain_number(value)
    code = code.lower()
    if is_date(number, code):
        return _date(value, epoch) or plain
    digits = code.split(";")[0].replace("\\", "").replace('"', "")
    if digits and set(digits) <= {"0", "-"} and plain.isdecimal():
        return _in_format(plain, digits)
    return plain


def is_date(number: int, code: str) -> bool:
    """Whether a format shows a date."""
    if not code:
        return number in _DATE_FORMATS
    bare = _ASIDE.sub("", code)
    return ("y" in bare or "e" in bare) and ("m" in bare or "d" in bare)


def is_general(number: int, code: str) -> bool:
    """Whether a format shows a number as it is: no date, no zeros in front."""
    code = code.lower()
    digits = code.split(";")[0].replace("\\", "").replace('"', "")
    return not is_date(number, code) and not (digits and set(digits) <= {"0", "-"})


def plain_number(value: str) -> str:
    """No exponent and no .0: telephone numbers are numbers to Excel."""
    if value.isdecimal() or len(value) > 40:  # noqa: PLR2004 - no number Excel writes is longer
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e18 else value  # noqa: PLR2004


def _date(value: str, epoch: date) -> str:
    try:
        return (epoch + timedelta(days=int(float(value)))).isoformat()
    except (ValueError, OverflowError):
        return ""


def _in_format(digits: str, code: str) -> str:
    """`000-0000-0000` of 9012345678 → 090-1234-5678."""
    padded = iter(digits.zfill(code.count("0")))
    text = "".join(c if c == "-" else next(padded, "") for c in code)
    return text + "".join(padded)
