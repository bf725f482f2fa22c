"""The journal: a line per message: envelope, verdict, times, the next hop's answer; no content."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, insert, or_, select, update

from store.binding import Binding
from store.prepared import run_each
from store.tables import as_key, journal, journal_digests, journal_recipients, message_id_forms

PEOPLE = 2_000
"""People of earlier messages that are looked at."""


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


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """One recipient of it, with the next hop's own words."""

    address: str
    state: str
    reply: str
    at: datetime


_PLAIN = tuple(
    c.name for c in journal.columns if c.name not in {"hold_id", "parts", "reverse_key", "from_key", "haystack"}
)
_ADD, _ADD_DIGEST, _ADD_RECIPIENT = insert(journal), insert(journal_digests), insert(journal_recipients)


class JournalShelf:
    """The journal."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def add(self, *lines: Line) -> None:
        """Write lines with their recipients: the same few statements for any number."""
        run_each(self._db, _ADD, [_row(line) for line in lines])
        digests = {(digest, line.id) for line in lines for digest in (line.sha256, *(p["sha256"] for p in line.parts))}
        rows = [{"sha256": digest, "journal_id": of} for digest, of in sorted(digests) if digest]
        run_each(self._db, _ADD_DIGEST, rows)
        run_each(self._db, _ADD_RECIPIENT, [row for line in lines for row in _recipient_rows(line)])

    def set_recipient(self, hold_id: str, address: str, state: str, reply: str) -> None:
        """What became of a recipient of a held message: exactly this address, as the envelope had it. Delivered stays delivered."""
        held = select(journal.c.id).where(journal.c.hold_id == hold_id)
        c = journal_recipients.c
        change = update(journal_recipients).where(c.journal_id.in_(held), c.address == address, c.state != "delivered")
        self._db.execute(change.values(state=state, reply=reply, at=self._now))

    def get(self, journal_id: str) -> Line | None:
        """One line."""
        return self._newest(select(journal).where(journal.c.id == journal_id))

    def by_queue_id(self, queue_id: str) -> Line | None:
        """The line of one SMTP transaction."""
        return self._newest(select(journal).where(journal.c.queue_id == queue_id))

    def by_hold(self, hold_id: str) -> Line | None:
        """The line of a held message."""
        return self._newest(select(journal).where(journal.c.hold_id == hold_id))

    def by_message_id(self, message_id: str) -> tuple[Line, ...]:
        """Every copy of one message, newest first; the id without or with angle brackets."""
        return self._many(select(journal).where(journal.c.message_id.in_(message_id_forms(message_id))))

    def people_of(self, message_ids: Sequence[str]) -> frozenset[str]:
        """The keys of everyone in those messages: reverse-paths and recipients."""
        forms = [form for message_id in message_ids for form in message_id_forms(message_id)]
        query = (
            select(journal.c.reverse_key, journal_recipients.c.key)
            .join(journal_recipients, journal_recipients.c.journal_id == journal.c.id)
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
        `@` and a domain. `digests`: one of them is of the content or of a part. `since` is included, `until` is not.
        """
        query = select(journal).limit(limit)
        for word in _fold(words).split():
            query = query.where(journal.c.haystack.contains(word, autoescape=True))
        if recipient:
            c = journal_recipients.c
            to = (
                c.key.endswith(as_key(recipient), autoescape=True)
                if recipient[0] == "@"
                else c.key == as_key(recipient)
            )
            query = query.where(journal.c.id.in_(select(c.journal_id).where(to)))
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

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget lines older than that."""
        old = select(journal.c.id).where(journal.c.at < before).order_by(journal.c.at).limit(limit)
        return self._db.execute(delete(journal).where(journal.c.id.in_(old))).rowcount

    def _newest(self, query: Select[Any]) -> Line | None:
        return next(iter(self._many(query.limit(1))), None)

    def _many(self, query: Select[Any]) -> tuple[Line, ...]:
        rows = self._db.execute(query.order_by(journal.c.at.desc(), journal.c.id.desc())).mappings().all()
        theirs: dict[str, list[RecipientLine]] = {row["id"]: [] for row in rows}
        c = journal_recipients.c
        for row in self._db.execute(
            select(journal_recipients).where(c.journal_id.in_(theirs)).order_by(c.journal_id, c.position)
        ):
            theirs[row.journal_id].append(RecipientLine(row.address, row.state, row.reply, row.at))
        return tuple(_line(row, tuple(theirs[row["id"]])) for row in rows)


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _haystack(line: Line) -> str:
    addresses = (recipient.address for recipient in line.recipients)
    return _fold("\n".join((line.subject, *addresses, *(part["name"] for part in line.parts))))


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


def _line(row: RowMapping, recipients: tuple[RecipientLine, ...]) -> Line:
    plain = {name: row[name] for name in _PLAIN}
    return Line(**plain, hold_id=row["hold_id"] or "", parts=tuple(row["parts"]), recipients=recipients)
