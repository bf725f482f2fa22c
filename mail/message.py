"""Message: content → headers, parts with their text, and what could not be read. Never raises on bad MIME.

Every leaf is read by what its bytes are, whatever its name or declared type; files inside files are read on, within one
budget for the whole message. Nothing is passed over in silence: what was not read is a `Lost` with its reason.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from mail import meeting, mime
from mail.budget import DEFAULT, Budget, OverBudgetError, Spending
from mail.headers import LOOP_LIMIT, Headers
from mail.second_reading import read_twice
from mail.shapes import Block, Embedded, Lost, Meeting, Message, Part, Reason, Text
from mail.text_of import Hint, archive, other_archives, plain, recognise

__all__ = [
    "DEFAULT",
    "Block",
    "Budget",
    "Course",
    "Embedded",
    "Lost",
    "Message",
    "Part",
    "Reason",
    "Text",
    "headers_only",
    "read",
    "read_small",
]

T = TypeVar("T")

SMALL = 64 * 1024
"""Octets of a message that may be read in the event loop."""
_ARCHIVES = frozenset((*archive.KINDS, *other_archives.KINDS))
_DECLARED_SMALL = frozenset({"", "text/plain"})
_KINDS_SMALL = frozenset({*plain.KINDS, "empty"})
_IN_LOOP = Budget(parts=20, header=LOOP_LIMIT)


@dataclass(frozen=True, slots=True)
class Course:
    """How a reading goes: where it is, for who may have to end it, and which parts are left out because they ended one before.

    Parts are counted from 1 in the order in which they are read; the same message gives the same numbers.
    """

    at: Callable[[int], None] = lambda _number: None
    without: Mapping[int, Reason] = field(default_factory=dict)
    native: Callable[[], AbstractContextManager[None]] = nullcontext
    """Round the work of a library that takes no limits: who may end the process is less patient then."""


def read(content: bytes, budget: Budget = DEFAULT, course: Course | None = None) -> Message:
    """Read a whole message. Never raises; see `Lost` for what is said instead."""
    course = course or Course()
    spending = Spending(budget, native=course.native)
    split = _guarded(lambda: mime.split(content, spending), "message")
    if isinstance(split, Lost):
        return headers_only(content, split)
    walk = _Walk(spending, course)
    walk.through(split.leaves)
    return walk.message(split)


def _guarded(read_one: Callable[[], T], where: str) -> T | Lost:
    """What the reading of one part gives, or the loss that came of it."""
    try:
        return read_one()
    except OverBudgetError as error:
        return Lost("limit", error.what)
    except (MemoryError, RecursionError):
        return Lost("limit", "memory")
    except Exception:  # noqa: BLE001 - the second of the three places of the house: a reader of ours that breaks is a finding
        return Lost("own_fault", where)


def headers_only(content: bytes, lost: Lost) -> Message:
    """What can be said of a message that could not be read: its header, so that recipients are judged all the same."""
    headers = Headers.parse(content)
    return Message(headers, (), (lost,), headers.defects)


def read_small(content: bytes) -> Message | None:
    """Read a message that may be read in the event loop; None: the sandbox has to.

    At most 64 KiB, header at most 32 KiB, at most 20 parts, nothing but plain text; the same comes out as of `read`.
    """
    if len(content) > SMALL:
        return None
    found = _guarded(lambda: _read_small(content), "message")
    return None if isinstance(found, Lost) else found


def _read_small(content: bytes) -> Message | None:
    split = mime.split(content, Spending(_IN_LOOP))
    if split.lost or split.ambiguous:
        return None
    walk = _Walk(Spending(), Course())
    return walk.message(split) if all(map(walk.takes_small, split.leaves)) else None


class _Walk:
    """Reads leaves and what is inside them, without recursion."""

    def __init__(self, spending: Spending, course: Course) -> None:
        self._spending = spending
        self._course = course
        self.parts: list[Part] = []
        self.lost: list[Lost] = []
        self.ambiguous: list[str] = []
        self.meetings: list[Meeting] = []

    def through(self, leaves: tuple[Embedded, ...]) -> None:
        """Read all of them in their order, each followed by what is inside it."""
        waiting = [(leaf, "", 1, 0) for leaf in reversed(leaves)]
        while waiting:
            leaf, within, mime_depth, archive_depth = waiting.pop()
            try:
                self._spending.part()
            except OverBudgetError as error:
                self.lost.append(Lost("limit", error.what))
                return
            self._spending.mime_depth, self._spending.archive_depth = mime_depth, archive_depth
            kind, text = self._read(leaf)
            self._keep(leaf, within, kind, text)
            mime_depth += kind == "mail"
            archive_depth += kind in _ARCHIVES
            inside = ((e, leaf.name or kind, mime_depth, archive_depth) for e in reversed(text.embedded))
            waiting.extend(inside)

    def takes_small(self, leaf: Embedded) -> bool:
        """Read what is text by declaration and by its bytes, without a name; False for all else, and where a file is hidden in it."""
        if leaf.declared not in _DECLARED_SMALL or leaf.name or plain.may_be_uu(leaf.data):
            return False
        reader, hint = recognise(leaf.data, Hint.of(leaf))
        if hint.kind not in _KINDS_SMALL:
            return False
        self._spending.mime_depth = 1
        text = read_twice(reader, leaf.data, hint, self._spending)
        self._keep(leaf, "", hint.kind, text)
        return not text.embedded

    def message(self, split: mime.Split) -> Message:
        """What was read of a message that fell into these leaves."""
        lost, ambiguous = (*split.lost, *self.lost), (*split.ambiguous, *self.ambiguous)
        lost, ambiguous = tuple(dict.fromkeys(lost)), tuple(dict.fromkeys(ambiguous))
        return Message(split.headers, tuple(self.parts), lost, ambiguous, split.signed, tuple(self.meetings))

    def _read(self, leaf: Embedded) -> tuple[str, Text]:
        number = self._spending.parts
        if reason := self._course.without.get(number):
            return "", Text(lost=(Lost(reason, "sandbox"),))
        self._course.at(number)
        hint = Hint.of(leaf)
        if self._spending.mime_depth > self._spending.budget.depth:
            return "", Text(lost=(Lost("limit", "depth"),))
        found = _guarded(lambda: recognise(leaf.data, hint), "format")
        if isinstance(found, Lost):
            return "", Text(lost=(found,))
        reader, hinted = found
        text = _guarded(lambda: read_twice(reader, leaf.data, hinted, self._spending), hinted.kind)
        return hinted.kind, Text(lost=(text,)) if isinstance(text, Lost) else text

    def _keep(self, leaf: Embedded, within: str, kind: str, text: Text) -> None:
        self.ambiguous += text.ambiguous
        if kind == "calendar" and not within:
            said = _guarded(lambda: meeting.of(leaf), "calendar")
            self.lost += [said] if isinstance(said, Lost) else []
            self.meetings += [] if isinstance(said, Lost) else [said]
        is_body = leaf.is_body and not within
        digest = sha256(leaf.data).hexdigest()
        self.parts.append(
            Part(leaf.name, kind, len(leaf.data), digest, text.blocks, text.lost, is_body, within, text.links)
        )
