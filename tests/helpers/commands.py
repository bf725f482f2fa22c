"""Commands of `sekisho` as processes of their own that do not load all modules anew: forked from one that has, which does nothing else.

That one has a single thread and no loop, so what is forked from it is as a program that just began.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from threading import Lock

from service.__main__ import main

_one_by_one = Lock()


def command(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
    """`python -m service` with these arguments: its exit status, standard output and standard error."""
    with _one_by_one:
        parent = _parent()
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(json.dumps([list(arguments), dict(environment)]) + "\n")
        parent.stdin.flush()
        status, out, error = json.loads(parent.stdout.readline())
    return int(status), str(out), str(error)


@cache
def _parent() -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "tests.helpers.commands"]
    parent = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(parent.communicate)  # with nothing more to do it ends
    return parent


def _serve() -> None:
    import service.__main__  # noqa: F401 - with all that it imports: what the forked ones are spared

    for line in sys.stdin:
        arguments, environment = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
            child = os.fork()
            if not child:
                _become(arguments, environment, out.fileno(), error.fileno())
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said = []
            for file in (out, error):
                file.seek(0)
                said.append(file.read().decode())
        sys.stdout.write(json.dumps([status, *said]) + "\n")
        sys.stdout.flush()


def _become(arguments: list[str], environment: dict[str, str], out: int, error: int) -> None:
    """The command, until its end: what it exits with is raised."""
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    os.dup2(out, 1)
    os.dup2(error, 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["sekisho", *arguments]
    main()
    sys.exit(0)


if __name__ == "__main__":
    _serve()
