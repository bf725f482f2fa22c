"""The audit log: who did what in our pages and commands; each entry carries the hash of the one before it.

    add (in a unit) ──► a row without a place ──► link, as the last of the transaction: number, digest of the one before, own digest

The place is given last, under the row of the mark that names the newest entry: nodes queue there only for the end of a transaction, and
a unit that is undone leaves no gap. An entry that a program of the version before wrote gets its place with the next one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from store.binding import Binding
from store.chain import as_kept, digest
from store.ids import new_journal_id
from store.keyed import HEAD, Keys, Place
from store.marks import MarkShelf
from store.storable import clean
from store.tables.audit import audit

BASE = "audit-base"
"""Mark: number and digest of the last entry that was forgotten; the newest: `store.keyed.HEAD`."""
CHAIN = "audit"
_ADD = insert(audit)
_UNPLACED = select(audit).where(audit.c.seq.is_(None)).order_by(audit.c.id)
_PLACE = (
    update(audit)
    .where(audit.c.id == bindparam("of"))
    .values(seq=bindparam("at_seq"), prev_sha256=bindparam("before"), sha256=bindparam("own"), keyed=bindparam("key"))
)
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look through the whole chain found."""

    entries: int
    newest: Place
    """To be written down elsewhere: whoever rewrites all of the chain, or takes the last entries away, changes it."""
    broken: int | None
    """The number of the first entry that does not fit or is missing; None when the chain is whole."""
    keyed_since: datetime | None
    """From then on every record carries a keyed digest; None: the mark that says so is not ours, or nobody has written yet."""
    unkeyed: int
    """How many entries are from before."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.broken is None and bool(self.keyed_since or not self.entries)


def link(binding: Binding) -> None:
    """Before a transaction commits: give what was written its place in the chain."""
    if not binding.is_audited:
        return
    marks = MarkShelf(binding)
    at = Place.read(marks.hold(HEAD))
    keys = Keys.of(marks, binding.seal).begun(binding.now)
    places = []
    for row in binding.connection.execute(_UNPLACED):
        seq, before = at.seq + 1, at.sha256
        at = Place(seq, _digest(row, seq, before))
        own = {"own": at.sha256, "key": keys.keyed(CHAIN, at.sha256)}
        places.append({"of": row.id, "at_seq": seq, "before": before, **own})
    if places:
        binding.connection.execute(_PLACE, places)
        marks.set(HEAD, str(at))
        keys.write(marks, at)


class AuditShelf:
    """The audit log."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._db = binding.connection
        self._now = binding.now
        self._marks = MarkShelf(binding)

    def add(self, who: str, act: str, about: str, details: Mapping[str, Any] | None = None) -> None:
        """Write who did what to what; never a token, never content."""
        row = {"id": new_journal_id(), "at": self._now.astimezone(UTC), "act": act}
        self._db.execute(_ADD, row | {"who": clean(who), "object": clean(about), "details": as_kept(details or {})})
        self._binding.audited()

    def newest(self, limit: int = 100) -> tuple[Mapping[str, Any], ...]:
        """The newest entries: at, who, act, object, details."""
        columns = (audit.c.at, audit.c.who, audit.c.act, audit.c.object, audit.c.details)
        query = select(*columns).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        return tuple(dict(row) for row in self._db.execute(query).mappings())

    def of(self, about: str, acts: Collection[str], limit: int = 50) -> tuple[Mapping[str, Any], ...]:
        """The newest of these acts on one thing, the first first: at, who, act, details."""
        columns = (audit.c.at, audit.c.who, audit.c.act, audit.c.details)
        of = select(*columns).where(audit.c.object == about, audit.c.act.in_(list(acts)))
        newest = self._db.execute(of.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)).mappings()
        return tuple(dict(row) for row in newest)[::-1]

    def head(self) -> Place:
        """Where the newest entry stands."""
        return Place.read(self._marks.get(HEAD))

    def keyed_since(self) -> datetime | None:
        """From when on every record carries a keyed digest; None: not known."""
        return Keys.of(self._marks, self._binding.seal).since

    def check(self) -> Checked:
        """Look through the whole chain: every entry, that none is missing, and that the newest is still the newest."""
        keys, of_before = Keys.of(self._marks, self._binding.seal), audit.c.seq.is_not(None) & audit.c.keyed.is_(None)
        entries = self._db.scalar(select(func.count()).where(audit.c.seq.is_not(None))) or 0
        unkeyed = self._db.scalar(select(func.count()).where(of_before)) or 0
        newest = Place.read(self._marks.get(HEAD))
        return Checked(entries, newest, self._broken(keys, newest), keys.since, unkeyed)

    def _broken(self, keys: Keys, newest: Place) -> int | None:
        before = base = Place.read(self._marks.get(BASE))
        for row in self._in_order(base.seq):
            fits = row.seq == before.seq + 1 and row.prev_sha256 == before.sha256
            if not fits or _digest(row, row.seq, before.sha256) != row.sha256 or not keys.fits(row, CHAIN):
                return before.seq + 1
            before = Place(row.seq, row.sha256)
        # The marks know both ends: neither the last entries nor the first can go unseen.
        earlier: int | None = self._db.scalar(select(func.min(audit.c.seq)))
        if earlier is not None and earlier <= base.seq:
            return earlier
        return None if before == newest else before.seq + 1

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget entries older than that, from the first on; the rest can be checked as before."""
        base = Place.read(self._marks.hold(BASE))
        start = select(audit.c.seq, audit.c.at, audit.c.sha256).where(audit.c.seq > base.seq)
        old = []
        for row in self._db.execute(start.order_by(audit.c.seq).limit(limit)):
            if row.at >= before:
                break
            old.append(row)
        if old:
            last = Place(old[-1].seq, old[-1].sha256)
            self._db.execute(delete(audit).where(audit.c.seq <= last.seq))
            self._marks.set(BASE, str(last))
        return len(old)

    def _in_order(self, after: int) -> Iterator[Row[Any]]:
        """Every entry behind that number; in pages, for there may be very many."""
        while True:
            page = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(_PAGE)
            rows = self._db.execute(page).all()
            yield from rows
            if len(rows) < _PAGE:
                return
            after = rows[-1].seq


def _digest(row: Row[Any], seq: int, before: str) -> str:
    kept = {"id": row.id, "seq": seq, "at": row.at, "who": row.who, "act": row.act, "object": row.object}
    return digest({**kept, "details": row.details, "prev_sha256": before})
