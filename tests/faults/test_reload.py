"""Settings reloaded under load: nothing is refused; settings with which no worker can start change nothing."""

import os
import signal
import smtplib
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import trustme

from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, mail
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program, send

_numbers = count()


@contextmanager
def all_the_while(*acts: Callable[[], str]) -> Iterator[list[str]]:
    """Each again and again in a thread of its own; everything they were answered, errors too."""
    heard: list[str] = []
    ended = threading.Event()

    def repeat(act: Callable[[], str]) -> None:
        while not ended.is_set():
            try:
                heard.append(act())
            except OSError as error:
                heard.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=repeat, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield heard
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def wait_until(count: Callable[[], int], wanted: int) -> None:
    wait_for(lambda: count() >= wanted)


def test_under_load_nothing_is_refused(make_program: StartProgram, internet: Internet) -> None:
    program = make_program(gate="observe", workers="2")
    program.start()
    kept = smtplib.SMTP("127.0.0.1", program.smtp, timeout=60)
    kept.ehlo("client.example")

    def by_a_kept_connection() -> str:
        return send(kept, mail(number=f"kept{next(_numbers)}"), KNOWN)

    def by_a_new_one() -> str:
        return program.send(mail(number=f"new{next(_numbers)}"), KNOWN)

    def a_page() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{program.web}/static/style.css", timeout=60) as answer:
            return str(answer.status)

    with all_the_while(by_a_kept_connection, by_a_new_one, by_a_new_one, a_page) as heard:
        for times in (1, 2, 3):
            wanted = len(heard) + 40
            program.reload()
            wait_until(partial(program.logged, "settings reloaded"), times)
            wait_until(partial(len, heard), wanted)
    kept.quit()
    assert {answer.partition(" Ok")[0] for answer in heard} == {"250 2.0.0", "200"}
    assert len(internet.kept) == sum(answer.startswith("250") for answer in heard)


def test_the_workers_of_before_end_when_their_clients_have_left(make_program: StartProgram) -> None:
    program = make_program(gate="observe")
    program.start()
    before = program.workers()
    with smtplib.SMTP("127.0.0.1", program.smtp, timeout=60) as kept:
        kept.ehlo("client.example")
        program.reload()
        wait_for(lambda: program.logged("settings reloaded"))
        assert send(kept, mail(), KNOWN).startswith("250 ")
        assert set(before) & set(program.workers())
    wait_for(lambda: not set(before) & set(program.workers()))
    assert len(program.workers()) == len(before)


def test_new_workers_that_end_before_they_serve_leave_the_old_ones_at_work(make_program: StartProgram) -> None:
    program = make_program(gate="observe")
    program.start()
    before = program.workers()
    program.reload()
    while not (coming := set(program.workers()) - set(before)):
        pass  # they serve after some tenths of a second
    for pid in coming:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: program.logged("a worker could not start with them"))
    wait_for(lambda: program.workers() == before)
    assert program.send(mail(number="a"), KNOWN).startswith("250 ")
    program.reload()
    wait_for(lambda: program.logged("settings reloaded"))
    assert program.send(mail(number="b"), KNOWN).startswith("250 ")


def test_a_file_that_went_is_named_at_a_reload_and_the_old_workers_stay(
    make_program: StartProgram, tmp_path: Path
) -> None:
    pem = tmp_path / "tls.pem"
    chain = trustme.CA().issue_cert("sekisho.tachibana.example").private_key_and_cert_chain_pem
    chain.write_to_path(str(pem))
    program = make_program(gate="observe", smtp_extra=f'[smtp.tls]\ncertificate = "{pem}"\nkey = "{pem}"\n')
    program.start()
    before = program.workers()
    pem.rename(tmp_path / "elsewhere.pem")
    program.reload()
    wait_for(lambda: program.logged(f"smtp.tls.key: {pem}: No such file or directory"))
    assert program.workers() == before
    assert program.send(mail(number="a"), KNOWN).startswith("250 ")
    (tmp_path / "elsewhere.pem").rename(pem)
    program.reload()
    wait_for(lambda: program.logged("settings reloaded"))
    assert program.send(mail(number="b"), KNOWN).startswith("250 ")


def test_a_broken_manual_is_named_with_its_line_at_a_reload_and_the_old_one_stays(
    make_program: StartProgram, tmp_path: Path
) -> None:
    manual = tmp_path / "ours.toml"
    good = 'name = "ours"\nextends = "misdirected-mail"\n[[steps]]\nid = "1.4"\ndue = "PT20M"\n'
    manual.write_text(good)
    program = make_program(gate="observe", extra="")
    text = program.config.read_text()
    program.config.write_text(text.replace("[response]", f'[response]\nmanual = "{manual}"'))
    assert str(manual) in program.config.read_text()
    program.start()
    before = program.workers()
    manual.write_text(good.replace("PT20M", "soon"))
    program.reload()
    wait_for(lambda: program.logged(f"{manual}:5: steps.1.4.due: "))
    assert program.workers() == before
    assert program.send(mail(number="a"), KNOWN).startswith("250 ")
    manual.write_text(good.replace("PT20M", "PT25M"))
    program.reload()
    wait_for(lambda: program.logged("settings reloaded"))


def test_a_listener_that_was_moved_asks_for_a_restart_and_nothing_else_changes(make_program: StartProgram) -> None:
    program: Program = make_program(gate="observe")
    program.start()
    text = program.config.read_text()
    program.config.write_text(text.replace(f"127.0.0.1:{program.web}", "127.0.0.1:1", 1))
    program.reload()
    wait_for(lambda: program.logged(f"{program.config}: web.listen: an address was changed: restart for that"))
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{program.web}/", timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()  # an answer all the same
    assert program.send(mail(), KNOWN).startswith("250 ")
