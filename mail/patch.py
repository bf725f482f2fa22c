"""patch: recipients in To and Cc replaced or taken out, as byte ranges; every other octet stays as it came.

What is not parsed without doubt is not touched: then the content comes back unchanged, with False, and only the envelope
can be corrected.
"""

from collections.abc import Collection, Mapping, Sequence

from mail.address import exact_key
from mail.address_list import Mailbox, mailboxes, parse_addresses
from mail.headers import Field, Headers

_FIELDS = ("to", "cc")
_WHITE = b" \t\r\n"
_MAX_LINE = 998  # RFC 5322 2.1.1
_NOBODY = b" undisclosed-recipients:;"  # RFC 5322 A.1.3

Patch = tuple[int, int, bytes]
"""Range in the content and what stands there instead."""


def replace_recipients(content: bytes, wanted: Mapping[str, str]) -> tuple[bytes, frozenset[str]]:
    """Put the new address where exactly the addr-spec of its old one stands in To or Cc; display names, comments and all else stay.

    `wanted`: old → new. Returns the content and which old ones were replaced. Case does not count, a +tag does.
    """
    places: dict[str, list[tuple[int, int]]] = {}
    for field, found in _lists(Headers(content)):
        for mailbox in found:
            place = field.value_start + mailbox.address_start, field.value_start + mailbox.address_end
            places.setdefault(exact_key(mailbox.address), []).append(place)
    patches, done = list[Patch](), set[str]()
    for old, new in wanted.items():
        mine = [(start, end, new.encode()) for start, end in places.get(exact_key(old), ())]
        if mine and new.isascii() and parse_addresses(new) == (new,) and not _too_long(content, mine):
            patches += mine
            done.add(old)
    return applied(content, patches), frozenset(done)


def move_to_bcc(content: bytes, addresses: Collection[str] = ()) -> tuple[bytes, bool]:
    """Take these addresses (none named: all) out of To and Cc with their names, so that no recipient sees them.

    Returns the content and whether anything was taken out. An empty To becomes `undisclosed-recipients:;` (RFC 5322
    3.6.3 wants no empty list), an empty Cc goes. All or nothing: one To or Cc in doubt, and nothing is touched.
    """
    headers = Headers(content)
    wanted = {exact_key(address) for address in addresses}
    fields = [field for name in _FIELDS for field in headers.ranges(name)]
    read = dict(_lists(headers))
    several = any(len({m.list_start for m in found}) > 1 for found in read.values())
    if headers.over or several or len(read) != len(fields):
        return content, False  # a group beside other members: what belongs to whom is in doubt
    patches: list[Patch] = []
    for field, found in read.items():
        kept = [m for m in found if wanted and exact_key(m.address) not in wanted]
        if len(kept) < len(found):
            patches.append(_without(headers, field, found, kept))
    return applied(content, patches), bool(patches)


def _lists(headers: Headers) -> list[tuple[Field, tuple[Mailbox, ...]]]:
    """The To and Cc fields that could be parsed without doubt."""
    read = ((field, *mailboxes(headers.value(field))) for name in _FIELDS for field in headers.ranges(name))
    return [(field, found) for field, found, good in read if good]


def _without(headers: Headers, field: Field, found: Sequence[Mailbox], kept: Sequence[Mailbox]) -> Patch:
    """The patch of one field of one list, whether it stands alone or in a group; the kept members stay octet for octet."""
    if not kept:
        to = field.name.lower() == "to"
        return (field.value_start, field.value_end, _NOBODY) if to else (field.start, field.end, b"")
    value = headers.value(field)
    start, end = found[0].list_start, found[0].list_end
    blank = value[start : len(value) - len(value[start:].lstrip(_WHITE))]
    members = [value[m.start : m.end].rstrip(_WHITE) for m in kept]
    members[0] = blank + members[0].lstrip(_WHITE)
    return field.value_start + start, field.value_start + end, b",".join(members)


def applied(content: bytes, patches: Sequence[Patch]) -> bytes:
    """The content with these ranges replaced, none of which overlaps another."""
    out: list[bytes] = []
    position = 0
    for start, end, instead in sorted(patches):
        out += [content[position:start], instead]
        position = end
    return b"".join((*out, content[position:]))


def _too_long(content: bytes, patches: Sequence[Patch]) -> bool:
    """Whether one of these patches makes a header line longer than RFC 5322 allows."""
    lengths: dict[int, int] = {}
    for start, end, instead in patches:
        line = content.rfind(b"\n", 0, start) + 1
        growth = len(instead) - (end - start)
        before = (content.find(b"\n", start) + 1 or len(content) + 1) - 1 - line
        lengths[line] = lengths.get(line, before) + growth
        if growth > 0 and lengths[line] > _MAX_LINE:
            return True
    return False
