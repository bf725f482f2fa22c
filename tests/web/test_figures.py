"""The bars of the admin's charts: a rule that asked nothing has none, and what became of a question has a colour of its own."""

import re
from itertools import combinations

import pytest

from web.figures import BECAME, Figure, bars
from web.pages import HERE

STYLE = (HERE / "static" / "style.css").read_text("utf-8")
LIGHT, DARK = (part.partition("}")[0] for part in STYLE.split(":root {")[1:3])


def colour(name: str, scheme: str) -> tuple[int, ...]:
    """Red, green and blue of a piece of a bar."""
    used = re.search(rf"\.bar-{name}(?![\w-])[^{{]*\{{ fill: var\((--[\w-]+)\)", STYLE)
    assert used, name
    given = re.search(rf"{used[1]}: #([0-9a-f]{{3,6}});", scheme)
    assert given, (name, used[1])
    digits = given[1] if len(given[1]) == 6 else "".join(2 * one for one in given[1])
    return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))


def apart(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """How far two colours lie apart; black and white: 765."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_outcome_has_a_colour_that_can_be_told_from_all_others(scheme: str) -> None:
    near = [
        (one, other)
        for one, other in combinations((*BECAME, "waiting"), 2)
        if apart(colour(one, scheme), colour(other, scheme)) < 100
    ]
    assert near == []


def test_a_rule_that_asked_nothing_has_no_bar_and_leaves_no_gap() -> None:
    drawn = bars([Figure("a", counts={"asked": 2, "confirmed": 2}), Figure("b"), Figure("c", counts={"asked": 1})])
    assert [(figure.rule, y) for figure, y, _ in drawn] == [("a", 13), ("c", 47)]
