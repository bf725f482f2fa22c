"""Content: the octets after DATA in wire form (dot-stuffed, CRLF), in memory or, when large, in a file without a name."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from mail.headers import Headers

CHUNK = 256 * 1024
HEAD = 32 * 1024


def un_stuffed(chunks: Iterator[bytes | memoryview]) -> Iterator[bytes]:
    """The plain form of wire chunks, wherever they were cut: one leading dot of a line goes (RFC 5321 4.5.2)."""
    kept = b"\r\n"  # the start of the content is the start of a line
    skip = 2
    for chunk in chunks:
        piece = kept + chunk
        kept = b"\r\n" if piece.endswith(b"\r\n") else b"\r" if piece.endswith(b"\r") else b""
        plain = piece[: len(piece) - len(kept)]
        if plain.rfind(b"\r\n.") >= 0:  # far faster than replacing none
            plain = plain.replace(b"\r\n.", b"\r\n")
        yield plain[skip:] if skip else plain
        skip = max(0, skip - len(plain))
    yield kept[skip:]


def plain_of(wire: bytes | memoryview) -> bytes:
    """The plain form of a whole wire form."""
    return b"".join(un_stuffed(wire[at : at + CHUNK] for at in range(0, len(wire), CHUNK)))


def stuffed(plain: bytes) -> bytes:
    """The wire form without the final dot; the very same object where no line begins with a dot."""
    wire = plain.replace(b"\r\n.", b"\r\n..") if b"\r\n." in plain else plain
    return b"." + wire if wire.startswith(b".") else wire


def is_clean(octets: bytes) -> bool:
    """Whether every CR and LF is a CRLF and no NUL is there; `octets` must not end inside of a CRLF.

    Anything else has been read as an end of data by one server or another (SEC Consult 2023, "SMTP smuggling").
    """
    ends = io.IncrementalNewlineDecoder(None, translate=False)  # looks once for what three counts would
    ends.decode(octets.decode("latin-1"), final=True)
    return ends.newlines in (None, "\r\n") and b"\0" not in octets


class Content:
    """The content of one message. Wire form end to end; only the copy that is read is un-stuffed (RFC 5321 4.5.2).

    Views made by `prefixed` share the octets: closing one closes all.
    """

    __slots__ = ("_digest", "_dots", "_file", "_headers", "_memory", "_prefix", "_start", "_wire_size")

    def __init__(self, memory: bytes, file: IO[bytes] | None, wire_size: int, dots: int) -> None:
        """`dots`: how many lines of the wire form begin with a dot."""
        self._memory = memory
        self._file = file
        self._wire_size = wire_size
        self._dots = dots
        self._prefix = b""
        self._digest = ""
        self._headers: Headers | None = None
        self._start = 0  # in the file: what lies before it was cut out

    @classmethod
    def from_plain(cls, plain: bytes) -> "Content":
        """From octets as they are read and kept (not dot-stuffed; every line end CRLF).

        Raises ValueError for a bare CR, bare LF or NUL: those never leave. A missing last line end is added.
        """
        whole = plain if plain.endswith(b"\r\n") or not plain else plain + b"\r\n"
        if not is_clean(whole):
            raise ValueError("bare CR, bare LF or NUL in content")
        wire = stuffed(whole)
        return cls(wire, None, len(wire), len(wire) - len(whole))

    @property
    def size(self) -> int:
        """Octets of the plain form, with the prefix, as SIZE counts them (RFC 1870)."""
        return len(self._prefix) + self._wire_size - self._dots

    @property
    def is_spooled(self) -> bool:
        """Whether it lies in a file."""
        return self._file is not None

    @property
    def sha256(self) -> str:
        """Of the plain form without our own prefix, hex. Reads it once: in a thread where it is large."""
        if not self._digest:
            digest = hashlib.sha256()
            for piece in self._lines():
                digest.update(piece)
            self._digest = digest.hexdigest()
        return self._digest

    def plain(self) -> bytes:
        """The octets as a reader sees them, with the prefix."""
        if not self._dots and not self._prefix and self._file is None:
            return self._memory
        whole = io.BytesIO()
        for piece in self.pieces():
            whole.write(piece)
        return whole.getvalue()  # shares its buffer: not a second copy

    @contextmanager
    def spooled(self) -> Iterator[tuple[int, int, int, bool]]:
        """For another process: a descriptor of the file that can only be read; where the content begins in it, and how it lies there.

        The third is the octets of its wire form, the fourth whether some lines begin with a stuffed dot.
        """
        assert self._file is not None
        # Opened anew: the descriptor we write with could be used to alter what will be handed over.
        descriptor = os.open(f"/proc/self/fd/{self._file.fileno()}", os.O_RDONLY)
        try:
            yield descriptor, self._start, self._wire_size, self._dots > 0
        finally:
            os.close(descriptor)

    def pieces(self) -> Iterator[bytes | memoryview]:
        """The octets of `plain`, piece by piece: what is large need not be in memory at once."""
        yield self._prefix
        yield from self._lines()

    def head(self, limit: int = HEAD) -> bytes:
        """The first octets of the plain form without the prefix: enough for headers."""
        if not self._dots:
            return bytes(self._at(0, limit))
        wire = self._at(0, 2 * limit)  # at worst every second octet is a stuffed dot
        return plain_of(wire)[:limit]

    @property
    def headers(self) -> Headers:
        """The header section, without the prefix, read once."""
        if self._headers is None:
            self._headers = Headers(self.head())
        return self._headers

    @headers.setter
    def headers(self, found: Headers) -> None:
        """Whoever reads the whole content has read them, too."""
        self._headers = found

    def wire(self) -> Iterator[bytes | memoryview]:
        """Dot-stuffed chunks of at most 1 MiB, the prefix first; without the final dot."""
        if self._prefix:
            yield stuffed(self._prefix)
        yield from self._chunks()

    def prefixed(self, lines: bytes) -> "Content":
        """The same content with header lines (each ending in CRLF) in front; nothing is copied."""
        view = Content(self._memory, self._file, self._wire_size, self._dots)
        view._prefix = lines + self._prefix
        view._digest, view._headers = self._digest, self._headers
        view._start = self._start
        return view

    def cut(self, start: int, end: int) -> None:
        """Take whole lines out for good: octets of the plain form without the prefix. Only before a view is made of it.

        What stands in front of them moves up behind them; all the rest stays where it is, in memory or in the file.
        """
        plain, wire = self.head(end), bytes(self._at(0, 2 * end))
        at, behind = (_line_start(wire, plain.count(b"\r\n", 0, offset)) for offset in (start, end))
        gone = behind - at
        if self._file is None:
            self._memory = wire[:at] + self._memory[behind:]
        else:
            if os.pwrite(self._file.fileno(), wire[:at], self._start + gone) != at:
                raise OSError("written in part")
            self._start += gone
        self._wire_size -= gone
        self._dots -= gone - (end - start)
        self._digest, self._headers = "", None

    def close(self) -> None:
        """Give the memory or the file back."""
        self._memory = b""
        if self._file is not None:
            self._file.close()

    def _lines(self) -> Iterator[bytes | memoryview]:
        """The plain form without the prefix. Mostly no line begins with a dot, and it is the wire form."""
        return un_stuffed(self._chunks()) if self._dots else self._chunks()

    def _chunks(self) -> Iterator[bytes | memoryview]:
        if self._file is None and self._wire_size <= CHUNK:
            if self._wire_size:
                yield self._memory
            return
        for start in range(0, self._wire_size, CHUNK):
            yield self._at(start, CHUNK)

    def _at(self, start: int, length: int) -> bytes | memoryview:
        if self._file is not None:
            return os.pread(self._file.fileno(), min(length, self._wire_size - start), self._start + start)
        return memoryview(self._memory)[start : start + length]


def _line_start(octets: bytes, number: int) -> int:
    """Where a line begins, counted from 0."""
    at = 0
    for _ in range(number):
        at = octets.index(b"\r\n", at) + 2
    return at
