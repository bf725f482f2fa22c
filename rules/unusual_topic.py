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
    last: frozenset[int] = frozenset()
    """Who of them wrote or got its latest message."""
    author: int = 0
    """Who wrote the latest that the sender got."""
    is_known: bool = False

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
        return cls(frozenset().union(*people), people[0], author, is_known=True)


def said(one: int, others: Sequence[int], thread: Thread, about: Situation) -> Row:
    """Whether this one belongs to the thread, and what the words of the subject say."""
    topic, got = about.topic, about.got[one]
    mine = frozenset(about.sent.where.get(one, ()))
    usual, lift = (len(mine) + 0.5) / (len(about.sent.mails) + 5), 0.0
    for word in topic.words:
        places = about.sent.words.get(word)
        if places:
            both = len(mine.intersection(places))
            lift += max(-3.0, min(3.0, log((both + 2 * usual) / (len(places) + 2) / usual)))
    heard = [len(got.words.get(word, ())) for word in topic.words]
    return _in_thread(one, others, thread) | {
        "reply": float(topic.is_reply),
        "word_lift": lift,
        "words_heard": sum(map(bool, heard)) / len(heard) if heard else -1.0,
        "word_heard": log((max(heard) + 0.05) / (len(got.mails) + 2)) if heard else -8.0,
    }


def _in_thread(one: int, others: Sequence[int], thread: Thread) -> Row:
    if not thread.is_known:
        return {"in_thread": -1.0, "thread_gain": -1.0, "thread_author": -1.0}
    rest, all_ = frozenset(others), frozenset((one, *others))
    without = len(thread.last & rest) / max(1, len(thread.last | rest))
    return {
        "in_thread": float(one in thread.people),
        "thread_gain": len(thread.last & all_) / len(thread.last | all_) - without,
        "thread_author": float(one == thread.author) if thread.author else -1.0,
    }
