"""Kept: where somebody goes back to after signing in, and what they had filled in; both only in the hands of their browser."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadData, URLSafeSerializer

# A path of ours: one slash, then printable ASCII without a backslash, which browsers take for another slash.
_PATH = re.compile(r"/(?!/)[\x21-\x5b\x5d-\x7e]*")
_LONGEST = 24 * 1024
_NONCE = bytes(12)
"""One text a key: the key is of one cookie, and a cookie asks once."""


def path_of_ours(given: str) -> str:
    """Take where somebody wants to go to; "" for everything that may lead elsewhere."""
    return given if _PATH.fullmatch(given) and len(given) <= _LONGEST else ""


def sealed(path: str, browser: str) -> bytes:
    """Seal a path with the cookie of the browser, of which the store keeps only the digest: it may hold a link."""
    return AESGCM(_key(browser)).encrypt(_NONCE, path.encode(), None)


def opened(octets: bytes, browser: str) -> str:
    """Read it again; "" with another cookie."""
    try:
        return path_of_ours(AESGCM(_key(browser)).decrypt(_NONCE, octets, None).decode())
    except InvalidTag:
        return ""


def with_choices(path: str, key: bytes, link: str, choices: Mapping[str, str]) -> str:
    """Put choices into the address of their page, so that they are there again afterwards; the act itself is chosen anew."""
    return f"{path}?{urlencode({'kept': str(_serializer(key, link).dumps(dict(choices)))})}"


def choices_of(given: str, key: bytes, link: str) -> dict[str, str]:
    """Read them; {} where they are not ours or of another link."""
    if not given:
        return {}
    try:
        return {str(risk): str(choice) for risk, choice in _serializer(key, link).loads(given).items()}
    except BadData:
        return {}


def _key(browser: str) -> bytes:
    return hashlib.sha256(b"sekisho back" + browser.encode("utf-8", "surrogatepass")).digest()


def _serializer(key: bytes, link: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=f"sekisho.kept.{hashlib.sha256(link.encode()).hexdigest()}")
