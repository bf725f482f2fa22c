"""Slip index: the numbers under which contacts are found by a slip; the same in every process and for ever.

A token's number begins with its domain's, so that the contacts of one domain lie side by side in the index. Two tokens may share a
number: then one candidate too many is compared, never one too few.
"""

import hashlib

from rules.slips import local_tokens

_DOMAIN_BITS = 23
_LOCAL_BITS = 40  # together 63: a positive BIGINT


def number(text: str, bits: int = _DOMAIN_BITS + _LOCAL_BITS) -> int:
    """A number of that many bits for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> (64 - bits)


def slip_numbers(local: str, domain: str) -> set[int]:
    """The numbers of all tokens of a local part at a domain."""
    base = number(domain, _DOMAIN_BITS) << _LOCAL_BITS
    return {base | number(token, _LOCAL_BITS) for token in local_tokens(local)}
