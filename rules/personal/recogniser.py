"""What a recogniser says of its kind, and what it gives: the parts that every file of this folder has in common."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Weight(StrEnum):
    """What a kind of datum means for a record."""

    SPECIAL = "special"
    """A number of the law or of money: one is enough."""
    RECORD = "record"
    """Belongs to a person's record; many records are a list."""
    EVIDENCE = "evidence"
    """Not personal: says what the rows are about."""


class Leak(StrEnum):
    """What it means for a person that a datum of a kind got out."""

    NOTHING_MORE = ""
    IDENTIFIES = "identifies"
    """A number that says who somebody is."""
    COSTS_MONEY = "costs-money"
    """Misuse may cost money (個人情報保護法施行規則 第7条 2号)."""


class Kind(NamedTuple):
    """What a kind of datum is called, in Japanese, in English one and several, and what its leak means."""

    ja: str
    one: str
    many: str
    leak: Leak = Leak.NOTHING_MORE


class Hit(NamedTuple):
    """One datum: where it begins in the scan, and its value in the form in which two are compared."""

    start: int
    value: str
    weak: bool = False
    """Counts only beside another kind in the same row."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An example of a recogniser: rows, and the values it must find in them, no more and no less."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    values: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
