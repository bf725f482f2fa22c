"""XFORWARD: what a trusted mail server before us says of its own client (Postfix XFORWARD_README)."""

from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final

from gateway.smtp.paths import Malformed, un_xtext
from mail.envelope import Client, Envelope

ATTRIBUTES: Final = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")
_UNKNOWN: Final = {"[UNAVAILABLE]", "[TEMPUNAVAIL]"}
MAX_VALUE: Final = 255


@dataclass(frozen=True, slots=True)
class Origin:
    """The client of the client, as far as it was named."""

    address: str = ""
    name: str = ""
    helo: str = ""

    def with_attributes(self, argument: str) -> "Origin":
        """Later attributes are added to earlier ones. Raises Malformed.

        >>> Origin().with_attributes("NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1").address
        '2001:db8::1'
        """
        found = self
        for word in argument.split():
            name, equals, value = word.partition("=")
            if name.upper() not in ATTRIBUTES or not equals or len(value) > MAX_VALUE:
                raise Malformed(word)
            plain = "" if value.upper() in _UNKNOWN else un_xtext(value)
            match name.upper():
                case "ADDR":
                    found = replace(found, address=_address(plain))
                case "NAME":
                    found = replace(found, name=plain)
                case "HELO":
                    found = replace(found, helo=plain)
                case _:
                    pass  # of no use to us
        return found

    def instead_of(self, client: Client) -> Client:
        """The client as the envelope names it."""
        if not self.address and not self.helo and not self.name:
            return client
        return replace(client, address=self.address or client.address, name=self.name, helo=self.helo or client.helo)


def _address(text: str) -> str:
    if not text:
        return ""
    try:
        return str(ip_address(text[5:] if text[:5].upper() == "IPV6:" else text))
    except ValueError as error:
        raise Malformed(text) from error


def command(envelope: Envelope, taken: frozenset[str]) -> str:
    """Our own XFORWARD for the next hop, with the attributes it takes; empty for none."""
    client = envelope.client
    address = f"IPV6:{client.address}" if ":" in client.address else client.address
    values = {"ADDR": address, "NAME": client.name, "HELO": client.helo, "IDENT": envelope.id}
    words = [f"{name}={_xtext(value) or '[UNAVAILABLE]'}" for name, value in values.items() if name in taken]
    return "XFORWARD " + " ".join(words) if words else ""


def _xtext(value: str) -> str:
    """RFC 3461 4; what is longer than a name can be is cut."""
    return "".join(
        chr(octet) if 0x21 <= octet <= 0x7E and chr(octet) not in "+=" else f"+{octet:02X}"  # noqa: PLR2004 - printable ASCII
        for octet in value[:MAX_VALUE].encode("utf-8", "replace")
    )
