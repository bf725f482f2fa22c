"""UK bank account: eight digits beside a sort code of three pairs; with a name each."""

import re
from collections.abc import Iterator

from rules.personal.labels import label, labelled
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
ENOUGH = 2  # one is an invoice
KIND = Kind("英国の銀行口座", "UK bank account", "UK bank accounts", Leak.COSTS_MONEY)
NEEDS_NAME = True
SORT_CODE = label(r"sort[ _-]?code", r"\bs/c\b", signs="sort")
SIGNS = SORT_CODE.signs
_SORT_CODE = re.compile(r"(?<![0-9A-Za-z.-])\d{2}([ -]?)\d{2}\1\d{2}(?![0-9A-Za-z-])")
# Behind the code or in front of it, with its label or without.
_BEHIND = re.compile(r"[\s,;/]{1,3}(?:(?i:account|acct|a/c)[^\n0-9]{0,20})?(\d{8})(?![0-9A-Za-z-])")
_BEFORE = re.compile(r"(?<![0-9A-Za-z.-])(\d{8})[\s,;/]{1,3}(?:(?i:sort)[^\n0-9]{0,16})?\Z")
_BACK = 30


def find(scan: Scan) -> Iterator[Hit]:
    """The accounts."""
    for code in labelled(scan, _SORT_CODE, SORT_CODE):
        found = _BEHIND.match(scan.text, code.end()) or _BEFORE.search(
            scan.text[max(0, code.start() - _BACK) : code.start()]
        )
        if found:
            yield Hit(code.start(), code[0].replace("-", "").replace(" ", "") + found[1])


EXAMPLES = (
    Sample("labelled", (("Sort code: 12-34-56, account number: 12345678",),), ("12345612345678",)),
    Sample("under their columns", (("Ann", "12-34-56", "12345678"), ("Bob", "123457", "87654321")), ("12345612345678", "12345787654321"), ("Name", "Sort Code", "Account")),
    Sample("the account first", (("12345678", "12-34-56"),), ("12345612345678",), ("Account no", "Sort code")),
    Sample("a date", (("Sort codes changed on 12-03-26 for 12345 customers",),)),
    Sample("no label", (("12-34-56 12345678",),)),
)  # fmt: skip
