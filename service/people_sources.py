"""Where people come from: a directory (LDAP), its LDIF, or a table (CSV, JSON) of what `[[organisation.people]]` holds without roles."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, get_args

from notifier.options import Language
from service import contacts_csv, contacts_ldif, contacts_lines
from service.contacts_rows import BadLine, wrong_address
from service.contacts_sources import format_of
from service.ldap_search import SCHEMES, Access, search
from service.people_entries import ATTRIBUTES, KNOWN, Entry, of_attributes, plain_name

COLUMNS: Final = ("address", "name", "aliases", "language", "superior", "delegates", "teams")
_LISTS: Final = ("aliases", "delegates", "teams")
_HEAD: Final = 4096


def read(source: str, access: Access) -> Iterator[Entry | BadLine]:
    """Every entry of a source; what is bad in its place. Raises OSError and `ldap_search.LdapError`."""
    if source.startswith(SCHEMES):
        yield from _of_directory(source, access)
        return
    path = Path(source)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if path.suffix.lower() == ".json" or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"[", b"{"}:
        yield from _of_json(path)
    elif format_of(path, head) == "ldif":
        yield from _of_ldif(path)
    else:
        yield from contacts_csv.rows(
            path, contacts_csv.Table(COLUMNS, lambda line, cells: _of_cells(path, line, cells), "person")
        )


def _of_directory(url: str, access: Access) -> Iterator[Entry | BadLine]:
    for found in search(url, access, ATTRIBUTES, always=("objectClass",)):
        if found.elsewhere:
            yield BadLine(0, f"lies on another server and was not read: {' '.join(found.elsewhere)}")
            continue
        text = {name: _text(values) for name, values in found.attributes.items() if name in KNOWN}
        yield of_attributes(found.dn, text)


def _text(values: Iterable[bytes]) -> list[str]:
    return [value.decode("utf-8", "replace") for value in values]


def _of_ldif(path: Path) -> Iterator[Entry | BadLine]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for entry in contacts_ldif.entries((line for line, _ in contacts_lines.bounded(file)), KNOWN):
            if isinstance(entry, BadLine):
                yield entry
            elif entry:
                attributes = {name: [_readable(value) for _, value in values] for name, values in entry.items()}
                at = next(iter(entry.values()))[0][0]
                yield of_attributes(next(iter(attributes.get("dn", ())), f"{path}:{at}"), attributes)


def _readable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _of_json(path: Path) -> Iterator[Entry | BadLine]:
    """A list of objects, with the names of the columns; lists as lists."""
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        yield BadLine(getattr(error, "lineno", 1), f"not JSON: {error}")
        return
    if not isinstance(found, list):
        yield BadLine(1, "not a list of people")
        return
    for number, one in enumerate(found, 1):
        cells = _cells(one)
        yield _of_cells(path, number, cells) if isinstance(cells, dict) else BadLine(number, cells)


def _cells(one: Any) -> dict[str, str] | str:
    """An object as a line of a table would have it; or what is wrong with it."""
    if not isinstance(one, dict):
        return "is no object"
    if unknown := sorted(set(one) - set(COLUMNS)):
        return f"unknown: {', '.join(unknown)}; known are {', '.join(COLUMNS)}"
    cells = {}
    for name, value in one.items():
        listed = value if isinstance(value, list) and name in _LISTS else [value or ""]
        if not all(isinstance(text, str) for text in listed):
            return f"{name}: is no text" if name not in _LISTS else f"{name}: is no list of texts"
        cells[name] = " ".join(listed)
    return cells


def _of_cells(path: Path, line: int, cells: dict[str, str]) -> Entry | BadLine:
    language = cells.get("language", "")
    if language not in {"", *get_args(Language)}:
        return BadLine(line, f"{language}: language is ja or en")
    lists = {name: tuple(cells.get(name, "").replace(";", " ").split()) for name in _LISTS}
    superior = cells.get("superior", "")
    given = (cells.get("address", ""), *(each for several in lists.values() for each in several))
    for address in (*given, *([superior] if superior else [])):
        if wrong := wrong_address(address):
            return BadLine(line, wrong)
    return Entry(
        place=f"{path}:{line}",
        addresses=(cells["address"], *lists["aliases"]),
        name=plain_name(cells.get("name", "")),
        language="ja" if language == "ja" else "en" if language == "en" else None,
        superior=superior,
        delegates=lists["delegates"],
        teams=lists["teams"],
    )
