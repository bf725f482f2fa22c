"""What the policy itself says beside the rules: facts that could not be had, and doubts that are too small alone and add up.

A rule only ever speaks of its own matter. How much each of its findings adds is in `Finding.points`; the sum is made here, by numbers
alone: nothing asks which rule they come from (decision 0020).
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from rules.base import About, Action, Facts, Finding

UNKNOWN = "facts-unknown"
TOGETHER = "doubts-together"
TABLE = "policy"
"""Said by a `[[policy]]` table alone, of what no rule speaks of (`gateway.policy`); it stands in no table of `[rules]`."""
ACTIONS: Mapping[str, Action] = MappingProxyType({UNKNOWN: Action.NOTE, TOGETHER: Action.HOLD})
"""By name in the configuration, with the default action; they have no other option."""

STRENGTH = {action: place for place, action in enumerate(Action)}
"""Action lists them from the weakest to the strongest."""
ENOUGH = 1.0
"""Points about a recipient and about what travels that together are asked about."""

_FACTS = {"contacts": ("取引実績", "the contacts"), "dns": ("宛先ドメインの情報", "the recipient's domain in DNS")}


def strength(finding: Finding) -> int:
    """How strong a finding is beside others."""
    return STRENGTH[finding.action or Action.NOTE]


def unknown(facts: Facts, action: Action) -> Iterator[Finding]:
    """Yield a finding for each fact that could not be had."""
    if action is not Action.OFF:
        for name in facts.unknown:
            yield Finding(About(), _unknown_words(name), rule=UNKNOWN, action=action, reason=name)


def together(findings: Sequence[Finding], action: Action) -> Iterator[Finding]:
    """Yield a finding for each recipient whose points and those of what travels are enough, unless as much is asked of it already."""
    travels = max((f for f in findings if not f.about.recipient), key=_points, default=None)
    if action is Action.OFF or travels is None or not travels.points:
        return
    asked: dict[str, int] = {}
    doubts: dict[str, Finding] = {}
    for found in findings:
        if address := found.about.recipient:
            asked[address] = max(asked.get(address, 0), strength(found) if found.action is not Action.NOTE else 0)
            doubts[address] = max(doubts.get(address, found), found, key=_points)
    for address, doubt in doubts.items():
        if doubt.points and doubt.points + travels.points >= ENOUGH and asked[address] < STRENGTH[action]:
            yield _sum(doubt, travels, action)


def _points(finding: Finding) -> float:
    return finding.points


def _sum(doubt: Finding, travels: Finding, action: Action) -> Finding:
    """Both reasons in one: the sender reads why the recipient is asked about although it is only a little unusual."""
    ja, en = f"{doubt.words['ja']}{travels.words['ja']}", f"{doubt.words['en']} {travels.words['en']}"
    return Finding(
        doubt.about,
        {
            "ja": f"{ja}このような内容を送るため、宛先を念のためご確認ください。",
            "en": f"{en} With this in the message, please check the recipient once more.",
        },
        suggestion=doubt.suggestion,
        evidence={"points_recipient": doubt.points, "points_content": travels.points},
        score=doubt.score,
        action=action,
        reason=f"{doubt.rule}+{travels.rule}",
        rule=TOGETHER,
    )


def adds_up(finding: Finding) -> tuple[str, ...]:
    """The rules whose findings it rests on; nothing for a finding of one rule."""
    return tuple(finding.reason.split("+")) if finding.rule in {TOGETHER, TABLE} and finding.reason else ()


def _unknown_words(name: str) -> Mapping[str, str]:
    ja, en = _FACTS.get(name, (name, name))
    return {
        "ja": f"{ja}を時間内に調べられませんでした。この点は確認できていません。",
        "en": f"Nothing could be learnt in time about {en}; this point is unchecked.",
    }
