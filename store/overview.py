"""Overview: what an admin looks at over everybody's mail, page by page: what is held, the oldest first; the journal, the newest first.

No look takes longer the more there is: a page begins where the last one ended, and words are looked for in so many lines at a time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from store.binding import Binding
from store.hold_shelf import HoldShelf
from store.holds import Hold, State
from store.ids import parse
from store.journal import JournalShelf, Line, fold
from store.own_mail import Behind
from store.storable import as_key, message_id_forms
from store.tables.holds import holds
from store.tables.journal import journal, journal_corrected, journal_recipients

LOOK: Final = 2_500
"""Lines of the journal that one page of a search for words reads."""
LOOK_APART: Final = 1_000
"""The same of one address: its lines stand apart, and each is a place of its own on the disk."""
COUNTED: Final = 2_000
"""So many held messages are counted; more are "more than that": PostgreSQL reads every one of them to count it."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; every condition that is not empty holds."""

    address: str = ""
    """Of the sender or of a recipient, whole; of one who was corrected either."""
    words: str = ""
    """Each of them in subject, recipients or part names, whatever case and width."""
    number: str = ""
    """Of a hold, of an SMTP transaction, or a Message-ID."""
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""
    behind: str = ""
    """The id of the line behind which the page begins."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search."""

    lines: tuple[Line, ...]
    older: str = ""
    """Where the next page begins; "" where there is nothing more."""
    looked_until: datetime | None = None
    """How far back this page has looked, where it ended before it was full."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Ids of the journal: from the first to the last, and older than one; "" without."""

    first: str
    last: str
    behind: str

    def of(self, column: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """As conditions on a column."""
        said = (
            (self.first, column >= self.first),
            (self.last, column <= self.last),
            (self.behind, column < self.behind),
        )
        return [condition for bound, condition in said if bound]


class OverviewShelf:
    """Everybody's mail."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._lists = binding.lists
        self._holds = HoldShelf(binding)
        self._journal = JournalShelf(binding)

    def held_count(self) -> int:
        """How many messages wait for an answer; one more than `COUNTED` for all that is more."""
        # In the order of the index: without it PostgreSQL reads the table.
        some = select(holds.c.id).where(holds.c.state == State.HELD).order_by(holds.c.received_at, holds.c.id)
        return self._db.scalar(select(func.count()).select_from(some.limit(COUNTED + 1).subquery())) or 0

    def held(self, *, behind: Behind | None, most: int) -> tuple[Hold, ...]:
        """What waits for an answer, the oldest first."""
        at, number = holds.c.received_at, holds.c.id
        query = select(number).where(holds.c.state == State.HELD).order_by(at, number).limit(most)
        if behind:
            query = query.where(or_(at > behind.at, and_(at == behind.at, number > behind.id)))
        ids = self._db.scalars(query).all()
        found = {hold.id: hold for hold in self._holds.several(ids)}
        return tuple(found[one] for one in ids)

    def search(self, wanted: Search, most: int) -> Found:
        """Lines of the journal, the newest first."""
        span = self._span(wanted)
        if span is None:
            return Found(())
        room = most + 1
        if wanted.words:
            room = LOOK_APART if wanted.address else LOOK
        looked, ids = self._looked(wanted, span, room)
        lines = self._journal.several(ids[:most])
        if len(ids) > most:
            return Found(lines, ids[most - 1])
        if wanted.words and len(looked) == room:
            until = self._db.execute(select(journal.c.at).where(journal.c.id == looked[-1])).scalar()
            return Found(lines, looked[-1], until)
        return Found(lines)

    def _span(self, wanted: Search) -> "_Span | None":
        """Between which ids to look, for they sort by time; None where nothing is that old or that new."""
        first = last = ""
        if wanted.until:
            newest = select(journal.c.id).where(journal.c.at < wanted.until)
            last = self._db.scalar(newest.order_by(journal.c.at.desc(), journal.c.id.desc()).limit(1)) or ""
        if wanted.since:
            oldest = select(journal.c.id).where(journal.c.at >= wanted.since)
            first = self._db.scalar(oldest.order_by(journal.c.at, journal.c.id).limit(1)) or ""
        if (wanted.until and not last) or (wanted.since and not first):
            return None
        return _Span(first, last, wanted.behind)

    def _looked(self, wanted: Search, span: "_Span", room: int) -> tuple[list[str], list[str]]:
        """The lines that were looked at, and those of them that have the words."""
        has = [self._lists.has_text(journal.c.haystack, word) for word in fold(wanted.words).split()]
        if not has or wanted.number or wanted.address:
            looked = self._candidates(wanted, span, room)
            return looked, self._with_words(looked, has) if has else looked
        newest = select(journal.c.id, and_(*has)).where(*span.of(journal.c.id)).order_by(journal.c.id.desc())
        rows = self._db.execute(newest.limit(room)).all()
        return [row[0] for row in rows], [row[0] for row in rows if row[1]]

    def _candidates(self, wanted: Search, span: "_Span", most: int) -> list[str]:
        """The newest lines of an index; each is read from its end, without sorting."""
        whole = select(journal.c.id).where(*span.of(journal.c.id))
        queries = [whole]
        if wanted.number:
            queries = self._numbered(whole, wanted.number)
            if wanted.address:
                queries = [query.where(_of(wanted.address)) for query in queries]
        elif wanted.address:
            key = as_key(wanted.address)
            sent = [whole.where(column == key) for column in (journal.c.reverse_key, journal.c.from_key)]
            # The column of this table stands in its index, that of the other does not.
            rows: set[str] = set()
            for theirs in (journal_recipients.c, journal_corrected.c):
                got = select(theirs.journal_id).where(theirs.key == key, *span.of(theirs.journal_id)).distinct()
                rows.update(self._db.scalars(got.order_by(theirs.journal_id.desc()).limit(most)))
            return sorted({*rows, *self._newest(sent, most)}, reverse=True)[:most]
        return self._newest(queries, most)

    def _newest(self, queries: list[Select[str]], most: int) -> list[str]:
        found = {one for q in queries for one in self._db.scalars(q.order_by(journal.c.id.desc()).limit(most))}
        return sorted(found, reverse=True)[:most]

    def _numbered(self, whole: Select[str], number: str) -> list[Select[str]]:
        """By the number of a hold or of its first copy, of a transaction, or by the Message-ID."""
        found = [whole.where(journal.c.message_id.in_(message_id_forms(number)))]
        if hold_id := parse(number):
            copies = self._db.scalars(select(holds.c.id).where(holds.c.group_id == hold_id)).all()
            found.append(whole.where(journal.c.hold_id.in_({hold_id, *copies})))
        found.append(whole.where(journal.c.queue_id == number.strip()))
        return found

    def _with_words(self, ids: list[str], has: list[ColumnElement[bool]]) -> list[str]:
        # One list, not a parameter for each: thousands of those take longer to write down than to look up.
        query = select(journal.c.id).where(self._lists.any_of(journal.c.id, "ids"), *has)
        return list(self._db.scalars(query.order_by(journal.c.id.desc()), {"ids": ids}))


def _of(address: str) -> ColumnElement[bool]:
    key, tables = as_key(address), (journal_recipients.c, journal_corrected.c)
    got = (select(t.position).where(t.journal_id == journal.c.id, t.key == key).exists() for t in tables)
    return or_(journal.c.reverse_key == key, journal.c.from_key == key, *got)
