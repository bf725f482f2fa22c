"""Slip tokens: what a spelling is kept under in an index, and what another is asked for, so that two that are one slip apart meet.

A text is cut into parts; a slip lies in one of them and leaves the others as they are (the pigeonhole of Wu & Manber 1992). So each text is
kept under all its parts but one, in every way, and five short rows do what a neighbourhood of twenty would. Of the one who asks it is
not known how long the other is, nor in which part the slip lies: each case is one token more to ask for. Folds (`rules.slips`) meet
where several letters differ. What meets is a candidate only: two tokens may be equal by chance where whole parts differ.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from rules.slips import domain_folds, local_folds, without_www

PARTS = 4
"""Of a local part; a number at its end is then cut twice."""
_SUFFIX = 6
"""The last letters of a domain are a part of their own: .co.jp."""
Cuts = Callable[[int], Sequence[int]]


def local_kept(local: str) -> frozenset[str]:
    """At most 7 tokens under which a local part is found."""
    return frozenset((*_kept(local, _local_cuts), *local_folds(local)))


def local_asked(local: str) -> frozenset[str]:
    """At most 18 tokens, one of which every local part one slip away is kept under; those it is kept under itself among them."""
    return frozenset((*_asked(local, _local_cuts), *local_folds(local)))


def domain_kept(domain: str) -> frozenset[str]:
    """At most 7 tokens under which a domain is found; twice as many where `www` stands in front."""
    bare = without_www(domain)
    return frozenset(token for text in {domain, bare} for token in _kept(text, _domain_cuts)) | frozenset(
        domain_folds(bare)
    )


def domain_asked(domain: str) -> frozenset[str]:
    """At most 21 tokens, one of which every domain one slip away is kept under; those it is kept under itself among them."""
    bare = without_www(domain)
    return frozenset(token for text in {domain, bare} for token in _asked(text, _domain_cuts)) | frozenset(
        domain_folds(bare)
    )


def is_fold(token: str) -> bool:
    """Whether two that meet there are one to an eye or an ear, however many letters differ."""
    return token[0] in "~=^!"


@lru_cache(maxsize=1024)
def _local_cuts(length: int) -> Sequence[int]:
    """Where a local part of that length is cut; none of its parts is empty."""
    return sorted({length * i // PARTS for i in range(PARTS + 1)})


@lru_cache(maxsize=1024)
def _domain_cuts(length: int) -> Sequence[int]:
    """The same of a domain: the suffix, and its name in four."""
    name = max(0, length - _SUFFIX)
    return sorted({name * i // PARTS for i in range(PARTS + 1)} | {length})


def _kept(text: str, cuts: Cuts) -> Iterator[str]:
    length = len(text)
    at = cuts(length)
    for part, (begin, end) in enumerate(pairwise(at)):
        yield _token(length, part, text[:begin], text[end:])


def _asked(text: str, cuts: Cuts) -> Iterator[str]:
    length = len(text)
    for other in (length - 1, length, length + 1):
        at = cuts(max(0, other))
        for part, (begin, end) in enumerate(pairwise(at)):
            if (rest := length - (other - end)) >= begin:
                yield _token(other, part, text[:begin], text[rest:])
    # Two letters that changed places over a cut touch two parts: asked for as if they had not.
    for cut in cuts(length)[1:-1]:
        back = f"{text[: cut - 1]}{text[cut]}{text[cut - 1]}{text[cut + 1 :]}"
        yield next(_kept(back, cuts))


def _token(length: int, part: int, before: str, after: str) -> str:
    return f"{length}.{part}{before}{after}"
