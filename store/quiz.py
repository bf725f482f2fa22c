"""Quiz: how many of a unit answered, and how many rightly; sums of a year, no person and no time of day."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from store.binding import Binding
from store.tables.drills import quiz_answers

WHOLE = ""
"""In the place of a question: the quiz as a whole: taken, passed."""


@dataclass(frozen=True, slots=True)
class QuizSum:
    """What one unit answered to one question in one year."""

    year: int
    unit: str
    question: str
    answered: int
    correct: int


class QuizShelf:
    """The sums."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._insert = binding.insert

    def add(self, year: int, unit: str, answers: Mapping[str, bool]) -> None:
        """Count one quiz: question → right; `WHOLE` → passed."""
        c = quiz_answers.c
        for question in sorted(answers):
            new = self._insert(quiz_answers).values(
                year=year, unit=unit, question=question, answered=1, correct=int(answers[question])
            )
            more = {"answered": c.answered + new.excluded.answered, "correct": c.correct + new.excluded.correct}
            self._db.execute(new.on_conflict_do_update(index_elements=["year", "unit", "question"], set_=more))

    def of_year(self, year: int) -> tuple[QuizSum, ...]:
        """All sums of a year."""
        c = quiz_answers.c
        query = select(quiz_answers).where(c.year == year).order_by(c.unit, c.question)
        return tuple(QuizSum(r.year, r.unit, r.question, r.answered, r.correct) for r in self._db.execute(query))
