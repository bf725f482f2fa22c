"""Need to know: who may open a case, and who may only read it.

| who | opens it | works on it |
|---|---|---|
| leader, deputy, privacy officer | yes | yes |
| whoever was called to it | yes | yes |
| another role of the desk, `[response] staff` | yes; with `need_to_know = true` only owners of a step, and who is on its list | the same |
| somebody on its list without a role of the desk | yes | no |
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from mail.address import is_inside
from response.may import may
from response.office import Office, same
from response.search import Looked
from store.journal import Line
from store.shelves import Shelves
from store.tickets import Ticket

Standing = Literal["", "read", "work"]
ALWAYS = frozenset({"leader", "deputy", "privacy officer"})


@dataclass(frozen=True, slots=True)
class Needs:
    """Which cases somebody need know of: asked for a case by its id."""

    everything: bool = False
    works: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()

    def standing(self, ticket_id: str) -> Standing:
        """What they may do with one."""
        if self.everything or ticket_id in self.works:
            return "work"
        return "read" if ticket_id in self.reads else ""

    def __contains__(self, ticket_id: object) -> bool:
        return bool(self.standing(str(ticket_id)))


def of(shelves: Shelves, office: Office, person: str, among: Collection[str] = ()) -> Needs:
    """What somebody need know of the cases of the desk; `among`: of these alone, by id."""
    if not is_inside(person, frozenset(office.organisation.domains)):
        return Needs()
    own, known = office.main_address(person), office.organisation.person(person)
    at_desk = may(person, "desk", office.organisation, office.options.staff)
    if (known and ALWAYS & set(known.roles)) or (at_desk and not office.options.need_to_know):
        return Needs(everything=True)
    called, watched = shelves.calls.about(own), shelves.watchers.watched_by(own)
    owned = shelves.desk_overview.owned_by(own, among) if at_desk else frozenset[str]()
    return Needs(works=called | owned | (watched if at_desk else frozenset()), reads=watched)


def standing(shelves: Shelves, office: Office, ticket: Ticket, person: str) -> Standing:
    """What somebody may do with a case: "" nothing, not even see what it is about."""
    return of(shelves, office, person, (ticket.id,)).standing(ticket.id)


def hidden_lines(shelves: Shelves, office: Office, person: str, lines: Iterable[Line]) -> frozenset[str]:
    """Lines of the journal, by id, of messages of cases that somebody need not know of."""
    knows = of(shelves, office, person)
    if knows.everything:
        return frozenset()
    cases = shelves.desk_overview.cases_of(lines)
    return frozenset(line for line, of_line in cases.items() if not any(case in knows for case in of_line))


def looked(shelves: Shelves, office: Office, person: str, found: Looked) -> Looked:
    """What a search of the journal found, as far as they need know: of a message of others' cases only that there is one."""
    hidden = hidden_lines(shelves, office, person, [hit.line for hit in found.hits])
    return replace(found, hits=tuple(replace(hit, is_hidden=hit.line.id in hidden) for hit in found.hits))


def by_link(shelves: Shelves, office: Office, ticket: Ticket, person: str) -> Standing:
    """The same for who follows a link that was made for them.

    Without `need_to_know` it opens for who was called before calls were kept, too; never for who was taken off the list.
    """
    if found := standing(shelves, office, ticket, person):
        return found
    own = office.main_address(person)
    was_listed = any(same(one.person, own) for one in shelves.watchers.of(ticket.id))
    older = not office.options.need_to_know and not was_listed and office.is_ours(own)
    return "work" if older else ""
