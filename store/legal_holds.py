"""Legal holds: what must be kept for a dispute or an authority, by ticket or by person; whatever is forgotten asks here first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from store.binding import Binding
from store.ids import new_id
from store.mailboxes import is_of
from store.storable import as_key
from store.tables.holds import hold_people, holds
from store.tables.journal import journal, journal_recipients
from store.tables.retention import legal_holds
from store.tables.tickets import ticket_recipients, tickets
from store.tickets import ENDED

Kind = Literal["ticket", "person"]


@dataclass(frozen=True, slots=True)
class LegalHold:
    """One of them."""

    id: str
    kind: Kind
    target: str
    """The id of a ticket, or the key of an address."""
    owner: str
    reason: str
    created_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""


class LegalHoldShelf:
    """The legal holds."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def place(self, kind: Kind, target: str, *, owner: str, reason: str) -> LegalHold:
        """From now on nothing of it is forgotten; a second one on the same target is one more, and each must end."""
        of = as_key(target) if kind == "person" else target
        made = LegalHold(new_id(), kind, of, owner, reason, self._now)
        row = {name: getattr(made, name) for name in ("id", "kind", "target", "owner", "reason", "created_at")}
        self._db.execute(insert(legal_holds), row)
        return made

    def end(self, hold_id: str, *, by: str, why: str) -> bool:
        """End one; False when it ended before."""
        ended = update(legal_holds).where(legal_holds.c.id == hold_id, legal_holds.c.ended_at.is_(None))
        return self._db.execute(ended.values(ended_at=self._now, ended_by=by, ended_why=why)).rowcount == 1

    def listing(self, *, ended: bool = False) -> tuple[LegalHold, ...]:
        """Those in force, the newest first; `ended`: also those that ended."""
        query = select(legal_holds).order_by(legal_holds.c.created_at.desc(), legal_holds.c.id)
        return self._many(query if ended else query.where(legal_holds.c.ended_at.is_(None)))

    def of(self, kind: Kind, target: str) -> tuple[LegalHold, ...]:
        """All that were ever placed on one target, the oldest first."""
        wanted = as_key(target) if kind == "person" else target
        theirs = select(legal_holds).where(legal_holds.c.kind == kind, legal_holds.c.target == wanted)
        return self._many(theirs.order_by(legal_holds.c.created_at, legal_holds.c.id))

    def keeps(self, kind: Kind, target: str) -> bool:
        """Whether one is in force."""
        return any(one.ended_at is None for one in self.of(kind, target))

    def _many(self, query: object) -> tuple[LegalHold, ...]:
        rows = self._db.execute(query).mappings()  # type: ignore[call-overload]
        return tuple(
            LegalHold(**{**row, "ended_by": row["ended_by"] or "", "ended_why": row["ended_why"] or ""}) for row in rows
        )


def _person(key: ColumnElement[str]) -> ColumnElement[bool]:
    """A legal hold on a person, by a column of keys."""
    c = legal_holds.c
    return select(c.id).where(c.kind == "person", c.ended_at.is_(None), c.target == key).exists()


def _mailbox(address: ColumnElement[str]) -> ColumnElement[bool]:
    """The same by a column that keeps the address as it was written: a legal hold is on a mailbox, whatever tag somebody put behind it."""
    c = legal_holds.c
    return select(c.id).where(c.kind == "person", c.ended_at.is_(None), is_of(address, c.target)).exists()


def keeps_ticket() -> ColumnElement[bool]:
    """Of a row of `tickets`: a legal hold on it, on its sender or reporter, or on anybody who got the message."""
    c = legal_holds.c
    on_it = select(c.id).where(c.kind == "ticket", c.ended_at.is_(None), c.target == tickets.c.id).exists()
    got = select(ticket_recipients.c.address).where(
        ticket_recipients.c.ticket_id == tickets.c.id, _mailbox(ticket_recipients.c.address)
    )
    return or_(on_it, _mailbox(tickets.c.sender), _mailbox(tickets.c.reporter), got.exists())


def _needed_by_a_ticket(line: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(tickets.c.id).where(line, or_(tickets.c.state.not_in(ENDED), keeps_ticket())).exists()


def keeps_line() -> ColumnElement[bool]:
    """Of a row of `journal`: a legal hold on somebody of it, or a ticket that is open or under a legal hold."""
    theirs = select(journal_recipients.c.journal_id).where(
        journal_recipients.c.journal_id == journal.c.id, _person(journal_recipients.c.key)
    )
    by_id = _needed_by_a_ticket(tickets.c.journal_id == journal.c.id)
    of_message = _needed_by_a_ticket(and_(journal.c.message_id != "", tickets.c.message_id == journal.c.message_id))
    return or_(_person(journal.c.reverse_key), _person(journal.c.from_key), theirs.exists(), by_id, of_message)


def keeps_hold() -> ColumnElement[bool]:
    """Of a row of `holds`: evidence of a ticket, or a legal hold on who sent it, may answer it, or was to get it."""
    asked = select(hold_people.c.hold_id).where(hold_people.c.hold_id == holds.c.id, _person(hold_people.c.key))
    got = (
        select(journal.c.id)
        .join(journal_recipients, journal_recipients.c.journal_id == journal.c.id)
        .where(journal.c.hold_id == holds.c.id, _person(journal_recipients.c.key))
    )
    by_ticket = _needed_by_a_ticket(tickets.c.hold_id == holds.c.id)
    return or_(holds.c.frozen.is_(True), asked.exists(), got.exists(), by_ticket)
