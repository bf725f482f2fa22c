"""Policy: what follows from all the `[[policy]]` tables that fit one message: the strongest, whatever their order. Pure.

    findings of the rules ─► applied: tables raise them, or add their own ─► exemptions, must_pass ─► parts (gateway.parts)

A table never lowers what a rule asks: that is what exemptions are for, with owner, reason and end.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from gateway.conditions import UNREAD, Conditions, Occasion
from gateway.policy_tables import PolicyTable, Scope
from mail.address import domain_key
from rules.base import About, Action, Exposure, Finding
from rules.policy_findings import STRENGTH, TABLE
from rules.providers import FREE_MAIL
from rules.verdict import PERSONAL, Policy, Verdict, disposition, order

FREEMAIL: Final = "recipient-freemail"
_ASKS: Final[Mapping[Action, tuple[str, str]]] = {
    Action.NOTE: ("この送信を記録します。", "this is written down."),
    Action.DELAY: (
        "取り消されなければ、しばらくしてから自動で送信されます。",
        "it is sent by itself after a while, unless it is cancelled.",
    ),
    Action.HOLD: ("送信前の確認が必要です。", "it has to be checked before it is sent."),
    Action.APPROVE: ("送信には別の人の承認が必要です。", "somebody else has to agree before it is sent."),
    Action.REJECT: ("送信できません。", "it cannot be sent."),
}


class Tables:
    """The tables of the settings, made ready."""

    def __init__(
        self,
        tables: Sequence[PolicyTable] = (),
        *,
        groups: Mapping[str, tuple[str, ...]] | None = None,
        policy: Policy | None = None,
        delay: int = 0,
        scope: Scope = "message",
        domains: Collection[str] = (),
    ) -> None:
        """`delay` (seconds), `scope`: of `[hold]`; `domains`: our own; `policy`: for its list of public providers."""
        self.scope = scope
        self._tables = tuple(tables)
        self._delay = delay
        free, own = _free(policy), frozenset(domains)
        self._conditions = tuple(Conditions(table, groups or {}, free, own) for table in tables)

    def __bool__(self) -> bool:
        """Whether they make anything different."""
        return bool(self._tables or self._delay) or self.scope != "message"

    def numbered(self, numbers: Iterable[int]) -> tuple[PolicyTable, ...]:
        """The tables of these numbers, from 1; without those that are not there: the settings may be others than then."""
        return tuple(self._tables[n - 1] for n in numbers if 0 < n <= len(self._tables))

    def whom(self, numbers: Iterable[int], recipients: Collection[str]) -> frozenset[str]:
        """The recipients that some of these tables are about."""
        known = (self._conditions[n - 1] for n in numbers if 0 < n <= len(self._tables))
        return frozenset(address for conditions in known for address in conditions.whom(recipients))

    def applied(self, verdict: Verdict, occasion: Occasion) -> Verdict:
        """The verdict with what the tables make of it."""
        fitting = self.fitting(verdict, occasion)
        findings = [self._raised(f, occasion, fitting) for f in verdict.findings]
        findings += self._added(verdict.exposure, occasion, fitting)
        ordered = tuple(sorted(findings, key=order))
        return replace(verdict, findings=ordered, disposition=disposition(ordered))

    def fitting(self, verdict: Verdict, occasion: Occasion) -> tuple[int, ...]:
        """The numbers, from 1, of all tables that fit."""
        return tuple(n for n, conditions in enumerate(self._conditions, 1) if conditions.fit(verdict, occasion))

    def _raised(self, found: Finding, occasion: Occasion, fitting: Iterable[int]) -> Finding:
        """A finding with the strongest of its own action and of what the tables say of it."""
        best, numbers = found.action or Action.NOTE, list[int]()
        for number in fitting:
            table, conditions = self._tables[number - 1], self._conditions[number - 1]
            action = Action(table.action)
            if STRENGTH[action] < STRENGTH[best] or action is Action.NOTE or found.rule not in table.rules:
                continue
            if conditions.speak_of(found, frozenset(conditions.whom(occasion.recipients))):
                numbers = [*numbers, number] if action is best else [number]
                best = action
        if not numbers and best is not Action.DELAY:
            return found
        own = self._delay if found.action is Action.DELAY else 0
        return replace(found, action=best, tables=tuple(numbers), delay=max(own, self._wait(best, numbers)))

    def _added(self, exposure: Exposure, occasion: Occasion, fitting: Iterable[int]) -> Iterator[Finding]:
        """What tables say that name no rule: of each of their recipients where they choose among them, else of the message."""
        # What rests on other findings is another point: an exemption of the one takes nothing away from the other.
        said: dict[tuple[About, Action, str], list[int]] = {}
        for number in fitting:
            table, conditions = self._tables[number - 1], self._conditions[number - 1]
            if table.rules:
                continue
            action = Action(table.action)
            chosen = table.recipients or table.recipient_groups or table.freemail
            each = chosen and action in {Action.HOLD, Action.APPROVE}  # so that one of them can be left out
            for address in conditions.whom(occasion.recipients) if each else ("",):
                said.setdefault((About(address), action, _rests_on(table)), []).append(number)
        for (about, action, rests_on), numbers in said.items():
            yield self._own(about, action, rests_on, numbers, exposure)

    def _own(self, about: About, action: Action, rests_on: str, numbers: Sequence[int], exposure: Exposure) -> Finding:
        """A finding of the tables' own; its reason names the rules that it rests on."""
        tables = self.numbered(numbers)
        return Finding(
            about,
            _words(tables, action, about.recipient),
            evidence={"persons": exposure.persons_max} if PERSONAL in rests_on else {},
            action=action,
            reason=rests_on,
            rule=TABLE,
            tables=tuple(numbers),
            delay=self._wait(action, numbers),
        )

    def _wait(self, action: Action, numbers: Iterable[int]) -> int:
        """The longest delay of these tables; 0 for another action."""
        if action is not Action.DELAY:
            return 0
        return max((table.delay or self._delay for table in self.numbered(numbers)), default=0)


def _rests_on(table: PolicyTable) -> str:
    """The rules whose findings make a table fit that names none."""
    rules = {PERSONAL} if table.kinds or table.persons else set[str]()
    return "+".join(sorted(rules | ({UNREAD} if table.encrypted else set())))


def _free(policy: Policy | None) -> frozenset[str]:
    """Public providers as the rule knows them."""
    settings = policy.rules.get(FREEMAIL) if policy else None
    if settings is None:
        return FREE_MAIL
    also, never = (frozenset(map(domain_key, getattr(settings.options, name))) for name in ("also", "never"))
    return (FREE_MAIL | also) - never


def _words(tables: Sequence[PolicyTable], action: Action, recipient: str) -> dict[str, str]:
    """What the sender reads: the settings' own words, else which policy it is and what it asks."""
    ja, en = _ASKS[action]
    names = [t.name for t in tables if t.name]
    named_ja, named_en = "".join(f"「{n}」" for n in names), ", ".join(f"“{n}”" for n in names)
    about_ja, about_en = (f"{recipient} への送信: ", f"To {recipient}: ") if recipient else ("", "")
    said = {
        "ja": f"{about_ja}組織のポリシー{named_ja}により、{ja}",
        "en": f"{about_en}By a policy of the organisation{f' ({named_en})' if names else ''} {en}",
    }
    given = {str(language): text for table in reversed(tables) for language, text in table.words.items()}
    return said | given
