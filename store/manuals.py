"""Manuals: the text of every version that a ticket was opened with, so that an old ticket is shown by its own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from store.binding import Binding
from store.tables.learning import manuals
from store.tables.tickets import steps, tickets
from store.tickets import Step


class ManualShelf:
    """The versions."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def keep(self, version: str, document: Mapping[str, Any]) -> None:
        """Keep a version; one that is there stays as it is."""
        if self._db.scalar(select(manuals.c.version).where(manuals.c.version == version)):
            return
        new = self._insert(manuals).values(version=version, document=dict(document), kept_at=self._now)
        self._db.execute(new.on_conflict_do_nothing(index_elements=["version"]))

    def get(self, version: str) -> Mapping[str, Any] | None:
        """The text of a version; None where no ticket was opened with it since texts are kept."""
        found: Mapping[str, Any] | None = self._db.scalar(
            select(manuals.c.document).where(manuals.c.version == version)
        )
        return found

    def version_of(self, ticket_id: str) -> str:
        """Which version a ticket follows; "" for no ticket."""
        return self._db.scalar(select(tickets.c.manual_version).where(tickets.c.id == ticket_id)) or ""

    def change(self, ticket_id: str, *, version: str, name: str, made: tuple[Step, ...]) -> None:
        """Let a ticket follow another manual: these are its steps now, of which those that are finished stay as they are."""
        self._db.execute(
            update(tickets).where(tickets.c.id == ticket_id).values(manual_version=version, manual_name=name)
        )
        theirs = steps.c.ticket_id == ticket_id
        kept = set(self._db.scalars(select(steps.c.step).where(theirs, steps.c.state != "todo")))
        self._db.execute(steps.delete().where(theirs, steps.c.state == "todo"))
        for step in made:
            row = {name_: getattr(step, name_) for name_ in _PLAIN}
            if step.step in kept:
                at = update(steps).where(theirs, steps.c.step == step.step)
                self._db.execute(at.values(position=step.position, phase=step.phase))
            else:
                self._db.execute(insert(steps), row | {"ticket_id": ticket_id, "done_by": step.done_by or None})


_PLAIN = tuple(c.name for c in steps.columns if c.name not in {"ticket_id", "done_by"})
