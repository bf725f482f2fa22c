"""The law as data: rules of when which report is owed to whom, each with its source and the days on which it is in force."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from notifier.options import Options
from response.deadline_conditions import Conditions
from response.deadline_facts import Jurisdiction
from response.manual import Words

FOLDER = Path(__file__).parent / "deadlines"
Kind = Literal["hard", "soft"]


class LawError(ValueError):
    """A file of the law cannot be used; one line a mistake."""


class Reason(Options):
    """Why something is owed, or is not."""

    when: Conditions = ()
    words: Words
    basis: str = ""
    """Its number in the law, where interfaces name it: 1 sensitive, 2 financial, 3 malicious, 4 number of persons, N My Number."""


class Length(Options):
    """How long, and how it is counted: in days that end at 23:59:59 of the rule's zone, or in elapsed hours."""

    when: Conditions = ()
    """The first that holds is taken; among those of which nobody knows, the one that ends first."""
    days: int | None = Field(default=None, ge=1)
    hours: int | None = Field(default=None, ge=1)
    first_day: Literal[0, 1] = 0
    """1: the day of the start is day 1 · 0: the day after it is."""
    start: Literal["known_at", "assessed_at", "year_end"] = "known_at"
    """`year_end`: 31 December of the year in which it was known."""
    words: Words | None = None
    """Said instead of the step's."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.days is None) == (self.hours is None):
            raise ValueError("give days or hours")
        if self.hours is not None and self.start == "year_end":
            raise ValueError("hours run from an instant, not from the end of a year")
        return self


class Step(Options):
    """One of the things that a rule wants."""

    name: str = Field(pattern=r"^[a-z]+$")
    kind: Kind
    words: Words
    lengths: tuple[Length, ...] = ()
    """None: owed without a date, and soft."""

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if not self.lengths and self.kind != "soft":
            raise ValueError("without a length a step is soft")
        if self.lengths and self.lengths[-1].when:
            raise ValueError("the last length has no condition")
        return self


class Rule(Options):
    """One duty, as long as it is in force."""

    id: str = Field(pattern=r"^[A-Z]{2}(-[A-Z]+)+$")
    jurisdiction: Jurisdiction
    to: Words
    zone: str = ""
    """IANA; "": the organisation's."""
    homes: tuple[str, ...] = ()
    """Where no organisation's zone is given: the first of these whose offset known_at bears, else the first."""
    roll: str = ""
    """A calendar of the file: a last day on which it is closed moves to the next open day."""
    valid_from: date
    valid_to: date | None = None
    """The last day, both by when it was known."""
    only_if: Reason | None = None
    """Without this nothing is owed; its words say why not."""
    triggers: tuple[Reason, ...] = Field(min_length=1)
    """Any of them makes it owed."""
    exemptions: tuple[Reason, ...] = ()
    """Any of them frees."""
    otherwise: Words
    """Why it is not owed when no trigger applies."""
    note: Words | None = None
    """Shown beside it; changes nothing."""
    steps: tuple[Step, ...] = Field(min_length=1)
    source: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://")

    @property
    def version(self) -> str:
        """Since when, and a digest of what it says."""
        return f"{self.valid_from} {hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]}"


class Calendar(Options):
    """Days on which an authority is closed, beside Saturday and Sunday."""

    country: str
    """Its public holidays (ISO 3166)."""
    days: tuple[Annotated[str, Field(pattern=r"^\d\d-\d\d$")], ...] = ()
    """Every year, month-day."""


@dataclass(frozen=True, slots=True)
class Law:
    """All rules that are known."""

    rules: tuple[Rule, ...]
    calendars: Mapping[str, Calendar]

    def of(self, jurisdiction: Jurisdiction) -> tuple[Rule, ...]:
        """The rules of one, in the order of its file."""
        return tuple(rule for rule in self.rules if rule.jurisdiction == jurisdiction)


class _File(Options):
    calendars: Mapping[str, Calendar] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        lost = sorted({rule.roll for rule in self.rules if rule.roll} - set(self.calendars))
        if lost:
            raise ValueError(f"calendars: these are named by a rule and do not exist: {', '.join(lost)}")
        spans: dict[tuple[str, str], list[tuple[date, date]]] = {}
        for rule in self.rules:
            for step in rule.steps:
                spans.setdefault((rule.id, step.name), []).append((rule.valid_from, rule.valid_to or date.max))
        for (name, which), found in spans.items():
            if any(former[1] >= later[0] for former, later in pairwise(sorted(found))):
                raise ValueError(f"rules: {name} {which} is there twice on one day; look at valid_from and valid_to")
        return self


@cache
def law() -> Law:
    """What is shipped, read once. Raises `LawError`."""
    files = [parse(path.read_text(encoding="utf-8"), str(path)) for path in sorted(FOLDER.glob("*.toml"))]
    calendars = Counter(name for file in files for name in file.calendars)
    if calendars and calendars.most_common(1)[0][1] > 1:
        raise LawError(f"{FOLDER}: the calendar {calendars.most_common(1)[0][0]} stands in two files")
    return Law(tuple(r for f in files for r in f.rules), {n: c for f in files for n, c in f.calendars.items()})


def parse(text: str, file: str) -> Law:
    """Read one file. In it, `triggers`, `exemptions` and `words` of a rule may name lists of `[sets]`. Raises `LawError`."""
    try:
        table = tomllib.loads(text)
        sets = table.pop("sets", {})
        for rule in table.get("rules", ()):
            for key in ("triggers", "exemptions"):
                rule[key] = [one for named in rule.get(key, ()) for one in _spelled(named, sets)]
        read = _File.model_validate(table)
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise LawError(f"{file}: {error}") from error
    except ValidationError as error:
        lines = (f"{file}: {'.'.join(str(p) for p in item['loc']) or 'file'}: {item['msg']}" for item in error.errors())
        raise LawError("\n".join(lines)) from error
    return Law(read.rules, read.calendars)


def _spelled(named: Any, sets: Mapping[str, Any]) -> list[Any]:
    if not isinstance(named, str):
        return [named]
    if named not in sets:
        raise KeyError(f"sets.{named} is named by a rule and does not exist")
    return list(sets[named])
