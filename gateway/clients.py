"""Clients: who may relay, and which proof of the tenant a network owes that is shared with strangers (docs/decisions/0010).

Decided by the connection and the reverse-path when the first recipient is named, and by the header after the final dot. What
XFORWARD, HELO or the body say counts for nothing, and whatever is not certain is a refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hmac import compare_digest
from typing import Final, Protocol

from gateway import replies
from gateway.content import Content, is_clean
from gateway.options import Clients, Smtp
from gateway.replies import Reply
from gateway.senders import is_in_networks, is_listed
from mail.address import is_inside
from mail.headers import Headers
from store.seal import read_secrets

MAX_HEADER: Final = 256 * 1024
"""Octets of a header in which a proof is looked for; a longer one proves nothing."""


class Peer(Protocol):
    """What is certain about the other end of a connection."""

    address: str
    tls_version: str
    certificate: str
    certificate_names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a transaction may not relay."""

    reply: Reply
    lacks: str = ""
    """What a client of a shared network did not have, in one word for log and metrics; empty: it is no client at all."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """One `[[smtp.clients]]` that is shared."""

    options: Clients
    organisations: frozenset[bytes]
    secrets: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, options: Clients) -> "Tenant":
        """Reads the secrets. Raises `store.errors.KeyFileError`."""
        named = (options.originator_org,) if isinstance(options.originator_org, str) else options.originator_org
        secrets = read_secrets(options.secret_file) if options.secret_file else ()
        return cls(options, frozenset(name.lower().encode() for name in named if name), secrets)

    @property
    def asks_header(self) -> bool:
        """Whether a proof stands in the header."""
        return bool(self.organisations or self.secrets)

    def lacks(self, peer: Peer, reverse_path: str, domains: frozenset[str]) -> str:
        """What is missing before the content; empty: nothing."""
        wanted = {name.lower() for name in self.options.certificate_names}
        if not wanted and not self.asks_header:
            return "proof"  # none is named: the settings refuse that, too
        if wanted and not wanted & peer.certificate_names:
            return "certificate"
        listed = is_inside(reverse_path, domains) or is_listed(reverse_path, self.options.reverse_paths)
        if reverse_path and not listed:
            return "reverse-path"
        # In clear the secret would have been read by others on its way: it is not even asked for.
        return "tls" if self.secrets and not peer.tls_version else ""

    def lacks_in(self, headers: Headers) -> str:
        """What is missing in the header; a proof that stands there twice is none."""
        if self.organisations and _only(headers, "x-originatororg").lower() not in self.organisations:
            return "originator_org"
        said = _only(headers, self.options.secret_header)
        # Each is compared: how long it takes says nothing of which was nearly right.
        if self.secrets and not sum(compare_digest(said, secret) for secret in self.secrets):
            return "secret"
        return ""


@dataclass(frozen=True, slots=True)
class Permit:
    """What a transaction may do. Every content passes through `lacks` before anybody takes it."""

    tenants: tuple[Tenant, ...] = ()
    """One of them must be proven; empty: nothing is left to prove."""
    automatic_only: bool = False
    """The reverse-path is null: only reports and automatic answers (RFC 3834, RFC 6522)."""
    nobody: bool = False

    @property
    def is_free(self) -> bool:
        """Whether no content needs a look."""
        return not (self.nobody or self.automatic_only or any(tenant.asks_header for tenant in self.tenants))

    def lacks(self, content: Content) -> str:
        """What the content does not prove; empty: it may be taken, and no secret stands in it any more."""
        if self.is_free or self.nobody:
            return "permit" if self.nobody else ""
        head = content.head(MAX_HEADER + 1)
        headers = Headers(head, MAX_HEADER)
        # Where one reader ends the header another may read on: a second proof could stand there.
        if headers.over or headers.cut_short or not is_clean(head[: headers.body_start]):
            return "header"
        missing = [tenant.lacks_in(headers) for tenant in self.tenants]
        if all(missing):
            return missing[0]
        if self.automatic_only and not headers.is_automatic:
            return "automatic"
        _take_out(content, headers, {tenant.options.secret_header for tenant in self.tenants if tenant.secrets})
        return ""


NOBODY: Final = Permit(nobody=True)


class Admission:
    """Who may relay, as the settings say."""

    def __init__(self, options: Smtp, domains: frozenset[str]) -> None:
        """`domains`: ours, as `mail.address.domain_key` makes them. Raises `store.errors.KeyFileError` for a secret."""
        self._domains = domains
        self._own = (*options.client_networks, *(n for c in options.clients if not c.shared for n in c.networks))
        self._tenants = tuple(Tenant.of(clients) for clients in options.clients if clients.shared)
        self._names = frozenset(name.lower() for name in options.tls.client_names)
        self._look_up = lru_cache(maxsize=1024)(self._find)

    def permit(self, peer: Peer, reverse_path: str) -> Permit | Refusal:
        """What a transaction of this client may do. A shared network stays one, whatever else names it or opens to it."""
        tenants, own = self._look_up(peer.address)
        if not tenants:
            certified = peer.certificate and (not self._names or self._names & peer.certificate_names)
            return Permit() if own or certified else Refusal(replies.NOT_A_CLIENT)
        lacking = [tenant.lacks(peer, reverse_path, self._domains) for tenant in tenants]
        left = tuple(tenant for tenant, lacks in zip(tenants, lacking, strict=True) if not lacks)
        if left:
            return Permit(left, automatic_only=not reverse_path)
        if "tls" in lacking:
            return Refusal(replies.NEEDS_TLS, "tls")
        return Refusal(replies.NOT_A_CLIENT, lacking[0])

    def _find(self, address: str) -> tuple[tuple[Tenant, ...], bool]:
        tenants = tuple(t for t in self._tenants if is_in_networks(address, t.options.networks))
        return tenants, is_in_networks(address, self._own)


def _only(headers: Headers, name: str) -> bytes:
    """The one value of that name, not decoded; empty where there is none or more than one."""
    found = headers.raw(name)
    return found[0].strip(b" \t\r\n") if len(found) == 1 else b""


def _take_out(content: Content, headers: Headers, names: Iterable[str]) -> None:
    """Cut the fields of these names out, the last first: what stands before it keeps its place."""
    fields = [f for name in names for f in headers.ranges(name)]
    for found in sorted(fields, key=lambda f: f.start, reverse=True):
        content.cut(found.start, found.end)
