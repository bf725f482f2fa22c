"""The journal: a line per message: envelope, verdict, times, the next hop's answer; no content."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, RowMapping, Select, and_, delete, func, insert, or_, select, union_all, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from mail.marks import stream_safe
from store.binding import Binding
from store.legal_holds import keeps_line
from store.prepared import run_each
from store.storable import as_key, message_id_forms
from store.tables.journal import journal, journal_corrected, journal_digests, journal_recipients
from store.tables.reports import journal_envids

PEOPLE = 2_000
"""People of earlier messages that are looked at."""
MANY = 50
"""Lines of one ENVID."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message."""

    id: str
    queue_id: str
    hold_id: str
    at: datetime
    client: str
    reverse_path: str
    header_from: str
    message_id: str
    subject: str
    size: int
    sha256: str
    disposition: str
    gate: str
    verdict: Mapping[str, Any]
    parts: tuple[Mapping[str, str], ...]
    """[{"name", "sha256"}]"""
    milliseconds: int
    recipients: tuple["RecipientLine", ...] = ()
    envid: str = ""
    """ENVID of RFC 3461 4.4, xtext undone; written, and only looked for (`by_envid`)."""


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """One recipient of it, with the next hop's own words."""

    address: str
    """As the envelope had it."""
    state: str
    reply: str
    at: datetime
    corrected: str = ""
    """Where it goes instead, since the sender corrected it; "" where nobody did."""

    @property
    def send_to(self) -> str:
        """Who gets it."""
        return self.corrected or self.address


_PLAIN = tuple(
    c.name for c in journal.columns if c.name not in {"hold_id", "parts", "reverse_key", "from_key", "haystack"}
)
_ADD, _ADD_DIGEST, _ADD_RECIPIENT = insert(journal), insert(journal_digests), insert(journal_recipients)
_ADD_CORRECTED, _ADD_ENVID = insert(journal_corrected), insert(journal_envids)
_TO = (journal_recipients, journal_corrected)
_SAME_PLACE = and_(
    journal_corrected.c.journal_id == journal_recipients.c.journal_id,
    journal_corrected.c.position == journal_recipients.c.position,
)


class JournalShelf:
    """The journal."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._lists = binding.lists
        self._now = binding.now

    def add(self, *lines: Line) -> None:
        """Write lines with their recipients: the same few statements for any number."""
        run_each(self._db, _ADD, [_row(line) for line in lines])
        digests = {(digest, line.id) for line in lines for digest in (line.sha256, *(p["sha256"] for p in line.parts))}
        rows = [{"sha256": digest, "journal_id": of} for digest, of in sorted(digests) if digest]
        run_each(self._db, _ADD_DIGEST, rows)
        run_each(self._db, _ADD_RECIPIENT, [row for line in lines for row in _recipient_rows(line)])
        run_each(self._db, _ADD_CORRECTED, [row for line in lines for row in _corrected_rows(line)])
        run_each(self._db, _ADD_ENVID, [{"journal_id": line.id, "envid": line.envid} for line in lines if line.envid])

    def set_recipient(self, hold_id: str, address: str, state: str, reply: str) -> None:
        """What became of a recipient of a held message: exactly this address, as the envelope had it. Delivered stays delivered."""
        held = select(journal.c.id).where(journal.c.hold_id == hold_id)
        c = journal_recipients.c
        change = update(journal_recipients).where(c.journal_id.in_(held), c.address == address, c.state != "delivered")
        self._db.execute(change.values(state=state, reply=reply, at=self._now))

    def correct(self, hold_id: str, address: str, send_to: str) -> None:
        """A recipient of a held message, exactly as the envelope had it, gets it at another address; at the same: it is not corrected any more.

        The line is found by both from then on.
        """
        held = select(journal.c.id).where(journal.c.hold_id == hold_id)
        c, k = journal_recipients.c, journal_corrected.c
        there = self._db.execute(
            select(c.journal_id, c.position).where(c.journal_id.in_(held), c.address == address)
        ).all()
        for journal_id, position in there:
            self._db.execute(delete(journal_corrected).where(k.journal_id == journal_id, k.position == position))
        if send_to != address:
            added = {"address": send_to, "key": as_key(send_to)}
            run_each(self._db, _ADD_CORRECTED, [{"journal_id": j, "position": p, **added} for j, p in there])
        for line in self.several(sorted({journal_id for journal_id, _ in there})):
            self._db.execute(update(journal).where(journal.c.id == line.id).values(haystack=_haystack(line)))

    def get(self, journal_id: str) -> Line | None:
        """One line."""
        return self._newest(select(journal).where(journal.c.id == journal_id))

    def several(self, journal_ids: Sequence[str]) -> tuple[Line, ...]:
        """Some lines, newest first."""
        return self._many(select(journal).where(journal.c.id.in_(journal_ids))) if journal_ids else ()

    def of_transaction(self, queue_id: str) -> tuple[Line, ...]:
        """The lines of one SMTP transaction: one, or one for each part of its recipients, newest first."""
        return self._many(select(journal).where(journal.c.queue_id == queue_id))

    def by_queue_id(self, queue_id: str) -> Line | None:
        """The line of one SMTP transaction; of several the newest."""
        return self._newest(select(journal).where(journal.c.queue_id == queue_id))

    def by_hold(self, hold_id: str) -> Line | None:
        """The line of a held message."""
        # Not ordered by the database: where hardly any line has a hold, SQLite would read them all in that order.
        lines = self._many(select(journal).where(journal.c.hold_id == hold_id), ordered=False)
        return max(lines, key=lambda line: (line.at, line.id), default=None)

    def by_message_id(self, message_id: str) -> tuple[Line, ...]:
        """Every copy of one message, newest first; the id without or with angle brackets."""
        return self._many(select(journal).where(journal.c.message_id.in_(message_id_forms(message_id))))

    def by_envid(self, envid: str) -> tuple[Line, ...]:
        """The lines of messages whose client named them so, newest first; any client may choose the same."""
        named = select(journal_envids.c.journal_id).where(journal_envids.c.envid == envid).limit(MANY)
        return self._many(select(journal).where(journal.c.id.in_(named))) if envid else ()

    def people_of(self, message_ids: Sequence[str]) -> frozenset[str]:
        """The keys of everyone in those messages: reverse-paths and recipients."""
        forms = [form for message_id in message_ids for form in message_id_forms(message_id)]
        query = (
            select(journal.c.reverse_key, func.coalesce(journal_corrected.c.key, journal_recipients.c.key))
            .join(journal_recipients, journal_recipients.c.journal_id == journal.c.id)
            .outerjoin(journal_corrected, _SAME_PLACE)
            .where(journal.c.message_id.in_(forms))
            .limit(PEOPLE)
        )
        return frozenset(key for row in self._db.execute(query) for key in row if key)

    def seen(self, message_ids: Sequence[str]) -> frozenset[str]:
        """Those of the Message-IDs whose message went through here."""
        forms = {form: message_id for message_id in message_ids for form in message_id_forms(message_id)}
        found = self._db.scalars(select(journal.c.message_id).where(journal.c.message_id.in_(forms)))
        return frozenset(forms[one] for one in found)

    def search(
        self,
        *,
        words: str = "",
        recipient: str = "",
        sender: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        digests: Sequence[str] = (),
        limit: int = 20,
    ) -> tuple[Line, ...]:
        """Lines where every given condition holds, newest first.

        `words`: each of them in subject, recipients or part names, whatever case and width. `recipient`, `sender`: an address; or
        `@` and a domain; a recipient who was corrected is found by either address. `digests`: one of them is of the content or of a part. `since` is included, `until` is not.
        """
        query = select(journal).limit(limit)
        for word in fold(words).split():
            query = query.where(self._lists.has_text(journal.c.haystack, word))
        if recipient:
            # One list of ids, not one condition or another: PostgreSQL would read every line for that.
            query = query.where(journal.c.id.in_(union_all(*(_lines_to(t.c, recipient) for t in _TO))))
        if sender:
            wanted, keys = as_key(sender), (journal.c.reverse_key, journal.c.from_key)
            by_domain = sender[0] == "@"
            query = query.where(or_(*(k.endswith(wanted, autoescape=True) if by_domain else k == wanted for k in keys)))
        if since:
            query = query.where(journal.c.at >= since)
        if until:
            query = query.where(journal.c.at < until)
        if digests:
            found = select(journal_digests.c.journal_id).where(journal_digests.c.sha256.in_(digests))
            query = query.where(journal.c.id.in_(found))
        return self._many(query)

    def back(self, lines: int, until: datetime | None = None) -> datetime | None:
        """When the last of so many lines is from, counted from the newest (before `until`); None where there are not so many."""
        newest = select(journal.c.at).order_by(journal.c.at.desc()).offset(lines).limit(1)
        return self._db.scalar(newest.where(journal.c.at < until) if until else newest)

    def oldest(self) -> datetime | None:
        """When the first message came that is still known of."""
        return self._db.execute(select(journal.c.at).order_by(journal.c.at).limit(1)).scalar()

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget lines older than that which nobody keeps (`store.legal_holds`)."""
        old = select(journal.c.id).where(journal.c.at < before, ~keeps_line()).order_by(journal.c.at).limit(limit)
        return self._db.execute(delete(journal).where(journal.c.id.in_(old))).rowcount

    def _newest(self, query: Select[Any]) -> Line | None:
        return next(iter(self._many(query.limit(1))), None)

    def _many(self, query: Select[Any], *, ordered: bool = True) -> tuple[Line, ...]:
        if ordered:
            query = query.order_by(journal.c.at.desc(), journal.c.id.desc())
        rows = self._db.execute(query).mappings().all()
        theirs: dict[str, list[RecipientLine]] = {row["id"]: [] for row in rows}
        c, instead = journal_recipients.c, journal_corrected.c.address.label("instead")
        every = select(journal_recipients, instead).outerjoin(journal_corrected, _SAME_PLACE)
        for row in self._db.execute(every.where(c.journal_id.in_(theirs)).order_by(c.journal_id, c.position)):
            one = RecipientLine(row.address, row.state, row.reply, row.at, row.instead or "")
            theirs[row.journal_id].append(one)
        return tuple(_line(row, tuple(theirs[row["id"]])) for row in rows)


def fold(text: str) -> str:
    """Text as it is compared: whatever case and width."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", stream_safe(text)).casefold()


def _haystack(line: Line) -> str:
    addresses = (address for r in line.recipients for address in dict.fromkeys((r.address, r.send_to)))
    return fold("\n".join((line.subject, *addresses, *(part["name"] for part in line.parts))))


def _row(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _PLAIN} | {
        "hold_id": line.hold_id or None,
        "parts": [dict(part) for part in line.parts],
        "reverse_key": as_key(line.reverse_path),
        "from_key": as_key(line.header_from),
        "haystack": _haystack(line),
    }


def _recipient_rows(line: Line) -> Iterator[dict[str, Any]]:
    for position, each in enumerate(line.recipients):
        said = {
            "address": each.address,
            "key": as_key(each.address),
            "state": each.state,
            "reply": each.reply,
            "at": each.at,
        }
        yield {"journal_id": line.id, "position": position, **said}


def _corrected_rows(line: Line) -> Iterator[dict[str, Any]]:
    for position, each in enumerate(line.recipients):
        if each.corrected:
            said = {"address": each.corrected, "key": as_key(each.corrected)}
            yield {"journal_id": line.id, "position": position, **said}


def _lines_to(c: ReadOnlyColumnCollection[str, Column[Any]], recipient: str) -> Select[str]:
    """The ids of the lines with an address, or with `@` and a domain, in a table of recipients."""
    key = as_key(recipient)
    return select(c.journal_id).where(c.key.endswith(key, autoescape=True) if recipient[0] == "@" else c.key == key)


def _line(row: RowMapping, recipients: tuple[RecipientLine, ...]) -> Line:
    plain = {name: row[name] for name in _PLAIN}
    return Line(**plain, hold_id=row["hold_id"] or "", parts=tuple(row["parts"]), recipients=recipients)
