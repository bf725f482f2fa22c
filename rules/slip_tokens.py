"""Slip tokens: what a spelling is kept under in an index, and what another is asked for, so that two that are one slip apart meet.

A text is cut into parts; a slip lies in one of them and leaves the others as they are (the pigeonhole of Wu & Manber 1992). So each text is
kept under all its parts but one, in every way, and five short rows do what a neighbourhood of twenty would. Of the one who asks it is
not known how long the other is, nor in which part the slip lies: each case is one token more to ask for. Folds (`rules.address_forms`) meet
where several letters differ. What meets is a candidate only: two tokens may be equal by chance where whole parts differ.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from rules.address_forms import domain_folds, local_folds, without_www

PARTS = 4
"""Of a local part; a number at its end is then cut twice."""
_SUFFIX = 6
"""The last letters of a domain are a part of their own: .co.jp."""
Cuts = Callable[[int], Sequence[int]]


class Asked(NamedTuple):
    """What a spelling asks for."""

    slips: list[str]
    """One of them every other spelling one slip away is kept under."""
    folds: tuple[str, ...]
    """Who meets there is one to an eye or an ear, however many letters differ."""


class _Plan(NamedTuple):
    """The tokens of all texts of one length: how each begins, and which slices of the text follow. Cutting is most of the work, and the same."""

    two: tuple[tuple[str, slice, slice], ...]
    four: tuple[tuple[str, slice, slice, slice, slice], ...] = ()

    def tokens(self, text: str) -> list[str]:
        """Of one text."""
        found = [f"{begins}{text[a]}{text[b]}" for begins, a, b in self.two]
        found += [f"{begins}{text[a]}{text[b]}{text[c]}{text[d]}" for begins, a, b, c, d in self.four]
        return found


def local_kept(local: str) -> frozenset[str]:
    """At most 7 tokens under which a local part is found."""
    return frozenset((*_kept(len(local), _local_cuts).tokens(local), *local_folds(local)))


def local_asked(local: str) -> frozenset[str]:
    """All that a local part asks for."""
    return frozenset(chain.from_iterable(ask_local(local)))


def ask_local(local: str) -> Asked:
    """At most 15 tokens and 3 folds; those that it is kept under itself are among them."""
    return Asked(_asked(len(local), _local_cuts).tokens(local), local_folds(local))


def domain_kept(domain: str) -> frozenset[str]:
    """At most 7 tokens under which a domain is found; twice as many where `www` stands in front."""
    bare = without_www(domain)
    tokens = [token for text in {domain, bare} for token in _kept(len(text), _domain_cuts).tokens(text)]
    return frozenset((*tokens, *domain_folds(bare)))


def domain_asked(domain: str) -> frozenset[str]:
    """All that a domain asks for."""
    return frozenset(chain.from_iterable(ask_domain(domain)))


def ask_domain(domain: str) -> Asked:
    """At most 19 tokens (twice as many where `www` stands in front) and 2 folds; those that it is kept under itself are among them."""
    bare = without_www(domain)
    tokens = [token for text in {domain, bare} for token in _asked(len(text), _domain_cuts).tokens(text)]
    return Asked(tokens, domain_folds(bare))


@lru_cache(maxsize=1024)
def _local_cuts(length: int) -> Sequence[int]:
    """Where a local part of that length is cut; none of its parts is empty."""
    return sorted({length * i // PARTS for i in range(PARTS + 1)})


@lru_cache(maxsize=1024)
def _domain_cuts(length: int) -> Sequence[int]:
    """The same of a domain: the suffix, and its name in four."""
    name = max(0, length - _SUFFIX)
    return sorted({name * i // PARTS for i in range(PARTS + 1)} | {length})


@lru_cache(maxsize=1024)
def _kept(length: int, cuts: Cuts) -> _Plan:
    return _Plan(tuple(_without_one(length, length, cuts)))


@lru_cache(maxsize=1024)
def _asked(length: int, cuts: Cuts) -> _Plan:
    lengths = range(max(0, length - 1), length + 2)
    return _Plan(
        tuple(each for other in lengths for each in _without_one(length, other, cuts)),
        tuple(_as_if_not_swapped(length, cuts)),
    )


def _without_one(length: int, other: int, cuts: Cuts) -> Iterator[tuple[str, slice, slice]]:
    """What is left of a text of that length without the part in which another, of the `other` length, differs."""
    for part, (begin, end) in enumerate(pairwise(cuts(other))):
        if (rest := length - (other - end)) >= begin:
            yield f"{other}.{part}", slice(begin), slice(rest, None)


def _as_if_not_swapped(length: int, cuts: Cuts) -> Iterator[tuple[str, slice, slice, slice, slice]]:
    """Two letters that changed places over a cut touch two parts: asked for as if they had not, without the first part."""
    at = cuts(length)
    for cut in at[1:-1]:
        first = slice(at[1], cut - 1) if cut > at[1] else slice(0)
        second = slice(cut, cut + 1) if cut > at[1] else slice(0)
        yield f"{length}.0", first, second, slice(cut - 1, cut), slice(cut + 1, None)
