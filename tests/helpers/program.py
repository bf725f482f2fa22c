"""The program itself: `sekisho run` as a process of its own, with settings in a folder."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.helpers.ports import free_port

SETTINGS = """
[organisation]
name = "橘建築設計事務所"
domains = ["tachibana.example"]
admins = ["admin@tachibana.example"]
[[organisation.people]]
address = "ono@tachibana.example"
superior = "natori@tachibana.example"
[[organisation.people]]
address = "natori@tachibana.example"
roles = ["leader"]
[[organisation.people]]
address = "mori@tachibana.example"
roles = ["deputy", "privacy officer"]
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
[sandbox]
processes = 1
[service]
workers = {workers}
[metrics]
listen = "127.0.0.1:{metrics}"
[response]
report_address = "moredashita@tachibana.example"
{extra}
"""


class Program:
    """Start, look, stop. Output goes to `log`."""

    def __init__(self, folder: Path, hop: int, url: str = "sqlite:///var/sekisho.db", **changes: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.smtp, self.web, self.metrics = free_port(), free_port(), free_port()
        self.config = folder / "sekisho.toml"
        self.log = folder / "log"
        kept = {"gate": "normal", "workers": "1", "extra": "", "smtp_extra": ""} | changes
        ports = {"smtp": self.smtp, "web": self.web, "metrics": self.metrics, "hop": hop}
        self.config.write_text(SETTINGS.format(url=url, **ports, **kept))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "service", "run", "--config", str(self.config)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            self.command("ready", "--wait", "30")
        except BaseException:
            self.kill()  # a test that failed leaves nothing running beside the others
            raise

    @property
    def pid(self) -> int:
        """Of the parent."""
        assert self._process
        return self._process.pid

    def stop(self) -> int:
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    def reload(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """kill -9 of every process at once, as a power cut does."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)

    def kill_parent(self) -> None:
        """kill -9 of the parent alone, as the kernel's memory killer does."""
        assert self._process
        self._process.kill()
        self._process.wait(20)

    def command(self, *arguments: str, status: int = 0) -> str:
        """One command of `sekisho` on this configuration; its standard output."""
        line = [sys.executable, "-m", "service", *arguments, "--config", str(self.config)]
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == status, (line, done.returncode, done.stdout, done.stderr, self.log.read_text())
        return done.stdout

    def metric_lines(self) -> list[str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=10) as answer:
            return str(answer.read().decode()).splitlines()
