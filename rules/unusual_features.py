"""What speaks for and against a recipient: numbers out of recent mail, the same in training and in the relay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from rules.habits import NEAR, NEVER, Habits
from rules.recent_mail import Topic

OTHERS = 12
"""So many of the other recipients are looked at together with one."""
NOTHING = -20.0
"""Stands for what cannot be said: of a single recipient nothing about the others."""
LATELY = 15
"""Messages."""


@dataclass(frozen=True, slots=True)
class Count:
    """What the contacts count: longer than recent mail goes back."""

    by_sender: int = 0
    by_all: int = 0
    days: float = NEVER


@dataclass(frozen=True, slots=True)
class Situation:
    """A message that is judged, and what is remembered around it."""

    minute: int
    topic: Topic
    sender: int
    recipients: Sequence[int]
    sent: Habits
    sender_got: Habits
    got: Mapping[int, Habits]
    counts: Mapping[int, Count]


Row = dict[str, float]


def rows(about: Situation) -> list[Row]:
    """One row for each recipient."""
    thread = about.sent.in_thread(about.topic.thread) | about.sender_got.in_thread(about.topic.thread)
    found: list[Row] = []
    for one in about.recipients:
        others = [other for other in about.recipients if other != one][:OTHERS]
        row = _alone(one, about) | _contact(one, about) | _topic(one, others, thread, about)
        found.append(row | (_together(one, others, about) | _sets(one, others, about) if others else _NO_OTHERS))
    return _beside(found)


def _alone(one: int, about: Situation) -> Row:
    """How the sender writes to this one."""
    sent, places = about.sent, about.sent.where.get(one, [])
    written, back = len(sent.mails), about.sender_got.senders.get(one, [])
    ages = [max(0, about.minute - sent.mails[place].at) / 1440 for place in places]
    return {
        "sent": log(written + 1),
        "people": log(len(sent.where) + 1),
        "count": log(len(places) + 0.3),
        "share": log((len(places) + 0.1) / (written + 1)),
        "month": log(sum(0.5 ** (age / 30) for age in ages) + 0.02),
        "lately": log(sum(0.5 ** (place / LATELY) for place in places) + 0.02),
        "mails_ago": log((places[0] if places else written + 100) + 1),
        "days_ago": log((ages[0] if ages else NEVER) + 0.02),
        "wrote": log(len(back) + 0.3),
        "wrote_days_ago": log(about.sender_got.days_since(back, about.minute) + 0.02),
        "met": log(len(about.sender_got.where.get(one, ())) + 0.3),
        "sender_got": log(len(about.sender_got.mails) + 1),
    }


def _contact(one: int, about: Situation) -> Row:
    """How everybody here writes to this one."""
    got, count = about.got[one], about.counts.get(one, _NOBODY)
    mine = len(got.senders.get(about.sender, ()))
    return {
        "got": log(len(got.mails) + 0.3),
        "senders": log(len(got.senders) + 0.3),
        "mine": log((mine + 0.1) / (len(got.mails) + 1)),
        "got_days_ago": log((max(0, about.minute - got.mails[0].at) / 1440 if got.mails else NEVER) + 0.02),
        "ever": log(count.by_sender + 0.3),
        "ever_all": log(count.by_all + 0.3),
        "ever_days_ago": log(count.days + 1),
    }


_NOBODY = Count()


def _topic(one: int, others: Sequence[int], thread: frozenset[int], about: Situation) -> Row:
    """Whether this one belongs to the thread, and what the words of the subject say."""
    topic, got = about.topic, about.got[one]
    usual = (len(about.sent.where.get(one, ())) + 0.5) / (len(about.sent.mails) + 5)
    mine, lift, best = frozenset(about.sent.where.get(one, ())), 0.0, -1.0
    for word in topic.words:
        places = about.sent.words.get(word)
        if places:
            both = sum(place in mine for place in places)
            lift += max(-3.0, min(3.0, log((both + 2 * usual) / (len(places) + 2) / usual)))
            best = max(best, both / (len(places) + 0.5))
    heard = [len(got.words.get(word, ())) for word in topic.words]
    in_thread = [other in thread for other in others]
    return {
        "reply": float(topic.is_reply),
        "in_thread": float(one in thread) if thread else -1.0,
        "others_in_thread": sum(in_thread) / len(others) if thread and others else -1.0,
        "got_thread": float(topic.thread in got.threads) if topic.thread else -1.0,
        "word_lift": lift,
        "word_best": best,
        "words_heard": sum(map(bool, heard)) / len(heard) if heard else -1.0,
        "word_heard": log((max(heard) + 0.05) / (len(got.mails) + 2)) if heard else -8.0,
    }


def _together(one: int, others: Sequence[int], about: Situation) -> Row:
    """How often this one and the others get the same messages: from the sender, from anybody."""
    where, got = about.sent.where, about.got
    mine, mails = frozenset(where.get(one, ())), got[one]
    theirs = [where.get(other, ()) for other in others]
    both = [sum(place in mine for place in places) for places in theirs]
    share = [(n + 0.05) / (len(places) + 1) for n, places in zip(both, theirs, strict=True)]
    close = [(n + 0.05) / (min(len(mine), len(places)) + 1) for n, places in zip(both, theirs, strict=True)]
    met = [max(mails.partners[other], got[other].partners[one]) for other in others]
    near = [
        (n + 0.05) / (min(len(mails.mails), len(got[other].mails)) + 2) for n, other in zip(met, others, strict=True)
    ]
    return {
        "both": log(max(both) + 0.3),
        "both_best": log(max(share)),
        "both_mean": log(sum(share) / len(share)),
        "both_least": log(min(share)),
        "both_close": log(max(close)),
        "others_count": log(max(map(len, theirs)) + 0.3),
        "others_least": log(min(map(len, theirs)) + 0.3),
        "near_best": log(max(near)),
        "near_mean": log(sum(near) / len(near)),
        "near_any": sum(map(bool, met)) / len(met),
        "same_senders": sum(_overlap(mails.senders, got[other].senders) for other in others) / len(others),
        "same_people": sum(_overlap(mails.partners, got[other].partners) for other in others) / len(others),
        "others": float(len(others)),
    }


def _overlap(a: Mapping[int, object], b: Mapping[int, object]) -> float:
    return len(a.keys() & b.keys()) / (min(len(a), len(b)) + 2)


def _sets(one: int, others: Sequence[int], about: Situation) -> Row:
    """The sender's latest messages that are most like this one, with the recipient and without."""
    wanted, mails = frozenset(others), about.sent.mails
    best = {True: (0.0, -99), False: (0.0, -99)}
    hits = met = 0
    for place in sorted({place for other in others for place in about.sent.where.get(other, ())}):
        to = frozenset(mails[place].to)
        met += 1
        hits += one in to
        if place < NEAR:
            alike = len(wanted & to) / len(wanted | (to - {one}))
            if alike > best[one in to][0]:
                best[one in to] = (alike, -place)
    return {
        "set_with": best[True][0],
        "set_without": best[False][0],
        "set_balance": best[True][0] - best[False][0],
        "set_with_ago": -best[True][1],
        "set_without_ago": -best[False][1],
        "then": log((hits + 0.1) / (met + 1)),
        "then_of": log(met + 1),
    }


_BESIDE = (
    "share", "month", "lately", "mails_ago", "days_ago", "count", "wrote", "wrote_days_ago", "met", "got_days_ago", "ever", "ever_all",
    "in_thread", "got_thread", "word_lift", "word_best", "words_heard", "word_heard", "both_best", "both_mean", "near_best", "near_mean",
    "same_senders", "same_people", "set_balance", "then",
)  # fmt: skip
_EMPTY = Habits(())
_TWO = Situation(0, Topic(), 0, (1, 2), _EMPTY, _EMPTY, {1: _EMPTY, 2: _EMPTY}, {})
_NO_OTHERS = dict.fromkeys((*_together(1, (2,), _TWO), *_sets(1, (2,), _TWO)), NOTHING)


def _beside(found: list[Row]) -> list[Row]:
    """Add what each is beside the least of the others: the one that does not belong stands out."""
    for name in _BESIDE:
        values = sorted(row[name] for row in found)
        for row in found:
            least = values[1] if len(values) > 1 and row[name] == values[0] else values[0]
            row[f"{name}_beside"] = row[name] - least if len(values) > 1 else NOTHING
    return found


NAMES = tuple(rows(_TWO)[0])
