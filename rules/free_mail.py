"""Free mail: domains at which anyone can open a mailbox, from `free_mail.txt`."""

from importlib.resources import files
from typing import Final

FREE_MAIL: Final = frozenset(
    name
    for line in (files("rules") / "free_mail.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for name in line.split()
)
"""Keys, as `mail.address.domain_key` makes them."""
