"""Past messages that are alike, by people or by words of the subject: how many of them had this recipient, too."""

from collections.abc import Sequence
from typing import NamedTuple

from rules.habits import NEAR, Habits
from rules.unusual_situation import Row, Situation

_FADING = tuple(0.97**place for place in range(NEAR))
"""What a message counts, by its place; the newest first."""
_LITTLE = 0.3
"""What people alone count beside people and words."""


class Alike(NamedTuple):
    """A past message that has a recipient or a word in common with the one that is judged."""

    people: frozenset[int]
    """All but the sender of today."""
    common: int
    """Recipients of both."""
    words: float
    """Overlap of the words, 0 to 1."""
    weight: float


def alike(log: Habits, about: Situation) -> list[Alike]:
    """The latest messages of a log that are like this one."""
    words, now, ours = frozenset(about.topic.words), frozenset(about.recipients), frozenset((about.sender,))
    indexes = [log.where, log.senders] if log is about.sender_got else [log.where]
    found = {place for index in indexes for one in now for place in index.get(one, ()) if place < NEAR}
    found.update(place for word in words for place in log.words.get(word, ()) if place < NEAR)
    past = []
    for place in sorted(found):
        mail = log.mails[place]
        people = frozenset((*mail.to, mail.sender)) - ours
        common = len(words.intersection(mail.words))
        overlap = common / (len(words) + len(mail.words) - common) if common else 0.0
        past.append(Alike(people, len(people & now), overlap, _FADING[place]))
    return past


def votes(one: int, others: int, past: Sequence[Alike], name: str) -> Row:
    """How many of those that have the others or the words have this one, by how like they are."""
    people = people_hit = words = words_hit = both = both_hit = most = most_without = 0.0
    for to, common, overlap, weight in past:
        has = one in to
        company = common - has
        if company:
            like = company / (others + len(to) - has - company)
            people += like * weight
            both += like * (_LITTLE + overlap) * weight
            if has:
                people_hit += like * weight
                both_hit += like * (_LITTLE + overlap) * weight
        elif overlap:
            both += _LITTLE * overlap * weight
            both_hit += _LITTLE * overlap * weight * has
        if overlap:
            words += overlap * weight
            if has:
                words_hit += overlap * weight
                most = max(most, overlap)
            else:
                most_without = max(most_without, overlap)
    return {
        f"{name}_people": (people_hit + 0.02) / (people + 0.2),
        f"{name}_words": (words_hit + 0.02) / (words + 0.2),
        f"{name}_both": (both_hit + 0.02) / (both + 0.2),
        f"{name}_most": most,
        f"{name}_balance": most - most_without,
    }
