"""display_names: under which names addresses stand in To and Cc; linear, whatever a header holds, and the same for whoever asks."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from mail import words
from mail.address import key
from mail.address_list import mailboxes
from mail.shapes import Fields

_ANGLE: Final = ord("<")
_QUOTED: Final = re.compile(r"\\(.)")


def display_names(headers: Fields, keys: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """By key (`mail.address.key`) the names that stand beside these addresses, each once; without what has none, or an address for one.

    Our own reader: that of the standard library recurses, and a thousand brackets would stop the mail.
    """
    found: dict[str, dict[str, None]] = {}
    for value in (raw for name in ("to", "cc") for raw in headers.raw(name)):
        for one in mailboxes(value)[0]:
            if value[one.address_start - 1] != _ANGLE or (of := key(one.address)) not in keys:
                continue
            name = _said(value[one.start : one.address_start - 1])
            if name and "@" not in name:
                found.setdefault(of, {})[name] = None
    return {of: tuple(names) for of, names in found.items()}


def _said(phrase: bytes) -> str:
    """A display name as people read it."""
    name = " ".join(words.decode(phrase.strip()).split())
    return _QUOTED.sub(r"\1", name[1:-1]).strip() if name[:1] == name[-1:] == '"' else name
