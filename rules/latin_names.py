"""Whether a piece of a local part is a name, by itself or with an initial: saito is one, tanska is not."""

from collections.abc import Mapping
from importlib.resources import files

from rules.slips import romaji

_LINES = (files("rules") / "names_latin.txt").read_text("utf-8").splitlines()
_NAMES = frozenset(romaji(name) for line in _LINES if not line.startswith("#") for name in line.split())
_SHORTEST = 3
_OFTEN = 2
"""So many contacts make an unknown token a word that people bear; one may be the very slip."""


def is_name(token: str, tokens: Mapping[str, int]) -> bool:
    """In the list, or borne by several contacts, or two such names written as one word."""
    if _alone(token, tokens):
        return True
    cuts = range(_SHORTEST, len(token) - _SHORTEST + 1)
    return any(romaji(token[:i]) in _NAMES and romaji(token[i:]) in _NAMES for i in cuts)


def with_initial(token: str, tokens: Mapping[str, int]) -> tuple[int, ...]:
    """Where the initial stands when the token is a name and one letter (tsaito, saitot): 0, the last place, or nowhere."""
    if len(token) <= _SHORTEST:
        return ()
    front = (0,) if _alone(token[1:], tokens) else ()
    return (*front, len(token) - 1) if _alone(token[:-1], tokens) else front


def _alone(token: str, tokens: Mapping[str, int]) -> bool:
    return romaji(token) in _NAMES or tokens.get(token, 0) >= _OFTEN
