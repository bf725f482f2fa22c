"""The program itself: `sekisho run` as a process of its own, with settings in a folder."""

import asyncio
import os
import signal
import smtplib
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from service.settings import load
from store import migrate
from store.clock import Clock
from store.contacts import Imported
from store.engine import open_store
from tests.helpers import organisation
from tests.helpers.commands import command
from tests.helpers.ports import free_port
from tests.helpers.postfix import wait_for

SETTINGS = (
    organisation.SETTINGS
    + """\
[smtp]
listen = ["127.0.0.1:{smtp}"]
host_name = "sekisho.tachibana.example"
xforward_networks = ["127.0.0.1/32"]
{smtp_extra}
[next_hop]
port = {hop}
tls = "never"
retry_first = 1
[store]
url = "{url}"
directory = "var"
[web]
listen = "127.0.0.1:{web}"
base_url = "http://127.0.0.1:{web}"
[gate]
start = "{gate}"
[hold]
many = 0
[sandbox]
processes = 1
[service]
workers = {workers}
{service_extra}
[metrics]
listen = "127.0.0.1:{metrics}"
[response]
report_address = "moredashita@tachibana.example"
{extra}
"""
)


class Program:
    """Start, look, stop. Output goes to `log`."""

    def __init__(
        self,
        folder: Path,
        hop: int,
        url: str = "sqlite:///var/sekisho.db",
        *,
        within: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        **changes: str,
    ) -> None:
        """`within`: what stands before every command, for example `nsenter …`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.smtp, self.web, self.metrics = free_port(), free_port(), free_port()
        self.config = folder / "sekisho.toml"
        self.log = folder / "log"
        kept = {"gate": "normal", "workers": "1", "extra": "", "smtp_extra": "", "service_extra": ""} | changes
        ports = {"smtp": self.smtp, "web": self.web, "metrics": self.metrics, "hop": hop}
        self.config.write_text(SETTINGS.format(url=url, **ports, **kept))
        self._within = tuple(within)
        self._environment = dict(os.environ) | dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the parent."""
        assert self._process
        return self._process.pid

    def start(self, out: IO[bytes] | int | None = None) -> None:
        """Until it takes mail. `out`: where its log goes instead."""
        self.launch(out)
        try:
            wait_for(self.is_ready, 30)
        except BaseException:
            self.kill()  # a test that failed leaves nothing running beside the others
            raise

    def launch(self, out: IO[bytes] | int | None = None, **popen: Any) -> None:
        """Begin, without waiting for anything."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.line("run"),
                stdout=log if out is None else out,
                stderr=log,
                env=self._environment,
                start_new_session=True,
                **popen,
            )

    def line(self, *arguments: str) -> list[str]:
        """How a command of `sekisho` on this configuration is called."""
        return [*self._within, sys.executable, "-m", "service", *arguments, "--config", str(self.config)]

    def is_ready(self) -> bool:
        """What `sekisho ready` asks, without the start of a program."""
        assert self._process
        assert self._process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/readyz", timeout=10):
                return True
        except OSError:
            return False

    def workers(self) -> list[int]:
        """The processes of the parent, the oldest first."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def signal(self, number: int) -> None:
        assert self._process
        self._process.send_signal(number)

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        assert self._process
        return self._process.wait(60)

    def reload(self) -> None:
        self.signal(signal.SIGHUP)

    def kill(self) -> None:
        """kill -9 of every process at once, as a power cut does."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)

    def learn(self, *addresses: str) -> None:
        """Contacts that everyone of ours has written to often; makes the database if it is not there."""

        async def learn() -> None:
            settings = load(self.config)
            settings.store.directory.mkdir(exist_ok=True)
            migrate.upgrade(settings.store.url)
            store = open_store(settings.store, Clock())
            await store.start()
            rows = [Imported(address, count=41, last_sent=datetime.now(UTC).date()) for address in addresses]
            await store.commit(lambda shelves: shelves.contacts.import_rows(rows))
            await store.stop()

        with ThreadPoolExecutor(1) as thread:  # also where a loop runs already
            thread.submit(asyncio.run, learn()).result()

    def end(self) -> None:
        """Whatever runs, let nothing of it go on."""
        if self._process and self._process.poll() is None:
            self.kill()

    def kill_parent(self) -> None:
        """kill -9 of the parent alone, as the kernel's memory killer does."""
        assert self._process
        self._process.kill()
        self._process.wait(20)

    def command(self, *arguments: str, status: int = 0) -> str:
        """One command of `sekisho` on this configuration; its standard output."""
        if not self._within:
            given, out, error = command([*arguments, "--config", str(self.config)], self._environment)
            assert given == status, (arguments, given, out, error)
            return out
        line = self.line(*arguments)
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60, env=self._environment)
        assert done.returncode == status, (line, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def send(self, content: bytes, *to: str, sender: str = "ono@tachibana.example") -> str:
        """One message on a connection of its own; the answer to the final dot."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=60) as client:
            client.ehlo("client.example")
            return send(client, content, *to, sender=sender)

    def logged(self, words: str) -> int:
        """How many lines of the log carry these words."""
        return self.log.read_text().count(words)

    def metric_lines(self) -> list[str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=10) as answer:
            return str(answer.read().decode()).splitlines()


def send(client: smtplib.SMTP, content: bytes, *to: str, sender: str = "ono@tachibana.example") -> str:
    """One message on an open connection; the first answer that is not good, else that to the final dot."""
    for code, words in (client.mail(sender), *(client.rcpt(one) for one in to)):
        if code >= 300:
            return f"{code} {words.decode()}"
    code, words = client.data(content)
    return f"{code} {words.decode()}"
