"""Scenarios of drills as data: our folder and one of the organisation's own; a file is read whole and checked, or not at all."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationError

from notifier.options import Language, Options
from response.manual import Words
from response.roles import Role

FOLDER: Final = Path(__file__).parent / "drills"
LONGEST: Final = 8 * 60
"""Minutes; a drill that nobody stops ends by itself."""
Told = Role | Literal["colleague"]
"""Whom something is played to: the player is "sender"; "colleague" is somebody else without a role."""


class ScenarioError(ValueError):
    """A scenario cannot be used; one line a mistake, `file: key: what is wrong`."""


def _local(text: str) -> str:
    if not text.isascii() or not text.replace(".", "").replace("-", "").isalnum():
        raise ValueError("letters, digits, dots and hyphens only: it stands before the @ of the sink")
    return text


class Mail(Options):
    """`[mail]`: what went to the wrong one."""

    to: Annotated[str, AfterValidator(_local)] = Field(default="tanaka", min_length=1, max_length=40)
    """Before the @ of the wrong address; behind it stands the sink."""
    subject: Words
    text: Words
    file: Words | None = None
    """Name of the attachment."""
    rows: int = Field(default=30, ge=1, le=2000)
    """People in it, all invented."""


class Inject(Options):
    """`[[injects]]`: something that happens at a set minute."""

    minute: int = Field(ge=0, le=LONGEST)
    to: Told
    words: Words
    """`{number}` is what a report of the drill says."""


class Scenario(Options):
    """One file."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", max_length=64)
    title: Words
    scene: Words
    """What everybody assumes, for example that it is night; shown on the ticket."""
    minutes: int = Field(default=120, ge=5, le=LONGEST)
    """So long it lasts at most."""
    absent: tuple[Role, ...] = ()
    """Roles that nobody holds while it lasts."""
    mail: Mail
    injects: tuple[Inject, ...] = Field(min_length=1)

    @property
    def lasts(self) -> timedelta:
        """How long, at most."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """What can be played."""

    by_name: dict[str, Scenario]

    def listing(self, language: Language) -> tuple[tuple[str, str], ...]:
        """Names and titles."""
        return tuple((name, getattr(one.title, language)) for name, one in sorted(self.by_name.items()))


def load(own: Path | None = None) -> Scenarios:
    """Ours and those of a folder of the organisation's; a name of theirs replaces ours. Raises `ScenarioError` with every mistake."""
    found, wrong = {}, []
    if own is not None and not own.is_dir():
        raise ScenarioError(f"{own}: no such folder")
    for folder in (FOLDER, *([own] if own else [])):
        for path in sorted(folder.glob("*.toml")):
            try:
                one = parse(path.read_bytes(), str(path))
            except OSError as error:
                wrong.append(f"{path}: cannot be read: {error.strerror}")
            except ScenarioError as error:
                wrong.append(str(error))
            else:
                found[one.name] = one
    if wrong:
        raise ScenarioError("\n".join(wrong))
    return Scenarios(found)


def parse(content: bytes, file: str) -> Scenario:
    """Read and check one. Raises `ScenarioError`."""
    try:
        read = Scenario.model_validate(tomllib.loads(content.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{file}: {error}") from error
    except ValidationError as error:
        lines = [f"{file}: {'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors()]
        raise ScenarioError("\n".join(lines)) from error
    late = [str(one.minute) for one in read.injects if one.minute >= read.minutes]
    if late:
        raise ScenarioError(f"{file}: injects: after the end (minutes = {read.minutes}): {', '.join(late)}")
    if read.name != Path(file).stem:
        raise ScenarioError(f"{file}: name: {read.name} is not the name of the file")
    return read
