"""Which recipients one choice answers: the same small doubt, and nothing that may be a slip."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.decision import risks
from gateway.grouping import LOW, grouped
from rules.registry import rules
from tests.gateway.test_decision import BLOCKED, DATA, MANY, SLIP, finding, hold

NEW = [f"p{n}@client{n}.example" for n in range(6)]


def new(*places: int, rule: str = "recipient-first-time", **more: Any) -> list[dict[str, Any]]:
    return [finding(rule, recipient=NEW[n]) | more for n in places]


def groups(*findings: dict[str, Any]) -> list[list[str]]:
    """The recipients of each group; the rule where it is about none."""
    held = hold(*findings, to=(*NEW, "tanka@customer.example"))
    return [[r.finding["about"].get("recipient") or r.finding["rule"] for r in g] for g in grouped(risks([held]))]


def test_recipients_of_the_same_small_doubt_are_answered_together_in_the_place_of_the_first() -> None:
    found = groups(SLIP, *new(0), DATA, *new(1, 2), MANY)
    assert found == [["tanka@customer.example"], NEW[:3], ["content-personal-data"], ["recipient-too-many-external"]]


def test_another_reason_rule_or_action_is_another_group() -> None:
    assert groups(*new(0, 1), *new(2, 3, reason="sender"), *new(4, rule="recipient-freemail")) == [
        NEW[:2], NEW[2:4], [NEW[4]],
    ]  # fmt: skip
    assert groups(*new(0, 1), *new(2, action="approve")) == [NEW[:2], [NEW[2]]]


@pytest.mark.parametrize("rule", sorted(rules().keys() - LOW))
def test_whoever_another_rule_speaks_of_stands_alone(rule: str) -> None:
    assert groups(*new(0, 1, rule=rule)) == [[NEW[0]], [NEW[1]]]
    assert groups(*new(0, 1, 2), *new(1, rule=rule)) == [[NEW[0], NEW[2]], [NEW[1]]]


def test_a_usual_address_beside_it_or_a_block_leaves_nobody_in_a_group() -> None:
    assert groups(*new(0, 1, suggestion="x@customer.example")) == [[NEW[0]], [NEW[1]]]
    assert groups(BLOCKED, finding("recipient-first-time", recipient="tanka@customer.example"), *new(0)) == [
        ["tanka@customer.example"], [NEW[0]],
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*LOW, "recipient-unusual"])), max_size=14))
def test_every_risk_is_in_one_group(said: list[tuple[int, str]]) -> None:
    asked = risks([hold(*(finding(rule, recipient=NEW[n]) for n, rule in said), to=tuple(NEW))])
    assert sorted(r.id for g in grouped(asked) for r in g) == sorted(r.id for r in asked)
