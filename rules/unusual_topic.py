"""What speaks for a recipient by what the message is about: the thread that it answers, the words of its subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from rules.unusual_situation import Row, Situation

_LATEST = 10
"""So many messages of a thread are looked at, sent and got each."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Who took part in the thread, the sender aside; empty where it is unknown."""

    people: frozenset[int] = frozenset()
    mails: Sequence[frozenset[int]] = ()
    """Of each of its messages, those who wrote or got it."""
    last: frozenset[int] = frozenset()
    author: int = 0
    """Who wrote the latest that the sender got."""

    @classmethod
    def of(cls, about: Situation) -> "Thread":
        """The thread of the subject, as far as the sender took part in it."""
        number = about.topic.thread
        sent, got = (log.threads.get(number, ())[:_LATEST] if number else () for log in (about.sent, about.sender_got))
        mails = sorted([about.sent.mails[p] for p in sent] + [about.sender_got.mails[p] for p in got], reverse=True)
        if not mails:
            return cls()
        ours = frozenset((about.sender,))
        people = [frozenset((mail.sender, *mail.to)) - ours for mail in mails]
        author = about.sender_got.mails[got[0]].sender if got else 0
        return cls(frozenset().union(*people), people, people[0], author)


def said(one: int, others: Sequence[int], thread: Thread, about: Situation) -> Row:
    """Whether this one belongs to the thread, and what the words of the subject say."""
    topic, got = about.topic, about.got[one]
    mine = frozenset(about.sent.where.get(one, ()))
    usual, lift, best = (len(mine) + 0.5) / (len(about.sent.mails) + 5), 0.0, -1.0
    for word in topic.words:
        places = about.sent.words.get(word)
        if places:
            both = len(mine.intersection(places))
            lift += max(-3.0, min(3.0, log((both + 2 * usual) / (len(places) + 2) / usual)))
            best = max(best, both / (len(places) + 0.5))
    heard = [len(got.words.get(word, ())) for word in topic.words]
    return _in_thread(one, others, thread) | {
        "reply": float(topic.is_reply),
        "got_thread": float(topic.thread in got.threads) if topic.thread else -1.0,
        "word_lift": lift,
        "word_best": best,
        "words_heard": sum(map(bool, heard)) / len(heard) if heard else -1.0,
        "word_heard": log((max(heard) + 0.05) / (len(got.mails) + 2)) if heard else -8.0,
    }


def _in_thread(one: int, others: Sequence[int], thread: Thread) -> Row:
    if not thread.mails:
        return dict.fromkeys(_IN_THREAD, -1.0)
    rest, mine = frozenset(others), frozenset((one,))
    without = len(thread.last & rest) / max(1, len(thread.last | rest))
    values = (
        float(one in thread.people),
        len(thread.people & rest) / len(rest) if rest else -1.0,
        sum(one in people for people in thread.mails) / len(thread.mails),
        len(thread.last & (rest | mine)) / len(thread.last | rest | mine) - without,
        float(one == thread.author) if thread.author else -1.0,
    )
    return dict(zip(_IN_THREAD, values, strict=True))


_IN_THREAD = ("in_thread", "others_in_thread", "thread_share", "thread_gain", "thread_author")
