"""The session: SMTP commands → Envelope and Content → the receiver's Reply. It translates, never decides."""

from gateway import replies
from gateway.clients import NOBODY, Permit
from gateway.replies import Reply
from gateway.smtp import paths
from gateway.smtp.receiving import HELO_ONLY, Receiving, Transaction, queue_id
from gateway.smtp.starttls import StartTls
from gateway.smtp.xforward import ATTRIBUTES


class Session(Receiving):
    """The commands of one connection. Names and signatures of `smtp_…` are aiosmtpd's."""

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802
        """Offer what the next hop can."""
        if not self._greet(hostname):
            self.say(replies.BAD_ARGUMENTS)
            return
        self._offered = offered = self._door.capabilities()
        lines = [self.hostname, "PIPELINING", "ENHANCEDSTATUSCODES", "CHUNKING", f"SIZE {self._max_size}"]
        lines += ["8BITMIME"] * offered.eight_bit_mime + ["DSN"] * offered.dsn + ["SMTPUTF8"] * offered.smtputf8
        if self.tls_context is not None and not self.tls_version:
            lines.append("STARTTLS")
        if self._door.believes(self.address):
            lines.append("XFORWARD " + " ".join(ATTRIBUTES))
        self.say(Reply(250, "\n".join(lines)))

    async def smtp_HELO(self, hostname: str | None) -> None:  # noqa: N802
        """Offer nothing."""
        if not self._greet(hostname):
            self.say(replies.BAD_ARGUMENTS)
            return
        self._offered = HELO_ONLY
        self.say(Reply(250, self.hostname))

    def _greet(self, hostname: str | None) -> bool:
        if not hostname or not hostname.isprintable():
            return False
        self.reset()
        assert self.session is not None
        self.session.host_name = hostname
        return True

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """Begin a transaction."""
        reply = self._mail(arg or "")
        self.say(reply, progress=reply.accepted)

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
        transaction = self._transaction
        before = len(transaction.forward_paths)
        reply = self._rcpt(arg or "")
        transaction.refused |= bool(transaction.id) and not reply.accepted
        added = len(transaction.forward_paths) > before
        self.say(reply, progress=added, in_vain=reply is not replies.NOT_A_CLIENT)

    def _rcpt(self, arg: str) -> Reply:
        transaction = self._transaction
        if not transaction.id or transaction.chunks is not None:
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
        if not transaction.refused:  # one line a transaction
            self._door.not_admitted(self._envelope(), found)
        return found.reply

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
        self.say(reply, progress=reply.accepted)

    async def smtp_RSET(self, arg: str | None) -> None:  # noqa: N802
        """Forget the transaction."""
        if not arg:
            self.reset()
        self.say(replies.BAD_ARGUMENTS if arg else replies.OK)

    async def smtp_NOOP(self, _arg: str | None) -> None:  # noqa: N802
        """Nothing."""
        self.say(replies.OK)

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802
        """Tell nobody who is there (RFC 5321 7.3)."""
        self.say(replies.CANNOT_VERIFY if arg else replies.BAD_ARGUMENTS)

    async def smtp_EXPN(self, _arg: str | None) -> None:  # noqa: N802
        """Tell nobody who is on a list."""
        self.say(replies.NOT_OFFERED)

    async def smtp_HELP(self, _arg: str | None) -> None:  # noqa: N802
        """Say where to read on."""
        self.say(replies.HELP)

    async def smtp_QUIT(self, arg: str | None) -> None:  # noqa: N802
        """End the session."""
        if arg:
            self.say(replies.BAD_ARGUMENTS)
        else:
            self.say_goodbye(replies.BYE)

    async def not_smtp(self, _arg: str | None) -> None:
        """A browser, or who makes one speak to us."""
        self.say_goodbye(replies.NOT_SMTP)

    async def unknown(self, _arg: str | None) -> None:
        """A word that is no command, or one of an extension that we do not offer."""
        self.say(replies.UNKNOWN_COMMAND)


Session.commands = {
    name.removeprefix("smtp_"): method
    for kind in (StartTls, Receiving, Session)
    for name, method in vars(kind).items()
    if name.startswith("smtp_")
} | {
    **dict.fromkeys(("GET", "POST", "PUT", "HEAD", "CONNECT"), Session.not_smtp),
    "": Session.unknown,
}
