"""escaped: octets that a text writes as percent and two digits, or as a backslash and digits, as the text they are."""

import re
from collections.abc import Iterator

from mail import charset

# A sign without which there is none, four in a row, and each one with its digits and their base.
_FORMS = (
    (b"%", re.compile(rb"(?:%[0-9A-Fa-f]{2}){4}"), re.compile(rb"%([0-9A-Fa-f]{2})"), 16),  # RFC 3986 2.1
    (b"\\x", re.compile(rb"(?:\\x[0-9A-Fa-f]{2}){4}"), re.compile(rb"\\x([0-9A-Fa-f]{2})"), 16),
    (b"\\", re.compile(rb"(?:\\[0-3][0-7]{2}){4}"), re.compile(rb"\\([0-3][0-7]{2})"), 8),
)


def escaped(data: bytes) -> Iterator[str]:
    """The lines that hold such octets, resolved; one that is no text then is left out."""
    for sign, several, each, base in _FORMS:
        if sign[:1] not in data or not several.search(data):
            continue
        octets = {digits: bytes((int(digits, base),)) for digits in set(each.findall(data))}
        for line in data.splitlines():
            if several.search(line):
                # In forms a blank is a plus (WHATWG URL 5.1).
                line = line.replace(b"+", b" ") if sign == b"%" and b" " not in line else line  # noqa: PLW2901
                text, sure = charset.decode(each.sub(lambda found: octets[found[1]], line))  # noqa: B023 - used at once
                if not charset.lost_by(text, sure=sure):
                    yield text
