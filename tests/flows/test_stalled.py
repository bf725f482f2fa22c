"""Large messages whose end does not come cost the running program little memory."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.helpers.ports import free_port
from tests.helpers.program import Program

pytestmark = pytest.mark.xdist_group("gwcheck")

LINE = b"x" * 98 + b"\r\n"
MEGABYTES = 10


def resident(pid: int) -> int:
    """Octets in memory of a process and all below it; what they share counts for each."""
    parents = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdigit()}
    family = {pid}
    for number in sorted(parents):
        try:
            above = int(parents[number].joinpath("stat").read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            continue  # ended meanwhile
        if above in family:
            family.add(number)
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def stalled(port: int) -> Iterator[None]:
    """A client that has sent ten megabytes, all but the end, and knows that they were read."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client, client.makefile("rb") as answers:
        client.sendall(b"EHLO x\r\nMAIL FROM:<a@tachibana.example>\r\nRCPT TO:<c@d.example>\r\n")
        while not answers.readline().startswith(b"250 2.1.5"):
            pass
        for _ in range(MEGABYTES):
            client.sendall(b"BDAT 1000000\r\n" + LINE * 10_000)
            assert answers.readline().startswith(b"250 ")
        yield


def test_a_stalled_message_of_ten_megabytes_costs_half_a_megabyte_at_most(tmp_path: Path) -> None:
    clients = 12
    program = Program(tmp_path, free_port(), gate="observe")
    program.start()
    try:
        with stalled(program.smtp):
            pass  # what is loaded once
        before = resident(program.pid)
        with ExitStack() as stack:
            for _ in range(clients):
                stack.enter_context(stalled(program.smtp))
            grown = resident(program.pid) - before
    finally:
        assert program.stop() == 0
    assert grown <= clients * 512 * 1024
