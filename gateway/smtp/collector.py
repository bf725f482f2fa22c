"""Collector: takes what arrives after DATA, in any pieces, and knows its end, its size and what must not be passed on."""

import errno
import os
import tempfile
from pathlib import Path
from typing import IO

from gateway.content import Content, is_clean
from gateway.replies import BARE_LINE_ENDS, NO_ROOM, TOO_LARGE, Reply

END = b"\r\n.\r\n"
# So many last octets wait for the next piece: an END may have begun in them, and a CRLF is never cut apart.
HELD_BACK = len(END) - 1


class Collector:
    """One content while it arrives. The data ends at CRLF.CRLF and nowhere else (RFC 5321 4.1.1.4).

    After a problem the rest is read and thrown away, so that the client hears the answer at the place where it expects it.
    """

    def __init__(self, max_size: int, spool_above: int, directory: Path | None = None) -> None:
        """Sizes in octets; `directory` for the file of a large content, None: the machine's for temporary files."""
        self._max_size = max_size
        self._spool_above = spool_above
        self._directory = directory
        self._waiting = b"\r\n"  # a dot alone at the very start ends the data, too
        self._at_start = True
        self._line_start = True
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._wire_size = 0
        self._dots = 0
        self._unclean = False
        self._no_room = False

    @property
    def problem(self) -> Reply | None:
        """Why this content is refused; known for certain only after its end."""
        if self._unclean:
            return BARE_LINE_ENDS
        if self._wire_size - self._dots > self._max_size:
            return TOO_LARGE
        return NO_ROOM if self._no_room else None

    def feed(self, octets: bytes) -> bytes | None:
        """Take octets as they came from the network; None while the end is not there, then what came after it."""
        window = self._waiting + octets
        end = window.find(END)
        if end >= 0:
            self._take(window[: end + 2])
            return window[end + len(END) :]
        cut = max(0, len(window) - HELD_BACK)
        if window[cut - 1 : cut] == b"\r":
            cut -= 1
        # The CRLF that stands for the start is taken as one, or not at all.
        if cut >= 2 or not self._at_start:  # noqa: PLR2004 - the length of CRLF
            self._take(window[:cut])
            window = window[cut:]
        self._waiting = window
        return None

    def content(self) -> Content:
        """What was collected; only after the end, and only without a problem."""
        if self._file is None:
            return Content(b"".join(self._pieces), None, self._wire_size, self._dots)
        return Content(b"", self._file, self._wire_size, self._dots)

    def close(self) -> None:
        """Throw away what was collected."""
        self._pieces.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _take(self, piece: bytes) -> None:
        if self._at_start:
            self._at_start = False
            piece = piece[2:]
        if not piece or self._unclean:
            return
        self._wire_size += len(piece)
        self._dots += piece.count(b"\r\n.") + (self._line_start and piece.startswith(b"."))
        self._line_start = piece.endswith(b"\r\n")
        self._unclean = not is_clean(piece)
        if self.problem is None:
            self._keep(piece)
        else:
            self.close()

    def _keep(self, piece: bytes) -> None:
        try:
            if self._file is None and self._wire_size > self._spool_above:
                # Unbuffered; on Linux with O_TMPFILE, so that a crash leaves nothing behind.
                self._file = tempfile.TemporaryFile(buffering=0, dir=self._directory)  # noqa: SIM115 - the content closes it
                os.fchmod(self._file.fileno(), 0o400)  # whoever reads it elsewhere cannot open it anew to write
                for earlier in self._pieces:
                    _write(self._file, earlier)
                self._pieces.clear()
            if self._file is None:
                self._pieces.append(piece)
            else:
                _write(self._file, piece)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EROFS}:
                raise
            self._no_room = True
            self.close()


def _write(file: IO[bytes], octets: bytes) -> None:
    rest = memoryview(octets)
    while rest:
        rest = rest[file.write(rest) :]
