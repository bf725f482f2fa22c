"""The processes of a running gateway."""

import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.open_files import with_open_files
from service.settings import load
from tests.helpers.ports import free_port
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program

pytestmark = pytest.mark.xdist_group("program")


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_workers_end_when_their_parent_was_killed(tmp_path: Path) -> None:
    program = Program(tmp_path, free_port())
    program.start()
    assert answers(program.smtp)
    program.kill_parent()
    wait_for(lambda: not answers(program.smtp) and not answers(program.metrics))
    program.start()  # nobody holds the listeners
    assert program.stop() == 0


@pytest.mark.parametrize("key", ["smtp.listen", "web.listen", "metrics.listen"])
def test_a_taken_port_is_said_with_its_key_and_what_to_do(tmp_path: Path, key: str) -> None:
    program = Program(tmp_path, free_port())
    port = {"smtp.listen": program.smtp, "web.listen": program.web, "metrics.listen": program.metrics}[key]
    with socket.create_server(("127.0.0.1", port)):
        program.launch()
        assert program.wait() == 3
    (line,) = program.log.read_text().splitlines()
    assert line.startswith(f"{program.config}: {key}: 127.0.0.1:{port}: cannot listen: Address already in use; ")


@pytest.fixture
def few_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("few_files")
def test_open_files_suffice_for_every_connection_that_is_allowed(tmp_path: Path) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    settings = load(Program(tmp_path, free_port()).config)
    assert with_open_files(settings).smtp.max_connections == settings.smtp.max_connections
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(3256, hard), hard)
    fewer = settings.model_copy(update={"smtp": settings.smtp.model_copy(update={"max_connections": 10})})
    with_open_files(fewer)  # never fewer files than there were
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(3256, hard)
