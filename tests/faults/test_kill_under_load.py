"""kill -9 at random moments under load: what was answered with 250 is there, whole; copies only where a kill was."""

import random
import threading
from collections import Counter
from email import message_from_bytes
from functools import partial
from itertools import count

import pytest

from tests.faults.conftest import StartProgram
from tests.flows.world import SENDER, TYPO, mail
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program

END = b"the end"
CLIENTS = 3


class Load:
    """Clients that send again and again, and note what they were promised."""

    def __init__(self, program: Program) -> None:
        self.passed: list[str] = []
        """Recipients whose message was taken."""
        self.held: list[str] = []
        """The numbers of messages on hold."""
        self._program = program
        self._numbers = count()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._send) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def has_promised(self, number: int) -> bool:
        return len(self.passed) + len(self.held) >= number

    def _send(self) -> None:
        while not self._ended.is_set():
            number = next(self._numbers)
            # Large enough to wait in files: in the spool, and beside the database when it is held.
            text = f"{'長い文章です。' * (15_000 if number % 10 == 0 else 3)}\nthe end"
            to = TYPO if number % 3 == 0 else f"r{number}@partner.example"
            try:
                answer = self._program.send(mail(to, number=str(number), text=text), to)
            except OSError:
                self._ended.wait(0.02)  # it is dead: not a thousand tries a second
                continue
            if "held as" in answer:
                self.held.append(answer.rpartition(" ")[2])
            elif answer.startswith("250 "):
                self.passed.append(to)


def is_whole(content: bytes) -> bool:
    text = message_from_bytes(content).get_payload(decode=True)
    return isinstance(text, bytes) and text.rstrip().endswith(END)


@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])])
def test_nothing_is_lost_nothing_is_cut_and_copies_are_not_more_than_kills(
    make_program: StartProgram, internet: Internet, kills: int
) -> None:
    program = make_program(knows=True, workers="2")
    program.start()
    moments = random.Random(kills)
    load = Load(program)
    try:
        for _ in range(kills):
            wanted = len(load.passed) + len(load.held) + moments.randint(1, 30)
            wait_for(partial(load.has_promised, wanted), 60)
            program.kill()
            program.start()
    finally:
        load.end()
    counts = Counter(to for _, recipients, _ in internet.kept for to in recipients)
    assert [to for to in load.passed if not counts[to]] == []  # lost
    known = {line.split()[0] for line in program.command("queue").splitlines()}
    assert [number for number in load.held if number not in known] == []  # lost
    for number in moments.sample(load.held, 5):
        program.command("release", number, "--reason", "test")
    wait_for(lambda: sum(to == (TYPO,) for _, to, _ in internet.kept) == 5)
    assert [to for sender, to, content in internet.kept if sender == SENDER and not is_whole(content)] == []
    assert sum(number - 1 for to, number in counts.items() if to.startswith("r")) <= kills
