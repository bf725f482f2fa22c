"""How likely a local part is somebody's: saito and t.saito are somewhere at every company, tanska is nobody."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from math import log

from rules.address_forms import name_parts, romaji
from rules.roles import ROLES

_LINES = (files("rules") / "names_latin.txt").read_text("utf-8").splitlines()
_WORDS = [name for line in _LINES if not line.startswith("#") for name in line.split()]
SECTIONS = {
    part.partition("\n")[0].strip(): part.partition("\n")[2].split() for part in "\n".join(_LINES).split("# ")[3:]
}
"""The names under each heading of the list."""
_PLAIN = frozenset(_WORDS)
_NAMES = frozenset(map(romaji, _WORDS))
_SLIPPED = re.compile("aa|ee|nn[^aiueo]|uuu|ooo")
"""Folded like a romaji, written by nobody."""
_SHORTEST = 3
_OFTEN = 2
"""So many contacts make an unknown token a word that people bear; one may be the very slip."""
_LISTED = log(1 / 3000)
"""A name of the list that no contact bears."""
_VARIANT = log(1 / 8)
"""The same in another romaji."""
_ROLE = log(1 / 100)
"""An office that most houses have."""
_BOOK = 3_000
"""So many contacts where the size of the book is not known."""
_ORDER = 3
_NOBODY = -60.0


def _sequences(word: str) -> tuple[str, ...]:
    """Each letter with the two before it, and where the word begins and ends."""
    framed = f"^^{word}$"
    return tuple(framed[i : i + _ORDER] for i in range(len(word) + 1))


def _logs() -> tuple[dict[str, float], dict[str, float]]:
    """Of three letters, and of the last two: how often the last one follows, as logarithms."""
    threes: Counter[str] = Counter(s for word in set(_WORDS) for s in _sequences(word))
    twos: Counter[str] = Counter()
    for three, count in threes.items():
        twos[three[1:]] += count
    after_two, after_one = Counter[str](), Counter[str]()
    for three, count in threes.items():
        after_two[three[:2]] += count
        after_one[three[1]] += count
    pairs = {pair: (count + 0.02) / (after_one[pair[0]] + 1) for pair, count in twos.items()}
    smooth = {t: log((c + 4 * pairs[t[1:]]) / (after_two[t[:2]] + 4)) for t, c in threes.items()}
    unseen = {pair: log(0.4 * chance) for pair, chance in pairs.items()}
    return smooth, unseen


_THREES, _PAIRS = _logs()
_NEVER = log(0.0005)
_INITIALS = Counter(word[0] for word in _WORDS)


@lru_cache(maxsize=8192)
def spelling(word: str) -> float:
    """The logarithm of how likely a name is spelt so, letter by letter."""
    return sum(_THREES.get(s) or _PAIRS.get(s[1:], _NEVER) for s in _sequences(word))


def is_name(token: str, tokens: Mapping[str, int]) -> bool:
    """In the list, or borne by several contacts, or two such names written as one word."""
    return _alone(token, tokens) or _two_names(token)


def is_listed(word: str) -> bool:
    """In the list of names, in whatever romaji; info, sales and soumu are not."""
    return romaji(word) in _NAMES


def with_initial(token: str, tokens: Mapping[str, int]) -> tuple[int, ...]:
    """Where the initial stands when the token is a name and one letter (tsaito, saitot): 0, the last place, or nowhere."""
    if len(token) <= _SHORTEST:
        return ()
    front = (0,) if _alone(token[1:], tokens) else ()
    return (*front, len(token) - 1) if _alone(token[:-1], tokens) else front


def chance(local: str, tokens: Mapping[str, int], contacts: int = 0) -> float:
    """The logarithm of how likely someone new is written so: the product over its pieces, by contacts that bear them, list and spelling."""
    if local in ROLES:
        return _ROLE
    return sum(piece_chance(piece, tokens, contacts) for piece in name_parts(local))


def piece_chance(piece: str, tokens: Mapping[str, int], contacts: int = 0) -> float:
    """The same of one piece."""
    if len(piece) == 1:
        return _initial(piece)
    best = max(_unheard(piece), _borne(piece, tokens, contacts))
    for rest, letter in ((piece[1:], piece[0]), (piece[:-1], piece[-1])):
        if len(rest) >= _SHORTEST:
            best = max(best, _borne(rest, tokens, contacts) + _initial(letter))
    return best


@lru_cache(maxsize=8192)
def _unheard(piece: str) -> float:
    """By its spelling alone, as one name, or as two of which one stands in the list."""
    best = spelling(piece)
    for cut in range(_SHORTEST - 1, len(piece) - _SHORTEST + 2):
        left, right = piece[:cut], piece[cut:]
        a, b = _listed(left), _listed(right)
        best = max(best, a + max(b, spelling(right)), b + spelling(left)) if a > _NOBODY or b > _NOBODY else best
    return best


def _borne(name: str, tokens: Mapping[str, int], contacts: int) -> float:
    borne = tokens.get(name, 0)
    by_book = log(borne / max(contacts or _BOOK, borne)) if borne >= _OFTEN else _NOBODY
    return max(by_book, _listed(name))


@lru_cache(maxsize=8192)
def _listed(name: str) -> float:
    """By the list: as it stands there, or (rarer) in another romaji."""
    if name in _PLAIN:
        return _LISTED
    return _LISTED + _VARIANT if romaji(name) in _NAMES and not _SLIPPED.search(name) else _NOBODY


def _initial(letter: str) -> float:
    return log((_INITIALS[letter] + 1) / len(_WORDS))


@lru_cache(maxsize=8192)
def _two_names(token: str) -> bool:
    cuts = range(_SHORTEST - 1, len(token) - _SHORTEST + 2)
    return any(romaji(token[:i]) in _NAMES and romaji(token[i:]) in _NAMES for i in cuts)


def _alone(token: str, tokens: Mapping[str, int]) -> bool:
    return romaji(token) in _NAMES or tokens.get(token, 0) >= _OFTEN
