"""mime: content → the leaves of its MIME tree, decoded (RFC 2045, 2046); never raises, bounded.

Every defect that lets two readers see two messages is named, and in doubt the reading that shows more is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mail import words
from mail.budget import Spending
from mail.charset import unknown
from mail.headers import Headers
from mail.shapes import Embedded, Lost
from mail.transfer import base64_readings, quoted_printable

AMBIGUITIES = (
    "bad_base64",  # junk or an end in the middle
    "bad_quoted_printable",  # = without two hexadecimal digits
    "bare_cr",  # a lone CR in a header or at a boundary
    "blank_fold",  # a continuation line of white space only
    "data_behind_end",  # parts or fields behind the closing boundary
    "duplicate_boundary",
    "duplicate_content_type",
    "duplicate_transfer_encoding",
    "encoded_message",  # base64 or quoted-printable on a message or multipart (RFC 2045 6.4)
    "malformed_content_type",
    "mbox_line",
    "misdeclared_charset",  # text that is another text under the charset it names
    "missing_boundary",  # a multipart whose boundary is nowhere to be found
    "no_blank_line",  # something that is no field among the fields
    "nul",
    "space_before_colon",
    "split_parameter",  # a boundary in pieces (RFC 2231 3)
    "too_many_parameters",
    "unknown_charset",
    "unknown_transfer_encoding",
    "utf7",
)
"""The closed list of `Message.ambiguous`."""

_MAX_BOUNDARY = 200  # RFC 2046 5.1.1 says 70; what programs write is sometimes longer
_LINE_REST = re.compile(rb"(--)?[ \t]{0,200}(\r\n|\n|\r|\Z)")
_GUESS = re.compile(rb"(?:\A|[\r\n])--([^\s-][^\r\n]{0,199}?)[ \t]{0,80}\r?\n")
_TELLING = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_TEXT = frozenset({"", "text/plain", "text/html", "text"})


@dataclass(frozen=True, slots=True)
class Split:
    """What a message falls into."""

    headers: Headers
    leaves: tuple[Embedded, ...]
    lost: tuple[Lost, ...]
    ambiguous: tuple[str, ...]
    signed: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    """Content-Type, Content-Transfer-Encoding and Content-Disposition of one entity, as they are to be read."""

    type: words.Parameterised
    encoding: str
    disposition: str
    name: str


@cache
def _bare(default: str) -> _Kind:
    """An entity whose headers say nothing."""
    return _Kind(words.Parameterised(default), "", "", "")


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
        kind = self._kind(headers, default)
        if kind.type.value.startswith("multipart/"):
            self.signed |= kind.type.value == "multipart/signed"
            self._multipart(kind, headers.body_start, end, depth)
        else:
            self._leaf(kind, headers.body_start, end)
        return headers

    def _kind(self, headers: Headers, default: str) -> _Kind:
        if not headers.has_any(_TELLING):
            return _bare(default)
        types = [words.parameterised(raw) for raw in headers.raw("content-type")]
        if len(types) > 1:
            self.ambiguous.append("duplicate_content_type")
        chosen = next((t for t in types if t.value.startswith("multipart/")), types[0] if types else None)
        if chosen is None or not chosen.value:
            chosen = words.Parameterised(default, chosen.parameters if chosen else {})
        if chosen.value.startswith("multipart/"):
            self.ambiguous += chosen.defects
        dispositions = [words.parameterised(raw) for raw in headers.raw("content-disposition")]
        disposition = dispositions[0] if dispositions else words.Parameterised("")
        name = disposition.first("filename") or chosen.first("name")
        return _Kind(chosen, self._encoding(headers), disposition.value, words.file_name(name))

    def _encoding(self, headers: Headers) -> str:
        given = [words.parameterised(raw) for raw in headers.raw("content-transfer-encoding")]
        if not given:
            return ""
        names = list(dict.fromkeys(g.value.partition(" ")[0] for g in given))
        if len(names) > 1:
            self.ambiguous.append("duplicate_transfer_encoding")
            return next((n for n in names if n not in _IDENTITY), names[0])
        if any(g.parameters or " " in g.value or g.defects for g in given) or names[0] not in _KNOWN:
            self.ambiguous.append("unknown_transfer_encoding")
        return next((known for known in _KNOWN if known and names[0].startswith(known)), names[0])

    def _multipart(self, kind: _Kind, start: int, end: int, depth: int) -> None:
        if depth >= self._budget.depth:
            self.lost.append(Lost("limit", "depth"))
            return
        if kind.encoding not in _IDENTITY:
            self.ambiguous.append("encoded_message")
        cuts = self._cuts(kind, start, end)
        if not cuts:
            self.ambiguous.append("missing_boundary")
            self._leaf(_Kind(words.Parameterised(""), kind.encoding, "", ""), start, end)
            return
        default = "message/rfc822" if kind.type.value == "multipart/digest" else "text/plain"
        self._plain(start, cuts[0][0])
        closed = False
        for number, (_, body, closing) in enumerate(cuts):
            until = cuts[number + 1][0] if number + 1 < len(cuts) else end
            closed |= closing
            if closing and number + 1 == len(cuts):
                self._plain(body, until)
            elif not self._full():
                if closed:
                    self.ambiguous.append("data_behind_end")
                self.entity(body, max(body, until), depth + 1, default)

    def _cuts(self, kind: _Kind, start: int, end: int) -> list[tuple[int, int, bool]]:
        """Delimiter lines of the boundary that is really there: (where the line begins, behind it, whether it closes)."""
        given = kind.type.parameters.get("boundary", [])
        if len(set(given)) > 1:
            self.ambiguous.append("duplicate_boundary")
        for boundary in dict.fromkeys(given):
            if boundary and (cuts := list(self._delimiters(boundary.encode("utf-8", "replace"), start, end))):
                return cuts
        # Nothing matches as written: quotes of the wrong kind, broken syntax, or a program that forgot it.
        if found := _GUESS.search(self._content, start, min(end, start + 64 * 1024)):
            self.ambiguous.append("malformed_content_type")
            return list(self._delimiters(found[1], start, end))
        return []

    def _delimiters(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """RFC 2046 5.1.1: CRLF "--" boundary, white space, CRLF; lenient about which line end."""
        content, mark = self._content, b"--" + boundary.rstrip()[:1000]
        at = content.find(mark, start, end)
        while at >= 0:
            behind = at + len(mark)
            rest = _LINE_REST.match(content, behind, end)
            if rest and (at == start or content[at - 1] in b"\r\n"):
                if rest[2] == b"\r" or (at > start and content[at - 1] == 0x0D):  # noqa: PLR2004
                    self.ambiguous.append("bare_cr")
                begins = at
                if at > start:
                    begins -= 2 if content[max(start, at - 2) : at] == b"\r\n" else 1
                yield begins, rest.end(), rest[1] is not None
            at = content.find(mark, behind, end)

    def _plain(self, start: int, end: int) -> None:
        """Preamble or epilogue: nobody shows it, but it travels with the message."""
        data = self._content[start:end].strip()
        if data and not self._full():
            self.leaves.append(Embedded("", data, "text/plain"))
            if b"\ncontent-type:" in b"\n" + data[: 64 * 1024].lower():
                self.ambiguous.append("data_behind_end")

    def _leaf(self, kind: _Kind, start: int, end: int) -> None:
        if self._full():
            return
        media, body = kind.type.value, self._content[start:end]
        charset = kind.type.first("charset")
        if media == "message/rfc822" and kind.encoding not in _IDENTITY:
            self.ambiguous.append("encoded_message")
        if charset and media.startswith("text/"):
            if unknown(charset):
                self.ambiguous.append("unknown_charset")
            if charset.lower().replace("-", "").endswith("utf7"):
                self.ambiguous.append("utf7")
        is_body = media in _TEXT and not kind.name and kind.disposition != "attachment"
        for data in self._decoded(body, kind.encoding):
            method = ",".join(kind.type.parameters.get("method", ())) if media == "text/calendar" else ""
            self.leaves.append(Embedded(kind.name, data, media, charset, is_body, method))

    def _decoded(self, body: bytes, encoding: str) -> tuple[bytes, ...]:
        """Every reading of an encoded body; more than one only where readers would disagree."""
        if encoding == "base64":
            readings, good = base64_readings(body)
            self.ambiguous += [] if good else ["bad_base64"]
            return readings
        if encoding == "quoted-printable":
            data, good = quoted_printable(body)
            self.ambiguous += [] if good else ["bad_quoted_printable"]
            return (data,)
        return (body,)

    def _full(self) -> bool:
        if len(self.leaves) < self._budget.parts:
            return False
        self.lost.append(Lost("limit", "parts"))
        return True


_KNOWN = ("base64", "quoted-printable", "7bit", "8bit", "binary", *sorted(_UU), "")
