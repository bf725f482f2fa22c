"""Contacts as LDIF (RFC 2849): every mail address of an entry under its name."""

import base64
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from service.contacts_lines import LONGEST
from service.contacts_rows import BadLine, Row, contact

ADDRESSES = ("mail", "mailalternateaddress", "rfc822mailbox", "proxyaddresses")
NAMES = ("displayname", "cn", "commonname")
_PROXY = "smtp:"
_KNOWN = frozenset((*ADDRESSES, *NAMES))
Entry = dict[str, list[tuple[int, str]]]
"""Attributes by their names in lower case, each value with its line."""


def read(lines: Iterable[str]) -> Iterator[Row]:
    """The contacts of a file entry by entry; an entry without an address is none."""
    for entry in entries(lines, _KNOWN):
        if isinstance(entry, BadLine):
            yield entry
        else:
            yield from _entry(entry)


def entries(lines: Iterable[str], known: Container[str]) -> Iterator[Entry | BadLine]:
    """A file entry by entry, of each what is known; what is bad in its place."""
    entry: Entry = {}
    for number, line in _unfolded(lines):
        if not line.strip():
            yield entry
            entry = {}
            continue
        name, colon, value = line.partition(":")
        if colon and _bare(name) not in known:
            continue  # a picture, a certificate: nothing of ours, and no text
        if not colon:
            yield BadLine(number, "not LDIF: attribute: value is expected")
            continue
        try:
            entry.setdefault(_bare(name), []).append((number, _value(value)))
        except ValueError:  # base64 and UTF-8 each raise one of their own
            yield BadLine(number, f"{name}: not base64 of UTF-8")
    yield entry


def of_attributes(number: int, attributes: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """The contacts of one entry, its attributes by their names in lower case."""
    name = next((value for kind in NAMES for value in attributes.get(kind, ()) if value), "")
    for kind in ADDRESSES:
        for value in attributes.get(kind, ()):
            is_proxy = kind == "proxyaddresses"
            if is_proxy and not value.lower().startswith(_PROXY):
                continue  # X.400, SIP: no mail addresses
            yield contact(number, value[len(_PROXY) :] if is_proxy else value, name)


def write(address: str, name: str) -> str:
    """One contact as an entry."""
    dn = address.replace("\\", "\\\\").replace(",", "\\,").replace("+", "\\+").replace('"', '\\"').replace("=", "\\=")
    said = [_line("dn", f"mail={dn}"), "objectClass: top\n", "objectClass: inetOrgPerson\n", _line("mail", address)]
    return "".join([*said, *(_line(kind, name or address) for kind in ("cn", "sn")), "\n"])


def _line(kind: str, value: str) -> str:
    """In base64 where it is not plain (RFC 2849, SAFE-STRING)."""
    is_safe = value.isascii() and value.isprintable() and value[:1] not in {"", " ", ":", "<"} and value[-1] != " "
    return f"{kind}: {value}\n" if is_safe else f"{kind}:: {base64.b64encode(value.encode()).decode()}\n"


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Whole lines with the number of their first one, without comments."""
    whole, first = None, 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        if line[:1] == " " and whole is not None:
            whole += line[1:] if len(whole) < LONGEST else ""
            continue
        if whole is not None and whole[:1] != "#":
            yield first, whole
        whole, first = line, number
    if whole is not None and whole[:1] != "#":
        yield first, whole


def _bare(name: str) -> str:
    """An attribute without its options: mail;lang-ja."""
    return name.partition(";")[0].strip().lower()


def _value(text: str) -> str:
    if text[:1] == ":":
        return base64.b64decode(text[1:].strip(), validate=True).decode()
    return text.strip()


def _entry(entry: Entry) -> Iterator[Row]:
    plain = {kind: [value for _, value in values] for kind, values in entry.items()}
    for kind in ADDRESSES:
        for at, value in entry.get(kind, ()):
            yield from of_attributes(at, {name: plain[name] for name in NAMES if name in plain} | {kind: [value]})
