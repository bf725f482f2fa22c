"""Thread: which earlier mail a message answers, whose domains were in it, and under which names its recipients stand."""

import re
from collections.abc import Sequence
from typing import Final

from mail import words
from mail.address import key, split
from mail.address_list import mailboxes
from mail.headers import Headers
from store.shelves import Shelves

EARLIER: Final = 20
"""Messages of a thread that are looked for: the first, and the latest."""
NAMED: Final = 20
"""Recipients whose display names are looked at."""
_ANGLE: Final = ord("<")
_ID = re.compile(rb"<[^<>\s]{1,638}>")


def earlier(head: bytes) -> tuple[str, ...]:
    """The Message-IDs of In-Reply-To and References (RFC 5322 3.6.4), () for a message that answers none."""
    if b"in-reply-to:" not in head.lower():
        return ()
    headers = Headers(head)
    once = list(dict.fromkeys((*_ids(headers, "references"), *_ids(headers, "in-reply-to"))))
    return tuple(once if len(once) <= EARLIER else (once[0], *once[1 - EARLIER :]))


def answered(headers: Headers) -> str:
    """The Message-ID of the one message that this one answers; "" without, or where it names several."""
    found = _ids(headers, "in-reply-to")
    return found[0] if len(found) == 1 else ""


def domains(shelves: Shelves, message_ids: tuple[str, ...]) -> frozenset[str]:
    """The domains of everyone in those messages, as far as they went through here."""
    return frozenset(split(person)[1] for person in shelves.journal.people_of(message_ids))


def display_names(head: bytes, addresses: Sequence[str]) -> dict[str, str]:
    """The display names of those addresses in To and Cc; without those that have none, or their own address for one."""
    lower = head.lower()
    named = [a for a in addresses if b"<" + a.lower().encode("utf-8", "surrogateescape") + b">" in lower][:NAMED]
    if not named:
        return {}
    headers = Headers(head)
    values = [raw for name in ("to", "cc") for raw in headers.raw(name)]
    # Our own reader: that of the standard library recurses, and a thousand brackets would stop the mail.
    read = ((value, m) for value in values for m in mailboxes(value)[0] if value[m.address_start - 1] == _ANGLE)
    by_key = {key(m.address): value[m.start : m.address_start - 1] for value, m in read}
    return {a: name for a in named if (name := _said(by_key.get(key(a), b""))) and "@" not in name}


def _said(phrase: bytes) -> str:
    """A display name as people read it."""
    name = " ".join(words.decode(phrase.strip()).split())
    return re.sub(r"\\(.)", r"\1", name[1:-1]).strip() if name[:1] == name[-1:] == '"' else name


def _ids(headers: Headers, name: str) -> list[str]:
    return [found.decode("ascii", "replace") for raw in headers.raw(name) for found in _ID.findall(raw)]
