"""Meeting answers: who answers or cancels a meeting chose no recipient, and is not asked about one; what travels is judged as ever."""

from collections.abc import Sequence
from dataclasses import replace

from mail import meeting
from mail.address import key
from rules.base import Action, Finding, Mail
from rules.policy_findings import STRENGTH, strength

_KEPT = frozenset({"recipient-blocked"})
"""What somebody decided of an address: that holds for an answer, too."""


def quieted(findings: Sequence[Finding], mail: Mail) -> list[Finding]:
    """The findings, those about recipients whom the meeting itself names only noted."""
    people = meeting.answered(mail.message)
    return [_noted(f) if people and key(f.about.recipient) in people else f for f in findings]


def _noted(found: Finding) -> Finding:
    """A note, which adds to no other doubt."""
    asks = STRENGTH[Action.NOTE] < strength(found) < STRENGTH[Action.REJECT]
    if not asks or found.rule in _KEPT:
        return found
    return replace(found, action=Action.NOTE, points=0.0)
