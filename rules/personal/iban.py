"""IBAN: country, two check digits and the account in the length of the country, by 97 (ISO 13616, ISO 7064)."""

import string
from collections.abc import Iterator

from rules.personal.check_digits import mod_97
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan, classes

WEIGHT = Weight.RECORD
KIND = Kind("IBAN（国際口座番号）", "IBAN", "IBANs", Leak.COSTS_MONEY)
# SWIFT, IBAN Registry: how long it is in each country.
_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FO FI GL NL SD", 19: "MK SI", 20: "AT BA EE KZ XK LT LU MN", 21: "CH HR LI LV", 22: "BH BG CR DE GE GB IE ME RS VA",
        23: "AE GI IL IQ OM SO TL", 24: "AD CZ MD PK RO SA SK ES SE TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_AS_BEGIN = classes({"A": string.ascii_uppercase.encode(), "0": string.digits.encode()})
_BEGIN = b"AA00"
_LONGEST = 48


def find(scan: Scan) -> Iterator[Hit]:
    """Accounts whose check digits fit; what is written behind one is not taken for its end."""
    for at in _beginnings(scan) if scan.numbers else ():
        signs = scan.text[at : at + _LONGEST]
        account = _account(signs, _LENGTHS.get(signs[:2], 0))
        if account and mod_97(account[4:] + account[:4]) == 1:
            yield Hit(at, account)


def _beginnings(scan: Scan) -> Iterator[int]:
    """Where two capitals and two digits begin a word."""
    marks = scan.octets.translate(_AS_BEGIN)
    at = marks.find(_BEGIN)
    while at >= 0:
        if not scan.text[at - 1 : at].isalnum() or not at:
            yield at
        at = marks.find(_BEGIN, at + 1)


def _account(signs: str, length: int) -> str:
    """The first letters and digits, in groups or not, where they end behind the last one."""
    kept = ""
    if not length:
        return ""
    for place, sign in enumerate(signs):
        if len(kept) == length:
            return kept if not (sign.isalnum() and signs[place - 1].isalnum()) else ""
        if sign.isascii() and sign.isalnum() and not sign.islower():
            kept += sign
        elif sign not in " -":
            return ""
    return kept if len(kept) == length else ""


EXAMPLES = (
    Sample("as one", (("IBAN DE89370400440532013000",),), ("DE89370400440532013000",)),
    Sample("in groups", (("GB29 NWBK 6016 1331 9268 19, NL91 ABNA 0417 1643 00",),), ("GB29NWBK60161331926819", "NL91ABNA0417164300")),
    Sample("before other words", (("FR14 2004 1010 0505 0001 3M02 606 BIC PSSTFRPP",),), ("FR1420041010050500013M02606",)),
    Sample("wrong check digits", (("DE88370400440532013000",),)),
    Sample("too short", (("DE8937040044053201300",),)),
    Sample("another country's length", (("NO89370400440532013000",),)),
)  # fmt: skip
