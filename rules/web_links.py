"""Web links: how many links the text of a mail has, by the domain they lead to; domains and counts only, for a link may be all that a stranger needs.

A link to a shared file is still open when the mail itself can no longer be stopped (manual, step 2.3).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from mail.shapes import Message, Paragraphs, Part
from rules.address_forms import suffix_split
from rules.part_text import whole

MOST = 50
"""Domains that are named; what leads elsewhere is counted as `OTHER`."""
OTHER = ""
_LINK = re.compile(r"https?://(?:(?!https?://)[^\s<>\"']){1,2000}", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,9}")
_BEHIND = ".,;:!?)]}"


def domains(message: Message) -> dict[str, int]:
    """Registrable domain → how many different links lead there, the most first; `OTHER` for what names none that can be read.

    Of the bodies alone, quoted text included; a link that is both shown and behind a word is one.
    """
    links = {link.rstrip(_BEHIND) for part in message.parts if part.is_body for link in _links(part)}
    counted = Counter(map(_domain, links))
    named = [(domain, number) for domain, number in counted.most_common() if domain != OTHER]
    rest = counted[OTHER] + sum(number for _, number in named[MOST:])
    return dict(named[:MOST]) | ({OTHER: rest} if rest else {})


def total(counted: Mapping[str, int]) -> int:
    """How many links these are."""
    return sum(counted.values())


def _links(part: Part) -> Iterator[str]:
    yield from part.links
    ascii_text = part.blocks.ascii if isinstance(part.blocks, Paragraphs) else None
    if ascii_text is not None and b"://" not in ascii_text:  # as in most mail
        return
    text = whole(part.blocks)
    if "://" in text:
        yield from _LINK.findall(text)


def _domain(link: str) -> str:
    """The name somebody registered: what stands before it may itself be the key to a file."""
    try:
        host = urlsplit(link).netloc.rpartition("@")[2]
    except ValueError:  # brackets that are no address (RFC 3986 3.2.2)
        return OTHER
    found = _HOST.match(host)  # Japanese text goes on behind a link without a blank
    if found is None:
        return OTHER
    name, suffix = suffix_split(found[0].lower().removesuffix("."))
    return f"{name.rpartition('.')[2]}.{suffix}" if name and not suffix.isdecimal() else found[0].lower()
