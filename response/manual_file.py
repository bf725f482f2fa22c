"""The files of a manual: one may extend another, and every mistake is said with the file and the line where it stands."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from notifier import toml_lines
from response.manual_shape import Sheet

FOLDER = Path(__file__).parent / "manual"
_OWN = frozenset({"extends", "leave_out"})
"""Keys of a file that extends another; the rest is the manual's."""


class ManualError(ValueError):
    """The manual cannot be used; one line a mistake, `file:line: key: what is wrong`."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file, as written."""

    file: str
    lines: Mapping[toml_lines.Path, int] = field(default_factory=dict)

    def at(self, place: toml_lines.Path) -> str:
        """`file:line` of that place, or of the nearest thing around it that is written."""
        line = next((self.lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self.lines), 1)
        return f"{self.file}:{line}"


@dataclass(frozen=True, slots=True)
class Row:
    """A phase or a step, with where each file that wrote of it did so, the newest first."""

    table: Mapping[str, Any]
    places: tuple[tuple[Source, toml_lines.Path, frozenset[str]], ...]

    @property
    def is_ours(self) -> bool:
        """Whether a built-in manual wrote it."""
        return Path(self.places[0][0].file).parent == FOLDER

    def at(self, rest: toml_lines.Path) -> str:
        """`file:line` of one of its keys."""
        for source, place, keys in self.places:
            if rest and rest[0] in keys:
                return source.at((*place, *rest))
        source, place, _ = self.places[0]
        return source.at(place)


@dataclass(frozen=True, slots=True)
class Draft:
    """A manual that is read and not yet checked, with all that it extends."""

    source: Source
    digest: str
    """SHA-256 of the file, and of what it extends; hex."""
    head: Mapping[str, Any]
    phases: tuple[Row, ...]
    steps: tuple[Row, ...]
    lineage: tuple[str, ...]
    """Names of the built-in manuals and paths that it is made of, its own first."""

    def sheet(self) -> Sheet:
        """Check it whole. Raises `ManualError` with every mistake."""
        rows = {"phases": self.phases, "steps": self.steps}
        table = {**self.head, **{name: [dict(row.table) for row in found] for name, found in rows.items()}}
        try:
            return Sheet.model_validate(table)
        except ValidationError as error:
            raise ManualError("\n".join(self._said(error))) from error

    def _said(self, error: ValidationError) -> Iterator[str]:
        places = [item["loc"] for item in error.errors()]
        for item in error.errors():
            place = item["loc"]
            # A list whose members are wrong is "too short", too: only the members are named.
            if item["type"] == "too_short" and any(p[: len(place)] == place != p for p in places):
                continue
            yield f"{self._at(place)}: {self._key(place)}: {item['msg']}"

    def _at(self, place: toml_lines.Path) -> str:
        match place:
            case ("steps" | "phases" as kind, int(index), *rest):
                return (self.steps if kind == "steps" else self.phases)[index].at(tuple(rest))
            case _:
                return self.source.at(place)

    def _key(self, place: toml_lines.Path) -> str:
        """`steps.2.5.due`: a step is named by its id, not by its place in the file."""
        match place:
            case ("steps" | "phases" as kind, int(index), *rest):
                row = (self.steps if kind == "steps" else self.phases)[index]
                return ".".join(str(p) for p in (kind, row.table.get("id", f"[{index}]"), *rest))
            case ():
                return "file"
            case _:
                return ".".join(str(p) for p in place)


def read(manual: str, base: Path, *, instead: Mapping[str, Draft] | None = None, seen: tuple[str, ...] = ()) -> Draft:
    """Read the manual of that name in our folder, or of that path (relative to `base`), with what it extends.

    `instead`: drafts that stand for manuals of these names, for whoever extends them. Raises `ManualError`.
    """
    if instead and manual in instead:
        return instead[manual]
    own = "/" in manual or manual.endswith(".toml")
    path = base / manual if own else FOLDER / f"{manual}.toml"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ManualError(f"{path}: cannot be read: {error.strerror}") from error
    return drafted(content, str(path), name=str(path.resolve()) if own else manual, instead=instead, seen=seen)


def drafted(
    content: bytes, file: str, *, name: str = "", instead: Mapping[str, Draft] | None = None, seen: tuple[str, ...] = ()
) -> Draft:
    """The same of a content; `seen`: what is being read already. Raises `ManualError`."""
    try:
        text = content.decode()
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ManualError(f"{file}:{line}: is not UTF-8; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ManualError(
            f"{file}:{_line_of(error, content)}: is not TOML: {str(error).partition(' (at ')[0]}"
        ) from error
    source, name = Source(file, toml_lines.index(text)), name or file
    for key in ("phases", "steps"):
        rows = table.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ManualError(f"{source.at((key,))}: {key}: write each as a table of its own: [[{key}]]")
    head = {key: value for key, value in table.items() if key not in {"phases", "steps", *_OWN}}
    rows = {key: [_row(source, key, n, row) for n, row in enumerate(table.get(key, []))] for key in ("phases", "steps")}
    digest = hashlib.sha256(content).hexdigest()
    alone = Draft(source, digest, head, tuple(rows["phases"]), tuple(rows["steps"]), (name,))
    if "extends" not in table:
        return alone
    extends = table["extends"]
    if not isinstance(extends, str) or not extends or name in seen:
        raise ManualError(
            f"{source.at(('extends',))}: extends: names another manual, by name or path, and never itself"
        )
    of = read(extends, Path(file).parent, instead=instead, seen=(*seen, name))
    return _extended(alone, of, table.get("leave_out", []))


def _row(source: Source, key: str, number: int, table: Mapping[str, Any]) -> Row:
    return Row(table, ((source, (key, number), frozenset(table)),))


def _line_of(error: tomllib.TOMLDecodeError, content: bytes) -> int:
    """The line in the message of tomllib, which has no attribute for it before Python 3.14; else the last one."""
    _, _, at = str(error).partition("(at line ")
    number = at.split(",")[0]
    return int(number) if number.isdecimal() else content.count(b"\n") + 1


def _extended(own: Draft, of: Draft, leave_out: object) -> Draft:
    """What a file says on top of the one that it extends: rows of a known id change that, others are added."""
    left = leave_out if isinstance(leave_out, list) else [leave_out]
    if unknown := [one for one in left if one not in {row.table.get("id") for row in of.steps}]:
        place = own.source.at(("leave_out",))
        raise ManualError(f"{place}: leave_out: the manual that is extended has no step {', '.join(map(str, unknown))}")
    steps = [row for row in of.steps if row.table.get("id") not in left]
    for row in own.steps:
        _put(steps, row)
    phases = list(of.phases)
    for row in own.phases:
        _put(phases, row)
    digest = hashlib.sha256(f"{own.digest} {of.digest}".encode()).hexdigest()
    return replace(own, digest=digest, phases=tuple(phases), steps=tuple(steps), lineage=(*own.lineage, *of.lineage))


def _put(rows: list[Row], new: Row) -> None:
    """Change the row of that id; or add one behind the row that `after` names, else at the end of its phase."""
    known = {row.table.get("id"): n for n, row in enumerate(rows)}
    after = new.table.get("after")
    table = {key: value for key, value in new.table.items() if key != "after"}
    there = known.get(table.get("id"))
    if after is not None and after not in known and new.is_ours:
        after = None  # the organisation left it out: ours still stands in its phase
    if after is not None and after not in known:
        raise ManualError(f"{new.at(('after',))}: steps.{table.get('id')}.after: there is no step {after}")
    if there is not None:
        old = rows.pop(there)
        new = Row({**old.table, **table}, (*new.places, *old.places))
        rows.insert(there, new) if after is None else _behind(rows, after, new)
        return
    new = replace(new, table=table)
    same = [row.table["id"] for row in rows if row.table.get("phase") == table.get("phase") and "phase" in table]
    last = after if after is not None else same[-1] if same else None
    rows.append(new) if last is None else _behind(rows, last, new)


def _behind(rows: list[Row], step: object, new: Row) -> None:
    place = next((n for n, row in enumerate(rows) if row.table.get("id") == step), len(rows) - 1)
    rows.insert(place + 1, new)
