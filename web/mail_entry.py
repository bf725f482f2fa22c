"""One message in a list of my mail: what is said of it, why it was asked about, and what comes of no answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifier.options import Language
from store.holds import Hold, State

_ASKED = frozenset({"hold", "approve", "delay", "reject"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in a list."""

    subject: str
    at: datetime
    sender: str
    """"" where it is whoever looks; else the team, or whom they answer for."""
    number: str
    """Of a held one; "" otherwise."""
    recipients: tuple[tuple[str, str, str], ...]
    """Who gets it, the address as it was given, and what became of it."""
    reasons: tuple[str, ...]
    href: str
    """Where it is answered; "" nowhere."""
    wrong: str
    """Where it is reported that it went to the wrong one; "" where nobody outside got it."""
    until: datetime | None
    silence: str
    """What comes of it then: cancel | return | deputy | send."""
    leaves: datetime | None
    """When it leaves by itself."""
    state: str
    decided_by: str


def silence(copies: Sequence[Hold]) -> str:
    """Tell what comes of a send that nobody answers; where its copies differ, what the page of the question says."""
    every = {copy.silence or "cancel" for copy in copies if copy.state is State.HELD}
    return every.pop() if len(every) == 1 else "cancel"


def reasons(verdicts: Sequence[Mapping[str, Any]], language: Language) -> tuple[str, ...]:
    """Why it was asked about, in the reader's words, the strongest first."""
    asked = (f["words"] for v in verdicts for f in v.get("findings", ()) if f.get("action") in _ASKED)
    return tuple(dict.fromkeys(str(said.get(language) or next(iter(said.values()), "")) for said in asked))
