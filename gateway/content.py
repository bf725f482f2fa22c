"""Content: the octets after DATA in wire form (dot-stuffed, CRLF), in memory or, when large, in a file without a name."""

from collections.abc import Iterator


class Content:
    """The content of one message. Wire form end to end; only the copy that is read is un-stuffed (RFC 5321 4.5.2)."""

    @classmethod
    def from_plain(cls, plain: bytes) -> "Content":
        """From octets as they are read and kept (not dot-stuffed; every line end CRLF)."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Octets of the plain form, as SIZE counts them (RFC 1870)."""
        raise NotImplementedError

    @property
    def sha256(self) -> str:
        """Of the plain form without our own prefix, hex."""
        raise NotImplementedError

    def plain(self) -> bytes:
        """The octets as a reader sees them, with the prefix."""
        raise NotImplementedError

    def head(self, limit: int = 32 * 1024) -> bytes:
        """The first octets of the plain form without the prefix: enough for headers."""
        raise NotImplementedError

    def wire(self) -> Iterator[bytes | memoryview]:
        """Dot-stuffed chunks of at most 1 MiB, the prefix first; without the final dot."""
        raise NotImplementedError

    def prefixed(self, lines: bytes) -> "Content":
        """The same content with header lines (each ending in CRLF) in front; nothing is copied."""
        raise NotImplementedError

    def close(self) -> None:
        """Give the memory or the file back."""
        raise NotImplementedError
