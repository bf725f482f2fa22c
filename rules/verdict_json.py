"""The JSON shapes of findings and exposure that others script against, and the way back."""

from collections.abc import Mapping
from typing import Any

from rules.base import About, Action, Exposure, Finding, PartExposure


def finding(given: Finding, number: str) -> dict[str, Any]:
    """One finding; `id` is its place among the findings of the verdict, from "1"."""
    shape = {
        "id": number,
        "rule": given.rule,
        "action": str(given.action or Action.NOTE),
        "about": given.about.as_json(),
        "suggestion": given.suggestion,
        "words": dict(given.words),
        "evidence": dict(given.evidence),
        "score": given.score,
        "reason": given.reason,
    }
    rest = {"points": given.points, "tables": list(given.tables), "delay": given.delay, "exemption": given.exemption}
    rest |= {"measures": list(given.measures)}
    return shape | {name: value for name, value in rest.items() if value}


def finding_from(value: Mapping[str, Any]) -> Finding:
    """The inverse of `finding`."""
    about = value["about"]
    return Finding(
        About(about.get("recipient", ""), about.get("part", "")),
        dict(value["words"]),
        suggestion=value.get("suggestion", ""),
        evidence=dict(value.get("evidence", {})),
        score=value.get("score", 1.0),
        action=Action(value["action"]),
        reason=value.get("reason", ""),
        points=value.get("points", 0.0),
        rule=value["rule"],
        tables=tuple(value.get("tables", ())),
        delay=value.get("delay", 0),
        exemption=value.get("exemption", 0),
        measures=tuple(value.get("measures", ())),
    )


def exposure(given: Exposure) -> dict[str, Any]:
    """How much personal data travels, as a whole and per part."""
    shape = {
        "persons": {"min": given.persons_min, "max": given.persons_max},
        "kinds": dict(given.kinds),
        "parts": [_part(part) for part in given.parts],
    }
    return shape if given.measured else shape | {"measured": False}


def exposure_from(value: Mapping[str, Any]) -> Exposure:
    """The inverse of `exposure`."""
    persons = value["persons"]
    parts = tuple(_part_from(p) for p in value["parts"])
    return Exposure(persons["min"], persons["max"], dict(value["kinds"]), parts, value.get("measured", True))


def _part(given: PartExposure) -> dict[str, Any]:
    """One part; the values only where they were asked for."""
    shape: dict[str, Any] = {
        "name": given.name,
        "persons": {"min": given.persons_min, "max": given.persons_max},
        "kinds": dict(given.kinds),
        "lost": list(given.lost),
    }
    if given.unseen:
        shape["unseen"] = given.unseen
    if given.values:
        shape["values"] = {kind: list(values) for kind, values in given.values.items()}
    return shape


def _part_from(value: Mapping[str, Any]) -> PartExposure:
    persons = value.get("persons", {"min": 0, "max": 0})
    values = {kind: tuple(found) for kind, found in value.get("values", {}).items()}
    return PartExposure(
        value["name"],
        dict(value["kinds"]),
        persons["min"],
        persons["max"],
        tuple(value["lost"]),
        values,
        value.get("unseen", 0),
    )
