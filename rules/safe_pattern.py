"""Safe patterns: regular expressions of an admin, judged before they are used: what a text can make one of them cost is bounded."""

import importlib
import re
from collections.abc import Iterable
from typing import Any

from rules.personal.normal import plain

# The only parse tree of `re` there is: documented nowhere, and the same in CPython 3.11 to 3.14.
_parser: Any = importlib.import_module("re._parser")

MOST = 2_000
"""Steps that a pattern may take at one place of a text before it gives up there."""
_LONGEST = 1_000
_WIDEST = 500
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


class UnsafeError(Exception):
    """Something that `mistake` says in words."""


def mistake(pattern: str) -> str:
    """What is wrong with a pattern and what to write instead; "" for one that is safe."""
    if len(pattern) > _LONGEST:
        return f"is longer than {_LONGEST} characters; write several patterns"
    if plain(pattern) != pattern:
        return f"texts are searched in half width (NFKC); write {plain(pattern)}"
    try:
        re.compile(pattern)
        tree = _parser.parse(pattern)
        _, steps = _cost(tree)
    except UnsafeError as error:
        return str(error)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is no regular expression: {error}"
    least, most = tree.getwidth()
    if not least:
        return "fits everywhere, for it matches no character at all; write at least one that must be there"
    if most > _WIDEST:
        return f"matches up to {most} characters, at most {_WIDEST} are allowed; write smaller numbers in {{…}}"
    return _too_much(steps)


def _too_much(steps: int) -> str:
    if steps <= MOST:
        return ""
    return (
        f"may take more than {MOST:,} steps at every place of a text; write smaller numbers in {{…}}, fewer optional pieces, "
        "or several patterns"
    )


def _cost(items: Iterable[tuple[Any, Any]]) -> tuple[int, int]:
    """In how many ways a run of pieces can match at one place, and how many steps it takes to try them all; both as bounds."""
    ways, steps = 1, 0
    for kind, given in items:
        own_ways, own_steps = _cost_of(str(kind), given)
        steps += ways * own_steps
        ways *= own_ways
        if max(ways, steps) > MOST:
            raise UnsafeError(_too_much(MOST + 1))
    return ways, steps


def _cost_of(kind: str, given: Any) -> tuple[int, int]:
    """The same of one piece."""
    if kind in _REPEATS:
        return _repeated(*given)
    if kind == "BRANCH":
        costs = [_cost(branch) for branch in given[1]]
        return sum(ways for ways, _ in costs), sum(steps for _, steps in costs)
    if kind == "SUBPATTERN":
        return _cost(given[-1])
    if kind in {"ASSERT", "ASSERT_NOT"}:
        return 1, _cost(given[1])[1]
    if kind == "ATOMIC_GROUP":
        return 1, _cost(given)[1]
    if kind.startswith("GROUPREF"):
        raise UnsafeError("refers back to a group, which can take very long; write out what may stand there")
    return 1, 1


def _repeated(least: Any, most: Any, inner: Any) -> tuple[int, int]:
    """A repeat has an end: of a run of a megabyte every place would be the beginning of another one."""
    if most == _parser.MAXREPEAT:
        raise UnsafeError(
            'repeats without an end ("*", "+" or "{2,}"); write how often at most, for example "{0,40}" or "{1,40}"'
        )
    inner_ways, inner_steps = _cost(inner)
    ways, reached, steps = 0, 1, 0
    for number in range(int(most) + 1):
        ways += reached if number >= least else 0
        steps += reached * inner_steps
        reached *= inner_ways
        if max(reached, steps) > MOST:
            raise UnsafeError(_too_much(MOST + 1))
    return ways, steps
