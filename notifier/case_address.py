"""Case address: the report address with the number of a case and a check part that nobody can guess, `moredashita+k7q29mxd.0g5h8…@…`.

The check part is made of the case and of whom the letter went to, so an answer says by itself whose it is. The store keeps none.
"""

import base64
from collections.abc import Iterable

from mail.address import split
from store.ids import ALPHABET, READ_AS, parse
from store.seal import Seal

CHECK = 12
"""Letters of the check part: 60 bits. It opens nothing, but what comes there is filed as an answer."""
_BITS = 5
LONGEST_LOCAL = 64
"""Octets (RFC 5321 4.5.3.1.1)."""
ADDED = 1 + 8 + 1 + CHECK
"""Letters that it adds to the local part of the report address."""


def make(seal: Seal, report_address: str, ticket_id: str, recipient: str = "") -> str:
    """The address of a case for one recipient of its letters; "" where there is no report address. Without a recipient: the staff's."""
    if not report_address:
        return ""
    local, domain = split(report_address)
    return f"{local}+{ticket_id}.{_check(seal, ticket_id, recipient)}@{domain}".lower()


def read(address: str, report_address: str) -> tuple[str, str] | None:
    """Ticket and check part of an address that has the shape of one; None for any other. Letters may have changed their case on the way.

    >>> read("Moredashita+K7Q29MXD.0123456789ab@Tachibana.example", "moredashita@tachibana.example")
    ('K7Q29MXD', '0123456789AB')
    """
    if not report_address:
        return None
    local, domain = split(address.lower())
    own, own_domain = split(report_address.lower())
    number, _, check = local.removeprefix(f"{own}+").partition(".")
    ticket_id = parse(number) if domain == own_domain and local.startswith(f"{own}+") else None
    said = check.upper().translate(READ_AS)
    return (ticket_id, said) if ticket_id and len(said) == CHECK and set(said) <= set(ALPHABET) else None


def whose(seal: Seal, ticket_id: str, check: str, recipients: Iterable[str]) -> str | None:
    """Which of the recipients the check part was made for; "" for the staff's, None for a guess."""
    return next((one for one in ("", *recipients) if _check(seal, ticket_id, one) == check), None)


def _check(seal: Seal, ticket_id: str, recipient: str) -> str:
    token = seal.token(ticket_id, recipient.lower(), "case address")
    number = int.from_bytes(base64.urlsafe_b64decode(token)[:8])
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, _BITS * CHECK, _BITS))
