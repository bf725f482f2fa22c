"""Of all the messages that two readers read in two ways, none passes in silence."""

import re
import subprocess
import sys

from tests.helpers.house import ROOT


def test_no_trick_with_mime_hides_a_list_of_persons() -> None:
    program = [sys.executable, str(ROOT / "benchmarks/mime_cases.py"), "--silent"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counted = {
        line.split("  ")[0]: [int(number) for number in re.findall(r"(\d+) (?:found|held|silent)", line)]
        for line in done.stdout.splitlines()
    }
    found, held, silent = counted["all"]
    assert silent == 0
    assert found >= 2300
    assert found + held >= 2400
    for kind in (
        "duplicate fields",
        "malformed fields",
        "boundaries",
        "structure",
        "base64",
        "quoted-printable",
        "charsets",
    ):
        assert sum(counted[kind]) >= 80, kind
    assert (
        counted["email of Python"][2] > 500
    )  # the cases are hard: a reader that believes what it is told misses a quarter
