"""Grouping: recipients about whom the same small doubt is asked, answered by one choice; what may be a slip is never among them. Pure."""

from collections.abc import Sequence
from typing import Final

from gateway.decision import Risk

LOW: Final = frozenset({"recipient-first-time", "recipient-allowed", "recipient-freemail"})
"""Rules that say something of how the address is known, and nothing against it: of fifty new recipients nobody looks at fifty cards."""


def grouped(asked: Sequence[Risk]) -> tuple[tuple[Risk, ...], ...]:
    """The risks by what one choice may answer, in their order: alone, or together with those of which the same rules say the same.

    Alone stays whatever may be a slip, a look-alike, blocked or disowned, and every file: whatever any other rule speaks of.
    """
    groups: dict[tuple[object, ...], list[Risk]] = {}
    for risk in asked:
        same = (risk.rules, risk.finding.get("reason", ""), risk.choices)
        groups.setdefault(same if _is_low(risk) else (risk.id,), []).append(risk)
    return tuple(map(tuple, groups.values()))


def _is_low(risk: Risk) -> bool:
    of_recipient = bool(risk.finding["about"].get("recipient"))
    return (
        of_recipient and LOW.issuperset(risk.rules) and not any(f.get("suggestion") for f in (risk.finding, *risk.also))
    )
