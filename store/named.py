"""Named: where somebody is named: in an address as it was written, and in a verdict, of which without names the rules and counts stay."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, func, or_

from mail.address import ascii_domain, split

_NAMING = frozenset({"about", "suggestion", "words"})
"""Of a finding (`rules.verdict_json`): what may say who it was."""


def written_as(column: Column[Any], person: str) -> ColumnElement[bool]:
    """Whether an address as it was written is that person's (`store.tables.as_key`): also with a +tag, or its domain in A-labels."""
    local, domain = split(person)
    lower = func.lower(column)
    tagged = lower.startswith(f"{local}+", autoescape=True)
    forms = [f"@{d}" for d in sorted({domain, ascii_domain(domain)})]
    return or_(*(or_(lower == local + at, and_(tagged, lower.endswith(at, autoescape=True))) for at in forms))


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
