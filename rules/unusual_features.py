"""What speaks for and against a recipient: numbers out of recent mail, the same in training and in the relay."""

from collections.abc import Sequence

from rules.habits import Habits
from rules.recent_mail import Topic
from rules.unusual_alike import alike, votes
from rules.unusual_alone import Ranks, alone, contact
from rules.unusual_company import faded, sets, together
from rules.unusual_situation import NOTHING, OTHERS, Row, Situation
from rules.unusual_topic import Thread, said


def rows(about: Situation) -> list[Row]:
    """One row for each recipient."""
    thread, ranks, fading = Thread.of(about), Ranks.of(about), faded(about)
    sent, got = alike(about.sent, about), alike(about.sender_got, about)
    found: list[Row] = []
    for one in about.recipients:
        others = [other for other in about.recipients if other != one][:OTHERS]
        row = alone(one, ranks, about) | contact(one, about) | said(one, others, thread, about)
        row |= votes(one, len(others), sent, "sent") | votes(one, len(others), got, "heard")
        found.append(row | (together(one, others, fading, about) | sets(one, others, about) if others else _NO_OTHERS))
    return _beside(found)


_LEAST = (
    "month", "mails_ago", "days_ago", "owed", "wrote", "wrote_days_ago", "met_mails_ago", "got_days_ago", "ever", "ever_all", "rank_lately",
    "size_mean", "size_like", "solo", "word_lift", "words_heard", "word_heard", "sent_people", "sent_words", "sent_both", "sent_balance",
    "heard_people", "heard_words", "heard_both", "heard_most", "heard_balance", "both_lately", "both_lately_best", "near_best", "near_mean",
    "circle_mean", "circle_best", "set_balance",
)  # fmt: skip
_MOST = (
    "share", "month", "lately", "rank", "rank_lately", "met_mails_ago", "word_lift", "sent_people", "sent_words", "sent_both", "both_lately",
    "near_mean", "circle_mean",
)  # fmt: skip
_BESIDE, _UNDER = tuple(f"{name}_beside" for name in _LEAST), tuple(f"{name}_under" for name in _MOST)
_NOT_BESIDE = dict.fromkeys((*_BESIDE, *_UNDER), NOTHING)


def _beside(found: list[Row]) -> list[Row]:
    """Add what each is beside the least and the most of the others: the one that does not belong stands out."""
    if len(found) == 1:
        found[0] |= _NOT_BESIDE
        return found
    for names, keys, largest in ((_LEAST, _BESIDE, False), (_MOST, _UNDER, True)):
        for name, key in zip(names, keys, strict=True):
            values = [row[name] for row in found]
            first, second = sorted(values, reverse=largest)[:2]
            for row, value in zip(found, values, strict=True):
                row[key] = value - (second if value == first else first)
    return found


_EMPTY = Habits(())
_TWO = Situation(0, Topic(), 0, (1, 2), _EMPTY, _EMPTY, {1: _EMPTY, 2: _EMPTY}, {})


def _of_company(others: Sequence[int]) -> Row:
    return together(1, others, faded(_TWO), _TWO) | sets(1, others, _TWO)


_NO_OTHERS = dict.fromkeys(_of_company((2,)), NOTHING)
NAMES = tuple(rows(_TWO)[0])
"""Every feature, in the order of a row."""
