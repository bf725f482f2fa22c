"""Sessions: who is signed in, where, and until when. Only the SHA-256 of the token in the cookie is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, insert, select, update

from store.binding import Binding
from store.storable import as_key
from store.tables.access import sessions

Place = Literal["web", "staff"]
"""The address of the pages: those for senders (and all, where there is one address only), or those for staff."""
Way = Literal["mail", "oidc"]
"""By what somebody proved who they are."""
SEEN = timedelta(minutes=1)
"""So exactly it is known when somebody was last there."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    id: str
    """The digest of the token."""
    person: str
    place: Place
    way: Way
    as_staff: bool
    """Whether they had a role when they signed in; the session ends when they lose it."""
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class SessionShelf:
    """The sessions."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._seal = binding.seal

    def begin(self, token: str, person: str, place: Place, way: Way, *, as_staff: bool, lasts: timedelta) -> None:
        """Somebody has signed in; `lasts`: until it ends in any case."""
        times = {"created_at": self._now, "seen_at": self._now, "expires_at": self._now + lasts}
        whose = {"token_sha256": self._seal.fingerprint(token), "person": person, "key": as_key(person)}
        self._db.execute(insert(sessions).values(**whose, place=place, way=way, as_staff=as_staff, **times))

    def follow(self, token: str, place: Place, idle: timedelta) -> Session | None:
        """Whose session it is; None when unknown, of another address, ended, or unused for longer than `idle`."""
        c = sessions.c
        same = (c.token_sha256 == self._seal.fingerprint(token), c.place == place)
        row = self._db.execute(
            select(sessions).where(*same, c.expires_at > self._now, c.seen_at > self._now - idle)
        ).one_or_none()
        if row is None:
            return None
        times = (row.created_at, row.seen_at, row.expires_at)
        return Session(row.token_sha256, row.person, row.place, row.way, row.as_staff, *times)

    def id_of(self, token: str) -> str:
        """The id of a session that may be there."""
        return self._seal.fingerprint(token)

    def seen(self, session_id: str) -> None:
        """Somebody used it now."""
        c = sessions.c
        earlier = (c.token_sha256 == session_id, c.seen_at < self._now)
        self._db.execute(update(sessions).where(*earlier).values(seen_at=self._now))

    def end(self, session_id: str) -> bool:
        """Sign out; False when it had ended before."""
        return self._db.execute(delete(sessions).where(sessions.c.token_sha256 == session_id)).rowcount == 1

    def end_all(self, person: str) -> int:
        """Sign somebody out everywhere; how many sessions."""
        return self._db.execute(delete(sessions).where(sessions.c.key == as_key(person))).rowcount

    def prune(self) -> int:
        """Forget what has ended."""
        return self._db.execute(delete(sessions).where(sessions.c.expires_at <= self._now)).rowcount
