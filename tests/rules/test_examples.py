"""Every rule and every recogniser does what its own examples say; one test for all of them."""

import pytest

from rules import registry
from rules.base import Example
from rules.personal import recognisers
from rules.personal.recogniser import Sample
from rules.personal.scan import scan
from rules.verdict import Policy, RuleSettings, judge

RULES = [
    pytest.param(name, e, id=f"{name}: {e.name}") for name, module in registry.rules().items() for e in module.EXAMPLES
]
KINDS = [
    pytest.param(kind, e, id=f"{kind}: {e.name}") for kind, module in recognisers().items() for e in module.EXAMPLES
]


@pytest.mark.parametrize(("name", "example"), RULES)
def test_a_rule_finds_what_its_example_says(name: str, example: Example) -> None:
    module = registry.rules()[name]
    found = tuple(module.check(example.mail, example.facts, module.Options(**example.options)))
    assert len(found) == example.hits
    assert [f.suggestion for f in found if f.suggestion] == ([example.suggestion] if example.suggestion else [])


@pytest.mark.parametrize(("name", "example"), RULES)
def test_every_finding_has_words_in_both_languages_and_numbers_as_evidence(name: str, example: Example) -> None:
    module = registry.rules()[name]
    policy = Policy({name: RuleSettings(module.ACTION, module.Options(**example.options))})
    for finding in judge(example.mail, example.facts, policy).findings:
        assert finding.words["ja"].endswith("。")
        assert finding.words["en"].endswith(".")
        assert finding.words["ja"] != finding.words["en"]
        assert all(isinstance(value, int | float) for value in finding.evidence.values())
        assert 0 <= finding.score <= 1
        assert finding.rule
        assert finding.action


@pytest.mark.parametrize("name", sorted(registry.rules()))
def test_every_rule_shows_a_hit_and_a_near_miss(name: str) -> None:
    hits = [example.hits for example in registry.rules()[name].EXAMPLES]
    assert max(hits) > 0
    assert min(hits) == 0


@pytest.mark.parametrize(("kind", "sample"), KINDS)
def test_a_recogniser_finds_what_its_example_says(kind: str, sample: Sample) -> None:
    hits = recognisers()[kind].find(scan(sample.rows, sample.header))
    assert sorted(hit.value for hit in hits) == sorted(sample.values)


@pytest.mark.parametrize("kind", sorted(recognisers()))
def test_every_recogniser_shows_a_hit_and_a_near_miss(kind: str) -> None:
    values = [len(sample.values) for sample in recognisers()[kind].EXAMPLES]
    assert max(values) > 0
    assert min(values) == 0
