"""What the relay can be told: listeners, next hop, who is asked, how long a message waits."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from gateway.policy_tables import Scope
from notifier.options import Duration, Octets, Options, TimeLimit, TlsMode

Network = IPv4Network | IPv6Network


class Tls(Options):
    """`[smtp.tls]`: STARTTLS towards clients; offered when both files are given."""

    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    """Clients that show a certificate of this authority may relay, unless they come from a shared network."""
    client_names: tuple[str, ...] = ()
    """Of those only whose certificate carries one of these DNS names; empty: all."""


class Clients(Options):
    """`[[smtp.clients]]`: networks that may relay, and what those must prove that are shared with strangers."""

    networks: tuple[Network, ...] = Field(min_length=1)
    shared: bool = False
    """Strangers send from these addresses, too: relay needs every proof that is named here, and a reverse-path of ours."""
    originator_org: str | tuple[str, ...] = ()
    """Proof: the one X-OriginatorOrg of the header says this domain, or one of these (Exchange Online puts it on)."""
    secret_header: str = ""
    """Proof: the one field of this name says the secret; it is taken out before anything else is done with the message."""
    secret_file: Path | None = None
    """File with that secret, mode 0600; several lines are several secrets, and each is good."""
    certificate_names: tuple[str, ...] = ()
    """Proof: a certificate of `client_ca` that carries one of these DNS names."""
    reverse_paths: tuple[str, ...] = ()
    """Reverse-paths outside our domains that may relay with the proof: addresses, or `@domain`."""


class Smtp(Options):
    """`[smtp]`."""

    listen: tuple[str, ...] = ("127.0.0.1:10025",)
    host_name: str = ""
    """What we call ourselves in the greeting and the Received line; empty: the machine's name, asked once at start."""
    client_networks: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"),)
    """Who may relay; nobody else, ever."""
    clients: tuple[Clients, ...] = ()
    """Further networks that may relay, and what they must prove."""
    xforward_networks: tuple[Network, ...] = ()
    """Clients whose XFORWARD is believed."""
    max_size: Octets = Field(default=50 * 1024 * 1024, gt=0)
    max_recipients: int = Field(default=1000, gt=0)
    max_connections: int = Field(default=1000, gt=0)
    max_connections_per_client: int = Field(default=500, gt=0)
    """One mail server in front is one client, and its connections may be slow together."""
    timeout: TimeLimit = Field(default=300, gt=0)
    """Seconds without a command or without a chunk of data."""
    min_rate: Octets = Field(default=100, ge=0)
    """Octets a second that a client must send of a content, on average over any `timeout`; 0: any. What is slower gets 421."""
    max_junk: int = Field(default=100, gt=0)
    """Commands between two accepted messages that bring none forward (NOOP, RSET, a message that was refused); one more gets 421."""
    max_errors: int = Field(default=20, gt=0)
    """Errors of protocol between two accepted messages (unknown command, wrong order, wrong arguments); one more gets 421."""
    spool_above: Octets = Field(default=256 * 1024, gt=0)
    """Messages larger than this many octets wait in a file without a name, not in memory."""
    spool_directory: Path | None = None
    """Where those files are; empty: the machine's place for temporary files (TMPDIR, /tmp)."""
    max_received: int = Field(default=100, gt=0)
    """More Received lines than this are a loop (RFC 5321 6.3)."""
    stamp_file: Path | None = None
    """File with the word of the stamp on what we hand on, mode 0600; what comes in with one of its words is a loop."""
    tls: Tls = Tls()


class NextHopOptions(Options):
    """`[next_hop]`."""

    host: str | tuple[str, ...] = "127.0.0.1"
    port: int = Field(default=10026, ge=1, le=65535)
    tls: TlsMode = "opportunistic"
    tls_ca: Path | None = None
    """Authorities to trust; empty: the machine's."""
    tls_name: str = ""
    """Name that the certificate must carry with tls = "required"; empty: the host."""
    host_name: str = ""
    """What we say in EHLO; empty: as `[smtp]`."""
    connections: int = Field(default=20, gt=0)
    connect_timeout: TimeLimit = Field(default=10, gt=0)
    command_timeout: TimeLimit = Field(default=30, gt=0)
    data_timeout: TimeLimit = Field(default=50, gt=0)
    """Seconds for the answer to the final dot."""
    idle: TimeLimit = Field(default=30, gt=0)
    """Seconds a connection is kept open unused."""
    retry_first: Duration = Field(default=60, gt=0)
    """Seconds until a recipient who was refused for now is tried again; doubled each time, at most an hour."""
    retry_for: Duration = Field(default=5 * 86400, gt=0)
    """Seconds until we give up and tell the sender."""


class SenderClass(Options):
    """`[[senders]]`: mail that nobody can be asked about, or a mailbox with several people behind it."""

    kind: Literal["person", "team", "machine", "bulk"]
    addresses: tuple[str, ...] = ()
    """Reverse-paths: whole addresses, or `@domain`."""
    networks: tuple[Network, ...] = ()
    listeners: tuple[str, ...] = ()
    owner: str = ""
    """Of machine and bulk mail: held for this person instead of passing with a note."""
    members: tuple[str, ...] = ()
    """Of a team: who may answer; empty: the people whose `teams` name it."""


class Exemption(Options):
    """`[[exemptions]]`: what is not asked about; never without owner, reason and expiry."""

    senders: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Groups of senders, by their names in `[gate.groups]`."""
    recipients: tuple[str, ...] = ()
    """What is asked about these; what is found in content only by a rule named here, and where every outside recipient is one of them."""
    clients: tuple[Network, ...] = ()
    rules: tuple[str, ...] = ()
    """Which rules; empty: all but `recipient-blocked`."""
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    until: date


def with_groups(exemptions: Iterable[Exemption], groups: Mapping[str, tuple[str, ...]]) -> tuple[Exemption, ...]:
    """The exemptions with the members of their groups among their senders; one whose groups are empty is for nobody."""
    named = ((e, tuple(address for name in e.groups for address in groups.get(name, ()))) for e in exemptions)
    return tuple(
        e.model_copy(update={"senders": (*e.senders, *members)})
        for e, members in named
        if members or e.senders or not e.groups
    )


class HabitOptions(Options):
    """`[hold.habit]`: when a rule asks in vain."""

    retire_answers: int = Field(default=50, gt=0)
    """From so many answers in 90 days on a rule is looked at."""
    retire_changed: float = Field(default=0.01, ge=0, le=1)
    """Where no more than this share of its answers changed something, the admin's page shows it as one to retire."""


class FrictionOptions(Options):
    """`[hold.friction]`: a second look for those who confirm without reading."""

    after: int = Field(default=0, ge=0)
    """After so many answers in a row that left everything as it was and came at once; 0: never, and nothing is remembered."""
    within: Duration = Field(default=5, gt=0)
    """Seconds from the page to the answer that count as at once."""


class HoldOptions(Options):
    """`[hold]`."""

    deadline: Duration = Field(default=24 * 3600, gt=0)
    """Seconds of working time until an unanswered message is cancelled."""
    remind_after: Duration = Field(default=15 * 60, gt=0)
    """Seconds until the first reminder."""
    delay: Duration = Field(default=0, ge=0)
    """Seconds until what is only delayed leaves by itself; 0: a rule's own "delay" asks like "hold"."""
    scope: Scope = "message"
    """Whom a doubt about a recipient stops: everybody, or only that recipient."""
    bring_back: Duration = Field(default=7 * 86400, gt=0)
    """Seconds in which a cancelled message can be brought back, and its link shows the state."""
    signs_afterwards: bool = False
    """We or the next hop sign with DKIM after us: altering a signed message is offered."""
    must_pass: tuple[str, ...] = ()
    """Reverse-paths that are never held."""
    colleagues: bool = True
    """Colleagues in To or Cc of a held message get a link with which they may stop it."""
    many: int = Field(default=10, ge=0)
    """So many messages of one sender within `many_within` are asked about one by one; further ones in a digest. 0: all one by one."""
    many_within: Duration = Field(default=10 * 60, gt=0)
    """Seconds; also how far apart such digests are."""
    morning: time | Literal[""] = time(8, 30)
    """When each working day people are told what waits for them; "": never."""
    confirmed_days: int = Field(default=180, ge=0)
    """So long nobody is asked again about the very file that was confirmed for the same domains; 0: asked each time."""
    sign_in_persons: int = Field(default=0, ge=0)
    """From personal data of so many persons on whoever lets a message go signs in first; 0: the link is enough."""
    habit: HabitOptions = HabitOptions()
    friction: FrictionOptions = FrictionOptions()


class GateOptions(Options):
    """`[gate]`."""

    start: Literal["normal", "observe", "open", "hold-all"] = "observe"
    """The position until somebody sets another."""
    groups: dict[Annotated[str, Field(max_length=64)], tuple[str, ...]] = Field(default_factory=dict)
    """Groups of senders (addresses or @domain) for `sekisho gate --group`."""


class FactsOptions(Options):
    """`[facts]`: how long the gathering of facts may take."""

    dns_timeout: TimeLimit = Field(default=1.5, gt=0)
    dns_servers: tuple[str, ...] = ()
    """Name servers to ask, as address or address:port; empty: those of this machine."""


class SandboxOptions(Options):
    """`[sandbox]`: reading attachments in processes that may be killed."""

    processes: int = Field(default=2, gt=0)
    """As many again are started beside those that work on one message for longer than a quarter of `wait`."""
    memory: Octets = Field(default=1024**3, gt=0)
    cpu: Duration = Field(default=20, gt=0)
    wall: Duration = Field(default=30, gt=0)
    wait: Duration = Field(default=8, gt=0)
    """Seconds for a process to become free; then 451. With `wall` and the next hop's times less than a client waits (100 s)."""
    messages: int = Field(default=20_000, gt=0)
    """A process is replaced after so many messages."""
    own_fault_share: float = Field(default=0.02, ge=0, le=1)
    """When mail of more than this share of the senders of 5 minutes (and of at least 3) could not be read by our own fault,
    answer 451 and alarm."""
