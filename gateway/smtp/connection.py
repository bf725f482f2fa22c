"""The connection under a session: what is replaced in aiosmtpd's SMTP, so that nothing is lost, altered or believed too early.

aiosmtpd drives the connection and reads the commands. Here stand the answers, the time limits, the octets of a content in bulk, and
that a hand-over to the receiver outlives the client. Its private names are touched here, in bare.py and in starttls.py only, and
tests/gateway/test_aiosmtpd_contract.py holds each of them in place.
"""

import asyncio
import ssl
from ipaddress import ip_address
from typing import Final, cast

from gateway import maillog, replies
from gateway.options import Smtp
from gateway.replies import Reply
from gateway.smtp.bare import BareSMTP
from gateway.smtp.collector import ChunkCollector, DataCollector
from gateway.smtp.patience import Patience

LINGER: Final = 30.0  # seconds in which a client that was sent away may read why
TURN: Final = 256 * 1024  # octets of a content; then it is the neighbours' turn
MAX_BATCH: Final = 100  # answers in one write; then it is the neighbours' turn


class Connection(BareSMTP):
    """One connection of a client; the commands are the subclass's."""

    def __init__(self, host_name: str, options: Smtp, tls: ssl.SSLContext | None) -> None:
        super().__init__(host_name)
        self.tls_context = tls
        self.address = ""
        """Of the peer, never what XFORWARD says."""
        self.tls_version = ""
        self.certificate = ""
        """SHA-256 of the verified client certificate."""
        self.certificate_names: frozenset[str] = frozenset()
        """Its DNS names (RFC 5280 4.2.1.6), lower case; the common name counts for nothing (RFC 9525 2)."""
        self._timeout_duration = options.timeout
        self._min_rate = options.min_rate
        self._patience = Patience(options)
        self._deadline = 0.0
        self._answers: list[bytes] = []
        self._collector: DataCollector | ChunkCollector | None = None
        self._arrived: asyncio.Future[None] | None = None
        self._in_turn = 0
        self._handing_over = False
        self._ended = False
        self._gone = False

    # What the session fills in.

    def admit(self) -> Reply | None:
        """Called with the first octet not yet read: a reply refuses the connection."""

    def forget(self) -> None:
        """Called once when the connection is gone."""

    def reset(self) -> None:
        """Forget the transaction."""

    # Coming, going, time.

    @property
    def in_data(self) -> bool:
        """Whether a message is on its way in or to the receiver."""
        return self._collector is not None or self._handing_over

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or refuse it."""
        transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self.address = _address_of(transport)
        if refusal := self.admit():
            transport.write(line(refusal))
            transport.close()
            return
        super().connection_made(transport)
        assert self._handler_coroutine is not None
        self._handler_coroutine.add_done_callback(_heard)

    def eof_received(self) -> bool | None:
        """A client that has only closed its sending side still hears the answer to its message."""
        if self.session is None:
            return False
        if self._handing_over and not self.tls_version:
            self._ended = True
            return True
        return super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection; a hand-over that runs goes on."""
        if self.session is None or self._gone:
            return
        self._gone = True
        super().connection_lost(error)
        self.forget()

    def say_goodbye(self, reply: Reply) -> None:
        """Answer unasked or for the last time, and close. Commands that are here already are not read any more."""
        if self.transport is None or self.transport.is_closing():
            return
        self._early(None)
        self._answers.append(line(reply))
        self._send()
        self.transport.close()
        assert self._handler_coroutine is not None
        self._handler_coroutine.cancel()
        if reply.code == 421 and reply is not replies.STOPPING:  # noqa: PLR2004 - RFC 5321 3.8
            maillog.sent_away(self.address, reply)

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Move the deadline. The one timer of a connection looks at it now and then: every command moves it."""
        self._deadline = self.loop.time() + (duration or self._timeout_duration)
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self._handing_over:  # the receiver has its own limits
            self._deadline = self.loop.time() + self._timeout_duration
        if self.loop.time() < self._deadline:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)
        elif self.transport is not None:
            # A peer that does not read either is cut off a little later.
            self._timeout_handle = self.loop.call_later(LINGER, self.transport.abort)
            self.say_goodbye(replies.IDLE_TOO_LONG)

    def _set_post_data_state(self) -> None:
        self.reset()

    # Answers.

    async def push(self, status: str | bytes) -> None:
        """Send what aiosmtpd itself has to say: the greeting, and that it could not read a command."""
        text = status if isinstance(status, str) else status.decode()
        if text == "500 Command line too long":
            await self.say(replies.LINE_TOO_LONG)
        elif text.startswith(("500 Error: (", "500 Error: Cannot describe")):
            await self.say(replies.TRY_LATER)  # our own fault twice over, and nobody's for good
        elif text.startswith("500 "):
            await self.say(replies.UNKNOWN_COMMAND)  # theirs repeats the word, control characters and all
        else:
            await self.write(text.encode() + b"\r\n")

    async def say(self, reply: Reply, *, progress: bool = False, in_vain: bool = False) -> None:
        """Answer a command, or end the connection of a client that asks without end (patience.py)."""
        if not progress and (enough := self._patience.spend(reply, in_vain=in_vain)):
            self.say_goodbye(enough)
        else:
            await self.write(line(reply), wait_for_more=True)

    async def write(self, octets: bytes, *, wait_for_more: bool = False) -> None:
        """Send an answer; it may wait for those to commands that are here already: one write for all (RFC 2920 3.2)."""
        self._answers.append(octets)
        if not wait_for_more or b"\n" not in self._reader._buffer:  # type: ignore[attr-defined]  # noqa: SLF001
            await self.flush()
        elif len(self._answers) >= MAX_BATCH:
            await self.flush()
            await asyncio.sleep(0)

    async def flush(self) -> None:
        """Send the answers that waited; when the client does not read them, wait until it does."""
        self._send()
        await self._writer.drain()

    def _send(self) -> None:
        if self._answers:
            self._writer.write(b"".join(self._answers))
            self._answers.clear()

    async def handle_exception(self, error: Exception) -> str:
        """Our own fault, never the message's: a temporary answer; the place goes to the log, the words of the error do not."""
        maillog.fault("session failed", error, client=self.address)
        return str(replies.TRY_LATER)

    # Content.

    def data_received(self, data: bytes) -> None:
        """Octets of a content go to the collector in bulk, everything else to aiosmtpd's reader."""
        if self._collector is None or self._arrived is None:
            super().data_received(data)
            return
        self._pay(len(data))
        rest = self._collector.feed(data)
        if rest is not None:
            if not self._arrived.done():
                self._arrived.set_result(None)
            self._arrived = None
            super().data_received(rest)
            return
        self._in_turn += len(data)
        if self._in_turn >= TURN:
            # uvloop reads on for as long as something is there, 8 MB at a time: a hundredth of a second for each large message.
            self._in_turn = 0
            self._stop_reading()

    def _stop_reading(self) -> None:
        """Go on reading in the next turn of the loop."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()
            self.loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def _pay(self, octets: int) -> None:
        """Octets of a content buy time, never more than silence may last: who sends drop by drop is not waited for (`min_rate`)."""
        limit = self.loop.time() + self._timeout_duration
        self._deadline = min(limit, self._deadline + octets / self._min_rate) if self._min_rate else limit

    async def collect(self, collector: DataCollector | ChunkCollector, go_ahead: Reply | None = None) -> None:
        """Give the collector all its octets. Cancelled when the client goes away."""
        self._deadline = min(self._deadline, collector.due)  # another BDAT alone buys no time
        self._collector, self._in_turn = collector, 0
        self._arrived = arrived = self.loop.create_future()
        try:
            self.data_received(self._early(collector.wants))
            if go_ahead is not None:
                await self.write(line(go_ahead))
            elif not arrived.done():
                await self.flush()  # before we wait
            await arrived
        except OSError:
            self.say_goodbye(replies.TRY_LATER)  # what is still to come of the content must not be read as commands
            raise
        finally:
            collector.due = self._deadline
            self._collector = self._arrived = None

    def _early(self, wanted: int | None) -> bytes:
        """Take what came together with the command, at most so many octets; None for all."""
        buffer: bytearray = self._reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001
        early = bytes(buffer[:wanted])
        del buffer[: len(early)]
        self._reader._maybe_resume_transport()  # type: ignore[attr-defined]  # noqa: SLF001
        return early

    async def shielded(self, hand_over: asyncio.Task[Reply]) -> Reply:
        """The answer of the receiver. Neither a time limit nor a lost connection stops it: it may have accepted already."""
        self._handing_over = True
        self._send()  # RFC 2920 3.2: before we wait
        try:
            return await asyncio.shield(hand_over)
        finally:
            self._handing_over = False
            self._reset_timeout()


def line(reply: Reply) -> bytes:
    """A reply as it is sent; a text of several lines as RFC 5321 4.2.1 has them."""
    *first, last = reply.text.split("\n")
    text = "".join(f"{reply.code}-{words}\r\n" for words in first) + f"{reply.code} {last}\r\n"
    return text.encode("ascii", "replace")


def _heard(task: asyncio.Task[None]) -> None:
    """A connection that broke while we answered is no news."""
    if not task.cancelled():
        task.exception()


def _address_of(transport: asyncio.Transport) -> str:
    peer = transport.get_extra_info("peername")
    if not isinstance(peer, tuple):
        return ""  # gone already
    address = ip_address(str(peer[0]).partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
