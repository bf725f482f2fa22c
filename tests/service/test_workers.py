"""The processes of a running gateway."""

import socket
from pathlib import Path

import pytest

from service.sockets import free_port
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program

pytestmark = pytest.mark.xdist_group("program")


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_workers_end_when_their_parent_was_killed(tmp_path: Path) -> None:
    program = Program(tmp_path, free_port(0))
    program.start()
    assert answers(program.smtp)
    program.kill_parent()
    wait_for(lambda: not answers(program.smtp) and not answers(program.metrics))
    program.start()  # nobody holds the listeners
    assert program.stop() == 0
