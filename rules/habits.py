"""Habits: an index over somebody's recent mail, so that a look at one recipient costs no walk through all of it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from mail.shapes import lazy
from rules.recent_mail import Sending, decode

NEAR = 60
"""So many of the latest messages are compared as a whole with the one that is judged."""


class Habits:
    """What somebody sent, or got, the newest first."""

    def __init__(self, mails: tuple[Sending, ...]) -> None:
        self.mails = mails
        self.where: dict[int, list[int]] = defaultdict(list)
        """Person → the messages that went to them, by place."""
        self.senders: dict[int, list[int]] = defaultdict(list)
        """Person → the messages that came from them."""
        self.threads: dict[int, list[int]] = defaultdict(list)
        self.words: dict[int, list[int]] = defaultdict(list)
        for place, (_, thread, sender, to, words) in enumerate(mails):
            self.senders[sender].append(place)
            self.threads[thread].append(place)
            for one in to:
                self.where[one].append(place)
            for word in words:
                self.words[word].append(place)

    @lazy
    def partners(self) -> Counter[int]:
        """Person → messages in which they took part."""
        return Counter(chain.from_iterable({mail.sender, *mail.to} for mail in self.mails))

    def repeats(self, people: frozenset[int]) -> int:
        """How many of the latest messages went to exactly these people."""
        places = self.where.get(next(iter(people), 0), ())
        return sum(
            place < NEAR and len(self.mails[place].to) == len(people) and people.issuperset(self.mails[place].to)
            for place in places
        )

    def days_since(self, places: Sequence[int], minute: int) -> float:
        """Since the latest of some messages; NEVER without."""
        return max(0, minute - self.mails[places[0]].at) / 1440 if places else NEVER


NEVER = 1500.0
"""Days: longer ago than anything that is remembered."""


@lru_cache(maxsize=256)
def habits(text: str) -> Habits:
    """The habits that a text of recent mail tells of."""
    return Habits(tuple(decode(text)))
