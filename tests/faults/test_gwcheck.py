"""Seen from outside: a next hop that misbehaves, kill -9 at chosen moments, a full disk; nothing lost, nothing cut, nothing twice."""

import shlex
import subprocess
from itertools import chain
from pathlib import Path

from tests.helpers.disk import SmallDisk
from tests.helpers.gwcheck import ONLY_TRUSTED, failed, gwcheck
from tests.helpers.ports import free_port
from tests.helpers.program import Program


def test_no_fault_of_the_next_hop_no_kill_and_no_full_disk_loses_or_cuts_a_message(tmp_path: Path) -> None:
    folder, hop = tmp_path / "program", free_port()
    with SmallDisk(folder / "var", 24 * 2**20) as disk:
        spool = f'spool_directory = "{folder}/var"\n'
        program = Program(folder, hop, within=disk.enter, gate="observe", smtp_extra=ONLY_TRUSTED + spool)
        pid = tmp_path / "pid"
        run = f"echo $$ >{pid}; exec {shlex.join(program.line('run'))} >>{program.log} 2>&1"
        start, kill = f"setsid --fork sh -c {shlex.quote(run)}", f"kill -9 -$(cat {pid})"
        hooks = {"--start-cmd": start, "--kill-cmd": kill}
        hooks |= {"--fill-cmd": f"cat /dev/zero >{disk.seen}/filling", "--unfill-cmd": f"rm {disk.seen}/filling"}
        subprocess.run(start, shell=True, check=True)
        try:
            options = ("--quick", "--retry-wait", "15", *chain.from_iterable(hooks.items()))
            results = gwcheck(program, hop, tmp_path, "faults", *options, limit=280)
        finally:
            subprocess.run(kill, shell=True, check=False)
    assert failed(results) == []
    wanted = {*range(1, 21), *range(30, 38), 40, 99}
    assert {int(name[4:]) for name in results if results[name]["status"] == "pass"} == wanted
