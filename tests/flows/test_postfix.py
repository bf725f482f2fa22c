"""The whole program between a real Postfix in front, both ways, and a real Postfix behind; swaks is the client."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service import form
from store.ids import shown
from tests.flows.world import KNOWN, LIST, REPORT, SENDER, TYPO, mail
from tests.helpers.internet import Internet
from tests.helpers.ports import free_port
from tests.helpers.postfix import Postfix, reason_to_skip, wait_for
from tests.helpers.program import Program

pytestmark = [
    pytest.mark.postfix,
    pytest.mark.skipif(bool(reason_to_skip()), reason=reason_to_skip()),
    pytest.mark.skipif(not shutil.which("swaks"), reason="no swaks: install Debian's package swaks"),
    pytest.mark.xdist_group("postfix"),
]
STRANGER = "mori@umibe.example"


@dataclass
class Street:
    """swaks → Postfix → Sekisho → Postfix → the internet."""

    folder: Path
    postfix: Postfix
    program: Program
    internet: Internet
    entrances: dict[str, int]

    def swaks(self, content: bytes, *recipients: str, way: str = "filtered", sender: str = SENDER) -> str:
        """Send with swaks; its transcript. Fails when Postfix does not take it."""
        file = self.folder / "mail.eml"
        file.write_bytes(content)
        port = str(self.entrances[way])
        line = [
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            port,
            "--from",
            sender,
            "--to",
            ",".join(recipients),
            "--data",
            f"@{file}",
        ]
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr + self.postfix.log() + self.program.log.read_text()
        return done.stdout

    def answer(self, link: str, *wanted: str) -> None:
        """Fill in the page of a link: the first of `wanted` that a choice offers."""

        async def fill() -> None:
            _, forms = await form.open_page(link)
            fields = dict(forms[0].hidden)
            for name, values in forms[0].choices.items():
                fields[name] = next((v for v in wanted if v in values), values[0])
            await form.open_page(forms[0].action, fields)

        asyncio.run(fill())


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    ports = {name: free_port() for name in ("filtered", "proxied", "behind", "internet")}
    program = Program(folder / "sekisho", ports["behind"])
    (folder / "contacts.csv").write_text(f"address,name,count,last_sent\n{KNOWN},,41,2026-11-01\n")
    postfix = Postfix(folder / "postfix", relay=program.smtp, report=REPORT, **ports)
    with Internet(ports["internet"]) as internet:
        postfix.start()
        program.command("migrate")
        program.command("contacts", "import", str(folder / "contacts.csv"))
        program.start()
        yield Street(folder, postfix, program, internet, ports)
        assert program.stop() == 0
        postfix.stop()


@pytest.mark.parametrize("way", ["filtered", "proxied"])
def test_ordinary_mail_passes(street: Street, way: str) -> None:
    to = f"{way}@partner.example"
    street.swaks(mail(to, number=f"pass-{way}"), to, way=way)
    (passed,) = wait_for(lambda: street.internet.mails_for(to))
    assert passed["Message-ID"] == f"<pass-{way}@tachibana.example>"


@pytest.mark.parametrize("way", ["filtered", "proxied"])
def test_a_mistyped_mail_is_held_asked_about_corrected_and_delivered(street: Street, way: str) -> None:
    before = len(street.internet.mails_for(SENDER)), len(street.internet.mails_for(KNOWN))
    transcript = street.swaks(mail(TYPO, attach=f"{LIST}{way}", number=f"hold-{way}"), TYPO, way=way)
    if way == "proxied":
        assert "held as" in transcript
    wait_for(lambda: len(street.internet.mails_for(SENDER)) > before[0])
    (held,) = [json.loads(line) for line in street.program.command("queue", "--json").splitlines()]
    assert held["reasons"] == ["content-personal-data", "recipient-typo"]
    assert held["recipients"] == [{"address": TYPO, "state": "held"}]
    street.answer(street.internet.link_for(SENDER), "correct", "agree", "send")
    wait_for(lambda: len(street.internet.mails_for(KNOWN)) > before[1])
    assert street.internet.mails_for(KNOWN)[-1]["To"] == KNOWN
    assert street.internet.mails_for(TYPO) == []


def test_a_refused_recipient_comes_back_to_the_sender_as_a_notification(street: Street) -> None:
    to = "refused@partner.example"
    street.swaks(mail(to, number="bounce"), to)
    wait_for(lambda: [m for m in street.internet.mails_for(SENDER) if "550 5.1.1 No such user" in m.as_string()])


def test_a_report_opens_a_ticket_and_calls_the_superior(street: Street) -> None:
    street.swaks(mail(STRANGER, number="wrong"), STRANGER)
    wait_for(lambda: street.internet.mails_for(STRANGER))
    street.swaks(mail(REPORT, text="間違えました <wrong@tachibana.example>", number="report"), REPORT)
    wait_for(lambda: street.internet.link_for("natori@tachibana.example"))
    (ticket,) = [json.loads(line) for line in street.program.command("ticket", "list", "--json").splitlines()]
    assert ticket["message_id"] == "<wrong@tachibana.example>"
    assert ticket["steps"][0]["step"] == "1.1"
    assert ticket["id"] == shown(ticket["id"].replace("-", ""))
    assert street.internet.mails_for(REPORT) == []


def test_nothing_is_left_in_the_queue_of_postfix(street: Street) -> None:
    wait_for(lambda: "Mail queue is empty" in street.postfix.queue())
