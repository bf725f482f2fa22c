"""Console: what every command shares: settings or every mistake in them, one store for one act, exit statuses."""

import asyncio
import getpass
import json
import os
from collections.abc import Callable, Coroutine
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import typer
from rich.console import Console
from typer.core import TyperGroup

from notifier.units import seconds
from service.problems import SettingsError
from service.settings import Settings, load
from store.clock import Clock
from store.engine import Store, open_store
from store.errors import StoreError
from store.later import Unit

T = TypeVar("T")
# No emoji: ":100:" is a line of a file, and no picture.
out = Console(highlight=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config", "-c", envvar="SEKISHO_CONFIG", help="The settings file.", show_default="config/sekisho.toml"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="For a program: one JSON object, or JSON Lines for lists.")]
DEFAULT_CONFIG = Path("config/sekisho.toml")


class Exit(IntEnum):
    """What a command says to a script (decisions: exit status)."""

    DONE = 0
    NO = 1
    WRONG = 2
    COULD_NOT = 3


class Commands(TyperGroup):
    """Commands whose help says of a flag no `<bool>`: it takes no value."""

    def get_params(self, ctx: Any) -> Any:
        """Its own options."""
        return _bare(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of the commands."""
        command = super().get_command(ctx, cmd_name)
        if command:
            _bare(command.get_params(ctx))
        return command


def _bare(params: Any) -> Any:
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params


def settings_of(path: Path) -> Settings:
    """The settings, or every mistake on standard error and exit status 2."""
    return understood(lambda: load(path))


def understood(read: Callable[[], T]) -> T:
    """What is read of the settings, or every mistake on standard error and exit status 2."""
    try:
        return read()
    except SettingsError as error:
        for problem in error.problems:
            err.print(str(problem), markup=False)
        raise typer.Exit(Exit.WRONG) from error


def in_store(settings: Settings, unit: Unit[T], *, write: bool = False) -> T:
    """One act in the store, beside a gateway that may be running; exit status 3 when it cannot be."""

    async def act(store: Store) -> T:
        return await (store.commit(unit) if write else store.read(unit))

    return with_store(settings, act)


def with_store(settings: Settings, act: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    """Several acts in the store; exit status 3 when it cannot be reached."""
    want_database(settings)

    async def run() -> T:
        store = open_store(settings.store, Clock())
        await store.start()
        try:
            return await act(store)
        finally:
            await store.stop()

    try:
        return asyncio.run(run())
    except StoreError as error:
        stop(f"store: {error}", Exit.COULD_NOT)


def want_database(settings: Settings) -> None:
    """End with status 3 where there is no database yet: looking at it would make one, and its key, as whoever looks."""
    url, key = settings.store.url, settings.store.link_key or settings.store.directory / "link.key"
    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else key
    for wanted in (file, key):
        try:
            wanted.stat()
        except FileNotFoundError:
            what = "no database yet" if wanted is file else f"{key}: no key yet"
            stop(f"{what}: sekisho migrate, with the same settings", Exit.COULD_NOT)
        except OSError as error:
            stop(f"{wanted}: {error.strerror}", Exit.COULD_NOT)


def counted(number: int, thing: str) -> str:
    """How many of a thing: 1 message, 2 messages."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def stop(words: str, status: Exit) -> NoReturn:
    """Say why, and end with that status."""
    err.print(words, markup=False)
    raise typer.Exit(status)


def seconds_of(option: str, text: str) -> float:
    """Seconds of a duration typed after an option; exit status 2 when it is none."""
    try:
        return seconds(text)
    except ValueError as error:
        stop(f"{option} {text}: {error}", Exit.WRONG)


def language() -> Literal["ja", "en"]:
    """Of the terminal: Japanese where the locale of messages is, else English (POSIX: the first of the three that is set)."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if said.startswith("ja") else "en"


def as_json(value: Any) -> None:
    """One JSON object on a line."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def operator() -> str:
    """Who sits at the keyboard, for the audit log."""
    return os.environ.get("SUDO_USER") or getpass.getuser()
