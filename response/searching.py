"""Searching: lines of the journal that hold the words of a report; never sure, a person chooses. Bounded, whatever a report holds.

An address, a file's digest and a number are found by their index over the whole journal. Words stand in no index: they are looked for
in the newest lines, so many at a time, and where a look ended is said. It belongs into a read of its own: in a transaction that writes,
everybody would wait for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mail.address import key
from response.clues import MOST_CLUES, Clues
from response.weighing import Weighed, ordered
from store.journal import Line
from store.shelves import Shelves

SEARCH = timedelta(days=90)
"""Words are looked for in this time, where nobody names another."""
LINES = 100_000
"""Lines in which one look searches for words: a tenth of a second each."""
WORDS = 5
"""Of the words of a report so many are looked for: the names of files come first."""
_LIKELIEST = 0.7
"""Words alone never bind."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found."""

    found: tuple[Weighed, ...] = ()
    """The likeliest first."""
    looked_until: datetime | None = None
    """How far back words were looked for, where that is not as far as was asked."""


def search(shelves: Shelves, clues: Clues, lines: int = LINES) -> Searched:
    """Look for what a report names; each line weighed by how many of the conditions it meets. `lines`: so many are searched for words."""
    asked = clues.since or shelves.now - SEARCH
    words = list(_searchable(clues))[:WORDS]
    back = shelves.journal.back(lines, clues.until) if words else None
    since = max(asked, back) if back else asked
    found: dict[str, Weighed] = {}

    def note(lines: Iterable[Line], weight: float, ja: str, en: str) -> None:
        for line in lines:
            found.setdefault(line.id, Weighed(line)).add(weight, ja, en)

    for address in clues.recipients[:MOST_CLUES]:
        found_by = shelves.journal.search(recipient=address, since=clues.since, until=clues.until)
        note(found_by, 0.3, "宛先に一致", "recipient found")
    for word in words:
        found_by = shelves.journal.search(words=word, since=since, until=clues.until)
        note(found_by, 0.2, "言葉が一致", "words found")
    for weighed in found.values():
        if clues.reporter and key(clues.reporter) in senders(weighed.line):
            weighed.add(0.15, "申告者の送信", "sent by the reporter")
        weighed.confidence = min(weighed.confidence, _LIKELIEST)
    return Searched(tuple(ordered(found.values())), since if back and back > asked else None)


def senders(line: Line) -> frozenset[str]:
    """Keys of who sent a message, by envelope and by header."""
    return frozenset(key(one) for one in (line.reverse_path, line.header_from) if one)


def _searchable(clues: Clues) -> Iterator[str]:
    subjects = (q.subject for q in clues.quoted if q.subject)
    every = dict.fromkeys(w.strip() for w in (*clues.words, *subjects))
    return (word for word in every if len(word) > 1)
