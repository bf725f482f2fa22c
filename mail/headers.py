"""Headers: the header section of a message or part, with where each field stands; never raises, bounded, linear.

What a reader could understand in two ways is named in `defects` (`mail.mime.AMBIGUITIES`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from mail import words
from mail.address_list import parse_addresses
from mail.shapes import Message

__all__ = ["Field", "Headers", "alterable", "parse_addresses"]

LOOP_LIMIT = 32 * 1024
"""Octets of header that may be read in the event loop."""
MAX_FIELDS = 2000
_LINE = re.compile(rb"\r?\n")
_NAME = re.compile(rb"[!-9;-~]{1,256}")  # RFC 5322 3.6.8
_DKIM_EXPIRY = re.compile(rb"(?:^|;)\s{0,80}x\s{0,80}=\s{0,80}(\d{1,12})")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field, as byte ranges in the content."""

    name: str
    start: int
    """Of the name."""
    value_start: int
    """Behind the colon."""
    value_end: int
    """Before the line end that closes the field."""
    end: int
    """Behind that line end: `start` of the next field."""


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields in their order. Make one with `Headers.parse`."""

    content: bytes
    fields: tuple[Field, ...] = ()
    body_start: int = 0
    """Offset of the body; the length of the content where there is none."""
    defects: tuple[str, ...] = ()
    over: bool = False
    """The section is longer than the limit, or holds more than 2,000 fields: the rest was not read."""
    _index: dict[str, tuple[Field, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, content: bytes, limit: int = 256 * 1024, start: int = 0, end: int | None = None) -> "Headers":
        """Read the header section that begins at `start`, at most `limit` octets of it."""
        stop = len(content) if end is None else end
        return _parse(content, start, stop, limit)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name, unfolded and decoded (RFC 2047), in order."""
        return tuple(words.decode(self.value(f)) for f in self._index.get(name.lower(), ()))

    def first(self, name: str) -> str:
        """The first value of that name, decoded; "" without."""
        found = self._index.get(name.lower())
        return words.decode(self.value(found[0])) if found else ""

    def raw(self, name: str) -> tuple[bytes, ...]:
        """Every value of that name exactly as in the content, folds and all."""
        return tuple(self.value(f) for f in self._index.get(name.lower(), ()))

    def ranges(self, name: str) -> tuple[Field, ...]:
        """Where the fields of that name stand."""
        return self._index.get(name.lower(), ())

    def value(self, of: Field) -> bytes:
        """Raw value of one field."""
        return self.content[of.value_start : of.value_end]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Name as written and decoded value of every field."""
        return ((f.name, words.decode(self.value(f))) for f in self.fields)

    def addresses(self, *names: str) -> tuple[str, ...]:
        """The addr-specs of all fields of these names; what is not well formed is left out."""
        return tuple(a for name in names for raw in self.raw(name) for a in parse_addresses(raw))

    @property
    def message_id(self) -> str:
        """With its angle brackets; "" without (RFC 5322 3.6.4)."""
        value = self.first("message-id")
        start, end = value.find("<"), value.find(">")
        return value[start : end + 1] if 0 <= start < end else value.partition(" ")[0]

    @property
    def from_address(self) -> str:
        """The one addr-spec of From; "" where there is none or more than one could be meant."""
        found = self.addresses("from")
        return found[0] if len(set(found)) == 1 else ""

    @property
    def subject(self) -> str:
        """Decoded, one line."""
        return self.first("subject")

    @property
    def media_type(self) -> str:
        """Of the first Content-Type, lower case; "" without."""
        found = self.raw("content-type")
        return words.parameterised(found[0]).value if found else ""

    @property
    def is_automatic(self) -> bool:
        """An auto-reply, a notification or a report: nobody waits for an answer (RFC 3834 2 and 5, RFC 6522)."""
        said = self.first("auto-submitted").partition(";")[0].strip().lower()
        return bool(said and said != "no") or self.is_report

    @property
    def is_report(self) -> bool:
        """A delivery status or disposition notification: multipart/report (RFC 6522)."""
        return self.media_type == "multipart/report"

    @property
    def is_list_mail(self) -> bool:
        """Sent by a list or in bulk (RFC 2919, RFC 2369, Precedence)."""
        return bool(self._index.keys() & {"list-id", "list-unsubscribe"}) or (
            self.first("precedence").lower() in {"bulk", "list", "junk"}
        )

    @property
    def has_dkim(self) -> bool:
        """Carries a DKIM signature (RFC 6376 3.5): any change of a signed octet breaks it."""
        return "dkim-signature" in self._index

    def dkim_expires_before(self, moment: datetime) -> bool:
        """Whether a DKIM signature's x= (RFC 6376 3.5, seconds since the epoch) ends before an aware moment."""
        times = (m for raw in self.raw("dkim-signature") for m in _DKIM_EXPIRY.findall(raw))
        return any(int(seconds) < moment.timestamp() for seconds in times)


def alterable(headers: Headers, message: Message) -> str:
    """"" or why the message may not be altered: "dkim", "smime", "pgp", "rms" or "calendar" (the strictest first)."""
    kinds = {part.kind for part in message.parts}
    declared = b" ".join(headers.raw("content-type")).lower()
    if "smime" in kinds or b"pkcs7" in declared:
        return "smime"
    if "pgp" in kinds or b"application/pgp" in declared or any(part.name.endswith(".asc") for part in message.parts):
        return "pgp"
    if "rms" in kinds or headers.first("content-class") == "rpmsg.message":
        return "rms"
    if "calendar" in kinds or headers.first("content-class").endswith("calendarmessage"):
        return "calendar"
    return "dkim" if headers.has_dkim else ""


def _parse(content: bytes, start: int, stop: int, limit: int) -> Headers:
    defects: list[str] = []
    position, over = _skip_from_line(content, start, stop, defects), False
    fields: list[Field] = []
    name, opened, value_start, value_end = "", -1, 0, 0
    last = min(stop, position + limit)

    def close(end: int) -> None:
        if opened >= 0:
            fields.append(Field(name, opened, value_start, value_end, end))

    while position < last:
        found = _LINE.search(content, position, last)
        line_end, after = found.span() if found else (last, last)
        if found is None and last < stop:
            over = True  # the limit cuts a line
        first = content[position] if position < line_end else -1
        if first == -1:  # the blank line
            close(position)
            return _made(content, fields, after, defects)
        if first in b" \t" and (opened >= 0 or not content[position:line_end].strip()):
            if not content[position:line_end].strip():
                defects.append("blank_fold")
        else:
            close(position)
            opened = -1
            colon = content.find(b":", position, min(line_end, position + 300))
            label = content[position : max(colon, position)]
            if not _NAME.fullmatch(label.rstrip(b" \t")):
                # Not a field: Postfix and most readers begin the body here.
                defects.append("no_blank_line")
                return _made(content, fields, position, defects, over=over)
            if label[-1:] in (b" ", b"\t"):
                defects.append("space_before_colon")
            name, opened, value_start = label.rstrip(b" \t").decode("ascii"), position, colon + 1
            if len(fields) >= MAX_FIELDS:
                return _made(content, fields, stop, defects, over=True)
        value_end = line_end
        position = after
    close(position)
    return _made(content, fields, stop, defects, over=over or last < stop)


def _skip_from_line(content: bytes, start: int, stop: int, defects: list[str]) -> int:
    """An mbox separator in front is no field."""
    if not content.startswith((b"From ", b">From "), start):
        return start
    defects.append("mbox_line")
    found = _LINE.search(content, start, min(stop, start + 1000))
    return found.end() if found else start


def _made(content: bytes, fields: list[Field], body: int, defects: list[str], *, over: bool = False) -> Headers:
    index: dict[str, list[Field]] = {}
    for f in fields:
        index.setdefault(f.name.lower(), []).append(f)
    head = content[fields[0].start : fields[-1].end] if fields else b""
    if b"\r" in head and head.count(b"\r") != head.count(b"\r\n"):
        defects.append("bare_cr")
    if b"\0" in head:
        defects.append("nul")
    frozen = {name: tuple(found) for name, found in index.items()}
    return Headers(content, tuple(fields), body, tuple(dict.fromkeys(defects)), over, frozen)
