"""Keeper: a content while it arrives, in memory or in a file without a name, never more of it than the limit."""

import errno
import os
import tempfile
from pathlib import Path
from typing import IO, Final

from gateway import maillog
from gateway.content import Content, is_clean
from gateway.replies import BARE_LINE_ENDS, NO_ROOM, STORE_DOWN, TOO_LARGE, Reply

MAX_PIECES: Final = 1000
"""So many are joined into one: a content that drips in octet by octet costs no 40 octets for each."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EROFS}


class Keeper:
    """What has come so far, in wire form. After a problem nothing is kept; the rest is read and thrown away.

    The client hears of the problem at the place where it expects an answer.
    """

    def __init__(self, max_size: int, spool_above: int, directory: Path | None = None) -> None:
        """Sizes in octets; `directory` for the file of a large content, None: the machine's for temporary files."""
        self.problem: Reply | None = None
        """Why this content is refused; known for certain only after its end."""
        self.due = float("inf")
        """When its octets so far no longer pay for its time; loop time."""
        self._max_size = max_size
        self._spool_above = spool_above
        self._directory = directory
        self._line_start = True
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._wire_size = 0
        self._dots = 0

    @property
    def size(self) -> int:
        """Octets of the plain form so far, as SIZE counts them (RFC 1870)."""
        return self._wire_size - self._dots

    def refuse(self, reply: Reply) -> None:
        """Throw away what was kept, and keep nothing any more."""
        self.problem = reply
        self.close()

    def content(self) -> Content:
        """Give away what was collected; only after the end, and only without a problem."""
        (file, self._file), (pieces, self._pieces) = (self._file, None), (self._pieces, [])
        return Content(b"".join(pieces), file, self._wire_size, self._dots)

    def close(self) -> None:
        """Throw away what was collected."""
        self._pieces.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _take(self, piece: bytes) -> None:
        """Take octets of the wire form; they must not end inside of a CRLF."""
        if not piece or self.problem is BARE_LINE_ENDS:
            return
        self._wire_size += len(piece)
        if b"." in piece:
            # None are found far faster from the end than they are counted.
            self._dots += piece.count(b"\r\n.") if piece.rfind(b"\r\n.") >= 0 else 0
            self._dots += self._line_start and piece.startswith(b".")
        self._line_start = piece.endswith(b"\r\n")
        if not is_clean(piece):
            self.refuse(BARE_LINE_ENDS)
        elif self.size > self._max_size:
            self.refuse(TOO_LARGE)
        elif self.problem is None:
            self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        try:
            if self._file is None and self._wire_size > self._spool_above:
                # Unbuffered; on Linux with O_TMPFILE, so that a crash leaves nothing behind.
                self._file = tempfile.TemporaryFile(buffering=0, dir=self._directory)  # noqa: SIM115 - the content closes it
                os.fchmod(self._file.fileno(), 0o400)  # whoever reads it elsewhere cannot open it anew to write
                for earlier in self._pieces:
                    _write(self._file, earlier)
                self._pieces.clear()
            if self._file is not None:
                _write(self._file, piece)
                return
            self._pieces.append(piece)
            if len(self._pieces) > MAX_PIECES:
                self._pieces[:] = [b"".join(self._pieces)]
        except OSError as error:
            # Full, or a folder that is gone or not ours: the client keeps the message, and whoever reads the log hears why.
            maillog.cannot_spool(error.strerror or type(error).__name__)
            self.refuse(NO_ROOM if error.errno in _FULL else STORE_DOWN)


def _write(file: IO[bytes], octets: bytes) -> None:
    rest = memoryview(octets)
    while rest:
        rest = rest[file.write(rest) :]
