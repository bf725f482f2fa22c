"""Conditions of the law's data over facts: `sensitive`, `subjects > 1000`, `risk = high`; so, not so, or nobody knows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, ne
from typing import Annotated, Any

from pydantic import BeforeValidator

from response.deadline_facts import Facts

_CONDITION = re.compile(r"(?P<fact>\w+)(?: (?P<sign>>=|>|!=|=) (?P<value>\w+))?")
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {">": gt, ">=": ge, "=": eq, "!=": ne}


@dataclass(frozen=True, slots=True)
class Condition:
    """`sensitive`, `subjects > 1000`, `risk = high`."""

    fact: str
    sign: str = ""
    value: str = ""

    def holds(self, facts: Facts) -> bool | None:
        """Whether it is so; None where the fact is not known."""
        known = facts.of(self.fact)
        if known is None or not self.sign:
            return known if known is None else bool(known)
        return _SIGNS[self.sign](known, int(self.value) if self.value.isdecimal() else self.value)


def _condition(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    read = _CONDITION.fullmatch(given)
    if read is None or read["fact"] not in Facts.model_fields:
        raise ValueError(f"{given}: no condition over a known fact, for example: subjects > 1000")
    return Condition(read["fact"], read["sign"] or "", read["value"] or "")


Conditions = tuple[Annotated[Condition, BeforeValidator(_condition)], ...]
"""All must hold; none: always."""


def holds(conditions: Conditions, facts: Facts) -> bool | None:
    """Whether all hold; None: nobody knows yet."""
    found = [condition.holds(facts) for condition in conditions]
    return False if False in found else None if None in found else True
