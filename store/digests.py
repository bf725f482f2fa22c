"""Digests: notices that list several holds; while one waits to be sent, further holds join it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, or_, select

from store.binding import Binding
from store.hold_shelf import HoldShelf
from store.holds import Hold, State
from store.storable import as_key
from store.tables.digests import digest_holds, digests
from store.tables.holds import hold_people, holds
from store.tables.outbox import outbox


@dataclass(frozen=True, slots=True)
class Series:
    """Digests that follow one another: of a kind, to a person, of one sender's messages ("" for those of anybody)."""

    kind: str
    person: str
    sender: str = ""


class DigestShelf:
    """The digests and what they list."""

    def __init__(self, binding: Binding, shelf: HoldShelf) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert
        self._holds = shelf

    def open(self, series: Series, room: int) -> tuple[str, int] | None:
        """The newest digest of the series that waits to be sent, if fewer than `room` holds stand in it, and how many do.

        Until this transaction ends nobody takes it to send it.
        """
        waiting = (
            select(outbox.c.id)
            .join(digests, digests.c.notice_id == outbox.c.id)
            .where(*_of(series), outbox.c.state == "waiting")
            .order_by(digests.c.made_at.desc(), outbox.c.id)
            .limit(1)
            .with_for_update(of=outbox)
        )
        found = self._db.scalar(waiting)
        if found is None:
            return None
        listed = select(func.count()).select_from(digest_holds).where(digest_holds.c.notice_id == found)
        count = self._db.scalar(listed) or 0
        return (found, count) if count < room else None

    def last(self, series: Series) -> datetime | None:
        """When the newest digest of the series was made; None without one."""
        found: datetime | None = self._db.scalar(
            select(digests.c.made_at).where(*_of(series)).order_by(digests.c.made_at.desc()).limit(1)
        )
        return found

    def add(self, notice_id: str, series: Series, group_ids: Sequence[str]) -> None:
        """A notice that was queued is a digest and lists these."""
        row = {"notice_id": notice_id, "kind": series.kind, "person": as_key(series.person), "made_at": self._now}
        self._db.execute(insert(digests), row | {"sender": as_key(series.sender) if series.sender else ""})
        self.join(notice_id, group_ids)

    def join(self, notice_id: str, group_ids: Collection[str]) -> None:
        """These stand in it, too."""
        rows = [{"notice_id": notice_id, "group_id": group_id} for group_id in sorted(set(group_ids))]
        if rows:
            self._db.execute(self._insert(digest_holds).on_conflict_do_nothing(), rows)

    def listed(self, notice_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """What each of these notices lists, by notice; no entry for what is no digest."""
        c = digest_holds.c
        query = select(c.notice_id, c.group_id).where(c.notice_id.in_(list(notice_ids))).order_by(c.group_id)
        found: dict[str, list[str]] = {}
        for row in self._db.execute(query) if notice_ids else ():
            found.setdefault(row.notice_id, []).append(row.group_id)
        return {notice_id: tuple(groups) for notice_id, groups in found.items()}

    def about(self, group_id: str, kind: str) -> tuple[str, ...]:
        """The notices of a kind that list a hold and did not fail."""
        query = (
            select(digests.c.notice_id)
            .join(digest_holds, digest_holds.c.notice_id == digests.c.notice_id)
            .join(outbox, outbox.c.id == digests.c.notice_id)
            .where(digest_holds.c.group_id == group_id, digests.c.kind == kind, outbox.c.state != "failed")
            .order_by(digests.c.notice_id)
        )
        return tuple(self._db.scalars(query))

    def unattended(self, asked_before: datetime, ended_since: datetime, limit: int) -> tuple[Hold, ...]:
        """First copies that were asked about before that time and wait, or that silence cancelled since the other one; the oldest first."""
        c = holds.c
        waiting = and_(c.state == State.HELD, c.asked_at < asked_before)
        ended = and_(c.state == State.EXPIRED, c.decided_at > ended_since)
        query = select(c.id).where(c.id == c.group_id, c.frozen.is_(False), or_(waiting, ended))
        found = self._db.scalars(query.order_by(c.received_at, c.id).limit(limit)).all()
        several = {hold.id: hold for hold in self._holds.several(found)}
        return tuple(several[id_] for id_ in found)

    def held_since(self, sender: str, since: datetime, limit: int) -> int:
        """How many messages of a sender were asked about since then, at most `limit`; copies of one send count once."""
        c = holds.c
        lately = (
            select(c.id)
            .join(hold_people, hold_people.c.hold_id == c.id)
            .where(
                hold_people.c.key == as_key(sender),
                func.lower(c.reverse_path) == sender.lower(),
                c.received_at >= since,
                c.id == c.group_id,
                c.kind == "hold",
                c.release_at.is_(None),
            )
            .limit(limit)
        )
        return self._db.scalar(select(func.count()).select_from(lately.subquery())) or 0


def _of(series: Series) -> tuple[ColumnElement[bool], ...]:
    sender = as_key(series.sender) if series.sender else ""
    return (
        digests.c.kind == series.kind,
        digests.c.person == as_key(series.person),
        digests.c.sender == sender,
    )
