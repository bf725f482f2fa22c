"""Roles: who in the organisation answers for a step, and who is called; never nobody while somebody is named."""

from collections.abc import Iterable
from typing import Literal

from mail.address import is_inside, key
from notifier.options import Organisation, Person

Role = Literal[
    "sender",
    "superior",
    "gateway",
    "leader",
    "deputy",
    "privacy officer",
    "management",
    "admin",
    "responder",
    "public relations",
    "investigator",
]
RESPONDERS: tuple[Role, ...] = ("leader", "deputy", "privacy officer", "responder")
"""Who is called when a ticket opens, in this order."""
_FALL_BACK: tuple[Role, ...] = ("leader", "deputy", "privacy officer", "management", "admin")


def superior_of(address: str, organisation: Organisation) -> str:
    """Whom that person tells first: the superior of the settings, else the leader, the deputy, management, an admin; "" nobody.

    Never the person itself: somebody who leads the desk tells the deputy.
    """
    person = organisation.person(address)
    if person and person.superior and key(person.superior) != key(address):
        return person.superior
    ranks: tuple[Role, ...] = ("leader", "deputy", "management", "privacy officer", "admin")
    return _first(_holders(ranks, organisation), but=address) or _first(organisation.admins, but=address)


def owner_of(roles: Iterable[Role], sender: str, organisation: Organisation) -> str:
    """Find the address that owns a step; "" for the gateway itself, and where nobody at all is named."""
    roles = tuple(roles)
    people = [role for role in roles if role != "gateway"]
    if not people:
        return ""
    ours = is_inside(sender, frozenset(organisation.domains))
    for role in people:
        if role in {"sender", "superior"}:
            found = (sender if role == "sender" else superior_of(sender, organisation)) if ours else ""
        else:
            found = _first(_holders((role,), organisation))
        if found:
            return found
    return _first(_holders(_FALL_BACK, organisation)) or _first(organisation.admins)


def responders(organisation: Organisation) -> tuple[tuple[Person, Role], ...]:
    """Everyone to be called with the role for which they are: each person once, the leader first."""
    called: dict[str, tuple[Person, Role]] = {}
    for role in RESPONDERS:
        for person in organisation.with_role(role):
            called.setdefault(key(person.address), (person, role))
    return tuple(called.values())


def _holders(roles: Iterable[Role], organisation: Organisation) -> tuple[str, ...]:
    return tuple(person.address for role in roles for person in organisation.with_role(role))


def _first(addresses: Iterable[str], but: str = "") -> str:
    return next((one for one in addresses if not but or key(one) != key(but)), "")
