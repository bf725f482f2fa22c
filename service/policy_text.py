"""Why a message is passed, delayed, held or refused: which tables of the settings fit, which won, what is exempt, who waits for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.parts import Following, Part
from rules.base import Finding
from rules.policy_findings import strength
from rules.verdict import Verdict
from service.settings import Settings

_WORDS = {"pass": "passes", "delay": "leaves by itself", "hold": "waits for an answer"}
_SILENCE = {
    "cancel": "without an answer it is cancelled",
    "return": "without an answer it is cancelled and returned as undelivered",
    "deputy": "without an answer a deputy is asked, then it is cancelled",
    "send": "without an answer it is sent",
}


@dataclass(frozen=True, slots=True)
class Because:
    """What decided about one message."""

    verdict: Verdict
    fits: tuple[int, ...]
    """Numbers, from 1, of the `[[policy]]` tables that fit."""
    waits: tuple[tuple[Part, Following], ...]
    settings: Settings

    def as_json(self) -> dict[str, Any]:
        """For `explain --json`, under "policy"; {} where nothing decided: nothing was found and no table fits."""
        shape = {
            "decided_by": [self._decided(number, found) for number, found in self._strongest()],
            "fits": [self._fit(number) for number in self.fits],
            "exempt": [self._exempt(number, f) for number, f in enumerate(self.verdict.findings, 1) if f.exemption],
            "waits": [_waiting(part, how) for part, how in self.waits],
        }
        return shape if any(shape.values()) else {}

    def lines(self) -> Iterator[str]:
        """The same for people."""
        shape = self.as_json()
        for part in shape.get("waits", ()):
            yield f"{_WORDS[part['act']]}{_after(part)}: {', '.join(part['recipients'])}"
        for by in shape.get("decided_by", ()):
            yield f"decided by {self._at(by)}: {by['rule']} ({by['action']})"
        for fit in shape.get("fits", ()):
            if not fit["wins"]:
                yield f"fits, and something is stronger: {self._at(fit)} ({fit['action']})"
        for one in shape.get("exempt", ()):
            yield f"not asked about: {one['rule']}, {self._at(one)}, until {one['until']}"

    def _strongest(self) -> Iterator[tuple[int, Finding]]:
        """What the whole follows from: the findings that are as strong as the strongest, unless all of them are notes."""
        asking = [(n, f) for n, f in enumerate(self.verdict.findings, 1) if self.verdict.disposition != "pass"]
        most = max((strength(f) for _, f in asking), default=0)
        return ((n, f) for n, f in asking if strength(f) == most)

    def _decided(self, number: int, found: Finding) -> dict[str, Any]:
        shape: dict[str, Any] = {"finding": str(number), "rule": found.rule, "action": str(found.action)}
        if not found.tables:
            return shape | self._place(f"rules.{found.rule}")
        return shape | {"tables": [self._table(n) for n in found.tables]} | self._table(found.tables[0])

    def _fit(self, number: int) -> dict[str, Any]:
        won = any(number in found.tables for found in self.verdict.findings)
        strongest = {n for _, found in self._strongest() for n in found.tables}
        action = self.settings.policy[number - 1].action
        return self._table(number) | {"action": action, "wins": number in strongest, "counts": won}

    def _exempt(self, number: int, found: Finding) -> dict[str, Any]:
        table = self.settings.exemptions[found.exemption - 1]
        place = self._place(f"exemptions[{found.exemption}]")
        return {
            "finding": str(number),
            "rule": found.rule,
            "exemption": found.exemption,
            "until": str(table.until),
        } | place

    def _table(self, number: int) -> dict[str, Any]:
        place = self._place(f"policy[{number}]")
        return {"table": number, "name": self.settings.policy[number - 1].name} | place

    def _place(self, key: str) -> dict[str, Any]:
        """Where it stands in the settings; without a line where the default holds."""
        return {"settings": key, "line": self.settings.lines.get(key)}

    def _at(self, one: dict[str, Any]) -> str:
        where = f"{self.settings.file.name}:{one['line']}" if one["line"] else "the default of"
        name = f" “{one['name']}”" if one.get("name") else ""
        return f"{where} {one['settings']}{name}"


def _waiting(part: Part, how: Following) -> dict[str, Any]:
    shape: dict[str, Any] = {"act": part.act, "recipients": sorted(part.recipients)}
    if part.act == "delay":
        return shape | {"delay": how.delay, "notice": how.notice}
    if part.act == "hold":
        return shape | {"silence": how.silence, "approve": [dict(one) for one in how.approve]}
    return shape


def _after(part: dict[str, Any]) -> str:
    if part["act"] == "delay":
        return f" after {part['delay']} s"
    return f" ({_SILENCE[part['silence']]})" if part["act"] == "hold" else ""
