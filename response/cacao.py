"""CACAO: a manual as a security playbook of OASIS, "CACAO Security Playbooks Version 2.0" (Committee Specification 01, 27 November 2023).

Steps become action steps with manual commands, one behind the other; roles become agents. What the standard has no word for (the
other language, clocks, gate, decision rule, evidence) stands in an extension of ours (section 8), so that nothing is lost on the way back.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from response.manual import Manual, ManualStep

SPEC: Final = "cacao-2.0"
_NAMES: Final = UUID("0f3c1b7e-52a5-5c0a-9d0e-6a1d5f1f6f10")
"""What our identifiers are made from (RFC 9562 5.5): the same manual always has the same ones."""
EXTENSION: Final = f"extension-definition--{uuid5(_NAMES, 'extension manual 1')}"
"""Of playbooks and steps: the fields of a Sekisho manual."""
_CREATOR: Final = f"identity--{uuid5(_NAMES, 'sekisho')}"
_EXPLAINED: Final = (
    "On the playbook: name, kind (of mistake, may be missing) and phases ({id, title {ja, en}}) of the manual. On a step: the step as the "
    "manual has it: id, phase, title {ja, en}, roles (the first that somebody holds owns it), clock (K first known, R reported, O ticket "
    "opened) and due (ISO 8601 duration from that clock), due_words, gate (nothing outward before it), outward (writes to the outside), "
    "automatic (done by the mail gateway), done_when (finished by what somebody does on the ticket), shows, sets, reaches, fills (what is "
    "filled in by itself), decision (rule to decide by), evidence (to be written down), source."
)


def playbook(manual: Manual, at: datetime) -> dict[str, Any]:
    """The manual as a playbook (section 3), for `json.dumps`; `at`: when it was made."""
    document, steps = manual.document, manual.steps
    ids = [_id("action", manual, step.id) for step in steps]
    first, last = _id("start", manual, ""), _id("end", manual, "")
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")  # section 10.14
    made = zip(steps, document["steps"], ids, [*ids[1:], last], strict=True)
    actions = {own: _action(step, written, following) for step, written, own, following in made}
    return {
        "type": "playbook",
        "spec_version": SPEC,
        "id": f"playbook--{uuid5(_NAMES, manual.version)}",
        "name": manual.name,
        "description": "What to do when mail went to the wrong one. The order of the steps is the manual's; they may be worked on "
        "side by side, but nothing outward before the gate.",
        "playbook_types": ["notification", "mitigation", "investigation", "remediation"],
        "created_by": _CREATOR,
        "created": stamp,
        "modified": stamp,
        "workflow_start": first,
        "workflow": {
            first: {"type": "start", "on_completion": ids[0]},
            **actions,
            last: {"type": "end"},
        },
        "agent_definitions": _agents(steps),
        "extension_definitions": {EXTENSION: _definition()},
        "playbook_extensions": {EXTENSION: {k: v for k, v in document.items() if k != "steps"}},
    }


def order(written: dict[str, Any]) -> list[str]:
    """The ids of the action steps as the workflow goes from its start (section 4); every branch, each step once."""
    workflow, seen, waiting = written["workflow"], dict[str, None](), [written["workflow_start"]]
    while waiting:
        here = waiting.pop(0)
        if here in seen or here not in workflow:
            continue
        seen[here] = None
        waiting = [*_following(workflow[here]), *waiting]
    return [one for one in seen if workflow[one]["type"] == "action"]


def _following(step: dict[str, Any]) -> Iterable[str]:
    for name in ("next_steps", "on_true", "cases", "on_false", "on_completion", "on_success", "on_failure"):
        match step.get(name):
            case str(one):
                yield one
            case list(several):
                yield from several
            case dict(cases):
                yield from cases.values()


def _id(kind: str, manual: Manual, step: str) -> str:
    return f"{kind}--{uuid5(_NAMES, f'{manual.version} {kind} {step}')}"


def _agent(role: str) -> str:
    return f"group--{uuid5(_NAMES, f'role {role}')}"


def _agents(steps: Iterable[ManualStep]) -> dict[str, Any]:
    roles = dict.fromkeys(role for step in steps for role in step.roles)
    return {_agent(role): {"type": "group", "name": role} for role in roles}


def _action(step: ManualStep, written: dict[str, Any], following: str) -> dict[str, Any]:
    """An action step (section 4.5) with a manual command (5.9); its description is the decision rule."""
    said = {"description": step.decision.en} if step.decision else {}
    return {
        "type": "action",
        "name": f"{step.id} {step.title.en}",
        **said,
        "external_references": [{"name": source} for source in step.source],
        "commands": [{"type": "manual", "command": step.title.en}],
        "agent": _agent(step.roles[0]),
        "on_completion": following,
        "step_extensions": {EXTENSION: written},
    }


def _definition() -> dict[str, Any]:
    """Section 8."""
    return {
        "type": "extension-definition",
        "name": "Sekisho manual",
        "description": "The fields of a manual for the response to misdirected mail, in Japanese and English.",
        "created_by": _CREATOR,
        "schema": _EXPLAINED,
        "version": "1.0.0",
    }
