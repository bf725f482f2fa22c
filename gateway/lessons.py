"""Lessons: what was decided after earlier cases and is in force: it makes judging stricter, never milder, and no file of settings says so.

rules ─► [[policy]] ─► applied: raised, or asked of a recipient or a group ─► exemptions, but those that were withdrawn
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from gateway.gate import is_member
from gateway.options import Exemption
from gateway.senders import is_listed, with_findings
from mail.address import is_inside
from mail.envelope import Envelope
from rules.base import About, Action, Finding
from rules.policy_findings import STRENGTH, TABLE
from rules.verdict import ASKING, Verdict, order
from store.measures import Measure

WORDS: Final[Mapping[str, str]] = {
    "ja": "以前の対応で決めた対策により、送信前の確認が必要です。",
    "en": "After an earlier case it was decided that this is checked before it is sent.",
}
_ABOUT_CONTACTS: Final = frozenset({"keep-block", "unvouch", "merge"})


def digest_of(exemption: Exemption) -> str:
    """By what a withdrawn exemption is known, whoever is in its groups today: for another reason it is another one, with a later end it is not."""
    left_out = {"until", "senders"} if exemption.groups else {"until"}
    return hashlib.sha256(exemption.model_dump_json(exclude=left_out).encode()).hexdigest()[:32]


def applied(
    verdict: Verdict,
    envelope: Envelope,
    measures: Sequence[Measure],
    groups: Mapping[str, tuple[str, ...]],
    own_domains: Collection[str],
) -> Verdict:
    """The verdict with what the measures make of it."""
    if not measures:
        return verdict
    outside = tuple(a for a in envelope.recipients if not is_inside(a, frozenset(own_domains)))
    fitting = [one for one in measures if _fits(one, envelope, outside, groups)]
    if not fitting:
        return verdict
    findings = [_raised(found, fitting) for found in verdict.findings]
    findings += _added(findings, fitting, outside)
    return with_findings(verdict, tuple(sorted(findings, key=order)))


def settled(
    settle: Callable[[Sequence[Exemption]], Verdict], exemptions: Sequence[Exemption], measures: Sequence[Measure]
) -> Verdict:
    """What the settings make of a verdict without the exemptions that were withdrawn; named is what is asked because of that."""
    gone = {one.change.target: one.id for one in measures if one.change.kind == "withdraw-exemption"}
    rest = tuple(e.model_copy(update={"until": date.min}) if digest_of(e) in gone else e for e in exemptions)
    now = settle(rest)
    if rest == tuple(exemptions):
        return now
    before = {(f.rule, f.about): f.exemption for f in settle(exemptions).findings if f.exemption}
    again = {found: gone.get(digest_of(exemptions[number - 1]), "") for found, number in before.items()}
    named = (
        replace(f, measures=(*f.measures, number))
        if (number := again.get((f.rule, f.about))) and f.action in ASKING
        else f
        for f in now.findings
    )
    return with_findings(now, tuple(named))


def _fits(measure: Measure, envelope: Envelope, outside: Sequence[str], groups: Mapping[str, tuple[str, ...]]) -> bool:
    change = measure.change
    if change.group and not is_member(envelope.reverse_path, groups.get(change.group, ())):
        return False
    if change.kind == "withdraw-exemption":
        return False  # that is no reason by itself
    return bool(_whom(measure, outside))


def _whom(measure: Measure, recipients: Sequence[str]) -> tuple[str, ...]:
    """The recipients that it is about."""
    target = measure.change.target
    return tuple(a for a in recipients if not target or is_listed(a, (target,)))


def _raised(found: Finding, measures: Sequence[Measure]) -> Finding:
    """A finding with the strongest of its own action and of what measures say of its rule; named, where one made it ask."""
    best, numbers = found.action or Action.NOTE, list[str]()
    about = found.about.recipient
    for one in measures:
        if about and not _whom(one, (about,)):
            continue
        if one.change.kind in _ABOUT_CONTACTS and about and best in ASKING:
            numbers.append(one.id)
        elif one.change.kind == "stricter" and one.change.rule == found.rule:
            action = Action(one.change.action)
            if STRENGTH[action] > STRENGTH[best]:
                best, numbers = action, [*numbers, one.id]
    if best is found.action and not numbers:
        return found
    raised = best is not found.action
    return replace(
        found,
        action=best,
        tables=() if raised else found.tables,
        delay=0 if raised else found.delay,
        measures=tuple(numbers),
    )


def _added(findings: Sequence[Finding], measures: Sequence[Measure], outside: Sequence[str]) -> Iterator[Finding]:
    """What measures ask that name no rule: of each of their recipients who is not asked about as strictly already."""
    asked = {f.about.recipient: STRENGTH[f.action or Action.NOTE] for f in findings if f.about.recipient}
    said: dict[tuple[str, Action], list[str]] = {}
    for one in measures:
        if one.change.kind != "stricter" or one.change.rule:
            continue
        action = Action(one.change.action)
        for address in _whom(one, outside):
            if asked.get(address, 0) < STRENGTH[action]:
                said.setdefault((address, action), []).append(one.id)
    for (address, action), numbers in said.items():
        yield Finding(About(address), WORDS, action=action, rule=TABLE, measures=tuple(numbers))
