"""The session: SMTP commands → Envelope and Content → the receiver's Reply. It translates, never decides."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway import replies
from gateway.clients import NOBODY, Permit
from gateway.replies import Reply
from gateway.smtp import paths
from gateway.smtp.capabilities import Capabilities
from gateway.smtp.collector import Collector
from gateway.smtp.connection import Connection
from gateway.smtp.xforward import ATTRIBUTES, Origin
from mail.envelope import Client, Envelope, ForwardPath
from store.ids import ALPHABET

if TYPE_CHECKING:
    from gateway.smtp_in import Door

_HELO_ONLY: Final = Capabilities(eight_bit_mime=False)


@dataclass(slots=True)
class Transaction:
    """What MAIL and RCPT have said so far."""

    id: str = ""
    reverse_path: str = ""
    parameters: paths.MailParameters = field(default_factory=paths.MailParameters)
    forward_paths: dict[str, ForwardPath] = field(default_factory=dict)
    """By the address with its domain in lower case: the second of two alike is dropped."""
    refused: bool = False
    """Some recipient was named and not accepted."""
    permit: Permit = NOBODY
    """What this client may do with this reverse-path; found when the first recipient is named."""


def queue_id() -> str:
    """Twelve letters of Crockford's base 32: 60 random bits."""
    number = secrets.randbits(60)
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 60, 5)])


class Session(Connection):
    """The commands of one connection. Names and signatures of `smtp_…` are aiosmtpd's."""

    def __init__(self, door: "Door", listener: str) -> None:
        super().__init__(door.host_name, door.options.timeout, door.tls)
        self._door = door
        self._listener = listener
        self._offered = _HELO_ONLY
        self._smtp_methods = {name: getattr(self, method) for name, method in _COMMANDS.items()}
        self.reset()

    def admit(self) -> Reply | None:
        """The door counts connections."""
        return self._door.admit(self)

    def forget(self) -> None:
        """The door counts connections."""
        self._door.forget(self)

    def reset(self) -> None:
        """Forget the transaction, and what XFORWARD said of its origin."""
        self._transaction = Transaction()
        self._origin = Origin()

    @property
    def _max_size(self) -> int:
        return self._offered.max_size(self._door.options.max_size)

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802
        """Offer what the next hop can."""
        if not self._greet(hostname):
            await self.say(replies.BAD_ARGUMENTS)
            return
        self._offered = offered = self._door.capabilities()
        lines = [self.hostname, "PIPELINING", "ENHANCEDSTATUSCODES", f"SIZE {self._max_size}"]
        lines += ["8BITMIME"] * offered.eight_bit_mime + ["DSN"] * offered.dsn + ["SMTPUTF8"] * offered.smtputf8
        if self.tls_context is not None and not self.tls_version:
            lines.append("STARTTLS")
        if self._door.believes(self.address):
            lines.append("XFORWARD " + " ".join(ATTRIBUTES))
        text = "".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}\r\n"
        await self.write(text.encode("ascii", "replace"))

    async def smtp_HELO(self, hostname: str | None) -> None:  # noqa: N802
        """Offer nothing."""
        if not self._greet(hostname):
            await self.say(replies.BAD_ARGUMENTS)
            return
        self._offered = _HELO_ONLY
        await self.write(f"250 {self.hostname}\r\n".encode("ascii", "replace"))

    def _greet(self, hostname: str | None) -> bool:
        if not hostname or not hostname.isprintable():
            return False
        self.reset()
        assert self.session is not None
        self.session.host_name = hostname
        return True

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """Begin a transaction."""
        await self.say(self._mail(arg or ""))

    def _mail(self, arg: str) -> Reply:
        if self.session is None or not self.session.host_name or self._transaction.id:
            return replies.BAD_SEQUENCE
        if arg[:5].upper() != "FROM:":
            return replies.BAD_ARGUMENTS
        offered = self._offered
        try:
            address, parameters = paths.reverse_path(
                arg[5:], dsn=offered.dsn, smtputf8=offered.smtputf8, eight_bit=offered.eight_bit_mime
            )
        except paths.NotOffered:
            return replies.UNKNOWN_PARAMETER
        except paths.Malformed:
            return replies.BAD_SENDER
        if not parameters.smtputf8 and not address.isascii():
            return replies.NEEDS_SMTPUTF8
        if parameters.size > self._max_size:
            return replies.TOO_LARGE
        self._transaction = Transaction(queue_id(), address, parameters)
        return replies.SENDER_OK

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        """Name a recipient."""
        reply = self._rcpt(arg or "")
        self._transaction.refused |= bool(self._transaction.id) and not reply.accepted
        await self.say(reply)

    def _rcpt(self, arg: str) -> Reply:
        transaction = self._transaction
        if not transaction.id:
            return replies.BAD_SEQUENCE
        if transaction.permit is NOBODY and (refusal := self._admitted()):
            return refusal
        if arg[:3].upper() != "TO:":
            return replies.BAD_ARGUMENTS
        try:
            path = paths.forward_path(arg[3:], dsn=self._offered.dsn)
        except paths.NotOffered:
            return replies.UNKNOWN_PARAMETER
        except paths.Malformed:
            return replies.BAD_RECIPIENT
        if not transaction.parameters.smtputf8 and not (path.address + path.orcpt).isascii():
            return replies.NEEDS_SMTPUTF8
        local, at, domain = path.address.rpartition("@")
        alike = local + at + domain.lower()
        if alike in transaction.forward_paths:
            return replies.RECIPIENT_OK
        if len(transaction.forward_paths) >= self._door.options.max_recipients:
            return replies.TOO_MANY_RECIPIENTS
        transaction.forward_paths[alike] = path
        return replies.RECIPIENT_OK

    def _admitted(self) -> Reply | None:
        """Whether this client may relay with this reverse-path; a reply refuses it."""
        transaction = self._transaction
        found = self._door.admission.permit(self, transaction.reverse_path)
        if isinstance(found, Permit):
            transaction.permit = found
            return None
        if found.lacks and not transaction.refused:  # one line a transaction
            self._door.not_proven(self._envelope(), found)
        return found.reply

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Collect the content, hand it over, bring back the answer."""
        if arg or not self._transaction.forward_paths:
            wrong = replies.NO_VALID_RECIPIENTS if self._transaction.refused else replies.BAD_SEQUENCE
            await self.say(replies.BAD_ARGUMENTS if arg else wrong)
            return
        options = self._door.options
        collector = Collector(self._max_size, options.spool_above, options.spool_directory)
        try:
            await self.collect(collector)
            refusal = collector.problem
        except BaseException:
            collector.close()  # half a message is nobody's
            raise
        if refusal is None:
            # From here on the content is the door's: it closes it, whether we are still here or not.
            handed = self._door.hand_over(self._envelope(), collector.content(), self._transaction.permit)
            reply = await self.shielded(handed)
        else:
            collector.close()
            reply = refusal
        self.reset()
        if reply is replies.BARE_LINE_ENDS:
            # Where such a content ended others may see otherwise: what follows may be its rest, smuggled in as commands.
            self.say_goodbye(reply)
            return
        await self.say(reply)
        if self._ended or self._door.stopping:
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

    async def smtp_XFORWARD(self, arg: str | None) -> None:  # noqa: N802
        """Believe a trusted server about its own client. Who may relay is decided by the connection alone."""
        reply = replies.OK
        if not self._door.believes(self.address):
            reply = replies.NOT_AUTHORISED
        elif self._transaction.id:
            reply = replies.BAD_SEQUENCE
        else:
            try:
                self._origin = self._origin.with_attributes(arg or "")
            except paths.Malformed:
                reply = replies.BAD_ARGUMENTS
        await self.say(reply)

    async def smtp_RSET(self, arg: str | None) -> None:  # noqa: N802
        """Forget the transaction."""
        if not arg:
            self.reset()
        await self.say(replies.BAD_ARGUMENTS if arg else replies.OK)

    async def smtp_NOOP(self, _arg: str | None) -> None:  # noqa: N802
        """Nothing."""
        await self.say(replies.OK)

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802
        """Tell nobody who is there (RFC 5321 7.3)."""
        await self.say(replies.CANNOT_VERIFY if arg else replies.BAD_ARGUMENTS)

    async def smtp_EXPN(self, _arg: str | None) -> None:  # noqa: N802
        """Tell nobody who is on a list."""
        await self.say(replies.NOT_OFFERED)

    async def smtp_HELP(self, _arg: str | None) -> None:  # noqa: N802
        """Say where to read on."""
        await self.say(replies.HELP)

    async def smtp_QUIT(self, arg: str | None) -> None:  # noqa: N802
        """End the session."""
        if arg:
            await self.say(replies.BAD_ARGUMENTS)
        else:
            self.say_goodbye(replies.BYE)

    async def _not_smtp(self, _arg: str | None) -> None:
        """A browser, or who makes one speak to us."""
        self.say_goodbye(replies.NOT_SMTP)


_COMMANDS: Final = {name.removeprefix("smtp_"): name for name in vars(Session) if name.startswith("smtp_")} | {
    "STARTTLS": "smtp_STARTTLS",
    **dict.fromkeys(("GET", "POST", "PUT", "HEAD", "CONNECT"), "_not_smtp"),
}
