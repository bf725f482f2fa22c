"""Named: where a verdict names somebody; without names its rules and counts stay."""

from collections.abc import Mapping
from typing import Any

_NAMING = frozenset({"about", "suggestion", "words"})
"""Of a finding (`rules.verdict_json`): what may say who it was."""


def nameless(verdict: Mapping[str, Any], *, parts: bool) -> dict[str, Any]:
    """The verdict without names; `parts`: those of the files go, too, and the domains of the links in the text."""
    findings = [
        {name: value for name, value in found.items() if name not in _NAMING}
        | {"about": {"message": True}, "suggestion": "", "words": {}}
        for found in verdict.get("findings", ())
    ]
    kept = {**verdict, "findings": findings} if "findings" in verdict else dict(verdict)
    if parts:
        kept.pop("links", None)
        if exposure := verdict.get("exposure"):
            kept["exposure"] = {**exposure, "parts": []}
    return kept
