"""Usable: whether files and folders that the settings name can be used: asked before serving and before a report, not at every command."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from response import manual
from service.problems import Problem, SettingsError
from service.settings import Settings

MAKE_IT = "make the folder and give it to the user Sekisho runs as"


class Mistake(NamedTuple):
    """A value that is well-formed and of no use."""

    key: str
    what: str
    write: str


def mistakes(settings: Settings) -> Iterator[Mistake]:
    """What does not load, or cannot be written to."""
    yield from of_manual(settings)
    folder = settings.smtp.spool_directory
    if folder and (why := unwritable(folder)):
        yield Mistake("smtp.spool_directory", f"{folder}: {why}", MAKE_IT)


def of_manual(settings: Settings) -> Iterator[Mistake]:
    """Every mistake of the manual, or that there is none."""
    try:
        manual.load(settings.response.manual)
    except manual.ManualError as error:
        built_in = " or ".join(f'"{file.stem}"' for file in sorted(manual.FOLDER.glob("*.toml")))
        for line in str(error).splitlines():
            yield Mistake("response.manual", line, f"mend the file, or write {built_in} or the path of another one")


def unwritable(folder: Path) -> str:
    """Why no file can be made in a folder; "" where one can."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__


def ensure(settings: Settings, looks: Callable[[Settings], Iterator[Mistake]] = mistakes) -> Settings:
    """The same settings. Raises `SettingsError` with every mistake; without a line, for the values themselves are well-formed."""
    if found := [Problem(settings.file, 0, key, f"{what}; {write}") for key, what, write in looks(settings)]:
        raise SettingsError(found)
    return settings
