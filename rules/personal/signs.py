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


def near_numbers(octets: bytes) -> list[slice]:
    """Where digits are close enough for any of these numbers, with what stands near: there its label must be."""
    marks = octets.translate(_AS_DIGITS)
    if marks.count(b"0") * _FULL > len(marks):
        return [slice(0, len(marks))] if _CLOSE.search(marks) or _lettered(octets) else []
    low = high = 0
    near: list[slice] = []
    close = [found.span() for found in _CLOSE.finditer(marks)]
    for begin, end in (*(span for span in close if _may_be_number(octets, *span)), *_lettered(octets)):
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


def _lettered(octets: bytes) -> list[tuple[int, int]]:
    """Where four digits stand between letters: start and end."""
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


def may_tell(text: str) -> bool:
    """Whether running text can hold a datum. ASCII does only with an @, a plus, ten digits of one number, a date and a word of birth, or a kind's own word.

    Every kind is asked for this by a test, and so is every text that holds none of them. A link to an address is taken out later.
    """
    if not text.isascii():
        return True
    octets = text.encode("ascii")
    marks = octets.translate(_AS_SIGNS)
    if b"@" in marks or _TEN_DIGITS.search(marks):
        return True
    if _DATE_LIKE.search(marks):
        small = octets.lower()
        if any(word in small for word in _SIGN_WORDS):
            return True
    return bool(_awake(octets))


def awake(scan: Scan) -> AbstractSet[str]:
    """The kinds with signs of their own whose signs may stand in a text or in the names of its columns."""
    names = " ".join(scan.header)
    return _awake(scan.octets, "" if scan.text.isascii() else scan.text, names)


def _awake(octets: bytes, text: str = "", names: str = "") -> AbstractSet[str]:
    """The kinds by the octets of a text and the names of its columns, and by both as they are where they are not ASCII."""
    near = near_numbers(octets)
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
