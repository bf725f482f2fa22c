"""Confirmed files: which file may go to which domain without a question, who said so, and until when; no digest that others could try."""

import hmac
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, update

from store.binding import Binding
from store.ids import new_id
from store.marks import MarkShelf
from store.storable import as_key
from store.tables.past_mail import confirmed_files

SALT = "confirmed-salt"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody confirmed of one file for one customer."""

    print: str
    """The number of the file and of what was asked about it (`ConfirmedShelf.prints`)."""
    customer: str
    """A domain; at a public provider a whole address (`rules.providers.customer_of`)."""
    sender: str
    by: str
    name: str
    """Of the file, for who looks through the list."""
    rule: str
    hold_id: str
    expires_at: datetime
    id: str = ""
    first_at: datetime | None = None
    last_at: datetime | None = None


_KEPT = tuple(name for name in Confirmed.__dataclass_fields__ if name != "id")
c = confirmed_files.c


class ConfirmedShelf:
    """What was confirmed."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert
        self._marks = MarkShelf(binding)

    def known_salt(self) -> bytes:
        """What the numbers are made with; empty before anything was confirmed."""
        return bytes.fromhex(self._marks.get(SALT) or "")

    def salt(self) -> bytes:
        """The same, made where there is none yet."""
        return self._marks.salt(SALT)

    def add(self, rows: Iterable[Confirmed]) -> None:
        """Remember, from now on; what is there already was confirmed once more. One that was revoked begins anew."""
        for one in sorted(rows, key=lambda row: (row.print, row.customer, row.sender)):
            values = {"sender": as_key(one.sender), "by": one.by, "name": one.name, "hold_id": one.hold_id}
            new = self._insert(confirmed_files).values(
                id=new_id(),
                print=one.print,
                customer=one.customer,
                rule=one.rule,
                first_at=self._now,
                last_at=self._now,
                expires_at=one.expires_at,
                **values,
            )
            over = or_(c.revoked_at.is_not(None), c.expires_at <= self._now)
            again: dict[str, Any] = {
                "last_at": self._now,
                "expires_at": one.expires_at,
                "revoked_at": None,
                "revoked_by": None,
            }
            again |= values | {"first_at": case((over, self._now), else_=c.first_at)}
            self._db.execute(new.on_conflict_do_update(index_elements=["print", "customer", "sender"], set_=again))

    def of(self, prints: Collection[str], customers: Collection[str]) -> tuple[Confirmed, ...]:
        """What holds now of these files for these customers."""
        mine = and_(c.print.in_(list(prints)), c.customer.in_(list(customers)))
        return self._many(and_(mine, self._in_force()))

    def listing(self, limit: int | None = None) -> tuple[Confirmed, ...]:
        """All that holds now, the newest first; or the first of it."""
        return self._many(self._in_force(), limit)

    def revoke(self, confirmed_id: str, by: str) -> bool:
        """Ask again from now on; False when it does not hold any more."""
        return self._revoke(c.id == confirmed_id, by) == 1

    def revoke_for(self, hold_ids: Collection[str], customers: Collection[str], by: str) -> int:
        """The same for all that was confirmed with these messages, or for these customers."""
        of = or_(c.hold_id.in_(list(hold_ids)), c.customer.in_(list(customers)))
        return self._revoke(of, by) if hold_ids or customers else 0

    def forget(self, addresses: Collection[str]) -> None:
        """Forget what these people confirmed, and what was confirmed for them alone."""
        keys = sorted({as_key(address) for address in addresses})
        self._db.execute(delete(confirmed_files).where(or_(c.sender.in_(keys), c.customer.in_(keys))))

    def prune(self, before: datetime) -> int:
        """Forget what ended before that time."""
        return self._db.execute(delete(confirmed_files).where(c.expires_at < before)).rowcount

    def _in_force(self) -> ColumnElement[bool]:
        return and_(c.revoked_at.is_(None), c.expires_at > self._now)

    def _revoke(self, which: ColumnElement[bool], by: str) -> int:
        ended = update(confirmed_files).where(which, self._in_force())
        return self._db.execute(ended.values(revoked_at=self._now, revoked_by=by)).rowcount

    def _many(self, which: ColumnElement[bool], limit: int | None = None) -> tuple[Confirmed, ...]:
        query = select(confirmed_files).where(which).order_by(c.last_at.desc(), c.id).limit(limit)
        rows: Sequence[Any] = self._db.execute(query).all()
        return tuple(Confirmed(id=row.id, **{name: getattr(row, name) for name in _KEPT}) for row in rows)


def print_of(salt: bytes, *said: str) -> str:
    """The number of a file and of what was asked about it: without the salt nobody can try files against it."""
    return hmac.digest(salt, "\0".join(said).encode("utf-8", "surrogatepass"), "sha256").hex()
