"""The shelf of holds: keeps them, finds them, and moves each from one state to the next."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, select, update

from store.binding import Binding
from store.contents import Contents
from store.deliveries import DeliveryShelf
from store.hold_rows import FIRST_FIRST, read, row_of, unfinished
from store.holds import TRANSITIONS, Hold, State
from store.prepared import run_each
from store.storable import as_key
from store.tables.holds import hold_people, holds

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Earlier than any time that is kept."""
# What every hold needs is built once.
_ADD, _ADD_PERSON = insert(holds), insert(hold_people)
_SEVERAL = select(holds).where(holds.c.id.in_(bindparam("ids", expanding=True)))
_COPIES = (
    select(holds)
    .where(holds.c.copy_key.in_(bindparam("copy_keys", expanding=True)), holds.c.received_at >= bindparam("since"))
    .order_by(*FIRST_FIRST)
)


class HoldShelf:
    """The holds."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._queue = binding.queue
        self._contents = Contents(binding)
        self._deliveries = DeliveryShelf(binding)

    def add(self, hold: Hold, sealed: bytes) -> None:
        """Keep a hold with its recipients and its sealed content (`store.seal`): row, rows or file."""
        self.add_all([(hold, sealed)])

    def add_all(self, kept: Sequence[tuple[Hold, bytes]]) -> None:
        """The same for any number, with the same few statements."""
        run_each(self._db, _ADD, [row_of(hold) for hold, _ in kept])
        people = {(h.id, as_key(a)) for h, _ in kept for a in (h.reverse_path, *h.asked) if a}
        run_each(self._db, _ADD_PERSON, [{"hold_id": of, "key": key} for of, key in sorted(people)])
        self._deliveries.add_all([hold for hold, _ in kept])
        self._contents.put_all([(hold.id, sealed) for hold, sealed in kept])

    def get(self, hold_id: str) -> Hold | None:
        """One hold with its recipients."""
        return next(iter(self.several((hold_id,))), None)

    def several(self, hold_ids: Collection[str]) -> tuple[Hold, ...]:
        """Some of them with their recipients, in no order."""
        return read(self._db, _SEVERAL, {"ids": list(hold_ids)})

    def sealed_content(self, hold_id: str) -> bytes:
        """The sealed content; raises `StoreError` when a piece is missing."""
        return self._contents.get(hold_id)

    def group(self, group_id: str) -> tuple[Hold, ...]:
        """All copies of one send, the first first."""
        return read(self._db, select(holds).where(holds.c.group_id == group_id).order_by(*FIRST_FIRST))

    def alone(self, *keys: str) -> None:
        """From here to the end of the transaction nobody else adds a copy of these sends (or meetings) or decides about one.

        Read them after this, not before: another node may have been at work until now.
        """
        self._queue(self._db, keys)

    def open_of_meetings(self, meetings: Collection[str]) -> tuple[Hold, ...]:
        """What is held, or released and still under way, of these meetings; the first first."""
        of = holds.c.meeting.in_(list(meetings))
        return read(self._db, select(holds).where(of, unfinished()).order_by(*FIRST_FIRST)) if meetings else ()

    def copies_of(self, copy_keys: Collection[str], since: datetime) -> tuple[Hold, ...]:
        """Earlier copies of the same sends, the first first."""
        return read(self._db, _COPIES, {"copy_keys": list(copy_keys), "since": since})

    def listing(self, *, states: Sequence[State] = (), person: str = "", limit: int = 1000) -> tuple[Hold, ...]:
        """Holds, newest first: of some states, of one person (asked or reverse-path)."""
        query = select(holds).order_by(holds.c.received_at.desc(), holds.c.id).limit(limit)
        if states:
            query = query.where(holds.c.state.in_(states))
        if person:
            query = query.where(
                holds.c.id.in_(select(hold_people.c.hold_id).where(hold_people.c.key == as_key(person)))
            )
        return read(self._db, query)

    def open(self, limit: int = 1000) -> tuple[Hold, ...]:
        """What is held, or released with recipients not yet in an end state; oldest first."""
        return read(self._db, select(holds).where(unfinished()).order_by(*FIRST_FIRST).limit(limit))

    def move(
        self,
        hold_id: str,
        seen: State,
        to: State,
        *,
        by: str = "",
        decision: Mapping[str, Any] | None = None,
        deadline: datetime | None = None,
        give_up_at: datetime | None = None,
    ) -> bool:
        """Compare and set; False when someone else was quicker. Raises ValueError on a transition that does not exist.

        To RELEASED: recipients that are HELD become WAITING, due now, until `give_up_at`. To CANCELLED or EXPIRED: they become
        STOPPED. Back to HELD: those become HELD again, `decided_*` is emptied, the deadline is the one given, and nothing leaves by
        itself any more: who brings it back is asked.
        """
        if to not in TRANSITIONS[seen]:
            raise ValueError(f"a hold cannot go from {seen} to {to}")
        stopped_at = self._db.scalar(select(holds.c.decided_at).where(holds.c.id == hold_id))
        if to is State.HELD:
            values: dict[str, Any] = {"decided_at": None, "decided_by": None, "decision": None}
            values |= {"deadline": deadline, "remind_at": None, "reminders": 0, "release_at": None, "silence": None}
        else:
            values = {"decided_at": self._now, "decided_by": by or None, "decision": decision}
        moved = update(holds).where(holds.c.id == hold_id, holds.c.state == seen).values(state=to, **values)
        if self._db.execute(moved).rowcount != 1:
            return False
        self._deliveries.follow(hold_id, to, stopped_at, give_up_at)
        return True

    def take_back(self, hold: Hold) -> bool:
        """A release that cannot do what was decided: back to HELD, as `hold` says it (group, verdict); False: it is not released.

        Whoever did not get it is held again, to the address as given, those too whom that decision left out. No deadline runs
        until the new question is accepted.
        """
        undecided = {"decided_at": None, "decided_by": None, "decision": None, "state": State.HELD}
        unasked = {
            "asked_at": None,
            "deadline": None,
            "remind_at": None,
            "reminders": 0,
            "release_at": None,
            "silence": None,
        }
        released = and_(holds.c.id == hold.id, holds.c.state == State.RELEASED)
        changed = {"group_id": hold.group_id, "verdict": hold.verdict, **undecided, **unasked}
        if self._db.execute(update(holds).where(released).values(changed)).rowcount != 1:
            return False
        self._deliveries.take_back(hold)
        return True

    def freeze(self, hold_id: str) -> None:
        """Evidence of a ticket: never pruned."""
        self._db.execute(update(holds).where(holds.c.id == hold_id).values(frozen=True))

    def counts(self) -> Mapping[str, int]:
        """For metrics: holds by state, of those held the delayed ones (`delayed`), recipients waiting (`waiting`), age of the oldest held in seconds (`oldest`)."""
        found: dict[str, int] = dict.fromkeys(State, 0)
        by_state = select(holds.c.state, func.count()).group_by(holds.c.state)
        found |= dict(self._db.execute(by_state).all())
        # SQLite finds by its index what is later than a time, not what has one, and only where nothing else is asked of the row.
        delayed = select(func.count(case((holds.c.state == State.HELD, 1)))).where(holds.c.release_at > _EVER)
        found["delayed"] = self._db.scalar(delayed) or 0
        found["waiting"] = self._deliveries.waiting()
        oldest = self._db.scalar(
            select(holds.c.received_at).where(holds.c.state == State.HELD).order_by(holds.c.received_at).limit(1)
        )
        found["oldest"] = int((self._now - oldest).total_seconds()) if oldest else 0
        return found
