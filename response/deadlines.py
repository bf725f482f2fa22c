"""Deadlines: what the law wants of a case, to whom and until when; pure: facts and closed days in, dates out.

No legal advice: every line names its source and the version of its rule.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from operator import itemgetter
from zoneinfo import ZoneInfo

import holidays

from response.deadline_conditions import holds
from response.deadline_facts import Facts, FactsError, facts_of
from response.deadline_law import Calendar, Kind, Law, Length, Reason, Rule, Step, law
from response.manual import Words

__all__ = ["Deadline", "Facts", "FactsError", "Kind", "Words", "facts_of", "headline", "owed"]

_SATURDAY = 5
_LAST_SECOND = time(23, 59, 59)
_UNSURE = Words(ja="不明のため該当するものとして扱う", en="not known, counted as so")
_NOT_IN_FORCE = Words(ja="知った日には施行されていません。", en="Not in force on the day it was known.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """One line: what a rule wants, or that it wants nothing."""

    rule: str
    """As in `docs/deadlines.md`: JP-FINAL."""
    step: str
    """target, outer, final, report, notice, record, assess."""
    jurisdiction: str
    to: Words
    due: datetime | None
    """In the rule's zone. None: not owed, or owed without a date ("without undue delay": then soft)."""
    kind: Kind
    """hard: the law's or the authority's own date · soft: advice, or no date. What is not owed is never soft."""
    owed: bool
    basis: tuple[str, ...]
    """1 sensitive, 2 financial, 3 malicious, 4 number of persons, N My Number; () where the law has none of these."""
    reason: Words
    """What is owed and why, or why not."""
    note: Words | None
    """To know beside it; changes nothing."""
    source: str
    url: str
    zone: str
    """IANA, or an offset like UTC-05:00."""
    rule_version: str
    """Since when, and a digest of the rule; "" when no version was in force."""


def owed(facts: Facts, closed_days: Collection[date] = (), by: Law | None = None) -> tuple[Deadline, ...]:
    """Every line of the jurisdictions of these facts, owed or not, in their order and that of the law.

    `closed_days`: further days on which authorities are closed (a public holiday that the library does not know yet), never
    the organisation's own days off: those move no deadline. `by`: another law than the shipped one.
    """
    known = by or law()
    lines: list[Deadline] = []
    for jurisdiction in facts.jurisdictions:
        rules = known.of(jurisdiction)
        in_force = [rule for rule in rules if _in_force(rule, facts)]
        there = {(rule.id, step.name) for rule in in_force for step in rule.steps}
        for rule in rules:
            for step in rule.steps:
                if rule in in_force:
                    lines.append(_line(rule, step, facts, closed_days, known))
                elif (rule.id, step.name) not in there:
                    there.add((rule.id, step.name))
                    lines.append(_nothing(rule, step, facts, _NOT_IN_FORCE, version=""))
    return tuple(lines)


def headline(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The earliest hard date; None without one. Soft dates never stand here."""
    dated = ((d.due, d) for d in deadlines if d.due and d.kind == "hard")
    return min(dated, key=itemgetter(0), default=(None, None))[1]


def _in_force(rule: Rule, facts: Facts) -> bool:
    day = facts.known_at.astimezone(_zone(rule, facts)).date()
    return rule.valid_from <= day <= (rule.valid_to or date.max)


def _line(rule: Rule, step: Step, facts: Facts, closed_days: Collection[date], known: Law) -> Deadline:
    """Unknown facts make something owed, and never free of it."""
    if rule.only_if and holds(rule.only_if.when, facts) is False:
        return _nothing(rule, step, facts, rule.only_if.words)
    hits = [trigger for trigger in rule.triggers if holds(trigger.when, facts) is not False]
    freed = next((one for one in rule.exemptions if holds(one.when, facts)), None)
    if freed or not hits:
        return _nothing(rule, step, facts, freed.words if freed else rule.otherwise)
    zone = _zone(rule, facts)
    ends = [(end, length) for length in _lengths(step, facts) if (end := _end(length, facts, zone))]
    due, length = min(ends, key=itemgetter(0), default=(None, None))
    if due and rule.roll:
        due = _rolled(due, known.calendars[rule.roll], closed_days)
    return Deadline(
        rule=rule.id,
        step=step.name,
        jurisdiction=rule.jurisdiction,
        to=rule.to,
        due=due,
        kind=step.kind if due else "soft",
        owed=True,
        basis=tuple(dict.fromkeys(trigger.basis for trigger in hits if trigger.basis)),
        reason=_reason((length and length.words) or step.words, hits, facts),
        note=rule.note,
        source=rule.source,
        url=rule.url,
        zone=str(zone),
        rule_version=rule.version,
    )


def _nothing(rule: Rule, step: Step, facts: Facts, why: Words, version: str | None = None) -> Deadline:
    return Deadline(
        rule=rule.id,
        step=step.name,
        jurisdiction=rule.jurisdiction,
        to=rule.to,
        due=None,
        kind="hard",
        owed=False,
        basis=(),
        reason=why,
        note=rule.note,
        source=rule.source,
        url=rule.url,
        zone=str(_zone(rule, facts)),
        rule_version=rule.version if version is None else version,
    )


def _reason(what: Words, hits: list[Reason], facts: Facts) -> Words:
    ja = [h.words.ja + ("" if holds(h.when, facts) else f"（{_UNSURE.ja}）") for h in hits]
    en = [h.words.en + ("" if holds(h.when, facts) else f" ({_UNSURE.en})") for h in hits]
    return Words(ja=f"{what.ja}：{'、'.join(dict.fromkeys(ja))}。", en=f"{what.en}: {'; '.join(dict.fromkeys(en))}.")


def _lengths(step: Step, facts: Facts) -> list[Length]:
    """The one that holds, and before it those that may: then the earliest end counts."""
    found: list[Length] = []
    for length in step.lengths:
        is_so = holds(length.when, facts)
        if is_so is not False:
            found.append(length)
        if is_so:
            break
    return found


def _end(length: Length, facts: Facts, zone: tzinfo) -> datetime | None:
    """When it ends, in that zone; None while its start is not known."""
    start = facts.assessed_at if length.start == "assessed_at" else facts.known_at
    if start is None:
        return None
    if length.hours is not None:
        return (start.astimezone(UTC) + timedelta(hours=length.hours)).astimezone(zone)
    day = start.astimezone(zone).date()
    if length.start == "year_end":
        day = day.replace(month=12, day=31)
    last = day + timedelta(days=(length.days or 0) - length.first_day)
    return datetime.combine(last, _LAST_SECOND, zone)


def _rolled(due: datetime, calendar: Calendar, closed_days: Collection[date]) -> datetime:
    day, public = due.date(), _public_holidays(calendar.country)
    while day.weekday() >= _SATURDAY or day in public or f"{day:%m-%d}" in calendar.days or day in closed_days:
        day += timedelta(days=1)
    return datetime.combine(day, due.timetz())


@cache
def _public_holidays(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def _zone(rule: Rule, facts: Facts) -> tzinfo:
    """The law's, the organisation's, where known_at was written, or where the law is at home: an offset alone knows no summer time."""
    if rule.zone or facts.tz:
        return ZoneInfo(rule.zone or facts.tz or "UTC")
    if isinstance(facts.known_at.tzinfo, ZoneInfo):
        return facts.known_at.tzinfo
    offset = facts.known_at.utcoffset() or timedelta()
    homes = [ZoneInfo(name) for name in rule.homes]
    fitting = [home for home in homes if facts.known_at.astimezone(home).utcoffset() == offset]
    return next(iter((*fitting, *homes)), timezone(offset))
