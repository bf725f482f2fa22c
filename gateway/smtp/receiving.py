"""The content commands: DATA, or BDAT in chunks (RFC 3030), → Envelope and Content → the receiver's Reply."""

import re
import secrets
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from gateway import maillog, replies
from gateway.clients import NOBODY, Permit
from gateway.replies import Reply
from gateway.smtp import paths
from gateway.smtp.capabilities import Capabilities
from gateway.smtp.collector import ChunkCollector, DataCollector
from gateway.smtp.starttls import StartTls
from gateway.smtp.xforward import Origin
from mail.envelope import Client, Envelope, ForwardPath
from store.ids import ALPHABET

if TYPE_CHECKING:
    from gateway.smtp_in import Door

HELO_ONLY: Final = Capabilities(eight_bit_mime=False)
_CHUNK: Final = re.compile(r"(\d{1,18})(?: +(LAST))?", re.ASCII | re.IGNORECASE)  # RFC 3030 2; 18 digits fit in 63 bits


@dataclass(slots=True)
class Transaction:
    """What MAIL, RCPT and BDAT have said so far."""

    id: str = ""
    reverse_path: str = ""
    parameters: paths.MailParameters = field(default_factory=paths.MailParameters)
    forward_paths: dict[str, ForwardPath] = field(default_factory=dict)
    """By the address with its domain in lower case: the second of two alike is dropped."""
    refused: bool = False
    """Some recipient was named and not accepted."""
    permit: Permit = NOBODY
    """What this client may do with this reverse-path; found when the first recipient is named."""
    chunks: ChunkCollector | None = None
    """From the first BDAT on; after a problem it takes no more until RSET, or the last chunk."""

    @property
    def nobody(self) -> Reply:
        """What a content for nobody is answered with."""
        return replies.NO_VALID_RECIPIENTS if self.refused else replies.BAD_SEQUENCE


def queue_id() -> str:
    """Twelve letters of Crockford's base 32: 60 random bits."""
    number = int.from_bytes(secrets.token_bytes(8))
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 60, 5)])


class Receiving(StartTls):
    """A connection with its transaction, up to the hand-over."""

    def __init__(self, door: "Door", listener: str) -> None:
        super().__init__(door.host_name, door.options, door.tls)
        self._door = door
        self._listener = listener
        self._offered = HELO_ONLY
        self._transaction = Transaction()
        self._origin = Origin()

    def admit(self) -> Reply | None:
        """The door counts connections."""
        return self._door.admit(self)

    def forget(self) -> None:
        """The door counts connections; half a message is nobody's."""
        self.reset()
        self._door.forget(self)

    def reset(self) -> None:
        """Forget the transaction, and what XFORWARD said of its origin."""
        if self._transaction.chunks is not None:
            self._transaction.chunks.close()
        self._transaction = Transaction()
        self._origin = Origin()

    @property
    def in_data(self) -> bool:
        """Between two chunks a message is on its way, too."""
        chunks = self._transaction.chunks
        return super().in_data or (chunks is not None and chunks.problem is None)

    @property
    def in_transaction(self) -> bool:
        """Whether MAIL was said and its message is not yet answered for."""
        return bool(self._transaction.id) or self.in_data

    @property
    def _max_size(self) -> int:
        return self._offered.max_size(self._door.options.max_size)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Collect the content, to hand it over."""
        transaction = self._transaction
        if arg or transaction.chunks is not None:
            self.say(replies.BAD_ARGUMENTS if arg else replies.BAD_SEQUENCE)
            return
        if not transaction.forward_paths:
            self.say(transaction.nobody, in_vain=transaction.refused)
            return
        options = self._door.options
        collector = DataCollector(self._max_size, options.spool_above, options.spool_directory)
        self.collect(collector, partial(self._take_data, collector), replies.GO_AHEAD)

    async def smtp_BDAT(self, arg: str | None) -> None:  # noqa: N802
        """Collect a chunk; after the last one hand the content over."""
        chunk = _CHUNK.fullmatch(arg or "")
        if chunk is None:
            self.say_goodbye(replies.BAD_CHUNK)  # where its octets end nobody knows: as commands they could be anything
            return
        collector, size, last = self._chunks(), int(chunk[1]), chunk[2] is not None
        collector.expect(size, last=last)
        self.collect(collector, partial(self._finish if last else self._take_chunk, collector))

    def _chunks(self) -> ChunkCollector:
        """The collector of all chunks; one for nobody still has to read them."""
        transaction, options = self._transaction, self._door.options
        if transaction.chunks is None:
            transaction.chunks = ChunkCollector(self._max_size, options.spool_above, options.spool_directory)
            if not transaction.forward_paths:
                transaction.chunks.refuse(transaction.nobody)
        return transaction.chunks

    def _take_data(self, collector: DataCollector) -> None:
        if collector.problem is replies.BARE_LINE_ENDS:
            # Where such a content ended others may see otherwise: what follows may be its rest, smuggled in as commands.
            maillog.refused(self._envelope(), collector.problem, "bare CR, bare LF or NUL in the content")
            self.reset()
            self.say_goodbye(collector.problem)
        else:
            self._finish(collector)

    def _take_chunk(self, collector: ChunkCollector) -> None:
        reply = collector.problem or replies.OK
        self.say(reply, progress=reply.accepted and collector.expected > 0, in_vain=not reply.accepted)

    def _finish(self, collector: DataCollector | ChunkCollector) -> None:
        """Hand over what was collected; the answer comes when the receiver has it."""
        problem = collector.problem
        if problem is None:
            self._handing_over = True
            self.send()  # RFC 2920 3.2: before we wait
            # From here on the content is the door's: it closes it, whether we are still here or not.
            self._door.hand_over(self._envelope(), collector.content(), self._transaction.permit, self._hand_over_ended)
        else:
            self._answer(problem)

    def _hand_over_ended(self, reply: Reply) -> None:
        """The receiver's answer. Neither a time limit nor a lost connection stopped it: it may have accepted already."""
        self._handing_over = False
        if not self._over:
            self._reset_timeout()
            self._answer(reply)
            self.go_on()

    def _answer(self, reply: Reply) -> None:
        """Answer for a message, and begin anew."""
        self.reset()
        if reply.accepted:
            self._patience.renew()
        self.say(reply, progress=reply.accepted)
        if self._half_closed or self._door.stopping:
            self.say_goodbye(replies.STOPPING)

    def _envelope(self) -> Envelope:
        transaction, said = self._transaction, self._transaction.parameters
        helo = self.session.host_name or "" if self.session is not None else ""
        client = Client(self.address, helo, "", self.tls_version, self._listener, self.certificate)
        return Envelope(
            id=transaction.id,
            reverse_path=transaction.reverse_path,
            forward_paths=tuple(transaction.forward_paths.values()),
            client=self._origin.instead_of(client),
            received_at=self._door.clock.now(),
            size=said.size,
            body=said.body,
            smtputf8=said.smtputf8,
            ret=said.ret,
            envid=said.envid,
            auth=said.auth,
        )
