"""What `check` says of one thing that is not ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple


class Mistake(NamedTuple):
    """A value of the settings that is well-formed and of no use."""

    key: str
    what: str
    write: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not ready, or worth a second look."""

    severity: Literal["error", "warning"]
    """error: mail would not be taken, kept or asked about. warning: it works, or it could not be found out."""
    where: str
    """A key of the settings, with file and line where it stands there; or what was looked at."""
    what: str
    write: str = ""
    """What to write or do instead."""

    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.what}{f'; {self.write}' if self.write else ''}"


def exit_status(problems: Iterable[Problem]) -> int:
    """1 when something is not ready, else 0 (decisions: exit status)."""
    return int(any(p.severity == "error" for p in problems))
