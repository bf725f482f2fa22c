"""Recent mail: what is remembered of the latest messages of a person, as a short text that can be lengthened without being read.

An entry says when, in which thread, from whom, to whom and with which words in the subject, all in numbers: no address, no text.
"""

import hashlib
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import NamedTuple

SENT_SIZE = 14_336
"""Characters that are kept of what a person sent: some 270 messages to one recipient, 150 to five."""
GOT_SIZE = 7_168
"""Characters that are kept of what a person got from us."""
WIDEST = 30
"""What goes to more recipients shows nobody's habits: it is neither remembered nor judged."""
WORDS = 6
"""So many words of a subject."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_TIME, _THREAD, _COUNT, _PERSON, _WORD = 4, 4, 1, 8, 3
_FIXED = _TIME + _THREAD + _COUNT
_HEAD = Struct(">IIB")
_PEOPLE = tuple(Struct(f">{1 + count}Q") for count in range(1 << 8 * _COUNT))
"""The sender and so many recipients."""
_PREFIX = r"\s{0,20}(?:re|fwd?|aw|wg|sv|vs|tr|返信|転送)\s{0,20}(?:\[\d{1,4}\])?\s{0,20}[:：]"
_PREFIXES = re.compile(f"(?:{_PREFIX})+", re.IGNORECASE)
_REPLY = re.compile(r"\s{0,20}(?:re|aw|sv|返信)\s{0,20}(?:\[\d{1,4}\])?\s{0,20}[:：]", re.IGNORECASE)
_WORDS = re.compile(r"\w{2,}")
_EMPTY = frozenset(("the", "an", "of", "for", "and", "to", "in", "on", "with", "from", "is", "at", "by"))


class Sending(NamedTuple):
    """One message that was delivered."""

    at: int
    """Minutes since 2000 (UTC)."""
    thread: int
    """The number of its thread; 0 without."""
    sender: int
    to: tuple[int, ...]
    words: tuple[int, ...] = ()


class Topic(NamedTuple):
    """What a subject says, in numbers."""

    thread: int = 0
    words: tuple[int, ...] = ()
    is_reply: bool = False


@dataclass(frozen=True, slots=True)
class RecentMail:
    """What is remembered around one envelope, when it is judged."""

    minute: int = 0
    """When it is judged."""
    salt: bytes = b""
    """Of the store's own: without it nobody can try subjects against the numbers."""
    sender: int = 0
    sent: str = ""
    """The sender's latest messages, the newest first."""
    sender_got: str = ""
    """What came to the sender through us: from colleagues only."""
    people: Mapping[str, int] = field(default_factory=dict)
    """The numbers of the recipients, by address exactly as in the envelope."""
    got: Mapping[int, str] = field(default_factory=dict)
    """What each of them got from anybody here."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Addresses of those whom the sender writes to most."""


def minute(at: datetime) -> int:
    """Minutes since 2000."""
    return min(max(0, (at - _EPOCH) // timedelta(minutes=1)), (1 << 8 * _TIME) - 1)


def time_of(minutes: int) -> datetime:
    """The inverse of `minute`."""
    return _EPOCH + timedelta(minutes=minutes)


def cut(text: str, before: datetime) -> tuple[str, datetime | None]:
    """What is left of a text without the entries that are older, and when the oldest of these was."""
    kept = [one for one in decode(text) if one.at >= minute(before)]
    oldest = min((one.at for one in kept), default=None)
    return "".join(map(encode, kept)), None if oldest is None else time_of(oldest)


def topic(subject: str, salt: bytes) -> Topic:
    """Thread and words of a subject, by what stands behind Re: and Fwd:."""
    bare = _PREFIXES.sub("", subject, count=1).strip().casefold()
    if not bare:
        return Topic()
    said = [word for word in dict.fromkeys(_WORDS.findall(bare[:500])) if word not in _EMPTY]
    words = tuple(_number(word, salt, _WORD) for word in said[:WORDS])
    return Topic(_number(bare, salt, _THREAD) or 1, words, _REPLY.match(subject) is not None)


def encode(one: Sending) -> str:
    """An entry; put in front of what there is, it makes the longer text."""
    head = one.at.to_bytes(_TIME) + one.thread.to_bytes(_THREAD) + len(one.to).to_bytes(_COUNT)
    people = b"".join(number.to_bytes(_PERSON) for number in (one.sender, *one.to))
    words = b"".join(number.to_bytes(_WORD) for number in one.words)
    return b2a_base64(head + people + words, newline=False).decode() + ";"


def decode(text: str) -> Iterator[Sending]:
    """The entries of a text; the last may have been cut off and is then left out."""
    number = int.from_bytes
    for entry in text.split(";")[:-1]:
        raw = a2b_base64(entry)
        at, thread, count = _HEAD.unpack_from(raw)
        end = _FIXED + _PERSON * (count + 1)
        sender, *to = _PEOPLE[count].unpack_from(raw, _FIXED)
        words = tuple([number(raw[at : at + _WORD]) for at in range(end, len(raw), _WORD)])
        yield Sending(at, thread, sender, tuple(to), words)


def _number(text: str, salt: bytes, width: int) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=width, key=salt)
    return int.from_bytes(digest.digest())
