"""Slips of the hand: what exactly differs between two addresses, and the forms in which several letters make no difference.

Folds are equal where several letters differ but a reader sees or hears the same; with them `rules.slip_tokens` makes the tokens of an
index. All functions expect the form that `mail.address.key` makes.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from mail.address import key, split
from rules.look_alikes import blurred, look_alike, nearly_alike, skeleton

SEPARATORS = "._-"
_WITHOUT_SEPARATORS = str.maketrans("", "", SEPARATORS)
_NAME_BREAK = re.compile(r"[._+\-\d]+")
_DIGIT = re.compile(r"\d")
_DOUBLED = re.compile(r"(.)\1+")
# Second-level names under a country (co.jp, or.jp, com.au): with them the suffix has two labels. Chosen by hand beside the Public Suffix List
# (https://publicsuffix.org): what many countries have, less what may as well be a company's name, and what Japan and Britain have.
_UNDER_COUNTRIES = """ac ad art asso biz co com coop ed edu firm gen go gob gouv gov gr gub id ind inf info int k12 lg ltd me med mil mobi muni name ne net
    nhs nic nom ngo or org per perso plc police presse priv pro re rec res sch school store tm tv web"""
_SECOND_LEVEL = frozenset(_UNDER_COUNTRIES.split())
_DIGITS = "0123456789"
_COUNTRY = 2
_WWW = re.compile(r"^www[.-]?(?=[^.]+\.[^.]+)")
# Hepburn and long vowels to one form (Kunrei, short), in this order; the letter without which none of the group stands anywhere.
_ROMAJI = (
    ("h", (("cch", "tch"), ("shi", "si"), ("chi", "ti"))),
    ("u", (("tsu", "tu"), ("dzu", "zu"), ("du", "zu"), ("fu", "hu"))),
    ("h", (("sh", "sy"), ("ch", "ty"))),
    ("j", (("ji", "zi"), ("jy", "zy"), ("j", "zy"), ("zyy", "zy"))),
    ("m", (("mb", "nb"), ("mp", "np"))),
)
_DOUBLE = (("nn", "n"), ("ou", "o"), ("oo", "o"), ("uu", "u"), ("ii", "i"), ("aa", "a"), ("ee", "e"))
_ANY_DOUBLE = re.compile("nn|o[ou]|uu|ii|aa|ee")
_LONG = re.compile(r"([ou])h(?![aeiouy])")
_DOUBLE_M = re.compile(r"(?<=.)mm")  # not m.mori
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


def local_folds(local: str) -> tuple[str, ...]:
    """Equal for spellings that differ in several letters and yet are one: `~` seen alike, `=` one romaji, `^` names in any order."""
    return f"~{seen(local)}", f"={romaji(local.translate(_WITHOUT_SEPARATORS))}", f"^{_in_any_order(local)}"


def domain_folds(bare: str) -> tuple[str, ...]:
    """Of a domain without www: a blur without dots and hyphens (`~`), without its suffix (`!`)."""
    return f"~{blurred(_joined(bare))}", f"!{domain_stem(bare)}"


def name_parts(local: str) -> tuple[str, ...]:
    """The pieces of a local part that may be names: split at . _ - + and digits.

    >>> name_parts("tanaka_taro-2b")
    ('tanaka', 'taro', 'b')
    """
    return tuple(part for part in _NAME_BREAK.split(local) if part)


def asked_names(local: str) -> frozenset[str]:
    """Of which words the rule wants to know how many contacts carry them in `name_parts`: the pieces, also without a first or last letter.

    >>> sorted(asked_names("tsaito"))
    ['saito', 'tsait', 'tsaito']
    """
    return frozenset(word for part in name_parts(local) for word in (part, part[1:], part[:-1]) if word)


@lru_cache(maxsize=8192)
def suffix_split(domain: str) -> tuple[str, str]:
    """The name and its public suffix: one label, or two under a country (co.jp).

    >>> suffix_split("mail.example.co.jp")
    ('mail.example', 'co.jp')
    """
    labels = domain.split(".")
    country = len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY and labels[-2] in _SECOND_LEVEL
    size = 2 if country else 1
    return ".".join(labels[:-size]), ".".join(labels[-size:])


@lru_cache(maxsize=8192)
def domain_stem(domain: str) -> str:
    """What stays without a suffix, however many were written: example of example.or.co.jp."""
    labels = domain.split(".")[:-1]
    while len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return ".".join(labels)


@lru_cache(maxsize=8192)
def _joined(text: str) -> str:
    return text.translate(_WITHOUT_SEPARATORS)


@lru_cache(maxsize=8192)
def seen(text: str) -> str:
    """As a hasty eye sees it: no dots, hyphens and underscores, look-alikes folded, doubled letters once."""
    return _DOUBLED.sub(r"\1", skeleton(_joined(text)))


@lru_cache(maxsize=8192)
def romaji(text: str) -> str:
    """One form for the ways to write a Japanese name in Latin letters: SATO, SATOU, SATOH; SHIMADA, SIMADA."""
    if "h" in text:
        text = _LONG.sub(r"\1", text)
    if "mm" in text:
        text = _DOUBLE_M.sub("nm", text)
    for letter, pairs in _ROMAJI:
        if letter in text:
            for hepburn, kunrei in pairs:
                text = text.replace(hepburn, kunrei)
    if _ANY_DOUBLE.search(text):
        for double, single in _DOUBLE:
            text = text.replace(double, single)
    return text


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
    plain_a, plain_b = _joined(a), _joined(b)
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
    if _in_any_order(a) == _in_any_order(b):
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


def without_www(domain: str) -> str:
    """The name of a mail domain without the www in front of it."""
    return _WWW.sub("", domain) if domain.startswith("www") else domain


@lru_cache(maxsize=8192)
def _in_any_order(local: str) -> str:
    """Equal for two orders of two names: the smallest rotation of the letters, then the digits.

    taro.yamada, yamada_taro and yamadataro are rotations of one another, so no dictionary of names is needed.
    """
    plain = (local if local.isascii() else unicodedata.normalize("NFKC", local)).translate(_WITHOUT_SEPARATORS)
    letters = _DIGIT.sub("", plain)
    twice, size, first = letters * 2, len(letters), min(letters, default="")
    smallest = min([twice[i : i + size] for i in range(size) if letters[i] == first], default="")
    return smallest if size == len(plain) else smallest + "".join(_DIGIT.findall(plain))
