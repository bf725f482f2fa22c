"""Usable: whether files and folders that the settings name can be used: asked before serving and before a report, not at every command."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from response import manual, scenario
from service import customer_list, tls_files
from service.check_problem import Mistake
from service.problems import Problem, SettingsError
from service.settings import Settings
from store.errors import KeyFileError
from store.seal import read_key, read_password, read_secrets

MAKE_IT = "make the folder and give it to the user Sekisho runs as"


def mistakes(settings: Settings) -> Iterator[Mistake]:
    """What does not load, or cannot be written to: no worker could start with it."""
    yield from tls_files.mistakes(settings)
    yield from of_keys(settings)
    yield from of_manual(settings)
    yield from of_drills(settings)
    yield from customer_list.of_file(settings.rules, settings.organisation.domains, settings.file.parent)
    folder = settings.smtp.spool_directory
    if folder and (why := unwritable(folder)):
        yield Mistake("smtp.spool_directory", f"{folder}: {why}", MAKE_IT)


def of_keys(settings: Settings) -> Iterator[Mistake]:
    """Keys and secrets that are not there, of the wrong size, or for others to read."""
    own = settings.store.directory / "link.key"
    link_key = settings.store.link_key or (own if os.path.exists(own) else None)  # noqa: PTH110 - False, too, in a folder that this user may not enter
    for name, key in (("store.key", settings.store.key), ("store.link_key", link_key)):
        yield from _reads(name, key, read_key, "`sekisho init` makes a key of mode 0600")
    secrets = [("smtp.stamp_file", settings.smtp.stamp_file)]
    secrets += [(f"smtp.clients[{n}].secret_file", c.secret_file) for n, c in enumerate(settings.smtp.clients, 1)]
    for name, secret in secrets:
        yield from _reads(name, secret, read_secrets, "`sekisho init --cloud` makes a secret of mode 0600")
    api = settings.web.api.token_file
    yield from _reads("web.api.token_file", api, read_secrets, "write 64 random hex digits into it, then chmod 600")
    yield from _reads(
        "web.oidc.secret_file",
        settings.web.oidc.secret_file,
        read_password,
        "write the secret of the provider into it, then chmod 600",
    )


def _reads(name: str, file: Path | None, read: Callable[[Path], object], write: str) -> Iterator[Mistake]:
    try:
        if file:
            read(file)
    except KeyFileError as error:
        yield Mistake(name, str(error), write)


def of_manual(settings: Settings) -> Iterator[Mistake]:
    """Every mistake of the manual, or that there is none."""
    try:
        manual.load(settings.response.manual)
    except manual.ManualError as error:
        built_in = " or ".join(f'"{file.stem}"' for file in sorted(manual.FOLDER.glob("*.toml")))
        for line in str(error).splitlines():
            yield Mistake("response.manual", line, f"mend the file, or write {built_in} or the path of another one")


def of_drills(settings: Settings) -> Iterator[Mistake]:
    """Every mistake of the scenarios of the organisation's own."""
    try:
        scenario.load(settings.response.drills)
    except scenario.ScenarioError as error:
        for line in str(error).splitlines():
            yield Mistake("response.drills", line, "mend the file, or take it out of the folder")


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
