"""A verdict on stored mail as explain and replay print it for people."""

from collections.abc import Iterable

from rules.base import Finding
from service.console import out
from service.judging_past import Told


def say(judged: Told) -> None:
    """One message: what would become of it, every finding, and what travels in each part."""
    verdict = judged.inspection.verdict
    out.print(f"{judged.past.envelope.id}: {verdict.disposition}", markup=False)
    for line in judged.because.lines() if judged.because else ():
        out.print(f"  {line}", markup=False)
    say_findings(verdict.findings)
    for part in verdict.exposure.parts:
        kinds = ", ".join(f"{kind} {number}" for kind, number in part.kinds.items() if number)
        if kinds:
            out.print(f"  {part.name or '(body)'}: {kinds}", markup=False)
        for kind, found in part.values.items():
            out.print(f"    {kind}: {', '.join(found)}", markup=False)


def say_findings(findings: Iterable[Finding]) -> None:
    """Rule, action and suggestion of each, and below it its words in both languages."""
    for finding in findings:
        suggestion = f" → {finding.suggestion}" if finding.suggestion else ""
        points = f", {finding.points:.2f} points" if finding.points else ""
        out.print(f"  {finding.rule} ({finding.action}{points}){suggestion}", markup=False)
        out.print(f"    {finding.words['ja']}", markup=False)
        out.print(f"    {finding.words['en']}", markup=False)
