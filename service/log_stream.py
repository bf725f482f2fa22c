"""The stream of the log: whoever does not read it (a blocked pipe, a stopped terminal, a full disk) never keeps the mail waiting."""

import os
import socket
import stat
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TextIO

KEPT = 1024 * 1024
"""Octets that wait for a reader who is only slow; lines beyond it are left out, and counted."""


class LogStream:
    """Takes whole lines; writes what can be written now. Never waits and never raises."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream  # whoever closes it closes the descriptor below
        self._write = _unhurried(stream)
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._left_out = 0
        self._read = False
        """The last line was taken."""
        self._one_by_one = threading.Lock()

    def write(self, text: str) -> int:
        """Take a line with its line end, and write it with those that wait."""
        octets = text.encode("utf-8", "backslashreplace")
        with self._one_by_one:
            if self._size + len(octets) > KEPT:
                self._left_out += 1
            else:
                self._waiting.append(octets)
                self._size += len(octets)
            self._empty()
        return len(text)

    def flush(self) -> None:
        """Nothing to do: `logging` asks for it after each line."""

    def news(self) -> int:
        """How many lines were left out since this was asked, as soon as lines are read again; 0 until then."""
        with self._one_by_one:
            if not self._read:
                return 0
            count, self._left_out = self._left_out, 0
            return count

    def _empty(self) -> None:
        self._read = True
        while self._waiting and self._read:
            line = self._waiting.popleft()
            try:
                written = self._write(line)
            except BlockingIOError:
                written = 0
            except (OSError, ValueError):  # disk full, reader gone
                self._left_out += 1
                self._size -= len(line)
                self._read = False
                return
            self._size -= written
            if written < len(line):
                self._waiting.appendleft(line[written:])
                self._read = False


def _unhurried(stream: TextIO) -> Callable[[bytes], int]:
    """A function that writes what there is room for. Raises BlockingIOError where a write would wait."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # a stream in memory

        def write(octets: bytes) -> int:
            stream.write(octets.decode())
            return len(octets)

        return write
    stream.flush()
    if stat.S_ISSOCK(os.fstat(number).st_mode):  # the journal
        journal = socket.socket(fileno=os.dup(number))
        return lambda octets: journal.send(octets, socket.MSG_DONTWAIT)
    if stat.S_ISFIFO(os.fstat(number).st_mode) or os.isatty(number):
        number = _of_our_own(number)
    return partial(os.write, number)


def _of_our_own(number: int) -> int:
    """The same pipe or terminal, opened anew: not to wait is then our way alone, and not that of others who write to it."""
    try:
        return os.open(f"/proc/self/fd/{number}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # somebody else's pipe
        os.set_blocking(number, False)
        return number
