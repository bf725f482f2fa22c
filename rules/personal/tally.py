"""Tally: what was counted of a part so far, in values, so that a person who stands in two parts is one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import compress
from typing import Final

from rules.personal import recognisers
from rules.personal.correspondents import Correspondents
from rules.personal.listed import Listed
from rules.personal.recogniser import Weight
from rules.personal.record import BIRTH, NAME, REACH, Record

INSURANCE: Final = "health_insurance"
"""Says nothing without a name, but the name may stand anywhere in the part: one card is a file."""
_TOLD = (NAME, BIRTH, "postal_address", "phone", "email_address")
_ASIDE = 10
"""So many different correspondents' signatures are a thread; more are a list."""
_FEW = 3


@dataclass(slots=True)
class Tally:
    """Values by kind, and what stands for the persons of whom they are."""

    values: dict[str, dict[str, None]] = field(default_factory=dict)
    least: set[str] = field(default_factory=set)
    most: set[str] = field(default_factory=set)
    dense: int = 0
    unseen: int = 0

    def add(self, record: Record) -> None:
        """One record more."""
        named = bool(record.found.get(NAME))
        for kind, values in record.found.items():
            if named or kind not in _needing_name():
                there = self.values.setdefault(kind, {})
                for value in values:
                    there[value] = None
        least, most = record.persons()
        self.least.update(least)
        self.most.update(most)
        self.dense += record.is_dense

    def add_listed(self, listed: Listed) -> None:
        """The records of a table: the same as adding each."""
        names = listed.columns.get(NAME, ())
        for kind, column in listed.columns.items():
            counted = compress(column, names) if kind in _needing_name() else column
            if values := dict.fromkeys(filter(None, counted)):
                self.values.setdefault(kind, {}).update(values)
        surest = listed.surest()
        if names:
            pairs = zip(names, surest, strict=True)
            self.least.update([f"{name} {telling}" if name else telling for name, telling in pairs])
        else:
            self.least.update(surest)
        self.most.update(surest)
        self.least.discard("")
        self.most.discard("")
        self.dense += listed.dense()
        for record in listed.several.values():
            self.add(record)

    def merge(self, other: "Tally") -> None:
        """Another part's."""
        for kind, values in other.values.items():
            self.values.setdefault(kind, {}).update(values)
        self.least |= other.least
        self.most |= other.most
        self.dense += other.dense

    def settle(self) -> None:
        """Of one person's file: what stands scattered over the page (a line of a PDF each) is no person more."""
        if not self._is_one_persons_file():
            return
        self.dense = self.dense or 1
        most = max(self.values.values(), key=len)
        if len(self.least) > len(most) <= _FEW:
            self.least, self.most = set(self.values[NAME]), set(most)

    def _is_one_persons_file(self) -> bool:
        """A curriculum vitae spreads name, date of birth and address over the page: together they are one dense record."""
        if BIRTH not in self.values:
            return False
        kinds = self.kinds()
        few = 0 < kinds.get(NAME, 0) <= _FEW and 0 < kinds.get(BIRTH, 0) <= _FEW
        return few and any(kinds.get(kind) for kind in REACH)

    def special(self) -> dict[str, int]:
        """How many numbers of each kind of which one may be enough."""
        return {kind: len(values) for kind, values in self.values.items() if kind in _special()}

    def persons(self) -> tuple[int, int]:
        """At least and at most so many."""
        return len(self.least), max(len(self.least), len(self.most))

    def kinds(self) -> dict[str, int]:
        """How many different values of each kind."""
        if not self.values:
            return {}
        return {kind: len(self.values[kind]) for kind in no_kinds() if self.values.get(kind)}


def tally(found: Iterable[Listed | Record], ours: Correspondents, enough: int) -> Tally:
    """The records of a part that are not the correspondents', until there are enough persons."""
    count, aside = Tally(), Tally()
    for one in found:
        if isinstance(one, Listed):
            _add_rows(one, ours, enough, count, aside)
        elif (theirs := ours.without(one)).found:
            (aside if theirs.aside else count).add(theirs)
        if len(count.most) >= enough:
            break
    if len(aside.least) > _ASIDE or not _special().isdisjoint(aside.values):
        count.merge(aside)
    if NAME not in count.values:
        count.values.pop(INSURANCE, None)
    return count


def _add_rows(listed: Listed, ours: Correspondents, enough: int, count: Tally, aside: Tally) -> None:
    """As many rows as there is room for at a time: as if each had been counted by itself."""
    at, widest = 0, listed.widest
    while at < listed.size and len(count.most) < enough:
        end = min(listed.size, at + max(1, (enough - len(count.most)) // widest))
        theirs, signed = ours.without_rows(listed.cut(at, end))
        count.add_listed(theirs)
        if signed:
            aside.add_listed(signed)
        at = end


@cache
def no_kinds() -> Mapping[str, int]:
    """None of any kind, in the order in which people are told: the numbers of the law and of money first, then who and where."""
    told = [kind for kind, recogniser in recognisers().items() if recogniser.WEIGHT is not Weight.EVIDENCE]
    return dict.fromkeys(sorted(told, key=lambda kind: _TOLD.index(kind) if kind in _TOLD else -1), 0)


@cache
def _special() -> frozenset[str]:
    """The kinds of which one is enough."""
    return frozenset(kind for kind, recogniser in recognisers().items() if recogniser.WEIGHT is Weight.SPECIAL)


@cache
def _needing_name() -> frozenset[str]:
    """Of these the kinds that count only beside a name, in the same record."""
    needing = {kind for kind in _special() if getattr(recognisers()[kind], "NEEDS_NAME", False)}
    return frozenset(needing - {INSURANCE})
