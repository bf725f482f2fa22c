"""The breaker: our own outage is told from single failures."""

from datetime import timedelta

from gateway.breaker import Breaker
from tests.helpers.clock import TestClock


def test_single_failures_are_findings_not_an_outage(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    for number in range(1000):
        tested.count(fault=number % 60 == 0)
    assert not tested.open


def test_many_failures_in_five_minutes_are_our_outage(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    for number in range(300):
        tested.count(fault=number % 30 == 0)
    assert tested.open


def test_the_outage_ends_when_the_failures_are_old(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    for _ in range(10):
        tested.count(fault=True)
    assert tested.open
    clock.advance(timedelta(minutes=5, seconds=1))
    assert not tested.open
