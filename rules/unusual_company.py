"""What speaks for a recipient together with the others: who gets the same messages, from the sender and from anybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

from rules.habits import NEAR
from rules.unusual_situation import Row, Situation

_LATEST = 40
"""So many messages to each of the others are weighed by their age: after thirty days one counts half."""


def faded(about: Situation) -> Mapping[int, Sequence[tuple[int, float]]]:
    """Of each recipient the sender's latest messages to it: place, and what it counts by its age."""
    mails = about.sent.mails
    return {
        one: [(place, 0.5 ** (about.days(mails[place].at) / 30)) for place in about.sent.where.get(one, ())[:_LATEST]]
        for one in about.recipients
    }


def together(
    one: int, others: Sequence[int], fading: Mapping[int, Sequence[tuple[int, float]]], about: Situation
) -> Row:
    """How often this one and the others get the same messages."""
    where, got = about.sent.where, about.got
    mine, mails = frozenset(where.get(one, ())), got[one]
    theirs = [where.get(other, ()) for other in others]
    both = [len(mine.intersection(places)) for places in theirs]
    share = [(n + 0.05) / (len(places) + 1) for n, places in zip(both, theirs, strict=True)]
    met = [max(mails.partners[other], got[other].partners[one]) for other in others]
    near = [
        (n + 0.05) / (min(len(mails.mails), len(got[other].mails)) + 2) for n, other in zip(met, others, strict=True)
    ]
    lately = [
        (sum([k for place, k in fading[other] if place in mine]) + 0.02) / (sum([k for _, k in fading[other]]) + 0.3)
        for other in others
    ]
    circles = [_angle(mails.partners, got[other].partners, about.sender) for other in others]
    return {
        "both": log(max(both) + 0.3),
        "both_best": log(max(share)),
        "both_mean": log(sum(share) / len(share)),
        "both_least": log(min(share)),
        "both_lately": log(sum(lately) / len(lately)),
        "both_lately_best": log(max(lately)),
        "others_count": log(max(map(len, theirs)) + 0.3),
        "others_least": log(min(map(len, theirs)) + 0.3),
        "near_best": log(max(near)),
        "near_mean": log(sum(near) / len(near)),
        "circle_mean": sum(circles) / len(circles),
        "circle_best": max(circles),
        "others": float(len(others)),
    }


def _angle(a: Counter[int], b: Counter[int], sender: int) -> float:
    """How alike two circles of people are, the sender aside: the cosine of their counts."""
    common = sum([a[one] * b[one] for one in a.keys() & b.keys() if one != sender])
    return common / (sqrt(_square(a) * _square(b)) + 1)


def _square(counts: Counter[int]) -> int:
    return sum([n * n for n in counts.values()])


def sets(one: int, others: Sequence[int], about: Situation) -> Row:
    """The sender's latest messages that are most like this one, with the recipient and without."""
    wanted, mails = frozenset(others), about.sent.mails
    best = {True: (0.0, -99), False: (0.0, -99)}
    hits = met = 0
    for place in sorted({place for other in others for place in about.sent.where.get(other, ())}):
        to = mails[place].to
        met += 1
        hits += one in to
        if place < NEAR:
            people = frozenset(to)
            alike = len(wanted & people) / len(wanted | (people - {one}))
            if alike > best[one in people][0]:
                best[one in people] = (alike, -place)
    return {
        "set_with": best[True][0],
        "set_without": best[False][0],
        "set_balance": best[True][0] - best[False][0],
        "set_with_ago": -best[True][1],
        "set_without_ago": -best[False][1],
        "then": log((hits + 0.1) / (met + 1)),
        "then_of": log(met + 1),
    }
