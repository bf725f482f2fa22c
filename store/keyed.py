"""Keyed: beside the digest that anybody can make anew, one that only who has the key of the links can: a chain that was recomputed is noticed.

    record ──► digest (over the one before) ──► keyed digest of that
    a mark beside that of the newest entry of the audit log: its place, since when everything is keyed, and a keyed digest of both

What a program of before wrote has none, and is as good as it was. Where the mark is not ours (a node of before wrote the newest entry, or
somebody tampered with it) everything is keyed from the next entry on, and every check says since when.
"""

import contextlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from store.marks import MarkShelf
from store.seal import Seal

HEAD: Final = "audit-head"
"""Mark: number and digest of the newest entry of the audit log."""
_SINCE: Final = "audit-keyed"
"""Mark: the same, since when everything is keyed, and a keyed digest of that. Of its own: a program of before reads HEAD."""
_PURPOSE: Final = "chain"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the chain."""

    seq: int
    sha256: str

    @classmethod
    def read(cls, mark: str | None) -> "Place":
        """As a mark writes it; the place before the first without one."""
        seq, _, sha256 = (mark or "0 ").partition(" ")
        return cls(int(seq), sha256)

    def __str__(self) -> str:
        """The inverse."""
        return f"{self.seq} {self.sha256}"


@dataclass(frozen=True, slots=True)
class Keys:
    """How records are keyed."""

    seal: Seal = field(repr=False)
    since: datetime | None = None
    """From then on every record is; None: not known."""

    @classmethod
    def of(cls, marks: MarkShelf, seal: Seal) -> "Keys":
        """As the marks say, if it was we who wrote them."""
        text, _, digest = (marks.get(_SINCE) or "").rpartition(" ")
        place, _, since = text.rpartition(" ")
        if place == marks.get(HEAD) and _same(digest, seal.token(_SINCE, text, _PURPOSE)):
            with contextlib.suppress(ValueError):
                return cls(seal, datetime.fromisoformat(since))
        return cls(seal)

    def begun(self, now: datetime) -> "Keys":
        """The same, from now on where nobody knows since when."""
        return self if self.since else Keys(self.seal, now)

    def write(self, marks: MarkShelf, newest: Place) -> None:
        """Say since when, for an audit log whose newest entry stands there."""
        assert self.since is not None
        text = f"{newest} {self.since.isoformat()}"
        marks.set(_SINCE, f"{text} {self.seal.token(_SINCE, text, _PURPOSE)}")

    def keyed(self, chain: str, sha256: str) -> str:
        """The keyed digest of a record; `chain`: the number of its ticket, or "audit"."""
        return self.seal.token(chain, sha256, _PURPOSE)

    def fits(self, row: Row[Any], chain: str) -> bool:
        """Whether a record has the keyed digest that it must have."""
        if row.keyed is None:
            return self.since is None or row.at < self.since
        return _same(row.keyed, self.keyed(chain, row.sha256))


def _same(found: str, made: str) -> bool:
    return hmac.compare_digest(found.encode(errors="replace"), made.encode())
