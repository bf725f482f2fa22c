"""Every SMTP answer we give, by name. Short, with an enhanced status code (RFC 3463), nothing of our inside."""

from dataclasses import dataclass

from notifier.cut_off import SWALLOWED


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP reply: code (RFC 5321 4.2) and text that begins with the enhanced status code."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300  # noqa: PLR2004 - the class of a reply

    @property
    def permanent(self) -> bool:
        """5xx."""
        return 500 <= self.code < 600  # noqa: PLR2004

    @property
    def is_unknown_mailbox(self) -> bool:
        """5xx because nobody has that address (RFC 3463 3.2: X.1.1, X.1.2, X.1.3, X.1.6, X.1.10)."""
        return self.permanent and self.text.startswith(("5.1.1", "5.1.2", "5.1.3", "5.1.6"))

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


def held(number: str) -> Reply:
    """The message and its question are on disk; `number` as shown to people."""
    return Reply(250, f"2.0.0 Ok: held as {number}")


def queued(queue_id: str) -> Reply:
    """Kept for later, or consumed."""
    return Reply(250, f"2.0.0 Ok: queued as {queue_id}")


NOT_A_CLIENT = Reply(554, "5.7.1 Relay access denied")
NOT_PROVEN = Reply(550, "5.7.1 Relay access denied: no proof of the tenant")
NEEDS_TLS = Reply(530, "5.7.0 Must issue a STARTTLS command first")  # RFC 3207 4
UNREACHABLE = Reply(451, "4.4.1 Next hop not reachable, try again later")
TRY_LATER = Reply(451, "4.3.0 Try again later")
STORE_DOWN = Reply(451, "4.3.0 Cannot keep the message now, try again later")
NO_ROOM = Reply(452, "4.3.1 Insufficient system storage")
LOOP = Reply(554, "5.4.6 Too many hops: mail loop")
REJECTED = Reply(550, "5.7.1 Message refused by policy of the organisation")
UNANSWERED = Reply(550, "5.4.7 Held for a check by its sender, and nobody answered in time")  # RFC 3463 3.5
OWN_FAULT = Reply(451, "4.3.0 Content cannot be inspected now, try again later")
READERS_BUSY = Reply(451, "4.3.2 Too much to inspect at the moment, try again")

# The session (RFC 5321 4.3.2; enhanced codes RFC 3463).
OK = Reply(250, "2.0.0 Ok")
SUNK = Reply(250, f"2.0.0 {SWALLOWED}")  # instead of the next hop's answer
SENDER_OK = Reply(250, "2.1.0 Ok")
RECIPIENT_OK = Reply(250, "2.1.5 Ok")
CANNOT_VERIFY = Reply(252, "2.1.5 Cannot verify, but will take the message and try")
HELP = Reply(214, "2.0.0 See RFC 5321")
GO_AHEAD = Reply(354, "End data with <CR><LF>.<CR><LF>")
BYE = Reply(221, "2.0.0 Bye")
STARTTLS_READY = Reply(220, "2.0.0 Ready to start TLS")
STOPPING = Reply(421, "4.3.2 Service is going down, try again later")
IDLE_TOO_LONG = Reply(421, "4.4.2 Timeout, closing the connection")
TOO_MANY_CONNECTIONS = Reply(421, "4.7.0 Too many connections, try again later")
TOO_MANY_ERRORS = Reply(421, "4.7.0 Too many errors, closing the connection")
TOO_MANY_COMMANDS = Reply(421, "4.7.0 Too many commands without a message, closing the connection")
NOT_SMTP = Reply(421, "4.7.0 This is not SMTP, closing the connection")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3 Too many recipients")  # RFC 5321 4.5.3.1.10
NO_TLS = Reply(454, "4.7.0 TLS not available")
LINE_TOO_LONG = Reply(500, "5.5.2 Line too long")
UNKNOWN_COMMAND = Reply(500, "5.5.2 Command not recognized")
BAD_ARGUMENTS = Reply(501, "5.5.4 Syntax error in arguments")
BAD_CHUNK = Reply(501, "5.5.4 Malformed chunk size, closing the connection")
BAD_SENDER = Reply(501, "5.1.7 Malformed reverse-path")
BAD_RECIPIENT = Reply(501, "5.1.3 Malformed forward-path")
NOT_OFFERED = Reply(502, "5.5.1 Command not available")
NOT_AUTHORISED = Reply(550, "5.7.1 Not authorised")
BAD_SEQUENCE = Reply(503, "5.5.1 Bad sequence of commands")
NO_VALID_RECIPIENTS = Reply(554, "5.5.1 No valid recipients")
NEEDS_SMTPUTF8 = Reply(553, "5.6.7 Address needs SMTPUTF8")  # RFC 6531 3.5
UNKNOWN_PARAMETER = Reply(555, "5.5.4 Parameter not recognized or not offered")
TOO_LARGE = Reply(552, "5.3.4 Message too large")
BARE_LINE_ENDS = Reply(550, "5.6.0 Message holds a bare CR, a bare LF or a NUL")

# What the next hop did, when it gave no answer that can be passed on.
NEXT_HOP_CUT = Reply(451, "4.4.2 Connection to the next hop lost, try again later")
NEXT_HOP_ODD = Reply(451, "4.3.0 Next hop gave no usable answer, try again later")
NEXT_HOP_SLOW = Reply(451, "4.4.1 Next hop did not answer in time, try again later")
NEXT_HOP_BUSY = Reply(451, "4.4.5 Next hop is busy, try again later")
NEXT_HOP_UNTRUSTED = Reply(451, "4.7.5 Next hop offers no TLS that can be trusted, try again later")
NEXT_HOP_ASCII = Reply(451, "4.6.7 Next hop cannot take this address now, try again later")
