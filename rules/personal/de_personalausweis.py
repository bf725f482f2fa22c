"""German identity card number (Personalausweis): nine letters and digits, often with a check digit behind; behind its label."""

import re

from rules.personal.check_digits import in_731
from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("ドイツ身分証番号", "German identity card number", "German identity card numbers", Leak.IDENTIFIES)
LABEL = label(
    *(r"personalausweis", r"ausweis-?(?:nummer|nr)", r"ausweisnummer", r"perso-?(?:nummer|nr)", r"german id"),
    signs="pers ausw germ",
)
SIGNS = LABEL.signs
# PAuswV appendix 3; ICAO letters without vowels; the old series began with L to T and had nine digits.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z-])[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[ ]?\d?[D]?(?![0-9A-Za-z<-])")
_LENGTH = 9
_DIGITS = 3


def _read(text: str) -> str:
    """The number, where there is a check digit only if it fits."""
    number, rest = text[:_LENGTH], text[_LENGTH:].rstrip("D")
    if sum(sign.isdigit() for sign in number) < _DIGITS or (rest and in_731(number) != int(rest)):
        return ""
    return number


find = by_label(_CANDIDATE, LABEL, _read, reach=80)

EXAMPLES = (
    Sample("labelled", (("Personalausweisnummer: T220001293",),), ("T22000129",)),
    Sample("under its column", (("Erika", "L01X00T47"),), ("L01X00T47",), ("Vorname", "Ausweisnummer")),
    Sample("a wrong check digit", (("Personalausweisnummer: T220001294",),)),
    Sample("no label", (("T220001293",),)),
)
