"""Reading: the messages of all sources that a command was given, and what is said of those that hold none."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer

from service import past_mail
from service.console import Exit, err, stop
from service.past_message import Letter, Past, SourceError


def messages(
    sources: Iterable[Path], sender: str, recipients: tuple[str, ...], *, in_order: bool = False
) -> Iterator[Past]:
    """The messages of all sources; what holds none is named. Exit status 2 where there is none at all, 3 where one cannot be read.

    `in_order`: in that of time, over all sources together.
    """
    found = False
    try:
        with contextlib.ExitStack() as opened:
            every = (one for source in sources for one in _letters(source, opened, sender, recipients))
            for source, letter in past_mail.in_time_order(every) if in_order else every:
                mail = letter.load()
                if mail.is_message:
                    found = True
                    yield mail
                else:
                    _without((source if source.is_dir() else source.parent) / mail.envelope.id)
    except SourceError as error:
        stop(str(error), Exit.COULD_NOT)
    if not found:
        err.print(f"What can be read: {past_mail.READ}.", markup=False)
        raise typer.Exit(Exit.WRONG)


def _letters(
    source: Path, opened: contextlib.ExitStack, sender: str, recipients: tuple[str, ...]
) -> Iterator[tuple[Path, Letter]]:
    empty = True
    for letter in past_mail.letters(source, opened, sender, recipients):
        empty = False
        yield source, letter
    if empty:
        _without(source)


def _without(source: Path) -> None:
    err.print(f"{source}: no message in it", markup=False)
