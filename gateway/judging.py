"""Judging: facts, content, rules; then what the organisation settled in advance: exemptions, machines, the gate."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from gateway import maillog, metrics
from gateway.content import Content
from gateway.inspect import Here, Job
from gateway.options import Exemption
from gateway.records import Judged
from gateway.rooms import FlowOptions, Rooms
from gateway.senders import Asked, asked_for, exempted, is_listed, with_findings
from mail.address import key
from mail.envelope import Envelope
from rules.base import About, Action, Finding
from rules.verdict import Verdict

_HOLD_ALL = Finding(
    about=About(),
    words={
        "ja": "事故対応のため、すべての送信を保留しています。",
        "en": "All mail is on hold while an incident is dealt with.",
    },
    action=Action.HOLD,
    rule="gate-hold-all",
)


async def judge(
    options: FlowOptions,
    rooms: Rooms,
    envelope: Envelope,
    content: Content,
    traced: Content,
    gate: str,
) -> Judged:
    """Judge one message: the first law. What cannot be read or known is a finding. Raises `StoreError` without contacts.

    `content` is judged as it came; `traced`, with our Received line, is what is handed over or kept.
    """
    started = rooms.clock.monotonic()
    facts = await rooms.facts.gather(envelope, content.head())
    inspection = await rooms.sandbox.inspect(content, Job(envelope, facts, options.policy))
    if isinstance(inspection, Here) and inspection.headers is not None:
        traced.headers = inspection.headers
    asked = asked_for(envelope, traced.headers, options.senders, options.organisation)
    rooms.breaker.count(key(envelope.reverse_path), traced.sha256 if "own_fault" in inspection.lost else "")
    for rule, place in inspection.verdict.broken.items():
        maillog.not_inspected(envelope, f"{rule}: {place}")
    if "own_fault" in inspection.lost:
        maillog.not_inspected(envelope, "a part could not be read by our own fault")
    verdict = settled(inspection.verdict, envelope, asked, options.exemptions, options.hold.must_pass, facts.today)
    if gate == "hold-all":
        verdict = with_findings(verdict, (_HOLD_ALL, *verdict.findings))
        asked = replace(asked, people=())  # on the day of an incident the admins let mail go
    seconds = rooms.clock.monotonic() - started
    metrics.judged(verdict, gate, seconds)
    alterable = "" if inspection.alterable == "dkim" and options.hold.signs_afterwards else inspection.alterable
    return Judged(envelope, traced, verdict, asked, gate, inspection.parts, alterable, seconds)


def unjudged(envelope: Envelope, content: Content) -> Judged:
    """What passes without judgement: the gate is open, or it is our own notice. The journal says so."""
    return Judged(envelope, content, Verdict("pass"), Asked("unjudged", ()), "open", (), "", 0.0)


def settled(
    verdict: Verdict,
    envelope: Envelope,
    asked: Asked,
    exemptions: Sequence[Exemption],
    must_pass: Sequence[str],
    today: date,
) -> Verdict:
    """Exempted findings become notes; so do all of mail that nobody can be asked about, but for blocked recipients."""
    verdict = exempted(verdict, envelope, exemptions, today)
    if is_listed(envelope.reverse_path, must_pass) or asked.kind == "report":
        kept: frozenset[str] = frozenset()
    elif asked.never:
        kept = frozenset({"recipient-blocked"})
    else:
        return verdict
    softened = (
        f if f.rule in kept or f.action is Action.OFF else replace(f, action=Action.NOTE) for f in verdict.findings
    )
    return with_findings(verdict, tuple(softened))
