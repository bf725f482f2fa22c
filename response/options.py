"""What the desk can be told: where reports come in, who is called, how long a block lasts."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from pydantic import Field

from notifier.options import Options

Network = IPv4Network | IPv6Network
_PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")  # RFC 1918, RFC 4193


class ResponseOptions(Options):
    """`[response]`. The roles stand with the people in `[[organisation.people]]`."""

    report_address: str = ""
    """Mail to this address opens a ticket; it is consumed, never relayed."""
    manual: str = "misdirected-mail"
    """File of `response/manual/`, or a path to the organisation's own."""
    block_days: int = Field(default=90, gt=0)
    """Days until the block of a wrong address ends."""
    known_contact_hours: int = Field(default=24, gt=0)
    """Hours for which a known contact that was reported is held for the desk."""
    jurisdictions: tuple[Literal["JP", "EU", "UK", "US", "KR", "SG"], ...] = ("JP",)
    staff: tuple[str, ...] = ()
    """Further people whose reports are certain and who may work at the desk, beside those with a role."""
    inside_networks: tuple[Network, ...] = tuple(ip_network(network) for network in _PRIVATE)
    """A report by mail is certain when it came from here (the client, or whom its XFORWARD names) and the message was the reporter's own."""
