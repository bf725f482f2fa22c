"""Storable: what texts, addresses and Message-IDs from mail become when they are kept, and are compared by."""

import re

from mail.address import key, split

KEY_LIMIT = 320
"""RFC 5321 4.5.3.1: 64 + 1 + 255 octets."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean(text: str, limit: int | None = None) -> str:
    """The text as `tables.columns.Words` keeps it."""
    if not text.isascii() or "\0" in text:
        text = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text[:limit]


def as_key(address: str) -> str:
    """`mail.address.key` as the tables keep it: of one that is too long its local part is cut, for a domain may be blocked."""
    made = clean(key(address))
    if len(made) <= KEY_LIMIT:
        return made
    local, domain = split(made)
    return f"{local[: max(1, KEY_LIMIT - 1 - len(domain))]}@{domain}"[:KEY_LIMIT]


def message_id_forms(message_id: str) -> tuple[str, ...]:
    """A Message-ID with and without its angle brackets (RFC 5322 3.6.4), as either may have been stored; () for an empty one."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    return (bare, f"<{bare}>") if bare else ()
