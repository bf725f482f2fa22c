"""Regular expressions against blow-up: every compiled pattern of a package, and texts made of its own pieces to make it slow."""

import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from tests.helpers import pace

# What a pattern is made of is known there alone.
sre: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

Pattern = re.Pattern[str] | re.Pattern[bytes]
_FEW = 48
_BREAKS = ("", "\0")
_SIZES = (2_000, 12_000)
_SMALL = 0.004
"""Seconds; what is faster over the long text is fast enough."""


def patterns(package: str) -> Iterator[tuple[str, Pattern]]:
    """(module.name, pattern) of every module of a package, also those within tuples and tables."""
    root = importlib.import_module(package)
    names = [package, *(found.name for found in pkgutil.walk_packages(root.__path__, f"{package}."))]
    for name in names:
        for attribute, value in vars(importlib.import_module(name)).items():
            for number, pattern in enumerate(_within(value)):
                yield f"{name}.{attribute}{f'[{number}]' if number else ''}", pattern


def _within(value: object) -> Iterator[Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for one in (*value, *value.values()):
            yield from _within(one)
    elif isinstance(value, (tuple, list, frozenset)):
        for one in value:
            yield from _within(one)


def hostile(pattern: Pattern) -> Iterator[str]:
    """Pieces that, said over and over, give a pattern much to try: its letters, what it repeats, and beginnings of what it matches."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parsed = parser.parse(source, pattern.flags & ~re.DEBUG)
    witness = _witness(parsed)
    pieces = dict.fromkeys([*_letters(parsed), *(_witness(body) for body in _repeated(parsed)), witness])
    pieces |= dict.fromkeys(witness[:length] for length in (1, 2, 3, len(witness) // 2, len(witness) - 1))
    letters = list(dict.fromkeys(_letters(parsed)))[:5]
    pieces |= dict.fromkeys(one + other for one in letters for other in letters if one != other)
    yield from [piece for piece in pieces if piece][:_FEW]


def _letters(parsed: Any) -> Iterator[str]:
    """One letter for every place of the pattern."""
    for op, given in parsed:
        if op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY}:
            yield _one(op, given)
        for inner in _inside(op, given):
            yield from _letters(inner)


def _repeated(parsed: Any) -> Iterator[Any]:
    """What stands under a repetition."""
    for op, given in parsed:
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            yield given[2]
        for inner in _inside(op, given):
            yield from _repeated(inner)


def _inside(op: Any, given: Any) -> list[Any]:
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
        return [given[2]]
    if op is sre.SUBPATTERN:
        return [given[3]]
    if op is sre.BRANCH:
        return list(given[1])
    if op is sre.ATOMIC_GROUP:
        return [given]
    return [given[1]] if op in {sre.ASSERT, sre.ASSERT_NOT} else []


def _witness(parsed: Any) -> str:
    """A text that the pattern matches, nearly: assertions are left out."""
    out = ""
    for op, given in parsed:
        if op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY}:
            out += _one(op, given)
        elif op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            out += _witness(given[2]) * min(max(given[0], 1), 60)
        elif op not in {sre.ASSERT, sre.ASSERT_NOT, sre.AT}:
            out += "".join(_witness(inner) for inner in _inside(op, given)[:1])
    return out


def _one(op: Any, given: Any) -> str:
    """A letter that fits."""
    if op is sre.LITERAL:
        return chr(given)
    if op is sre.ANY:
        return "a"
    wanted = [(op, given)] if op is sre.NOT_LITERAL else given
    negated = op is sre.NOT_LITERAL or (wanted and wanted[0][0] is sre.NEGATE)
    classes = {sre.CATEGORY_DIGIT: "0", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "a", sre.CATEGORY_NOT_SPACE: "a"}
    if negated:
        excluded = _excluded(wanted)
        return next((letter for letter in "a0 -.,;A\t\n<\u3042" if letter not in excluded), "a")
    kind, first = wanted[0]
    return (
        chr(first if kind is sre.LITERAL else first[0]) if kind in {sre.LITERAL, sre.RANGE} else classes.get(first, "-")
    )


def _excluded(wanted: Any) -> set[str]:
    out: set[str] = set()
    for kind, given in wanted:
        if kind in {sre.LITERAL, sre.NOT_LITERAL}:
            out.add(chr(given))
        elif kind is sre.RANGE:
            out |= {letter for letter in "a0 -.,;A\t\n<\u3042" if given[0] <= ord(letter) <= given[1]}
        elif kind is sre.CATEGORY:
            out |= {sre.CATEGORY_DIGIT: set("0"), sre.CATEGORY_SPACE: set(" \t\n"), sre.CATEGORY_WORD: set("aA0")}.get(
                given, set()
            )
    return out


def slow(pattern: Pattern, *, most: float, steeper: float = 2.5, anchored: bool = False) -> str:
    """The piece over which it takes longer than `most` seconds, or grows by much more than the text does; `anchored`: asked at one place."""
    steepest = steeper * _SIZES[1] / _SIZES[0]
    for piece in hostile(pattern):
        for behind in _BREAKS:
            short, long = (partial(_look, pattern, piece * (size // len(piece)) + behind, anchored) for size in _SIZES)
            pair = pace.growth(short, long, steepest, _SMALL)
            grows = pace.outgrows(pair, steepest, _SMALL)
            if grows or (pair[1] > most and pace.seconds(most, long) > most):
                return f"{piece!r} and {behind!r}: {pair[0] * 1000:.1f} ms, six times as long {pair[1] * 1000:.1f} ms"
    return ""


def _look(pattern: Pattern, text: str, anchored: bool) -> None:
    """For all that it finds, one behind the other."""
    given: Any = text if isinstance(pattern.pattern, str) else text.encode("utf-8")
    anything: Any = pattern
    if anchored:
        anything.match(given)
    else:
        deque(anything.finditer(given), maxlen=0)
