"""The desk: report → ticket; finish a step, contain, close. One report is one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from store.tickets import Ticket

Channel = Literal["mail", "page", "link", "command", "api"]


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says it went to the wrong one."""

    channel: Channel
    reporter: str
    """Address of who says it; "" unknown."""
    words: str = ""
    """Unchanged."""
    hold_id: str = ""
    """Number or link of a held message."""
    journal_id: str = ""
    queue_id: str = ""
    message_id: str = ""
    search: str = ""
    """Words to look for in the journal: recipient, file name, subject, number."""
    wrong: tuple[str, ...] = ()
    """Recipients said to be wrong; empty: those that were asked about, else unknown."""
    original: bytes | None = None
    """The reported message or the mail that reported it, kept as evidence."""
    proven: bool = False
    """By a signed link, by staff, or by the message's own sender from inside: the report is certain."""
    first_known_at: datetime | None = None
    drill: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


class Desk:
    """The desk of the organisation."""

    async def report(self, report: Report) -> Ticket:
        """Open a ticket (or join the open one of that message): steps, frozen evidence, calls, containment; one transaction."""
        raise NotImplementedError

    async def report_mail(self, reverse_path: str, client: str, content: bytes) -> Ticket:
        """The same for a mail to the report address: original attached, quoted, or just a number in the text."""
        raise NotImplementedError

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """One ticket."""
        raise NotImplementedError

    async def tickets(self) -> tuple[Ticket, ...]:
        """Open ones by the nearest due step, then the closed."""
        raise NotImplementedError

    async def finish_step(self, ticket_id: str, step: str, *, by: str, note: str, not_needed: bool = False) -> str:
        """ "" when done; otherwise why not, a word of a closed list: already, unknown, gate (tell your superior first), reason-missing."""
        raise NotImplementedError

    async def contain(self, ticket_id: str, *, by: str) -> Mapping[str, str]:
        """One press: stop what is still here for the wrong recipients and block them; address → what was done."""
        raise NotImplementedError

    async def lift(self, block_id: str, *, by: str) -> bool:
        """End a block."""
        raise NotImplementedError

    async def choose(self, ticket_id: str, journal_id: str, *, by: str, wrong: tuple[str, ...]) -> bool:
        """A person chose among the candidates of an unmatched report."""
        raise NotImplementedError

    async def close(self, ticket_id: str, *, by: str, outcome: Literal["closed", "not-a-leak"], reason: str) -> str:
        """ "" when closed; otherwise why not: open-steps, reason-missing, already."""
        raise NotImplementedError
