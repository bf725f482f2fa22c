"""Forms of addresses: the pieces of a local part and of a domain, and the forms in which several letters make no difference.

Folds are equal where several letters differ but a reader sees or hears the same; with them `rules.slip_tokens` makes the tokens of an
index. All functions expect the form that `mail.address.key` makes.
"""

import re
import unicodedata
from functools import lru_cache

from rules.look_alikes import blurred, skeleton

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


def local_folds(local: str) -> tuple[str, ...]:
    """Equal for spellings that differ in several letters and yet are one: `~` seen alike, `=` one romaji, `^` names in any order."""
    return f"~{seen(local)}", f"={romaji(local.translate(_WITHOUT_SEPARATORS))}", f"^{in_any_order(local)}"


def domain_folds(bare: str) -> tuple[str, ...]:
    """Of a domain without www: a blur without dots and hyphens (`~`), without its suffix (`!`)."""
    return f"~{blurred(joined(bare))}", f"!{domain_stem(bare)}"


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


def without_www(domain: str) -> str:
    """The name of a mail domain without the www in front of it."""
    return _WWW.sub("", domain) if domain.startswith("www") else domain


@lru_cache(maxsize=8192)
def joined(text: str) -> str:
    """Without dots, hyphens and underscores."""
    return text.translate(_WITHOUT_SEPARATORS)


@lru_cache(maxsize=8192)
def seen(text: str) -> str:
    """As a hasty eye sees it: no dots, hyphens and underscores, look-alikes folded, doubled letters once."""
    return _DOUBLED.sub(r"\1", skeleton(joined(text)))


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


@lru_cache(maxsize=8192)
def in_any_order(local: str) -> str:
    """Equal for two orders of two names: the smallest rotation of the letters, then the digits.

    taro.yamada, yamada_taro and yamadataro are rotations of one another, so no dictionary of names is needed.
    """
    plain = (local if local.isascii() else unicodedata.normalize("NFKC", local)).translate(_WITHOUT_SEPARATORS)
    letters = _DIGIT.sub("", plain)
    twice, size, first = letters * 2, len(letters), min(letters, default="")
    smallest = min([twice[i : i + size] for i in range(size) if letters[i] == first], default="")
    return smallest if size == len(plain) else smallest + "".join(_DIGIT.findall(plain))
