"""Contacts' sources: which format a file has, or the directory a URL names; its rows can be read any number of times, never all at once."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service import contacts_csv, contacts_ldap, contacts_ldif, contacts_lines, contacts_vcard
from service.contacts_rows import Row
from service.ldap_search import SCHEMES, Access

Format = str
_ENDINGS = {".csv": "csv", ".vcf": "vcard", ".vcard": "vcard", ".ldif": "ldif", ".ldi": "ldif"}
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """Where contacts come from."""

    name: str
    rows: Callable[[], Iterator[Row]]
    digest: str = ""
    """Of a file, so that an import that broke off is known again; "" for a directory."""


def of(name: str, access: Access = Access()) -> Source:  # noqa: B008 - frozen: nobody in particular asks
    """The source of that name: a file, or an LDAP URL (RFC 4516). Raises OSError, and `ldap_search.LdapError` while it is read."""
    if name.startswith(SCHEMES):
        return Source(name, lambda: contacts_ldap.read(name, access))
    path = Path(name)
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    match format_of(path, head):
        case "vcard":
            return Source(name, lambda: _lines(path, contacts_vcard.read), digest)
        case "ldif":
            return Source(name, lambda: _lines(path, contacts_ldif.read), digest)
    return Source(name, lambda: contacts_csv.read(path), digest)


def format_of(path: Path, head: bytes) -> Format:
    """By its first line, where that is a sure sign; else by its ending; else CSV."""
    lines = [line for line in head.removeprefix(b"\xef\xbb\xbf").lstrip().splitlines() if line[:1] != b"#"]
    first = lines[0].strip().lower() if lines else b""
    if first == b"begin:vcard":
        return "vcard"
    if first.startswith((b"dn:", b"version:")):
        return "ldif"
    return _ENDINGS.get(path.suffix.lower(), "csv")


def _lines(path: Path, read: Callable[[Iterator[str]], Iterator[Row]]) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        # A picture may fill a line and is nothing of ours: what is cut of it is no mistake.
        yield from read(line for line, _ in contacts_lines.bounded(file))
