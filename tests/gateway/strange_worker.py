"""A sandbox process whose reader does what a message tells it to in X-Do: what a taken-over or broken reader could do."""

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gateway.inspect
from gateway import sandbox_worker
from gateway.inspect import Inspection, Job, inspect
from mail.budget import Spending
from mail.headers import Headers
from mail.message import Course
from mail.shapes import Text
from mail.text_of import Hint, plain
from rules.verdict import Verdict


def spin() -> None:
    while True:
        pass


def eat() -> None:
    kept = []
    while True:
        kept.append(bytearray(64 * 1024 * 1024))


def recurse() -> None:
    recurse()


def write_file() -> None:
    with Path("/tmp/sekisho-sandbox-test").open("wb") as file:
        file.write(b"x")


def overwrite() -> None:
    with Path(__file__).open("r+b") as file:
        file.write(b"x")
        file.flush()


def empty_file() -> None:
    Path(__file__).open("wb").close()


def new_file() -> None:
    Path("/tmp/sekisho-sandbox-empty").open("xb").close()


def signal_parent() -> None:
    os.kill(os.getppid(), 0)


def connect() -> None:
    socket.create_connection(("127.0.0.1", 25), 1)


def long_answer() -> None:
    os.write(1, b"\xff\xff\xff\xff" + b"x" * 1000)
    time.sleep(100)


ACTS: dict[str, Callable[[], object]] = {
    "spin": spin,
    "eat": eat,
    "recurse": recurse,
    "wait": lambda: time.sleep(1000),
    "crash": lambda: ctypes.string_at(0),
    "leave": lambda: os._exit(3),
    "nonsense": lambda: os.write(1, b"\0\0\0\x05hello"),
    "long": long_answer,
    "file": write_file,
    "overwrite": overwrite,
    "empty": empty_file,
    "new": new_file,
    "abort": os.abort,
    "connect": connect,
    "run": lambda: subprocess.run(["/bin/true"], check=True),
    "fork": os.fork,
    "signal": signal_parent,
}


def reads_badly(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Text that says what to do, in a part."""
    act = data.partition(b"DO:")[2].split(b"\n")[0].strip().decode("ascii", "replace")
    if act in ACTS:
        ACTS[act]()
    return READ_PLAIN(data, hint, spending)


READ_PLAIN = plain.read
KEPT: list[bytes] = []


def strange(content: bytes, job: Job, course: Course | None = None) -> Inspection:
    """Do what the message says; what comes of it stands where the reason for not altering stands."""
    act = Headers(content).first("X-Do")
    if not act:
        return inspect(content, job, course)
    if act == "environment":
        return Inspection(Verdict("pass"), alterable=repr(sorted(os.environ)))
    if act == "keep":
        KEPT.append(b"x" * (200 * 1024 * 1024))
        return inspect(content, job, course)
    if act == "process":
        return Inspection(Verdict("pass"), alterable=str(os.getpid()))
    try:
        ACTS[act]()
    except OSError as error:
        return Inspection(Verdict("pass"), alterable=type(error).__name__)
    return Inspection(Verdict("pass"), alterable="done")


if __name__ == "__main__":
    gateway.inspect.inspect = strange
    plain.read = reads_badly
    sandbox_worker.main(sys.argv[1:])
