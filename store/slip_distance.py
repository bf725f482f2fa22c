"""Slip distance: which texts are how many slips apart, counted in the library's own loops."""

from collections.abc import Sequence

from rules.address_forms import without_www
from rules.slips import distance, osa


def is_one_slip(a: str, b: str) -> bool:
    """Of two domains, with or without www."""
    if distance(a, b, 1) <= 1:
        return True
    return "www" in (a[:3], b[:3]) and distance(without_www(a), without_www(b), 1) <= 1


def distances(text: str, others: Sequence[str], most: int) -> list[tuple[int, int]]:
    """Which of the others are at most so many slips away, and how many: (place, slips)."""
    if not others:
        return []
    from rapidfuzz.process import extract  # noqa: PLC0415 - 60 ms that a command without mail does not need

    found = extract(text, others, scorer=osa(), score_cutoff=most, limit=None)
    return [(at, int(steps)) for _, steps, at in found]
