"""Descriptors that run out: one client too many hears 421, nothing is refused for good, and the relay recovers by itself."""

import resource
import smtplib
import socket
from collections import Counter
from contextlib import ExitStack

from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, mail
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program, send


def connect(port: int, number: int, until: ExitStack) -> list[socket.socket]:
    """So many open connections."""
    found = [until.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60)) for _ in range(number)]
    for one in found:
        one.settimeout(60)
    return found


def test_clients_beyond_what_the_machine_has_descriptors_for_hear_421(make_program: StartProgram) -> None:
    program = make_program(gate="observe", workers="1", within=("prlimit", "--nofile=300:300"))
    program.start()
    assert program.logged("too few open files") == 1
    with ExitStack() as until:
        heard = [one.recv(1024)[:3] for one in connect(program.smtp, 200, until)]
    assert heard == [b"220"] * 50 + [b"421"] * 150
    wait_for(lambda: answer(program, KNOWN).startswith("250 "))


def test_1500_clients_at_once_are_served_or_hear_421_and_then_all_is_as_before(make_program: StartProgram) -> None:
    program = make_program(gate="observe", workers="1")
    program.start()
    with ExitStack() as until:
        heard = Counter(one.recv(1024)[:3] for one in connect(program.smtp, 1500, until))
    assert heard == {b"220": 500, b"421": 1000}  # max_connections_per_client
    wait_for(lambda: answer(program, KNOWN).startswith("250 "))


def test_pages_that_are_flooded_leave_the_mail_its_descriptors(make_program: StartProgram) -> None:
    program = make_program(gate="observe", workers="1", within=("prlimit", "--nofile=300:300"))
    program.start()
    with ExitStack() as until:
        connect(program.web, 200, until)
        meanwhile = {answer(program, KNOWN, number).partition(" Ok")[0] for number in "12345"}
    assert meanwhile == {"250 2.0.0"}


def test_without_a_descriptor_to_be_had_nothing_is_refused_for_good_and_mail_goes_on_afterwards(
    make_program: StartProgram, internet: Internet
) -> None:
    program = make_program(gate="observe", workers="1")
    program.start()
    worker = program.workers()[0]
    with smtplib.SMTP("127.0.0.1", program.smtp, timeout=60) as kept:
        kept.ehlo("client.example")
        before = resource.prlimit(worker, resource.RLIMIT_NOFILE, (3, 20000))
        assert send(kept, mail(number="a"), KNOWN)[0] in "24"
        assert {answer(program, KNOWN, number)[0] for number in "bc"} <= {"2", "4", "-"}
        resource.prlimit(worker, resource.RLIMIT_NOFILE, before)
        assert send(kept, mail(number="d"), KNOWN).startswith("250 ")
    wait_for(lambda: answer(program, KNOWN, "e").startswith("250 "))
    assert program.workers()[0] == worker
    assert len(internet.mails_for(KNOWN)) >= 2


def answer(program: Program, to: str, number: str = "1") -> str:
    """The answer to a message; "-" where nobody gave one soon."""
    try:
        with smtplib.SMTP("127.0.0.1", program.smtp, timeout=3) as client:
            client.ehlo("client.example")
            return send(client, mail(to, number=number), to)
    except smtplib.SMTPResponseException as error:
        return str(error.smtp_code)
    except OSError:
        return "-"
