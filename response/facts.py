"""Facts: a person says what is known of a case, with why; nothing is overwritten, clocks follow, and the record shows the difference."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from response import clocks
from response.containing import is_open
from response.fact_names import JURISDICTIONS, NAMES, RISKS, Kind
from response.known import known
from response.office import Office
from response.times import know_from
from store.shelves import Shelves
from store.tickets import Ticket

Refusal = Literal[
    "", "already", "unknown", "reason-missing", "value", "when", "range", "count", "codes", "jurisdiction", "proof"
]
"""value: it cannot be read as this fact · when: a time that cannot be · range: the upper number is less than the lower · count: no whole
number · codes: no codes of countries · jurisdiction: none was chosen · proof: no such record of evidence."""
_CODE = re.compile(r"[A-Z]{2}")
_MOST = 10**10
LONGEST = 4000
_OLDEST = timedelta(days=3653)


class ValueRefusedError(ValueError):
    """It cannot be what this fact is."""

    def __init__(self, words: str, refusal: Refusal = "value") -> None:
        super().__init__(words)
        self.refusal = refusal


def correct(
    shelves: Shelves,
    office: Office,
    ticket_id: str,
    name: str,
    value: Any,
    *,
    by: str,
    why: str,
    proof: int | None = None,
) -> Refusal:
    """Say what is known (None: looked at, and unknown); the deadlines are counted anew. `proof`: number of the evidence that shows it."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None or name not in NAMES:
        return "unknown"
    if not is_open(ticket):
        return "already"
    if not why.strip():
        return "reason-missing"
    try:
        value = checked(name, value, ticket, shelves.now)
    except ValueRefusedError as error:
        return "when" if NAMES[name].kind == "time" else error.refusal
    if proof is not None and not shelves.evidence.has(ticket_id, proof):
        return "proof"
    before = known(shelves, office, ticket).fact(name)
    body = {"name": name, "was": before.value, "was_from": before.source, "now": value, "why": why, "proof": proof}
    record = shelves.evidence.add(ticket_id, by, "fact", name, body)
    shelves.facts.add(ticket_id, name, value, by=by, why=why, proof=proof or record.seq)
    shelves.audit.add(by, "ticket-fact", ticket_id, {"fact": name})
    if name == "known_at":
        known_at = datetime.fromisoformat(value)
        shelves.tickets.set_times(ticket.id, first_known_at=known_at)
        know_from(shelves, ticket, known_at)
    clocks.count(shelves, office, ticket_id, by=by)
    return ""


def checked(name: str, value: Any, ticket: Ticket, now: datetime) -> Any:
    """The value as it is kept. Raises `ValueRefusedError`."""
    if value is None:
        if name in {"known_at", "jurisdictions"}:
            raise ValueRefusedError(f"{name} always has a value", "jurisdiction")
        return None
    made = _CHECKS[NAMES[name].kind](value)
    if NAMES[name].kind == "time":
        at = datetime.fromisoformat(made)
        if not min(ticket.sent_at or now, ticket.first_known_at, now) - _OLDEST <= at <= now:
            raise ValueRefusedError("not before it could be known, and not in the future")
        if name == "known_at" and ticket.sent_at and at < ticket.sent_at:
            raise ValueRefusedError("nobody knew of it before it was sent")
    if name == "jurisdictions" and not (made and set(made) <= set(JURISDICTIONS)):
        raise ValueRefusedError("at least one of those that are known", "jurisdiction")
    return made


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueRefusedError("yes or no")
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise ValueRefusedError("a number", "count")
    return value


def _range(value: Any) -> dict[str, int | None]:
    least, most = _number(value.get("min") or 0), value.get("max")
    most = None if most is None else _number(most)
    if most is not None and least > most:
        raise ValueRefusedError("the least is more than the most", "range")
    return {"min": least, "max": most}


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise ValueRefusedError("kinds with their counts")
    return {str(kind)[:64]: _number(count) for kind, count in value.items()}


def _codes(value: Any) -> list[str]:
    codes = list(dict.fromkeys(str(one).strip().upper() for one in value))
    if not all(_CODE.fullmatch(one) or one in JURISDICTIONS for one in codes):
        raise ValueRefusedError("codes like JP", "codes")
    return codes


def _time(value: Any) -> str:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueRefusedError("a time without a zone is somebody's zone")
        return at.astimezone(UTC).isoformat()
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueRefusedError("a time, ISO 8601 with its offset") from error


def _risk(value: Any) -> str:
    if value not in RISKS:
        raise ValueRefusedError(f"one of {', '.join(RISKS)}")
    return str(value)


def _text(value: Any) -> str:
    return str(value).strip()[:LONGEST]


_CHECKS: Mapping[Kind, Any] = {
    "yes-no": _yes_no,
    "number": _number,
    "range": _range,
    "counts": _counts,
    "codes": _codes,
    "time": _time,
    "risk": _risk,
    "text": _text,
}
