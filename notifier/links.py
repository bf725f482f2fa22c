"""Links of notices: which page each opens, for whom, and until when; the token is made when the notice is put into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.kinds import LINKS
from store.holds import Hold
from store.links import Link
from store.outbox import Notice

TOKEN_LIFE = timedelta(days=30)
"""Of a link to a ticket."""

_PATHS = {
    "question": "q",
    "approval": "a",
    "stop": "s",
    "sent": "w",
    "own": "r",
    "reach": "c",
    "answers": "u",
    "ticket": "t",
    "desk": "desk",
    "sign-in": "sign-in",
    "staff-sign-in": "sign-in",
}
_OF_HOLDS = frozenset({"question", "approval", "stop"})
"""Purposes of links to a held message: pages for senders, those whom they ask, and colleagues; open-ended until it is decided."""
_FOR_SENDERS = _OF_HOLDS | {"sign-in", "sent", "own"}
_OF_FACTS: Mapping[str, str] = {"sent": "line", "reach": "test"}
"""Purposes whose object the facts of the notice name."""
_SECTIONS: Mapping[str, str] = {"letter_news": "letters", "case_word": "timeline"}
"""Kinds whose link opens a section of the ticket."""


@dataclass(frozen=True, slots=True)
class LinkBase:
    """What links begin with, from the settings only."""

    base_url: str
    staff_base_url: str = ""
    """Empty: the same."""
    keep: timedelta = timedelta(days=7)
    """How long after the decision a link to a question still shows the state (`[hold] bring_back`)."""
    outside_url: str = ""
    """What a link for somebody outside begins with; empty: they get none."""

    def url(self, purpose: str, token: str, kind: str = "") -> str:
        """Build the address of a page: /q/…, /a/…, /s/…, /w/… and /r/… for senders, approvers and colleagues, /t/…, /c/… and /desk/… for staff, /u/… outside."""
        base = self.base_url if purpose in _FOR_SENDERS else self.staff_base_url or self.base_url
        base = self.outside_url if purpose == "answers" else base
        section = f"/{_SECTIONS[kind]}" if kind in _SECTIONS else ""
        return f"{base.rstrip('/')}/{_PATHS[purpose]}/{token}{section}"

    def has_one(self, notice: Notice) -> bool:
        """Whoever is outside gets one only where the settings say what it begins with there."""
        return notice.kind in LINKS and (notice.kind != "letter" or bool(self.outside_url))

    def of(self, notice: Notice, hold: Hold | None, at: datetime) -> Link:
        """What the link of a notice opens."""
        purpose = LINKS[notice.kind]
        if purpose == "sign-in":
            where = "staff-sign-in" if notice.facts["place"] == "staff" else purpose
            until = datetime.fromisoformat(notice.facts["until_at"])
            return Link(where, notice.facts["sign_in"], notice.recipient, until)
        if purpose in _OF_HOLDS:
            return self.to(notice.hold_id, hold, notice.recipient, purpose)
        opens = notice.facts[_OF_FACTS[purpose]] if purpose in _OF_FACTS else notice.ticket_id
        return Link(purpose, opens, notice.recipient, at + TOKEN_LIFE)

    def to(self, group_id: str, hold: Hold | None, person: str, purpose: str = "question") -> Link:
        """A link to a held message for somebody."""
        # Open-ended while it waits for an answer; the decision ends every link that is known by then.
        ends = hold.decided_at + self.keep if hold and hold.decided_at else None
        return Link(purpose, group_id, person, ends)
