"""A DNS server on loopback that answers from a table, is silent about some names, and counts what it was asked."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[str, Mapping[str, str]]
"""Name → type → data. A name that is not there does not exist; one without the type asked for has none of it."""


class NameServer(asyncio.DatagramProtocol):
    """One UDP socket."""

    def __init__(self, zone: Zone, silent: frozenset[str]) -> None:
        self.asked: Counter[str] = Counter()
        self.address = ""
        self._zone = zone
        self.silent = silent
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Note where we are."""
        self._transport = transport
        host, port = transport.get_extra_info("sockname")
        self.address = f"{host}:{port}"

    def datagram_received(self, data: bytes, peer: Any) -> None:
        """Answer a question, or do not."""
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        self.asked[name] += 1
        if name in self.silent:
            return
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        records = self._zone.get(name)
        if records is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif found := records.get(dns.rdatatype.to_text(question.rdtype)):
            response.answer.append(dns.rrset.from_text(question.name, 300, "IN", question.rdtype, found))
        self._transport.sendto(response.to_wire(), peer)

    def close(self) -> None:
        """Give the port back."""
        self._transport.close()


@asynccontextmanager
async def name_server(zone: Zone, silent: frozenset[str] = frozenset()) -> AsyncIterator[NameServer]:
    """A server that runs while the block does."""
    loop = asyncio.get_running_loop()
    _, server = await loop.create_datagram_endpoint(lambda: NameServer(zone, silent), local_addr=("127.0.0.1", 0))
    try:
        yield server
    finally:
        server.close()
