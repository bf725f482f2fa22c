"""Patience: how much a client may ask of us between two messages that were accepted, before it hears 421."""

from gateway import replies
from gateway.options import Smtp
from gateway.replies import Reply


class Patience:
    """Counts the commands of one connection that brought no message forward."""

    def __init__(self, options: Smtp) -> None:
        self._limits = options
        self.renew()

    def renew(self) -> None:
        """A message was accepted: everything before is forgiven."""
        self._errors = self._junk = self._in_vain = 0

    def spend(self, reply: Reply, *, in_vain: bool = False) -> Reply | None:
        """Charge a command for its reply; None: go on, else what to say instead before the connection ends.

        `in_vain`: a recipient or a chunk that was refused. An honest mailing may name as many of them in a row as a message
        may have recipients, and a client that pipelines has sent them before it hears of it (RFC 2920 3.1).
        """
        if in_vain and self._in_vain < self._limits.max_recipients:
            self._in_vain += 1
        elif reply.text.startswith("5.5."):  # RFC 3463 3.6: what is wrong with the protocol itself
            self._errors += 1
        else:
            self._junk += 1
        if self._errors > self._limits.max_errors:
            return replies.TOO_MANY_ERRORS
        return replies.TOO_MANY_COMMANDS if self._junk > self._limits.max_junk else None
