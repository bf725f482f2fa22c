"""xml: elements that are repeated are rows, what is inside them and their attributes are cells; entities are never expanded."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Text
from mail.text_of import plain
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._records import Field, Records
from mail.text_of._references import unescape
from mail.text_of._rest import Rest, telling
from mail.text_of._xml import Tag, tags

KINDS = ("xml",)
SUREST = 49

_DEPTH = 100
"""Elements inside one another; what is deeper belongs to the one at this depth."""
_AT_ONCE = 2 * 1024 * 1024
"""Octets whose tags are kept from the first pass for the second; of more they would take too much room."""
_KNOWN = 4096
_OPEN, _CLOSE, _TEXT = "open", "close", "text"
_ATTRIBUTE = re.compile(r"(?<![^\s=\"'<>])([^\s=\"'<>]{1,200})=(?:\"([^\"]*)\"|'([^']*)')")
# Attributes that say what the element holds, and the one that may hold it: <field name="Tel">…</field>, <p key="Tel" value="…"/>.
_LABEL = re.compile(
    r"(?<![^\s:])(?:name|key|field|column|col|label)=(?:\"([^\"<>]{1,80})\"|'([^'<>]{1,80})')", re.IGNORECASE
)
_LABELS = frozenset({"name", "key", "field", "column", "col", "label"})
_VALUES = frozenset({"value", "val", "v"})
_VALUE = re.compile(r"(?<![^\s:])(?:value|val|v)=", re.IGNORECASE)
_SUFFIXES = frozenset({"xml", "xsd", "rss", "kml", "gpx", "xfdf", "svg"})


def recognises(data: bytes, hint: Hint) -> Guess:
    """By its declaration; by name or type where a tag begins it."""
    if b"<" not in data[:200] or not plain.is_text(data):
        return NOT_MINE
    start = data[:200].translate(None, b"\xef\xbb\xbf\xff\xfe\0").lstrip()
    named = hint.suffix in _SUFFIXES or hint.declared.endswith("xml")
    if start.startswith(b"<?xml") and not hint.declared.endswith("xhtml+xml"):
        return Guess("xml", 49 if named else 30)
    return Guess("xml", 49) if named and start.startswith(b"<") and b"<html" not in data[:4096].lower() else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Tables of what is repeated, a form of what is not; comments and instructions hidden."""
    text, sure = decode(data, hint.charset)
    spending.text(len(text))
    octets = text.encode("utf-8", "replace")
    if b"<!ENTITY" in octets:
        # Entities are text that stands elsewhere: the source is read as it is written.
        return plain.read(octets, Hint(hint.name, charset="utf-8"), spending)
    rest = _Aside()
    paths = _Paths()
    if len(octets) <= _AT_ONCE:
        kept = list(tags(octets, rest))
        records = _read(kept, paths, paths.repeated(kept))
    else:
        repeated = paths.repeated(tags(octets))
        records = _read(tags(octets, rest), paths, repeated)
    blocks = records.blocks(spending)
    return Text((*blocks, *rest.blocks(blocks, spending)), lost_by(text, sure=sure))


class _Aside(Rest):
    """Comments, instructions and broken attributes; all others are read as what their element says."""

    def attributes(self, raw: str) -> None:
        """What of them nobody else understands."""
        self.text(unescape(_ATTRIBUTE.sub(" ", raw)))


class _Attributes(NamedTuple):
    """What the attributes of a tag say."""

    pairs: list[Field]
    label: str | None
    """The one that says what the element holds."""
    things: int

    @classmethod
    def of(cls, raw: str) -> "_Attributes":
        """As they are written in the tag."""
        pairs = [(name, unescape(double or single)) for name, double, single in _ATTRIBUTE.findall(raw)]
        label = _LABEL.search(raw)
        things = raw.count("=") - (label is not None and _VALUE.search(raw) is not None)
        return cls(pairs, (label[1] or label[2]) if label else None, things)


_NONE = _Attributes([], None, 0)


class _Paths:
    """Numbers of the places where elements stand: the same for the same names inside one another."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], int] = {}
        self._labels: dict[int, Counter[str]] = defaultdict(Counter)
        self._attributes: dict[str, _Attributes] = {}

    def of(self, parent: int, name: str) -> int:
        """The place of an element in another one; 0 is the place of the root's parent."""
        return self._known.setdefault((parent, name), len(self._known) + 1)

    def labelled(self) -> set[int]:
        """Places whose labels come again and again: they name columns; those that do not are what somebody is called."""
        return {path for path, labels in self._labels.items() if labels.total() >= 2 * len(labels)}

    def attributes(self, raw: str) -> "_Attributes":
        """What attributes say; most are written many times."""
        found = self._attributes.get(raw)
        if found is None:
            found = _Attributes.of(raw)
            if len(self._attributes) < _KNOWN:
                self._attributes[raw] = found
        return found

    def _things(self, path: int, raw: str) -> int:
        """How many things attributes say; a label and its value are one."""
        said = self.attributes(raw)
        if said.label is not None:
            self._labels[path][said.label] += 1
        return said.things

    def repeated(self, found: Iterable[Tag]) -> set[int]:
        """Places that are taken several times in one parent by elements that hold more than one thing."""
        several: set[int] = set()
        holding: set[int] = set()
        # The place, the places taken in it, how many things it holds, and how many attributes it has.
        stack: list[tuple[int, set[int], list[int]]] = [(0, set(), [0, 0])]
        for tag, what in _events(found):
            _, taken, holds = stack[-1]
            if what is _OPEN:
                path = self.of(stack[-1][0], tag.name)
                several |= {path} & taken
                taken.add(path)
                stack.append((path, set(), [0, self._things(path, tag.attributes) if tag.attributes else 0]))
            elif what is _CLOSE:
                path = stack.pop()[0]
                count = holds[0] or min(holds[1], 2)
                stack[-1][2][0] += max(1, count)
                holding |= {path} if count > 1 else set()
            elif not tag.text.isspace():
                holds[0] = max(holds[0], 1)
        return several & holding


def _events(found: Iterable[Tag]) -> Iterator[tuple[Tag, str]]:
    """Elements that open and close, always in pairs but for those left open, and the text between them."""
    depth = 0
    for tag in found:
        if tag.name:
            if not tag.closing and depth < _DEPTH:
                yield tag, _OPEN
                if tag.empty:
                    yield tag, _CLOSE
            elif tag.closing and 0 < depth <= _DEPTH:
                yield tag, _CLOSE
            depth = max(0, depth - 1) if tag.closing else depth + (not tag.empty)
        if tag.text:
            yield tag, _TEXT


@dataclass(slots=True)
class _Element:
    name: str
    path: int
    attributes: list[Field]
    inside: list[Field] = field(default_factory=list)
    """What the elements in it say."""
    texts: list[str] = field(default_factory=list)
    """All text in it, in order."""
    says: bool = False
    """Whether text stands in it that no element inside it holds."""
    in_row: bool = False
    labels: set[str] = field(default_factory=set)
    """Names in it that are labels, which stay as they are."""

    def said(self, *, labelled: bool) -> list[Field]:
        """What it hands to the element around it: the value under its label where it has one, or all it holds under its names."""
        if self.says and not self.attributes:
            return [(self.name, "".join(self.texts).strip())]
        fields = self.fields(is_row=False)
        label = next((value for name, value in self.attributes if _local(name) in _LABELS and value), "")
        rest = [(name, value) for name, value in fields if _local(name) not in _LABELS or value != label]
        if label and labelled and len(rest) == 1 and (self.says or self.inside or _local(rest[0][0]) in _VALUES):
            self.labels.add(label)
            return [(label, rest[0][1])]
        return [
            (name if "." in name or name == self.name or name in self.labels else f"{self.name}.{name}", value)
            for name, value in fields
        ]

    def fields(self, *, is_row: bool) -> list[Field]:
        """Its attributes, and its text as one field, whatever is marked in it, or what the elements in it say.

        Of what holds something the attributes are mostly how it looks: those that are not telling count in rows only.
        """
        inside = [(self.name, "".join(self.texts).strip())] if self.says else self.inside
        if inside and not is_row:
            return [*(pair for pair in self.attributes if telling(pair[1])), *inside]
        return self.attributes + inside


def _read(found: Iterable[Tag], paths: _Paths, rows: set[int]) -> Records:
    """What each element holds, given to the row or to the document it belongs to."""
    records = Records()
    labelled = paths.labelled()
    stack = [_Element("", 0, [])]
    for tag, what in _events(found):
        last = stack[-1]
        if what is _OPEN:
            said = paths.attributes(tag.attributes) if tag.attributes else _NONE
            in_row = last.in_row or last.path in rows
            stack.append(_Element(tag.name, paths.of(last.path, tag.name), said.pairs, in_row=in_row))
        elif what is _CLOSE:
            _close(stack, rows, labelled, records)
        else:
            last.texts.append(tag.text)
            last.says = last.says or not tag.text.isspace()
    while len(stack) > 1:
        _close(stack, rows, labelled, records)
    records.alone(stack[0].fields(is_row=True))
    return records


def _close(stack: list[_Element], rows: set[int], labelled: set[int], records: Records) -> None:
    done, parent = stack.pop(), stack[-1]
    if done.path in rows:
        records.row(done.path, done.fields(is_row=True))
        return
    parent.texts.append("".join(done.texts))
    parent.inside += done.said(labelled=not done.in_row or done.path in labelled)
    parent.labels |= done.labels


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
