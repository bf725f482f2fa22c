"""A listing of people: of all entries of a directory, whoever is ours, with superiors and delegates as addresses and groups as teams.

What cannot be taken is named, and never guessed: a manager who is not there, an address that stands with two, a team outside.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from mail.address import domain_key, exact_key, is_inside, key
from notifier.directory import Listing
from notifier.options import Organisation, Person
from notifier.people import Index
from service.people_entries import Entry

REMARKS: Final = 200
"""So many are kept; the others are counted."""
SHOWN: Final = 5
"""People of a ring of superiors that are named."""


@dataclass(slots=True)
class Counts:
    """What was left out, and is no mistake."""

    without_mail: int = 0
    outside: int = 0
    groups: int = 0
    """Shared addresses with at least one of the people."""


@dataclass(slots=True)
class Book:
    """The entries of all sources, while it is found out who is who."""

    organisation: Organisation
    remarks: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    _domains: frozenset[str] = frozenset()
    _settings: Index = field(default_factory=lambda: Index(()))
    _by_name: dict[str, Entry] = field(default_factory=dict)
    _owners: dict[str, Entry] = field(default_factory=dict)
    """By key of an address."""
    _addresses: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By id of the entry: those of ours, the main one first."""

    def listing(self, entries: Iterable[Entry], at: datetime, sources: Sequence[str]) -> Listing:
        """Who is ours."""
        self._domains = frozenset(domain_key(domain) for domain in self.organisation.domains)
        self._settings = Index(self.organisation.people)  # without those of the import before
        # A directory answers in any order; who has an address that two claim must not change from day to day.
        ordered = sorted(entries, key=lambda one: one.name_key)
        for one in ordered:
            if one.name_key:
                self._by_name.setdefault(one.name_key, one)
            self._addresses[id(one)] = self._own(one)
        persons = [one for one in ordered if not one.is_group and self._counted(one)]
        persons = [one for one in persons if self._takes_main(one)]
        further = {id(one): tuple(self._further(one)) for one in persons}
        teams = self._teams([one for one in ordered if one.is_group])
        people = [self._person(one, further[id(one)], teams[id(one)]) for one in persons]
        self._name_rings(people)
        return Listing(
            version=1,
            at=at,
            sources=tuple(sources),
            remarks=tuple(self._few()),
            domains=tuple(sorted(self._domains)),
            people=tuple(people),
        )

    def _own(self, one: Entry) -> tuple[str, ...]:
        self.remarks += [f"{one.place}: {address}: no mail address" for address in one.wrong]
        return tuple(dict.fromkeys(exact_key(a) for a in one.addresses if is_inside(a, self._domains)))

    def _counted(self, one: Entry) -> bool:
        """Whether the entry is one of ours at all."""
        if self._addresses[id(one)]:
            return True
        self.counts.outside += bool(one.addresses)
        self.counts.without_mail += not one.addresses
        return False

    def _takes_main(self, one: Entry) -> bool:
        """The main address of two entries belongs to the first."""
        address = self._addresses[id(one)][0]
        owner = self._owners.setdefault(key(address), one)
        if owner is not one:
            self.remarks.append(f"{one.place}: {address} is that of {owner.place}, too; left out")
        return owner is one

    def _further(self, one: Entry) -> Iterator[str]:
        """Further addresses, but for those that are somebody else's."""
        for address in self._addresses[id(one)][1:]:
            owner = self._owners.setdefault(key(address), one)
            if owner is one:
                yield address
            else:
                self.remarks.append(f"{one.place}: {address} is that of {owner.place}, too; not taken")

    def _person(self, one: Entry, further: Sequence[str], teams: Iterable[str]) -> Person:
        address = self._addresses[id(one)][0]
        own = {key(a) for a in (address, *further)}
        meant = [self._meant(other, one, "delegate") for other in one.delegates]
        superior = self._meant(one.superior, one, "superior") if one.superior else ""
        return Person(
            address=address,
            name=one.name,
            aliases=tuple(further),
            language=one.language,
            superior="" if key(superior) in own else superior,
            delegates=tuple(dict.fromkeys(a for a in meant if a and key(a) not in own)),
            teams=tuple(dict.fromkeys(team for team in (*teams, *self._written_teams(one)) if key(team) not in own)),
        )

    def _meant(self, other: str, by: Entry, what: str) -> str:
        """The main address of whom a name or an address means; "" for nobody of ours."""
        if "=" not in other.partition("@")[0]:
            owner = self._owners.get(key(other))
            if owner or self._settings.person(other):
                return self._addresses[id(owner)][0] if owner else exact_key(other)
            self.remarks.append(f"{by.place}: {what} {other} is not there")
            return ""
        found = self._by_name.get(other)
        addresses = self._addresses[id(found)] if found else ()
        if not addresses or (found and found.is_group):
            why = "has no address of ours" if found else "is not there"
            self.remarks.append(f"{by.place}: {what} {other.replace(chr(10), ',').replace(chr(9), '+')} {why}")
            return ""
        return addresses[0]

    def _written_teams(self, one: Entry) -> Iterator[str]:
        """Teams that a table names."""
        for team in one.teams:
            if not is_inside(team, self._domains):
                self.remarks.append(f"{one.place}: team {team} is outside")
            elif self._is_shared(team, one.place):
                yield exact_key(team)

    def _is_shared(self, team: str, place: str) -> bool:
        """Whether it is nobody's own mailbox: who is of a team sees its mail and answers for it."""
        if key(team) not in self._owners and self._settings.person(team) is None:
            return True
        self.remarks.append(f"{place}: team {exact_key(team)} is the mailbox of a person; not taken")
        return False

    def _teams(self, groups: Sequence[Entry]) -> dict[int, list[str]]:
        """By id of a person's entry, the shared addresses of the groups they are in, directly or by another group."""
        found: dict[int, list[str]] = defaultdict(list)
        for group in groups:
            own = [address for address in self._addresses[id(group)] if self._is_shared(address, group.place)]
            if not own and self._addresses[id(group)]:
                continue
            if not own:
                if group.addresses:
                    self.remarks.append(f"{group.place}: team {group.addresses[0]} is outside")
                continue
            members = self._members(group)
            self.counts.groups += bool(members)
            for member in members:
                found[id(self._owners[key(self._addresses[id(member)][0])])] += own
            if not members:
                self.remarks.append(f"{group.place}: team {own[0]}: none of its members is there")
        return found

    def _members(self, group: Entry) -> list[Entry]:
        """The people of a group, and of the groups in it; of groups in a ring each once."""
        seen, waiting, people = {group.name_key}, list(group.members), []
        while waiting:
            name = waiting.pop()
            one = self._by_name.get(name)
            if one is None or name in seen:
                continue
            seen.add(name)
            if one.is_group:
                waiting += one.members
            elif self._addresses[id(one)]:
                people.append(one)
        return people

    def _name_rings(self, people: Sequence[Person]) -> None:
        """Superiors in a ring: each asks only the next one, so it is no mistake of ours, and hardly meant."""
        superior: dict[str, str] = {key(p.address): key(p.superior) for p in people if p.superior}
        done: set[str] = set()
        for start in superior:
            path: dict[str, None] = {}
            one = start
            while one in superior and one not in done and one not in path:
                path[one] = None
                one = superior[one]
            if one in path:
                ring = list(path)[list(path).index(one) :]
                more = f" and {len(ring) - SHOWN} more" if len(ring) > SHOWN else ""
                self.remarks.append(f"{', '.join(ring[:SHOWN])}{more}: superiors of each other in a ring")
            done.update(path)

    def _few(self) -> Iterator[str]:
        yield from islice(self.remarks, REMARKS)
        if len(self.remarks) > REMARKS:
            yield f"and {len(self.remarks) - REMARKS} more"
