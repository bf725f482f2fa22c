"""Exposure: how many persons' data travel with a message, and of which kinds; correspondents and signatures do not count."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import chain

from mail.shapes import Block, Message, Paragraphs, Part
from rules.base import Exposure, Facts, Mail, PartExposure
from rules.personal.correspondents import Correspondents
from rules.personal.records import gathered, records
from rules.personal.tally import Tally, no_kinds, tally

ENOUGH = 1000
"""Persons after which a part is not read further: whoever asks knows enough, but for an admin who wants to see the values."""
_ALL = 1 << 40
_NUMBER = re.compile(r"\d{4}|@")
_ADDRESSES = ("From", "To", "Cc", "Reply-To", "Sender")
_PLACE_IN_MAIL = re.compile(r"<[^<>]{0,1000}>|[^\s<>\"(),;:]{1,64}@[^\s<>\"(),;:]{1,255}")
_BETWEEN_NAMES = re.compile(r"[\",;\n]{1,100}")
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
    nothing = Tally()
    parts = tuple(_part(part, nothing, with_values=False) for part in mail.message.parts)
    return Exposure(parts=parts, measured=False)


def _measure(mail: Mail, facts: Facts, *, with_values: bool) -> Measure:
    ours = Correspondents(mail, facts)
    enough = _ALL if with_values else ENOUGH
    counted = [(part, _of_part(part, ours, enough)) for part in mail.message.parts]
    beside = [(part, _of_part(part, ours, enough)) for part in _beside(mail.message)]
    counted += [(part, count) for part, count in beside if count.kinds()]
    parts = tuple(_part(part, count, with_values=with_values) for part, count in counted)
    total = counted[0][1] if counted else Tally()
    for _, count in counted[1:]:
        total.merge(count)
    least, most = total.persons()
    return Measure(Exposure(least, most, {**no_kinds(), **total.kinds()}, parts), total.dense, total.special())


def _beside(message: Message) -> Iterator[Part]:
    """What the subject, the names of files and those of correspondents say, as a part; nothing where there is neither a number nor a list."""
    names = [part.name.replace("_", " ") for part in message.parts if part.name]
    lines = [line for line in dict.fromkeys((*message.headers_of("Subject"), *names, *_called(message))) if line]
    if len(lines) > _FEW or any(_NUMBER.search(line) for line in lines):
        yield Part("", "headers", 0, "", tuple(Block(((line,),)) for line in lines))


def _called(message: Message) -> Iterator[str]:
    """Display names with a number, which people do not have: what else somebody wrote there."""
    for value in chain.from_iterable(map(message.headers_of, _ADDRESSES)):
        without = _PLACE_IN_MAIL.sub("\n", value)
        if _NUMBER.search(without):
            yield from (name.strip() for name in _BETWEEN_NAMES.split(without) if _NUMBER.search(name))


def _part(part: Part, count: Tally, *, with_values: bool) -> PartExposure:
    least, most = count.persons()
    values = {kind: tuple(found) for kind, found in count.values.items()} if with_values else {}
    lost = tuple(dict.fromkeys(lost.reason for lost in part.lost))
    return PartExposure(part.name, count.kinds(), least, most, lost, values, count.unseen)


def _of_part(part: Part, ours: Correspondents, enough: int) -> Tally:
    """Count a part's records until there are enough."""
    count = tally(gathered(part.blocks, is_body=part.is_body), ours, enough)
    if count.most and not isinstance(part.blocks, Paragraphs):
        count.unseen = _unseen(part, ours, enough)
    count.settle()
    return count


def _unseen(part: Part, ours: Correspondents, enough: int) -> int:
    """How many persons of a part stand in what is hidden in it."""
    hidden, count = [block for block in part.blocks if block.hidden], Tally()
    for record in records(hidden, is_body=False):
        count.add(ours.without(record))
        if len(count.most) >= enough:
            break
    return count.persons()[1]
