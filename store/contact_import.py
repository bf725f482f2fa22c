"""Contact import: imported rows added or merged, thousands with a few statements; the same list again changes nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, case, or_, select, update

from mail.address import name_key, split
from store.binding import Binding
from store.contact_index import ContactIndex
from store.contact_writing import NEW
from store.lists import Lists
from store.prepared import rows_of, run_each
from store.slip_index import name_number
from store.storable import as_key
from store.tables.columns import Time
from store.tables.contacts import contacts

BATCH = 5_000
"""Rows of an import that are written together."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One row of an import."""

    address: str
    name: str = ""
    count: int = 0
    last_sent: date | None = None


def _merged(name: Any, name_of: Any, count: Any, last: Any, day: Any) -> dict[str, Any]:
    """What becomes of a contact that is imported again: the greater count and the later day stay, and who was disowned stays so."""
    c = contacts.c
    return {
        "name": case((name != "", name), else_=c.name),
        "name_number": case((name != "", name_of), else_=c.name_number),
        "count": case((count > c["count"], count), else_=c["count"]),
        "last_sent": case((or_(c.last_sent.is_(None), last > c.last_sent), last), else_=c.last_sent),
        "vouched": case((or_(c.vouched == "", c.vouched == "delivered"), "imported"), else_=c.vouched),
        "seen_day": case((day > c.seen_day, day), else_=c.seen_day),
    }


@lru_cache
def _insert(insert: Callable[[Any], Any], lists: Lists) -> ClauseElement:
    new = lists.insert(insert, contacts, NEW)
    given = new.excluded
    merged = _merged(given.name, given.name_number, given["count"], given.last_sent, given.seen_day)
    added: ClauseElement = new.on_conflict_do_update(index_elements=["domain_id", "local"], set_=merged)
    return added


_UPDATE = (
    update(contacts)
    .where(contacts.c.id == bindparam("of"))
    .values(
        _merged(
            bindparam("new_name", type_=contacts.c.name.type),
            bindparam("new_number", type_=contacts.c.name_number.type),
            bindparam("new_count", type_=contacts.c["count"].type),
            bindparam("new_last", type_=Time()),
            bindparam("new_day", type_=contacts.c.seen_day.type),
        )
    )
)


@lru_cache
def _counts(lists: Lists) -> ClauseElement:
    return select(contacts.c.id, contacts.c["count"]).where(lists.any_of(contacts.c.id, "ids"))


class ContactImport:
    """The import, for `ContactShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._db = binding.connection
        self._index = ContactIndex(binding)

    def add(self, rows: Iterable[Imported]) -> int:
        """Add or merge rows; how many there were."""
        count = 0
        batch: list[Imported] = []
        for row in rows:
            count += 1
            batch.append(row)
            if len(batch) == BATCH:
                self._batch(batch)
                batch = []
        self._batch(batch)
        return count

    def _batch(self, batch: Sequence[Imported]) -> None:
        rows: dict[str, Imported] = {}
        for row in batch:
            key = as_key(row.address)
            rows[key] = _both(rows[key], row) if key in rows else row
        if not rows:
            return
        self._binding.changed()
        self._index.alone()
        halves = {key: split(key) for key in rows}
        of = self._index.domain_ids({domain for _, domain in halves.values()})
        known = self._index.find_in(halves, of)
        self._index.hold(known.values(), of.values())
        more = {key: row.count for key, row in rows.items() if key not in known and row.count}
        if new := {key: cut for key, cut in halves.items() if key not in known}:
            self._index.make(
                _insert(self._binding.insert, self._binding.lists), new, {key: _given(rows[key]) for key in new}
            )
        if known:
            more |= self._merge({known[key]: rows[key] for key in known}, {i: key for key, i in known.items()})
        self._index.count_domains(more)

    def _merge(self, rows: Mapping[int, Imported], keys: Mapping[int, str]) -> dict[str, int]:
        """Merge into contacts by their ids; how many messages more that makes for each key."""
        before: dict[int, int] = dict(rows_of(self._db, _counts(self._binding.lists), {"ids": sorted(rows)}))
        day = self._index.day
        changes = [
            {
                "of": contact_id,
                "new_name": row.name,
                "new_number": name_number(name_key(row.name)),
                "new_count": row.count,
                "new_last": _moment(row.last_sent),
                "new_day": day,
            }
            for contact_id, row in sorted(rows.items())
        ]
        run_each(self._db, _UPDATE, changes)
        return {keys[i]: more for i, row in rows.items() if (more := row.count - before.get(i, 0)) > 0}


def _both(first: Imported, again: Imported) -> Imported:
    """Of two rows of one contact what stays where the second is imported later: a list says the same in one piece and in two."""
    days = [day for day in (first.last_sent, again.last_sent) if day]
    count, last = max(first.count, again.count), max(days, default=None)
    return Imported(first.address, again.name or first.name, count, last)


def _given(row: Imported) -> tuple[Any, ...]:
    """As `store.contact_writing.GIVEN` names it."""
    return row.address, row.name, name_number(name_key(row.name)), row.count, _moment(row.last_sent), "imported"


@lru_cache(maxsize=4096)
def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
