"""Slip index: the numbers under which contacts and domains are found by a slip; the same in every process and on every node.

A token's number begins with its domain's id, so that the contacts of one domain lie side by side in the index. Two tokens may share a
number: then one candidate too many is compared, never one too few.
"""

import hashlib
import zlib
from collections.abc import Iterable
from functools import cache

from rules.slip_tokens import domain_asked, domain_kept, is_fold, local_asked, local_kept

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
    return {base | _short(token, _LOCAL_BITS) for token in local_kept(local)}


def asked_of_local(local: str, domain_ids: Iterable[int]) -> tuple[list[int], set[int]]:
    """What to ask for in those domains; and which of it are folds."""
    tokens = {_short(token, _LOCAL_BITS): is_fold(token) for token in sorted(local_asked(local))}
    bases = [domain_id << _LOCAL_BITS for domain_id in domain_ids]
    folds = [token for token, folded in tokens.items() if folded]
    return [base | token for base in bases for token in tokens], {base | token for base in bases for token in folds}


def kept_of_domain(domain: str) -> set[int]:
    """What a domain is kept under."""
    return {_short(token, _DOMAIN_BITS) for token in domain_kept(domain)}


def asked_of_domain(domain: str) -> dict[int, bool]:
    """What to ask for; and whether it is a fold."""
    return {_short(token, _DOMAIN_BITS): is_fold(token) for token in sorted(domain_asked(domain))}


@cache
def form() -> str:
    """Another one whenever a spelling is kept under other numbers: then an index made before finds nothing, and is made anew."""
    made = [[*sorted(kept_of_local(text, 1)), *sorted(kept_of_domain(text))] for text in _SAMPLE]
    return f"{number(repr(made)):016x}"


def _short(token: str, bits: int) -> int:
    return zlib.crc32(token.encode("utf-8", "surrogatepass")) >> (32 - bits)
