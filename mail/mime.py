"""mime: content → the leaves of its MIME tree, decoded (RFC 2045, 2046); never raises, bounded.

Every defect that lets two readers see two messages is named, and in doubt the reading that shows more is taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mail import boundaries, words
from mail.ambiguities import AMBIGUITIES
from mail.aside import said_aside
from mail.budget import Spending
from mail.charset import is_utf7, unknown
from mail.content_fields import IDENTITY, UU, Kind, read_kind
from mail.headers import Headers
from mail.shapes import Embedded, Lost
from mail.transfer import (
    base64_readings,
    base64_with_tail,
    is_prose,
    is_uu_file,
    quoted_printable,
    quoted_printable_otherwise,
    uuencoded,
)

__all__ = ["AMBIGUITIES", "ASIDE", "Split", "split"]

ASIDE = "text/x-fields"
"""What a leaf is declared as that holds header fields."""
_TEXT = frozenset({"", "text/plain", "text/html", "text"})
# Whatever is not the octets as they stand: an encoding, a charset, parts, and types that are not read line by line.
_OTHERWISE = re.compile(
    rb"transfer.encoding|charset|boundary|\ncontent-type:(?![ \t]{0,8}text/(?!html|xml|rtf|rich|enriched|calendar|csv|tab|[a-z.-]{0,20}card)[a-z-]{1,20}[ \t]{0,8}\r?(?:\n|\Z))"
)


@dataclass(frozen=True, slots=True)
class Split:
    """What a message falls into."""

    headers: Headers
    leaves: tuple[Embedded, ...]
    lost: tuple[Lost, ...]
    ambiguous: tuple[str, ...]
    signed: bool = False


def split(content: bytes, spending: Spending) -> Split:
    """Cut a message into its leaves, at most `budget.parts` and `budget.depth` deep."""
    splitter = _Splitter(content, spending)
    headers = splitter.entity(0, len(content), spending.mime_depth, "text/plain")
    lost, ambiguous = tuple(dict.fromkeys(splitter.lost)), tuple(dict.fromkeys(splitter.ambiguous))
    return Split(headers, tuple(splitter.leaves), lost, ambiguous, splitter.signed)


class _Splitter:
    def __init__(self, content: bytes, spending: Spending) -> None:
        self._content = content
        self._budget = spending.budget
        self._quoted_around = False
        self.leaves: list[Embedded] = []
        self.lost: list[Lost] = []
        self.ambiguous: list[str] = []
        self.signed = False

    def entity(self, start: int, end: int, depth: int, default: str) -> Headers:
        """Read one entity; returns its headers."""
        headers = Headers(self._content, self._budget.header, start, end)
        self.ambiguous += headers.defects
        if headers.over:
            self.lost.append(Lost("limit", "header"))
        if (aside := said_aside(headers)) and not self._full():
            self.leaves.append(Embedded("", aside.encode("utf-8", "replace"), ASIDE))
        kind, defects = read_kind(headers, default)
        self.ambiguous += defects
        if kind.is_multipart or (
            kind.boundaries and boundaries.cuts(self._content, headers.body_start, end, kind.boundaries, most=1)
        ):
            self.signed |= any(b"multipart/signed" in declared.lower() for declared in headers.raw("Content-Type"))
            self._multipart(kind, headers.body_start, end, depth)
        else:
            self._leaf(kind, headers.body_start, end)
        return headers

    def _multipart(self, kind: Kind, start: int, end: int, depth: int) -> None:
        if depth >= self._budget.depth:
            self.lost.append(Lost("limit", "depth"))
            return
        cuts = self._cuts(kind, start, end)
        if not cuts:
            # What nobody can cut is read as it stands; only where others could find parts in it there is a doubt.
            doubtful = kind.encodings != IDENTITY or boundaries.may_hold_parts(self._content, start, end)
            self.ambiguous.append("missing_boundary" if doubtful else "no_parts")
            self._leaf(replace(kind, type=words.Parameterised(""), name=""), start, end)
            return
        if "base64" in kind.encodings:
            self.ambiguous.append("encoded_message")
        default = "message/rfc822" if kind.type.value == "multipart/digest" else "text/plain"
        around, self._quoted_around = self._quoted_around, self._quoted_around or "quoted-printable" in kind.encodings
        self._plain(start, cuts[0].begins)
        self._parts(cuts, end, depth, default)
        self._quoted_around = around

    def _parts(self, cuts: list[boundaries.Cut], end: int, depth: int, default: str) -> None:
        closed = False
        for number, cut in enumerate(cuts):
            until = cuts[number + 1].begins if number + 1 < len(cuts) else end
            closed |= cut.closes
            if cut.closes and number + 1 == len(cuts):
                self._plain(cut.behind, until)
            elif not self._full():
                if closed:
                    self.ambiguous.append("data_behind_end")
                self.entity(cut.behind, max(cut.behind, until), depth + 1, default)

    def _cuts(self, kind: Kind, start: int, end: int) -> list[boundaries.Cut]:
        """Delimiter lines of the boundaries that are really there."""
        most = self._budget.parts + 2  # with one part more than may be, that is said
        found = boundaries.cuts(self._content, start, end, kind.boundaries, most)
        if found and not kind.is_multipart:
            self.ambiguous.append("malformed_content_type")
        # Nothing matches as written: broken syntax, or a program that forgot to say.
        if not found and (found := boundaries.guessed(self._content, start, end, most)):
            self.ambiguous.append("malformed_content_type")
        if any(cut.bare_cr for cut in found):
            self.ambiguous.append("bare_cr")
        return found

    def _plain(self, start: int, end: int) -> None:
        """Preamble or epilogue: nobody shows it, but it travels with the message."""
        data = self._content[start:end].strip()
        if data and not self._full():
            self.leaves.append(Embedded("", data, "text/plain"))
            beginning = b"\n" + data[: 64 * 1024].lower()
            if b"\ncontent-type:" in beginning:
                # Who takes it for a part sees the text that was read here, unless more is said of how it is to be read.
                self.ambiguous.append("data_behind_end" if _OTHERWISE.search(beginning) else "fields_around_parts")

    def _leaf(self, kind: Kind, start: int, end: int) -> None:
        if self._full():
            return
        media, body = kind.type.value, self._content[start:end]
        charset = kind.type.first("charset")
        if charset and media.startswith("text/") and unknown(charset):
            self.ambiguous.append("unknown_charset")
        is_body = media in _TEXT and not kind.name and kind.disposition != "attachment"
        readings = self._readings(body, kind)
        if media == "message/rfc822" and kind.encodings != IDENTITY:
            whole = kind.encodings == ("base64",) and len(readings) == 1
            self.ambiguous.append("message_in_base64" if whole else "encoded_message")
        if charset.lower().replace("-", "").endswith("utf7") and any(b"+" in data for data in readings):
            # Without a plus it is ASCII. What is well formed says the same to whoever decodes it; who does not is told in `second_reading`.
            good = all(map(is_utf7, readings))
            self.ambiguous.append("utf7_as_declared" if good else "utf7")
        method = ",".join(kind.type.parameters.get("method", ())) if media == "text/calendar" else ""
        for data in readings:
            self.leaves.append(Embedded(kind.name, data, media, charset, is_body, method))

    def _readings(self, body: bytes, kind: Kind) -> list[bytes]:
        """The body under every encoding that somebody could read it by; more than one only where they would disagree."""
        if kind.encodings == IDENTITY and not kind.doubt and not self._quoted_around:
            return [body]
        found = dict.fromkeys(data for encoding in kind.encodings for data in self._decoded(body, encoding))
        if kind.encodings == IDENTITY and self._quoted_around and (data := quoted_printable(body)[0]) != body:
            found[data] = None
            self.ambiguous.append("encoded_message")
        if kind.doubt:
            self.ambiguous.append("odd_transfer_encoding" if len(found) == 1 and is_prose(body) else kind.doubt)
        return [data for data in found if data] or [b""]

    def _decoded(self, body: bytes, encoding: str) -> Iterable[bytes]:
        """Every reading of a body under one encoding."""
        if encoding == "base64":
            readings, good = base64_readings(body)
            if not good and (cut := base64_with_tail(body)):
                self.ambiguous.append("words_behind_base64")
                return cut
            self.ambiguous += [] if good else ["bad_base64"]
            return readings
        if encoding == "quoted-printable":
            data, good = quoted_printable(body)
            self.ambiguous += [] if good else ["bad_quoted_printable"]
            return (data, quoted_printable_otherwise(body, data))
        if encoding == UU:
            return (body,) if is_uu_file(body) else (body, uuencoded(body))
        return (body,)

    def _full(self) -> bool:
        if len(self.leaves) < self._budget.parts:
            return False
        self.lost.append(Lost("limit", "parts"))
        return True
