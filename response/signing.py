"""Signing: whose signature under a decision counts, and when two addresses are one person."""

from mail.address import key
from response.may import may
from response.office import Office, same
from response.roles import superior_of
from store.tickets import Ticket


def may_sign(office: Office, ticket: Ticket, person: str) -> bool:
    """Whether a signature of this person counts: somebody of the desk, who is not only the sender or the sender's superior."""
    if not may(person, "desk", office.organisation, office.options.staff):
        return False
    concerned = (ticket.sender, superior_of(ticket.sender, office.organisation) if ticket.sender else "")
    known_as = office.organisation.person(person)
    has_role = bool(known_as and set(known_as.roles) - {"admin"})
    return has_role or not any(same_person(office, person, one) for one in concerned)


def same_person(office: Office, one: str, other: str) -> bool:
    """Whether two addresses belong to one person; nobody is the same as nobody."""
    return same(_address(office, one), _address(office, other))


def _address(office: Office, address: str) -> str:
    person = office.organisation.person(address)
    return key(person.address) if person else address
