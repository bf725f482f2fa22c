"""Signs: which recognisers are worth asking, by the words a text holds; most texts hold none of any of them.

A number that is sure by its words alone would cost a search for these words in every text, thirty kinds over. So a text with digits is cut
into words once, and a kind is asked only when the first four letters of one of its words are among them (`SIGNS` of its module).
"""

import re
import string
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from operator import itemgetter

from rules.personal import recognisers
from rules.personal.scan import BLANKS, Scan, classes

_STEM = 4
_BEGINNING = itemgetter(slice(_STEM))
_SMALL, _CAPITALS = string.ascii_lowercase.encode(), string.ascii_uppercase.encode()
_AS_CASES = classes({"a": _SMALL, "A": _CAPITALS})
# Small letters and digits: a word of two letters out of the middle of a hash is none.
_AS_WORDS = bytes(c if c in _SMALL + b"0123456789" else c + 32 if c in _CAPITALS else 32 for c in range(256))
_CAMEL = re.compile(rb"[a-z](?=[A-Z])")
# Six digits close together, and all that follow so; and the one kind with four digits between letters.
_CLOSE = re.compile(rb"0(?:[^0]{0,5}+0){5,9999}+")
_ENOUGH_DIGITS = 6
# What is no number of any kind, and stands in every letter: telephones with a plus, dates, times.
_NO_NUMBER = re.compile(
    rb"\+[1-9](?:[ ().-]{0,2}[0-9]){6,14}+(?![ ().-]{0,3}[0-9])|(?<![0-9])(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9]|[-/. ][0-9]{3})"
    rb"|(?<![0-9.:/-])[0-9]{1,2}([/.])[0-9]{1,2}\2(?:19|20)[0-9]{2}(?![0-9]|[-/. ][0-9]{3})|(?<![0-9])[0-2]?[0-9]:[0-5][0-9](?![0-9])"
)
_LETTERED = b"AAAAA0000A"
_FOUR_DIGITS = b"0000"
_LEAST_DIGITS = 4
"""Fewer are no number of any of these kinds."""
_FULL = 12
"""Where one sign in so many is a digit, digits stand near everything."""
_BEFORE, _BEHIND = 400, 100
"""Labels reach less far."""
_AS_LETTERS = classes({"A": _SMALL + _CAPITALS, "0": b"0123456789"})
_AS_DIGITS = classes({"0": b"0123456789"})
# A sign that begins a datum alone; digits, and what stands between those of one number, also where ends of lines and marks of
# quotation are taken out.
_AS_SIGNS = classes({"@": b"@+", "0": b"0123456789", " ": BLANKS + b"()-./_,*|>"})
_TEN_DIGITS = re.compile(rb"0(?: *0){9}")
# The least that a date has: three digits (H5.4.1), or a month in letters between two.
_LEAST_OF_DATE = 2
_DATE_LIKE = re.compile(rb"0(?: *0){2}|0 *\.{3,9} *0")
_SIGN_WORDS = (
    b"birth",
    b"born",
    b"dob",
    b"d.o.b",
    b"geburt",
    b"geboren",
    b"naissance",
    b"nacimiento",
    b"nacid",
    b"nascita",
    b"nascimento",
    b"nato il",
    b"nata il",
    b"geboorte",
    b"mailto:",
)


def near_numbers(octets: bytes, marks: bytes = b"") -> list[slice]:
    """Where digits are close enough for any of these numbers, with what stands near: there its label must be.

    `marks`: the octets with 0 for digits, where somebody has made them.
    """
    marks = marks or octets.translate(_AS_DIGITS)
    count = marks.count(b"0")
    if count < _LEAST_DIGITS:
        return []
    if count * _FULL > len(marks):
        return [slice(0, len(marks))] if _CLOSE.search(marks) or _lettered(octets, marks) else []
    low = high = 0
    near: list[slice] = []
    close = [found.span() for found in _CLOSE.finditer(marks)]
    for begin, end in (*(span for span in close if _may_be_number(octets, *span)), *_lettered(octets, marks)):
        start = max(0, begin - _BEFORE)
        if start > high or start < low:
            near.append(slice(low, high))
            low = high = start
        high = max(high, end + _BEHIND)
    return [*near, slice(low, high)] if high else []


def _may_be_number(octets: bytes, begin: int, end: int) -> bool:
    """Whether enough digits are left without what is no number of these kinds."""
    rest = _NO_NUMBER.sub(b"", octets[max(0, begin - 1) : end + 1])
    return len(rest) - len(rest.translate(None, b"0123456789")) >= _ENOUGH_DIGITS


def _lettered(octets: bytes, digits: bytes) -> list[tuple[int, int]]:
    """Where four digits stand between letters: start and end."""
    if _FOUR_DIGITS not in digits:
        return []
    marks = octets.translate(_AS_LETTERS)
    found, at = [], marks.find(_LETTERED)
    while at >= 0:
        found.append((at, at + len(_LETTERED)))
        at = marks.find(_LETTERED, at + 1)
    return found


def stems(octets: bytes) -> AbstractSet[bytes]:
    """The first four letters of each word in ASCII, small; and what fills the lines that machines read.

    >>> sorted(stems(b"passportNo, tax_id"))
    [b'id', b'no', b'pass', b'tax']
    """
    if b"aA" in octets.translate(_AS_CASES):
        octets = _CAMEL.sub(rb"\g<0> ", octets)
    found = set(map(_BEGINNING, set(octets.translate(_AS_WORDS).split())))
    if b"<<" in octets:
        found.add(b"<<")
    return found


def telling(text: str) -> AbstractSet[bytes]:
    """How the words of a text begin that may name a kind."""
    return stems(text.encode("ascii", "replace")) & _by_sign()[0].keys()


def may_tell(text: str | bytes) -> bool:
    """Whether running text, or its octets where it is ASCII, can hold a datum. ASCII does only with an @, a plus, ten digits of one number, a date and a word of birth, or a kind's own word.

    Every kind is asked for this by a test, and so is every text that holds none of them. A link to an address is taken out later.
    """
    if not text.isascii():
        return True
    octets = text.encode("ascii") if isinstance(text, str) else text
    return _shows_alone(octets) or bool(_awake(octets, octets.translate(_AS_DIGITS)))


def tells(scan: Scan) -> bool:
    """The same of a scan; the names of its columns say nothing of it."""
    if not scan.text.isascii() or _shows_alone(scan.octets):
        return True
    return bool(_awake(scan.octets, scan.marks) if scan.header else scan.woken)


def _shows_alone(octets: bytes) -> bool:
    """Whether there is a sign that needs no word of a kind beside it."""
    if b"@" in octets or b"+" in octets:
        return True
    marks = octets.translate(_AS_SIGNS)
    if marks.count(b"0") < _LEAST_OF_DATE:
        return False
    if _TEN_DIGITS.search(marks):
        return True
    if _DATE_LIKE.search(marks):
        small = octets.lower()
        return any(map(small.__contains__, _SIGN_WORDS))
    return False


def awake(scan: Scan) -> AbstractSet[str]:
    """The kinds with signs of their own whose signs may stand in a text or in the names of its columns."""
    names = " ".join(scan.header)
    return _awake(scan.octets, scan.marks, "" if scan.text.isascii() else scan.text, names)


def _awake(octets: bytes, marks: bytes, text: str = "", names: str = "") -> AbstractSet[str]:
    """The kinds by the octets of a text and the names of its columns, and by both as they are where they are not ASCII."""
    near = near_numbers(octets, marks)
    if not near:
        return frozenset()
    by_stem, others = _by_sign()
    around = b" ".join([*(octets[s] for s in near), names.encode("ascii", "replace")])
    kinds = {
        kind
        for stem in stems(around) & by_stem.keys()
        for sign, kind in by_stem[stem]
        if len(sign) <= _STEM or sign in around.lower()
    }
    if not text.isascii() or not names.isascii():
        text = " ".join([*(text[s] for s in near), names])
        for first, signs in others.items():
            if first in text:
                kinds.update(kind for sign, kind in signs if sign in text)
    return kinds


@cache
def _by_sign() -> tuple[Mapping[bytes, Sequence[tuple[bytes, str]]], Mapping[str, Sequence[tuple[str, str]]]]:
    """Signs with their kinds by the stem of a Latin word, and by their first letter the other signs with the kind of each."""
    by_stem: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
    others: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, module in recognisers().items():
        for sign in sorted(getattr(module, "SIGNS", ())):
            if sign.isascii():
                by_stem[sign[:_STEM].encode()].append((sign.encode(), kind))
            else:
                others[sign[0]].append((sign, kind))
    return by_stem, others
