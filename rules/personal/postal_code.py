"""Postal code of Japan: three and four digits behind 〒 or under its column; says where somebody lives, and never counts alone."""

import re
from collections.abc import Iterator

from rules.personal.normal import digits
from rules.personal.scan import Hit, Kind, Sample, Scan, Weight

WEIGHT = Weight.RECORD
KIND = Kind("郵便番号", "postal code", "postal codes")
_BEHIND_SIGN = re.compile(r"〒[\s:]{0,2}(\d{3}-?\d{4})(?![0-9])")
_COLUMN = re.compile(r"郵便|〒|^(?:zip|postal|post)[ _-]?(?:code|no)?$")
_CELL = re.compile(r"\d{3}-?\d{4}|[1-9]\d{5,6}")
_LENGTH = 7


def find(scan: Scan) -> Iterator[Hit]:
    """Codes as seven digits, all weak."""
    for found in _BEHIND_SIGN.finditer(scan.text) if "〒" in scan.text else ():
        yield Hit(found.start(1), digits(found[1]), weak=True)
    for start, cell in scan.cells(_COLUMN):
        if _CELL.fullmatch(cell.strip()):
            yield Hit(start, digits(cell).zfill(_LENGTH), weak=True)


EXAMPLES = (
    Sample("behind its sign", (("〒123-4567 東京都",), ("〒１２３４５６７",)), ("1234567", "1234567")),
    Sample("under its column", (("100-0001",), ("600001",)), ("1000001", "0600001"), ("郵便番号",)),
    Sample("any other number", (("123-4567", "1234567"),)),
)
