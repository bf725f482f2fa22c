"""judge(): run every rule; a broken rule is a finding; the policy says what each finding does; the strongest wins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.base import Action, Exposure, Facts, Finding, Mail


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What the configuration says of one rule."""

    action: Action
    options: Any


@dataclass(frozen=True, slots=True)
class Policy:
    """The configuration of all rules, by name; a rule that is not named has its defaults."""

    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    with_values: bool = False
    """Bring the found values back for `--values`; never set in the relay."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings and what follows: pass, hold or reject."""

    disposition: str
    """"pass", "hold" or "reject"."""
    findings: tuple[Finding, ...] = ()
    """The strongest first; `rule` and `action` are set in each."""
    exposure: Exposure = field(default_factory=Exposure)

    @property
    def asking(self) -> tuple[Finding, ...]:
        """The findings that someone must answer (action delay, hold or approve)."""
        return tuple(f for f in self.findings if f.action in {Action.DELAY, Action.HOLD, Action.APPROVE})

    def as_json(self) -> dict[str, Any]:
        """The shape of `explain --json` and of one line of `replay --json`, without id and seconds."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Verdict":
        """The inverse of `as_json`: what the store kept."""
        raise NotImplementedError


def judge(mail: Mail, facts: Facts, policy: Policy) -> Verdict:
    """Run all rules over one message. Never raises: a rule that breaks is a finding with that rule's action (note and off stay)."""
    raise NotImplementedError
