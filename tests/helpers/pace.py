"""How long work takes, in seconds of the machine on which the limits were set, however slow this one is while it is measured."""

import gc
import re
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

REFERENCE = 0.0027
"""Seconds of one round of `_round` on a machine at full speed; there no limit is longer than it says."""
_ROUNDS = 10
_TRIES = 3
_LEAST = 0.0002
_PATTERN = re.compile(r"[0-9]{2,8}(?:-[0-9]{2,8}){1,3}|名前|電話|[a-z]+@[a-z]+")
_TEXT = "03-1234-5678 a@b.example 山田 太郎 名 本日の 12 " * 400


def slower() -> float:
    """How many times slower this machine is now; never less than once."""
    return max(1.0, taken(_rounds) / (_ROUNDS * REFERENCE))


def within(limit: float, work: Callable[[], Result]) -> Result:
    """What the work gives; an AssertionError where it is not done in `limit` seconds: see `seconds`."""
    result, said = _paced(limit, work)
    assert said < limit, f"takes {said:.3f} s, which is to be under {limit}"
    return result


def seconds(limit: float, work: Callable[[], object]) -> float:
    """Of up to four tries the first under `limit`, else the least; each but the first divided by how slow the machine is just then.

    `work` must do the same each time, with nothing remembered from the time before.
    """
    return _paced(limit, work)[1]


def _paced(limit: float, work: Callable[[], Result]) -> tuple[Result, float]:
    result, least = _measured(work)
    for _ in range(_TRIES):
        if least < limit:
            break
        before, now = slower(), taken(work)
        least = min(least, now / ((before + slower()) / 2))
    return result, least


def growth(short: Callable[[], object], long: Callable[[], object], most: float, worth: float) -> tuple[float, float]:
    """Seconds of both as they were measured, one behind the other: of up to three pairs the first with `long` under `worth`, then without the short one, or under `most` times `short`.

    Without such a pair the last one. Below 0.2 ms `short` counts as that: what is asked is how they grow, not how precise a clock is.
    """
    for _ in range(_TRIES):
        at_length = taken(long)
        if at_length < worth:
            return 0.0, at_length
        pair = taken(short), at_length
        if not outgrows(pair, most, worth):
            break
    return pair


def outgrows(pair: tuple[float, float], most: float, worth: float) -> bool:
    """Whether the long one of a pair takes more than `most` times the short one, and so long that it is worth speaking of."""
    return pair[1] >= worth and pair[1] > most * max(pair[0], _LEAST)


def taken(work: Callable[[], object]) -> float:
    """Seconds of this thread, as they were measured."""
    return _measured(work)[1]


def _measured(work: Callable[[], Result]) -> tuple[Result, float]:
    """Not `process_time`: behind a limit of processor time (setrlimit) that goes by ticks of 4 ms, and it counts other threads.

    Without the collector, as in `timeit`: what it looks through is all that other tests left.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        started = time.thread_time()
        result = work()
        return result, time.thread_time() - started
    finally:
        if collects:
            gc.enable()


def _round() -> None:
    """Numbers, an expression and small strings: what reading and looking for personal data is made of."""
    total = 0
    for number in range(60_000):
        total += number
    for _ in _PATTERN.finditer(_TEXT):
        pass
    for word in _TEXT.split(" "):
        total += len(word.lower())


def _rounds() -> None:
    for _ in range(_ROUNDS):
        _round()
