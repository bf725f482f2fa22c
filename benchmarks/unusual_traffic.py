"""Past mail with a wrong contact put into it: what recipient-unusual is trained on and measured with.

Wanted is a folder with `messages.tsv` (id, file, seconds since 1970, subject, sender) and `recipients.tsv` (id, place, recipient), as in
`data/enron` of github.com/patperry/interaction-proc (P. O. Perry and P. J. Wolfe, Point process modelling for directed interaction
networks, 2013; cleaned by Y. Zhou et al., 2007); or one with `edges.txt` (sender, recipient, seconds), as email-Eu-core-temporal of SNAP
(A. Paranjape, A. R. Benson and J. Leskovec, Motifs in temporal networks, 2017): mail of a research institute, without subjects; lines of one
sender and second are one message. Neither is part of this repository. Every message is judged before it is learnt.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rules.habits import NEVER, Habits
from rules.recent_mail import GOT_SIZE, SENT_SIZE, WIDEST, Sending, encode, minute, topic
from rules.unusual_features import rows
from rules.unusual_situation import Count, Row, Situation

KINDS = ("contact", "frequent", "anyone")
"""The wrong one: any earlier contact of the sender; one as often as written to; anybody who ever got mail."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message."""

    at: datetime
    sender: int
    to: tuple[int, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The recipients of one message as they were, and, by kind, with a wrong one among them: its number, and everybody's row."""

    mail: Mail
    right: Mapping[int, Row]
    wrong: Mapping[str, tuple[int, Mapping[int, Row]]]


def read(folder: Path) -> list[Mail]:
    """The messages of a folder in their order; nobody writes to themselves."""
    edges = folder / "edges.txt"
    mails = _from_edges(edges) if edges.exists() else _from_tables(folder)
    return sorted((mail for mail in mails if 0 < len(mail.to) <= WIDEST), key=lambda mail: mail.at)


def _from_tables(folder: Path) -> Iterator[Mail]:
    to: dict[str, list[int]] = defaultdict(list)
    for line in (folder / "recipients.tsv").read_text("utf-8").splitlines():
        message, _, recipient = line.split("\t")
        to[message].append(int(recipient))
    for line in (folder / "messages.tsv").read_text("utf-8", "replace").split("\n"):
        if line:
            message, _, seconds, subject, sender = line.split("\t")
            yield _mail(int(seconds), int(sender), to[message], subject)


def _from_edges(file: Path) -> Iterator[Mail]:
    to: dict[tuple[int, int], list[int]] = defaultdict(list)
    for line in file.read_text("utf-8").splitlines():
        sender, recipient, seconds = map(int, line.split())
        to[seconds, sender].append(recipient)
    # They count from 0: from 2001 on they are after the year in which recent mail begins.
    yield from (_mail(seconds + 1_000_000_000, sender, people, "") for (seconds, sender), people in to.items())


def _mail(seconds: int, sender: int, to: Sequence[int], subject: str) -> Mail:
    others = tuple(dict.fromkeys(one for one in to if one != sender))
    return Mail(datetime.fromtimestamp(seconds, UTC), sender, others, subject)


def chosen(start: int, end: int, most: int, seed: int) -> frozenset[int]:
    """Places of at most so many messages, evenly by chance."""
    every = range(start, end)
    return frozenset(every if len(every) <= most else random.Random(seed).sample(every, most))


@dataclass(slots=True)
class _Log:
    """Somebody's recent mail, as long as the store keeps it."""

    limit: int
    mails: list[tuple[Sending, int]] = field(default_factory=list)
    size: int = 0
    index: Habits | None = None

    def add(self, mail: Sending, size: int) -> None:
        self.mails.insert(0, (mail, size))
        self.size, self.index = self.size + size, None
        while self.size > self.limit:
            self.size -= self.mails.pop()[1]

    def habits(self) -> Habits:
        if self.index is None:
            self.index = Habits(tuple(mail for mail, _ in self.mails))
        return self.index


class Traffic:
    """Goes through the mail: each message is shown as it was and with a wrong one, then learnt."""

    def __init__(self, seed: int = 1, unseen: float = 0.0) -> None:
        """`unseen`: the share of people who are outside, whose own mail never passes us."""
        self._random, self._unseen = random.Random(seed), unseen
        self._sent: dict[int, _Log] = defaultdict(lambda: _Log(SENT_SIZE))
        self._got: dict[int, _Log] = defaultdict(lambda: _Log(GOT_SIZE))
        self._contacts: dict[int, Counter[int]] = defaultdict(Counter)
        self._all: Counter[int] = Counter()
        self._last: dict[int, datetime] = {}

    def judged(self, mails: Sequence[Mail], wanted: Container[int], kinds: Sequence[str] = KINDS) -> Iterator[Judged]:
        """The wanted messages, by their place; those of people outside are left out."""
        people = sorted({one for mail in mails for one in (mail.sender, *mail.to)})
        outside = {one for one in people if self._random.random() < self._unseen}
        for place, mail in enumerate(mails):
            if mail.sender in outside:
                continue
            if place in wanted:
                yield Judged(mail, self._rows(mail, mail.to), dict(self._wrong(mail, kinds)))
            self._learn(mail)

    def _wrong(self, mail: Mail, kinds: Sequence[str]) -> Iterator[tuple[str, tuple[int, Mapping[int, Row]]]]:
        counts = self._contacts[mail.sender]
        pool = [one for one in counts if one not in mail.to]
        anyone = [one for one in self._all if one not in (*mail.to, mail.sender)]
        drawn = {
            "contact": self._random.choice(pool) if pool else None,
            "frequent": self._random.choices(pool, [counts[one] for one in pool])[0] if pool else None,
            "anyone": self._random.choice(anyone) if anyone else None,
        }
        for kind, one in drawn.items():
            if one is not None and kind in kinds:
                to = list(mail.to)
                to.insert(self._random.randrange(len(to) + 1), one)
                yield kind, (one, self._rows(mail, to))

    def _rows(self, mail: Mail, to: Sequence[int]) -> Mapping[int, Row]:
        counts = self._contacts[mail.sender]
        about = Situation(
            minute(mail.at),
            topic(mail.subject, b""),
            mail.sender,
            to,
            self._sent[mail.sender].habits(),
            self._got[mail.sender].habits(),
            {one: self._got[one].habits() for one in to},
            {one: Count(counts[one], self._all[one], self._days(one, mail.at)) for one in to},
        )
        return dict(zip(to, rows(about), strict=True))

    def _days(self, one: int, at: datetime) -> float:
        return float((at - self._last[one]).days) if one in self._last else NEVER

    def _learn(self, mail: Mail) -> None:
        said = topic(mail.subject, b"")
        sending = Sending(minute(mail.at), said.thread, mail.sender, mail.to, said.words)
        size = len(encode(sending))
        self._sent[mail.sender].add(sending, size)
        for one in mail.to:
            self._got[one].add(sending, size)
            self._last[one] = mail.at
        self._contacts[mail.sender].update(mail.to)
        self._all.update(mail.to)
