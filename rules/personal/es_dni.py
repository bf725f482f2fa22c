"""Spanish DNI and NIE: eight digits, or X, Y, Z and seven, with the letter of their rest by 23; behind its label."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("スペイン身分証番号（DNI・NIE）", "Spanish identity number", "Spanish identity numbers", Leak.IDENTIFIES)
LABEL = label(
    *(r"\bdni\b", r"\bnie\b", r"\bnif\b", r"d\.n\.i", r"n\.i\.[ef]", r"documento nacional", r"documento de identidad", r"n[ºo°]? ?documento", r"dni[ _/-]?(?:nie|nif|no|num)"),
    signs="dni nie nif docu ni dnin",
)  # fmt: skip
SIGNS = LABEL.signs | {"dnin"}
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z.-])(?:\d{1,2}[.]\d{3}[.]\d{3}|\d{8}|[XYZ][ .-]?\d{7})[ .-]?[A-HJ-NP-TV-Z](?![0-9A-Za-z-])",
    re.IGNORECASE,
)
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_LENGTH = 9


def valid(text: str) -> bool:
    """Whether the letter fits (Real Decreto 1553/2005, artículo 11; Orden INT/2058/2008 for X, Y, Z).

    >>> valid("12345678Z"), valid("X1234567L"), valid("12345678A")
    (True, True, False)
    """
    digits = text[:-1].translate(str.maketrans("XYZ", "012"))
    return len(text) == _LENGTH and text[-1] == _LETTERS[int(digits) % len(_LETTERS)]


find = by_label(_CANDIDATE, LABEL, lambda text: text.zfill(_LENGTH) if valid(text.zfill(_LENGTH)) else "")

EXAMPLES = (
    Sample("labelled", (("DNI: 12.345.678-Z",), ("NIE X-1234567-L",)), ("12345678Z", "X1234567L")),
    Sample("under its column", (("Ana", "12345678z"),), ("12345678Z",), ("Nombre", "DNI")),
    Sample("a wrong letter", (("DNI: 12345678A",),)),
    Sample("no label", (("12345678Z",),)),
)
