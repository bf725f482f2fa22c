"""Fact forms: what somebody wrote into the form of a fact becomes its value; empty, or "unknown", is unknown. Pure."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from response.fact_names import NAMES
from response.facts import ValueRefusedError
from web import forms

UNKNOWN = "unknown"
_WORDS = {"yes": True, "no": False, UNKNOWN: None}


def value_of(form: FormData, name: str, zone: ZoneInfo) -> Any:
    """Read the fields of one fact: JSON as `response.facts.checked` wants it. Raises `ValueRefusedError`."""
    given = forms.single(form, "value").strip()
    match NAMES[name].kind:
        case "yes-no":
            return _chosen(given, _WORDS)
        case "risk":
            return None if given == UNKNOWN else given
        case "range":
            return {"min": _number(forms.single(form, "min")) or 0, "max": _number(forms.single(form, "max"))}
        case "number":
            return _number(given)
        case "time":
            return local_time(given, zone).isoformat() if given else None
        case "codes":
            return _codes(form, given)
        case "counts":
            return _counts(form)
    return forms.text(form, "value") or None


def local_time(given: str, zone: ZoneInfo) -> datetime:
    """Read what a field of date and time holds, as a time of that zone. Raises `ValueRefusedError`."""
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise ValueRefusedError("no date and time") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _chosen(given: str, words: dict[str, bool | None]) -> bool | None:
    if given not in words:
        raise ValueRefusedError("nothing was chosen")
    return words[given]


def _number(given: str) -> int | None:
    """A whole number as people write it, with or without commas; None for nothing."""
    plain = given.strip().replace(",", "").replace("、", "")
    if not plain:
        return None
    if not (plain.isdecimal() and len(plain) <= 12):  # noqa: PLR2004 - longer than mankind is no count
        raise ValueRefusedError("a number", "count")
    return int(plain)


def _codes(form: FormData, given: str) -> list[str] | None:
    chosen = forms.several(form, "code") or tuple(given.replace("、", ",").replace(" ", ",").split(","))
    return [code for code in chosen if code] or None


def _counts(form: FormData) -> dict[str, int]:
    """A count for each kind that has one, and for one that is named beside them."""
    fields = {name.removeprefix("count-"): forms.single(form, name) for name in form if name.startswith("count-")}
    if forms.single(form, "kind"):
        fields[forms.single(form, "kind")] = forms.single(form, "number")
    counts = {kind: _number(text) for kind, text in fields.items()}
    return {kind: count for kind, count in counts.items() if count}
