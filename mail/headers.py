"""Headers: the header section of a message or part, with where each field stands; never raises, bounded, linear.

What a reader could understand in two ways is named in `defects` (`mail.mime.AMBIGUITIES`).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from mail import words
from mail.address_list import parse_addresses
from mail.shapes import Message

__all__ = ["Field", "Headers", "alterable", "parse_addresses"]

LOOP_LIMIT = 32 * 1024
"""Octets of header that may be read in the event loop."""
MAX_FIELDS = 2000
_LINE = re.compile(rb"\r?\n")
_NAME = re.compile(rb"[!-9;-~]{1,256}")  # RFC 5322 3.6.8
# A field as RFC 5322 2.2 wants it, in lines ended by CRLF; a fold line of white space only is another matter.
_FIELD = re.compile(rb"([!-9;-~]{1,256}):([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)\r\n")
_BLANK_FOLD = re.compile(rb"\r\n[ \t][ \t\v\f]*\r\n")
_END = b"\r\n\r\n"
_DKIM_EXPIRY = re.compile(rb"(?:^|;)\s{0,80}x\s{0,80}=\s{0,80}(\d{1,12})")


class Field(NamedTuple):
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


class Headers:
    """The fields of a header section in their order, read when it is made."""

    __slots__ = ("_decoded", "_index", "body_start", "content", "defects", "fields", "over")

    def __init__(self, content: bytes, limit: int = 256 * 1024, start: int = 0, end: int | None = None) -> None:
        """Read the header section that begins at `start`, at most `limit` octets of it."""
        found = _Section(content, start, len(content) if end is None else end, limit)
        found.read()
        self.content = content
        self.fields = tuple(found.fields)
        self.body_start = found.body
        """Offset of the body; the end of the content where there is none."""
        self.over = found.over
        """The section is longer than the limit, or holds more than 2,000 fields: the rest was not read."""
        self.defects = tuple(dict.fromkeys(found.defects))
        self._decoded: dict[str, tuple[str, ...]] = {}
        self._index: dict[str, list[Field]] = {}
        for f in self.fields:
            self._index.setdefault(f.name.lower(), []).append(f)

    @classmethod
    def parse(cls, content: bytes, limit: int = 256 * 1024, start: int = 0, end: int | None = None) -> "Headers":
        """The same by another name."""
        return cls(content, limit, start, end)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name, unfolded and decoded (RFC 2047), in order."""
        key = name.lower()
        found = self._decoded.get(key)
        if found is None:
            found = self._decoded[key] = tuple(words.decode(self.value(f)) for f in self._index.get(key, ()))
        return found

    def first(self, name: str) -> str:
        """The first value of that name, decoded; "" without."""
        return next(iter(self.all(name)), "")

    def raw(self, name: str) -> tuple[bytes, ...]:
        """Every value of that name exactly as in the content, folds and all."""
        return tuple(self.value(f) for f in self._index.get(name.lower(), ()))

    def ranges(self, name: str) -> tuple[Field, ...]:
        """Where the fields of that name stand."""
        return tuple(self._index.get(name.lower(), ()))

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
    """Empty, or why the message may not be altered: "dkim", "smime", "pgp", "rms" or "calendar" (the strictest first)."""
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


class _Section:
    """One pass over the lines of a header section."""

    def __init__(self, content: bytes, start: int, stop: int, limit: int) -> None:
        self.fields: list[Field] = []
        self.defects: list[str] = []
        self.body = stop
        self.over = False
        self._content = content
        self._stop = stop
        self._position = self._behind_from_line(start)
        self._last = min(stop, self._position + limit)
        # The field that is open: name, start, start and end of its value.
        self._open: tuple[str, int, int, int] | None = None

    def read(self) -> None:
        """Up to the blank line, the limit, or the first line that is no field."""
        if not self._well_formed():
            self._read_lines()
            self.defects += _odd_octets(self._content, self.fields)

    def _read_lines(self) -> None:
        content = self._content
        while self._position < self._last:
            found = _LINE.search(content, self._position, self._last)
            end, after = found.span() if found else (self._last, self._last)
            if end == self._position:
                self._close(self._position)
                self.body = after
                return
            if not self._line(self._position, end):
                self.body = self._position
                return
            self._position = after
        self._close(self._position)
        self.over |= self._last < self._stop

    def _well_formed(self) -> bool:
        """Take a section in which nothing is odd in one go; False where something may be, and nothing was taken."""
        content, position = self._content, self._position
        end = content.find(_END, position, self._last)
        if end < 0 or content.find(b"\0", position, end) >= 0 or _BLANK_FOLD.search(content, position, end + 2):
            return False
        fields: list[Field] = []
        for found in _FIELD.finditer(content, position, end + 2):
            start, behind = found.span()
            if start != position:
                return False
            position = behind
            fields.append(Field(found[1].decode("ascii"), start, *found.span(2), behind))
        if position != end + 2 or len(fields) > MAX_FIELDS:
            return False
        self.fields, self.body = fields, end + len(_END)
        return True

    def _line(self, start: int, end: int) -> bool:
        """Take one line that is not empty; False where the header ends before it."""
        content = self._content
        if content[start] in b" \t":
            blank = not content[start:end].strip()
            if blank:
                self.defects.append("blank_fold")
            if self._open is not None:
                self._open = (*self._open[:3], end)
            if self._open is not None or blank:
                return True
        self._close(start)
        colon = content.find(b":", start, min(end, start + 300))
        label = content[start : max(colon, start)]
        name = label.rstrip(b" \t")
        if not _NAME.fullmatch(name):
            # Not a field: Postfix and most readers begin the body here.
            self.defects.append("no_blank_line")
            return False
        if name != label:
            self.defects.append("space_before_colon")
        if len(self.fields) >= MAX_FIELDS:
            self.over = True
            return False
        self._open = (name.decode("ascii"), start, colon + 1, end)
        return True

    def _close(self, end: int) -> None:
        if self._open is not None:
            self.fields.append(Field(*self._open, end))
            self._open = None

    def _behind_from_line(self, start: int) -> int:
        """An mbox separator in front is no field."""
        if not self._content.startswith((b"From ", b">From "), start):
            return start
        self.defects.append("mbox_line")
        found = _LINE.search(self._content, start, min(self._stop, start + 1000))
        return found.end() if found else start


def _odd_octets(content: bytes, fields: list[Field]) -> list[str]:
    head = content[fields[0].start : fields[-1].end] if fields else b""
    odd = ["bare_cr"] if head.count(b"\r") != head.count(b"\r\n") else []
    return [*odd, "nul"] if b"\0" in head else odd
