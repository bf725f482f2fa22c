"""Addressees: who is told, in which language, and the one rule of who may be told at all: mailboxes of our own domains."""

from collections.abc import Iterable

from mail.address import is_inside
from notifier.options import Organisation
from store.holds import Hold

ANYWHERE = frozenset({"bounce", "report_reference"})
"""Kinds that may leave the house, for they hold no finding and no link: a delivery status notification, a bare number."""


def may_receive(organisation: Organisation, kind: str, address: str) -> bool:
    """Whether a notice of that kind may go to that address: inside our own domains, or one of the two that may leave."""
    if not address or any(c < " " or c == "\x7f" for c in address):
        return False
    return kind in ANYWHERE or is_inside(address, frozenset(organisation.domains))


def admins(organisation: Organisation) -> tuple[str, ...]:
    """Who gets what nobody else can answer: the admins, else who holds the role, else postmaster (RFC 5321 4.5.1)."""
    named = organisation.admins or tuple(p.address for p in organisation.with_role("admin"))
    return named or (f"postmaster@{organisation.domains[0]}",)


def asked(organisation: Organisation, hold: Hold) -> tuple[str, ...]:
    """Who answers for a hold: those it was decided for, else the admins.

    Of those only who may be told: a domain that was ours when it was held may not be any more.
    """
    return tuple(a for a in hold.asked if may_receive(organisation, "", a)) or admins(organisation)


def deputies(organisation: Organisation, addresses: Iterable[str]) -> tuple[str, ...]:
    """Who stands in for some people and is not among them."""
    given = {a.lower() for a in addresses}
    people = (organisation.person(a) for a in given)
    return tuple(sorted({p.deputy for p in people if p and p.deputy and p.deputy.lower() not in given}))


def sender(organisation: Organisation, hold: Hold) -> tuple[str, ...]:
    """Name the mailbox a held message came from when it is ours, else who answers for it."""
    inside = may_receive(organisation, "", hold.reverse_path)
    return (hold.reverse_path,) if inside else asked(organisation, hold)


def language(organisation: Organisation, address: str, hold: Hold | None = None) -> str:
    """Choose the language of the person, else of the message, else of the house."""
    person = organisation.person(address)
    of_hold = hold.language if hold else ""
    return (person.language if person else None) or of_hold or organisation.language


def shown_name(organisation: Organisation, address: str) -> str:
    """Show a colleague by name and address, anyone else by address; "" for nobody and for what is no person."""
    person = organisation.person(address)
    if person and person.name:
        return f"{person.name} <{address}>"
    return address if "@" in address else ""
