"""The manual as data: it is read whole and checked, or not at all; a ticket gets its steps with owner and due time."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from notifier.options import Options, Organisation
from response.roles import Role, owner_of
from store.tickets import Step

FOLDER = Path(__file__).parent / "manual"
PREPARATION = "0"
"""The phase that is done before anything happens; no part of a ticket."""


Act = Literal["opened", "frozen", "stopped", "proven", "blocked"]
"""What the gateway does by itself."""


class ManualError(ValueError):
    """The manual cannot be used; one line a mistake, `file: key: what is wrong`."""


class Words(Options):
    """One sentence in both languages."""

    ja: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Phase(Options):
    """A part of the manual."""

    id: str = Field(min_length=1)
    title: Words


class ManualStep(Options):
    """One step of the manual, before anybody owns it."""

    id: str = Field(pattern=r"^\w+(\.\w+)*$", max_length=16)
    phase: str
    title: Words
    roles: tuple[Role, ...] = Field(min_length=1)
    """The first that somebody holds owns the step; `gateway` is nobody."""
    clock: Literal["K", "R", "O", ""] = ""
    """K first known · R reported · O opened."""
    due: timedelta | None = None
    """Counted from the clock; ISO 8601 in the file."""
    due_words: Words | None = None
    """Where the due time is no plain offset, or more is to be said of it."""
    gate: bool = False
    """Nothing outward is done before it: "tell your superior"."""
    outward: bool = False
    """Writes to the outside."""
    automatic: Act | None = None
    """The gateway marks it, when it really did this."""
    sets: Literal["confirmed_at"] | None = None
    """The time of the ticket that it gives when done; the gate gives `superior_told_at`."""
    reaches: Literal["assessed", "reported"] | None = None
    """The state of the ticket when it is done."""
    fills: Words
    decision: Words | None = None
    source: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _due_says_something(self) -> Self:
        if (self.due is None) != (self.clock == ""):
            raise ValueError("clock and due belong together: give both or neither")
        if self.due is None and self.due_words is None:
            raise ValueError("say when: clock and due, or due_words")
        return self


class _File(Options):
    name: str = Field(min_length=1, max_length=64)
    phases: tuple[Phase, ...] = Field(min_length=1)
    steps: tuple[ManualStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        ids = [step.id for step in self.steps]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"steps: these ids stand twice: {', '.join(twice)}")
        phases = {phase.id for phase in self.phases}
        lost = [step.id for step in self.steps if step.phase not in phases]
        if lost:
            raise ValueError(f"steps: these name a phase that does not exist: {', '.join(lost)}")
        gates = [step.id for step in self.steps if step.gate]
        if len(gates) != 1:
            raise ValueError(f"steps: exactly one has gate = true, here {len(gates)}: {', '.join(gates)}")
        gate = next(step for step in self.steps if step.gate)
        if gate.outward or gate.automatic or gate.phase == PREPARATION:
            raise ValueError(f"steps: the gate {gate.id} is a person's, inside, and part of the ticket")
        return self


@dataclass(frozen=True, slots=True)
class Case:
    """What the steps of one ticket depend on."""

    sender: str
    """Who sent the mail, or who found it when the sender is unknown; "" neither."""
    first_known_at: datetime
    reported_at: datetime
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Manual:
    """A manual in one version."""

    version: str
    """SHA-256 of the file, hex."""
    name: str
    phases: tuple[Phase, ...]
    steps: tuple[ManualStep, ...]

    @property
    def gate(self) -> ManualStep:
        """The step before anything outward."""
        return next(step for step in self.steps if step.gate)

    def step(self, step_id: str) -> ManualStep | None:
        """One step; None where this version has none of that id."""
        return next((step for step in self.steps if step.id == step_id), None)

    def automatic(self, act: Act) -> tuple[str, ...]:
        """Ids of the steps that the gateway marks when it did this."""
        return tuple(step.id for step in self.steps if step.automatic == act and step.phase != PREPARATION)

    def steps_for(self, case: Case, organisation: Organisation) -> tuple[Step, ...]:
        """Make the steps of a new ticket in the manual's order, without preparation, each with owner and due time (UTC)."""
        starts = {"K": case.first_known_at, "R": case.reported_at, "O": case.opened_at}
        ours = [step for step in self.steps if step.phase != PREPARATION]
        return tuple(
            Step(
                step=step.id,
                position=position,
                phase=step.phase,
                title=step.title.model_dump(),
                role=" + ".join(step.roles),
                owner=owner_of(step.roles, case.sender, organisation),
                clock=step.clock,
                due=None if step.due is None else starts[step.clock] + step.due,
                due_words=step.due_words.model_dump() if step.due_words else {},
                outward=step.outward,
                gate=step.gate,
            )
            for position, step in enumerate(ours)
        )


def load(manual: str, base: Path | None = None) -> Manual:
    """Read the manual of that name in our folder, or of that path (relative to `base`). Raises `ManualError`."""
    path = FOLDER / f"{manual}.toml"
    if "/" in manual or manual.endswith(".toml"):
        path = (base or Path()) / manual
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ManualError(f"{path}: cannot be read: {error.strerror}") from error
    return parse(content, str(path))


def parse(content: bytes, file: str) -> Manual:
    """Read and check a manual. Raises `ManualError` with every mistake at once."""
    try:
        table = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManualError(f"{file}: {error}") from error
    try:
        read = TypeAdapter(_File).validate_python(table)
    except ValidationError as error:
        places = [item["loc"] for item in error.errors()]
        # A list whose members are wrong is "too short", too: only the members are named.
        follows = [
            i["type"] == "too_short" and any(p[: len(i["loc"])] == i["loc"] != p for p in places)
            for i in error.errors()
        ]
        named = [item for item, is_echo in zip(error.errors(), follows, strict=True) if not is_echo]
        lines = [f"{file}: {_key(item['loc'], table)}: {item['msg']}" for item in named]
        raise ManualError("\n".join(lines)) from error
    return Manual(hashlib.sha256(content).hexdigest(), read.name, read.phases, read.steps)


def _key(place: tuple[int | str, ...], table: dict[str, object]) -> str:
    """`steps.2.5.due`: a step is named by its id, not by its place in the file."""
    match place:
        case ("steps" | "phases" as kind, int(index), *rest):
            rows = table.get(kind)
            row = rows[index] if isinstance(rows, list) and index < len(rows) else {}
            named = row.get("id", f"[{index}]") if isinstance(row, dict) else f"[{index}]"
            return ".".join(str(p) for p in (kind, named, *rest))
        case ():
            return "file"
        case _:
            return ".".join(str(p) for p in place)
