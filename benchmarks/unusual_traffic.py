"""Past mail with a wrong contact put into it: what recipient-unusual is trained on and measured with.

Wanted is a folder with `messages.tsv` (id, file, seconds since 1970, subject, sender) and `recipients.tsv` (id, place, recipient), as in
`data/enron` of github.com/patperry/interaction-proc (P. O. Perry and P. J. Wolfe, Point process modelling for directed interaction
networks, 2013; cleaned by Y. Zhou et al., 2007). It is not part of this repository. Every message is judged before it is learnt.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rules.habits import NEVER, Habits
from rules.recent_mail import GOT_SIZE, SENT_SIZE, WIDEST, Sending, encode, minute, topic
from rules.unusual_features import Count, Row, Situation, rows

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
    place: int
    right: Mapping[int, Row]
    wrong: Mapping[str, tuple[int, Mapping[int, Row]]]


def read(folder: Path) -> list[Mail]:
    """The messages of a folder in their order; nobody writes to themselves."""
    to: dict[str, list[int]] = defaultdict(list)
    for line in (folder / "recipients.tsv").read_text("utf-8").splitlines():
        message, _, recipient = line.split("\t")
        to[message].append(int(recipient))
    mails = []
    for line in (folder / "messages.tsv").read_text("utf-8", "replace").split("\n"):
        if line:
            message, _, seconds, subject, sender = line.split("\t")
            others = tuple(dict.fromkeys(one for one in to[message] if one != int(sender)))
            mails.append(Mail(datetime.fromtimestamp(int(seconds), UTC), int(sender), others, subject))
    return sorted((mail for mail in mails if 0 < len(mail.to) <= WIDEST), key=lambda mail: mail.at)


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

    def judged(self, mails: Sequence[Mail], start: int = 500) -> Iterator[Judged]:
        """Every message but the first; those of people outside are left out."""
        people = sorted({one for mail in mails for one in (mail.sender, *mail.to)})
        outside = {one for one in people if self._random.random() < self._unseen}
        for place, mail in enumerate(mails):
            if mail.sender in outside:
                continue
            if place >= start:
                yield Judged(mail, place, self._rows(mail, mail.to), dict(self._wrong(mail)))
            self._learn(mail)

    def _wrong(self, mail: Mail) -> Iterator[tuple[str, tuple[int, Mapping[int, Row]]]]:
        counts = self._contacts[mail.sender]
        pool = [one for one in counts if one not in mail.to]
        anyone = [one for one in self._all if one not in (*mail.to, mail.sender)]
        chosen = {
            "contact": self._random.choice(pool) if pool else None,
            "frequent": self._random.choices(pool, [counts[one] for one in pool])[0] if pool else None,
            "anyone": self._random.choice(anyone) if anyone else None,
        }
        for kind, one in chosen.items():
            if one is not None:
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
