"""Past mail: .eml files, folders of them, Maildir, mbox and JSON Lines as envelopes with their content, one after the other."""

import contextlib
import json
import mailbox
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from mail.envelope import Client, Envelope, ForwardPath
from mail.headers import Headers, parse_addresses


class SourceError(Exception):
    """A source that cannot be read; says which, which line, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Past:
    """One message that was, or might have been, sent."""

    envelope: Envelope
    content: bytes
    learn: bool = True
    is_message: bool = True
    """False: a stored file without one header field; there is nothing to judge."""


def read(source: Path, senders: str = "", recipients: tuple[str, ...] = ()) -> Iterator[Past]:
    """The messages of a source in order. `senders`, `recipients`: the envelope; else the header says. Raises `SourceError`."""
    try:
        if source.is_dir():
            yield from _folder(source, senders, recipients)
        elif source.suffix in {".jsonl", ".ndjson"}:
            yield from _json_lines(source)
        elif source.suffix == ".mbox" or source.read_bytes()[:5] == b"From ":
            with contextlib.closing(mailbox.mbox(source, create=False)) as box:
                for name in box.keys():  # noqa: SIM118 - a mailbox iterates over its messages
                    yield past(f"{source.name}:{name}", box.get_bytes(name), senders, recipients)
        else:
            yield past(source.name, source.read_bytes(), senders, recipients)
    except OSError as error:
        raise SourceError(f"{source}: {error.strerror}") from error


def past(
    name: str, content: bytes, sender: str = "", recipients: tuple[str, ...] = (), at: datetime | None = None
) -> Past:
    """A stored message with the envelope it most likely had: From, To, Cc and Bcc of its header where nothing else is said."""
    wire = b"\r\n".join(content.replace(b"\r\n", b"\n").split(b"\n"))
    headers = Headers(wire)
    named = recipients or tuple(
        dict.fromkeys(a for h in ("to", "cc", "bcc") for v in headers.all(h) for a in parse_addresses(v))
    )
    envelope = Envelope(
        id=name,
        reverse_path=sender or headers.from_address,
        forward_paths=tuple(ForwardPath(address) for address in named),
        client=Client("127.0.0.1"),
        received_at=at or _date(headers.first("date")) or datetime.now(UTC),
        size=len(wire),
    )
    return Past(envelope, wire, is_message=bool(headers.fields))


def _folder(folder: Path, sender: str, recipients: tuple[str, ...]) -> Iterator[Past]:
    if (folder / "cur").is_dir():
        box = mailbox.Maildir(folder, create=False)
        for name in sorted(box.keys()):
            yield past(name, box.get_bytes(name), sender, recipients)
        return
    for file in sorted(folder.rglob("*.eml")):
        yield past(str(file.relative_to(folder)), file.read_bytes(), sender, recipients)


def _json_lines(source: Path) -> Iterator[Past]:
    with source.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield _row(row, source, number)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise SourceError(f"{source}:{number}: {error}") from error


def _row(row: Mapping[str, Any], source: Path, number: int) -> Past:
    name = str(row.get("id", number))
    at = datetime.fromisoformat(row["date"]) if row.get("date") else None
    if at and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    if "file" in row:
        content = (source.parent / row["file"]).read_bytes()
    else:
        head = "".join(f"{k}: {' '.join(str(v).split())}\r\n" for k, v in row.get("headers", {}).items())
        content = f"{head}\r\n{row.get('text', '')}".encode()
    made = past(name, content, row.get("mail_from", ""), tuple(row.get("rcpt_to", ())), at)
    return Past(made.envelope, made.content, bool(row.get("learn", True)))


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
