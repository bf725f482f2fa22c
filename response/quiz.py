"""The quiz: questions as data, each with why and the step of the manual; what is counted is of a unit and a year, never of a person."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from mail.address import domain_key, key, split
from notifier.options import Options, Organisation
from response.manual import Words
from store.quiz import WHOLE, QuizSum
from store.shelves import Shelves

FOLDER: Final = Path(__file__).parent / "quiz"
PASS: Final = 0.8
"""So many of the answers must be right."""
FEWEST: Final = 5
"""Answers of a unit that are shown alone; of fewer people somebody could be guessed."""


class QuizError(ValueError):
    """The quiz cannot be used; one line a mistake, `file: key: what is wrong`."""


class Question(Options):
    """One question with its options, of which one is right."""

    id: str = Field(pattern=r"^[a-z0-9-]+$", min_length=1, max_length=64)
    question: Words
    options: tuple[Words, ...] = Field(min_length=2, max_length=6)
    answer: int = Field(ge=1)
    """Which option is right, counted from 1."""
    why: Words
    step: str
    """Of the manual."""
    source: str = ""

    @model_validator(mode="after")
    def _answers_exist(self) -> Self:
        if self.answer > len(self.options):
            raise ValueError(f"answer: there are only {len(self.options)} options")
        return self


class _File(Options):
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [one.id for one in self.questions]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"questions: these ids stand twice: {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True)
class Graded:
    """What somebody answered; kept nowhere."""

    right: Mapping[str, bool]
    """By question."""

    @property
    def count(self) -> int:
        """How many were right."""
        return sum(self.right.values())

    @property
    def passed(self) -> bool:
        """Whether enough were."""
        return self.count >= PASS * len(self.right)


@dataclass(frozen=True, slots=True)
class Result:
    """What one unit answered in a year."""

    unit: str
    """Mailbox of a team, or a domain; "" the small ones together."""
    taken: int
    passed: int
    by_question: Mapping[str, tuple[int, int]]
    """Question → answered, right."""


@cache
def questions() -> tuple[Question, ...]:
    """All of them, file by file. Raises `QuizError`."""
    return tuple(one for path in sorted(FOLDER.glob("*.toml")) for one in parse(path.read_bytes(), str(path)))


def parse(content: bytes, file: str) -> tuple[Question, ...]:
    """Read and check one file. Raises `QuizError` with every mistake at once."""
    try:
        return TypeAdapter(_File).validate_python(tomllib.loads(content.decode())).questions
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise QuizError(f"{file}: {error}") from error
    except ValidationError as error:
        lines = [f"{file}: {'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors()]
        raise QuizError("\n".join(lines)) from error


def grade(given: Mapping[str, int], asked: Iterable[Question]) -> Graded:
    """Compare answers (question → option, counted from 1); what was left out is not right."""
    return Graded({one.id: given.get(one.id) == one.answer for one in asked})


def unit_of(person: str, organisation: Organisation) -> str:
    """The unit somebody is counted with: the first of their teams, else the domain."""
    known = organisation.person(person)
    return key(known.teams[0]) if known and known.teams else domain_key(split(person)[1])


def count(shelves: Shelves, unit: str, graded: Graded, at: datetime) -> None:
    """Add one quiz to the sums of its unit; nothing says whose it was."""
    shelves.quiz.add(at.year, unit, {**graded.right, WHOLE: graded.passed})


def results(sums: Iterable[QuizSum]) -> tuple[Result, ...]:
    """By unit, the small ones together and last; so few that they could be guessed even then are left out."""
    of_unit: dict[str, list[QuizSum]] = defaultdict(list)
    for one in sums:
        of_unit[one.unit].append(one)
    large = {unit: rows for unit, rows in of_unit.items() if _taken(rows) >= FEWEST}
    small = [row for unit, rows in of_unit.items() if unit not in large for row in rows]
    shown = [_result(unit, rows) for unit, rows in sorted(large.items())]
    return (*shown, *([_result("", small)] if _taken(small) >= FEWEST else ()))


def total(sums: Iterable[QuizSum]) -> tuple[int, int]:
    """How many took it and how many passed."""
    whole = [one for one in sums if one.question == WHOLE]
    return sum(one.answered for one in whole), sum(one.correct for one in whole)


def _taken(rows: Iterable[QuizSum]) -> int:
    return total(rows)[0]


def _result(unit: str, rows: Iterable[QuizSum]) -> Result:
    rows = tuple(rows)
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row.question != WHOLE:
            answered, right = found.get(row.question, (0, 0))
            found[row.question] = answered + row.answered, right + row.correct
    return Result(unit, *total(rows), found)
