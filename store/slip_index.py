"""Slip index: the numbers under which contacts and domains are found by a slip; the same in every process and on every node.

A token's number begins with its domain's id, so that the contacts of one domain lie side by side in the index. Two tokens may share a
number: then one candidate too many is compared, never one too few.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from rules import local_form
from rules.roles import ROLES
from rules.slip_tokens import ask_domain, ask_local, domain_kept, local_kept

_LOCAL_BITS = 28
"""With the ids of half a million domains together 47: SQLite keeps such a number in six octets."""
_DOMAIN_BITS = 31
_NAME_BITS = 47
_SAMPLE = ("taro.yamada", "y-ohno2", "shinichi_honma", "info", "mail.rnicro-soft.co.jp", "example.com")
FORM = "contact-index"
"""The mark by which a store says what its index was made by."""


def number(text: str, bits: int = 63) -> int:
    """A number of that many bits for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> (64 - bits)


def name_number(name: str) -> int | None:
    """The number of a display name in the form in which they are compared; None for an empty one."""
    return number(name, _NAME_BITS) if name else None


def kept_of_local(local: str, domain_id: int) -> set[int]:
    """What a contact is kept under."""
    base = domain_id << _LOCAL_BITS
    return {base | token for token in _shorts(local_kept(local), _LOCAL_BITS)}


def asked_of_local(local: str) -> tuple[list[int], list[int]]:
    """What to ask for in every domain (`within`), after a slip and as a fold."""
    asked = ask_local(local)
    return _shorts(asked.slips, _LOCAL_BITS), _shorts(asked.folds, _LOCAL_BITS)


def within(domain_ids: Iterable[int], tokens: Sequence[int]) -> list[int]:
    """What to ask for in these domains."""
    return [base | token for base in [domain_id << _LOCAL_BITS for domain_id in domain_ids] for token in tokens]


def kept_of_domain(domain: str) -> set[int]:
    """What a domain is kept under."""
    return set(_shorts(domain_kept(domain), _DOMAIN_BITS))


@lru_cache(maxsize=2048)
def asked_of_domain(domain: str) -> Mapping[int, bool]:
    """What to ask for; and whether it is a fold."""
    asked = ask_domain(domain)
    slips, folds = _shorts(asked.slips, _DOMAIN_BITS), _shorts(asked.folds, _DOMAIN_BITS)
    return dict.fromkeys(slips, False) | dict.fromkeys(folds, True)


@cache
def form() -> str:
    """Another one whenever a spelling is kept under other numbers: then an index made before finds nothing, and is made anew."""
    made = [[*sorted(kept_of_local(text, 1)), *sorted(kept_of_domain(text)), local_form.form(text)] for text in _SAMPLE]
    counted_by = (sorted(local_form.NAMES), sorted(ROLES))
    return f"{number(repr((made, counted_by))):016x}"


def _shorts(tokens: Iterable[str], bits: int) -> list[int]:
    crc32, more = zlib.crc32, 32 - bits
    return [crc32(token.encode("utf-8", "surrogatepass")) >> more for token in tokens]
