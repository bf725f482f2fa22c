"""Deliveries: the recipients of held messages, each with its state, and every statement that moves one to another.

They stand in one place because only so can be seen that nothing is sent twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, tuple_, update

from store.binding import Binding
from store.hold_rows import ENDED, read
from store.holds import Delivery, Hold, Recipient, State
from store.prepared import run_each
from store.tables.holds import hold_recipients, holds

_UNDER_LEASE = (Delivery.SENDING, Delivery.STOPPING)
_NO_LEASE: Mapping[str, None] = {"lease_by": None, "lease_until": None}
_ADD = insert(hold_recipients)


class DeliveryShelf:
    """The recipients."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def add_all(self, kept: Sequence[Hold]) -> None:
        """Keep those of new holds."""
        run_each(self._db, _ADD, [self._row(hold.id, recipient) for hold in kept for recipient in hold.recipients])

    def redirect(self, hold_id: str, position: int, send_to: str) -> None:
        """Correct a recipient before release; the address as given stays."""
        still = hold_recipients.c.state != Delivery.DELIVERED
        self._db.execute(update(hold_recipients).where(*_at(hold_id, position), still).values(send_to=send_to))

    def set(
        self,
        hold_id: str,
        position: int,
        state: Delivery,
        *,
        reply: str = "",
        next_try: datetime | None = None,
        seen: Delivery | None = None,
    ) -> bool:
        """Set a recipient's state; with `seen` only when it still is that: False otherwise. Delivered stays delivered."""
        c = hold_recipients.c
        as_seen = c.state == seen if seen else c.state != Delivery.DELIVERED
        values = {"state": state, "reply": reply, "next_try": next_try, "changed_at": self._now, **_NO_LEASE}
        return (
            self._db.execute(update(hold_recipients).where(*_at(hold_id, position), as_seen).values(values)).rowcount
            == 1
        )

    def settle(
        self, hold_id: str, position: int, lease: str, state: Delivery, *, reply: str, next_try: datetime | None
    ) -> Delivery | None:
        """What came of a hand-over: the state that stands now; None when the lease is not ours any more.

        Who is not to be tried again is STOPPED instead of WAITING.
        """
        c = hold_recipients.c
        ours = and_(*_at(hold_id, position), c.state.in_(_UNDER_LEASE), c.lease_by == lease)
        after = case((c.state == Delivery.STOPPING, Delivery.STOPPED), else_=state) if next_try else state
        values = {"state": after, "reply": reply, "next_try": next_try, "changed_at": self._now, **_NO_LEASE}
        found = self._db.scalar(update(hold_recipients).where(ours).values(values).returning(c.state))
        return Delivery(found) if found else None

    def stop(self, hold_id: str, position: int) -> Delivery:
        """Stop a recipient where that is possible still: the state that stands now, as STOPPED, STOPPING, DELIVERED."""
        c = hold_recipients.c
        stopping = case((c.state.in_(_UNDER_LEASE), Delivery.STOPPING), else_=Delivery.STOPPED)
        open_still = and_(*_at(hold_id, position), c.state.not_in(ENDED))
        values = {"state": stopping, "next_try": None, "changed_at": self._now}
        self._db.execute(update(hold_recipients).where(open_still).values(values))
        return Delivery(self._db.scalars(select(c.state).where(*_at(hold_id, position))).one())

    def claim_due(
        self, lease: str, lease_until: datetime, limit: int = 20, *, lapsed: bool = True
    ) -> tuple[tuple[Hold, tuple[Recipient, ...]], ...]:
        """Take released recipients that are due (WAITING and next_try passed, or SENDING with a lease that ended, unless `lapsed` is False).

        They become SENDING under this lease, attempts + 1. PostgreSQL: FOR UPDATE SKIP LOCKED. Nobody else gets
        them until the lease ends. Recipients of one hold come together. What is said of a meeting waits for what was said of it
        earlier to one of the same recipients.
        """
        due = self._due(lapsed=lapsed)
        first = func.min(func.coalesce(hold_recipients.c.next_try, hold_recipients.c.lease_until)).label("first")
        waiting = select(hold_recipients.c.hold_id, first).where(due).group_by(hold_recipients.c.hold_id).subquery()
        # The row of the hold is what nodes lock and skip, so that its recipients stay together.
        chosen = self._db.scalars(
            select(holds.c.id)
            .join(waiting, waiting.c.hold_id == holds.c.id)
            .where(holds.c.state == State.RELEASED, or_(holds.c.meeting.is_(None), ~_behind_another()))
            .order_by(waiting.c.first, holds.c.id)
            .limit(limit)
            .with_for_update(of=holds, skip_locked=True)
        ).all()
        sending = {"state": Delivery.SENDING, "lease_by": lease, "lease_until": lease_until, "changed_at": self._now}
        taken = self._db.execute(
            update(hold_recipients)
            .where(hold_recipients.c.hold_id.in_(chosen), due)
            .values(attempts=hold_recipients.c.attempts + 1, **sending)
            .returning(hold_recipients.c.hold_id, hold_recipients.c.position)
        ).all()
        mine = {(row.hold_id, row.position) for row in taken}
        found = {
            hold.id: hold for hold in read(self._db, select(holds).where(holds.c.id.in_({id_ for id_, _ in mine})))
        }
        return tuple(
            (found[id_], tuple(r for r in found[id_].recipients if (id_, r.position) in mine))
            for id_ in chosen
            if id_ in found
        )

    def renew(self, hold_id: str, positions: Sequence[int], lease: str, until: datetime) -> bool:
        """Hold on to what was claimed; False when the lease of one of them is not ours any more."""
        c = hold_recipients.c
        ours = and_(c.hold_id == hold_id, c.position.in_(positions), c.state.in_(_UNDER_LEASE), c.lease_by == lease)
        return self._db.execute(update(hold_recipients).where(ours).values(lease_until=until)).rowcount == len(
            positions
        )

    def follow(self, hold_id: str, to: State, stopped_at: datetime | None, give_up_at: datetime | None) -> None:
        """What became of a hold as a whole is so of its recipients: see `HoldShelf.move`; it was decided before at `stopped_at`."""
        c = hold_recipients.c
        change = update(hold_recipients).where(c.hold_id == hold_id).values(changed_at=self._now)
        if to is State.RELEASED:
            change = change.where(c.state == Delivery.HELD).values(state=Delivery.WAITING, next_try=self._now)
            if give_up_at:
                change = change.values(give_up_at=give_up_at)
        elif to is State.HELD:
            # Only those the cancellation stopped: a recipient that was stopped for itself stays so.
            change = change.where(c.state == Delivery.STOPPED, c.changed_at == stopped_at).values(state=Delivery.HELD)
        else:
            change = change.where(c.state == Delivery.HELD).values(state=Delivery.STOPPED)
        self._db.execute(change)

    def take_back(self, hold: Hold) -> None:
        """Whoever did not get what was released is held again: see `HoldShelf.take_back`."""
        c = hold_recipients.c
        left_out = and_(c.state == Delivery.STOPPED, c.changed_at == hold.decided_at)
        open_still = or_(c.state.in_((Delivery.WAITING, Delivery.SENDING)), left_out)
        again = {"state": Delivery.HELD, "send_to": c.address, "next_try": None, "changed_at": self._now, **_NO_LEASE}
        self._db.execute(update(hold_recipients).where(c.hold_id == hold.id, open_still).values(again))

    def waiting(self) -> int:
        """How many are released and have no end yet."""
        still = hold_recipients.c.state.in_((Delivery.WAITING, *_UNDER_LEASE))
        return self._db.scalar(select(func.count()).select_from(hold_recipients).where(still)) or 0

    def _due(self, *, lapsed: bool) -> ColumnElement[bool]:
        c = hold_recipients.c
        waiting = and_(c.state == Delivery.WAITING, c.next_try <= self._now)
        return or_(waiting, and_(c.state == Delivery.SENDING, c.lease_until <= self._now)) if lapsed else waiting

    def _row(self, hold_id: str, recipient: Recipient) -> dict[str, Any]:
        kept = ("position", "address", "send_to", "state", "orcpt", "next_try", "attempts", "give_up_at", "reply")
        row = {name: getattr(recipient, name) for name in kept}
        if recipient.state is Delivery.WAITING and recipient.next_try is None:
            row["next_try"] = self._now  # otherwise it would wait for ever
        changed = {"notify": list(recipient.notify), "changed_at": recipient.changed_at or self._now}
        return {"hold_id": hold_id, **row, **changed}


def _at(hold_id: str, position: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return hold_recipients.c.hold_id == hold_id, hold_recipients.c.position == position


def _behind_another() -> ColumnElement[bool]:
    """Whether something earlier of the same meeting has not reached one of the same recipients yet."""
    first, theirs, mine = holds.alias(), hold_recipients.alias(), hold_recipients.alias()
    earlier = tuple_(first.c.received_at, first.c.id) < tuple_(holds.c.received_at, holds.c.id)
    both = and_(mine.c.hold_id == holds.c.id, func.lower(mine.c.address) == func.lower(theirs.c.address))
    return (
        select(first.c.id)
        .join(theirs, theirs.c.hold_id == first.c.id)
        .join(mine, both)
        .where(first.c.meeting == holds.c.meeting, earlier, theirs.c.state.not_in(ENDED))
        .correlate(holds)
        .exists()
    )
