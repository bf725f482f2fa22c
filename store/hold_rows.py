"""Holds as rows: how one is written and read, and which rows are not done with; what every shelf of holds begins with."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, or_, select

from store.holds import Delivery, Hold, Recipient, State
from store.tables.holds import hold_recipients, holds

ENDED = (Delivery.DELIVERED, Delivery.FAILED, Delivery.STOPPED)
"""States of a recipient for whom nothing happens any more."""
FIRST_FIRST = (holds.c.received_at, holds.c.id)
_PLAIN = tuple(c.name for c in holds.columns if c.name not in {"state", "asked", "decided_by"})
# Every hold that is read needs it: built once.
_RECIPIENTS = (
    select(hold_recipients)
    .where(hold_recipients.c.hold_id.in_(bindparam("ids", expanding=True)))
    .order_by(hold_recipients.c.hold_id, hold_recipients.c.position)
)


def read(db: Connection, query: Select[Any], values: Mapping[str, Any] | None = None) -> tuple[Hold, ...]:
    """The holds that a query over their table finds, each with its recipients."""
    rows = db.execute(query, values).mappings().all()
    if not rows:
        return ()
    mine: dict[str, list[Recipient]] = {row["id"]: [] for row in rows}
    for row in db.execute(_RECIPIENTS, {"ids": list(mine)}).mappings():
        mine[row["hold_id"]].append(_recipient(row))
    return tuple(_hold(row, tuple(mine[row["id"]])) for row in rows)


def row_of(hold: Hold) -> dict[str, Any]:
    """The row of `holds`."""
    row = {name: getattr(hold, name) for name in _PLAIN}
    return row | {"state": hold.state, "asked": list(hold.asked), "decided_by": hold.decided_by or None}


def underway() -> ColumnElement[bool]:
    """Of a row of `holds`: something may happen still with one of its recipients."""
    own = hold_recipients.c.hold_id == holds.c.id
    return select(hold_recipients.c.position).where(own, hold_recipients.c.state.not_in(ENDED)).exists()


def unfinished() -> ColumnElement[bool]:
    """Of a row of `holds`: it is held, or released and still under way."""
    return or_(holds.c.state == State.HELD, and_(holds.c.state == State.RELEASED, underway()))


def _hold(row: RowMapping, recipients: tuple[Recipient, ...]) -> Hold:
    plain = {name: row[name] for name in _PLAIN}
    asked, decided_by = tuple(row["asked"]), row["decided_by"] or ""
    return Hold(**plain, state=State(row["state"]), asked=asked, decided_by=decided_by, recipients=recipients)


def _recipient(row: RowMapping) -> Recipient:
    same = ("position", "address", "send_to", "orcpt", "next_try", "attempts", "give_up_at", "changed_at")
    return Recipient(
        **{name: row[name] for name in same},
        state=Delivery(row["state"]),
        notify=tuple(row["notify"]),
        reply=row["reply"] or "",
    )
