"""Envelope: who sent a message to whom by SMTP, exactly as the client said it (RFC 5321 2.3.1)."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Client:
    """The mail server or program that handed us the message."""

    address: str
    """IP address; for XFORWARD from an authorised host the one it names."""
    helo: str = ""
    name: str = ""
    """Reverse name where known; never looked up in the message's way."""
    tls: str = ""
    """Protocol version, for example TLSv1.3; empty on a plain connection."""
    listener: str = ""
    """The `listen` entry that took the connection."""
    certificate: str = ""
    """SHA-256 fingerprint of the verified client certificate, lower-case hex; empty without."""


@dataclass(frozen=True, slots=True)
class ForwardPath:
    """One RCPT TO (RFC 5321 4.1.1.3) with its DSN parameters (RFC 3461 4.1, 4.2)."""

    address: str
    notify: tuple[str, ...] = ()
    """NEVER, or of SUCCESS, FAILURE, DELAY; empty: not said."""
    orcpt: str = ""
    """As given, xtext kept: `rfc822;bob@example.jp`."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One MAIL transaction. Judged and sent are the very same strings."""

    id: str
    """The queue id that every log line of this message carries."""
    reverse_path: str
    """Empty for `<>`."""
    forward_paths: tuple[ForwardPath, ...]
    client: Client
    received_at: datetime
    size: int = 0
    """SIZE as declared (RFC 1870), 0 where not."""
    body: str = ""
    """7BIT, 8BITMIME or empty."""
    smtputf8: bool = False
    ret: str = ""
    """FULL, HDRS or empty (RFC 3461 4.3)."""
    envid: str = ""
    """xtext as given (RFC 3461 4.4)."""
    auth: str = ""
    """AUTH= of MAIL (RFC 4954 5), xtext as given."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses of the forward-paths in their order."""
        return tuple([path.address for path in self.forward_paths])

    def only(self, addresses: frozenset[str]) -> "Envelope":
        """The same envelope for some of its recipients."""
        return replace(self, forward_paths=tuple(p for p in self.forward_paths if p.address in addresses))
