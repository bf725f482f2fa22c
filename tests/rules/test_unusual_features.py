"""The features of recipient-unusual are numbers whatever was remembered, and each says what its name says."""

from collections.abc import Mapping, Sequence
from math import isfinite, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.habits import Habits
from rules.recent_mail import Sending, Topic
from rules.unusual_features import NAMES, rows
from rules.unusual_situation import NOTHING, Count, Row, Situation

ME, ANN, BEN, CAI, DAN = 1, 2, 3, 4, 5
DAY = 1440
NOW = 1000 * DAY
people = st.integers(1, 6)
sendings = st.builds(
    Sending,
    st.integers(0, (1 << 32) - 1),
    st.integers(0, 3),
    people,
    st.lists(people, min_size=1, max_size=4).map(tuple),
    st.lists(st.integers(0, 5), max_size=3).map(tuple),
)
logs = st.lists(sendings, max_size=8).map(lambda mails: Habits(tuple(mails)))
topics = st.builds(Topic, st.integers(0, 3), st.lists(st.integers(0, 5), max_size=3).map(tuple), st.booleans())


def sent(days_ago: float, *to: int, thread: int = 0, words: tuple[int, ...] = (), sender: int = ME) -> Sending:
    return Sending(int(NOW - days_ago * DAY), thread, sender, to, words)


def seen(
    *recipients: int, log: Sequence[Sending] = (), heard: Sequence[Sending] = (), topic: Topic | None = None
) -> Mapping[int, Row]:
    """Rows by recipient; what each of them got is what was sent to them."""
    got = {one: Habits(tuple(mail for mail in log if one in mail.to)) for one in recipients}
    situation = Situation(
        NOW,
        topic or Topic(),
        ME,
        recipients,
        Habits(tuple(log)),
        Habits(tuple(heard)),
        got,
        dict.fromkeys(got, Count()),
    )
    return dict(zip(recipients, rows(situation), strict=True))


@given(
    st.integers(0, (1 << 32) - 1), topics, st.lists(people, min_size=1, max_size=6, unique=True), logs, logs, st.data()
)
def test_every_feature_is_a_number_in_the_same_order_whatever_is_remembered(
    minute: int, topic: Topic, to: list[int], log: Habits, heard: Habits, data: st.DataObject
) -> None:
    got = {one: data.draw(logs) for one in to}
    found = rows(Situation(minute, topic, ME, to, log, heard, got, {}))
    assert len(found) == len(to)
    for row in found:
        assert tuple(row) == NAMES
        assert all(map(isfinite, row.values()))


def test_of_a_single_recipient_nothing_is_said_beside_others() -> None:
    (row,) = seen(ANN, log=[sent(1, ANN)]).values()
    assert {row[name] for name in NAMES if name.endswith(("_beside", "_under"))} == {NOTHING}
    assert row["both_best"] == NOTHING


def test_beside_is_the_distance_to_the_least_of_the_others_and_under_to_the_most() -> None:
    found = seen(
        ANN, BEN, CAI, log=[sent(1, ANN), sent(2, ANN), sent(3, ANN), sent(4, BEN), sent(5, CAI), sent(6, CAI)]
    )
    days, share = ({one: row[name] for one, row in found.items()} for name in ("days_ago", "share"))
    assert {one: row["days_ago_beside"] for one, row in found.items()} == {
        ANN: days[ANN] - days[BEN],
        BEN: days[BEN] - days[ANN],
        CAI: days[CAI] - days[ANN],
    }
    assert [found[one]["share_under"] for one in (ANN, BEN)] == [share[ANN] - share[CAI], share[BEN] - share[ANN]]


def test_ranks_count_who_is_written_to_more_and_who_later() -> None:
    log = [sent(1, ANN), sent(2, BEN), sent(3, BEN), sent(4, CAI), sent(5, CAI), sent(6, CAI)]
    found = seen(ANN, BEN, CAI, DAN, log=log)
    assert [found[one]["rank"] for one in (CAI, BEN, ANN, DAN)] == [log_of(1), log_of(2), log_of(3), log_of(3)]
    assert [found[one]["rank_lately"] for one in (ANN, BEN, CAI, DAN)] == [log_of(n) for n in (0, 1, 2, 3)]


def log_of(count: int) -> float:
    return log(count + 1)


def test_who_wrote_last_and_waits_for_an_answer_is_owed_one() -> None:
    found = seen(ANN, BEN, log=[sent(5, ANN), sent(1, BEN)], heard=[sent(2, ME, sender=ANN), sent(3, ME, sender=BEN)])
    assert found[ANN]["owed"] > 0 > found[BEN]["owed"]


@pytest.mark.parametrize("by", ["people", "words"])
def test_messages_alike_vote_for_whom_they_went_to(by: str) -> None:
    words = (7, 8) if by == "words" else ()
    others = (DAN,) if by == "people" else ()
    log = [sent(n, ANN, *others, words=words) for n in range(1, 6)] + [sent(n, BEN) for n in range(6, 12)]
    found = seen(ANN, BEN, DAN, log=log, topic=Topic(0, words))
    assert found[ANN][f"sent_{by}"] > 5 * found[BEN][f"sent_{by}"]
    assert found[ANN]["sent_both"] > found[BEN]["sent_both"]


def test_what_came_from_others_votes_too() -> None:
    heard = [sent(n, ME, ANN, sender=DAN) for n in range(1, 6)]
    found = seen(ANN, BEN, DAN, heard=heard)
    assert found[ANN]["heard_people"] > 5 * found[BEN]["heard_people"]


def test_who_is_in_the_latest_of_the_thread_makes_the_recipients_more_like_it() -> None:
    log = [sent(2, ANN, CAI, thread=9), sent(3, ANN, BEN, thread=9)]
    found = seen(ANN, BEN, CAI, log=log, heard=[sent(1, ME, CAI, sender=ANN, thread=9)], topic=Topic(9))
    assert found[CAI]["thread_gain"] > 0 > found[BEN]["thread_gain"]
    assert [found[one]["thread_author"] for one in (ANN, BEN, CAI)] == [1.0, 0.0, 0.0]


def test_old_company_counts_less_than_new() -> None:
    old, new = ([sent(n, ANN, BEN), sent(1 if n > 50 else 90, ANN, CAI)] for n in (100, 1))
    was, now = (seen(ANN, BEN, DAN, log=sorted(log, reverse=True))[BEN]["both_lately_best"] for log in (old, new))
    assert now > was


def test_messages_from_the_future_of_a_wrong_clock_count_as_of_now() -> None:
    ahead, now = (seen(ANN, BEN, log=[sent(days, ANN, BEN)] * 3) for days in (-2_000, 0))
    assert ahead == now


def test_a_thread_with_oneself_alone_says_nothing_of_others() -> None:
    (row,) = seen(ANN, log=[sent(1, ME, thread=9)], topic=Topic(9)).values()
    assert (row["in_thread"], row["thread_gain"]) == (0.0, 0.0)
