"""address_list: where in a To or Cc value each address stands (RFC 5322 3.4), linear and strict: in doubt it says so.

Standard libraries differ between versions in what they take for an address; what decides here is our own reading.
"""

import re
from dataclasses import dataclass

_MAX_COMMENTS = 20
_STOPS = re.compile(rb'["(<>,:;\\\[\]]')
_WORD = re.compile(rb"[^\s()<>,:;\"\[\]\\]{1,1024}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One member of an address list, as byte ranges in the value."""

    start: int
    """From behind the comma before it …"""
    end: int
    """… to the comma, the semicolon or the end after it: display name, address, comments, white space."""
    address_start: int
    address_end: int
    address: str
    """The addr-spec as written."""
    list_start: int
    """Where the list begins that it belongs to: 0, or behind the colon of its group."""
    list_end: int


@dataclass(slots=True)
class _Element:
    """What was seen since the last comma."""

    start: int
    angles: list[tuple[int, int]]
    plain: list[tuple[int, int]]
    doubtful: bool = False


def mailboxes(value: bytes) -> tuple[tuple[Mailbox, ...], bool]:
    """Every mailbox of an address list, and whether the whole value was well formed."""
    return _Reader(value).read()


def parse_addresses(value: str | bytes) -> tuple[str, ...]:
    """The addr-specs of a raw (not RFC 2047 decoded) address-list value, in order; what is not well formed is left out.

    >>> parse_addresses('"a@b.example, x" <tanaka@customer.example>, (c@d.example) s@c.example')
    ('tanaka@customer.example', 's@c.example')
    """
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "replace")
    return tuple(m.address for m in mailboxes(raw)[0])


class _Reader:
    """One pass from left to right; every octet is looked at once or twice."""

    def __init__(self, value: bytes) -> None:
        self._value = value
        self._i = 0
        self._good = True
        self._group_start = -1
        self._list_start = 0
        self._found: list[tuple[_Element, int]] = []
        self._out: list[Mailbox] = []
        self._element = _Element(0, [], [])

    def read(self) -> tuple[tuple[Mailbox, ...], bool]:
        value, end = self._value, len(self._value)
        while self._i < end:
            stop = _STOPS.search(value, self._i)
            at = stop.start() if stop else end
            self._words(self._i, at)
            self._i = at
            if stop:
                self._special(value[at])
        self._close(end)
        self._close_list(end)
        if self._group_start >= 0:
            self._good = False
        return tuple(self._out), self._good

    def _special(self, octet: int) -> None:
        match chr(octet):
            case '"':
                self._quoted()
            case "(":
                self._comment()
            case "<":
                self._angle()
            case ",":
                self._close(self._i)
                self._i += 1
                self._element = _Element(self._i, [], [])
            case ":" if self._group_start < 0 and not self._element.angles:
                self._close_list(self._element.start)
                self._i += 1
                self._group_start = self._list_start = self._i
                self._element = _Element(self._i, [], [])
            case ";" if self._group_start >= 0:
                self._close(self._i)
                self._close_list(self._i)
                self._i += 1
                self._group_start = -1
                self._list_start = self._i
                self._element = _Element(self._i, [], [])
            case "[" if self._element.plain and self._value[self._i - 1 : self._i] == b"@":
                self._literal()
            case _:
                self._element.doubtful = True
                self._i += 1

    def _words(self, start: int, end: int) -> None:
        plain = self._element.plain
        for word in _WORD.finditer(self._value, start, end):
            if plain and plain[-1][1] == word.start():
                plain[-1] = (plain[-1][0], word.end())  # goes on behind a quoted string: "a b"@c
            else:
                plain.append(word.span())

    def _quoted(self) -> None:
        end = _skip_quoted(self._value, self._i)
        if end < 0:
            self._element.doubtful = True
            self._i = len(self._value)
            return
        plain = self._element.plain
        if plain and plain[-1][1] == self._i:
            plain[-1] = (plain[-1][0], end)
        else:
            plain.append((self._i, end))
        self._i = end

    def _literal(self) -> None:
        """`@[192.0.2.1]` (RFC 5321 4.1.3)."""
        end = self._value.find(b"]", self._i, self._i + 100)
        if end < 0:
            self._element.doubtful = True
            self._i += 1
            return
        self._element.plain[-1] = (self._element.plain[-1][0], end + 1)
        self._i = end + 1

    def _comment(self) -> None:
        depth = 0
        value = self._value
        while self._i < len(value):
            c = value[self._i]
            if c == 0x5C:  # noqa: PLR2004 - backslash
                self._i += 1
            elif c == 0x28:  # noqa: PLR2004
                depth += 1
                self._element.doubtful |= depth > _MAX_COMMENTS
            elif c == 0x29:  # noqa: PLR2004
                depth -= 1
                if depth == 0:
                    self._i += 1
                    return
            self._i += 1
        self._element.doubtful = True

    def _angle(self) -> None:
        """`<addr>`, with quotes inside; a route (RFC 5322 4.4) is left out of the address."""
        i = self._i + 1
        value = self._value
        while i < len(value) and value[i] not in b'<>"':
            i += 1
        if i < len(value) and value[i] == 0x22:  # noqa: PLR2004 - a quoted local part
            i = _skip_quoted(value, i)
            i = value.find(b">", i) if i >= 0 else -1
        if i < 0 or i >= len(value) or value[i] != 0x3E:  # noqa: PLR2004
            self._element.doubtful = True
            self._i += 1
            return
        start = self._i + 1
        inside = value[start:i]
        if inside.lstrip().startswith(b"@") and b":" in inside:
            start += inside.index(b":") + 1
        self._element.angles.append((start, i))
        self._i = i + 1

    def _close(self, end: int) -> None:
        element = self._element
        if element.angles or element.plain or element.doubtful:
            self._found.append((element, end))

    def _close_list(self, end: int) -> None:
        for element, element_end in self._found:
            span = self._address(element)
            if span is None:
                self._good = False
                continue
            address = self._value[slice(*span)].decode("utf-8", "replace")
            self._out.append(Mailbox(element.start, element_end, *span, address, self._list_start, end))
        self._found.clear()

    def _address(self, element: _Element) -> tuple[int, int] | None:
        """The range of the addr-spec, or None where the element is not exactly one mailbox."""
        spans = element.angles or element.plain
        if element.doubtful or len(spans) != 1:
            return None
        if element.angles and element.plain and element.plain[-1][1] > element.angles[0][0]:
            return None  # words behind the angle: <a@b> c@d
        start, end = spans[0]
        text = self._value[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        return (start, start + len(text)) if _is_addr_spec(text) else None


def _skip_quoted(value: bytes, start: int) -> int:
    """Behind the closing quote of the quoted string that begins at `start`; -1 where it never closes."""
    i = start + 1
    while i < len(value):
        if value[i] == 0x5C:  # noqa: PLR2004 - backslash
            i += 2
            continue
        if value[i] == 0x22:  # noqa: PLR2004
            return i + 1
        i += 1
    return -1


def _is_addr_spec(text: bytes) -> bool:
    local, at, domain = text.rpartition(b"@")
    if not (at and local and domain) or len(text) > 320:  # noqa: PLR2004 - RFC 5321 4.5.3.1.1 and .2: 64 + 1 + 255
        return False
    if local.startswith(b'"'):
        good = local.endswith(b'"') and len(local) > 2 and not any(c < 0x20 for c in local)  # noqa: PLR2004
    else:
        good = not any(c <= 0x20 or c in b'()<>,:;"[]\\@\x7f' for c in local)  # noqa: PLR2004
    if domain.startswith(b"["):
        return good and domain.endswith(b"]")
    return good and not any(c <= 0x20 or c in b'()<>,:;"[]\\\x7f' for c in domain)  # noqa: PLR2004
