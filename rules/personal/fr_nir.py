"""French social security number (NIR): sex, year, month, place, order and a key by 97; behind its label, or grouped as on the card near one of its words (`SIGNS`)."""

import re
from collections.abc import Iterator

from rules.personal.labels import bare, label, labelled
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
KIND = Kind("フランス社会保障番号", "French social security number", "French social security numbers", Leak.IDENTIFIES)
LABEL = label(
    *(r"s[ée]curit[ée] sociale", r"num[ée]ro de s[ée]cu", r"n[°o]? ?(?:de )?s[ée]cu", r"\bnir\b", r"\bnss\b", r"\binsee\b", r"n° ?ss\b", r"num_?secu", "social security"),
    signs="curi secu soci nir nss inse curit",
)  # fmt: skip
SIGNS = LABEL.signs | {"ss", "cu"}
# Décret n° 82-103, article 4; the place has 2A or 2B in Corsica.
_NIR = r"[1-478]{s}\d\d{s}(?:0[1-9]|1[0-2]|[2-9]\d){s}(?:\d\d|2[AB]){s}\d{{3}}{s}\d{{3}}"
_CANDIDATE = re.compile(rf"(?<![0-9A-Za-z.-]){_NIR.format(s='[ .]?')}[ ./-]{{0,3}}\d\d(?![0-9A-Za-z-])")
_ON_CARD = re.compile(rf"(?<![0-9A-Za-z.-]){_NIR.format(s=' ')} \d\d(?![0-9A-Za-z-])")
_KEY = 97


def valid(number: str) -> bool:
    """Whether the key fits: 97 less the rest of the number by 97; 2A counts as 19, 2B as 18.

    >>> valid("185057800608491"), valid("185057800608492")
    (True, False)
    """
    plain = number[:-2].replace("2A", "19").replace("2B", "18")
    return plain.isdecimal() and int(number[-2:]) == _KEY - int(plain) % _KEY


def find(scan: Scan) -> Iterator[Hit]:
    """Numbers whose key fits."""
    seen: set[int] = set()
    for found in (*labelled(scan, _CANDIDATE, LABEL), *_ON_CARD.finditer(scan.text)):
        if found.start() not in seen and valid(bare(found[0])):
            seen.add(found.start())
            yield Hit(found.start(), bare(found[0]))


EXAMPLES = (
    Sample("labelled", (("Numéro de sécurité sociale : 1 85 05 78 006 084 91",),), ("185057800608491",)),
    Sample("under its column", (("Dupont", "185057800608491"),), ("185057800608491",), ("Nom", "N° sécu")),
    Sample("in Corsica", (("NIR 2 69 05 2A 588 157 17",),), ("269052A58815717",)),
    Sample("a wrong key", (("NIR : 1 85 05 78 006 084 92",),)),
    Sample("no label", (("ID 185057800608491",),)),
)
