"""What `[[policy]]` says and cannot mean: tables that can never fit or count, that contradict one another, that would send in silence."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from gateway.conditions import ENCRYPTED, UNREAD
from gateway.policy_tables import PolicyTable
from mail.address import domain_key, split
from rules.base import Action
from rules.personal import names as kinds
from rules.policy_findings import STRENGTH
from rules.verdict import PERSONAL, RuleSettings
from service.problems import Found, Place, meant

if TYPE_CHECKING:
    from service.settings import Tables

_OF_ACTION: Final = {"delay": "delay", "approvers": "approve"}
_WAITS: Final = ("hold", "approve")
_LISTS: Final = ("rules", "kinds", "senders", "groups")
_WHOM: Final = ("recipients", "recipient_groups")
_YES: Final = ("encrypted", "freemail")


def mistakes(settings: "Tables", rules: Mapping[str, RuleSettings]) -> Found:
    """Yield what cannot be used as it stands."""
    for number, table in enumerate(settings.policy):
        place: Place = ("policy", number)
        yield from _names(place, table, settings, rules)
        yield from _action(place, table, settings)
        yield from _silence(place, table, rules)
        yield from _never_fits(place, table, settings, rules)
        for other, earlier in enumerate(settings.policy[:number], 1):
            if _conditions(earlier) == _conditions(table) and earlier.action != table.action:
                words = f'says "{table.action}" of what policy[{other}] says "{earlier.action}" of, under the same conditions'
                yield (*place, "action"), f"{words}; the stronger always wins: remove one"


def cautions(settings: "Tables", rules: Mapping[str, RuleSettings]) -> Found:
    """Yield tables that fit and yet change nothing, and rules whose delay nobody set."""
    for number, table in enumerate(settings.policy):
        place: Place = ("policy", number)
        if table.rules and all(_is_weaker(table, rules[name]) for name in table.rules):
            yield (
                place,
                "changes nothing: each of its rules does more by itself; a table never lowers, [[exemptions]] do",
            )
        for other, stronger in enumerate(settings.policy):
            if other != number and _covers(stronger, table):
                yield place, f"never counts: policy[{other + 1}] fits whenever it does, and is stronger"
    asks_deputies = next((n for n, table in enumerate(settings.policy) if table.silence == "deputy"), None)
    if asks_deputies is not None and not any(person.deputy for person in settings.organisation.people):
        words = "nobody of organisation.people has a deputy: what nobody answers is cancelled then; name one, or write cancel"
        yield ("policy", asks_deputies, "silence"), words
    for name, rule in rules.items():
        if rule.action is Action.DELAY and not settings.hold.delay:
            yield (
                ("rules", name, "action"),
                'is "delay", and hold.delay is 0: it asks like "hold"; set hold.delay, for example "10m"',
            )


def _names(place: Place, table: PolicyTable, settings: "Tables", rules: Mapping[str, RuleSettings]) -> Found:
    known = {"rules": rules, "kinds": kinds()}
    for key, there in known.items():
        for number, name in enumerate(getattr(table, key)):
            if name not in there:
                what = "a rule" if key == "rules" else "a kind of personal data"
                yield (*place, key, number), f"{name} is not {what}; {meant(name, there)}"
    for key in ("groups", "recipient_groups"):
        for number, name in enumerate(getattr(table, key)):
            if not settings.gate.groups.get(name):
                groups = [group for group, members in settings.gate.groups.items() if members]
                advice = meant(name, groups) if groups else "name its members there"
                yield (*place, key, number), f"{name} is no group with members in [gate.groups]; {advice}"


def _action(place: Place, table: PolicyTable, settings: "Tables") -> Found:
    """Keys that belong to another action."""
    for key, action in _OF_ACTION.items():
        if getattr(table, key) and table.action != action:
            yield (*place, key), f'belongs to action = "{action}", not "{table.action}"'
    if table.action == "delay" and not table.delay and not settings.hold.delay:
        yield (*place, "delay"), 'is missing: how long it waits; write for example "10m", here or in [hold]'
    if table.scope and table.action in {"note", "reject"}:
        yield (*place, "scope"), f'has no meaning with action = "{table.action}": nothing waits'
    if table.approvers and table.approvals > len(table.approvers):
        yield (*place, "approvals"), f"is {table.approvals}, and only {len(table.approvers)} approvers are named"


def _silence(place: Place, table: PolicyTable, rules: Mapping[str, RuleSettings]) -> Found:
    if table.silence and table.action not in _WAITS:
        yield (*place, "silence"), f'has no meaning with action = "{table.action}": nobody is waited for'
    elif table.silence == "send" and table.action == "approve":
        yield (
            (*place, "silence"),
            "what somebody else must agree to is never sent without a word; write cancel or deputy",
        )
    elif table.silence == "send" and not table.send_flagged and (rule := _flags(table, rules)):
        doubt = f"{rule} names whom it is about: they count as in doubt" if rule in _WHOM else rule
        words = f"would send to a recipient in doubt ({doubt}) without an answer"
        yield (*place, "silence"), f'{words}; write "cancel", or beside it send_flagged = true if that is meant'
    if table.send_flagged and table.silence != "send":
        yield (*place, "send_flagged"), 'belongs to silence = "send"'


def _flags(table: PolicyTable, rules: Mapping[str, RuleSettings]) -> str:
    """What puts a recipient in doubt by this table; "" where nothing does."""
    of_recipients = [name for name in table.rules if name not in rules or not name.startswith("content-")]
    if of_recipients:
        return of_recipients[0]
    chosen = next((key for key in (*_WHOM, "freemail") if getattr(table, key)), "")
    return chosen if not table.rules else ""


def _never_fits(place: Place, table: PolicyTable, settings: "Tables", rules: Mapping[str, RuleSettings]) -> Found:
    """Conditions that contradict the rules, or one another."""
    off = [name for name in table.rules if name in rules and rules[name].action is Action.OFF]
    if table.rules and len(off) == len(table.rules):
        yield (*place, "rules"), f'can never fit: {", ".join(off)} is "off" and finds nothing; set it to "note"'
    measured = next((key for key in ("kinds", "persons") if getattr(table, key)), "")
    if measured and rules[PERSONAL].action is Action.OFF:
        yield (*place, measured), f'can never be known: rules.{PERSONAL} is "off" and counts nothing; set it to "note"'
    if table.encrypted and _never_unread(rules[UNREAD]):
        yield (*place, "encrypted"), f'can never fit: rules.{UNREAD} is "off" for encrypted mail and archives'
    if table.freemail and table.to == "inside":
        yield (*place, "freemail"), 'can never fit with to = "inside": no mailbox of ours is at a public provider'
    own = {domain_key(domain) for domain in settings.organisation.domains}
    for key in ("recipients",) if not table.recipient_groups else ():
        named = [domain_key(split(address)[1]) for address in getattr(table, key)]
        if named and table.to != "anyone" and all((domain in own) == (table.to == "outside") for domain in named):
            there = "inside" if table.to == "outside" else "outside"
            yield (*place, key), f'can never fit with to = "{table.to}": all of them are {there}'


def _never_unread(rule: RuleSettings) -> bool:
    if rule.action is Action.OFF:
        return True
    return all(getattr(rule.options.reasons, reason) is Action.OFF for reason in ENCRYPTED)


def _is_weaker(table: PolicyTable, rule: RuleSettings) -> bool:
    return STRENGTH[Action(table.action)] < STRENGTH[rule.action] or table.action == "note"


def _conditions(table: PolicyTable) -> tuple[object, ...]:
    """When it fits, in a form that can be compared."""
    lists = (frozenset(getattr(table, key)) for key in (*_LISTS, *_WHOM))
    return (*lists, *(getattr(table, key) for key in (*_YES, "persons", "to", "reply", "urgent")))


def _covers(wide: PolicyTable, narrow: PolicyTable) -> bool:
    """Whether the one fits whenever the other does, is stronger, and stops as many."""
    if STRENGTH[Action(wide.action)] <= STRENGTH[Action(narrow.action)] or bool(wide.rules) != bool(narrow.rules):
        return False
    if wide.scope != narrow.scope or not set(narrow.rules) <= set(wide.rules) or wide.to not in {narrow.to, "anyone"}:
        return False
    return all(_wider(wide, narrow))


def _wider(wide: PolicyTable, narrow: PolicyTable) -> Iterator[bool]:
    """For each condition whether the one asks for no more than the other."""
    for keys in (("kinds",), ("senders", "groups"), _WHOM):
        asks, given = ([set(getattr(table, key)) for key in keys] for table in (wide, narrow))
        named = any(given) and all(one <= other for one, other in zip(given, asks, strict=True))
        yield not any(asks) or named
    yield wide.persons <= narrow.persons
    yield from (not getattr(wide, key) or getattr(narrow, key) for key in _YES)
    yield from (getattr(wide, key) in {None, getattr(narrow, key)} for key in ("reply", "urgent"))
