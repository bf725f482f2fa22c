"""Matching: from what a report gives away to the message it means; certain, then likely, then candidates; never an exception.

Certain is only what names one message: our number, a queue id, a Message-ID, a digest. A quotation is likely; words are a
search whose hits a person chooses among.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from mail.address import key
from store.journal import Line
from store.shelves import Shelves

Method = Literal[
    "ticket", "journal-id", "number", "queue-id", "message-id", "digest", "quoted", "search", "chosen", "none"
]

RECENT = timedelta(days=30)
"""A quotation is looked for among the reporter's own sends of this time."""
SEARCH = timedelta(days=90)
"""Words are looked for in this time."""
MOST = 10
"""Candidates shown."""
_MOST_CLUES = 20
_BIND = 0.8
_AHEAD = 0.2
# "Re:", "Fwd:", "転送:", "RE: RE:", also with the full-width colon.
_PREFIX = re.compile(r"^(?:(?:re|fwd?|fw|転送|返信)\s*(?:\[\d{1,3}\])?\s*[::]\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a quotation says of the message it quotes."""

    subject: str = ""
    date: datetime | None = None
    """Without a zone where the quotation gives none: then it is the organisation's."""
    sender: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything a report gives away about the message it means."""

    journal_ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """Of holds or tickets, as `store.ids.parse` reads them."""
    queue_ids: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    words: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    reporter: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The message that is meant, or candidates for a person to choose among."""

    method: Method = "none"
    confidence: float = 0.0
    lines: tuple[Line, ...] = ()
    """Every copy of the message, the one that was found first; empty: not matched."""
    ticket_id: str = ""
    """The number of a ticket was given."""
    candidates: tuple[Mapping[str, Any], ...] = ()
    """`{"journal_id", "confidence", "why": {"ja", "en"}}`, the likeliest first."""


@dataclass(slots=True)
class _Weighed:
    line: Line
    confidence: float = 0.0
    ja: list[str] = field(default_factory=list)
    en: list[str] = field(default_factory=list)

    def add(self, weight: float, ja: str, en: str) -> None:
        self.confidence += weight
        if en not in self.en:
            self.ja.append(ja)
            self.en.append(en)

    def as_candidate(self) -> dict[str, Any]:
        why = {"ja": "、".join(self.ja), "en": ", ".join(self.en)}
        return {"journal_id": self.line.id, "confidence": round(min(self.confidence, 0.95), 2), "why": why}


def find(shelves: Shelves, clues: Clues, zone: ZoneInfo) -> Match:
    """Find the message a report means. Nothing found is a Match without lines."""
    certain = _certain(shelves, clues)
    if certain:
        return certain
    likely = _likely(shelves, clues, zone)
    if (
        likely
        and likely[0].confidence >= _BIND
        and (len(likely) == 1 or likely[0].confidence - likely[1].confidence >= _AHEAD)
    ):
        best = likely[0]
        return Match("quoted", min(best.confidence, 0.95), copies(shelves, best.line), candidates=_shown(likely))
    return Match(candidates=_shown([*likely, *_searched(shelves, clues)]))


def copies(shelves: Shelves, line: Line) -> tuple[Line, ...]:
    """Every copy of the message of a line, that line first: same Message-ID and same sender (anyone can borrow a Message-ID)."""
    if not line.message_id:
        return (line,)
    same = shelves.journal.by_message_id(line.message_id)
    others = (o for o in same if o.id != line.id and key(o.reverse_path) == key(line.reverse_path))
    return (line, *others)


def plain_subject(subject: str) -> str:
    """Strip a subject of "Re:", "転送:" and the like, into the form in which two are compared."""
    folded = " ".join(unicodedata.normalize("NFKC", subject).split())
    return _PREFIX.sub("", folded).casefold()


def _certain(shelves: Shelves, clues: Clues) -> Match | None:
    journal = shelves.journal
    for number in clues.numbers[:_MOST_CLUES]:
        if line := _by_number(shelves, number):
            return Match("number", 1.0, copies(shelves, line))
        if shelves.tickets.get(number):
            return Match("ticket", 1.0, ticket_id=number)
    ways: tuple[tuple[Method, tuple[str, ...], Callable[[str], Iterable[Line | None]]], ...] = (
        ("journal-id", clues.journal_ids, lambda i: (journal.get(i),)),
        ("queue-id", clues.queue_ids, lambda i: (journal.by_queue_id(i),)),
        ("message-id", clues.message_ids, journal.by_message_id),
        ("digest", clues.digests, lambda d: journal.search(digests=(d,), limit=50)),
    )
    for method, given, look in ways:
        for clue in given[:_MOST_CLUES]:
            lines = [line for line in look(clue) if line]
            if lines:
                return Match(method, 1.0, copies(shelves, _own_first(lines, clues.reporter)))
    return None


def _by_number(shelves: Shelves, number: str) -> Line | None:
    line = shelves.journal.by_hold(number)
    if line:
        return line
    hold = shelves.holds.get(number)
    return shelves.journal.by_queue_id(hold.queue_id) if hold else None


def _own_first(lines: list[Line], reporter: str) -> Line:
    """Choose the reporter's own message before somebody else's with the same Message-ID; else the newest."""
    wanted = key(reporter) if reporter else ""
    return next((one for one in lines if wanted and wanted in _senders(one)), lines[0])


def _senders(line: Line) -> frozenset[str]:
    return frozenset(key(one) for one in (line.reverse_path, line.header_from) if one)


def _likely(shelves: Shelves, clues: Clues, zone: ZoneInfo) -> list[_Weighed]:
    """Weigh the reporter's recent sends (and those of a quoted sender) by what the quotation says."""
    if not clues.quoted:
        return []
    senders = dict.fromkeys(
        key(one) for one in (clues.reporter, *(q.sender for q in clues.quoted[:_MOST_CLUES])) if one
    )
    found: dict[str, _Weighed] = {}
    for sender in list(senders)[:5]:
        for line in shelves.journal.search(sender=sender, since=shelves.now - RECENT, limit=200):
            weighed = max(
                (_weigh(line, quoted, zone) for quoted in clues.quoted[:_MOST_CLUES]), key=lambda w: w.confidence
            )
            if weighed.confidence:
                found.setdefault(line.id, weighed)
    return _one_each(sorted(found.values(), key=lambda w: (-w.confidence, -w.line.at.timestamp())))


def _one_each(weighed: list[_Weighed]) -> list[_Weighed]:
    """Keep one candidate a send: the likeliest of them."""
    seen: dict[object, _Weighed] = {}
    for one in weighed:
        seen.setdefault((one.line.message_id or one.line.id, one.line.reverse_path), one)
    return list(seen.values())


def _weigh(line: Line, quoted: Quoted, zone: ZoneInfo) -> _Weighed:
    weighed = _Weighed(line)
    if quoted.subject and plain_subject(quoted.subject) == plain_subject(line.subject):
        weighed.add(0.45, "件名が同じ", "same subject")
    if quoted.date:
        date = quoted.date if quoted.date.tzinfo else quoted.date.replace(tzinfo=zone)
        apart = abs(date - line.at)
        if apart <= timedelta(minutes=5):
            weighed.add(0.35, "送信時刻が同じ", "same time")
        elif apart <= timedelta(hours=12):
            weighed.add(0.1, "同じ日", "same day")
    given = {key(one) for one in quoted.recipients}
    if given & {key(r.address) for r in line.recipients}:
        weighed.add(0.3, "宛先が同じ", "same recipient")
    return weighed


def _searched(shelves: Shelves, clues: Clues) -> list[_Weighed]:
    """Hits of the journal's search, each weighed by how many of the conditions it meets."""
    since = clues.since or shelves.now - SEARCH
    found: dict[str, _Weighed] = {}

    def note(lines: Iterable[Line], weight: float, ja: str, en: str) -> None:
        for line in lines:
            found.setdefault(line.id, _Weighed(line)).add(weight, ja, en)

    for address in clues.recipients[:_MOST_CLUES]:
        note(
            shelves.journal.search(recipient=address, since=since, until=clues.until),
            0.3,
            "宛先に一致",
            "recipient found",
        )
    for word in _searchable(clues):
        note(shelves.journal.search(words=word, since=since, until=clues.until), 0.2, "言葉が一致", "words found")
    for weighed in found.values():
        if clues.reporter and key(clues.reporter) in _senders(weighed.line):
            weighed.add(0.15, "申告者の送信", "sent by the reporter")
        weighed.confidence = min(weighed.confidence, 0.7)  # words alone never bind: a person chooses
    return _one_each(sorted(found.values(), key=lambda w: (-w.confidence, -w.line.at.timestamp())))


def _searchable(clues: Clues) -> Iterator[str]:
    subjects = (q.subject for q in clues.quoted if q.subject)
    every = dict.fromkeys(w.strip() for w in (*clues.words, *subjects))
    return (word for word in list(every)[:_MOST_CLUES] if len(word) > 1)


def _shown(weighed: list[_Weighed]) -> tuple[Mapping[str, Any], ...]:
    unique = {one.line.id: one for one in reversed(weighed)}
    ordered = sorted(unique.values(), key=lambda w: (-w.confidence, -w.line.at.timestamp()))
    return tuple(one.as_candidate() for one in ordered[:MOST])
