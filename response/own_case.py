"""What the reporter sees of his own case: the one next step, and nothing that others wrote; and what he does there."""

from dataclasses import dataclass
from typing import Literal

from notifier.options import Organisation, Person
from response import acts, answering
from response.containing import is_open
from response.office import Office, same
from response.roles import superior_of
from store.shelves import Shelves
from store.tickets import Step, Ticket

UNREACHED = "superior-unreached"
_FURTHER = ("leader", "deputy", "privacy officer", "management", "admin")
Said = Literal["told", "unreached"]


@dataclass(frozen=True, slots=True)
class OwnCase:
    """What one reporter sees."""

    ticket: Ticket
    tell: Person | None
    """Whom he tells now; None when the superior knows, or nobody is named."""
    may_say: bool
    """Whether it is his to say that he did."""
    step: Step | None
    """What comes next, once the superior knows: his own step, else the next of the case."""
    is_his: bool
    """Whether that step is his."""


def look(shelves: Shelves, office: Office, ticket_id: str, person: str) -> OwnCase | None:
    """Look at a case as its reporter does."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return None
    ended, told = not is_open(ticket), acts.gate_is_open(ticket)
    tried = shelves.evidence.count(ticket.id, UNREACHED)
    people = whom_to_tell(office.organisation, person)
    tell = None if ended or told or not people else people[min(tried, len(people) - 1)]
    mine = next((s for s in ticket.steps if s.state == "todo" and not s.gate and same(s.owner, person)), None)
    first = next((s for s in ticket.steps if s.state == "todo" and not s.gate), None)
    step = None if ended or not told else mine or first
    return OwnCase(ticket, tell, tell is not None and is_concerned(office, ticket, person), step, mine is not None)


def reported(shelves: Shelves, office: Office, ticket_id: str, person: str) -> bool:
    """Whether somebody is who reported a case: as the first, or after others; nobody else has a view of their own."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return False
    said = shelves.evidence.of_events(ticket_id, "reported")
    reporters = (ticket.reporter, *(str(one.body.get("reporter", "")) for one in said))
    mine = office.main_address(person)
    return any(same(office.main_address(one), mine) for one in dict.fromkeys(reporters) if one)


def is_concerned(office: Office, ticket: Ticket, person: str) -> bool:
    """Whether somebody is who tells the superior: the sender; who found it, where the sender is none of ours."""
    concerned = next((one for one in (ticket.sender, ticket.reporter) if office.is_ours(one)), "")
    return same(office.main_address(concerned), office.main_address(person))


def whom_to_tell(organisation: Organisation, person: str) -> tuple[Person, ...]:
    """Whom somebody tells first, and who comes next while they cannot be reached; never the person itself."""
    first = superior_of(person, organisation)
    superior = organisation.person(first) if first else None
    named = [first, superior.deputy if superior else "", superior.superior if superior else ""]
    named += [one.address for role in _FURTHER for one in organisation.with_role(role)]
    people = (organisation.person(one) or Person(address=one) for one in named if one)
    once = {one.address: one for one in people if not same(one.address, person)}
    return tuple(once.values())


def say(shelves: Shelves, office: Office, ticket_id: str, person: str, said: Said) -> acts.Refusal:
    """The sender has told his superior, or could not reach them; "" when it was written down."""
    seen = look(shelves, office, ticket_id, person)
    if seen is None or not seen.may_say or seen.tell is None:
        return "already"
    if said == "told":
        gate = next(step for step in seen.ticket.steps if step.gate)
        note = office.say(f"口頭で伝えました：{_named(seen.tell)}", f"Told in person: {_named(seen.tell)}")
        refusal = acts.finish_step(shelves, office, ticket_id, gate.step, by=person, note=note, not_needed=False)
        if not refusal:
            answering.acted(shelves, office, ticket_id, person)
            shelves.audit.add(person, "ticket-step", ticket_id, {"step": gate.step, "not_needed": False})
        return refusal
    shelves.evidence.add(ticket_id, person, UNREACHED, "superior", {"person": seen.tell.address})
    shelves.audit.add(person, UNREACHED, ticket_id)
    if any(one.line == "superior" and one.next_at for one in shelves.calls.rounds(ticket_id)):
        shelves.calls.go_on(ticket_id, "superior")
    return ""


def _named(person: Person) -> str:
    return person.name or person.address
