"""text_of: the readers of formats, found by looking into this folder; a module that lacks its parts stops the start.

A reader module declares `KINDS` (the formats it may name), `SUREST` (the highest score it gives), `recognises(data, hint) -> Guess` (by the bytes
first, the name and the declared type only where bytes say nothing) and `read(data, hint, spending) -> Text`. Modules whose name
begins with an underscore are parts of readers. A module with a `warm()` has something to load before `read` is called where
neither files nor processes can be had; one with a `missing()` needs a library that is no Python package.
"""

import importlib
import pkgutil
from functools import lru_cache
from typing import Protocol

from mail.budget import Spending
from mail.shapes import Text
from mail.text_of._hint import NOT_MINE, Guess, Hint

__all__ = ["NOT_MINE", "Guess", "Hint", "Reader", "missing", "readers", "recognise", "warm"]


class Reader(Protocol):
    """What a module of this folder offers."""

    KINDS: tuple[str, ...]
    SUREST: int

    def recognises(self, data: bytes, hint: Hint, /) -> Guess:
        """How sure this reader is that the bytes are one of its kinds; cheap."""

    def read(self, data: bytes, hint: Hint, spending: Spending, /) -> Text:
        """The text, what was lost, and the files inside. May raise: who calls turns it into a loss."""


class BrokenReaderError(Exception):
    """A module of this folder is no reader."""


@lru_cache(maxsize=1)
def readers() -> tuple[Reader, ...]:
    """Every reader: who can be surest first, and those alike in the order of their file names."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    for module in found:
        missing = [part for part in ("KINDS", "recognises", "read", "SUREST") if not hasattr(module, part)]
        if missing:
            raise BrokenReaderError(f"{module.__name__} lacks {', '.join(missing)}")
    return tuple(sorted(found, key=lambda module: -module.SUREST))  # modules, as the Protocol describes them


def recognise(data: bytes, hint: Hint) -> tuple[Reader, Hint]:
    """The reader that is surest, and the hint with the kind it named; who cannot be surer than another one already is, is not asked."""
    surest, best = readers()[0], NOT_MINE
    for reader in readers():
        if best.score < reader.SUREST and (guess := reader.recognises(data, hint)).score > best.score:
            best, surest = guess, reader
    return surest, hint.of_kind(best.kind)


def warm() -> None:
    """Load everything that readers load late: libraries that only the sandbox needs."""
    for reader in readers():
        getattr(reader, "warm", lambda: None)()


def missing() -> dict[str, tuple[str, ...]]:
    """Libraries that are not on this machine, each with the kinds that cannot be read without it."""
    return {name: reader.KINDS for reader in readers() if (name := getattr(reader, "missing", str)())}
