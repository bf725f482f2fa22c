"""Exposure: how many persons' data travel with a message, and of which kinds; correspondents and signatures do not count."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache

from mail.address import is_inside, key
from mail.shapes import Block, Message, Paragraphs, Part, lazy
from rules.base import Exposure, Facts, Mail, PartExposure
from rules.personal import recognisers
from rules.personal.normal import plain
from rules.personal.records import BIRTH, NAME, Record, records
from rules.personal.scan import Weight

ENOUGH = 1000
"""Persons after which a part is not read further: whoever asks knows enough, but for an admin who wants to see the values."""
_ALL = 1 << 40
_ASIDE = 10
"""So many different correspondents' signatures are a thread; more are a list."""
_ADDRESSES = ("From", "To", "Cc", "Reply-To", "Sender")
_ADDRESS = re.compile(r"[^\s<>\"(),;:]{1,64}@[^\s<>\"(),;:]{1,255}")
_DISPLAY = re.compile(r"[^<>\"',;@]{2,60}")
_NUMBER = re.compile(r"\d{4}|@")
_EMAIL = "email_address"
INSURANCE = "health_insurance"
"""Says nothing without a name, but the name may stand anywhere in the part: one card is a file."""
_REACH = ("phone", "postal_address")
_TOLD = (NAME, BIRTH, "postal_address", "phone", _EMAIL)
_FEW = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """The exposure, and whether one record says so much of a person that it is enough."""

    exposure: Exposure
    dense: int = 0
    special: Mapping[str, int] = field(default_factory=dict)
    """Numbers of which one may be enough, by kind; of those that need a name only what stands beside one."""


_measured: ContextVar[list[tuple[Mail, Facts, Measure]] | None] = ContextVar("measured", default=None)


@contextmanager
def measured_once() -> Iterator[None]:
    """Within, the exposure of one mail is computed once, however many rules ask for it."""
    token = _measured.set([])
    try:
        yield
    finally:
        _measured.reset(token)


def exposure_of(mail: Mail, facts: Facts, *, with_values: bool = False) -> Exposure:
    """How much personal data travels; the found values only with `with_values`."""
    return measure(mail, facts, with_values=with_values).exposure


def measure(mail: Mail, facts: Facts, *, with_values: bool = False) -> Measure:
    """The same, and how many records are dense."""
    kept = _measured.get()
    for known_mail, known_facts, known in kept or ():
        if known_mail is mail and known_facts is facts:
            return known
    found = _measure(mail, facts, with_values=with_values)
    if kept is not None:
        kept.append((mail, facts, found))
    return found


def unmeasured(mail: Mail) -> Exposure:
    """What stands for an exposure that nobody measured: the parts and what of them could not be read, and that no more is known."""
    nothing = _Count()
    parts = tuple(_part(part, nothing, with_values=False) for part in mail.message.parts)
    return Exposure(parts=parts, measured=False)


@dataclass(slots=True)
class _Count:
    """What was counted so far, in values, so that a person who stands in two parts is one."""

    values: dict[str, dict[str, None]] = field(default_factory=dict)
    least: set[str] = field(default_factory=set)
    most: set[str] = field(default_factory=set)
    dense: int = 0
    unseen: int = 0

    def add(self, record: Record) -> None:
        """One record more."""
        named = bool(record.found.get(NAME))
        for kind, values in record.found.items():
            if named or kind == INSURANCE or kind not in _needing_name():
                self.values.setdefault(kind, {}).update(dict.fromkeys(values))
        least, most = record.persons()
        self.least.update(least)
        self.most.update(most)
        self.dense += record.is_dense

    def merge(self, other: "_Count") -> None:
        """Another part's."""
        for kind, values in other.values.items():
            self.values.setdefault(kind, {}).update(values)
        self.least |= other.least
        self.most |= other.most
        self.dense += other.dense

    def settle(self) -> None:
        """Of one person's file: what stands scattered over the page (a line of a PDF each) is no person more."""
        most = max(self.values.values(), key=len)
        if len(self.least) > len(most) <= _FEW:
            self.least, self.most = set(self.values[NAME]), set(most)

    def special(self) -> dict[str, int]:
        """How many numbers of each kind of which one may be enough."""
        return {kind: len(values) for kind, values in self.values.items() if kind in _special()}

    def persons(self) -> tuple[int, int]:
        """At least and at most so many."""
        return len(self.least), max(len(self.least), len(self.most))

    def kinds(self) -> dict[str, int]:
        """How many different values of each kind."""
        return {kind: len(self.values[kind]) for kind in _zero() if self.values.get(kind)}


def _measure(mail: Mail, facts: Facts, *, with_values: bool) -> Measure:
    ours = _Correspondents(mail, facts)
    enough = _ALL if with_values else ENOUGH
    counted = [(part, _of_part(part, ours, enough)) for part in mail.message.parts]
    beside = [(part, _of_part(part, ours, enough)) for part in _beside(mail.message)]
    counted += [(part, count) for part, count in beside if count.kinds()]
    parts = tuple(_part(part, count, with_values=with_values) for part, count in counted)
    total = counted[0][1] if counted else _Count()
    for _, count in counted[1:]:
        total.merge(count)
    least, most = total.persons()
    return Measure(Exposure(least, most, {**_zero(), **total.kinds()}, parts), total.dense, total.special())


@cache
def _zero() -> Mapping[str, int]:
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
    return frozenset(kind for kind in _special() if getattr(recognisers()[kind], "NEEDS_NAME", False))


def _beside(message: Message) -> Iterator[Part]:
    """What the subject and the names of files say, as a part; nothing where there is neither a number nor a list."""
    names = (part.name.replace("_", " ") for part in message.parts)
    lines = [line for line in dict.fromkeys((*message.headers_of("Subject"), *names)) if line]
    if len(lines) > _FEW or any(_NUMBER.search(line) for line in lines):
        yield Part("", "headers", 0, "", tuple(Block(((line,),)) for line in lines))


def _part(part: Part, count: _Count, *, with_values: bool) -> PartExposure:
    least, most = count.persons()
    values = {kind: tuple(found) for kind, found in count.values.items()} if with_values else {}
    lost = tuple(dict.fromkeys(lost.reason for lost in part.lost))
    return PartExposure(part.name, count.kinds(), least, most, lost, values, count.unseen)


def _of_part(part: Part, ours: "_Correspondents", enough: int) -> _Count:
    """Count a part's records until there are enough."""
    count, aside = _Count(), _Count()
    for record in records(part.blocks, is_body=part.is_body):
        theirs = ours.without(record)
        if theirs.found:
            (aside if theirs.aside else count).add(theirs)
        if len(count.most) >= enough:
            break
    if len(aside.least) > _ASIDE or not _special().isdisjoint(aside.values):
        count.merge(aside)
    if NAME not in count.values:
        count.values.pop(INSURANCE, None)
    if count.most and not isinstance(part.blocks, Paragraphs):
        count.unseen = _unseen(part, ours, enough)
    if _is_one_persons_file(count):
        count.dense = count.dense or 1
        count.settle()
    return count


def _unseen(part: Part, ours: "_Correspondents", enough: int) -> int:
    """How many persons of a part stand in what is hidden in it."""
    hidden, count = [block for block in part.blocks if block.hidden], _Count()
    for record in records(hidden, is_body=False):
        count.add(ours.without(record))
        if len(count.most) >= enough:
            break
    return count.persons()[1]


def _is_one_persons_file(count: _Count) -> bool:
    """A curriculum vitae spreads name, date of birth and address over the page: together they are one dense record."""
    if BIRTH not in count.values:
        return False
    kinds = count.kinds()
    few = 0 < kinds.get(NAME, 0) <= _FEW and 0 < kinds.get(BIRTH, 0) <= _FEW
    return few and any(kinds.get(kind) for kind in _REACH)


class _Correspondents:
    """Who writes and who is written to, by envelope and headers: both know their own addresses and names."""

    def __init__(self, mail: Mail, facts: Facts) -> None:
        self._mail = mail
        self._own_domains = facts.own_domains

    @lazy
    def addresses(self) -> frozenset[str]:
        """Keys."""
        envelope = self._mail.envelope
        written = _ADDRESS.findall(self._headers)
        return frozenset([key(a) for a in (*written, envelope.reverse_path, *envelope.recipients) if a])

    @lazy
    def names(self) -> frozenset[str]:
        """Without blanks."""
        return frozenset(map(_bare, _DISPLAY.findall(self._headers))) - {""}

    @lazy
    def _headers(self) -> str:
        """All fields; none of the two goes beyond a quotation mark."""
        return '"'.join([value for name in _ADDRESSES for value in self._mail.message.headers_of(name)])

    def without(self, record: Record) -> Record:
        """The record without what is ours and theirs."""
        found = dict(record.found)
        if NAME in found:
            found[NAME] = tuple(name for name in found[NAME] if _bare(name) not in self.names)
        if _EMAIL in found:
            found[_EMAIL] = tuple(a for a in found[_EMAIL] if not self._knows(a))
        # A record that held an own address is its owner's signature, wherever it stands.
        owner = record.aside or (_EMAIL in found and not found[_EMAIL] and len(found.get(NAME, ())) <= 1)
        return Record({kind: values for kind, values in found.items() if values}, owner, record.several)

    def _knows(self, address: str) -> bool:
        return address in self.addresses or is_inside(address, self._own_domains)


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    """A name without blanks, as two spellings of it are compared."""
    return "".join(plain(name).split()).lower()
