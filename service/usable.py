"""Usable: whether files and folders that the settings name can be used: asked before serving and before a report, not at every command."""

import tempfile
from collections.abc import Callable, Iterator

from response import manual
from service.problems import Problem, SettingsError
from service.settings import Settings


def mistakes(settings: Settings) -> Iterator[Problem]:
    """What does not load, or cannot be written to; without a line, for the value itself is well-formed."""
    yield from of_manual(settings)
    folder = settings.smtp.spool_directory
    if folder:
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            advice = "make the folder and give it to the user Sekisho runs as"
            yield Problem(settings.file, 0, "smtp.spool_directory", f"{folder}: {error.strerror}; {advice}")


def of_manual(settings: Settings) -> Iterator[Problem]:
    """Every mistake of the manual, or that there is none."""
    try:
        manual.load(settings.response.manual)
    except manual.ManualError as error:
        built_in = " or ".join(f'"{file.stem}"' for file in sorted(manual.FOLDER.glob("*.toml")))
        for line in str(error).splitlines():
            advice = f"; write {built_in} or the path of a file" if "cannot be read" in line else ""
            yield Problem(settings.file, 0, "response.manual", line + advice)


def ensure(settings: Settings, looks: Callable[[Settings], Iterator[Problem]] = mistakes) -> Settings:
    """The same settings. Raises `SettingsError` with every mistake."""
    if found := list(looks(settings)):
        raise SettingsError(found)
    return settings
