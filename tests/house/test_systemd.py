"""The systemd units are understood without a word, expose little, and leave the readers of attachments their own lock."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers.house import ROOT

UNITS = ROOT / "systemd"
ANALYZE = shutil.which("systemd-analyze")
pytestmark = pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze: install Debian's package systemd")
MOST_EXPOSED = 2.0


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ANALYZE or "", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with a program that is there: whether it is installed is not what is tested."""
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8")
        tmp_path.joinpath(unit.name).write_text(text.replace("/opt/sekisho/bin/sekisho", "/bin/true"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["sekisho.service", "sekisho.socket", "sekisho-web.socket"])
def test_systemd_understands_a_unit_without_a_word(units: Path, name: str) -> None:
    # Its exit status is 0 for settings it does not know; what it thinks of them stands on standard error.
    done = analyze("verify", "--man=no", str(units / name))
    # Of the machine's own units it speaks, too: Debian's request-tracker5 brings one that it complains of.
    ours = [line for line in done.stderr.splitlines() if not line.startswith(("/lib/systemd/", "/usr/lib/systemd/"))]
    assert (done.returncode, ours) == (0, [])


def test_a_setting_that_systemd_does_not_know_is_seen(units: Path) -> None:
    unit = units / "sekisho.service"
    unit.write_text(unit.read_text().replace("Type=notify\n", "Type=notify\nUnheardOf=yes\n"))
    assert "UnheardOf" in analyze("verify", "--man=no", str(unit)).stderr


def test_the_service_exposes_little() -> None:
    done = analyze("security", "--offline=true", str(UNITS / "sekisho.service"))
    found = re.search(r"Overall exposure level for sekisho\.service: ([0-9.]+)", done.stdout)
    assert found
    assert float(found[1]) <= MOST_EXPOSED


def test_the_readers_may_still_lock_themselves_in() -> None:
    text = (UNITS / "sekisho.service").read_text(encoding="utf-8")
    assert "RestrictNamespaces=user net ipc\n" in text  # what gateway.sandbox_limits gives up by unshare(2)
    allowed = {line for line in analyze("syscall-filter", "@system-service").stdout.split() if line.startswith("@")}
    assert "@process" in allowed  # holds unshare; prctl for seccomp, too
    removed = " ".join(analyze("syscall-filter", group).stdout for group in ("@privileged", "@resources"))
    assert not {"unshare", "prctl", "prlimit64", "execve", "clone"} & set(removed.split())


def test_the_sockets_carry_the_names_under_which_the_program_looks_for_them() -> None:
    names = {re.search(r"FileDescriptorName=(\w+)", u.read_text())[1] for u in UNITS.glob("*.socket")}  # type: ignore[index]
    assert names == {"smtp", "web"}
