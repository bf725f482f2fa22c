"""sandbox_worker: the inside of a sandbox: takes a message, reads and judges it, answers, until nobody asks any more.

Requests come from the relay and are trusted; what goes back is plain msgpack of known shape. Started by `gateway.sandbox`
as `python -I -m gateway.sandbox_worker MEMORY CPU PARENT PLACE`; nothing is printed, no traceback leaves.
"""

import mmap
import os
import pickle
import socket
import struct
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec

from gateway import inspect, sandbox_limits
from gateway.content import plain_of
from mail.envelope import Client, Envelope
from mail.message import Course
from mail.shapes import Reason
from mail.text_of import warm
from rules.base import Facts
from rules.verdict import Policy

REQUEST = struct.Struct(">IIIIB")
"""Octets of the policy (0: as before) and of the job, which follow; where the content begins, its octets, and in which form it comes."""
INLINE, SPOOLED, SPOOLED_WITH_DOTS = range(3)
"""Behind the job; or in a file whose descriptor comes with the request, un-stuffed or with lines that begin with a dot."""
ANSWER = struct.Struct(">I")
PLACE = struct.Struct("=I")
"""The number of the part that is being read, 0 for none: on a page that the relay sees, too, also when we are gone."""
_NATIVE_SECONDS = 6
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
    memory, seconds, parent, *shared = map(int, arguments)
    place = _place(shared)
    sandbox_limits.keep_memory()
    _warm()
    requests = _requests()
    isolation = sandbox_limits.close_in(memory, parent)
    _send(Ready(isolation))
    policy = Policy()
    while requests is not None and (request := _next(requests)):
        given, asked, content = request
        sandbox_limits.allow_seconds(seconds)
        try:
            # From the relay itself over our own socket: trusted, unlike what goes back.
            policy = pickle.loads(given) if given else policy  # noqa: S301
            envelope, facts, without = _job.decode(asked)
            course = Course(lambda number: PLACE.pack_into(place, 0, number), without, _impatient)
            found = inspect.inspect(content, inspect.Job(envelope, facts, policy), course)
            answer = Answer(found, sandbox_limits.is_bloated(memory))
        except (MemoryError, RecursionError):
            os._exit(OVER_LIMIT)
        _send(answer)


_job = msgspec.msgpack.Decoder(tuple[Envelope, Facts, dict[int, Reason]])


def _impatient() -> AbstractContextManager[None]:
    """PDFium reads 64 MiB in a third of it; loops it knows no way out of."""
    return sandbox_limits.within(_NATIVE_SECONDS)


def _place(shared: list[int]) -> mmap.mmap:
    """The page on which we say which part we read; where there is none, nobody looks."""
    if not shared:
        return mmap.mmap(-1, mmap.PAGESIZE)
    place = mmap.mmap(shared[0], mmap.PAGESIZE)
    os.close(shared[0])
    return place


def _requests() -> socket.socket | None:
    """Standard input, where it is a socket."""
    try:
        return socket.socket(fileno=0)
    except OSError:
        return None


def _warm() -> None:
    """Load what reading needs before memory and files are short."""
    warm()
    envelope = Envelope("", "", (), Client(""), datetime.fromtimestamp(0, UTC))
    inspect.inspect(b"\r\n", inspect.Job(envelope, Facts(date.min), Policy()))
    for codec in ("cp932", "euc_jp", "iso2022_jp_ext", "utf_16", "utf_32", "cp1252", "gb18030", "euc_kr", "big5"):
        "".encode(codec)


def _next(requests: socket.socket) -> tuple[bytes, bytes, bytes] | None:
    """Policy, job and content of the next request; None when nobody asks any more."""
    head, descriptors, _, _ = socket.recv_fds(requests, REQUEST.size, 1)
    if len(head) < REQUEST.size:
        return None
    policy_size, job_size, start, size, form = REQUEST.unpack(head)
    policy, job = _receive(requests, policy_size), _receive(requests, job_size)
    if form == INLINE:
        return policy, job, _receive(requests, size)
    content = os.pread(descriptors[0], size, start)
    os.close(descriptors[0])
    return policy, job, plain_of(content) if form == SPOOLED_WITH_DOTS else content


def _receive(requests: socket.socket, size: int) -> bytes:
    """Exactly so many octets; fewer when the relay is gone."""
    data = bytearray(size)
    view = memoryview(data)
    while view and (count := requests.recv_into(view)):
        view = view[count:]
    return bytes(data)


def _send(answer: Ready | Answer) -> None:
    body = msgspec.msgpack.encode(answer)
    data = memoryview(ANSWER.pack(len(body)) + body)
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main(sys.argv[1:])
