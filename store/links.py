"""Signed links: which object a token opens, for whom, and until when. Only the SHA-256 of the token is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, delete, or_, select, update

from store.binding import Binding
from store.prepared import run_each
from store.tables.access import links


@dataclass(frozen=True, slots=True)
class Link:
    """What a token opens."""

    purpose: str
    object_id: str
    person: str
    expires_at: datetime | None = None


@lru_cache
def _make(insert: Callable[[Any], Any], *, ends: bool) -> ClauseElement:
    """A link, which may be there; as either database spells it."""
    new = insert(links)
    made: ClauseElement = (
        new.on_conflict_do_update(index_elements=["token_sha256"], set_={"expires_at": new.excluded.expires_at})
        if ends
        else new.on_conflict_do_nothing()
    )
    return made


class LinkShelf:
    """The links."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._seal = binding.seal
        self._insert = binding.insert

    def make(self, object_id: str, person: str, purpose: str, expires_at: datetime | None = None) -> str:
        """The token for these three, made (again) and known to the store from now on. Idempotent.

        An end that is given counts from now on; without one, a link that is there keeps its own.
        """
        return self.make_all([Link(purpose, object_id, person, expires_at)])[0]

    def make_all(self, wanted: Sequence[Link]) -> list[str]:
        """The same for any number, with the same two statements."""
        tokens = [self._seal.token(link.object_id, link.person, link.purpose) for link in wanted]
        made = {
            self._seal.fingerprint(token): {
                "purpose": link.purpose,
                "object_id": link.object_id,
                "person": link.person,
                "created_at": self._now,
                "expires_at": link.expires_at,
            }
            for token, link in zip(tokens, wanted, strict=True)
        }
        rows = [{"token_sha256": sha256, **row} for sha256, row in sorted(made.items())]
        run_each(self._db, _make(self._insert, ends=False), [row for row in rows if not row["expires_at"]])
        run_each(self._db, _make(self._insert, ends=True), [row for row in rows if row["expires_at"]])
        return tokens

    def follow(self, token: str, purpose: str) -> Link | None:
        """What the token opens for that purpose; None when unknown, mangled, foreign or expired."""
        same = (links.c.token_sha256 == self._seal.fingerprint(token), links.c.purpose == purpose)
        open_still = or_(links.c.expires_at.is_(None), links.c.expires_at > self._now)
        row = self._db.execute(select(links).where(*same, open_still)).one_or_none()
        return Link(row.purpose, row.object_id, row.person, row.expires_at) if row else None

    def expire(self, object_id: str, purpose: str, at: datetime | None) -> None:
        """Every link to the object ends then; with None they are without end again (a hold was brought back)."""
        self._db.execute(
            update(links).where(links.c.object_id == object_id, links.c.purpose == purpose).values(expires_at=at)
        )

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget links that ended before that time."""
        old = select(links.c.token_sha256).where(links.c.expires_at < before).limit(limit)
        return self._db.execute(delete(links).where(links.c.token_sha256.in_(old))).rowcount
