"""The manual as data: it is read whole and checked, or not at all; a ticket gets its steps with owner and due time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from notifier.options import Organisation
from response import manual_file
from response.manual_file import FOLDER, ManualError
from response.manual_shape import KINDS, PREPARATION, Act, Deed, Kind, ManualStep, Phase, Sheet, Words
from response.roles import owner_of
from store.tickets import Step

__all__ = ["FOLDER", "KINDS", "PREPARATION", "Act", "Case", "Deed", "Kind", "Manual", "ManualError", "ManualStep"]
__all__ += ["Phase", "Words", "load", "parse"]

COMMON = "misdirected-mail"
"""What the manuals of the kinds extend; an organisation's own that extends it stands in its place."""


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
    """SHA-256 of the file, and of those that it extends; hex."""
    name: str
    phases: tuple[Phase, ...]
    steps: tuple[ManualStep, ...]
    kind: Kind | None = None
    """The kind of mistake that it is for; None: any."""
    kinds: Mapping[Kind, "Manual"] = field(default_factory=dict, compare=False)
    """The manuals that extend this one, by kind; empty where the organisation's own is for every kind."""

    @property
    def gate(self) -> ManualStep:
        """The step before anything outward."""
        return next(step for step in self.steps if step.gate)

    @property
    def document(self) -> dict[str, Any]:
        """The whole text as JSON, for the store: an old ticket is shown by its own version."""
        sheet = Sheet.model_construct(name=self.name, kind=self.kind, phases=self.phases, steps=self.steps)
        return sheet.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def of_document(cls, version: str, document: Mapping[str, Any]) -> Self:
        """The inverse of `document`. Raises pydantic's ValidationError for what never was one."""
        return cls._of(version, Sheet.model_validate(document))

    @classmethod
    def _of(cls, version: str, sheet: Sheet) -> Self:
        return cls(version, sheet.name, sheet.phases, sheet.steps, sheet.kind)

    def of_kind(self, kind: Kind) -> "Manual":
        """The manual for that kind of mistake; itself where it is for every kind."""
        return self.kinds.get(kind, self)

    def step(self, step_id: str) -> ManualStep | None:
        """One step; None where this version has none of that id."""
        return next((step for step in self.steps if step.id == step_id), None)

    def automatic(self, act: Act) -> tuple[str, ...]:
        """Ids of the steps that the gateway marks when it did this."""
        return tuple(step.id for step in self.steps if step.automatic == act and step.phase != PREPARATION)

    def done_when(self, deed: Deed) -> frozenset[str]:
        """Ids of the steps that are finished when somebody did this."""
        return frozenset(step.id for step in self.steps if step.done_when == deed)

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
    """Read the manual of that name in our folder, or of that path (relative to `base`), with those of the kinds. Raises `ManualError`."""
    draft = manual_file.read(manual, base or Path())
    own = Manual._of(draft.digest, draft.sheet())  # noqa: SLF001 - of this module
    if own.kind or COMMON not in draft.lineage:
        return own
    kinds = {kind: _of_kind(kind, draft, own) for kind in KINDS}
    return Manual(own.version, own.name, own.phases, own.steps, kinds=kinds)


def parse(content: bytes, file: str) -> Manual:
    """Read and check a manual. Raises `ManualError` with every mistake at once."""
    draft = manual_file.drafted(content, file)
    return Manual._of(draft.digest, draft.sheet())  # noqa: SLF001 - of this module


def _of_kind(kind: Kind, common: manual_file.Draft, own: Manual) -> Manual:
    """The manual of a kind on top of the organisation's."""
    draft = manual_file.read(kind, FOLDER, instead={COMMON: common})
    found = Manual._of(draft.digest, draft.sheet())  # noqa: SLF001 - of this module
    name = kind if own.name == COMMON else f"{own.name}: {kind}"[:64]
    return Manual(found.version, name, found.phases, found.steps, kind)
