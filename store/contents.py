"""Contents: where the sealed octets of a hold lie: rows of at most 1 MiB, or one row and a file."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from store.binding import Binding
from store.errors import StoreError
from store.files import LARGEST_ROW
from store.prepared import run_each
from store.tables.holds import contents

PIECE = 1024 * 1024
_ADD = insert(contents)


class Contents:
    """The contents, for `HoldShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._files = binding.files

    def put_all(self, contents_: Sequence[tuple[str, bytes]]) -> None:
        """Keep the octets of holds: small ones together, of a large one a piece at a time, so that all are never sent at once."""
        small: list[dict[str, Any]] = []
        for hold_id, sealed in contents_:
            if self._files and len(sealed) > LARGEST_ROW:
                file = self._files.put(hold_id, sealed)
                self._db.execute(insert(contents), {"hold_id": hold_id, "position": 0, "pieces": 1, "file": file})
                continue
            pieces = [sealed[at : at + PIECE] for at in range(0, len(sealed), PIECE)]
            rows = [
                {"hold_id": hold_id, "position": n, "pieces": len(pieces), "sealed": piece}
                for n, piece in enumerate(pieces)
            ]
            if len(sealed) <= LARGEST_ROW:
                small += rows
                continue
            for row in rows:
                self._db.execute(insert(contents), row)
        run_each(self._db, _ADD, small)

    def get(self, hold_id: str) -> bytes:
        """The octets; raises `StoreError` when a piece is missing."""
        rows = self._db.execute(
            select(contents).where(contents.c.hold_id == hold_id).order_by(contents.c.position)
        ).all()
        if not rows or [row.position for row in rows] != list(range(rows[0].pieces)):
            raise StoreError(f"{hold_id}: the content is gone, or a piece of it")
        if rows[0].file is None:
            return b"".join(bytes(row.sealed) for row in rows)
        if self._files is None:
            raise StoreError(f"{hold_id}: the content is a file, and this database keeps none")
        return self._files.get(rows[0].file)

    def forget(self, hold_ids: Sequence[str]) -> None:
        """Remove the files of these holds after the commit; their rows go with the holds."""
        named = select(contents.c.file).where(contents.c.hold_id.in_(hold_ids), contents.c.file.is_not(None))
        for file in self._db.scalars(named):
            if self._files and file:
                self._files.discard(file)

    def erase(self, hold_ids: Sequence[str]) -> None:
        """Remove files and rows of these holds, which stay without their content."""
        self.forget(hold_ids)
        self._db.execute(delete(contents).where(contents.c.hold_id.in_(hold_ids)))
