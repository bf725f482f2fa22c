"""What `check` says of one thing that is not ready."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from notifier.toml_lines import index
from service.problems import written

_TABLES = {"next_hop", "organisation", "sandbox"}
"""Tables that a problem names as a whole; what else has no dot is no key (the gate, a frozen store, a domain in DNS)."""


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


def located(problem: Problem, file: Path) -> str:
    """The problem for people, with file and line where its key, or else its table, stands in the settings."""
    lines = {written(place): line for place, line in index(file.read_text(encoding="utf-8")).items()}
    key = problem.where
    if "." not in key and key not in _TABLES:
        return str(problem)
    line = lines.get(key) or lines.get(key.rpartition(".")[0])
    return str(replace(problem, where=f"{file}:{line}: {key}") if line else problem)


def exit_status(problems: Iterable[Problem]) -> int:
    """1 when something is not ready, else 0 (decisions: exit status)."""
    return int(any(p.severity == "error" for p in problems))
