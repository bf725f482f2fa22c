"""Manuals as CACAO 2.0 playbooks: one of ours comes back as it was, somebody else's stands behind our gate, and what is none is refused with its place."""

import json
import re
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from response.cacao import EXTENSION, playbook
from response.cacao_import import mistakes, read, toml_of
from response.manual import KINDS, Manual, ManualError, load
from response.manual_shape import Sheet

AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
BASE = load("misdirected-mail")
IDENTIFIER = re.compile(
    r"[a-z][a-z0-9-]+[a-z0-9]--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


def sheet_of(manual: Manual) -> Sheet:
    return Sheet(name=manual.name, kind=manual.kind, phases=manual.phases, steps=manual.steps)


def octets(written: Any) -> bytes:
    return json.dumps(written).encode()


@pytest.mark.parametrize("manual", [BASE, *(BASE.kinds[kind] for kind in KINDS)], ids=lambda m: m.name)
def test_what_is_exported_comes_back_as_it_was_as_playbook_and_as_file(manual: Manual, tmp_path: Path) -> None:
    sheet = read(octets(playbook(manual, AT)), "x.json")
    assert sheet == sheet_of(manual)
    (tmp_path / "back.toml").write_text(toml_of(sheet), "utf-8")
    back = load("back.toml", tmp_path)
    assert (back.name, back.kind, back.phases, back.steps) == (manual.name, manual.kind, manual.phases, manual.steps)


def test_a_playbook_has_what_the_standard_requires() -> None:
    made = playbook(BASE, AT)
    assert list(mistakes(made)) == []
    # Section 3.1: the required properties; 10.10 identifiers; 10.14 timestamps; 4.2 to 4.5 the steps; 5.9 the command; 8 the extension.
    required = {"type", "spec_version", "id", "name", "created_by", "created", "modified", "workflow_start", "workflow"}
    assert required <= set(made)
    assert made["created"] == "2026-04-01T00:30:00.000Z"
    named = [
        made["id"],
        made["created_by"],
        *made["workflow"],
        *made["agent_definitions"],
        *made["extension_definitions"],
    ]
    assert [one for one in named if not IDENTIFIER.fullmatch(one)] == []
    kinds = [step["type"] for step in made["workflow"].values()]
    assert (kinds[0], kinds[-1], set(kinds[1:-1]), len(kinds)) == ("start", "end", {"action"}, len(BASE.steps) + 2)
    for step in made["workflow"].values():
        if step["type"] == "action":
            assert step["agent"] in made["agent_definitions"]
            assert step["on_completion"] in made["workflow"]
            assert [c["type"] for c in step["commands"]] == ["manual"]
            assert set(step["step_extensions"]) == {EXTENSION}
    definition = made["extension_definitions"][EXTENSION]
    assert {"type", "name", "created_by", "schema", "version"} <= set(definition)
    explained = definition["schema"]
    fields = {name for step in made["workflow"].values() for name in step.get("step_extensions", {}).get(EXTENSION, {})}
    assert [name for name in fields if name not in explained] == []


def test_the_same_manual_has_the_same_identifiers_and_another_version_others() -> None:
    one, same = playbook(BASE, AT), playbook(BASE, AT)
    assert one == same
    assert playbook(BASE.kinds["stray-domain"], AT)["id"] != one["id"]


FOREIGN = {
    "type": "playbook",
    "spec_version": "cacao-2.0",
    "id": "playbook--11111111-1111-4111-8111-111111111111",
    "name": "Somebody else's",
    "created_by": "identity--11111111-1111-4111-8111-111111111112",
    "created": "2026-01-01T00:00:00.000Z",
    "modified": "2026-01-01T00:00:00.000Z",
    "workflow_start": "start--11111111-1111-4111-8111-111111111113",
    "workflow": {
        "action--11111111-1111-4111-8111-111111111116": {
            "type": "action",
            "name": "Write to the other side",
            "commands": [{"type": "manual", "command": "x"}],
            "agent": "group--11111111-1111-4111-8111-111111111119",
            "on_completion": "end--11111111-1111-4111-8111-111111111117",
        },
        "start--11111111-1111-4111-8111-111111111113": {
            "type": "start",
            "on_completion": "parallel--11111111-1111-4111-8111-111111111114",
        },
        "parallel--11111111-1111-4111-8111-111111111114": {
            "type": "parallel",
            "next_steps": [
                "action--11111111-1111-4111-8111-111111111115",
                "action--11111111-1111-4111-8111-111111111116",
            ],
        },
        "action--11111111-1111-4111-8111-111111111115": {
            "type": "action",
            "name": "Stop the mail",
            "description": "At once",
            "external_references": [{"name": "NIST"}],
            "commands": [{"type": "bash", "command": "x"}],
            "agent": "group--11111111-1111-4111-8111-111111111119",
            "on_completion": "start--11111111-1111-4111-8111-111111111113",
        },
        "end--11111111-1111-4111-8111-111111111117": {"type": "end"},
    },
}


def test_of_somebody_elses_playbook_every_action_stands_once_behind_our_gate_also_where_it_goes_in_a_circle() -> None:
    sheet = read(octets(FOREIGN), "x.json")
    assert [(step.title.en, step.gate) for step in sheet.steps] == [
        (BASE.gate.title.en, True),
        ("Stop the mail", False),
        ("Write to the other side", False),
    ]
    assert sheet.steps[1].decision is not None
    assert (sheet.steps[1].decision.en, sheet.steps[1].source) == ("At once", ("NIST",))
    assert toml_of(sheet)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": "report"}, 'type: must be "playbook"'),
        ({"spec_version": "cacao-1.1"}, 'spec_version: must be "cacao-2.0"'),
        ({"id": "playbook-1"}, "id: must be a type, two hyphens and a UUID"),
        ({"created": None}, "created: is missing"),
        ({"workflow": []}, "workflow: must be an object"),
        ({"workflow_start": "start--11111111-1111-4111-8111-111111111199"}, "workflow_start: names no step"),
    ],
)
def test_what_is_no_playbook_is_refused_with_its_place(change: dict[str, Any], expected: str) -> None:
    broken = {name: value for name, value in (FOREIGN | change).items() if value is not None}
    with pytest.raises(ManualError, match=re.escape(f"x.json: {expected}")):
        read(octets(broken), "x.json")


def test_every_mistake_of_a_step_is_named() -> None:
    broken = deepcopy(FOREIGN)
    action: dict[str, Any] = broken["workflow"]["action--11111111-1111-4111-8111-111111111116"]  # type: ignore[index]
    del action["commands"]
    action |= {"on_completion": "end--x", "on_success": "end--x"}
    broken["workflow"] |= {"odd": {"type": "dance"}, "end--1": {"type": "end"}}  # type: ignore[operator]
    said = [what for _, what in mistakes(broken)]
    assert said == [
        "commands is missing",
        "on_completion names no step of the workflow",
        "on_success names no step of the workflow",
        "on_completion excludes on_success and on_failure",
        "type must be one of start, end, action, playbook-action, parallel, if-condition, while-condition, switch-condition",
        "the id must be end-- and a UUID",
    ]


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"type": "playbook", "workflow": 3}'])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ManualError, match=r"^x\.json: "):
        read(content, "x.json")


def test_a_changed_field_of_ours_that_does_not_fit_is_named() -> None:
    made = playbook(BASE, AT)
    step = next(s for s in made["workflow"].values() if s["type"] == "action")
    step["step_extensions"][EXTENSION]["roles"] = ["boss"]
    with pytest.raises(ManualError, match=r"x\.json: steps\.0\.roles\.0: "):
        read(octets(made), "x.json")
