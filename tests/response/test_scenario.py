"""Scenarios: each of ours can be played in both languages; a mistake is named with its file and key; a folder of one's own counts."""

from pathlib import Path
from typing import get_args

import pytest

from response.drill import scenarios_of
from response.drill_making import whom
from response.manual import load as manual
from response.office import Office
from response.options import ResponseOptions
from response.roles import Role
from response.scenario import FOLDER, ScenarioError, load, parse
from store.drills import Drill, DrillMail
from tests.helpers.clock import START
from tests.response.cases import DEPUTY, LEADER, ORGANISATION, SENDER, SUPERIOR

NEEDED = {
    *("sender-notices", "stranger-answers", "bounce", "customer-complains"),
    *("night", "leader-absent", "two-reports"),
}
OWN = """
name = "own"
title = { ja = "題", en = "t" }
scene = { ja = "場", en = "s" }
minutes = 30
[mail]
subject = { ja = "件", en = "s" }
text = { ja = "文", en = "t" }
[[injects]]
minute = 0
to = "sender"
words = { ja = "こと", en = "w" }
"""


def test_every_variant_is_there_and_begins_with_something_that_somebody_notices() -> None:
    ours = load().by_name
    assert set(ours) >= NEEDED
    assert all(one.injects[0].minute == 0 for one in ours.values())
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(ours)


def test_a_folder_of_ones_own_adds_and_replaces(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    (tmp_path / "night.toml").write_text(OWN.replace('"own"', '"night"'))
    found = load(tmp_path).by_name
    assert (found["own"].minutes, found["night"].title.en) == (30, "t")
    assert set(found) >= NEEDED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "own"', 'name = "other"'), "name: other is not the name of the file"),
        (("minutes = 30", "minutes = 1"), "minutes: Input should be greater than or equal to 5"),
        (("minute = 0", "minute = 30"), "injects: after the end (minutes = 30): 30"),
        (('to = "sender"', 'to = "president"'), "injects.0.to"),
        (("minutes = 30", "minuten = 30"), "minuten: Extra inputs are not permitted"),
        (('en = "t" }\nscene', "}\nscene"), "own.toml"),
        (("[mail]", '[mail]\nto = "a@b"'), "mail.to: Value error, letters, digits, dots and hyphens only"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace(*change))
    with pytest.raises(ScenarioError) as found:
        load(tmp_path)
    assert said in str(found.value)
    assert str(tmp_path / "own.toml") in str(found.value)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such folder"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("to", [*get_args(Role), "colleague"])
def test_nothing_is_played_to_nobody_nor_to_the_absent_nor_outside(to: str) -> None:
    office = Office(ORGANISATION, ResponseOptions(), manual("misdirected-mail"))
    made = parse(OWN.encode(), "own.toml")
    drill = Drill(
        id="DR1LL000",
        scenario=made.name,
        title={},
        scene={},
        absent=("leader",),
        announced=True,
        started_by="",
        started_at=START,
        ends_at=START,
        mails=(DrillMail(0, SENDER, "a@kunren.invalid", "<1@x.example>"),),
    )
    told = whom(office, drill, to)  # type: ignore[arg-type]
    assert told
    assert LEADER not in told
    assert all(office.is_ours(one) for one in told)
    expected = {"sender": (SENDER,), "superior": (SUPERIOR,), "leader": (DEPUTY,), "colleague": (SUPERIOR,)}
    assert told == expected.get(to, told)
    assert scenarios_of(office).by_name
