"""Italian tax code (codice fiscale): sixteen letters and digits, the last a check letter; sure by itself near one of the words of such texts (`SIGNS`)."""

import re
from collections.abc import Iterator

from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
KIND = Kind("イタリア納税者番号", "Italian tax code", "Italian tax codes", Leak.IDENTIFIES)
SIGNS = frozenset(["codi", "fisc", "cf", "cogn", "nome", "resi", "nato", "nata", "indi", "tax", "ital"])
# Decreto 23 dicembre 1976 n. 13813: the month is a letter of ABCDEHLMPRST; digits become letters of LMNPQRSTUV where two persons share a code.
_DIGIT = "[0-9LMNPQRSTUV]"
_CANDIDATE = re.compile(
    rf"(?<![0-9A-Za-z-])[A-Z]{{3}} ?[A-Z]{{3}} ?{_DIGIT}{{2}}[ABCDEHLMPRST]{_DIGIT}{{2}} ?[A-Z]{_DIGIT}{{3}} ?[A-Z](?![0-9A-Za-z-])",
    re.IGNORECASE,
)
_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True)
)  # fmt: skip


def valid(code: str) -> bool:
    """Whether the last letter fits: the signs at odd places by a table, those at even ones by their place, by 26.

    >>> valid("RSSMRA85M01H501Q"), valid("RSSMRA85M01H501U")
    (True, False)
    """
    total = sum(map(_ODD.__getitem__, code[0:15:2])) + sum(int(c) if c.isdigit() else ord(c) - 65 for c in code[1:15:2])
    return ord(code[-1]) - 65 == total % 26


def find(scan: Scan) -> Iterator[Hit]:
    """Codes whose check letter fits."""
    for found in _CANDIDATE.finditer(scan.text):
        code = found[0].replace(" ", "").upper()
        if valid(code):
            yield Hit(found.start(), code)


EXAMPLES = (
    Sample("labelled", (("Codice fiscale: RSSMRA85M01H501Q",),), ("RSSMRA85M01H501Q",)),
    Sample("in groups", (("CF RSS MRA 85M01 H501Q",),), ("RSSMRA85M01H501Q",)),
    Sample("under its column", (("Mario", "rssmra85m01h501q"),), ("RSSMRA85M01H501Q",), ("Nome", "CF")),
    Sample("a wrong letter", (("Codice fiscale: RSSMRA85M01H501A",),)),
)
