"""sandbox_worker: the inside of a sandbox: takes a message, reads and judges it, answers, until nobody asks any more.

Requests come from the relay and are trusted; what goes back is plain msgpack of known shape. Started by `gateway.sandbox`
as `python -I -m gateway.sandbox_worker MEMORY CPU PARENT`; nothing is printed, no traceback leaves.
"""

import os
import pickle
import struct
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import msgspec

from gateway import inspect, sandbox_limits
from mail.envelope import Client, Envelope
from mail.text_of import readers
from rules.base import Facts
from rules.verdict import Policy

REQUEST = struct.Struct(">II")
"""Octets of the pickled job and of the content, both behind it."""
ANSWER = struct.Struct(">I")
OVER_LIMIT = 75
"""Exit status when memory ran out (EX_TEMPFAIL of sysexits.h)."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The first answer: what the process has given up."""

    isolation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One message's answer, and whether the process has grown so much that it should be replaced."""

    inspection: inspect.Inspection
    bloated: bool = False


def main(arguments: list[str]) -> None:
    """Close in, say so, serve."""
    memory, seconds, parent = map(int, arguments)
    _warm()
    isolation = sandbox_limits.close_in(memory, parent)
    _send(Ready(isolation))
    while head := _receive(REQUEST.size):
        job_size, size = REQUEST.unpack(head)
        job, content = _receive(job_size), _receive(size)
        sandbox_limits.allow_seconds(seconds)
        try:
            # From the relay itself over our own pipe: trusted, unlike what goes back.
            found = inspect.inspect(content, pickle.loads(job))  # noqa: S301
            answer = Answer(found, sandbox_limits.is_bloated(memory))
        except (MemoryError, RecursionError):
            os._exit(OVER_LIMIT)
        _send(answer)


def _warm() -> None:
    """Load what reading needs before memory and files are short."""
    readers()
    envelope = Envelope("", "", (), Client(""), datetime.fromtimestamp(0, UTC))
    inspect.inspect(b"\r\n", inspect.Job(envelope, Facts(date.min), Policy()))
    for codec in ("cp932", "euc_jp", "iso2022_jp_ext", "utf_16", "utf_32", "cp1252", "gb18030", "euc_kr", "big5"):
        "".encode(codec)


def _receive(size: int) -> bytes:
    """Exactly so many octets; b"" when the relay has closed the pipe."""
    pieces = list(iter(partial(_read_some, [size]), b""))
    data = b"".join(pieces)
    return data if len(data) == size else b""


def _read_some(left: list[int]) -> bytes:
    piece = os.read(0, min(left[0], 1024 * 1024)) if left[0] else b""
    left[0] -= len(piece)
    return piece


def _send(answer: Ready | Answer) -> None:
    body = msgspec.msgpack.encode(answer)
    data = memoryview(ANSWER.pack(len(body)) + body)
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main(sys.argv[1:])
