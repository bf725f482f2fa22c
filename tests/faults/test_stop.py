"""A stop finishes what is in DATA and hands back what was only claimed; a listener of systemd refuses nobody meanwhile."""

import os
import signal
import smtplib
import socket
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, SENDER, mail
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for

# What systemd does for a service with a socket unit (sd_listen_fds(3)).
ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "smtp"}
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_a_message_in_data_is_finished_and_everyone_else_is_told_to_come_again(
    make_program: StartProgram, internet: Internet
) -> None:
    program = make_program(gate="observe", workers="1")
    program.start()
    with (
        smtplib.SMTP("127.0.0.1", program.smtp, timeout=60) as sending,
        smtplib.SMTP("127.0.0.1", program.smtp, timeout=60) as idle,
    ):
        for client in (sending, idle):
            client.ehlo("client.example")
        sending.mail(SENDER)
        sending.rcpt(KNOWN)
        assert sending.docmd("DATA")[0] == 354
        head, body = mail().split(b"\r\n\r\n", 1)
        sending.send(head)
        program.signal(15)
        assert idle.getreply() == (421, b"4.3.2 Service is going down, try again later")
        wait_for(lambda: not listens(program.smtp))
        sending.send(b"\r\n\r\n" + body + b".\r\n")
        assert sending.getreply()[0] == 250
        assert sending.getreply()[0] == 421
    assert program.wait() == 0
    assert len(internet.mails_for(KNOWN)) == 1


def listens(port: int) -> bool:
    with closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as one:
        yield one


def test_a_client_that_comes_while_it_restarts_waits_at_the_listener_of_systemd(
    make_program: StartProgram, internet: Internet, listener: socket.socket
) -> None:
    number = str(listener.fileno())
    program = make_program(gate="observe", within=(sys.executable, "-c", ACTIVATE, number))
    port = listener.getsockname()[1]
    program.config.write_text(program.config.read_text().replace(f":{program.smtp}", f":{port}"))
    program.smtp = port
    program.launch(pass_fds=(listener.fileno(),))
    wait_for(program.is_ready, 30)
    assert program.send(mail(number="a"), KNOWN).startswith("250 ")
    assert program.stop() == 0
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as early:
        program.launch(pass_fds=(listener.fileno(),))
        assert early.recv(1024).startswith(b"220 ")
    wait_for(program.is_ready, 30)
    assert program.send(mail(number="b"), KNOWN).startswith("250 ")
    assert len(internet.mails_for(KNOWN)) == 2


def test_ctrl_c_ends_all_at_once_and_is_no_error(make_program: StartProgram) -> None:
    program = make_program(knows=True, workers="2")
    program.start()
    wait_for(lambda: program.logged('"event": "started"'))
    os.killpg(program.pid, signal.SIGINT)
    assert program.wait() == 0
    assert [program.logged(f'"event": "{event}"') for event in ("started", "stopped", "worker ended")] == [1, 1, 0]
