"""Context: words in any case that say what stands near them, as one pattern that sre searches fast."""

import re

# Letters that ignoring case takes for i, s, k and å (str.lower, and sre's own table); NFKC leaves the first two.
_ODD_CASES = "ıİſKÅ"


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
    return re.compile(f"[{''.join(firsts)}](?:{'|'.join(pieces)})")


def _same(letter: str, other: str) -> bool:
    return re.fullmatch(letter, other, re.IGNORECASE) is not None
