"""The contact tree: who is called at once, and who comes next while nobody has taken it.

| line | at once | then | then | then |
|---|---|---|---|---|
| superior | the superior of the sender | their deputy | the superior's superior | management, while nobody at all has it |
| desk | leader, deputy, privacy officer, responders; outside working hours those on call, too | their deputies | management | the admins |

With each step those who have not answered are written to at their second mailbox. In a drill nobody of management and no admin is called.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mail.address import key
from notifier import addressees
from notifier.options import Organisation, Person
from response.office import Office
from response.roles import responders
from store.calls import Call, Occasion

LAST = 3
"""The level behind which there is nobody further."""
NOT_IN_A_DRILL = frozenset({"management", "admin"})
ON_CALL, STAND_IN = "on call", "stand-in"


@dataclass(frozen=True, slots=True)
class Next:
    """Somebody who comes next."""

    person: Person
    role: str
    instead_of: str = ""


def called_at_once(office: Office, at: datetime) -> tuple[tuple[Person, str], ...]:
    """Everyone to be called to a new case with the role for which they are: each person once, the leader first."""
    called: list[tuple[Person, str]] = [*responders(office.organisation)]
    if not office.at_work(at):
        known = {key(person.address) for person, _ in called}
        called += [(p, ON_CALL) for p in office.organisation.people if p.on_call and key(p.address) not in known]
    return tuple(called)


def next_of_desk(organisation: Organisation, level: int, silent: Sequence[Call]) -> tuple[Next, ...]:
    """Who is called to the desk at a level (1–3)."""
    if level == 1:
        return tuple(_deputies(organisation, silent))
    if level == 2:  # noqa: PLR2004 - the table above
        return tuple(Next(person, "management") for person in organisation.with_role("management"))
    return tuple(Next(_person(organisation, address), "admin") for address in addressees.admins(organisation))


def next_of_superior(
    organisation: Organisation, level: int, silent: Sequence[Call], *, somebody_has_it: bool
) -> tuple[Next, ...]:
    """Who is told in place of the superior at a level (1–3)."""
    if level == 1:
        return tuple(_deputies(organisation, silent))
    if level == 2:  # noqa: PLR2004 - as above
        above = ((one.person, organisation.person(one.person)) for one in silent)
        named = ((of, person.superior) for of, person in above if person and person.superior)
        return tuple(Next(_person(organisation, address), "superior", of) for of, address in named)
    if somebody_has_it:
        return ()
    return tuple(Next(person, "management") for person in organisation.with_role("management"))


def may_be_called(found: Iterable[Next], occasion: Occasion) -> Iterator[Next]:
    """Leave out who is not to be alarmed by a drill."""
    for one in found:
        if occasion != "drill" or not NOT_IN_A_DRILL & {one.role, *one.person.roles}:
            yield one


def everyone(organisation: Organisation) -> tuple[Person, ...]:
    """Everybody with a role, or on call: whom the contact tree must reach; each once, in the order in which they are called."""
    ranks = ("leader", "deputy", "privacy officer", "responder", "management", "admin")
    first = [person for role in ranks for person in organisation.with_role(role)]
    rest = [person for person in organisation.people if person.roles or person.on_call]
    return tuple({key(person.address): person for person in (*first, *rest)}.values())


def _deputies(organisation: Organisation, silent: Sequence[Call]) -> Iterator[Next]:
    for call in silent:
        person = organisation.person(call.person)
        if person and person.deputy:
            yield Next(_person(organisation, person.deputy), STAND_IN, call.person)


def _person(organisation: Organisation, address: str) -> Person:
    return organisation.person(address) or Person(address=address)
