"""Ids: what people read aloud on the telephone, and what sorts by time."""

import re
import secrets
import time
import uuid

# Crockford base 32: no I, L, O, U, so that a number survives being read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
READ_AS = str.maketrans("ILO", "110")
"""Letters that are not in it, as people mean them."""
_SHOWN = re.compile(rf"^[{ALPHABET}]{{{LENGTH}}}$")


def new_id() -> str:
    """A number for a hold or a ticket: 40 random bits; the store refuses a second of the same."""
    number = int.from_bytes(secrets.token_bytes(5))  # asked for once: each question is a call of the kernel
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 5 * LENGTH, 5)])


def shown(number: str) -> str:
    """As people see it.

    >>> shown("K7Q29MXD")
    'K7Q2-9MXD'
    """
    return f"{number[:4]}-{number[4:]}"


def parse(text: str) -> str | None:
    """The number somebody typed, whatever dashes, blanks and letters that look alike; None when it is none.

    >>> parse(" k7q2-9mxd ")
    'K7Q29MXD'
    """
    plain = re.sub(r"[\s\-‐-―−－]", "", text).upper().translate(READ_AS)
    return plain if _SHOWN.match(plain) else None


def new_journal_id() -> str:
    """A UUIDv7 (RFC 9562 5.7): 48 bits of milliseconds, then random, so that rows sort by time."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
