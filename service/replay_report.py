"""The report of `sekisho replay`: what would have been held and what noted, rule by rule, as an admin reads it and as a program does."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mail.address import key
from rules.base import Action
from service.console import as_json, counted, out
from service.judging_past import Told

EXAMPLES: Final = 3
"""So many messages are named for a rule."""


@dataclass(slots=True)
class _Rule:
    """What one rule did."""

    held: int = 0
    noted: int = 0
    recipients: set[str] = field(default_factory=set)
    """About whom somebody would have been asked: each is asked about once, for the answer is remembered."""
    examples: list[str] = field(default_factory=list)
    """Of what would be held; where nothing would, of what is noted."""

    def add(self, identity: str, *, asks: bool) -> None:
        """One message more."""
        if asks and not self.held:
            self.examples.clear()
        self.held, self.noted = self.held + asks, self.noted + (not asks)
        if (asks or not self.held) and len(self.examples) < EXAMPLES:
            self.examples.append(identity)


class Report:
    """Grows with every message; a few numbers and names for each rule."""

    def __init__(self) -> None:
        self._verdicts = Counter[str]()
        self._asked = Counter[str]()
        self._learnt = Counter[str]()
        self._rules: dict[str, _Rule] = defaultdict(_Rule)
        self._first: datetime | None = None
        self._last: datetime | None = None

    def add(self, told: Told) -> None:
        """Count one message."""
        verdict, at = told.inspection.verdict, told.past.envelope.received_at
        self._first, self._last = min(at, self._first or at), max(at, self._last or at)
        self._verdicts[verdict.disposition] += 1
        self._learnt[told.learnt] += 1
        self._asked.update({found.rule for found in verdict.asking})
        strong = {found.rule for found in verdict.findings if found.action is not Action.NOTE}
        for rule in {found.rule for found in verdict.findings}:
            self._rules[rule].add(told.past.envelope.id, asks=rule in strong)
        for found in verdict.findings:
            if found.rule in strong and found.about.recipient:
                self._rules[found.rule].recipients.add(key(found.about.recipient))

    def print_json(self) -> None:
        """The last line of `replay --json`."""
        rules = self._ordered()
        summary: dict[str, Any] = {
            "messages": self._verdicts.total(),
            **{verdict: self._verdicts[verdict] for verdict in ("pass", "hold", "reject")},
            **({"delay": self._verdicts["delay"]} if self._verdicts["delay"] else {}),
            "by_rule": dict(self._asked.most_common()),
            "noted_by_rule": {name: of.noted for name, of in rules if of.noted},
            "recipients_by_rule": {name: len(of.recipients) for name, of in rules if of.recipients},
            "examples": {name: of.examples for name, of in rules},
        }
        if self._learns:
            summary["learnt"] = {name: self._learnt[name] for name in ("learnt", "held", "unattended")}
        as_json({"summary": summary})

    def print(self) -> None:
        """The same for people."""
        total, said = self._verdicts.total(), self._verdicts
        days = f", {self._first:%Y-%m-%d} to {self._last:%Y-%m-%d}" if total else ""
        out.print(
            f"{counted(total, 'message')}{days}: {said['hold']:,} would be held ({self._share(said['hold'])}), "
            f"{said['reject']:,} refused, {said['pass']:,} pass"
            f"{', {:,} leave after a while'.format(said['delay']) if said['delay'] else ''}."
        )
        if self._learns:
            out.print(
                f"Learnt from {self._learnt['learnt']:,}; not from {self._learnt['unattended']:,} of programs, lists and "
                f"other domains, nor from {self._learnt['held']:,} that would be held or refused."
            )
        rules = self._ordered()
        if rules:
            out.print(f"\n{'held':>8}{'noted':>8}{'of all':>9}{'recipients':>12}  {'rule':30}for example", markup=False)
        for name, of in rules:
            about = f"{len(of.recipients):,}" if of.recipients else ""
            share = self._share(of.held + of.noted)
            row = f"{of.held:8,}{of.noted:8,}{share:>9}{about:>12}  {name:30}{', '.join(of.examples)}"
            out.print(row, markup=False)

    @property
    def _learns(self) -> bool:
        return bool(self._learnt.total() - self._learnt[""])

    def _share(self, number: int) -> str:
        return f"{number / max(1, self._verdicts.total()):.1%}"

    def _ordered(self) -> list[tuple[str, _Rule]]:
        """What would hold most first, then what would be noted most."""
        return sorted(self._rules.items(), key=lambda one: (-one[1].held, -one[1].noted, one[0]))
