"""No expression of the rules blows up: twice the text costs about twice the time, whatever the text repeats."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import partial
from types import ModuleType

import pytest

import rules
from tests.helpers import pace

SHORT, LONG = 1_000, 8_000
STEEPEST = 3 * LONG // SHORT
ENOUGH_TO_TELL = 0.03
"""Seconds; what is faster over the long text is fast enough."""
LIMIT = 0.25
SEEDS = (
    "a", "A", "1", "0", " ", "\t", "\n", "-", ".", "/", ":", "<", "=", "|", "@", "_", ",", "'", "(", "a ", "A ", "1 ", "1-", "Aa ", "A a", "1a", "a1", "A1",
    "0 1", "12 34 ", "1.2.", "a.a@", "a@", "x@y.z ", "Ab Cd ", "Ab, ", "名", "山田", "山田 ", "ア", "ア ", "一", "市", "市1", "1丁目", "町1 ", "記号1番号", "普通 1234567",
    "名前:", "Name: ", "Address: 1", "dob 1 ", "生年月日", "1 Jan ", "1 A Street", "Rue 1 ", "straße 1", "A<<", "P<A<", "+1 ", "(0)", "0-0-", "4111-", "DE12 ", "〒1",
)  # fmt: skip


def patterns(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every expression that a module keeps, also in a tuple, a table or a value of its own shapes."""
    for name, value in vars(module).items():
        given = list(value.values()) if isinstance(value, dict) else [value]
        given = [piece for one in given for piece in (one if isinstance(one, tuple) else (one,))]
        inner = [getattr(one, part, None) for one in given for part in ("pattern", "columns", "whole", "bare")]
        for one in (*given, *inner):
            if isinstance(one, re.Pattern):
                yield f"{module.__name__}.{name}", one


def every() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """By where it stands; one that several modules share once."""
    found: dict[int, tuple[str, re.Pattern[str] | re.Pattern[bytes]]] = {}
    for info in pkgutil.walk_packages(rules.__path__, "rules."):
        for name, pattern in patterns(importlib.import_module(info.name)):
            found.setdefault(id(pattern), (f"{name} {len(found)}", pattern))
    return dict(found.values())


EVERY = every()


def look(pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> None:
    """For it, everywhere."""
    given = text if isinstance(pattern.pattern, str) else text.encode("ascii", "replace")
    for _ in pattern.finditer(given):  # type: ignore[arg-type]  # text or octets, as the pattern wants
        pass


def blows_up(pattern: re.Pattern[str] | re.Pattern[bytes], seed: str) -> bool:
    """Whether eight times the text costs much more than eight times the time."""
    tail = "\x00"  # nothing ends well
    short, long = (partial(look, pattern, seed * (size // len(seed)) + tail) for size in (SHORT, LONG))
    pair = pace.growth(short, long, STEEPEST, ENOUGH_TO_TELL)
    grows = pace.outgrows(pair, STEEPEST, ENOUGH_TO_TELL)
    return grows or (pair[1] > LIMIT and pace.seconds(LIMIT, long) > LIMIT)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_an_expression_takes_time_by_the_length_of_the_text(name: str) -> None:
    assert [seed for seed in SEEDS if blows_up(EVERY[name], seed)] == []


def test_the_walk_finds_the_expressions_of_every_corner() -> None:
    assert len(EVERY) > 150
    assert any(name.startswith("rules.personal.labels.OTHERS") for name in EVERY)
    assert any(name.startswith("rules.personal.my_number._PIECES") for name in EVERY)
    assert any(name.startswith("rules.personal.passport.LABEL") for name in EVERY)


def test_an_expression_that_blows_up_is_told_from_the_others() -> None:
    assert blows_up(re.compile(r"(?:ab)+c"), "ab")
    assert not blows_up(re.compile(r"a{1,20}b"), "a")
