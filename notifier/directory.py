"""The people of a directory, as `sekisho people import` kept them: a file that is looked at with every question about a person.

Mail never waits for the directory itself. What stands in the settings wins, person by person and field by field; a file that is
damaged counts as none. Roles come from the settings alone: they give power over other people's mail.
"""

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self

import structlog
from pydantic import AwareDatetime, ValidationError, model_validator

from mail.address import domain_key, is_inside, key
from notifier.options import Options, Person
from notifier.people import Index, quick_key

_log = structlog.get_logger("sekisho")
FILE: Final = "people.json"
"""Its name in `[store] directory`."""


class Listing(Options):
    """What one import found."""

    version: Literal[1]
    at: AwareDatetime
    """When it was read."""
    sources: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """What the directory said and could not be taken; for `sekisho check`."""
    domains: tuple[str, ...] = ()
    """Ours at that time: everybody in it belongs to one of them."""
    people: tuple[Person, ...] = ()
    """In the form of `[[organisation.people]]`, with nothing that a directory must not say."""

    @model_validator(mode="after")
    def _gives_no_power(self) -> Self:
        for person in self.people:
            if person.roles or person.deputy or person.phone or person.second or person.on_call:
                raise ValueError(
                    f"{person.address}: roles, deputy, phone, second and on_call stand in the settings alone"
                )
        return self


class State(NamedTuple):
    """The file as it was read last."""

    mark: tuple[int, int, int]
    listing: Listing | None = None
    problem: str = ""


class _Made(NamedTuple):
    state: State
    people: tuple[Person, ...]
    domains: tuple[str, ...]
    found: Index


_NO_FILE: Final = State((0, 0, 0))
_UNREADABLE: Final = (-1, -1, -1)


class Directory:
    """Everybody of the settings and of the file, as it is now (a `Source`)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._state: State | None = None
        self._made: _Made | None = None
        # The thread that writes to the store asks, too; who comes second waits instead of reading the same.
        self._lock = threading.Lock()

    def __eq__(self, other: object) -> bool:
        """Two of one file say the same."""
        return isinstance(other, Directory) and self.path == other.path

    __hash__ = None  # type: ignore[assignment]  # as of anything that compares by what it says

    def index(self, people: tuple[Person, ...], domains: tuple[str, ...]) -> Index:
        """Everybody: those of the settings first."""
        state, made = self.state(), self._made
        if made is None or made.state is not state or made.people is not people or made.domains != domains:
            with self._lock:
                found = _index(people, state.listing, domains) if state.listing else Index(people)
            made = self._made = _Made(state, people, domains, found)
        return made.found

    def state(self) -> State:
        """The file, read anew where it changed: one stat, which takes a thousandth of a millisecond."""
        mark, error = _mark(self.path)
        state = self._state
        if state is not None and state.mark == mark:
            return state
        with self._lock:
            if self._state is None or self._state.mark != mark:
                before, self._state = self._state, _read(self.path, mark, error)
                _say(self._state, before)
            return self._state


def write(path: Path, listing: Listing) -> None:
    """Whole or not at all: a new file in the same folder, flushed, then renamed. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".people-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(listing.model_dump_json(exclude_defaults=True, indent=1) + "\n")
            file.flush()
            os.fsync(handle)
            # The folder keeps others out; who imports need not be who runs the relay.
            os.fchmod(handle, 0o644)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _mark(path: Path) -> tuple[tuple[int, int, int], str]:
    """What changes with every writing; second: why it cannot be looked at."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - half of what Path.stat takes, and asked for every person
    except FileNotFoundError:
        return _NO_FILE.mark, ""
    except OSError as error:
        return _UNREADABLE, str(error.strerror)
    return (stat.st_mtime_ns, stat.st_ino, stat.st_size), ""


def _read(path: Path, mark: tuple[int, int, int], error: str) -> State:
    if error or mark == _NO_FILE.mark:
        return State(mark, problem=error)
    try:
        return State(mark, Listing.model_validate_json(path.read_bytes()))
    except OSError as failed:
        return State(mark, problem=str(failed.strerror))
    except ValidationError as failed:
        first = failed.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        return State(mark, problem=f"{place}: {first['msg']}" if place else first["msg"])


def _say(state: State, before: State | None) -> None:
    """To the log: once for every change, and at the start what is wrong."""
    if state.problem:
        _log.error("people file unreadable", error=state.problem)
    elif before is not None and state.listing:
        _log.info("people", people=len(state.listing.people), read_at=state.listing.at.isoformat())
    elif before is not None and before.listing:
        _log.warning("people file gone")


def _index(settings: tuple[Person, ...], listing: Listing, domains: Sequence[str]) -> Index:
    """Who stands in both is one person: by the main address in the directory, and any address in the settings."""
    ours = {key(address): person for person in reversed(settings) for address in (*person.aliases, person.address)}
    inside = frozenset(domain_key(domain) for domain in domains)
    all_inside = inside.issuperset(listing.domains)
    both: dict[str, Person] = {}
    others: list[Person] = []
    for one in listing.people if all_inside else _inside(listing.people, inside):
        if known := ours.get(quick_key(one.address)):
            both.setdefault(known.address, one)
        else:
            others.append(one)
    further: dict[str, Person] = {}
    people = [
        _merged(person, both[person.address], ours, further) if person.address in both else person
        for person in settings
    ]
    return Index([*people, *others], further)


def _inside(listed: Iterable[Person], domains: frozenset[str]) -> Iterator[Person]:
    """Those of our own domains, with what is in them: one may not be ours any more since the import."""
    for one in listed:
        if is_inside(one.address, domains):
            lists = {
                field: tuple(address for address in getattr(one, field) if is_inside(address, domains))
                for field in ("aliases", "delegates", "teams")
            }
            superior = one.superior if is_inside(one.superior, domains) else ""
            yield one.model_copy(update={**lists, "superior": superior})


def _merged(person: Person, one: Person, ours: Mapping[str, Person], further: dict[str, Person]) -> Person:
    """The person of the settings with what only the directory says.

    Their further addresses in the directory are theirs, so that they approve nothing of their own; no role comes with them.
    """
    said = {*person.model_fields_set, "address", "aliases"}
    merged = person.model_copy(update={name: getattr(one, name) for name in one.model_fields_set - said})
    if "aliases" in person.model_fields_set:
        return merged
    aliases = tuple(alias for alias in one.aliases if key(alias) not in ours)
    if not person.roles:
        return merged.model_copy(update={"aliases": aliases})
    further |= dict.fromkeys((key(alias) for alias in aliases), merged.model_copy(update={"roles": ()}))
    return merged
