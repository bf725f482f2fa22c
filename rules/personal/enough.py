"""How many numbers of a kind are enough to ask about: what the settings say, else the kind's own `ENOUGH`, else one."""

from collections.abc import Mapping
from functools import cache

from rules.personal import recognisers
from rules.personal.recogniser import Weight


def enough(kind: str, said: Mapping[str, int]) -> int:
    """So many different ones; 0: never by themselves. `said`: `[rules.content-personal-data] kinds`."""
    return said[kind] if kind in said else numbers()[kind]


@cache
def numbers() -> Mapping[str, int]:
    """Every kind of number that may be enough by itself, with how many are where the settings say nothing."""
    return {
        kind: getattr(module, "ENOUGH", 1) for kind, module in recognisers().items() if module.WEIGHT is Weight.SPECIAL
    }
