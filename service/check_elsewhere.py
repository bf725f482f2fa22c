"""What `check` must ask others: the database, the next hop, DNS, and with `--deep` the whole way of a report."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Literal

import dns.exception
import dns.resolver
from dns.asyncresolver import Resolver

from gateway.kept import MARK as PRUNED
from gateway.next_hop import NextHop, UnreachableError
from gateway.sandbox import Sandbox, SandboxError
from mail.address import split
from mail.text_of import missing
from notifier.round_trip import is_back, write
from service import check_reach
from service.check_drills import practice
from service.check_problem import Problem
from service.health import frozen
from service.opening import missing_folder
from service.settings import Settings
from store import migrate
from store.clock import Clock
from store.engine import Store, open_store
from store.errors import StoreError
from store.shelves import Shelves

FORGETS_WITHIN = timedelta(days=1)
STORE_LIMIT = 10.0
DNS_LIMIT = 2.0
ROUND_TRIP_LIMIT = 60.0
_LOOK_AGAIN = 0.5
_HOLDS, _OPENED, _SMALL = 1000, 20, 2**20
"""Of so many open messages so many of the newest are opened, if they have no more octets than that."""
ISOLATION = frozenset(
    ("address_space", "core", "files", "network", "parent", "privileges", "processes", "system_calls", "writing")
)
"""What a reader gives up before it reads (`gateway.sandbox_limits.close_in`)."""
_PACKAGES = {"libarchive": "libarchive13"}
_WITHOUT_WHICH_NOTHING = frozenset({"address_space", "network", "privileges"})


async def store(settings: Settings) -> AsyncIterator[Problem]:
    """See whether the database answers and has the schema this program needs."""
    url, lies_here = settings.store.url, settings.store.url.startswith("sqlite:///")
    shown = url.rpartition("@")[2] if "@" in url else url.removeprefix("sqlite:///")
    if lies_here and not await _exists(shown):
        folder = await asyncio.to_thread(missing_folder, settings)
        if folder and folder != settings.store.directory:  # that one `migrate` makes, and check_here.directory says it
            what, write = f"{folder}: no such folder", "make it and give it to the user Sekisho runs as"
        else:
            what, write = f"{shown}: no database yet", "sekisho migrate"
        yield Problem("error", "store.url", what, write)
        return
    try:
        async with asyncio.timeout(STORE_LIMIT):
            current = await asyncio.to_thread(migrate.is_current, url)
    except TimeoutError:
        write = "look who else holds the file" if lies_here else "look at the database server"
        yield Problem("error", "store.url", f"{shown} does not answer within {STORE_LIMIT:g} s", write)
        return
    except StoreError as error:
        write = (
            "look at the file and whose it is" if lies_here else "look at the address, the user and the database server"
        )
        yield Problem("error", "store.url", str(error), write)
        return
    if not current:
        yield Problem("error", "store.url", f"{shown}: the schema is not the one this program needs", "sekisho migrate")
        return
    async for problem in _frozen(settings):
        yield problem


async def _frozen(settings: Settings) -> AsyncIterator[Problem]:
    """See whether it came back from a backup; and what it says of practice."""
    if not await _exists(str(settings.store.link_key or settings.store.directory / "link.key")):
        return  # nobody has ever worked with it from here, and opening it would make the key as whoever checks
    try:
        store = open_store(settings.store, Clock())
    except StoreError:
        return  # a key: said by check_here.keys
    try:
        for line in await frozen(store):
            yield Problem("error", "store", line, "look at sekisho queue first")
        if late := await _forgets_late(store):
            yield Problem("warning", "store", late, "look at the relay's log for a duty that failed")
        if why := await _sealed_otherwise(store):
            write = "on every machine the same key, that of the one that held it (or of the day it was held)"
            yield Problem("error", "store.key", why, write)
        async for problem in check_reach.contact_tree(settings, store):
            yield problem
        for problem in await practice(store, Clock().now()):
            yield problem
    finally:
        await store.stop()


async def _forgets_late(store: Store) -> str:
    """Since when nothing was forgotten, where that is too long ago; "" while all is well, or where it never ran."""
    mark = await store.read(lambda shelves: shelves.marks.entry(PRUNED))
    late = mark is not None and Clock().now() - mark[1] > FORGETS_WITHIN
    return f"what has ended was last forgotten at {mark[1]:%Y-%m-%d %H:%M} UTC" if mark and late else ""


async def _sealed_otherwise(store: Store) -> str:
    """Why a message that is held cannot be opened with our key; "" where those that were looked at can."""

    def sealed(shelves: Shelves) -> dict[str, bytes]:
        some = [hold for hold in shelves.holds.open(limit=_HOLDS) if hold.size <= _SMALL]
        return {hold.id: shelves.holds.sealed_content(hold.id) for hold in some[-_OPENED:]}

    try:
        for hold_id, octets in (await store.read(sealed)).items():
            await asyncio.to_thread(store.seal.open, octets, hold_id)
    except StoreError as error:
        return str(error)
    return ""


async def next_hop(settings: Settings) -> AsyncIterator[Problem]:
    """See whether the next hop takes a connection, EHLO and, where it must, STARTTLS."""
    options = settings.next_hop
    try:
        hop = NextHop(options, settings.smtp.host_name, Clock())
    except OSError:
        return  # tls_ca: said by _files
    try:
        capabilities = await hop.probe()
    except UnreachableError as error:
        yield Problem("error", "next_hop", f"not reachable: {error}", "look at host, port and tls")
        return
    finally:
        await hop.stop()
    if capabilities.size and capabilities.size < settings.smtp.max_size:
        yield Problem(
            "warning",
            "smtp.max_size",
            f"the next hop takes only {capabilities.size} octets",
            f"max_size = {capabilities.size}",
        )


async def own_domains(settings: Settings, resolver: Resolver | None = None) -> AsyncIterator[Problem]:
    """See whether our own domains can get mail; what DNS did not say in time is unknown, not wrong."""
    if resolver is None and await _exists("/etc/resolv.conf"):
        resolver = Resolver()
    named = [*settings.organisation.domains]
    mailboxes = (settings.response.report_address, settings.notices.answer_address)
    for domain in dict.fromkeys([*named, *(split(address)[1] for address in mailboxes if address)]):
        problem = await _mx(resolver, domain)
        if problem:
            yield Problem("warning", f"DNS of {domain}", *problem)


async def _mx(resolver: Resolver | None, domain: str) -> tuple[str, str] | None:
    unknown = f"unknown: no answer within {DNS_LIMIT:g} s", "look at the resolver of this machine"
    if resolver is None:
        return unknown
    try:
        answer = await resolver.resolve(domain.encode("idna").decode(), "MX", lifetime=DNS_LIMIT)
    except dns.resolver.NXDOMAIN:
        return "the domain does not exist", "look at organisation.domains"
    except dns.resolver.NoAnswer:
        return "no MX record", "mail to it goes to the host of that name, if there is one (RFC 5321 5.1)"
    except (dns.exception.DNSException, OSError, UnicodeError):
        return unknown
    if [str(record.exchange) for record in answer] == ["."]:
        return "takes no mail (null MX, RFC 7505)", "look at organisation.domains"
    return None


async def sandbox(settings: Settings) -> AsyncIterator[Problem]:
    """See whether readers of attachments start, what they lack, and what this machine lets them give up before they read."""
    readers = Sandbox(settings.sandbox.model_copy(update={"processes": 1}), Clock())
    try:
        await readers.start()
    except SandboxError as error:
        yield Problem("error", "sandbox", f"does not start: {error}", "look at memory in [sandbox] and at the log")
        return
    finally:
        await readers.stop()
    for name, kinds in missing().items():
        what = f"{name} is not on this machine: {', '.join(kinds)} cannot be inspected"
        yield Problem("warning", "sandbox", what, f"install it (Debian: {_PACKAGES.get(name, name)})")
    for name in sorted(ISOLATION - set(readers.isolation)):
        severity: Literal["error", "warning"] = "error" if name in _WITHOUT_WHICH_NOTHING else "warning"
        yield Problem(
            severity, "sandbox", f"this machine does not let a reader give up: {name}", "see docs/operate.md, Sandbox"
        )


async def _exists(path: str) -> bool:
    return await asyncio.to_thread(os.path.exists, path)  # False, too, in a folder that this user may not enter


async def round_trip(settings: Settings, limit: float = ROUND_TRIP_LIMIT) -> AsyncIterator[Problem]:
    """Send one mail the way questions leave, to the report address, and wait until the running relay has it back.

    It goes through the outbox like every notice, so the notices' next hop, the mail server's route to us and our own
    listener are all on its way. The relay knows it by its Message-ID, consumes it and writes the audit log; no ticket opens.
    """
    address = settings.response.report_address
    if not address:
        yield Problem(
            "error",
            "response.report_address",
            "is not set: nobody can report by mail",
            f"moredashita@{settings.organisation.domains[0]}",
        )
        return
    clock = Clock()
    store = open_store(settings.store, clock)
    try:
        await store.start()
        notice = write(settings.organisation, settings.notices, address, clock.now())
        await store.commit(lambda shelves: shelves.outbox.add(notice))
        state = await _came_back(store, clock, notice.id, limit)
    except StoreError as error:
        yield Problem("error", "store", str(error), "look at the database")
        return
    finally:
        await store.stop()
    if state:
        yield Problem(
            "error",
            "response.report_address",
            f"a mail to {address} did not come in: {state}",
            "sekisho snippet",
        )


async def _came_back(store: Store, clock: Clock, notice_id: str, limit: float) -> str:
    """Wait for it; "" when it came, else how far it got; not longer once it was refused."""
    until = clock.monotonic() + limit
    while True:
        if await store.read(lambda shelves: is_back(shelves, notice_id)):
            return ""
        notice = await store.read(lambda shelves: shelves.outbox.get(notice_id))
        if notice and notice.state == "failed":
            return f"the mail server refused it: {notice.reply}"
        if clock.monotonic() > until:
            if notice is None or notice.state == "waiting":
                return f"within {limit:g} s nobody sent it (is the relay running?) {notice.reply if notice else ''}".rstrip()
            return f"the mail server took it ({notice.reply}), and did not send it on to us within {limit:g} s"
        await clock.sleep(_LOOK_AGAIN)
