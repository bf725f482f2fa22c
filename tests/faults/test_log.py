"""A log that nobody reads, or that finds no room, never keeps a mail waiting."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from socket import socketpair

import pytest

from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, mail
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program

Pipe = tuple[int, int]
_numbers = count()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """One that takes a page and not more; until it is read."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    yield reading, writing
    os.close(reading)
    os.close(writing)


def some_mail(program: Program, number: int = 40) -> set[str]:
    """The answers to so many messages, each of which writes a line of the log."""
    return {program.send(mail(number=f"log{next(_numbers)}"), KNOWN).partition(" Ok")[0] for _ in range(number)}


def test_a_pipe_that_nobody_reads_keeps_no_mail_and_its_lines_come_later(
    make_program: StartProgram, pipe: Pipe, internet: Internet
) -> None:
    reading, writing = pipe
    program = make_program(gate="observe", workers="1")
    program.start(writing)
    assert some_mail(program) == {"250 2.0.0"}
    assert len(internet.kept) == 40
    program.reload()  # the parent has a log, too
    wait_for(lambda: len(program.workers()) == 4 or program.logged("x"))
    lines = read_lines(program, reading)
    assert sum(line["event"] == "passed" for line in lines) >= 41
    assert all("event" in line for line in lines)


def read_lines(program: Program, reading: int) -> list[dict[str, str]]:
    """What comes as soon as somebody reads; one more message each time lets the rest follow."""
    os.set_blocking(reading, False)
    octets = whole = b""
    while whole.count(b'"passed"') < 41:
        some_mail(program, 1)
        try:
            octets += os.read(reading, 65536)
        except BlockingIOError:
            continue
        whole = octets.rpartition(b"\n")[0]  # a read may end within a line, and just as well behind one
    return [json.loads(line) for line in whole.splitlines()]


def test_a_socket_that_nobody_reads_keeps_no_mail(make_program: StartProgram, internet: Internet) -> None:
    ours, theirs = socketpair()
    with closing(ours), closing(theirs):
        theirs.setsockopt(1, 7, 4096)  # SOL_SOCKET, SO_SNDBUF
        program = make_program(gate="observe", workers="1")
        program.start(theirs.fileno())
        assert some_mail(program) == {"250 2.0.0"}
    assert len(internet.kept) == 40


def test_a_full_disk_under_the_log_keeps_no_mail(make_program: StartProgram, internet: Internet) -> None:
    program = make_program(gate="observe", workers="1")
    with Path("/dev/full").open("wb") as full:
        program.start(full)
    assert some_mail(program) == {"250 2.0.0"}
    assert len(internet.kept) == 40
