"""Context: words in any case that say what stands near them, as one pattern that sre searches fast."""

import re

# Letters that ignoring case takes for i, s, k and å (str.lower, and sre's own table); NFKC leaves the first two.
_ODD_CASES = "ıİſKÅ"
# The letters that a word begins with whatever follows; of how many words at most they are looked for one after the other.
_LETTERS = re.compile(r"[A-Za-z]{3,20}(?![?*{])|[A-Za-z]{2,19}(?=[A-Za-z][?*{])")
_FEW = 12
_BEGINNINGS: dict[re.Pattern[str], tuple[bytes, ...]] = {}


def words(*given: str) -> re.Pattern[str]:
    r"""One pattern of words. Each is a regular expression that begins with a letter, which `\\b` may stand before.

    The pattern begins with the set of all first letters: a search stops at these only.
    """
    firsts: list[str] = []
    pieces: list[str] = []
    for word in given:
        letter = word.removeprefix(r"\b")
        edge = word[: len(word) - len(letter)]
        cases = "".join(c for c in {letter[0], letter[0].swapcase(), *_ODD_CASES} if _same(letter[0], c))
        firsts.append(cases)
        pieces.append(f"(?<={edge}[{cases}])(?i:{letter[1:]})")
    pattern = re.compile(f"[{''.join(firsts)}](?:{'|'.join(pieces)})")
    latin = [_LETTERS.match(word.removeprefix(r"\b")) for word in given if word.removeprefix(r"\b")[0].isascii()]
    if all(latin) and len(latin) <= _FEW:
        _BEGINNINGS[pattern] = tuple(found[0].lower().encode() for found in latin if found)
    return pattern


def may_stand_in(pattern: re.Pattern[str], small: bytes) -> bool:
    """Whether one of the words may stand in a text that is all ASCII, by its small octets: a search for letters is many times as fast."""
    beginnings = _BEGINNINGS.get(pattern)
    return beginnings is None or any(word in small for word in beginnings)


def _same(letter: str, other: str) -> bool:
    return re.fullmatch(letter, other, re.IGNORECASE) is not None
