"""Persons: what the store holds of one mail address, to be shown to that person, or to be erased as far as nothing must keep it.

Each place says what becomes of its rows; a table with an address that is named nowhere here fails a test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, or_, select, update

from store.binding import Binding
from store.contacts import ContactShelf
from store.legal_holds import keeps_line
from store.mailboxes import is_of
from store.named import nameless
from store.outbox import done_with
from store.prepared import run_each
from store.recent_mail import RecentMailShelf
from store.storable import as_key
from store.tables.access import links
from store.tables.columns import ADDRESS, KEY, metadata
from store.tables.contacts import contact_senders
from store.tables.holds import holds
from store.tables.journal import journal

Fate = Literal["deleted", "made-nameless", "forgotten", "stays"]
"""Rows go · the address goes, the line stays · as the contact with all that was counted of it · stays, for a reason."""
NOBODY = "erased@erased.invalid"
"""In place of an address (RFC 6761 6.4: never anybody's)."""
PIECE = 1000
_SAY = update(journal).where(journal.c.id == bindparam("of")).values(verdict=bindparam("said"))


@dataclass(frozen=True, slots=True)
class Where:
    """One table that knows people by their address."""

    table: str
    keys: tuple[str, ...] = ()
    """Columns with the key of an address."""
    addresses: tuple[str, ...] = ()
    """Columns with an address as it was written."""
    fate: Fate = "stays"
    why: str = ""
    """Why it stays: GDPR art. 17(3), 個人情報保護法 第35条."""


_CASE = "evidence of a case of the leak response; goes with the case"
_UNDER_WAY = "of mail that is held or under way, or of a case; goes with it"
_DRILL = "who took part in a drill"
_AUDIT = "the audit log proves who did what; its oldest entries go by themselves"
PLACES = (
    Where("journal", ("reverse_key", "from_key"), fate="made-nameless"),
    Where("journal_recipients", ("key",), fate="made-nameless"),
    Where("journal_corrected", ("key",), fate="made-nameless"),
    Where("contact_senders", ("sender",), fate="forgotten"),
    Where("habits", ("key",), fate="deleted"),
    Where("sessions", ("key",), fate="deleted"),
    Where("sign_ins", ("key",), fate="deleted"),
    Where("confirmed_files", ("sender",), ("by",), fate="deleted"),
    Where("links", (), ("person",), fate="deleted", why=_UNDER_WAY),
    Where("outbox", (), ("recipient",), fate="deleted", why=_UNDER_WAY),
    Where("hold_people", ("key",), why=_UNDER_WAY),
    Where("holds", (), ("reverse_path",), why=_UNDER_WAY),
    Where("hold_recipients", (), ("address", "send_to"), why=_UNDER_WAY),
    Where("approval_rounds", (), ("asked_by",), why=_UNDER_WAY),
    Where("approvals", ("person",), ("address",), why=_UNDER_WAY),
    Where("digests", ("person", "sender"), why=_UNDER_WAY),
    Where("tickets", (), ("reporter", "sender"), why=_CASE),
    Where("ticket_recipients", (), ("address",), why=_CASE),
    Where("steps", (), ("owner", "done_by"), why=_CASE),
    Where("evidence", (), ("actor",), why=_CASE),
    Where("calls", ("key",), ("person", "instead_of", "second"), why=_CASE),
    Where("reach_tests", (), ("started_by",), why="who tested the contact tree"),
    Where("drills", (), ("started_by", "ended_by"), why=_DRILL),
    Where("drill_mails", (), ("player", "recipient"), why=_DRILL),
    Where(
        "machine_reports", (), ("address", "reporter"), why="what mail servers said of a message; goes with its line"
    ),
    Where("blocks", ("target",), ("owner",), why="a block protects that person; it ends by itself or is lifted"),
    Where("legal_holds", ("target",), ("owner", "ended_by"), why="a legal hold"),
    Where("audit", (), ("who",), why=_AUDIT),
)


def places() -> tuple[Where, ...]:
    """All of them: those above, and every other table that knows its ticket, with each column of an address."""
    named = {place.table for place in PLACES}
    cases = (t for t in metadata.sorted_tables if "ticket_id" in t.c and t.name not in named)
    columns = ((t.name, tuple(c.name for c in t.c if c.type is ADDRESS or c.type is KEY)) for t in cases)
    return (*PLACES, *(Where(name, (), people, why=_CASE) for name, people in columns if people))


@dataclass(frozen=True, slots=True)
class Found:
    """How much of a person lies where."""

    table: str
    rows: int
    fate: Fate
    why: str


class PersonShelf:
    """What lies there of people."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._contacts = ContactShelf(binding)
        self._recent = RecentMailShelf(binding)

    def find(self, address: str) -> tuple[Found, ...]:
        """Where there is something, and how many rows."""
        counted = (
            (place, self._db.scalar(select(func.count()).select_from(_table(place)).where(_of(place, address))) or 0)
            for place in places()
        )
        found = [Found(place.table, rows, place.fate, place.why) for place, rows in counted if rows]
        known = self._contacts.entry(address)
        return (*((Found("contacts", 1, "forgotten", ""),) if known else ()), *found)

    def export(self, address: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every row of that person: table, columns; no octets, which are sealed, and no digest of a token."""
        if known := self._contacts.entry(address):
            yield (
                "contacts",
                {name: getattr(known, name) for name in ("address", "name", "count", "first_sent", "last_sent")},
            )
        for place in places():
            table = _table(place)
            plain = [c for c in table.c if c.type.python_type is not bytes and not c.name.startswith("token")]
            for row in self._db.execute(select(*plain).where(_of(place, address))).mappings():
                yield place.table, dict(row)

    def erase(self, address: str) -> Mapping[str, int]:
        """Erase a piece of what may go; table → rows. To be called again until it is empty: each a transaction of its own.

        Who was erased already is nobody: there is nothing to be done, and it would never end.
        """
        if as_key(address) == NOBODY:
            return {}
        done = {
            place.table: self._erase(place, address) for place in PLACES if place.fate in {"deleted", "made-nameless"}
        }
        done["contacts"] = self._contacts.forget([address])
        self._recent.forget([address])
        done["contact_senders"] = self._forget_as_sender(address)
        return {table: rows for table, rows in done.items() if rows}

    def _erase(self, place: Where, address: str) -> int:
        match place.table:
            case "journal":
                return self._nameless_senders(address)
            case "journal_recipients" | "journal_corrected":
                return self._nameless_recipients(_table(place), address)
        which = _of(place, address)
        if place.table == "outbox":
            which = and_(which, done_with())
        if place.table == "links":  # a question that waits can still be answered
            which = and_(which, ~select(holds.c.id).where(holds.c.id == links.c.object_id).exists())
        return self._db.execute(delete(_table(place)).where(which)).rowcount

    def _forget_as_sender(self, address: str) -> int:
        return self._db.execute(delete(contact_senders).where(contact_senders.c.sender == as_key(address))).rowcount

    def _nameless_senders(self, address: str) -> int:
        """The line stays: when, to how many, what became of it; whose it was, its subject and the names of its parts go."""
        wanted = as_key(address)
        theirs = or_(journal.c.reverse_key == wanted, journal.c.from_key == wanted)
        some = self._db.scalars(select(journal.c.id).where(theirs, ~keeps_line()).limit(PIECE)).all()
        names = {"reverse_path": NOBODY, "reverse_key": NOBODY, "header_from": NOBODY, "from_key": NOBODY}
        words = {"subject": "", "haystack": "", "message_id": "", "parts": [], "client": ""}
        self._db.execute(update(journal).where(journal.c.id.in_(some)).values(**names, **words))
        self._nameless_verdicts(some, parts=True)
        return len(some)

    def _nameless_recipients(self, table: Table, address: str) -> int:
        kept = select(journal.c.id).where(journal.c.id == table.c.journal_id, keeps_line()).exists()
        theirs = select(table.c.journal_id).where(table.c.key == as_key(address), ~kept).limit(PIECE)
        some = self._db.scalars(theirs).all()
        values = {"address": NOBODY, "key": NOBODY} | ({"reply": ""} if "reply" in table.c else {})
        changed = update(table).where(table.c.journal_id.in_(some), table.c.key == as_key(address)).values(**values)
        rows = self._db.execute(changed).rowcount
        # What the line is searched by names its recipients, too.
        self._db.execute(update(journal).where(journal.c.id.in_(some)).values(haystack="", subject=""))
        self._nameless_verdicts(some, parts=False)
        return rows

    def _nameless_verdicts(self, journal_ids: Sequence[str], *, parts: bool) -> None:
        """What was asked about names people, too."""
        rows = self._db.execute(select(journal.c.id, journal.c.verdict).where(journal.c.id.in_(journal_ids))).all()
        run_each(self._db, _SAY, [{"of": row.id, "said": nameless(row.verdict, parts=parts)} for row in rows])


def _table(place: Where) -> Table:
    return metadata.tables[place.table]


def _of(place: Where, address: str) -> ColumnElement[bool]:
    """Of a table: the rows that name the person."""
    c, wanted = _table(place).c, as_key(address)
    by_key = [c[name] == wanted for name in place.keys]
    return or_(*by_key, *(is_of(c[name], wanted) for name in place.addresses))
