"""Every SMTP answer we give, by name. Short, with an enhanced status code (RFC 3463), nothing of our inside."""

from dataclasses import dataclass


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

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


def held(number: str) -> Reply:
    """The message and its question are on disk; `number` as shown to people."""
    return Reply(250, f"2.0.0 Ok: held as {number}")


def queued(queue_id: str) -> Reply:
    """Kept for later, or consumed."""
    return Reply(250, f"2.0.0 Ok: queued as {queue_id}")


NOT_A_CLIENT = Reply(554, "5.7.1 Relay access denied")
UNREACHABLE = Reply(451, "4.4.1 Next hop not reachable, try again later")
TRY_LATER = Reply(451, "4.3.0 Try again later")
STORE_DOWN = Reply(451, "4.3.0 Cannot keep the message now, try again later")
NO_ROOM = Reply(452, "4.3.1 Insufficient system storage")
LOOP = Reply(554, "5.4.6 Too many hops: mail loop")
REJECTED = Reply(550, "5.7.1 Message refused by policy of the organisation")
OWN_FAULT = Reply(451, "4.3.0 Content cannot be inspected now, try again later")
