"""Signed links: which object a token opens, for whom, and until when. Only the SHA-256 of the token is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from store.binding import Binding
from store.tables import links


@dataclass(frozen=True, slots=True)
class Link:
    """What a token opens."""

    purpose: str
    object_id: str
    person: str
    expires_at: datetime | None = None


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
        token = self._seal.token(object_id, person, purpose)
        row = {
            "token_sha256": self._seal.fingerprint(token),
            "purpose": purpose,
            "object_id": object_id,
            "person": person,
        }
        new = self._insert(links).values(**row, created_at=self._now, expires_at=expires_at)
        if expires_at is None:
            self._db.execute(new.on_conflict_do_nothing())
        else:
            self._db.execute(
                new.on_conflict_do_update(index_elements=["token_sha256"], set_={"expires_at": expires_at})
            )
        return token

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
