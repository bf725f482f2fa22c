"""What speaks for one recipient alone: how the sender writes to it, and everybody here."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from rules.habits import NEVER
from rules.unusual_situation import NOTHING, Count, Row, Situation

LATELY, JUST = 15, 5
"""Messages in which a message counts half."""
_NOBODY = Count()
_LATELY, _JUST = (tuple(0.5 ** (place / half) for place in range(200)) for half in (LATELY, JUST))


@dataclass(frozen=True, slots=True)
class Ranks:
    """The sender's contacts by how much and how lately they are written to."""

    counts: Sequence[int]
    latest: Sequence[int]

    @classmethod
    def of(cls, about: Situation) -> "Ranks":
        """Over everybody whom the sender wrote to."""
        where = about.sent.where.values()
        return cls(sorted(map(len, where)), sorted(places[0] for places in where if places))

    def by_count(self, count: int) -> int:
        """How many contacts got at least as many; all where it got none."""
        return len(self.counts) - bisect_left(self.counts, count) if count else len(self.counts)

    def by_time(self, place: int) -> int:
        """How many contacts were written to later."""
        return bisect_left(self.latest, place)


def alone(one: int, ranks: Ranks, about: Situation) -> Row:
    """How the sender writes to this one."""
    sent, places = about.sent, about.sent.where.get(one, ())
    written, back = len(sent.mails), about.sender_got.senders.get(one, ())
    ages = [max(0, about.minute - sent.mails[place].at) / 1440 for place in places]
    since, heard = ages[0] if ages else NEVER, about.sender_got.days_since(back, about.minute)
    met = about.sender_got.where.get(one, ())
    sizes = [len(sent.mails[place].to) for place in places[:30]]
    size = len(about.recipients)
    return {
        "sent": log(written + 1),
        "people": log(len(sent.where) + 1),
        "count": log(len(places) + 0.3),
        "share": log((len(places) + 0.1) / (written + 1)),
        "month": log(sum(0.5 ** (age / 30) for age in ages) + 0.02),
        "lately": log(sum(map(_LATELY.__getitem__, [place for place in places if place < len(_LATELY)])) + 0.02),
        "just": log(sum(map(_JUST.__getitem__, [place for place in places if place < len(_JUST)])) + 0.02),
        "mails_ago": log((places[0] if places else written + 100) + 1),
        "days_ago": log(since + 0.02),
        "wrote": log(len(back) + 0.3),
        "wrote_days_ago": log(heard + 0.02),
        "owed": log(since + 0.02) - log(heard + 0.02),
        "met": log(len(met) + 0.3),
        "met_mails_ago": log(min([*back[:1], *met[:1], len(about.sender_got.mails) + 30]) + 1),
        "sender_got": log(len(about.sender_got.mails) + 1),
        "rank": log(ranks.by_count(len(places)) + 1),
        "rank_lately": log(ranks.by_time(places[0] if places else written) + 1),
        "size_mean": log(sum(sizes) / len(sizes) / size) if sizes else NOTHING,
        "size_like": sum(abs(n - size) <= max(1, size // 3) for n in sizes) / len(sizes) if sizes else -1.0,
        "solo": (sum(n == 1 for n in sizes) + 0.2) / (len(sizes) + 1),
    }


def contact(one: int, about: Situation) -> Row:
    """How everybody here writes to this one."""
    got, count = about.got[one], about.counts.get(one, _NOBODY)
    mine = len(got.senders.get(about.sender, ()))
    return {
        "got": log(len(got.mails) + 0.3),
        "senders": log(len(got.senders) + 0.3),
        "mine": log((mine + 0.1) / (len(got.mails) + 1)),
        "got_days_ago": log((about.days(got.mails[0].at) if got.mails else NEVER) + 0.02),
        "ever": log(count.by_sender + 0.3),
        "ever_all": log(count.by_all + 0.3),
        "ever_days_ago": log(count.days + 1),
    }
