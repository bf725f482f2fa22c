"""CACAO import: a playbook becomes a manual: one of ours comes back as it was; of anybody else's the actions become steps behind our gate."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from response import manual_file
from response.cacao import EXTENSION, SPEC, order
from response.manual import COMMON, ManualError, load
from response.manual_shape import Sheet

_REQUIRED: Final = (
    "type",
    "spec_version",
    "id",
    "name",
    "created_by",
    "created",
    "modified",
    "workflow_start",
    "workflow",
)
"""Section 3.1, Playbook Properties: required ones."""
_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9-]+[a-z0-9]--[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
"""Section 10.10, Identifier."""
_STEPS: Final = {
    "start": (),
    "end": (),
    "action": ("commands", "agent"),
    "playbook-action": ("playbook_id",),
    "parallel": ("next_steps",),
    "if-condition": ("condition", "on_true"),
    "while-condition": ("condition", "on_true"),
    "switch-condition": ("switch", "cases"),
}
"""Section 4: the types of steps, and what each of them requires."""
_LONGEST: Final = 16


def read(content: bytes, file: str) -> Sheet:
    """A playbook as the sheet of a manual. Raises `ManualError` with every mistake, each with its place in the file."""
    try:
        written = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ManualError(f"{file}: is not JSON: {error}") from error
    if wrong := [f"{file}: {where}: {what}" for where, what in mistakes(written)]:
        raise ManualError("\n".join(wrong))
    own = written.get("playbook_extensions", {}).get(EXTENSION)
    steps = [written["workflow"][one] for one in order(written)]
    table = _of_ours(own, steps) if isinstance(own, dict) else _of_others(written, steps)
    try:
        return Sheet.model_validate(table)
    except ValidationError as error:
        lines = (f"{file}: {'.'.join(map(str, item['loc'])) or 'playbook'}: {item['msg']}" for item in error.errors())
        raise ManualError("\n".join(lines)) from error


def mistakes(written: Any) -> Iterator[tuple[str, str]]:
    """What makes it no playbook of CACAO 2.0: the place, and what is wrong there."""
    if not isinstance(written, dict):
        yield "playbook", "is no object"
        return
    yield from ((name, "is missing") for name in _REQUIRED if name not in written)
    for name, value in (("type", "playbook"), ("spec_version", SPEC)):
        if written.get(name) != value:
            yield name, f'must be "{value}"'
    for name in ("id", "created_by", "workflow_start"):
        if name in written and not _is_identifier(written[name]):
            yield name, "must be a type, two hyphens and a UUID"
    workflow = written.get("workflow")
    if isinstance(workflow, dict):
        yield from _wrong_in(workflow, written.get("workflow_start"))
    else:
        yield "workflow", "must be an object of steps by their ids"


def _wrong_in(workflow: Mapping[str, Any], start: Any) -> Iterator[tuple[str, str]]:
    for own, step in workflow.items():
        yield from ((f"workflow.{own}", what) for what in _wrong_with(own, step, workflow))
    if start not in workflow:
        yield "workflow_start", "names no step of the workflow"


def _wrong_with(own: str, step: Any, workflow: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(step, dict) or step.get("type") not in _STEPS:
        yield f"type must be one of {', '.join(_STEPS)}"
        return
    if not _is_identifier(own) or not own.startswith(f"{step['type']}--"):
        yield f"the id must be {step['type']}-- and a UUID"
    yield from (f"{name} is missing" for name in _STEPS[step["type"]] if name not in step)
    for name in ("on_completion", "on_success", "on_failure"):
        if name in step and step[name] not in workflow:
            yield f"{name} names no step of the workflow"
    if "on_completion" in step and ("on_success" in step or "on_failure" in step):
        yield "on_completion excludes on_success and on_failure"


def _is_identifier(given: Any) -> bool:
    return isinstance(given, str) and bool(_IDENTIFIER.fullmatch(given))


def _of_ours(own: Mapping[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """As it was exported; a step that somebody added without our fields becomes one of the last phase."""
    phases = own.get("phases") or [{}]
    known = [step.get("step_extensions", {}).get(EXTENSION) for step in steps]
    last = phases[-1].get("id", "") if isinstance(phases[-1], dict) else ""
    made = [kept or _step(step, n, last) for n, (kept, step) in enumerate(zip(known, steps, strict=True), 1)]
    return {**own, "steps": made}


def _of_others(written: Mapping[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Our gate first: whatever the playbook says, nothing goes outside before the superior was told."""
    gate = load(COMMON).gate
    phases = [{"id": "1", "title": {"ja": "手順", "en": "Steps"}}]
    kept = gate.model_dump(mode="json", exclude_defaults=True) | {"phase": "1"}
    made = [_step(step, n, "1") for n, step in enumerate(steps, 1)]
    return {"name": str(written["name"])[:64], "phases": phases, "steps": [kept, *made]}


def _step(step: Mapping[str, Any], number: int, phase: str) -> dict[str, Any]:
    """An action of somebody else's playbook: who owns it and until when is for the organisation to write."""
    name = str(step.get("name") or f"step {number}")
    references = step.get("external_references", ())
    sources = [str(one["name"]) for one in references if isinstance(one, dict) and one.get("name")]
    made: dict[str, Any] = {
        "id": f"C.{number}"[:_LONGEST],
        "phase": phase,
        "title": {"ja": name, "en": name},
        "roles": ["responder"],
        "due_words": {"ja": "取り込んだ手順に期限の記載なし", "en": "The playbook gives no time"},
        "fills": {"ja": "なし", "en": "Nothing"},
        "source": sources or ["CACAO"],
    }
    if description := str(step.get("description") or ""):
        made["decision"] = {"ja": description, "en": description}
    return made


def toml_of(sheet: Sheet) -> str:
    """The manual as a file of its own, for `[response] manual`."""
    table = sheet.model_dump(mode="json", exclude_defaults=True)
    lines = [f"{key} = {_value(table[key])}" for key in ("name", "kind") if key in table]
    for key in ("phases", "steps"):
        for row in table[key]:
            lines += ["", f"[[{key}]]", *(f"{name} = {_value(value)}" for name, value in row.items())]
    text = "\n".join(lines) + "\n"
    assert manual_file.drafted(text.encode(), "made").sheet() == sheet
    return text


def _value(given: Any) -> str:
    """A JSON string is a TOML string, but for DEL, which TOML wants escaped, too."""
    match given:
        case bool():
            return "true" if given else "false"
        case list():
            return f"[{', '.join(map(_value, given))}]"
        case dict():
            return f"{{ {', '.join(f'{name} = {_value(value)}' for name, value in given.items())} }}"
        case _:
            return json.dumps(str(given), ensure_ascii=False).replace("\x7f", "\\u007f")
