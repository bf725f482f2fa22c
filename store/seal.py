"""Seal: how held content lies on disk: zstd, then AES-GCM in 64 KiB chunks when there is a key; the signature of links; files of keys.

Sealed octets: `SKS` and the version, a mode, then
- mode 0, no key: SHA-256 over header, object id and payload, then the payload: finds damage and mix-ups, keeps no secret;
- mode 1: key id (8), salt (32), then chunks of 64 KiB and their tags. Every object has its own key, HKDF-SHA256 of the configured
  one with the salt and the object id, so that no nonce can repeat; the nonce is counter and last flag (STREAM, Hoang et al. 2015).
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.errors import KeyFileError, StoreError

CHUNK = 64 * 1024
KEY_SIZE = 32
_PLAIN = b"SKS\x01\x00"
_SECRET = b"SKS\x01\x01"
_KEY_ID = 8
_SALT = 32
_TAG = 16
_HEADER = len(_SECRET) + _KEY_ID + _SALT
_DIGEST = 32
_TOKEN_OCTETS = 24  # 192 bit, 32 letters without padding
_LEVEL = 3
SECRET_LENGTH = 32
"""Letters that a secret word must have at least."""
# It stands in a header field and in the patterns of other programs: no sign that means something there.
_WORD = re.compile(rb"[A-Za-z0-9_-]{1,256}")


class Seal:
    """Seals and opens content. Without a key it is compressed only, and says so (`encrypted`)."""

    def __init__(self, key: bytes | None, link_key: bytes) -> None:
        """`key`: 32 octets or None; `link_key`: at least 32 octets, for the signature of links."""
        if key is not None and len(key) != KEY_SIZE:
            raise KeyFileError(f"a key for content has {KEY_SIZE} octets, not {len(key)}")
        if len(link_key) < KEY_SIZE:
            raise KeyFileError(f"a key for links has at least {KEY_SIZE} octets, not {len(link_key)}")
        self._key = key
        self._key_id = hashlib.sha256(b"sekisho key id" + (key or b"")).digest()[:_KEY_ID]
        self._link_key = link_key

    @property
    def encrypted(self) -> bool:
        """Whether a key is set."""
        return self._key is not None

    def close(self, content: bytes, object_id: str) -> bytes:
        """Content → sealed octets (key id, salt, chunks; header and object id as associated data)."""
        packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(content)
        if self._key is None:
            return _PLAIN + _digest(packed, object_id) + packed
        header = _SECRET + self._key_id + secrets.token_bytes(_SALT)
        cipher, associated = _cipher(self._key, header, object_id)
        pieces = [packed[at : at + CHUNK] for at in range(0, len(packed), CHUNK)]
        last = len(pieces) - 1
        sealed = (cipher.encrypt(_nonce(n, n == last), piece, associated) for n, piece in enumerate(pieces))
        return header + b"".join(sealed)

    def open(self, sealed: bytes, object_id: str) -> bytes:
        """The inverse; raises `StoreError` when the octets were altered, cut, or belong to another object."""
        if sealed.startswith(_PLAIN):
            packed = self._check(sealed, object_id)
        elif sealed.startswith(_SECRET):
            packed = self._decrypt(sealed, object_id)
        else:
            raise StoreError(f"{object_id}: not sealed content, or of a newer version")
        try:
            return zstandard.ZstdDecompressor().decompress(packed)
        except zstandard.ZstdError as error:
            raise StoreError(f"{object_id}: the content is damaged") from error

    def token(self, object_id: str, person: str, purpose: str) -> str:
        """The token of a link: URL-safe text of an HMAC-SHA256 of ≥ 132 bit; the same for the same three."""
        # Each part with its length: no two triples are one text.
        text = b"".join(len(part).to_bytes(4) + part for part in (t.encode() for t in (object_id, person, purpose)))
        signature = hmac.digest(self._link_key, b"sekisho link" + text, "sha256")[:_TOKEN_OCTETS]
        return base64.urlsafe_b64encode(signature).decode()

    @staticmethod
    def fingerprint(token: str) -> str:
        """What the store keeps of a token: SHA-256, hex."""
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

    def _check(self, sealed: bytes, object_id: str) -> bytes:
        start = len(_PLAIN)
        digest, packed = sealed[start : start + _DIGEST], sealed[start + _DIGEST :]
        if not hmac.compare_digest(digest, _digest(packed, object_id)):
            raise StoreError(f"{object_id}: the content is damaged, or belongs to another object")
        return packed

    def _decrypt(self, sealed: bytes, object_id: str) -> bytes:
        header = sealed[:_HEADER]
        if self._key is None or header[len(_SECRET) :][:_KEY_ID] != self._key_id:
            raise StoreError(f"{object_id}: the content was sealed with another key")
        if len(header) < _HEADER:
            raise StoreError(f"{object_id}: the content was cut")
        cipher, associated = _cipher(self._key, header, object_id)
        step = CHUNK + _TAG
        pieces = [sealed[at : at + step] for at in range(_HEADER, len(sealed), step)]
        last = len(pieces) - 1
        try:
            packed = b"".join(cipher.decrypt(_nonce(n, n == last), p, associated) for n, p in enumerate(pieces))
        except (InvalidTag, ValueError) as error:
            raise StoreError(f"{object_id}: the content was altered, cut, or belongs to another object") from error
        return packed


def read_key(path: Path) -> bytes:
    """The key of a file with mode 0600 (or below $CREDENTIALS_DIRECTORY): one line of base64. Raises `KeyFileError`."""
    text = _private(path)
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise KeyFileError(f"{path}: not a line of base64") from error
    if len(key) < KEY_SIZE:
        raise KeyFileError(f"{path}: a key has {KEY_SIZE} octets, this one {len(key)}")
    return key


def read_secrets(path: Path) -> tuple[bytes, ...]:
    """The secret words of such a file, one a line: the newest first, and all of them good. Raises `KeyFileError`, never with a word."""
    words = tuple(_private(path).split())
    if not words:
        raise KeyFileError(f"{path}: is empty")
    for number, word in enumerate(words, 1):
        if not _WORD.fullmatch(word):
            raise KeyFileError(f"{path}: secret {number} has other signs than A-Z a-z 0-9 _ -, or more than 256")
        if len(word) < SECRET_LENGTH:
            raise KeyFileError(f"{path}: secret {number} is too short: {len(word)} letters, at least {SECRET_LENGTH}")
    return words


def read_password(path: Path) -> str:
    """One line of such a file as somebody else chose it, of printable ASCII. Raises `KeyFileError`, never with the word."""
    text = _private(path).strip()
    if not re.fullmatch(rb"[!-~]+", text):
        raise KeyFileError(f"{path}: is not one word of printable ASCII")
    return text.decode()


def read_words(path: Path) -> tuple[str, ...]:
    """The same of several lines, each one word. Raises `KeyFileError`, never with a word."""
    words = _private(path).split(b"\n")
    found = tuple(word.strip() for word in words if word.strip())
    if not found or not all(re.fullmatch(rb"[!-~]+", word) for word in found):
        raise KeyFileError(f"{path}: is not one word of printable ASCII a line")
    return tuple(word.decode() for word in found)


def make_key(path: Path) -> None:
    """Make a key file of mode 0600 unless there is one; whole or not at all, however many processes try. Raises `KeyFileError`."""
    _make(path, base64.b64encode(secrets.token_bytes(KEY_SIZE)))


def make_secret(path: Path) -> None:
    """The same with a secret word of 256 bit."""
    _make(path, secrets.token_hex(KEY_SIZE).encode())


def _private(path: Path) -> bytes:
    try:
        mode, text = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from error
    if stat.S_IMODE(mode) & 0o077 and not _is_credential(path):
        raise KeyFileError(f"{path}: others may read this key (mode {stat.S_IMODE(mode):04o}); chmod 600 it")
    return text


def _make(path: Path, line: bytes) -> None:
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 - a descriptor
            out.write(line + b"\n")
            out.flush()
            os.fsync(out.fileno())
        # A link, not a rename: it fails where another process was quicker, and its key stays.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(new)
        new.unlink()
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from error


def _is_credential(path: Path) -> bool:
    # systemd.exec(5): unreadable to others by the folder it lies in, whatever the file's own mode.
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return bool(folder) and path.resolve().is_relative_to(Path(folder or "").resolve())


def _digest(packed: bytes, object_id: str) -> bytes:
    identity = object_id.encode()
    return hashlib.sha256(_PLAIN + len(identity).to_bytes(4) + identity + packed).digest()


def _cipher(key: bytes, header: bytes, object_id: str) -> tuple[AESGCM, bytes]:
    identity = object_id.encode()
    derived = HKDF(SHA256(), KEY_SIZE, salt=header[-_SALT:], info=b"sekisho content" + identity).derive(key)
    return AESGCM(derived), header + identity


def _nonce(counter: int, last: bool) -> bytes:
    return counter.to_bytes(11) + bytes([last])
