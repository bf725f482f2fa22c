"""The breaker: our own outage is told from single failures, and nobody can make one."""

from datetime import timedelta

from gateway.breaker import MOST, Breaker
from tests.helpers.clock import TestClock


def outage(tested: Breaker, senders: int, contents: int = 100) -> None:
    for number in range(senders):
        for content in range(-(-contents // senders)):
            tested.count(f"s{number}", f"{number}-{content}")


def test_failures_of_few_senders_are_findings_not_an_outage(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    for number in range(1000):
        tested.count(f"s{number}", f"c{number}" if number % 60 == 0 else "")
    assert not tested.open


def test_failures_of_many_senders_in_five_minutes_are_our_outage(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    for number in range(300):
        tested.count(f"s{number}", f"c{number}" if number % 30 == 0 else "")
    assert tested.open


def test_one_sender_never_stops_the_mail_of_the_others(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    outage(tested, 1, 1000)
    assert not tested.open
    outage(tested, 2, 1000)
    assert not tested.open


def test_one_document_that_goes_round_is_no_outage(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    for number in range(100):
        tested.count(f"s{number}", "the same")
    assert not tested.open


def test_a_small_house_has_an_outage_too(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    outage(tested, 3, 6)
    assert tested.open


def test_the_outage_ends_when_the_failures_are_old(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    outage(tested, 10)
    assert tested.open
    clock.advance(timedelta(minutes=5, seconds=1))
    assert not tested.open


def test_the_outage_is_told_once(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    outage(tested, 10)
    assert [tested.news, tested.news] == [True, False]
    clock.advance(timedelta(minutes=6))
    assert not tested.news
    outage(tested, 10)
    assert tested.news


def test_what_is_kept_of_a_flood_is_bounded(clock: TestClock) -> None:
    tested = Breaker(0.02, clock)
    for number in range(MOST + 10):
        tested.count(f"s{number}", f"c{number}")
    assert len(tested._seen) == len(tested._hit) == len(tested._contents) == MOST
