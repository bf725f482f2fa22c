"""Forms: proof that a form is ours and as new as the state it shows, and what a person answers that a machine does not.

A scanner that opens links may run scripts, press every button, tick everything, the first or the last of everything. So a radio group
that carries several values counts as unanswered, nothing is chosen beforehand, and what sends stands neither first nor last.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import FormData

from mail.marks import stream_safe
from store import ids

TAIL = 4
"""How many letters at the end of a ticket's number the desk is asked for, once, before it works on it."""
OPEN = timedelta(hours=2)
"""How long a form that anybody may open is taken; then it is shown once more, with what was filled in."""
MAX_WORDS = 4000
"""Letters of a note; what is longer is cut."""


class Fit(Enum):
    """What a form token is worth."""

    FITS = auto()
    STALE = auto()
    """Ours, but made for a state that has changed since."""
    FORGED = auto()


def form_token(key: bytes, link: str, state: Sequence[str], at: datetime | None = None) -> str:
    """Make the hidden value of a form, bound to the link it stands under and to the state that was shown; `at`: when it was, if that counts."""
    shown = _digest(state)
    return str(_serializer(key, "form", link).dumps([shown, at.timestamp()] if at else shown))


def fit(key: bytes, link: str, state: Sequence[str], given: str) -> Fit:
    """Whether a form is ours and as new as the state."""
    try:
        seen = _serializer(key, "form", link).loads(given)
    except BadData:
        return Fit.FORGED
    shown = seen[0] if isinstance(seen, list) else seen
    return Fit.FITS if shown == _digest(state) else Fit.STALE


def shown_at(key: bytes, link: str, given: str) -> datetime | None:
    """When a form was shown that says so; None for another, or one that is not ours."""
    try:
        seen = _serializer(key, "form", link).loads(given)
    except BadData:
        return None
    return datetime.fromtimestamp(seen[1], UTC) if isinstance(seen, list) else None


def dated_token(key: bytes, link: str, at: datetime) -> str:
    """Make the hidden value of a form that anybody may open, bound to the time when it was."""
    return str(_serializer(key, "dated", link).dumps(int(at.timestamp())))


def dated_fit(key: bytes, link: str, given: str, now: datetime) -> Fit:
    """Whether a form is ours and was opened not long ago."""
    try:
        at = _serializer(key, "dated", link).loads(given)
    except BadData:
        return Fit.FORGED
    return Fit.FITS if now.timestamp() - at <= OPEN.total_seconds() else Fit.STALE


def work_pass(key: bytes, link: str, until: datetime) -> str:
    """Who answered the number once may press buttons of this link until then."""
    return str(_serializer(key, "work", link).dumps(int(until.timestamp())))


def may_work(key: bytes, link: str, given: str, now: datetime) -> bool:
    """Whether a work pass is ours, for this link, and not over."""
    try:
        until = _serializer(key, "work", link).loads(given)
    except BadData:
        return False
    return isinstance(until, int) and now.timestamp() < until


def receipt(key: bytes, number: str, at: datetime) -> str:
    """Keep a number to show once more after a form was sent, without asking the store who may see it."""
    return str(_serializer(key, "receipt", "").dumps([number, int(at.timestamp())]))


def read_receipt(key: bytes, given: str, now: datetime) -> str | None:
    """Read the number of a receipt of the last day; None for another."""
    try:
        number, at = _serializer(key, "receipt", "").loads(given)
    except BadData:
        return None
    return str(number) if now.timestamp() - at < timedelta(days=1).total_seconds() else None


def answers_number(text: str, number: str) -> bool:
    """Whether somebody typed the end of the number, or all of it, in whatever letters a keyboard gives."""
    plain = unicodedata.normalize("NFKC", stream_safe(text)).strip()
    return number in {ids.parse(plain), ids.parse(number[:-TAIL] + plain)}


def single(form: FormData, name: str) -> str:
    """Give the value of a field that has exactly one; several are no answer."""
    values = form.getlist(name)
    return values[0] if len(values) == 1 and isinstance(values[0], str) else ""


def several(form: FormData, name: str) -> tuple[str, ...]:
    """Give the values of a group of check boxes."""
    return tuple(value for value in form.getlist(name) if isinstance(value, str))


def text(form: FormData, name: str) -> str:
    """Give what somebody wrote, without control characters but line ends."""
    plain = single(form, name).replace("\r\n", "\n")
    return "".join(c for c in plain if c == "\n" or not unicodedata.category(c).startswith("C")).strip()[:MAX_WORDS]


def _serializer(key: bytes, purpose: str, link: str) -> URLSafeSerializer:
    """Put the link into the salt by its digest: a form of one link is a forgery under another."""
    return URLSafeSerializer(key, salt=f"sekisho.{purpose}.{hashlib.sha256(link.encode()).hexdigest()}")


def _digest(state: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(state).encode()).hexdigest()[:32]
