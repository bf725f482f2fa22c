"""Limits of time hold on any machine: one that is slow is given longer, work that is slow is not."""

import resource
import time

import pytest

from tests.helpers import pace


def busy(seconds: float) -> float:
    """Work of so long on any machine."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return seconds


def test_work_that_takes_longer_than_its_limit_is_found_out() -> None:
    assert pace.within(5, lambda: busy(0.05)) == 0.05
    with pytest.raises(AssertionError, match="is to be under"):
        pace.within(0.005, lambda: busy(0.2))


def test_a_slow_machine_is_given_longer_and_one_at_full_speed_no_longer_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "REFERENCE", pace.REFERENCE / 20)
    assert pace.within(0.02, lambda: busy(0.1)) == 0.1
    monkeypatch.setattr(pace, "REFERENCE", pace.REFERENCE * 2000)
    assert pace.slower() == 1
    with pytest.raises(AssertionError, match="is to be under"):
        pace.within(0.02, lambda: busy(0.1))


def test_time_is_measured_finely_behind_a_limit_of_processor_time() -> None:
    """With such a limit the clock of the process goes by ticks of 4 ms, for as long as the process lives."""
    allowed, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (1_000_000, hard))
    try:
        measured = [pace.taken(lambda: busy(0.001)) for _ in range(20)]
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
    assert min(measured) >= 0.001


@pytest.mark.parametrize(("power", "grows"), [(1, False), (2, True)])
def test_what_grows_with_the_square_is_told_from_what_grows_with_the_length(power: int, *, grows: bool) -> None:
    pair = pace.growth(lambda: busy(0.002), lambda: busy(0.002 * 8**power), 24, 0.01)
    assert pace.outgrows(pair, 24, 0.01) is grows
