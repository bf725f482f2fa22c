"""Damage: what a leak might cost if every person sued, by JNSA's JO model; a rough aid for decisions, with all that it was made of.

per person = 500 × sensitivity × identifiability × social responsibility × response
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from notifier.options import Options
from response.known import Known
from response.manual import Words

FILE = Path(__file__).parent / "damage.toml"
ROUGH = Words(
    ja="全員が損害賠償を請求したと想定した、判断のための大まかな目安です。実際の賠償額を示すものではありません。",
    en="A rough aid for decisions, as if every person sued; no forecast of what will be paid.",
)
_ORDINARY = (1, 1)
_NAME, _ADDRESS, _PHONE = "person_name", "postal_address", "phone"

Level = Annotated[int, Field(ge=1, le=3)]


class _Table(Options):
    source: str
    url: str
    basic: int
    kinds: Mapping[str, tuple[Level, Level]]
    facts: Mapping[str, tuple[Level, Level]]


@dataclass(frozen=True, slots=True)
class Range:
    """A number of which only the bounds are known."""

    least: int
    most: int | None
    """None: nobody knows."""


@dataclass(frozen=True, slots=True)
class Leaked:
    """What the estimate is made of."""

    kinds: Mapping[str, int] | None
    """Kinds of personal data with their counts; None: nobody knows what left."""
    persons: Range
    sensitive: bool | None = False
    financial: bool | None = False
    is_trusted_above_ordinary: bool = False
    """Medical, finance, public or large: social responsibility 2."""
    response: Literal[1, 2] | None = None
    """1 fit · 2 unfit · None: to be seen, the range covers both."""


@dataclass(frozen=True, slots=True)
class Input:
    """One factor as it stands in the estimate."""

    name: Literal["basic", "sensitivity", "identifiability", "responsibility", "response", "persons"]
    value: Range
    because: Words


@dataclass(frozen=True, slots=True)
class Estimate:
    """Yen."""

    per_person: Range
    total: Range
    inputs: tuple[Input, ...]
    rough: Words = ROUGH

    @property
    def source(self) -> str:
        """Where the model comes from, with its address."""
        return f"{_table().source} {_table().url}"


def of_case(found: Known, *, great_responsibility: bool) -> Estimate:
    """Estimate it for a case on what is known now."""
    persons = found.value("persons") or {"min": 0, "max": None}
    return estimate(
        Leaked(
            kinds=found.value("kinds"),
            persons=Range(persons["min"], persons["max"]),
            sensitive=found.value("sensitive"),
            financial=found.value("financial"),
            is_trusted_above_ordinary=great_responsibility,
        )
    )


def estimate(leaked: Leaked) -> Estimate:
    """Estimate the damage per person and in total; what is not known widens the range, and has no upper end where nothing is known.

    >>> estimate(Leaked({"person_name": 3, "postal_address": 3}, Range(3, 3), response=1)).per_person
    Range(least=6000, most=6000)
    """
    inputs = (
        Input("basic", Range(_table().basic, _table().basic), Words(ja="基礎情報価値（円）", en="basic value (yen)")),
        _sensitivity(leaked),
        _identifiability(leaked),
        _responsibility(leaked),
        _response(leaked),
        Input("persons", leaked.persons, Words(ja="本人の数", en="number of persons")),
    )
    nothing = leaked.kinds is not None and not any(leaked.kinds.values()) and not (leaked.sensitive or leaked.financial)
    per_person = Range(0, 0) if nothing else _product(one.value for one in inputs[:-1])
    return Estimate(per_person, _product([per_person, leaked.persons]), inputs)


def _product(factors: Iterable[Range]) -> Range:
    least, most = 1, 1
    is_known = True
    for factor in factors:
        least *= factor.least
        if factor.most is None:
            is_known = False
        else:
            most *= factor.most
    return Range(least, most if is_known or not most else None)


def _sensitivity(leaked: Leaked) -> Input:
    """The highest of all that leaked: 10^(x-1) + 5^(y-1)."""
    table = _table()
    said = {"sensitive": leaked.sensitive, "financial": leaked.financial}
    found = [table.kinds.get(kind, _ORDINARY) for kind, count in (leaked.kinds or {}).items() if count]
    sure = [*found, *(table.facts[name] for name, is_so in said.items() if is_so)]
    perhaps = [*sure, *(table.facts[name] for name, is_so in said.items() if is_so is None)]
    least, most = max(map(_weight, sure or [_ORDINARY])), max(map(_weight, perhaps or [_ORDINARY]))
    words = Words(
        ja="機微情報度：漏えいした項目のうち最も高いもの、10^(x-1)+5^(y-1)",
        en="sensitivity: the highest of the items that leaked, 10^(x-1)+5^(y-1)",
    )
    return Input("sensitivity", Range(least, None if leaked.kinds is None else most), words)


def _weight(level: tuple[int, int]) -> int:
    x, y = level
    return int(10 ** (x - 1) + 5 ** (y - 1))


def _identifiability(leaked: Leaked) -> Input:
    words = Words(
        ja="本人特定容易度：氏名と住所 6、氏名または住所と電話番号 3、その他 1",
        en="identifiability: name and address 6; name, or address and telephone 3; else 1",
    )
    if leaked.kinds is None:
        return Input("identifiability", Range(1, 6), words)
    there = {kind for kind, count in leaked.kinds.items() if count}
    ease = 6 if {_NAME, _ADDRESS} <= there else 3 if _NAME in there or {_ADDRESS, _PHONE} <= there else 1
    return Input("identifiability", Range(ease, ease), words)


def _responsibility(leaked: Leaked) -> Input:
    factor = 2 if leaked.is_trusted_above_ordinary else 1
    words = Words(
        ja="社会的責任度：医療・金融・公共・大企業など一般より高い 2、一般的 1",
        en="social responsibility: above the ordinary (medical, finance, public, large) 2; ordinary 1",
    )
    return Input("responsibility", Range(factor, factor), words)


def _response(leaked: Leaked) -> Input:
    words = Words(ja="事後対応評価：不適切 2、適切 1", en="response: unfit 2; fit 1")
    return Input("response", Range(leaked.response or 1, leaked.response or 2), words)


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
