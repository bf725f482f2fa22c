"""Judging: facts, content, rules; then what the organisation settled in advance: exemptions, machines, the gate."""

from dataclasses import replace
from functools import partial

from gateway import confirmed, lessons, maillog, meetings
from gateway.conditions import occasion
from gateway.content import Content
from gateway.inspect import Here, Inspection, Job
from gateway.records import Judged
from gateway.rooms import FlowOptions, Rooms
from gateway.senders import Asked, asked_for, is_unattended, settled, with_findings
from mail.address import key
from mail.envelope import Envelope
from rules.base import About, Action, Finding
from rules.policy_findings import TOGETHER
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
    attended = not is_unattended(envelope, options.senders, frozenset(options.organisation.domains))
    facts = await rooms.facts.gather(envelope, content.head(), attended=attended)
    inspection = await rooms.sandbox.inspect(content, Job(envelope, facts, options.policy))
    if isinstance(inspection, Here) and inspection.headers is not None:
        traced.headers = inspection.headers
    asked = asked_for(envelope, traced.headers, options.senders, options.organisation)
    _count_faults(rooms, envelope, traced, inspection)
    looked = await rooms.customers.look_up(inspection.verdict, envelope, options.policy)
    judged = looked.verdict
    if options.tables:
        judged = options.tables.applied(judged, occasion(envelope, traced.headers, facts, attended=attended))
    measures = await rooms.facts.measures()
    judged = lessons.applied(judged, envelope, measures, options.groups, facts.own_domains)
    settle = partial(
        settled,
        judged,
        envelope,
        asked,
        must_pass=options.hold.must_pass,
        today=facts.today,
        sums=options.policy.own_action(TOGETHER),
        own_domains=facts.own_domains,
    )
    verdict = lessons.settled(settle, options.exemptions, measures)
    if verdict.disposition in {"delay", "hold"}:
        verdict = await confirmed.lowered(
            rooms.store, verdict, envelope, inspection.parts, options.organisation, facts.today
        )
    if gate == "hold-all":
        verdict = with_findings(verdict, (_HOLD_ALL, *verdict.findings))
        asked = replace(asked, people=())  # on the day of an incident the admins let mail go
    seconds = rooms.clock.monotonic() - started
    alterable = "" if inspection.alterable == "dkim" and options.hold.signs_afterwards else inspection.alterable
    meeting = meetings.number(envelope, inspection.meetings)
    about = (meeting, looked.names, inspection.files)
    return Judged(envelope, traced, verdict, asked, gate, inspection.parts, alterable, seconds, attended, *about)


def _count_faults(rooms: Rooms, envelope: Envelope, traced: Content, inspection: Inspection) -> None:
    """What could not be inspected, and why: to the breaker, and to the log."""
    rooms.breaker.count(key(envelope.reverse_path), traced.sha256 if "own_fault" in inspection.lost else "")
    for rule, place in inspection.verdict.broken.items():
        maillog.not_inspected(envelope, f"{rule}: {place}")
    if "own_fault" in inspection.lost:
        maillog.not_inspected(envelope, "a part could not be read by our own fault")


def unjudged(envelope: Envelope, content: Content) -> Judged:
    """What passes without judgement: the gate is open, or it is our own notice. The journal says so."""
    return Judged(envelope, content, Verdict("pass"), Asked("unjudged", ()), "open", (), "", 0.0, attended=False)
