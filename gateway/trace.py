"""Trace: our own Received line (RFC 5321 4.4), without any recipient in it; the stamp; and whether a message goes round."""

import re
from collections.abc import Sequence
from email.utils import format_datetime
from functools import lru_cache
from hmac import compare_digest

from gateway.smtp.paths import is_mailbox
from mail.envelope import Envelope
from mail.headers import Headers

STAMP = "X-Sekisho-Stamp"
LONGEST = 1024 * 1024
"""Octets of a header in which Received lines are counted."""
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.:\[\]_-]")
_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)


def received(envelope: Envelope, host_name: str, for_one: str | None = None) -> bytes:
    """The Received field, folded, ending in CRLF; every line at most 998 octets (RFC 5322 2.1.1).

    `for_one` names a recipient and must be given only where there is one: else a Bcc is no longer blind (RFC 5321 7.2).
    What the client said of itself is cut to letters that cannot end the line.
    """
    client = envelope.client
    protocol = ("UTF8SMTP" if envelope.smtputf8 else "ESMTP") + ("S" if client.tls else "")  # RFC 3848, 6531 4.3
    address = f"[IPv6:{_name(client.address)}]" if ":" in client.address else f"[{_name(client.address)}]"
    lines = [
        f"Received: from {_name(client.helo) or 'unknown'} ({_name(client.name) or 'unknown'} {address})",
        f"by {_name(host_name)} (Sekisho) with {protocol} id {envelope.id}",
    ]
    if for_one is not None and for_one.isascii() and is_mailbox(for_one):
        lines.append(f"for <{for_one}>")
    text = "\r\n\t".join(lines)
    return f"{text};\r\n\t{_date(envelope.received_at.replace(microsecond=0))}\r\n".encode("ascii")


_date = lru_cache(maxsize=16)(format_datetime)  # messages come many a second


@lru_cache(maxsize=1024)
def _name(text: str) -> str:
    return _NOT_IN_A_NAME.sub("?", text[:255])


def count_received(head: bytes) -> int:
    """How many Received fields the header has (RFC 5321 6.3); `head` as `Content.head` gives it."""
    header, _, _ = head.partition(b"\r\n\r\n")
    return len(_RECEIVED.findall(header))


def goes_round(head: bytes, most: int) -> bool:
    """Whether it has more Received fields than that. Nearly no header has even so many lines."""
    end = head.find(b"\r\n\r\n")
    return head.count(b"\n", 0, end if end >= 0 else len(head)) >= most and count_received(head) > most


def stamp(word: bytes) -> bytes:
    """The field by which a mail server's rule knows what was here: it is not sent to us again."""
    return STAMP.encode() + b": " + word + b"\r\n"


def is_stamped(headers: Headers, words: Sequence[bytes]) -> bool:
    """Whether a stamp of ours is on it: it came round. Any other stamp says nothing, whoever wrote it."""
    return any(compare_digest(value.strip(), word) for value in headers.raw(STAMP) for word in words)
