"""US bank account: a number behind its label, beside a routing number with its check digit; with a name each."""

import re
from collections.abc import Iterator

from rules.personal.check_digits import weighted
from rules.personal.labels import label, labelled
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
ENOUGH = 2  # one is an invoice
KIND = Kind("米国の銀行口座", "US bank account", "US bank accounts", Leak.COSTS_MONEY)
NEEDS_NAME = True
ROUTING = label(r"routing", r"\baba\b", r"\brtn\b", signs="rout aba rtn")
ACCOUNT = label(r"account(?! routing)", r"acct", r"a/c", signs="acco acct")
SIGNS = ROUTING.signs
_ROUTING = re.compile(r"(?<![0-9A-Za-z.-])(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2])\d{7}(?![0-9A-Za-z-])")
_ACCOUNT = re.compile(r"(?<![0-9A-Za-z.-])\d(?:[ -]?\d){4,16}(?![0-9A-Za-z-])")
_WEIGHTS = (3, 7, 1) * 3
_NEAR = 160


def find(scan: Scan) -> Iterator[Hit]:
    """Accounts near a routing number (ABA: weights 3, 7, 1, by ten)."""
    routing = [
        (found.start(), found[0])
        for found in labelled(scan, _ROUTING, ROUTING)
        if weighted(found[0], _WEIGHTS) % 10 == 0
    ]
    places = frozenset(start for start, _ in routing)
    for found in labelled(scan, _ACCOUNT, ACCOUNT, reach=40) if routing else ():
        start = found.start()
        if start not in places and any(abs(start - place) < _NEAR for place in places):
            yield Hit(start, "".join(filter(str.isdecimal, found[0])))


EXAMPLES = (
    Sample("labelled", (("Routing number 021000021, account number 123456789012",),), ("123456789012",)),
    Sample(
        "under their columns", (("Ann", "021000021", "1234567890"),), ("1234567890",), ("Name", "Routing", "Account No")
    ),
    Sample("a wrong routing number", (("Routing number 021000022, account number 123456789012",),)),
    Sample("an account of another kind", (("Your account number is 123456789012",),)),
)
