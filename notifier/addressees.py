"""Addressees: who is told, in which language, and the one rule of who may be told at all: mailboxes of our own domains."""

from collections.abc import Iterable, Mapping

from mail.address import is_inside, key
from notifier.options import Organisation
from store.holds import Hold

ANYWHERE = frozenset({"bounce", "report_reference", "case_closed_reference", "letter"})
"""Kinds that may leave the house, for they hold no finding: a delivery status notification, a bare number with thanks, a letter that asks to delete."""


def may_receive(organisation: Organisation, kind: str, address: str) -> bool:
    """Whether a notice of that kind may go to that address: inside our own domains, or one of those that may leave."""
    if not address or any(c < " " or c == "\x7f" for c in address):
        return False
    return kind in ANYWHERE or is_inside(address, frozenset(organisation.domains))


def admins(organisation: Organisation) -> tuple[str, ...]:
    """Who gets what nobody else can answer: the admins, else who holds the role, else postmaster (RFC 5321 4.5.1)."""
    named = organisation.admins or tuple(p.address for p in organisation.with_role("admin"))
    return named or (f"postmaster@{organisation.domains[0]}",)


def asked(organisation: Organisation, hold: Hold) -> tuple[str, ...]:
    """Who answers for a hold: those it was decided for, else the admins.

    Of those only who may be told: a domain that was ours when it was held may not be any more, nor a delegate one of the sender's.
    """
    people = tuple(a for a in hold.asked if may_receive(organisation, "", a) and may_answer(organisation, hold, a))
    return people or admins(organisation)


def may_answer(organisation: Organisation, hold: Hold, address: str) -> bool:
    """Whether somebody who was asked may answer still: a delegate or a member of a team only as long as they are one."""
    stand_ins: Mapping[str, str] = hold.verdict.get("stand_ins", {})
    own = key(address)
    mailbox = next((of for person, of in stand_ins.items() if key(person) == own), "")
    if not mailbox:
        return True
    team = (person.address for person in organisation.team(mailbox))
    now = (*organisation.with_delegates(mailbox)[1:], *team, *deputies(organisation, [mailbox]))
    return own in {key(person) for person in now}


def deputies(organisation: Organisation, addresses: Iterable[str]) -> tuple[str, ...]:
    """Who stands in for some people and is not among them."""
    given = {a.lower() for a in addresses}
    people = (organisation.person(a) for a in given)
    return tuple(sorted({p.deputy for p in people if p and p.deputy and p.deputy.lower() not in given}))


def reminded(organisation: Organisation, hold: Hold) -> tuple[str, ...]:
    """Name who is reminded: those who are asked, from the second time on their deputies, too."""
    people = asked(organisation, hold)
    return (*people, *deputies(organisation, people)) if hold.reminders else people


def sender(organisation: Organisation, hold: Hold) -> tuple[str, ...]:
    """Name the mailbox a held message came from when it is ours, else who answers for it."""
    inside = may_receive(organisation, "", hold.reverse_path)
    return (hold.reverse_path,) if inside else asked(organisation, hold)


def language(organisation: Organisation, address: str, hold: Hold | None = None) -> str:
    """Choose the language of the person; else of the message for whoever wrote it; else of the house.

    The message says nothing of the language of a superior, a delegate or an admin. Who wrote it is whom the question is for
    without standing in for anybody, and whom the settings do not name; or the reverse-path.
    """
    person = organisation.person(address)
    of_hold = hold.language if hold and _wrote(organisation, hold, address) else ""
    return (person.language if person else None) or of_hold or organisation.language


def _wrote(organisation: Organisation, hold: Hold, address: str) -> bool:
    own = key(address)
    if hold.reverse_path and own == key(hold.reverse_path):
        return True
    stand_ins = {key(one) for one in hold.verdict.get("stand_ins", {})}
    return organisation.person(address) is None and own in {key(one) for one in hold.asked} - stand_ins


def shown_name(organisation: Organisation, address: str) -> str:
    """Show a colleague by name and address, anyone else by address; "" for nobody and for what is no person."""
    person = organisation.person(address)
    if person and person.name:
        return f"{person.name} <{address}>"
    return address if "@" in address else ""
