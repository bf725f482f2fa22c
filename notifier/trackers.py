"""Trackers: a ticket as an outside tracker sees it, and how it gets there: search, create, read every field back, write what differs.

    reference known? ──► read ──► differs? ──► write that ──► read back ──► ok | mismatch (which)
        └── no ──► search own number ──► not there: create ──┘

Nothing is believed because it was answered with 2xx: a tracker may drop a field and say 201.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from notifier.asking import OutsideError
from notifier.tracker_options import Tracker
from store.errors import KeyFileError
from store.seal import read_password

FACTS = (
    *("case", "kind", "state", "opened", "first_known", "reported", "sent", "superior_told", "contained", "confirmed"),
    *("closed", "due", "deadline", "persons_min", "persons_max", "link"),
)
"""What may be named in `fields`, beside `summary` and `text`, which have a place of their own everywhere."""
UNKNOWN = "unknown"
"""Unknown is a value: never blank, never nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as the outside sees it: numbers, times, words of closed lists, and the way to our page."""

    id: str
    """Of this state of it: the same over all tries, another after a change."""
    number: str
    facts: Mapping[str, str]
    """By the names of `FACTS`; times are ISO 8601 in UTC, "" where nothing is there to say."""
    summary: str
    text: str
    zone_day: Mapping[str, date]
    """The days of the times in the house's own zone."""
    event: str
    """ticket.opened, ticket.state, ticket.closed, ticket.deadline."""
    at: datetime
    language: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of it."""

    reference: str
    url: str = ""
    fields: tuple[str, ...] = ()
    """Facts that did not come back as they were written."""
    is_read: bool = True
    """Whether it could be read back."""


class System(Protocol):
    """One tracker that can be asked."""

    def wanted(self, case: Case) -> Mapping[str, Any]:
        """Fact → value, as `read` gives it."""

    async def find(self, number: str) -> str:
        """The reference of the case with our number; "" for none."""

    async def create(self, case: Case) -> str:
        """Make it; its reference."""

    async def read(self, reference: str) -> Mapping[str, Any] | None:
        """What stands there, by fact; None when it is not there."""

    async def update(self, reference: str, case: Case, names: tuple[str, ...]) -> None:
        """Write these facts."""

    def url(self, reference: str) -> str:
        """Where people see it."""


class Kind(Protocol):
    """What a module of `notifier/channels/` for trackers offers. It may also have `WAITS`: the seconds between its tries, the last then final."""

    async def mirror(self, case: Case, reference: str, options: Tracker, /) -> Carried:
        """Bring the case there. `reference`: as it was given the last time. Raises `OutsideError`."""

    async def probe(self, options: Tracker, /) -> tuple[str, ...]:
        """What is wrong there, as `key: what`. Raises `OutsideError` where it does not answer."""

    def lacks(self, options: Tracker, /) -> Iterator[tuple[str, str]]:
        """What the settings do not say: key, and what to write."""


async def carry(system: System, case: Case, reference: str) -> Carried:
    """Bring a tracker to where the ticket is, however often it is called. Raises `OutsideError`."""
    has = await system.read(reference) if reference else None
    if has is None:  # never there, taken away there, or made by a try that did not live to say so
        reference = await system.find(case.number)
        has = await system.read(reference) if reference else None
    if has is None:
        reference = await system.create(case)
        has = await system.read(reference)
    if has is not None and (wrong := _differing(system, case, has)):
        await system.update(reference, case, wrong)
        has = await system.read(reference)
    return Carried(reference, system.url(reference), _differing(system, case, has or {}))


def _differing(system: System, case: Case, has: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in system.wanted(case).items() if not same(value, has.get(name)))


def same(one: Any, other: Any) -> bool:
    r"""Whether two values say the same: trackers turn numbers into texts, and line ends into others.

    >>> same("42", 42.0), same(None, ""), same("a\r\nb ", "a\nb"), same("4", "5")
    (True, True, True, False)
    """
    left, right = (" ".join(str(value).split()) if value is not None else "" for value in (one, other))
    if left == right:
        return True
    try:
        return float(left) == float(right)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Field:
    """Where a fact goes."""

    name: str
    type: str = "text"
    """text, number, time, day."""


def fields(options: Tracker, own: Mapping[str, str]) -> Mapping[str, Field]:
    """Every fact with its field: those of the module, then those of the settings."""
    made = {}
    for fact, text in {**own, **options.fields}.items():
        name, colon, kind = text.rpartition(":")
        made[fact] = Field(name, kind) if colon and kind in {"number", "time", "day"} else Field(text)
    return made


def value(case: Case, fact: str, field: Field, time_format: str) -> Any:
    """What is written into a field; None for nothing. `time_format`: of the tracker's times, for strftime."""
    if fact in {"summary", "text"}:
        return case.summary if fact == "summary" else case.text
    said = case.facts[fact]
    match field.type:
        case "number":
            return int(said) if said.isdecimal() else None
        case "time":
            return datetime.fromisoformat(said).astimezone(UTC).strftime(time_format) if said else None
        case "day":
            return case.zone_day[fact].isoformat() if said else None
    return said


def secret(options: Tracker) -> str:
    """The password or token. Raises `OutsideError`."""
    if options.secret_file is None:
        raise OutsideError("secret_file is missing", permanent=True)
    try:
        return read_password(options.secret_file)
    except KeyFileError as error:
        raise OutsideError("secret_file cannot be used", permanent=True) from error


def text_at(said: Any, *steps: str | int) -> str:
    """A value inside an answer as text. Raises `OutsideError`: it is not there, so this is no answer of that API."""
    for step in steps:
        try:
            said = said[step]
        except (KeyError, IndexError, TypeError) as error:
            raise OutsideError("its answer is not what its API promises", permanent=True) from error
    return str(said)
