"""Slips of the hand: what exactly differs between two addresses. All functions expect the form that `mail.address.key` makes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from mail.address import key, split
from rules.address_forms import SEPARATORS, domain_stem, in_any_order, joined, romaji, seen, without_www
from rules.look_alikes import look_alike, nearly_alike, skeleton

_DIGITS = "0123456789"
MIN_TWO = 5
"""Shorter local parts are two slips from everything."""
_DOMAIN_TWO = 6
"""The same of the name of a domain."""


class Kind(StrEnum):
    """How the given spelling came from the usual one."""

    INSERTION = "insertion"
    OMISSION = "omission"
    SUBSTITUTION = "substitution"
    TRANSPOSITION = "transposition"
    DOUBLED = "doubled"
    """A letter of the usual spelling stands twice, or a double one once."""
    SEPARATOR = "separator"
    SUFFIX = "suffix"
    """Same name under another public suffix."""
    SWAPPED = "swapped"
    """First and family name changed places."""
    LOOK_ALIKE = "look-alike"
    ROMAJI = "romaji"
    DIGIT = "digit"
    """Only digits differ: often another person's number."""
    TWO = "two-slips"


@dataclass(frozen=True, slots=True)
class Slip:
    """What differs between a given and a usual address."""

    kind: Kind
    side: str
    """"local" or "domain"."""
    at_a: tuple[int, ...]
    """Positions (from 0, in that side of the key form) that differ in the given one; () where a letter is missing."""
    at_b: tuple[int, ...]
    """The same in the usual one."""


def slip(a: str, b: str) -> Slip | None:
    """What makes the given address `a` another than the usual `b`; None when equal, or when more than one thing differs."""
    (local_a, domain_a), (local_b, domain_b) = split(key(a)), split(key(b))
    if domain_a == domain_b:
        return between(local_a, local_b, "local")
    return between(domain_a, domain_b, "domain") if local_a == local_b else None


def between(a: str, b: str, side: str) -> Slip | None:
    """The same for one side of two addresses."""
    if a == b:
        return None
    found = (_suffix(a, b) or _dropped_www(a, b)) if side == "domain" else None
    far = 0 if found else distance(a, b, 2)
    if far == 1:
        found = _one_edit(a, b)
    if found is None:
        found = _folded(a, b, side)
    if found is None and side == "local" and a.rstrip(_DIGITS) == b.rstrip(_DIGITS):
        found = Kind.DIGIT, *edits(a, b)
    if found is None and far == 2 and _long_enough(min(a, b, key=len), side):  # noqa: PLR2004 - two slips
        found = Kind.TWO, *edits(a, b)
    return Slip(found[0], side, found[1], found[2]) if found else None


def _long_enough(text: str, side: str) -> bool:
    return len(domain_stem(text)) >= _DOMAIN_TWO if side == "domain" else len(text) >= MIN_TWO


_Found = tuple[Kind, tuple[int, ...], tuple[int, ...]]


def distance(a: str, b: str, most: int) -> int:
    """Optimal string alignment distance; `most` + 1 when it is more."""
    return osa()(a, b, score_cutoff=most)


@cache
def osa() -> Callable[..., int]:
    """The library's own function: for its loops over many texts."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - 60 ms that a command without mail does not need

    return OSA.distance


def _one_edit(a: str, b: str) -> _Found:
    """Kind and places of a single insertion, omission, substitution or transposition."""
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        if a[at + 1 :] == b[at + 1 :]:
            return _one_letter(a[at], b[at]), (at,), (at,)
        kind = Kind.SEPARATOR if {a[at], b[at]} & set(SEPARATORS) else Kind.TRANSPOSITION
        return kind, (at, at + 1), (at, at + 1)
    longer, at_a, at_b = (a, (at,), ()) if len(a) > len(b) else (b, (), (at,))
    extra = longer[at]
    if extra in SEPARATORS:
        kind = Kind.SEPARATOR
    elif extra.isdigit() and _is_number(longer, at):
        kind = Kind.DIGIT
    elif at and longer[at - 1] == extra:
        kind = Kind.DOUBLED
    else:
        kind = Kind.INSERTION if longer is a else Kind.OMISSION
    return kind, at_a, at_b


def _is_number(text: str, at: int) -> bool:
    """Whether the digit there numbers something (tanaka2); not when it stands in front of a letter (ta9naka, 7tanaka)."""
    after_digit = at > 0 and text[at - 1].isdigit()
    return after_digit or not text[at + 1 : at + 2].isalpha()


def _one_letter(x: str, y: str) -> Kind:
    """What the exchange of one letter for another is."""
    if x in SEPARATORS and y in SEPARATORS:
        return Kind.SEPARATOR
    if x.isdigit() and y.isdigit():
        return Kind.DIGIT
    return Kind.LOOK_ALIKE if look_alike(x, y) else Kind.SUBSTITUTION


def _folded(a: str, b: str, side: str) -> _Found | None:
    """Several letters differ, but a fold makes them the same."""
    plain_a, plain_b = joined(a), joined(b)
    if plain_a == plain_b:
        return Kind.SEPARATOR, *edits(a, b)
    if skeleton(plain_a) == skeleton(plain_b):
        return Kind.LOOK_ALIKE, *edits(a, b)
    if seen(a) == seen(b):
        return Kind.DOUBLED, *edits(a, b)
    if side == "domain":
        return (Kind.LOOK_ALIKE, *edits(a, b)) if nearly_alike(plain_a, plain_b) else None
    if romaji(plain_a) == romaji(plain_b):
        return Kind.ROMAJI, *edits(a, b)
    if in_any_order(a) == in_any_order(b):
        return Kind.SWAPPED, tuple(range(len(a))), tuple(range(len(b)))
    return None


def edits(a: str, b: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Places of a shortest way from b to a."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - as above

    steps = Levenshtein.editops(b, a)
    at_a = (op.dest_pos for op in steps if op.tag != "delete")
    at_b = (op.src_pos for op in steps if op.tag != "insert")
    return tuple(dict.fromkeys(at_a)), tuple(dict.fromkeys(at_b))


def _suffix(a: str, b: str) -> _Found | None:
    """Same name under another suffix: the whole suffix is what differs."""
    stem = domain_stem(a)
    if not stem or stem != domain_stem(b):
        return None
    # A suffix that nobody can own (c.jp for co.jp) is a slip of a letter, not another choice.
    return Kind.SUFFIX, tuple(range(len(stem) + 1, len(a))), tuple(range(len(stem) + 1, len(b)))


def _dropped_www(a: str, b: str) -> _Found | None:
    """`www.` in front of the name of a mail domain."""
    if without_www(a) != without_www(b):
        return None
    more = tuple(range(abs(len(a) - len(b))))
    return (Kind.INSERTION, more, ()) if len(a) > len(b) else (Kind.OMISSION, (), more)
