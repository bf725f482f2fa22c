"""Rules are found by their folder, and one that lacks a part stops the start with its name."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from rules import personal, registry
from rules.base import Action
from rules.personal.enough import enough, numbers
from rules.personal.recogniser import Weight

GOOD = """
from dataclasses import dataclass
from rules.base import Action, Example
from rules.examples import facts, mail
ACTION = Action.HOLD
@dataclass(frozen=True)
class Options:
    limit: int = 1
def check(mail, facts, options):
    yield from ()
EXAMPLES = (Example("nothing", mail(), facts(), 0),)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    room = tmp_path / "otherrules"
    room.mkdir()
    (room / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("otherrules")]:
        monkeypatch.delitem(sys.modules, name)
    return room


def test_a_file_is_a_rule_under_its_name_and_other_files_are_none(folder: Path) -> None:
    (folder / "message_late.py").write_text(GOOD)
    (folder / "words.py").write_text("raise RuntimeError('not a rule, not imported')")
    assert list(registry.discover([str(folder)], "otherrules")) == ["message-late"]


@pytest.mark.parametrize(
    ("gone", "put", "named"),
    [
        ("ACTION = Action.HOLD", "ACTION = 'hold'", "lacks ACTION"),
        ("def check(mail", "def czech(mail", "lacks check"),
        ("class Options:", "class Choices:", "lacks Options"),
        ("frozen=True", "frozen=False", "lacks Options"),
        ("limit: int = 1", "limit: int", "lacks Options"),
        ("EXAMPLES = (Example", "EXAMPLE = (Example", "lacks EXAMPLES"),
        ('(Example("nothing", mail(), facts(), 0),)', "()", "lacks EXAMPLES"),
    ],
)
def test_a_rule_that_lacks_a_part_stops_the_start_with_file_and_part(
    folder: Path, gone: str, put: str, named: str
) -> None:
    assert gone in GOOD
    (folder / "recipient_odd.py").write_text(GOOD.replace(gone, put))
    with pytest.raises(registry.BadRuleError, match=rf"rules/recipient_odd\.py {named}"):
        registry.discover([str(folder)], "otherrules")
    for name in [name for name in sys.modules if name.startswith("otherrules")]:
        del sys.modules[name]


def test_the_first_rules_are_there() -> None:
    assert {
        "content-ambiguous",
        "content-personal-data",
        "content-uninspectable",
        "recipient-blocked",
        "recipient-too-many-external",
        "recipient-typo",
    } <= set(registry.rules())
    assert all(isinstance(module.ACTION, Action) for module in registry.rules().values())


def test_the_first_recognisers_are_there() -> None:
    assert {
        "birth_date",
        "corporate_number",
        "email_address",
        "my_number",
        "payment_card",
        "person_name",
        "phone",
        "postal_address",
    } <= set(personal.recognisers())


@pytest.mark.parametrize("part", ["WEIGHT", "find", "EXAMPLES", "KIND"])
def test_a_recogniser_that_lacks_a_part_stops_the_start_with_file_and_part(part: str) -> None:
    module = ModuleType("rules.personal.blood_group")
    good = personal.recognisers()["phone"]
    for name in {"WEIGHT", "find", "EXAMPLES", "KIND"} - {part}:
        setattr(module, name, getattr(good, name))
    with pytest.raises(personal.BadRecogniserError, match=rf"rules/personal/blood_group\.py lacks {part}"):
        personal.require_parts(module)


def test_a_kind_says_itself_how_many_are_enough_and_the_settings_have_the_last_word() -> None:
    special = {kind for kind, module in personal.recognisers().items() if module.WEIGHT is Weight.SPECIAL}
    assert numbers() == {kind: 2 if kind.endswith("bank_account") else 1 for kind in special}
    assert [enough("passport", said) for said in ({}, {"passport": 3}, {"passport": 0}, {"my_number": 3})] == [
        1,
        3,
        0,
        1,
    ]
