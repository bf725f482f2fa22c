"""Search: what somebody at the desk looks for, while a caller still speaks: a number, an address, a file's name, words, a time.

As a report is matched, so is a search: what names one message is certain, everything else is weighed, and a person chooses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from response import matching
from response.clues import Clues
from response.quotations import ADDRESS
from response.searching import Searched, search
from store.ids import parse
from store.journal import Line
from store.shelves import Shelves

_MESSAGE_ID = re.compile(r"<[^\s<>@]{1,300}@[^\s<>@]{1,300}>")
_CERTAIN = {"ja": "番号または Message-ID が一致", "en": "number or Message-ID"}
LINES = 50_000
"""Lines in which one look searches for words: somebody waits for the page."""
MOST = 400
"""Letters of what is looked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of the journal that may be meant."""

    line: Line
    confidence: float
    """1.0: it is named by its number or Message-ID."""
    why: Mapping[str, str]
    is_hidden: bool = False
    """It belongs to a case that whoever looks need not know of."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found."""

    hits: tuple[Hit, ...]
    looked_until: datetime | None = None
    """How far back words were looked for; None: as far as was asked."""


def look(shelves: Shelves, wanted: Wanted, zone: ZoneInfo) -> Looked:
    """Look for the message; the likeliest first."""
    clues = clues_of(wanted)
    match = matching.certain(shelves, clues)
    if match and match.lines:
        return Looked(tuple(Hit(line, 1.0, _CERTAIN) for line in match.lines))
    found = _searched(shelves, clues)
    lines = {one.line.id: one.line for one in found.found}
    shown = matching.find(shelves, clues, zone, found).candidates
    hits = (Hit(lines[c["journal_id"]], c["confidence"], c["why"]) for c in shown if c["journal_id"] in lines)
    return Looked(tuple(hits), found.looked_until)


def clues_of(wanted: Wanted) -> Clues:
    """What a line of text gives away: every word of it that is no number and no address is looked for."""
    text = wanted.text[:MOST]
    ids = tuple(_MESSAGE_ID.findall(text))
    without = _MESSAGE_ID.sub(" ", text)
    addresses = tuple(dict.fromkeys(ADDRESS.findall(without)))
    numbers = tuple(dict.fromkeys(_numbers(without)))
    rest = " ".join(word for word in ADDRESS.sub(" ", without).split() if parse(word) not in numbers)
    return Clues(
        numbers=numbers,
        message_ids=ids,
        queue_ids=tuple(text.split()) if len(text.split()) == 1 else (),
        recipients=addresses,
        words=(rest,) if rest else (),
        since=wanted.since,
        until=wanted.until,
    )


def _searched(shelves: Shelves, clues: Clues) -> Searched:
    """First what holds all of the words; where nothing does, what holds the longest of them."""
    found = search(shelves, clues, LINES)
    single = sorted(clues.words[0].split(), key=len) if clues.words else []
    if found.found or len(single) < 2:  # noqa: PLR2004 - the one word was looked for
        return found
    return search(shelves, replace(clues, words=(single[-1],)), LINES)


def _numbers(text: str) -> Iterator[str]:
    """A word with a digit: a plain word of eight letters is none."""
    return (number for word in text.split() if any(c.isdigit() for c in word) and (number := parse(word)))
