"""Marks: which letters of two addresses differ, the same for page, mail and terminal, and the same said in words."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from mail.address import key, split
from rules.slips import Kind, Slip, distance, edits, slip
from rules.words import ordinal

_MOST_RUNS: Final = 2
_FEW: Final = 2

Segments = tuple[tuple[str, bool], ...]
"""Pieces of an address in order, each with whether it differs."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Two addresses with their differing letters."""

    given: Segments
    usual: Segments
    words: Mapping[str, str]
    """A phrase by language: 「@ の後ろ、15文字目の「a」（いつもは「e」）」."""
    differing: int = 0
    """How many letters differ; 0 where the two do not look like one another: nothing is marked then."""


@lru_cache(maxsize=1024)
def marked(given: str, usual: str) -> Marked:
    """Mark what differs, also where it is more than one slip; nothing of two addresses that only stand for different people."""
    found = slip(given, usual)
    if found is None:
        return _far(given, usual, {"ja": f"いつもは「{usual}」です", "en": f"usually “{usual}”"})
    index = 0 if found.side == "local" else 1
    runs = _runs(shown(given)[index], shown(usual)[index], found.at_a, found.at_b)
    return Marked(
        explain_mark(given, found.side, found.at_a),
        explain_mark(usual, found.side, found.at_b),
        in_words(given, usual, found),
        sum(max(map(len, run)) for run in runs),
    )


def explain_mark(address: str, side: str, positions: tuple[int, ...]) -> Segments:
    """The address cut where marking begins and ends; positions count from 0 in that side of it.

    >>> explain_mark("tanaka@exmaple.jp", "domain", (2, 3))
    (('tanaka@ex', False), ('ma', True), ('ple.jp', False))
    """
    local, domain = shown(address)
    shift = 0 if side == "local" else len(local) + 1
    return _cut(f"{local}@{domain}", {p + shift for p in positions})


def shown(address: str) -> tuple[str, str]:
    """Local part and domain as people see them, letter for letter as long as the key form: as given, but IDNA decoded."""
    (local, domain), (key_local, key_domain) = split(address), split(key(address))
    same = local.lower().startswith(key_local)
    return local if same else key_local, domain if domain.lower() == key_domain else key_domain


def in_words(given: str, usual: str, found: Slip) -> Mapping[str, str]:
    """The difference as a phrase in both languages: only the letters that differ, where a few words can say them."""
    index = 0 if found.side == "local" else 1
    a, b = shown(given)[index], shown(usual)[index]
    ja = f"@ の{'前' if index == 0 else '後ろ'}"
    en = f"{'before' if index == 0 else 'after'} the @"
    if found.kind is Kind.SWAPPED:
        return {"ja": f"{ja}、姓と名の順（いつもは「{b}」）", "en": f"the order of the names {en} (usually “{b}”)"}
    if found.kind is Kind.SUFFIX:
        here, there = _letters(a, found.at_a), _letters(b, found.at_b)
        return {
            "ja": f"{ja}、末尾の「{here}」（いつもは「{there}」）",
            "en": f"the ending “{here}” {en} (usually “{there}”)",
        }
    runs = _runs(a, b, found.at_a, found.at_b)
    if len(runs) == 1:
        return _in_one_place(runs[0], a, b, ja, en)
    if len(runs) <= _MOST_RUNS and all(run.at and run.instead_of for run in runs):
        pairs = [(_letters(a, run.at), _letters(b, run.instead_of)) for run in runs]
        given_ja, usual_ja = ("と".join(f"「{letters}」" for letters in side) for side in zip(*pairs, strict=True))
        given_en, usual_en = (" and ".join(f"“{letters}”" for letters in side) for side in zip(*pairs, strict=True))
        return {"ja": f"{ja}の{given_ja}（いつもは{usual_ja}）", "en": f"{given_en} {en} (usually {usual_en})"}
    return {"ja": f"{ja}の「{a}」（いつもは「{b}」）", "en": f"“{a}” {en} (usually “{b}”)"}


class _Run(NamedTuple):
    """Letters that stand where others usually do, or where none do, or none where some do."""

    at: tuple[int, ...]
    instead_of: tuple[int, ...]


def _runs(a: str, b: str, at_a: tuple[int, ...], at_b: tuple[int, ...]) -> tuple[_Run, ...]:
    """The places where the two differ: what is not marked is the same in both, in the same order."""
    marks_a, marks_b = set(at_a), set(at_b)
    runs: list[_Run] = []
    i = j = 0
    while i < len(a) or j < len(b):
        here = tuple(itertools.takewhile(marks_a.__contains__, range(i, len(a))))
        there = tuple(itertools.takewhile(marks_b.__contains__, range(j, len(b))))
        if here or there:
            runs.append(_Run(here, there))
        i, j = i + len(here) + 1, j + len(there) + 1
    return tuple(runs)


def _in_one_place(run: _Run, a: str, b: str, ja: str, en: str) -> Mapping[str, str]:
    """What stands there, what usually does, and where."""
    here, there = _letters(a, run.at), _letters(b, run.instead_of)
    at = (run.at or run.instead_of)[0] + 1
    several = len(run.at or run.instead_of) > 1
    nth = f"{ordinal(at)} letter {en}"
    place = f"{ja}、{at}文字目{'から' if several else ''}"
    if not run.at:
        missing = f"“{there}” from the {nth} is missing" if several else f"the {nth}, “{there}”, is missing"
        return {"ja": f"{place}{'' if several else 'に'}あるはずの「{there}」がない", "en": missing}
    if not run.instead_of:
        more = f"“{here}” from the {nth} is too much" if several else f"the {nth}, “{here}”, is one too many"
        return {"ja": f"{place}の「{here}」が余分", "en": more}
    instead = f"“{here}” (usually “{there}”)"
    return {
        "ja": f"{place}の「{here}」（いつもは「{there}」）",
        "en": f"{'from the ' if several else ''}{nth}: {instead}",
    }


def _letters(text: str, at: tuple[int, ...]) -> str:
    """The marked letters; one that is not ASCII with its code point, for it looks like another."""
    letters = "".join(text[i] for i in at if i < len(text))
    points = " ".join(f"U+{ord(c):04X}" for c in letters if not c.isascii())
    return f"{letters} {points}" if points else letters


def _cut(text: str, marks: set[int]) -> Segments:
    """Runs of marked and unmarked letters."""
    pieces: list[tuple[str, bool]] = []
    for i, letter in enumerate(text):
        differs = i in marks
        if pieces and pieces[-1][1] == differs:
            pieces[-1] = (pieces[-1][0] + letter, differs)
        else:
            pieces.append((letter, differs))
    return tuple(pieces)


def _far(given: str, usual: str, words: Mapping[str, str]) -> Marked:
    """Marks over both sides at once, by a shortest way from one to the other, where they look alike."""
    (local_a, domain_a), (local_b, domain_b) = shown(given), shown(usual)
    a, b = f"{local_a}@{domain_a}", f"{local_b}@{domain_b}"
    if not (_looks_like(local_a, local_b) and _looks_like(domain_a, domain_b)):
        return Marked(_cut(a, set()), _cut(b, set()), words)
    at_a, at_b = edits(a.lower(), b.lower())
    differing = sum(max(map(len, run)) for run in _runs(a, b, at_a, at_b))
    return Marked(_cut(a, set(at_a)), _cut(b, set(at_b)), words, differing)


def _looks_like(a: str, b: str) -> bool:
    """Whether at most every third letter differs; in a short text every second."""
    steps, shorter = distance(a.lower(), b.lower(), _FEW + len(a)), min(len(a), len(b))
    return steps * 3 <= shorter or (steps <= _FEW and steps * 2 <= shorter)
