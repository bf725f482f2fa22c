"""The outbox: notices that were decided and are not yet sent. A notice commits with the event it tells."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, and_, bindparam, delete, func, insert, select, update

from store.binding import Binding
from store.errors import StoreError
from store.prepared import run_each
from store.storable import message_id_forms
from store.tables.holds import holds
from store.tables.outbox import outbox
from store.tables.tickets import tickets


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one person over one channel."""

    id: str
    kind: str
    channel: str
    recipient: str
    language: str
    facts: Mapping[str, Any]
    hold_id: str = ""
    ticket_id: str = ""
    message_id: str = ""
    raw: bytes | None = None
    state: str = "waiting"
    created_at: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    reply: str = ""
    due: datetime | None = None
    """Not before; None: at once. Read when it is queued."""


def done_with() -> ColumnElement[bool]:
    """Of a row: a notice that is not on its way any more, and that no held message and no case needs, which show what was said of them."""
    over = outbox.c.state.in_(("sent", "failed", "withdrawn"))
    held = select(holds.c.id).where(holds.c.id == outbox.c.hold_id)
    case = select(tickets.c.id).where(tickets.c.id == outbox.c.ticket_id, tickets.c.erased_at.is_(None))
    return and_(over, ~held.exists(), ~case.exists())


_SAME = ("id", "kind", "channel", "recipient", "language", "facts", "hold_id", "ticket_id", "message_id")
_STATES = ("waiting", "sending", "sent", "failed", "withdrawn")
_ADD = insert(outbox)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def _due(state: str, since: Column[datetime]) -> Select[str]:
    """The ids of what is due. A statement for each state: over both at once, every waiting notice would be sorted for a few."""
    c = outbox.c
    due = select(c.id).where(c.state == state, since <= bindparam("now"), c.created_at >= bindparam("since"))
    return due.order_by(c.next_try, c.created_at, c.id).limit(bindparam("most")).with_for_update(skip_locked=True)


_WAITING, _LAPSED = _due("waiting", outbox.c.next_try), _due("sending", outbox.c.lease_until)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="sending", attempts=outbox.c.attempts + 1, lease_by=bindparam("by"), lease_until=bindparam("until"))
    .returning(outbox)
)
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("of"), outbox.c.state == "sending", outbox.c.lease_by == bindparam("by"))
    .values(
        state="sent", reply=bindparam("said"), sent_at=bindparam("at"), next_try=None, lease_by=None, lease_until=None
    )
)


class OutboxShelf:
    """The outbox."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._seal = binding.seal
        self._added = 0

    def add(self, *notices: Notice) -> None:
        """Queue notices, due now or when they say."""
        run_each(self._db, _ADD, [self._row(notice) for notice in notices])

    def claim_due(
        self, node: str, lease_until: datetime, limit: int = 20, *, made_since: datetime | None = None
    ) -> tuple[Notice, ...]:
        """Take notices that are due, or whose lease ended; like `DeliveryShelf.claim_due`. `made_since`: older ones wait."""
        since = {"now": self._now, "since": made_since or _EVER}
        lapsed = self._db.scalars(_LAPSED, since | {"most": limit}).all()
        chosen = [*lapsed, *self._db.scalars(_WAITING, since | {"most": limit - len(lapsed)})]
        lease = {"ids": chosen, "by": node, "until": lease_until}
        found = {row.id: self._notice(row) for row in self._db.execute(_CLAIM, lease)} if chosen else {}
        return tuple(found[id_] for id_ in chosen)

    def sent(self, node: str, replies: Mapping[str, str]) -> int:
        """The next hop or channel took these, by id, and what it said; for how many the lease was not lost."""
        rows = [{"of": id_, "by": node, "said": reply, "at": self._now} for id_, reply in sorted(replies.items())]
        return run_each(self._db, _SENT, rows)

    def again(self, notice_id: str, node: str, reply: str, next_try: datetime) -> bool:
        """It could not be sent now."""
        return self._settle(notice_id, node, state="waiting", reply=reply, next_try=next_try)

    def failed(self, notice_id: str, node: str, reply: str) -> bool:
        """It can never be sent."""
        return self._settle(notice_id, node, state="failed", reply=reply, next_try=None)

    def unneeded(self, notice_id: str, node: str) -> bool:
        """What it would say is over."""
        return self._settle(notice_id, node, state="withdrawn", reply="", next_try=None)

    def withdraw(self, hold_id: str, kinds: Collection[str]) -> int:
        """Notices of a hold that no longer matter (a reminder after the answer): those not yet on their way."""
        idle = and_(outbox.c.hold_id == hold_id, outbox.c.kind.in_(kinds), outbox.c.state == "waiting")
        return self._db.execute(update(outbox).where(idle).values(state="withdrawn", next_try=None)).rowcount

    def withdraw_of_ticket(self, ticket_id: str) -> int:
        """Everything that was to be said about a ticket and is not yet on its way."""
        idle = and_(outbox.c.ticket_id == ticket_id, outbox.c.state == "waiting")
        return self._db.execute(update(outbox).where(idle).values(state="withdrawn", next_try=None)).rowcount

    def retry(self, notice_id: str) -> bool:
        """An operator wants a failed one tried again."""
        failed = update(outbox).where(outbox.c.id == notice_id, outbox.c.state == "failed")
        return self._db.execute(failed.values(state="waiting", next_try=self._now)).rowcount == 1

    def get(self, notice_id: str) -> Notice | None:
        """One notice."""
        return next(iter(self._many(select(outbox).where(outbox.c.id == notice_id))), None)

    def is_ours(self, message_id: str) -> Notice | None:
        """Our own notice by its Message-ID: how a relay knows its own mail (RFC 3834), not by a header anyone can forge."""
        ours = select(outbox).where(outbox.c.message_id.in_(message_id_forms(message_id)))
        return next(iter(self._many(ours.limit(1))), None)

    def of_hold(self, hold_id: str) -> tuple[Notice, ...]:
        """What was said about a hold, oldest first."""
        return self._of(outbox.c.hold_id == hold_id)

    def of_ticket(self, ticket_id: str) -> tuple[Notice, ...]:
        """What was said about a ticket, oldest first."""
        return self._of(outbox.c.ticket_id == ticket_id)

    def counts(self) -> Mapping[str, int]:
        """For metrics: notices by state."""
        by_state = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        return dict.fromkeys(_STATES, 0) | dict(self._db.execute(by_state).all())

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget notices that were made before that time and are done with; about a held message or a case not before that is forgotten."""
        old = select(outbox.c.id).where(done_with(), outbox.c.created_at < before).limit(limit)
        return self._db.execute(delete(outbox).where(outbox.c.id.in_(old))).rowcount

    def _row(self, notice: Notice) -> dict[str, Any]:
        raw = None if notice.raw is None else self._seal.close(notice.raw, notice.id)
        # Notices of one event leave in the order in which they were said: the superior before the responders.
        created_at = notice.created_at or self._now + timedelta(microseconds=self._added)
        self._added += 1
        due = {
            "state": "waiting",
            "next_try": notice.due or self._now,
            "attempts": 0,
            "raw": raw,
            "created_at": created_at,
        }
        return {name: getattr(notice, name) for name in _SAME} | due

    def _settle(self, notice_id: str, node: str, **values: Any) -> bool:
        mine = and_(outbox.c.id == notice_id, outbox.c.state == "sending", outbox.c.lease_by == node)
        settled = update(outbox).where(mine).values(lease_by=None, lease_until=None, **values)
        return self._db.execute(settled).rowcount == 1

    def _of(self, which: ColumnElement[bool]) -> tuple[Notice, ...]:
        return self._many(select(outbox).where(which).order_by(outbox.c.created_at, outbox.c.id))

    def _many(self, query: Select[Any]) -> tuple[Notice, ...]:
        return tuple(self._notice(row) for row in self._db.execute(query))

    def _notice(self, row: Row[Any]) -> Notice:
        raw = None if row.raw is None else self._opened(bytes(row.raw), row.id)
        return Notice(
            **{name: getattr(row, name) for name in (*_SAME, "state", "created_at", "attempts", "sent_at")},
            raw=raw,
            reply=row.reply or "",
        )

    def _opened(self, sealed: bytes, notice_id: str) -> bytes | None:
        """A composed message; None where it is damaged or was sealed with another key: it alone is given up, no other notice waits for it."""
        try:
            return self._seal.open(sealed, notice_id)
        except StoreError:
            return None
