"""meeting: what a calendar part says it does (RFC 5546), to whom, and of which meeting: by its declaration and by its own text."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from mail.address import key
from mail.charset import decode
from mail.shapes import Embedded, Meeting, Message, Part

_READ = 256 * 1024
"""Octets of a calendar that are looked at: an invitation has a few thousand."""
_TASKS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"})
_SHOWN = frozenset({"plain", "html", "empty"})
_DEEPEST = 20
_BEGUN = frozenset({"REQUEST", "CANCEL", "ADD", "PUBLISH", "COUNTER", "DECLINECOUNTER"})
"""What tells the others about a meeting: in another order than it was sent it tells them something else."""
_ANSWERS = {"REPLY": "ORGANIZER", "CANCEL": "ATTENDEE"}
"""Methods that go to whoever is in the meeting already, and the property that names them."""


@dataclass(slots=True)
class _Said:
    """What stands in a calendar."""

    methods: set[str] = field(default_factory=set)
    uids: set[str] = field(default_factory=set)
    people: dict[str, set[str]] = field(default_factory=dict)
    within: list[str] = field(default_factory=list)

    def line(self, text: str) -> None:
        """One property, unfolded (RFC 5545 3.1)."""
        head, _, value = text.partition(":")
        name, value = head.partition(";")[0].strip().upper(), value.strip()
        if name == "BEGIN" and len(self.within) < _DEEPEST:
            self.within.append(value.upper())
        elif name == "END" and self.within:
            self.within.pop()
        elif name == "METHOD":
            self.methods.add(value.upper())
        elif name == "UID" and self.within and self.within[-1] in _TASKS:
            self.uids.add(value)
        elif name in _ANSWERS.values() and value[:7].lower() == "mailto:":
            self.people.setdefault(name, set()).add(key(value[7:].strip()))


def of(leaf: Embedded) -> Meeting:
    """What a calendar part says. Two methods, or several meetings in one, are none: readers would disagree."""
    data = leaf.data[:_READ]
    for fold in (b"\r\n ", b"\r\n\t", b"\n ", b"\n\t"):
        data = data.replace(fold, b"")
    said = _Said()
    for line in decode(data, leaf.charset)[0].splitlines():
        said.line(line)
    whole = len(leaf.data) <= _READ and len(said.methods) == len(said.uids) == 1
    method = next(iter(said.methods)) if whole else ""
    people = said.people.get(_ANSWERS.get(method, ""), set())
    digests = sorted(hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest() for uid in said.uids)
    return Meeting(leaf.method.upper(), method, tuple(digests), frozenset(people), bool(_BEGUN & said.methods))


def answered(message: Message) -> frozenset[str]:
    """Whom a message answers or cancels a meeting with (keys of addresses): then no choice of a recipient was made.

    Only where it is nothing else: one meeting, which every calendar part declares (RFC 6047 2.4) and says alike, and no other file.
    """
    found = message.meetings
    alike = {(m.declared, m.method, m.uids, m.people) for m in found}
    if len(alike) != 1 or found[0].method not in _ANSWERS or found[0].declared != found[0].method:
        return frozenset()
    return found[0].people if all(map(_is_of_it, message.parts)) else frozenset()


def _is_of_it(part: Part) -> bool:
    """Whether a part is the meeting itself, or text that nobody has to open."""
    return not part.within and (part.kind == "calendar" or (not part.name and part.kind in _SHOWN))


def ordered(meetings: Sequence[Meeting]) -> tuple[str, ...]:
    """The meetings (digests of UIDs) of which a message tells the others something: it must not come before what was said earlier."""
    told = (uid for m in meetings if m.begins or m.declared in _BEGUN for uid in m.uids)
    return tuple(dict.fromkeys(told))
