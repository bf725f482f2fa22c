"""The demo: the story from start to end, in both languages, also where the usual ports are taken."""

import fcntl
import re
import signal
import smtplib
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

DESK = {
    "ja": ("   拡大防止：mori@umibe", "   呼び出し：名取 健、", "   最初の期限：", "上司に伝わりました。次の手順："),
    "en": (
        "   Contained: mori@umibe",
        "   Called: Takeshi Natori, ",
        "   First to be done by ",
        "The superior was told. Next: ",
    ),
}

TOLD = {
    "ja": ("送信者が画面を開き", "3通目：mori@umibe", "チケット "),
    "en": ("The sender opens the page", "Mail 3 to mori@umibe", "Ticket "),
}

pytestmark = pytest.mark.xdist_group("program")


@pytest.mark.parametrize(("language", "says"), [("ja", "保留しました"), ("en", "on hold as")])
def test_the_story_plays_by_itself_with_the_usual_ports_taken(tmp_path: Path, language: str, says: str) -> None:
    with closing(socket.socket()) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 10025))
            taken.listen()
        except OSError:
            pass  # somebody else has it: all the better
        line = [sys.executable, "-m", "service", "demo", "--no-wait", "--dir", str(tmp_path), "--lang", language]
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    assert says in done.stdout
    assert "minato-sekk[a]i.example" in done.stdout
    assert done.stdout.endswith("demo: ok\n")
    if language == "en":
        assert not re.search("[ぁ-んァ-ン一-龥]", done.stdout + (tmp_path / "sekisho.toml").read_text())
    assert "10025 " in done.stdout.split("127.0.0.1:")[0], "a port other than the usual one is explained"
    told = [line for line in done.stdout.splitlines() if not re.search("another port|ほかのポート", line)]
    assert len(told) <= 20, "all of it on one screen, however many ports are taken"
    corrected, third, ticket = (done.stdout.index(words) for words in TOLD[language])
    assert corrected < third < ticket, "what the sender did, and why the third mail becomes a case"
    if language == "ja":
        assert "(配送済み)" in done.stdout
    desk = [line for line in done.stdout.splitlines() if line.startswith(DESK[language])]
    assert len(desk) == 4, "what the desk did by itself, and that the superior took the case"
    assert "1.1" in desk[2]
    assert "1.4" in desk[3]


def test_a_second_play_begins_anew(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "service", "demo", "--no-wait", "--dir", str(tmp_path)]
    for _ in range(2):
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_demo_in_the_same_folder_is_refused_and_wipes_nothing(tmp_path: Path) -> None:
    (tmp_path / "gate.json").touch()
    line = [sys.executable, "-m", "service", "demo", "--no-wait", "--dir", str(tmp_path)]
    with (tmp_path / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=100)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a demo is running in" in done.stderr
    assert (tmp_path / "gate.json").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_who_sends_a_mail_of_their_own_reads_at_once_what_became_of_it(tmp_path: Path, stop: signal.Signals) -> None:
    line = [sys.executable, "-m", "service", "demo", "--dir", str(tmp_path), "--lang", "en"]
    with ignored(signal.SIGINT):  # as a shell has it for what it starts in the background
        demo = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    with ending(demo) as said:
        told = "".join(iter(lambda: next(said), "Answer on the page: the result appears here. Ctrl-C stops.\n"))
        (tried,) = re.findall(r"--server (\S+):(\d+) --from (\S+) --to (\S+) --body", told)
        host, port, sender, to = tried
        with smtplib.SMTP(host, int(port), timeout=30) as client:
            client.sendmail(sender, to, f"From: {sender}\r\nTo: {to}\r\nSubject: test\r\n\r\ntest\r\n")
        held, page = next(said), next(said)
        assert re.match(r"[0-9A-Z]{4}-[0-9A-Z]{4} is on hold: .*written to for the first time", held)
        with urllib.request.urlopen(page.removeprefix("   The sender's page: ").strip(), timeout=30) as opened:
            assert held[:9] in opened.read().decode()
        demo.send_signal(stop)
        demo.communicate(timeout=60)
    assert demo.returncode == 0


@contextmanager
def ignored(number: signal.Signals) -> Iterator[None]:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


@contextmanager
def ending(program: subprocess.Popen[str]) -> Iterator[Iterator[str]]:
    """The lines of a program that has an end, whatever the test finds: one that still ran would be the next test's mistake."""
    assert program.stdout
    try:
        yield program.stdout
    finally:
        program.kill()
        program.communicate()
