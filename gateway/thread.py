"""Thread: which earlier mail a message answers, whose domains were in it, and under which names its recipients stand."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from mail.address import key, split
from mail.display_names import display_names
from mail.headers import Headers
from store.shelves import Shelves

EARLIER: Final = 20
"""Messages of a thread that are looked for: the first, and the latest."""
NAMED: Final = 20
"""Recipients whose display names are looked at."""
_ID = re.compile(rb"<[^<>\s]{1,638}>")


class Head(NamedTuple):
    """The beginning of a message, as `Content.head` gives it."""

    octets: bytes
    lower: bytes
    """The header section in lower case: what most mail lacks is missed in it before anything is read."""

    @classmethod
    def of(cls, octets: bytes) -> Self:
        """Made once a message."""
        return cls(octets, octets.partition(b"\r\n\r\n")[0].lower())


def earlier(head: Head) -> tuple[str, ...]:
    """The Message-IDs of In-Reply-To and References (RFC 5322 3.6.4), () for a message that answers none."""
    if b"in-reply-to:" not in head.lower:
        return ()
    headers = Headers(head.octets)
    once = list(dict.fromkeys((*_ids(headers, "references"), *_ids(headers, "in-reply-to"))))
    return tuple(once if len(once) <= EARLIER else (once[0], *once[1 - EARLIER :]))


def answered(headers: Headers) -> str:
    """The Message-ID of the one message that this one answers; "" without, or where it names several."""
    found = _ids(headers, "in-reply-to")
    return found[0] if len(found) == 1 else ""


def domains(shelves: Shelves, message_ids: tuple[str, ...]) -> frozenset[str]:
    """The domains of everyone in those messages, as far as they went through here."""
    return frozenset(split(person)[1] for person in shelves.journal.people_of(message_ids))


def names(head: Head, addresses: Sequence[str]) -> dict[str, str]:
    """The display names of those addresses in To and Cc; without those that have none. The header is read only where one may."""
    quoted = {a: b"<" + a.lower().encode("utf-8", "surrogateescape") + b">" for a in addresses}
    named = {a: key(a) for a in [a for a in addresses if quoted[a] in head.lower][:NAMED]}
    if not named:
        return {}
    found = display_names(Headers(head.octets), frozenset(named.values()))
    return {a: found[of][-1] for a, of in named.items() if of in found}


def _ids(headers: Headers, name: str) -> list[str]:
    return [found.decode("ascii", "replace") for raw in headers.raw(name) for found in _ID.findall(raw)]
