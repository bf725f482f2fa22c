"""Listed customers: where the names and codes of an admin's list stand in a file; any number of them in one pass over the text."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from typing import Final

from mail.address import domain_key
from mail.shapes import Paragraphs, Part
from rules.company_names import key_of, normal

_READ: Final = 20_000
"""Characters of a file that are looked through."""
_TOP: Final = 15
"""Lines at the beginning of a file that may say for whom it is."""
_WORD = re.compile(r"[^\W_]+")
_CODE_GAP = re.compile(r"[-_ ]")
_GAP = re.compile(r"[^\w.@-]+|_+")
_HEAD = 2


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer of the list."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read once by whoever checks settings

    label: str
    """What the sender reads."""
    domains: tuple[str, ...]
    """Domains that are its own, with their subdomains."""
    names: tuple[str, ...] = ()
    """How its files name it."""
    codes: tuple[str, ...] = ()
    """Numbers of projects, contracts or the customer that stand in names of files and at their top."""


class Place(IntEnum):
    """Where a file speaks of a customer, the clearest first."""

    NAME = 0
    TOP = 1
    TEXT = 2


class Listed:
    """A list, made ready to be looked for."""

    def __init__(self, customers: tuple[Customer, ...]) -> None:
        self.customers = customers
        self._domains = {domain_key(d): n for n, one in enumerate(customers) for d in one.domains}
        self._heads: dict[str, list[tuple[str, int]]] = {}
        for n, one in enumerate(customers):
            keys = {key_of(name) for name in one.names} | {key_of(one.label)}
            for key in keys | {_CODE_GAP.sub("", normal(code)).casefold() for code in one.codes}:
                if len(key) >= _HEAD:
                    self._heads.setdefault(key[:_HEAD], []).append((key, n))
        for several in self._heads.values():
            several.sort(key=lambda one: -len(one[0]))  # 青木商事 is not 青木

    def of(self, domains: Collection[str]) -> set[int]:
        """The customers to whom these domains, or what they are below, belong."""
        above = (d.split(".", n)[-1] for d in domains for n in range(d.count(".")))
        return {self._domains[one] for one in above if one in self._domains}

    def named(self, text: str) -> set[int]:
        """The customers that stand in a text."""
        words = _WORD.findall(normal(text[:_READ]).casefold())
        starts, joined, at = dict[int, None](), [], 0
        for word in words:
            starts[at] = None
            at += len(word)
            joined.append(word)
        starts[at] = None
        return set(self._found("".join(joined), starts))

    def places(self, part: Part) -> Iterator[tuple[int, Place]]:
        """The customers of whom a file speaks, each with the clearest place."""
        lines = _lines(part)
        found: dict[int, Place] = {}
        for place, text in (
            (Place.TEXT, "\n".join(lines[_TOP:])),
            (Place.TOP, "\n".join(lines[:_TOP])),
            (Place.NAME, part.name.rpartition(".")[0] or part.name),
        ):
            found |= dict.fromkeys(self.named(text), place)
        yield from found.items()

    def _found(self, text: str, starts: Collection[int]) -> Iterator[int]:
        """Names in Latin letters and digits are whole words, all others may stand in the middle of one."""
        at = 0
        while at < len(text) - 1:
            step = 1
            for key, customer in self._heads.get(text[at : at + _HEAD], ()):
                if text.startswith(key, at) and _is_whole(key, at, starts):
                    yield customer
                    step = len(key)
                    break
            at += step


def _is_whole(key: str, at: int, starts: Collection[int]) -> bool:
    return not key.isascii() or (at in starts and at + len(key) in starts)


@lru_cache(maxsize=4)
def compiled(customers: tuple[Customer, ...]) -> Listed:
    """Made once for a list: it stays the same from message to message."""
    return Listed(customers)


def words_of(part: Part) -> str:
    """The name and the beginning of a file, one blank between words and at both ends."""
    return _GAP.sub(" ", normal("\n".join(("", part.name, *_lines(part), ""))))


def _lines(part: Part) -> list[str]:
    if isinstance(part.blocks, Paragraphs):
        lines: Iterator[str] = (line for line in part.blocks.beginning(_READ).splitlines() if line.strip())
    else:
        rows = (row for block in part.blocks for row in (block.header, *block.rows))
        lines = (line for row in rows if (line := " ".join(cell for cell in row if cell)[:_READ]).strip())
    found, left = list[str](), _READ
    for line in islice(lines, _READ):
        found.append(line[:left])
        left -= len(line) + 1
        if left <= 0:
            break
    return found
