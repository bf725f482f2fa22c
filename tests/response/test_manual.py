"""The manual: ours is complete, another one is checked whole, and a ticket gets its steps with owner and time."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from notifier.options import Organisation, Person
from response.manual import FOLDER, Case, Deed, Manual, ManualError, load, parse
from store.tickets import Step
from tests.response.cases import DEPUTY, LEADER, OFFICER, ORGANISATION, SENDER, SUPERIOR

K = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
R, O = K + timedelta(minutes=10), K + timedelta(minutes=11)  # noqa: E741 - the manual's own letters
STEP = re.compile(r"\bstep [0-7]\.\d|['\"][0-7]\.\d['\"]")
SHARED = Path(__file__).parents[2] / "../shared/response/manual.json"

GOOD = """
name = "own"
[[phases]]
id = "1"
title = { ja = "一", en = "one" }
[[steps]]
id = "1.1"
phase = "1"
title = { ja = "上司へ", en = "Superior" }
roles = ["sender"]
clock = "K"
due = "PT15M"
gate = true
fills = { ja = "無", en = "none" }
source = ["X"]
"""
SECOND = """
[[steps]]
id = "1.2"
phase = "1"
title = { ja = "次", en = "Next" }
roles = ["leader"]
due_words = { ja = "速やかに", en = "promptly" }
fills = { ja = "無", en = "none" }
source = ["X"]
"""


def steps(organisation: Organisation = ORGANISATION, sender: str = SENDER) -> dict[str, Step]:
    made = load("misdirected-mail").steps_for(Case(sender, K, R, O), organisation)
    return {step.step: step for step in made}


def test_ours_has_every_step_in_both_languages_and_its_version_is_the_files_digest() -> None:
    manual = load("misdirected-mail")
    assert len(manual.steps) == 42
    assert [p.id for p in manual.phases] == list("01234567")
    assert manual.version == hashlib.sha256((FOLDER / "misdirected-mail.toml").read_bytes()).hexdigest()
    assert manual.name == "misdirected-mail"
    assert manual.gate.id == "1.1"
    for step in manual.steps:
        for words in (step.title, step.fills, step.decision, step.due_words):
            if words:
                assert any(ord(c) > 0x2FFF for c in words.ja), f"{step.id}: no Japanese in {words.ja}"
                assert not any(ord(c) > 0x2FFF for c in words.en), f"{step.id}: Japanese in {words.en}"


@pytest.mark.skipif(not SHARED.exists(), reason="the material it was made from is not beside the repository")
def test_ours_says_what_the_material_says() -> None:
    import json

    given: list[dict[str, Any]] = json.loads(SHARED.read_text("utf-8"))["steps"]
    manual = load("misdirected-mail")
    same = [(s.id, s.phase, s.title.ja, s.title.en, list(s.source)) for s in manual.steps]
    titles = {g["id"]: g["title_ja"] for g in given} | {"1.2": "報告を受け付け、チケットを開く"}  # our word for it
    assert same == [(g["id"], g["phase"], titles[g["id"]], g["title_en"], g["source"]) for g in given]


def test_a_ticket_has_one_name_in_the_manual() -> None:
    texts = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.toml"))
    assert "票" not in texts


def test_every_deed_of_people_finishes_a_step_of_ours_that_the_manual_itself_names() -> None:
    manual = load("misdirected-mail")
    assert {deed: manual.done_when(deed) for deed in get_args(Deed)} == {
        "asked": {"2.5"},
        "answered": {"2.6"},
        "leak-decided": {"4.1"},
        "authority-decided": {"4.2"},
        "persons-decided": {"4.3"},
        "publication-decided": {"5.4"},
        "reasons-signed": {"4.4"},
        "preliminary-filed": {"5.1"},
        "final-filed": {"5.5"},
    }
    assert [s.id for s in manual.steps if s.shows == "links"] == ["2.3"]


def test_no_program_names_a_step_by_its_number() -> None:
    response = Path(__file__).parents[2] / "response"
    said = [
        f"{path.name}: {found}" for path in response.glob("*.py") for found in STEP.findall(path.read_text("utf-8"))
    ]
    assert said == []


def test_what_writes_to_the_outside_is_marked() -> None:
    outward = {s.id for s in load("misdirected-mail").steps if s.outward}
    assert {"2.5", "5.1", "5.2", "5.3", "5.4", "5.5", "6.2"} <= outward
    assert "1.1" not in outward


def test_every_act_of_the_gateway_has_its_step() -> None:
    manual = load("misdirected-mail")
    acts = {act: manual.automatic(act) for act in ("opened", "frozen", "stopped", "proven", "blocked")}
    assert acts == {
        "opened": ("1.2",),
        "frozen": ("1.3",),
        "stopped": ("2.1",),
        "proven": ("2.2",),
        "blocked": ("2.4",),
    }


def test_steps_of_a_ticket_leave_preparation_out_and_count_from_their_clock() -> None:
    made = steps()
    assert not [s for s in made if s.startswith("0.")]
    assert [s.position for s in made.values()] == list(range(37))
    assert (made["1.1"].clock, made["1.1"].due, made["1.1"].gate) == ("K", K + timedelta(minutes=15), True)
    assert made["1.2"].due == R + timedelta(minutes=1)
    assert made["1.4"].due == O + timedelta(minutes=30)
    assert made["6.1"].due == O + timedelta(days=3)
    assert made["5.1"].due is None
    assert made["5.1"].due_words["en"] == "Japan: day 3 is the target, day 5 the outer limit"
    assert all(s.due or s.due_words for s in made.values())


def test_owners_come_from_the_roles() -> None:
    owners = {s: step.owner for s, step in steps().items()}
    assert owners["1.1"] == SENDER
    assert owners["1.2"] == ""
    assert owners["1.5"] == LEADER
    assert owners["1.6"] == OFFICER
    assert owners["2.3"] == SENDER  # gateway + owner
    assert owners["3.1"] == LEADER  # nobody investigates by role
    assert owners["6.1"] == DEPUTY  # admin
    assert owners["6.2"] == SENDER


def test_without_a_leader_the_deputy_answers_and_without_anybody_an_admin() -> None:
    people = tuple(p for p in ORGANISATION.people if "leader" not in p.roles)
    assert steps(ORGANISATION.model_copy(update={"people": people}))["1.5"].owner == DEPUTY
    nobody = ORGANISATION.model_copy(update={"people": (), "admins": ("post@tachibana.example",)})
    assert steps(nobody)["1.5"].owner == "post@tachibana.example"
    assert steps(ORGANISATION.model_copy(update={"people": ()}))["1.5"].owner == ""


def test_the_steps_of_a_sender_outside_go_to_the_leader() -> None:
    assert steps(sender="someone@customer.example")["1.1"].owner == LEADER


def test_an_organisations_own_manual_is_read_by_path(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(GOOD + SECOND, "utf-8")
    for manual in (load("own.toml", tmp_path), load(str(tmp_path / "own.toml"))):
        assert [s.id for s in manual.steps] == ["1.1", "1.2"]
    assert isinstance(load("own.toml", tmp_path), Manual)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name = ", "own.toml:1: is not TOML"),
        (GOOD.replace('roles = ["sender"]', 'roles = ["boss"]'), "own.toml:10: steps.1.1.roles.0: "),
        (GOOD.replace('due = "PT15M"\n', ""), "own.toml:6: steps.1.1: Value error, clock and due belong together"),
        (GOOD.replace('due = "PT15M"', 'due = "soon"'), "own.toml:12: steps.1.1.due: "),
        (GOOD.replace(', en = "Superior"', ""), "own.toml:9: steps.1.1.title.en: "),
        (GOOD.replace("gate = true\n", ""), "exactly one has gate = true, here 0"),
        (GOOD.replace("gate = true\n", "gate = true\noutward = true\n"), "the gate 1.1 is a person's, inside"),
        (GOOD.replace("gate = true\n", "gate = true\ndone_when = 'asked'\n"), "the gate 1.1 is a person's, inside"),
        (GOOD + SECOND.replace("phase", "done_when = 'sent'\nphase"), "steps.1.2.done_when: "),
        (GOOD + SECOND.replace('"1.2"', '"1.1"'), "these ids stand twice: 1.1"),
        (GOOD + SECOND.replace('phase = "1"', 'phase = "9"'), "a phase that does not exist: 1.2"),
        (
            GOOD + SECOND.replace('due_words = { ja = "速やかに", en = "promptly" }\n', ""),
            "steps.1.2: Value error, say when",
        ),
        (GOOD + "colour = 1\n", "own.toml:16: steps.1.1.colour: "),
        (GOOD.replace('name = "own"\n', ""), "own.toml:1: name: "),
        (GOOD.replace('id = "1.1"\n', ""), "own.toml:6: steps.[0].id: "),
        ("name = 'x'\nsteps = 3\nphases = []\n", "own.toml:2: steps: "),
        ("name = 'x'\nsteps = [3]\nphases = []\n", "own.toml:2: steps: "),
    ],
)
def test_a_broken_manual_is_refused_with_file_and_key(content: str, expected: str) -> None:
    with pytest.raises(ManualError) as refused:
        parse(content.encode(), "own.toml")
    assert expected in str(refused.value)


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(ManualError) as refused:
        parse(GOOD.replace("PT15M", "soon").replace('"sender"', '"boss"').encode(), "own.toml")
    assert len(str(refused.value).splitlines()) == 2


def test_a_manual_that_is_not_there_is_named() -> None:
    with pytest.raises(ManualError, match=r"nowhere\.toml: cannot be read"):
        load("nowhere")


def test_the_superior_of_who_leads_is_somebody_else() -> None:
    from response.roles import superior_of

    assert superior_of(SENDER, ORGANISATION) == SUPERIOR
    assert superior_of(LEADER, ORGANISATION) == DEPUTY
    own = Person(address="x@tachibana.example", superior="x@tachibana.example")
    assert superior_of("x@tachibana.example", ORGANISATION.model_copy(update={"people": (own,)})) == ""
