"""Reading: octets of a connection → commands and contents, in their turn.

No command waits: what has to be waited for (a hand-over, a handshake, a client that does not read its answers, the neighbours) is a
state in which nothing is read. What comes meanwhile is kept, a bounded amount of it, and read when `go_on` is called.
"""

import ssl
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, ClassVar, Final

from gateway import maillog, replies
from gateway.options import Smtp
from gateway.replies import Reply
from gateway.smtp.collector import ChunkCollector, DataCollector
from gateway.smtp.connection import Connection, line

MAX_LINE: Final = 4096  # octets of a command; RFC 5321 4.5.3.1.4 asks for 512 and the lengths of the parameters
MAX_UNREAD: Final = 2 * MAX_LINE  # octets that are kept while nothing is read; then the client has to wait
MAX_BATCH: Final = 100  # answers in one write; then it is the neighbours' turn
TURN: Final = 256 * 1024  # octets of a content; then it is theirs, too

Command = Callable[[Any, str | None], Coroutine[Any, Any, None]]


class Reading(Connection):
    """A connection that takes commands apart; they are the subclass's."""

    commands: ClassVar[Mapping[str, Command]]
    """Methods by their words, in upper case; "" has the one for every other word."""

    def __init__(self, host_name: str, options: Smtp, tls: ssl.SSLContext | None) -> None:
        super().__init__(host_name, options, tls)
        self._min_rate = options.min_rate
        self._came = bytearray()
        self._too_long = False
        """The line whose end is still to come was too long."""
        self._their_turn = False
        """The neighbours'."""
        self._in_turn = 0
        self._paused = False
        self._collector: DataCollector | ChunkCollector | None = None
        self._taken: Callable[[], None] = self.reset
        self._fault, self._lost = _Fault(self), _Fault(self, lost=True)

    def reset(self) -> None:
        """Forget the transaction."""

    @property
    def in_data(self) -> bool:
        """Whether a message is on its way in or to the receiver."""
        return self._collector is not None or self._handing_over

    @property
    def _waits(self) -> bool:
        return self._handing_over or self._unread or self._their_turn or self._shaking_hands or self._over

    def data_received(self, data: bytes) -> None:
        """Octets of a content go to its collector in bulk, and whole commands are answered, unless something is waited for."""
        if self._over:
            return
        if self._collector is None:
            self._came += data
        else:
            self._collect(data)
        self.go_on()

    def go_on(self) -> None:
        """Read what is here until more must come, or something must be waited for; answer it in one write."""
        while self._came and not self._waits and self._next():
            if len(self._answers) >= MAX_BATCH:
                self._give_turn()
        self.send()
        in_content = self._collector is not None and self._their_turn
        self._hold_back(in_content or (len(self._came) > MAX_UNREAD and self._waits and not self._shaking_hands))

    def forget_unread(self) -> None:
        """Throw away what came and was not read yet."""
        self._came.clear()
        if self._collector is not None:
            self._collector.close()  # half a message is nobody's
            self._collector = None

    def _give_turn(self) -> None:
        self._their_turn = True
        self.loop.call_soon(self._our_turn)

    def _our_turn(self) -> None:
        self._their_turn = False
        self.go_on()

    def _hold_back(self, wanted: bool) -> None:
        """Let the client wait, or no longer."""
        if wanted is not self._paused and self.transport is not None and not self._over:
            self._paused = wanted
            (self.transport.pause_reading if wanted else self.transport.resume_reading)()

    # Commands.

    def _next(self) -> bool:
        """Read one line and do what it says; False while its end is still to come."""
        end = self._came.find(b"\n") + 1
        if not end:
            if len(self._came) > MAX_LINE:
                self._too_long = True
                self._came.clear()
            return False
        octets = bytes(self._came[:end])
        del self._came[:end]
        if self._too_long or end - 1 > MAX_LINE:
            self._too_long = False
            self.say(replies.LINE_TOO_LONG)
            return True
        with self._fault:
            self._obey(octets.rstrip(b"\r\n"))
        return True

    def _obey(self, octets: bytes) -> None:
        word, _, argument = octets.partition(b" ")
        if not word.isascii() or not octets:
            self.say(replies.UNKNOWN_COMMAND)
            return
        name = word.decode().upper()
        self._reset_timeout()
        said = argument.strip().decode("utf-8", "surrogateescape") if argument else None
        command = self.commands[name if name in self.commands else ""](self, said)
        try:
            command.send(None)  # aiosmtpd's commands are coroutines. Ours wait for nothing: one step is all of one
        except StopIteration:
            return

    # Content.

    def collect(
        self, collector: DataCollector | ChunkCollector, taken: Callable[[], None], go_ahead: Reply | None = None
    ) -> None:
        """Give the collector all its octets, then call `taken`. A collector whose client goes away is closed."""
        self._deadline = min(self._deadline, collector.due)  # another BDAT alone buys no time
        self._collector, self._taken, self._in_turn = collector, taken, 0
        if go_ahead is not None:
            self._answers.append(line(go_ahead))
        early = bytes(self._came if collector.wants is None else self._came[: collector.wants])
        del self._came[: len(early)]
        self._collect(early)

    def _collect(self, octets: bytes) -> None:
        collector = self._collector
        assert collector is not None
        self._pay(len(octets))
        with self._lost:
            rest = collector.feed(octets)
            if rest is None:
                self._count_turn(len(octets))
                return
            self._came[:0] = rest
            collector.due = self._deadline
            self._collector = None
            self._taken()

    def _count_turn(self, octets: int) -> None:
        """The event loop uvloop reads on for as long as something is there, 8 MB at a time: a hundredth of a second for each large message."""
        self._in_turn += octets
        if self._in_turn >= TURN and not self._their_turn:
            self._in_turn = 0
            self._give_turn()

    def _pay(self, octets: int) -> None:
        """Octets of a content buy time, never more than silence may last: who sends drop by drop is not waited for (`min_rate`)."""
        limit = self.loop.time() + self._timeout_duration
        self._deadline = min(limit, self._deadline + octets / self._min_rate) if self._min_rate else limit


class _Fault:
    """Takes in what a command or a content raises.

    It is our own fault, never the message's: a temporary answer. The place goes to the log, the words of the error do not.
    """

    def __init__(self, connection: Reading, *, lost: bool = False) -> None:
        """`lost`: what is still to come of a content must not be read as commands."""
        self._connection = connection
        self._lost = lost

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        with suppress(Exception):
            maillog.fault("session failed", error, client=self._connection.address)
        if self._lost:
            self._connection.say_goodbye(replies.TRY_LATER)
        else:
            self._connection.say(replies.TRY_LATER, progress=True)
        return True
