"""How a local part is put together: which names, in which order, and what joins them. Most houses have one way for everybody."""

import re
from collections.abc import Mapping
from functools import lru_cache
from math import log

from rules.latin_names import SECTIONS
from rules.roles import ROLES

_SEPARATED = re.compile(r"([._-])")
_SHORTEST = 3
_PIECES = 3
"""Two names and what joins them."""
ROLE = "office"
UNLIKE = "?"
"""Every other way: three names, a number in the middle."""


def _spelt(*sections: str) -> frozenset[str]:
    """The names of these sections, also with a long o at their end."""
    names = [name for section in sections for name in SECTIONS[section]]
    return frozenset(names) | {name + long for name in names if name.endswith("o") for long in "uh"}


_GIVEN = _spelt("Given names", "More given names")
_FAMILY = _spelt("Family names", "More family names")
NAMES = _GIVEN | _FAMILY | _spelt("Also seen from abroad", "More from abroad")
"""What is taken for a name where it stands beside a letter or another name."""
_OF = dict.fromkeys(_FAMILY - _GIVEN, "L") | dict.fromkeys(_GIVEN - _FAMILY, "F")


@lru_cache(maxsize=2048)
def form(local: str) -> str:
    """The way a local part is put together: L a family name, F a given one, n one that may be either, l a single letter.

    >>> form("t.yamada2"), form("yamada_taro"), form("taro-yamada"), form("tyamada"), form("a.b-c.d")
    ('l.n', 'L_F', 'F-L', 'ln', '?')
    """
    if local in ROLES:
        return ROLE
    pieces = _SEPARATED.split(local.rstrip("0123456789"))
    if len(pieces) == 1:
        return _together(pieces[0])
    if len(pieces) != _PIECES:
        return UNLIKE
    first, joint, last = pieces
    if len(first) <= 1 or len(last) <= 1:
        return f"{'l' if len(first) <= 1 else 'n'}{joint}{'l' if len(last) <= 1 else 'n'}"
    return f"{joint}".join(_ordered(first, last))


def pattern(of: str) -> str:
    """The same, in whatever order the names stand.

    >>> pattern("L_F"), pattern("l.n")
    ('n_n', 'l.n')
    """
    return of.replace("L", "n").replace("F", "n")


def turned(of: str) -> str:
    """The form with its names in the other order; the same where it has no order."""
    return of.translate(str.maketrans("LF", "FL")) if "L" in of else of


def strangeness(local: str, forms: Mapping[str, int]) -> float:
    """How seldom the contacts of a domain are put together so: the logarithm of one in how many; `forms`: contacts by form."""
    mine = pattern(form(local))
    if mine == ROLE or not forms:
        return 0.0
    alike = sum(count for of, count in forms.items() if pattern(of) == mine)
    return log((sum(forms.values()) + 3) / (alike + 0.5))


def _together(piece: str) -> str:
    """Of a local part without a joint: one name, two, or a name and a letter."""
    if len(piece) <= _SHORTEST or piece in NAMES:
        return "n"
    if piece[1:] in NAMES:
        return "ln"
    if piece[:-1] in NAMES:
        return "nl"
    for cut in range(2, len(piece) - 1):
        if piece[:cut] in NAMES and piece[cut:] in NAMES:
            return "".join(_ordered(piece[:cut], piece[cut:]))
    return "n"


def _ordered(first: str, last: str) -> tuple[str, str]:
    """A name that is surely a family name, or a given one, says what the other is."""
    a, b = _OF.get(first, "n"), _OF.get(last, "n")
    if a == b:
        return "n", "n"
    return ("L", "F") if a == "L" or b == "F" else ("F", "L")
