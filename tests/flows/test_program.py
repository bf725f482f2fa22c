"""The program as processes: kill -9, reload, restart; nothing lost, nothing twice."""

import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update

from store.engine import database
from store.tables.outbox import outbox
from tests.flows.world import KNOWN, SENDER, TYPO, mail
from tests.helpers.internet import Internet
from tests.helpers.ports import free_port
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program

pytestmark = pytest.mark.xdist_group("program")


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet(free_port()) as kept:
        yield kept


@pytest.fixture
def program(tmp_path: Path, internet: Internet, store_url: str) -> Iterator[Program]:
    made = Program(tmp_path / "program", internet.port, store_url)
    made.learn(KNOWN)
    made.start()
    yield made
    made.stop()


def send(program: Program, content: bytes, to: str) -> str:
    """The answer to the final dot."""
    with smtplib.SMTP("127.0.0.1", program.smtp, timeout=30) as client:
        client.ehlo("client.example")
        client.mail(SENDER)
        client.rcpt(to)
        code, words = client.data(content)
        return f"{code} {words.decode()}"


def states(program: Program) -> list[str]:
    return [json.loads(line)["state"] for line in program.command("queue", "--json").splitlines()]


def end_leases(store_url: str) -> None:
    """What the dead had begun to send comes back minutes later; here at once."""
    past = datetime(2000, 1, 1, tzinfo=UTC)
    with database(store_url) as opened, opened.alone() as connection:
        connection.execute(update(outbox).where(outbox.c.state == "sending").values(lease_until=past))


def test_after_kill_9_a_hold_and_its_question_are_there(program: Program, internet: Internet, store_url: str) -> None:
    answer = send(program, mail(TYPO), TYPO)
    program.kill()
    end_leases(store_url)
    assert "held as" in answer
    program.start()
    assert states(program) == ["held"]
    wait_for(lambda: internet.link_for(SENDER))
    assert internet.mails_for(TYPO) == []


def test_after_kill_9_a_released_message_is_delivered(program: Program, internet: Internet) -> None:
    number = send(program, mail(TYPO), TYPO).rpartition(" ")[2]
    program.kill()
    program.command("release", number, "--reason", "test")
    program.start()
    wait_for(lambda: internet.mails_for(TYPO))


def test_bad_settings_on_reload_leave_the_old_ones_in_force(program: Program, internet: Internet) -> None:
    good = program.config.read_text()
    program.config.write_text(good.replace("[gate]", "[gate]\nsart = 1"))
    program.reload()
    wait_for(lambda: "settings not reloaded" in program.log.read_text())
    assert send(program, mail(number="a"), KNOWN).startswith("250 ")
    program.config.write_text(good.replace('start = "normal"', 'start = "observe"'))
    program.reload()
    wait_for(lambda: "settings reloaded" in program.log.read_text())
    numbers = count()

    def sent() -> list[Message]:
        """A connection of the same moment may still have met one of the old workers, which held it."""
        assert send(program, mail(TYPO, number=f"b{next(numbers)}"), TYPO).startswith("250 ")
        return internet.mails_for(TYPO)

    wait_for(sent)


def test_what_is_seen_from_outside_says_what_happened(program: Program) -> None:
    send(program, mail(), KNOWN)
    send(program, mail(TYPO, number="2"), TYPO)
    for page, words in (("livez", "ok"), ("readyz", "ok")):
        with urllib.request.urlopen(f"http://127.0.0.1:{program.metrics}/{page}", timeout=10) as answer:
            assert answer.read().decode().strip() == words
    lines = program.metric_lines()
    assert 'sekisho_messages_total{disposition="pass",gate="normal"} 1.0' in lines
    assert 'sekisho_findings_total{action="hold",rule="recipient-typo"} 1.0' in lines
    assert 'sekisho_holds{state="held"} 1.0' in lines
    log = [json.loads(line) for line in program.log.read_text().splitlines() if line.startswith("{")]
    assert {"passed", "held"} <= {line["event"] for line in log}
    assert "打合せ" not in program.log.read_text()


def test_the_gate_and_the_queue_obey_the_commands(program: Program, internet: Internet) -> None:
    number = send(program, mail(TYPO), TYPO).rpartition(" ")[2]
    assert number in program.command("queue")
    assert "recipient-typo" in program.command("show", number)
    program.command("cancel", number)
    program.command("cancel", number, status=1)
    assert states(program) == []
    program.command("gate", "open", "--for", "2h", "--reason", "test")
    assert json.loads(program.command("gate", "--json"))["position"] == "open"
    assert send(program, mail(TYPO, number="2"), TYPO).startswith("250 ")
    wait_for(lambda: internet.mails_for(TYPO))
    program.command("gate", "ajar", "--reason", "x", status=2)
    program.command("show", "zzz", status=2)
    program.command("show", "0000-0000", status=1)


def test_a_report_by_command_opens_a_ticket(program: Program) -> None:
    number = send(program, mail(TYPO), TYPO).rpartition(" ")[2]
    ticket = json.loads(program.command("report", number, "--by", SENDER, "--note", "間違えました", "--json"))
    assert ticket["recipients"][0]["address"] == TYPO
    assert states(program) == []
    assert "1.1" in program.command("ticket", "show", ticket["id"])
    program.command("ticket", "step", ticket["id"], "2.5", "--by", SENDER, status=1)
    program.command("ticket", "step", ticket["id"], "1.1", "--by", SENDER, "--note", "電話で")
    exported = json.loads(program.command("ticket", "export", ticket["id"]))
    assert exported["chain_broken_at"] is None


def test_a_page_that_nobody_was_sent_is_not_found(program: Program) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"http://127.0.0.1:{program.web}/q/{'x' * 32}", timeout=10)
    with error.value:
        assert error.value.code == 404


def test_a_drill_by_command_is_played_by_the_running_house_and_ends_with_it(
    program: Program, internet: Internet
) -> None:
    scenarios = program.command("drill", "start")
    assert "sender-notices" in scenarios
    before = [line for line in program.metric_lines() if line.startswith("sekisho_messages_total")]
    begun = json.loads(program.command("drill", "start", "--scenario", "sender-notices", "--surprise", "--json"))
    assert begun["mails"][0]["player"] == SENDER
    program.command("drill", "start", "--scenario", "night", status=1)
    wait_for(lambda: len(internet.mails_for(SENDER)) >= 2)  # the question, and the first inject by the clockwork
    subjects = [str(make_header(decode_header(one["Subject"]))) for one in internet.mails_for(SENDER)]
    assert all(subject.startswith("【訓練】") for subject in subjects), subjects
    program.command("report", begun["mails"][0]["message_id"], "--by", SENDER, "--note", "x")
    program.command("drill", "stop")
    program.command("drill", "stop", status=1)
    result = json.loads(program.command("drill", "result", "--json"))
    assert (result["reported"], result["players"], result["cases"][0]["matched"]) == (1, 1, True)
    assert "reported: 1 of 1" in program.command("drill", "result")
    assert [line for line in program.metric_lines() if line.startswith("sekisho_messages_total")] == before
    assert internet.mails_for(begun["mails"][0]["recipient"]) == []
