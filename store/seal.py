"""Seal: how held content lies on disk: zstd, then AES-GCM in 64 KiB chunks when there is a key; and the signature of links."""

from collections.abc import Iterable, Iterator
from pathlib import Path


class Seal:
    """Seals and opens content. Without a key it is compressed only, and says so (`encrypted`)."""

    def __init__(self, key: bytes | None, link_key: bytes) -> None:
        """`key`: 32 octets or None; `link_key`: at least 32 octets, for the signature of links."""
        raise NotImplementedError

    @property
    def encrypted(self) -> bool:
        """Whether a key is set."""
        raise NotImplementedError

    def close(self, content: bytes, object_id: str) -> bytes:
        """Content → sealed octets (key id, nonce, chunks; counter, last flag and object id as associated data)."""
        raise NotImplementedError

    def open(self, sealed: bytes, object_id: str) -> bytes:
        """The inverse; raises `StoreError` when the octets were altered, cut, or belong to another object."""
        raise NotImplementedError

    def token(self, object_id: str, person: str, purpose: str) -> str:
        """The token of a link: URL-safe text of an HMAC-SHA256 of ≥ 132 bit; the same for the same three."""
        raise NotImplementedError

    @staticmethod
    def fingerprint(token: str) -> str:
        """What the store keeps of a token: SHA-256, hex."""
        raise NotImplementedError


def read_key(path: Path) -> bytes:
    """The key of a file with mode 0600 (or below $CREDENTIALS_DIRECTORY); a clear error otherwise."""
    raise NotImplementedError
