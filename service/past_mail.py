"""Past mail: .eml files, folders of them, Maildir, mbox and JSON Lines as letters that are read one at a time, in the order of time if wanted."""

import contextlib
import json
import mailbox
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from mail.headers import Headers
from service.past_message import Letter, Past, SourceError, date_of, named, past

READ: Final = "an mbox, a Maildir, a folder of .eml files, an .eml file, or JSON Lines (.jsonl)"
"""What can be read, for people."""
_FOREIGN: Final = {
    b"!BDN": "an Outlook data file (.pst): export its folders as mbox or .eml first",
    b"\xd0\xcf\x11\xe0": "an Outlook message (.msg): save it as .eml first",
    b"PK\x03\x04": "a ZIP archive: unpack it first",
    b"\x1f\x8b": "packed by gzip: unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive: unpack it first",
    b"SQLite": "a database: export the mail as mbox or .eml first",
}
_HEAD: Final = 64 * 1024
"""Octets in which the date of a message is looked for."""


def letters(
    source: Path, opened: contextlib.ExitStack, sender: str = "", recipients: tuple[str, ...] = ()
) -> Iterator[Letter]:
    """The letters of a source in its own order; they can be loaded as long as `opened` is.

    `sender`, `recipients`: the envelope; else the header says. Raises `SourceError`, as loading does.
    """
    with named(source):
        if source.is_dir():
            yield from _folder(source, opened, sender, recipients)
            return
        with source.open("rb") as file:
            begins = file.read(8)
        if source.suffix in {".jsonl", ".ndjson"}:
            yield from _json_lines(source, opened)
        elif source.suffix == ".mbox" or begins.startswith(b"From "):
            yield from _mbox(source, opened, sender, recipients)
        elif what := next((what for sign, what in _FOREIGN.items() if begins.startswith(sign)), ""):
            raise SourceError(f"{source}: this is {what}")
        else:
            yield _of_file(source, source.name, sender, recipients)


def in_time_order(found: Iterable[tuple[Path, Letter]]) -> Iterator[tuple[Path, Letter]]:
    """Letters, each with its source, as they went out; those without a date at the end. Only dates and places are kept in memory."""
    end = datetime.max.replace(tzinfo=UTC)
    dated = [(one[1].at() or end, one) for one in found]
    return (one for _, one in sorted(dated, key=lambda each: each[0]))


def _of_file(file: Path, name: str, sender: str, recipients: tuple[str, ...]) -> Letter:
    def begins() -> bytes:
        with file.open("rb") as one:
            return one.read(_HEAD)

    return _letter(file, begins, lambda: past(name, file.read_bytes(), sender, recipients))


def _letter(source: Path, begins: Callable[[], bytes], load: Callable[[], Past]) -> Letter:
    def dated() -> datetime | None:
        with named(source):
            return date_of(Headers(begins()).first("date"))

    def loaded() -> Past:
        with named(source):
            return load()

    return Letter(dated, loaded)


def _folder(folder: Path, opened: contextlib.ExitStack, sender: str, recipients: tuple[str, ...]) -> Iterator[Letter]:
    if (folder / "cur").is_dir():
        box = opened.enter_context(contextlib.closing(mailbox.Maildir(folder, create=False)))
        for name in sorted(box.keys()):
            yield _of_box(folder, box, name, name, sender, recipients)
        return
    for file in sorted(folder.rglob("*.eml")):
        yield _of_file(file, str(file.relative_to(folder)), sender, recipients)


def _mbox(source: Path, opened: contextlib.ExitStack, sender: str, recipients: tuple[str, ...]) -> Iterator[Letter]:
    box = opened.enter_context(contextlib.closing(mailbox.mbox(source, create=False)))
    for name in box.keys():  # noqa: SIM118 - a mailbox iterates over its messages
        yield _of_box(source, box, name, f"{source.name}:{name}", sender, recipients)


def _of_box(source: Path, box: Any, key: str, name: str, sender: str, recipients: tuple[str, ...]) -> Letter:
    def begins() -> bytes:
        with box.get_file(key) as file:
            head: bytes = file.read(_HEAD)
        return head

    return _letter(source, begins, lambda: past(name, box.get_bytes(key), sender, recipients))


@dataclass(slots=True)
class _List:
    """JSON Lines: a list that is in its own order, so that a line counts as sent no earlier than the one before it."""

    source: Path
    file: IO[bytes]
    latest: datetime | None = None

    def letter(self, start: int, number: int) -> Letter:
        """The line that begins at that octet."""
        return Letter(lambda: self._at(start, number), lambda: self._load(start, number))

    def _at(self, start: int, number: int) -> datetime | None:
        at = self._load(start, number).envelope.received_at
        self.latest = max(at, self.latest or at)
        return self.latest

    def _load(self, start: int, number: int) -> Past:
        self.file.seek(start)
        try:
            return _row(json.loads(self.file.readline()), self.source, number)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"{self.source}:{number}: {error}") from error


def _json_lines(source: Path, opened: contextlib.ExitStack) -> Iterator[Letter]:
    found = _List(source, opened.enter_context(source.open("rb")))
    with source.open("rb") as lines:
        start = 0
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield found.letter(start, number)
            start += len(line)


def _row(row: Mapping[str, Any], source: Path, number: int) -> Past:
    name = str(row.get("id", number))
    at = datetime.fromisoformat(row["date"]) if row.get("date") else None
    if at and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    if "file" in row:
        with named(source):
            content = (source.parent / row["file"]).read_bytes()
    else:
        head = "".join(f"{k}: {' '.join(str(v).split())}\r\n" for k, v in row.get("headers", {}).items())
        content = f"{head}\r\n{row.get('text', '')}".encode()
    made = past(name, content, row.get("mail_from", ""), tuple(row.get("rcpt_to", ())), at)
    learn = bool(row.get("learn", True))
    return Past(made.envelope, made.content, learn, text_alone="file" not in row, listed=True)
