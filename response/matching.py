"""Matching: from what a report gives away to the message it means; certain, then likely, then candidates; never an exception.

Certain is only what names one message: our number, a queue id, a Message-ID, a digest. A quotation is likely; words are a
search whose hits a person chooses among.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from mail.address import key
from mail.marks import stream_safe
from response.clues import MOST_CLUES, Clues, Quoted
from response.searching import Searched, search, senders
from response.weighing import SUREST, Weighed, ordered, shown
from store.journal import Line
from store.shelves import Shelves

Method = Literal[
    "ticket", "journal-id", "number", "queue-id", "message-id", "envid", "digest", "quoted", "search", "chosen", "none"
]

RECENT = timedelta(days=30)
"""A quotation is looked for among the reporter's own sends of this time."""
_BIND = 0.8
_AHEAD = 0.2
# "Re:", "Fwd:", "転送:", "RE: RE:", also with the full-width colon.
_PREFIX = re.compile(r"^(?:(?:re|fwd?|fw|転送|返信)\s*(?:\[\d{1,3}\])?\s*[::]\s*)+", re.IGNORECASE)


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


def find(shelves: Shelves, clues: Clues, zone: ZoneInfo, searched: Searched | None = None) -> Match:
    """Find the message a report means. Nothing found is a Match without lines.

    `searched`: what a search for it found, where that was done before (`look`); in a transaction that writes it should have been.
    """
    found = _bound(shelves, clues, zone)
    if isinstance(found, Match):
        return found
    return Match(candidates=shown(found, (searched or search(shelves, clues)).found))


def look(shelves: Shelves, clues: Clues, zone: ZoneInfo) -> Searched:
    """Search before a transaction, in a read; nothing where the message is found without."""
    return Searched() if isinstance(_bound(shelves, clues, zone), Match) else search(shelves, clues)


def _bound(shelves: Shelves, clues: Clues, zone: ZoneInfo) -> "Match | list[Weighed]":
    """The one message, certain or likely enough; else what is likely."""
    found = certain(shelves, clues)
    if found:
        return found
    likely = _likely(shelves, clues, zone)
    apart = len(likely) < 2 or likely[0].confidence - likely[1].confidence >= _AHEAD  # noqa: PLR2004 - the best and the next
    if likely and likely[0].confidence >= _BIND and apart:
        best = likely[0]
        return Match("quoted", min(best.confidence, SUREST), copies(shelves, best.line), candidates=shown(likely))
    return likely


def copies(shelves: Shelves, line: Line) -> tuple[Line, ...]:
    """Every copy of the message of a line, that line first: same Message-ID and same sender (anyone can borrow a Message-ID).

    Without one the halves of one transaction, of which some recipients were held and others not.
    """
    journal = shelves.journal
    same = journal.by_message_id(line.message_id) if line.message_id else journal.of_transaction(line.queue_id)
    others = (o for o in same if o.id != line.id and key(o.reverse_path) == key(line.reverse_path))
    return (line, *others)


def plain_subject(subject: str) -> str:
    """Strip a subject of "Re:", "転送:" and the like, into the form in which two are compared."""
    folded = " ".join(unicodedata.normalize("NFKC", stream_safe(subject)).split())
    return _PREFIX.sub("", folded).casefold()


def certain(shelves: Shelves, clues: Clues) -> Match | None:
    """Find the one message that a clue names, else the case; None where none does."""
    journal = shelves.journal
    for number in clues.numbers[:MOST_CLUES]:
        if line := _by_number(shelves, number):
            return Match("number", 1.0, copies(shelves, line))
    ways: tuple[tuple[Method, tuple[str, ...], Callable[[str], Iterable[Line | None]]], ...] = (
        ("journal-id", clues.journal_ids, lambda i: (journal.get(i),)),
        ("queue-id", clues.queue_ids, lambda i: (journal.by_queue_id(i),)),
        ("message-id", clues.message_ids, journal.by_message_id),
        ("envid", clues.envids, journal.by_envid),
        ("digest", clues.digests, lambda d: journal.search(digests=(d,), limit=50)),
    )
    for method, given, look in ways:
        for clue in given[:MOST_CLUES]:
            lines = [line for line in look(clue) if line]
            if lines:
                return Match(method, 1.0, copies(shelves, _own_first(lines, clues.reporter)))
    # Behind all that names a message: who forwards another mail and mentions an old case reports that mail.
    named = next((number for number in clues.numbers[:MOST_CLUES] if shelves.tickets.get(number)), "")
    return Match("ticket", 1.0, ticket_id=named) if named else None


def _by_number(shelves: Shelves, number: str) -> Line | None:
    line = shelves.journal.by_hold(number)
    if line:
        return line
    hold = shelves.holds.get(number)
    return shelves.journal.by_queue_id(hold.queue_id) if hold else None


def _own_first(lines: list[Line], reporter: str) -> Line:
    """Choose the reporter's own message before somebody else's with the same Message-ID; else the newest."""
    wanted = key(reporter) if reporter else ""
    return next((one for one in lines if wanted and wanted in senders(one)), lines[0])


def _likely(shelves: Shelves, clues: Clues, zone: ZoneInfo) -> list[Weighed]:
    """Weigh the reporter's recent sends (and those of a quoted sender) by what the quotation says."""
    if not clues.quoted:
        return []
    senders = dict.fromkeys(key(one) for one in (clues.reporter, *(q.sender for q in clues.quoted[:MOST_CLUES])) if one)
    found: dict[str, Weighed] = {}
    for sender in list(senders)[:5]:
        for line in shelves.journal.search(sender=sender, since=shelves.now - RECENT, limit=200):
            weighed = max(
                (_weigh(line, quoted, zone) for quoted in clues.quoted[:MOST_CLUES]), key=lambda w: w.confidence
            )
            if weighed.confidence:
                found.setdefault(line.id, weighed)
    return ordered(found.values())


def _weigh(line: Line, quoted: Quoted, zone: ZoneInfo) -> Weighed:
    weighed = Weighed(line)
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
    if given & {key(one) for r in line.recipients for one in (r.address, r.send_to)}:
        weighed.add(0.3, "宛先が同じ", "same recipient")
    return weighed
