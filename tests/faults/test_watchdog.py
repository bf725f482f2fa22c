"""A worker that hangs is killed and replaced, and systemd is told the truth: it lives only as long as some worker does."""

import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import trustme

from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, mail
from tests.helpers.postfix import wait_for

QUICK = 'watchdog = "3s"\n'


@pytest.fixture
def systemd() -> Iterator[tuple[str, socket.socket]]:
    """An address for NOTIFY_SOCKET, and where it is heard."""
    name = f"sekisho-test-{secrets.token_hex(8)}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.bind(f"\0{name}")
        heard.settimeout(30)
        yield f"@{name}", heard


def wait_to_hear(heard: socket.socket, words: str) -> None:
    """What is told comes five times a second."""
    wait_for(lambda: heard.recv(1024).decode().startswith(words))


def drain(heard: socket.socket) -> None:
    """Forget what was told until now."""
    with suppress(BlockingIOError):
        while heard.recv(1024):
            pass


def test_a_worker_that_hangs_is_killed_and_replaced_and_mail_goes_on(make_program: StartProgram) -> None:
    program = make_program(gate="observe", workers="1", service_extra=QUICK)
    program.start()
    hanging = program.workers()[0]
    os.kill(hanging, signal.SIGSTOP)
    wait_for(lambda: program.logged("worker hangs"))
    wait_for(lambda: hanging not in program.workers() and len(program.workers()) == 2)
    assert program.send(mail(), KNOWN).startswith("250 ")
    assert program.logged("worker hangs") == 1


def test_who_was_stopped_together_with_the_parent_is_not_taken_for_hanging(make_program: StartProgram) -> None:
    program = make_program(gate="observe", workers="1", service_extra=QUICK)
    program.start()
    os.killpg(program.pid, signal.SIGSTOP)  # as a machine that is paused
    until = time.monotonic() + 5
    wait_for(lambda: time.monotonic() > until)
    os.killpg(program.pid, signal.SIGCONT)
    assert program.send(mail(), KNOWN).startswith("250 ")
    program.reload()
    wait_for(lambda: program.logged("settings reloaded"))
    assert not program.logged("worker hangs")


def test_systemd_hears_of_life_only_while_a_worker_lives(
    make_program: StartProgram, systemd: tuple[str, socket.socket], tmp_path: Path
) -> None:
    address, heard = systemd
    pem, elsewhere = tmp_path / "tls.pem", tmp_path / "elsewhere.pem"
    chain = trustme.CA().issue_cert("sekisho.tachibana.example").private_key_and_cert_chain_pem
    chain.write_to_path(str(pem))
    tls = f'[smtp.tls]\ncertificate = "{pem}"\nkey = "{pem}"\n'
    program = make_program(
        gate="observe",
        workers="1",
        smtp_extra=tls,
        service_extra=QUICK,
        environment={"NOTIFY_SOCKET": address},
    )
    program.start()
    wait_to_hear(heard, "READY=1")
    wait_to_hear(heard, "WATCHDOG=1")
    pem.rename(elsewhere)  # nobody can start in its place
    os.kill(program.workers()[0], signal.SIGKILL)
    wait_for(lambda: program.logged("worker failed") >= 1)
    heard.setblocking(False)
    drain(heard)
    seen = program.logged("worker failed")
    wait_for(lambda: program.logged("worker failed") >= seen + 2)
    with pytest.raises(BlockingIOError):
        heard.recv(1024)
    elsewhere.rename(pem)
    heard.settimeout(30)
    wait_to_hear(heard, "WATCHDOG=1")
