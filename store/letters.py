"""Letters: every version, whom we ask and when again, and every answer; nothing that was said is replaced.

A recipient is the address as the ticket has it (`TicketRecipient.address`), to the letter: letters go there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, and_, func, insert, select, update

from store.binding import Binding
from store.ids import new_journal_id
from store.tables.letters import inquiries, letter_answers, letters

LetterState = Literal["draft", "sent", "by-hand", "not-delivered"]
"""sent: given to the outbox, whose notice says how far it got; not-delivered: a bounce came back to the case address."""
InquiryState = Literal["open", "replied", "answered", "refused", "silent", "undeliverable"]
"""replied: a mail came that a person has to read; silent: asked three times more, and nothing came."""
Said = Literal["", "yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One version of a letter to one recipient."""

    id: str
    ticket_id: str
    recipient: str
    version: int
    again: int
    language: str
    internal: bool
    facts: Mapping[str, Any]
    text: str
    made_by: str
    made_at: datetime | None = None
    state: LetterState = "draft"
    sent_at: datetime | None = None
    sent_by: str = ""
    notice_id: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """How far the asking of one recipient is."""

    ticket_id: str
    recipient: str
    state: InquiryState = "open"
    again: int = 0
    first_asked_at: datetime | None = None
    next_at: datetime | None = None
    credible: Literal["", "yes", "no"] = ""
    credible_at: datetime | None = None
    credible_by: str = ""


@dataclass(frozen=True, slots=True)
class LetterAnswer:
    """What was said once; a question that was not spoken of is ""."""

    recipient: str
    way: str
    read: Said = ""
    copied: Said = ""
    forwarded: Said = ""
    erased: Said = ""
    proof: str = ""
    words: str = ""
    by: str = ""
    at: datetime | None = None


_LETTER = tuple(c.name for c in letters.columns)
_INQUIRY = tuple(c.name for c in inquiries.columns)
_ANSWER = tuple(c.name for c in letter_answers.columns if c.name not in {"id", "ticket_id"})


class LetterShelf:
    """The letters."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def add(self, letter: Letter) -> None:
        """Keep a version."""
        row = {name: getattr(letter, name) for name in _LETTER}
        own = {"made_at": self._now, "facts": dict(letter.facts)}
        self._db.execute(insert(letters), row | own)

    def get(self, letter_id: str) -> Letter | None:
        """One version."""
        row = self._db.execute(select(letters).where(letters.c.id == letter_id)).one_or_none()
        return _letter(row) if row else None

    def of_ticket(self, ticket_id: str) -> tuple[Letter, ...]:
        """Every version, by recipient, the first first."""
        query = select(letters).where(letters.c.ticket_id == ticket_id)
        return tuple(_letter(row) for row in self._db.execute(query.order_by(letters.c.recipient, letters.c.version)))

    def next_version(self, ticket_id: str, recipient: str) -> int:
        """The number of the next version for that recipient."""
        c = letters.c
        newest = select(func.max(c.version)).where(c.ticket_id == ticket_id, c.recipient == recipient)
        return (self._db.scalar(newest) or 0) + 1

    def move(self, letter_id: str, seen: LetterState, to: LetterState, *, by: str = "", notice_id: str = "") -> bool:
        """Compare and set; False when somebody else was quicker. Who sent it and when stays through a bounce."""
        values: dict[str, Any] = {"state": to}
        if seen == "draft":
            values |= {"sent_at": self._now, "sent_by": by, "notice_id": notice_id}
        moved = update(letters).where(letters.c.id == letter_id, letters.c.state == seen)
        return self._db.execute(moved.values(values)).rowcount == 1

    def inquiry(self, ticket_id: str, recipient: str) -> Inquiry | None:
        """How far the asking of one recipient is; None before the first letter or call."""
        row = self._db.execute(select(inquiries).where(_which(ticket_id, recipient))).one_or_none()
        return _inquiry(row) if row else None

    def inquiries(self, ticket_id: str) -> tuple[Inquiry, ...]:
        """Everyone who is asked in a case."""
        query = select(inquiries).where(inquiries.c.ticket_id == ticket_id).order_by(inquiries.c.recipient)
        return tuple(_inquiry(row) for row in self._db.execute(query))

    def begin(self, ticket_id: str, recipient: str) -> Inquiry:
        """The row of that recipient, which is made where there is none: nobody was asked yet."""
        row = {name: getattr(Inquiry(ticket_id, recipient), name) for name in _INQUIRY}
        self._db.execute(self._insert(inquiries).values(row).on_conflict_do_nothing())
        found = self.inquiry(ticket_id, recipient)
        assert found is not None
        return found

    def set_inquiry(self, ticket_id: str, recipient: str, seen: Inquiry, **values: Any) -> bool:
        """Compare and set on state and how often was asked; False when somebody else was quicker."""
        unknown = values.keys() - set(_INQUIRY)
        if unknown:
            raise ValueError(f"not of an inquiry: {', '.join(sorted(unknown))}")
        same = and_(_which(ticket_id, recipient), inquiries.c.state == seen.state, inquiries.c.again == seen.again)
        return self._db.execute(update(inquiries).where(same).values(**values)).rowcount == 1

    def due(self, limit: int = 100) -> tuple[tuple[str, str], ...]:
        """Who is to be asked again now, the longest waiting first: ticket and recipient."""
        c = inquiries.c
        query = select(c.ticket_id, c.recipient).where(c.next_at <= self._now).order_by(c.next_at).limit(limit)
        return tuple((row.ticket_id, row.recipient) for row in self._db.execute(query))

    def add_answer(self, ticket_id: str, answer: LetterAnswer) -> None:
        """Keep what was said."""
        row = {name: getattr(answer, name) for name in _ANSWER}
        own = {"id": new_journal_id(), "ticket_id": ticket_id}
        self._db.execute(insert(letter_answers), row | own | {"at": self._now})

    def answers(self, ticket_id: str) -> tuple[LetterAnswer, ...]:
        """Everything that was said, the first first."""
        c = letter_answers.c
        query = select(letter_answers).where(c.ticket_id == ticket_id).order_by(c.at, c.id)
        return tuple(LetterAnswer(**{name: getattr(row, name) for name in _ANSWER}) for row in self._db.execute(query))


def _which(ticket_id: str, recipient: str) -> Any:
    return and_(inquiries.c.ticket_id == ticket_id, inquiries.c.recipient == recipient)


def _letter(row: Row[Any]) -> Letter:
    return Letter(**{name: getattr(row, name) for name in _LETTER})


def _inquiry(row: Row[Any]) -> Inquiry:
    return Inquiry(**{name: getattr(row, name) for name in _INQUIRY})
