"""Look-alikes: letters and pairs of letters that an eye takes for others, folded on both sides of a comparison (UTS #39, section 4)."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

# Within ASCII: 0 for o, 1 and i for l, q for g, u for v, e for c.
_ASCII = "0o 1l |l il qg uv ec"
_ALONE = 3
"""The first ones are the table's own, the others are like enough only beside other evidence."""
# After the letters: two letters that run together into one.
_PAIRS = (
    ("rn", "m"),
    ("nn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("lc", "k"),
    ("lb", "b"),
    ("lh", "h"),
    ("lk", "k"),
    ("dl", "d"),
)
_NEAR = frozenset(
    map(frozenset, ("nr", "nm", "bd", "vy", "gp", "cd", "hk", "hb", "co", "nv", "sz", "lt", "lj", "lf", "mw", "5s"))
)
"""Not the same to a careful eye, though like each other: two of them in one word are no chance."""


def _folds(ascii_: dict[str, str]) -> dict[int, str]:
    """Each letter of another alphabet with the one it looks like, followed to the end: Cyrillic і → i → l."""
    found = dict(ascii_)
    for line in (files("rules") / "confusables.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            to, _, letters = line.partition(" ")
            found |= dict.fromkeys(letters.replace(" ", "").replace("|", ""), ascii_.get(to, to))
    return str.maketrans(found)


_TABLE = [(pair[0], pair[1]) for pair in _ASCII.split()]
_FOLD = _folds(dict(_TABLE))
_STRICT = _folds(dict(_TABLE[:_ALONE]))


@lru_cache(maxsize=8192)
def skeleton(text: str) -> str:
    """The form in which two look-alikes are equal; never shown, and never compared with an unfolded text.

    >>> skeleton("rnаil") == skeleton("mail")
    True
    """
    return _folded(text, _FOLD, _PAIRS)


@lru_cache(maxsize=8192)
def strict_skeleton(text: str) -> str:
    """The same after the table alone (UTS #39), 0 like o, 1 like l, rn like m.

    >>> strict_skeleton("exarnple.jp") == strict_skeleton("example.jp"), strict_skeleton("sales.jp") == strict_skeleton("saies.jp")
    (True, False)
    """
    return _folded(text, _STRICT, _PAIRS[:4])


def _folded(text: str, letters: Mapping[int, str], pairs: tuple[tuple[str, str], ...]) -> str:
    if not text.isascii():
        text = "".join(
            c for c in unicodedata.normalize("NFKD", text.translate(letters)) if not unicodedata.combining(c)
        )
    folded = text.translate(letters)
    for pair, single in pairs:
        folded = folded.replace(pair, single)
    return folded


@lru_cache(maxsize=8192)
def blurred(text: str) -> str:
    """A coarser form, for finding only: upright strokes left out, n like m and r, b like d, each run once."""
    kept: list[str] = []
    for letter in skeleton(text).translate(_BLUR):
        if not kept or kept[-1] != letter:
            kept.append(letter)
    return "".join(kept)


_BLUR = str.maketrans("nrdbykhw", "mmccvccm", "lijt")


def look_alike(x: str, y: str) -> bool:
    """Whether two different letters look the same."""
    return x != y and skeleton(x) == skeleton(y)


def nearly_alike(a: str, b: str) -> bool:
    """Whether two words of one length differ, once folded, only where letters are like each other.

    >>> nearly_alike("sat0sanqyo", "satosangyo"), nearly_alike("yakuhir", "yakuhin"), nearly_alike("tanaka", "tamaka")
    (True, True, True)
    """
    x, y = skeleton(a), skeleton(b)
    return len(x) == len(y) and all(c == d or frozenset((c, d)) in _NEAR for c, d in zip(x, y, strict=True))
