"""Keys that lie side by side, on the American and the Japanese keyboard: where a finger slips to."""

import itertools

from rules.slips import Slip

_ROWS = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm.", "zxcvbnm_")


def _neighbours() -> frozenset[str]:
    """Pairs of keys in a row, and in two rows one above the other."""
    found: set[str] = set()
    for row in _ROWS:
        found.update(a + b for a, b in itertools.pairwise(row))
    for upper, lower in itertools.pairwise(_ROWS):
        for at, letter in enumerate(lower):
            found.update(letter + other for other in upper[at : at + 2])
    return frozenset(found | {pair[::-1] for pair in found})


_NEIGHBOURS = _neighbours()


def beside(given: str, usual: str, found: Slip) -> bool:
    """Whether the letter that is wrong, or one too many, lies beside the right one, or beside one of the letters around it."""
    if not found.at_a:
        return False
    at = found.at_a[0]
    if found.at_b:
        return given[at] + usual[found.at_b[0]] in _NEIGHBOURS
    around = given[max(0, at - 1) : at] + given[at + 1 : at + 2]
    return any(given[at] + other in _NEIGHBOURS for other in around)
