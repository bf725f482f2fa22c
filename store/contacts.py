"""Contacts: who is known, and which of them a slip may have meant. The index is kept contact by contact."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from rules.base import Contact
from store.binding import Binding

CANDIDATES = 50
"""At most so many near contacts come back from one look-up."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One row of an import."""

    address: str
    name: str = ""
    count: int = 0
    last_sent: date | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """What the contacts say of one address."""

    known: Contact | None = None
    candidates: tuple[Contact, ...] = ()
    domain_known: bool = False
    name_tokens: Mapping[str, int] = field(default_factory=dict)


class ContactShelf:
    """The contacts."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def look_up(self, sender: str, address: str) -> LookUp:
        """Known or not, at most 50 candidates (rules.slips tokens), how common the tokens of its local part are."""
        raise NotImplementedError

    def vouching(self, address: str) -> Contact | None:
        """The contact of that address, whoever wrote to it."""
        raise NotImplementedError

    def import_rows(self, rows: Iterable[Imported]) -> int:
        """Add or merge imported contacts (vouched); the number of rows."""
        raise NotImplementedError

    def delivered(self, sender: str, addresses: Iterable[str], at: datetime) -> None:
        """Learn from delivered mail: counts for the organisation and the sender; vouched by 3 deliveries on 2 days."""
        raise NotImplementedError

    def confirmed(self, sender: str, address: str) -> None:
        """A person said that it is right: vouched."""
        raise NotImplementedError

    def answered(self, address: str) -> None:
        """It has written to us: vouched."""
        raise NotImplementedError

    def bounced(self, address: str) -> None:
        """It was refused for good: does not vouch."""
        raise NotImplementedError

    def disown(self, address: str) -> None:
        """It was the wrong one: no longer vouched, whatever made it so."""
        raise NotImplementedError

    def listing(self, *, contains: str = "", limit: int = 1000) -> Iterator[Contact]:
        """Contacts by address."""
        raise NotImplementedError

    def size(self) -> int:
        """How many there are."""
        raise NotImplementedError
