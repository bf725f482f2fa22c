"""Sign-ins: who asked to be signed in, from which browser, and that this is answered once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from store.binding import Binding
from store.sessions import Place, Way
from store.storable import as_key
from store.tables.access import sign_ins


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who asked."""

    id: str
    person: str
    """"" while the provider has not said it."""
    place: Place
    way: Way
    back: bytes
    """Where to go then, sealed with the browser's cookie."""


class SignInShelf:
    """The sign-ins."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._seal = binding.seal

    def ask(self, asked: SignIn, browser: str, lasts: timedelta) -> None:
        """Somebody asks; `browser`: the token in the cookie, of which the SHA-256 is kept."""
        whose = {"person": asked.person, "key": as_key(asked.person), "browser_sha256": self._seal.fingerprint(browser)}
        times = {"created_at": self._now, "expires_at": self._now + lasts}
        how = {"id": asked.id, "place": asked.place, "way": asked.way, "back": asked.back}
        self._db.execute(insert(sign_ins).values(**how, **whose, **times))

    def asked_since(self, person: str, since: datetime) -> int:
        """How often that person was asked for since then."""
        c = sign_ins.c
        return self._db.scalar(select(func.count()).where(c.key == as_key(person), c.created_at > since)) or 0

    def waiting(self, browser: str, place: Place, way: Way) -> SignIn | None:
        """What the browser asked for at that address and may still have; None without, used or too late."""
        c = sign_ins.c
        same = (c.browser_sha256 == self._seal.fingerprint(browser), c.place == place, c.way == way)
        row = self._db.execute(
            select(sign_ins).where(*same, c.used_at.is_(None), c.expires_at > self._now)
        ).one_or_none()
        return SignIn(row.id, row.person, row.place, row.way, row.back) if row else None

    def use(self, sign_in_id: str) -> bool:
        """Compare and set: True for the first, False for whoever comes second."""
        unused = (sign_ins.c.id == sign_in_id, sign_ins.c.used_at.is_(None))
        return self._db.execute(update(sign_ins).where(*unused).values(used_at=self._now)).rowcount == 1

    def prune(self) -> int:
        """Forget what can no longer be used, an hour after: until then it counts (`asked_since`)."""
        return self._db.execute(
            delete(sign_ins).where(sign_ins.c.expires_at <= self._now - timedelta(hours=1))
        ).rowcount
