"""Kept: how long what is kept; apart from `gateway.pruning`, so that a command can say it without the metrics of a relay."""

from dataclasses import dataclass

MARK = "pruned"
"""The mark of the store: when what has ended was last forgotten."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many days what is kept; 0: for ever, where it may be."""

    content_days: int
    hold_days: int
    journal_days: int
    contact_days: int
    audit_days: int
    evidence_days: int
