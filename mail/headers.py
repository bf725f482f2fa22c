"""Headers: the header section of a message or part, with where each field stands; never raises, bounded, linear.

What a reader could understand in two ways is named in `defects` (`mail.mime.AMBIGUITIES`).
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from mail import words
from mail.address_list import parse_addresses
from mail.section import MAX_FIELDS, Field, Section
from mail.shapes import Message, Paragraphs, Part

__all__ = ["MAX_FIELDS", "Field", "Headers", "alterable", "parse_addresses"]

_OF_LISTS = frozenset({"list-id", "list-unsubscribe"})
LOOP_LIMIT = 32 * 1024
"""Octets of header that may be read in the event loop."""
_SMIME, _PGP, _RMS = (".p7m", ".p7s", ".p7c", ".p7z"), (".asc", ".sig", ".pgp", ".gpg"), (".rpmsg",)
_CLEARSIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_DKIM_EXPIRY = re.compile(rb"(?:^|;)\s{0,80}x\s{0,80}=\s{0,80}(\d{1,12})")


class Headers:
    """The fields of a header section in their order, read when it is made."""

    __slots__ = ("_decoded", "_index", "body_start", "content", "cut_short", "defects", "fields", "over")

    def __init__(self, content: bytes, limit: int = 256 * 1024, start: int = 0, end: int | None = None) -> None:
        """Read the header section that begins at `start`, at most `limit` octets of it."""
        found = Section(content, start, len(content) if end is None else end, limit)
        found.read()
        self.content = content
        self.fields = tuple(found.fields)
        self.body_start = found.body
        """Offset of the body; the end of the content where there is none."""
        self.over = found.over
        """The section is longer than the limit, or holds more than 2,000 fields: the rest was not read."""
        self.cut_short = found.cut_short
        """It ends at a line that is no field: what others read behind it was not read as fields."""
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
            fields = self._index.get(key)
            found = self._decoded[key] = tuple([words.decode(self.value(f)) for f in fields]) if fields else ()
        return found

    def first(self, name: str) -> str:
        """The first value of that name, decoded; "" without."""
        found = self.all(name)
        return found[0] if found else ""

    def raw(self, name: str) -> tuple[bytes, ...]:
        """Every value of that name exactly as in the content, folds and all."""
        return tuple(self.value(f) for f in self._index.get(name.lower(), ()))

    def ranges(self, name: str) -> tuple[Field, ...]:
        """Where the fields of that name stand."""
        return tuple(self._index.get(name.lower(), ()))

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether there is a field of one of these names, given in lower case."""
        return not names.isdisjoint(self._index)

    def names(self) -> AbstractSet[str]:
        """The name of every field, in lower case, each once."""
        return self._index.keys()

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
        return self.has_any(_OF_LISTS) or (self.first("precedence").lower() in {"bulk", "list", "junk"})

    @property
    def has_dkim(self) -> bool:
        """Carries a DKIM signature (RFC 6376 3.5): any change of a signed octet breaks it."""
        return "dkim-signature" in self._index

    @property
    def dkim_ends(self) -> int | None:
        """When the first of its DKIM signatures ends: x= (RFC 6376 3.5), seconds since the epoch; None where none says."""
        times = (int(seconds) for raw in self.raw("dkim-signature") for seconds in _DKIM_EXPIRY.findall(raw))
        return min(times, default=None)


def alterable(headers: Headers, message: Message) -> str:
    """Empty, or why the message may not be altered: "dkim", "smime", "pgp", "rms" or "calendar" (the strictest first)."""
    kinds = {part.kind for part in message.parts}
    names = tuple([part.name.lower() for part in message.parts if part.name])
    declared = b" ".join(headers.raw("content-type")).lower()
    if "smime" in kinds or b"pkcs7" in declared or _any_ends(names, _SMIME):
        return "smime"
    if "pgp" in kinds or b"application/pgp" in declared or _any_ends(names, _PGP):
        return "pgp"
    if any(_is_clearsigned(part) for part in message.parts):
        return "pgp"
    if message.signed or "signature" in kinds or b"multipart/signed" in declared:
        return "smime"  # whose signature it is makes no difference
    content_class = headers.first("content-class").lower()
    if "rms" in kinds or content_class == "rpmsg.message" or _any_ends(names, _RMS):
        return "rms"
    if "calendar" in kinds or content_class.endswith("calendarmessage"):
        return "calendar"
    return "dkim" if headers.has_dkim else ""


def _any_ends(names: tuple[str, ...], endings: tuple[str, ...]) -> bool:
    return bool(names) and any(name.endswith(endings) for name in names)


def _is_clearsigned(part: Part) -> bool:
    """Whether a text is signed in itself (RFC 9580 7): a text that is large is not cut into blocks for it."""
    if isinstance(part.blocks, Paragraphs):
        return part.blocks.holds(_CLEARSIGNED)
    return any(_CLEARSIGNED in cell for block in part.blocks for row in block.rows for cell in row[:1])
