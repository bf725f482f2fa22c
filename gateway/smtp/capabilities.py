"""Capabilities: what the next hop can, which is what we can offer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# What our own Received line may add to a message that just fits.
OVERHEAD = 4096
_SIZE = re.compile(r"[0-9]{1,20}")  # RFC 1870 3


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The keywords of an EHLO answer that we use. As it stands: what is true before the first contact."""

    dsn: bool = False
    smtputf8: bool = False
    size: int = 0
    """Octets a message may have (RFC 1870); 0: no limit named."""
    eight_bit_mime: bool = True
    xforward: frozenset[str] = frozenset()
    """The attributes of Postfix's XFORWARD that are taken: NAME, ADDR, HELO, …"""
    pipelining: bool = False
    sizes: bool = False
    """SIZE was offered, with or without a limit."""
    starttls: bool = False

    @classmethod
    def read(cls, lines: Sequence[str]) -> "Capabilities":
        """From the lines of the answer to EHLO, without their codes; the first is the greeting (RFC 5321 4.1.1.1).

        >>> Capabilities.read(["mx.example", "SIZE 1000", "PIPELINING"]).size
        1000
        """
        words = {line.split(" ")[0].upper(): line.split(" ")[1:] for line in lines[1:]}
        size = "".join(words.get("SIZE", [])[:1])
        return cls(
            dsn="DSN" in words,
            smtputf8="SMTPUTF8" in words,
            size=int(size) if _SIZE.fullmatch(size) else 0,
            eight_bit_mime="8BITMIME" in words,
            xforward=frozenset(word.upper() for word in words.get("XFORWARD", [])),
            pipelining="PIPELINING" in words,
            sizes="SIZE" in words,
            starttls="STARTTLS" in words,
        )

    def max_size(self, own: int) -> int:
        """The SIZE that we offer: our own limit, or what still fits into the next hop's with our Received line."""
        return min(own, max(1, self.size - OVERHEAD)) if self.size else own
