"""Reach: whether a domain takes mail, asked of DNS within a time limit and remembered; what was not said in time is unknown.

That a name does not exist is believed only of name servers that know the world: one in a closed network denies everything.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from mail.address import ascii_domain, domain_key
from rules.base import Reach
from store.clock import Clock

KEPT: Final = 10_000
"""Domains that are remembered at most."""
LONGEST: Final = 3600.0
"""Seconds after which a domain is asked about anew, however long its records say they hold."""
SHORTEST: Final = 60.0
"""Seconds for which an answer is good at least, and an answer that never came."""
SILENT: Final = 3
"""After so many questions in a row that nobody answered, nobody waits for an answer until one comes."""
AT_ONCE: Final = 50
"""Questions that are open together: each has a socket of its own, and one message may name a thousand domains."""
_WORLD: Final = dns.name.from_text("com.")
_RESERVED: Final = frozenset({"example", "test", "invalid", "localhost", "local", "internal", "onion", "alt"})
_DOCUMENTED: Final = frozenset({"example.com", "example.net", "example.org"})


@dataclass(frozen=True, slots=True)
class _Kept:
    reach: Reach
    until: float


class Reaches:
    """Asks about domains; one question at a time about each, whoever waits for it."""

    def __init__(self, clock: Clock, timeout: float, servers: tuple[str, ...] = ()) -> None:
        """`timeout`: seconds anybody waits. `servers`: addresses, or address:port; empty: those of this machine.

        Servers that are named are believed; those of this machine are not asked about reserved names (RFC 2606, RFC 6761).
        """
        self._clock = clock
        self._timeout = timeout
        self._servers = servers
        self._resolver: dns.asyncresolver.Resolver | None = None
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Reach]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._unanswered = 0
        self._world: tuple[bool, float] = (False, 0.0)
        """Whether the servers know the world, and until when that is good."""

    async def of(self, addresses: Iterable[str]) -> Mapping[str, Reach]:
        """By address, without those of reserved names; `Reach.UNKNOWN` for what was not answered in time.

        The answer that comes later is there for the next one.
        """
        domains = {a: domain for a in addresses if not self._is_reserved(domain := domain_key(a.rpartition("@")[2]))}
        asked = {domain: self._ask(domain) for domain in set(domains.values()) if self._known(domain) is None}
        if asked:
            await asyncio.wait(asked.values(), timeout=self._timeout if self._unanswered < SILENT else 0)
        found = {domain: task.result() for domain, task in asked.items() if task.done() and not task.cancelled()}
        return {a: self._known(d) or found.get(d, Reach.UNKNOWN) for a, d in domains.items()}

    @property
    def asking(self) -> tuple[asyncio.Task[Reach], ...]:
        """Questions that have no answer yet."""
        return tuple(self._asking.values())

    async def stop(self) -> None:
        """Ask no more."""
        for task in self.asking:
            task.cancel()
        await asyncio.gather(*self.asking, return_exceptions=True)

    def _known(self, domain: str) -> Reach | None:
        kept = self._kept.get(domain)
        return kept.reach if kept and kept.until > self._clock.monotonic() else None

    def _ask(self, domain: str) -> asyncio.Task[Reach]:
        task = self._asking.get(domain)
        if task is None:
            task = self._asking[domain] = asyncio.create_task(self._answer_in_turn(domain))
            task.add_done_callback(lambda _: self._asking.pop(domain, None))
        return task

    async def _answer_in_turn(self, domain: str) -> Reach:
        """Whose turn comes when nobody waits any more is not asked about: unknown, until somebody wants to know again."""
        begun = self._clock.monotonic()
        async with self._turns:
            too_late = self._clock.monotonic() - begun > self._timeout
            return Reach.UNKNOWN if too_late else await self._answer(domain)

    async def _answer(self, domain: str) -> Reach:
        if self._resolver is None:
            self._resolver = _resolver(self._servers)
            self._resolver.timeout = self._timeout / 2  # of one try: a lost datagram is sent again in time
        reach, seconds = await _looked_up(self._resolver, domain, 2 * self._timeout)
        self._unanswered = self._unanswered + 1 if not seconds else 0
        if reach in {Reach.NO_DOMAIN, Reach.NO_HOST} and not await self._know_the_world():
            reach = Reach.UNKNOWN
        self._kept[domain] = _Kept(reach, self._clock.monotonic() + min(LONGEST, max(SHORTEST, seconds)))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return reach

    def _is_reserved(self, domain: str) -> bool:
        """Names that stand in documents and tests, and address literals (RFC 5321 4.1.3): DNS says nothing of them."""
        if domain.startswith("["):
            return True
        return not self._servers and (domain.rpartition(".")[2] in _RESERVED or domain in _DOCUMENTED)

    async def _know_the_world(self) -> bool:
        assert self._resolver is not None
        if self._servers:
            return True
        knows, until = self._world
        if until <= self._clock.monotonic():
            try:
                await self._resolver.resolve(_WORLD, "NS", lifetime=self._timeout)
                knows = True
            except (dns.exception.DNSException, OSError):
                knows = False
            self._world = knows, self._clock.monotonic() + (LONGEST if knows else SHORTEST)
        return knows


def _resolver(servers: tuple[str, ...]) -> dns.asyncresolver.Resolver:
    try:
        found = dns.asyncresolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration:
        found = dns.asyncresolver.Resolver(configure=False)  # nobody to ask: every answer is unknown
    found.use_search_by_default = False
    if servers:
        hosts = [server.rsplit(":", 1) if server.count(":") == 1 else [server, "53"] for server in servers]
        found.nameservers = [dns.nameserver.Do53Nameserver(host, int(port)) for host, port in hosts]
    return found


async def _looked_up(resolver: dns.asyncresolver.Resolver, domain: str, lifetime: float) -> tuple[Reach, float]:
    """What DNS says (RFC 5321 5.1), and for how many seconds it holds; 0 where nobody answered."""
    try:
        name = dns.name.from_text(ascii_domain(domain))
        if name == dns.name.root:
            return Reach.UNKNOWN, SHORTEST
        answer = await resolver.resolve(name, "MX", lifetime=lifetime)
    except dns.resolver.NXDOMAIN:
        return Reach.NO_DOMAIN, SHORTEST
    except dns.resolver.NoAnswer:
        return await _by_address(resolver, name, lifetime)
    except dns.exception.Timeout:
        return Reach.UNKNOWN, 0
    except (dns.exception.DNSException, OSError, UnicodeError, ValueError):
        return Reach.UNKNOWN, SHORTEST
    null = len(answer) == 1 and answer[0].exchange == dns.name.root  # RFC 7505 3
    return (Reach.NULL_MX if null else Reach.TAKES), answer.rrset.ttl if answer.rrset else SHORTEST


async def _by_address(
    resolver: dns.asyncresolver.Resolver, name: dns.name.Name, lifetime: float
) -> tuple[Reach, float]:
    """Without MX an address stands for one (RFC 5321 5.1); only when both kinds are surely missing there is no host."""
    unknown = False
    for kind in ("A", "AAAA"):
        try:
            answer = await resolver.resolve(name, kind, lifetime=lifetime)
        except dns.resolver.NXDOMAIN:
            return Reach.NO_DOMAIN, SHORTEST
        except dns.resolver.NoAnswer:
            continue
        except (dns.exception.DNSException, OSError):
            unknown = True
            continue
        return Reach.TAKES, answer.rrset.ttl if answer.rrset else SHORTEST
    return (Reach.UNKNOWN if unknown else Reach.NO_HOST), SHORTEST
