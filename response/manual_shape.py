"""The shape of a manual: phases and steps, each checked by itself and all of them together."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from notifier.options import Options
from response.roles import Role

PREPARATION = "0"
"""The phase that is done before anything happens; no part of a ticket."""
Act = Literal["opened", "frozen", "stopped", "proven", "blocked"]
"""What the gateway does by itself."""
Deed = Literal[
    "asked",
    "answered",
    "leak-decided",
    "authority-decided",
    "persons-decided",
    "publication-decided",
    "reasons-signed",
    "preliminary-filed",
    "final-filed",
]
"""What people do in another section of a ticket (`response.marking`)."""
Kind = Literal["wrong-recipient", "forgotten-bcc", "wrong-attachment", "stray-domain", "list-exposure"]
"""What went wrong; each has a manual of its own name that extends the common one."""
KINDS: tuple[Kind, ...] = ("wrong-recipient", "forgotten-bcc", "wrong-attachment", "stray-domain", "list-exposure")


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
    done_when: Deed | None = None
    """It is finished, in the name of whoever did this."""
    shows: Literal["links"] | None = None
    """What is shown of the case beside the step: the links in the text, by domain."""
    sets: Literal["confirmed_at"] | None = None
    """The time of the ticket that it gives when done; the gate gives `superior_told_at`."""
    reaches: Literal["assessed", "reported"] | None = None
    """The state of the ticket when it is done."""
    fills: Words
    decision: Words | None = None
    evidence: Words | None = None
    """What has to be written down before it is done: its note may not be empty then."""
    source: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _due_says_something(self) -> Self:
        if (self.due is None) != (self.clock == ""):
            raise ValueError("clock and due belong together: give both or neither")
        if self.due is None and self.due_words is None:
            raise ValueError("say when: clock and due, or due_words")
        return self


class Sheet(Options):
    """A whole manual, with everything that it took over from others."""

    name: str = Field(min_length=1, max_length=64)
    kind: Kind | None = None
    """The kind of mistake that it is for; without, it is for any."""
    phases: tuple[Phase, ...] = Field(min_length=1)
    steps: tuple[ManualStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for what, ids in (("steps", [s.id for s in self.steps]), ("phases", [p.id for p in self.phases])):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            if twice:
                raise ValueError(f"{what}: these ids stand twice: {', '.join(twice)}")
        phases = {phase.id for phase in self.phases}
        lost = [step.id for step in self.steps if step.phase not in phases]
        if lost:
            raise ValueError(f"steps: these name a phase that does not exist: {', '.join(lost)}")
        gates = [step.id for step in self.steps if step.gate]
        if len(gates) != 1:
            raise ValueError(f"steps: exactly one has gate = true, here {len(gates)}: {', '.join(gates)}")
        gate = next(step for step in self.steps if step.gate)
        if gate.outward or gate.automatic or gate.done_when or gate.phase == PREPARATION:
            raise ValueError(f"steps: the gate {gate.id} is a person's, inside, and part of the ticket")
        return self
