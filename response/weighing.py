"""Weighing: how likely it is that a line of the journal is the message a report means, and why, in words for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from store.journal import Line

MOST = 10
"""Candidates shown."""
SUREST = 0.95
"""What is weighed is never certain."""


@dataclass(slots=True)
class Weighed:
    """One line, and what speaks for it."""

    line: Line
    confidence: float = 0.0
    ja: list[str] = field(default_factory=list)
    en: list[str] = field(default_factory=list)

    def add(self, weight: float, ja: str, en: str) -> None:
        """Something more speaks for it."""
        self.confidence += weight
        if en not in self.en:
            self.ja.append(ja)
            self.en.append(en)

    def as_candidate(self) -> dict[str, Any]:
        """As a ticket keeps it."""
        why = {"ja": "、".join(self.ja), "en": ", ".join(self.en)}
        return {"journal_id": self.line.id, "confidence": round(min(self.confidence, SUREST), 2), "why": why}


def ordered(weighed: Iterable[Weighed]) -> list[Weighed]:
    """The likeliest first, of equals the newest; one a send: the likeliest of its copies."""
    seen: dict[object, Weighed] = {}
    for one in sorted(weighed, key=lambda w: (-w.confidence, -w.line.at.timestamp(), w.line.id)):
        seen.setdefault((one.line.message_id or one.line.id, one.line.reverse_path), one)
    return list(seen.values())


def shown(*ways: Iterable[Weighed]) -> tuple[Mapping[str, Any], ...]:
    """What a person is shown of several ways of looking, each line once, as the first way weighed it."""
    unique: dict[str, Weighed] = {}
    for way in ways:
        for one in way:
            unique.setdefault(one.line.id, one)
    return tuple(one.as_candidate() for one in ordered(unique.values())[:MOST])
