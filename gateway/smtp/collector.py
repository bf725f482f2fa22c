"""Collectors: what arrives after DATA or BDAT, in any pieces, becomes wire form; each knows where its octets end.

Both work in bulk: no line is looked at by itself, however the network cut the octets.
"""

from pathlib import Path
from typing import Final

from gateway.replies import TOO_LARGE
from gateway.smtp.keeper import Keeper

END: Final = b"\r\n.\r\n"
# So many last octets wait for the next piece: an END may have begun in them, and a CRLF is never cut apart.
HELD_BACK: Final = len(END) - 1


class DataCollector(Keeper):
    """The content after DATA. It ends at CRLF.CRLF and nowhere else (RFC 5321 4.1.1.4)."""

    wants: int | None = None
    """How many octets it can take: all, for what comes after the end is given back."""

    def __init__(self, max_size: int, spool_above: int, directory: Path | None = None) -> None:
        super().__init__(max_size, spool_above, directory)
        self._waiting = b"\r\n"  # a dot alone at the very start ends the data, too
        self._at_start = True

    def feed(self, octets: bytes) -> bytes | None:
        """Take octets as they came from the network; None while the end is not there, then what came after it."""
        window = self._waiting + octets
        # From the end it is looked for twice as fast; mostly it is not there.
        end = window.find(END) if b"." in window and window.rfind(END) >= 0 else -1
        if end >= 0:
            self._take_after_start(window[: end + 2])
            return window[end + len(END) :]
        cut = max(0, len(window) - HELD_BACK)
        if window[cut - 1 : cut] == b"\r":
            cut -= 1
        # The CRLF that stands for the start is taken as one, or not at all.
        if cut >= 2 or not self._at_start:  # noqa: PLR2004 - the length of CRLF
            self._take_after_start(window[:cut])
            window = window[cut:]
        self._waiting = window
        return None

    def _take_after_start(self, piece: bytes) -> None:
        self._take(piece[2:] if self._at_start else piece)
        self._at_start = False


class ChunkCollector(Keeper):
    """The content of all BDAT commands of a transaction: plain octets, as many as were announced (RFC 3030 2)."""

    def __init__(self, max_size: int, spool_above: int, directory: Path | None = None) -> None:
        super().__init__(max_size, spool_above, directory)
        self.wants = 0
        """Octets that are still to come of this chunk."""
        self.expected = 0
        """Octets of this chunk."""
        self._last = False
        self._waiting = b""  # a CR at the end of a piece or chunk: its LF may be in the next

    def expect(self, size: int, *, last: bool) -> None:
        """Begin a chunk. One that cannot fit is refused at once, and read all the same."""
        self.wants = self.expected = size
        self._last = last
        if self.problem is None and self.size + len(self._waiting) + size > self._max_size:
            self.refuse(TOO_LARGE)

    def feed(self, octets: bytes) -> bytes | None:
        """Take octets as they came from the network; None while some are missing, then what came after the chunk."""
        piece, rest = octets[: self.wants], octets[self.wants :]
        self.wants -= len(piece)
        if self.problem is None:
            self._stuff(self._waiting + piece, at_end=self._last and not self.wants)
        return None if self.wants else rest

    def _stuff(self, plain: bytes, *, at_end: bool) -> None:
        if at_end:
            # DATA can send whole lines only. Added as RFC 5321 4.1.1.4 has it; a signature is over this very form (RFC 6376 3.4.3).
            self._waiting = b""
            plain += b"" if plain.endswith(b"\r\n") or (self._line_start and not plain) else b"\r\n"
        else:
            self._waiting = b"\r" if plain.endswith(b"\r") else b""
            plain = plain.removesuffix(b"\r")
        dot = b"." if self._line_start and plain.startswith(b".") else b""
        self._take(dot + plain.replace(b"\r\n.", b"\r\n.."))
