"""The demo: the story from start to end, in both languages, also where the usual ports are taken."""

import fcntl
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("program")]


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
    assert "10025 " in done.stdout.split("127.0.0.1:")[0], "a port other than the usual one is explained"
    assert len(done.stdout.splitlines()) <= 15
    if language == "ja":
        assert "(配送済み)" in done.stdout


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
