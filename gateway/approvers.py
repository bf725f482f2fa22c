"""Approvers: who may say yes to somebody else's message, and when enough of them have. From the settings and the directory.

A person counts once under whatever address, and never for mail of their own: neither as its author, nor as the one who asks, nor by
way of a shared mailbox, which stands for its people.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from gateway.approval_options import Approval, ApprovalCase
from gateway.options import SenderClass
from gateway.senders import is_listed
from mail.address import is_inside, key, split
from notifier import addressees
from notifier.options import Organisation
from response.roles import RESPONDERS, superior_of
from store.approvals import Requirement, Round
from store.holds import Hold

SUPERIOR: Final = "superior"
_BLOCKED: Final = "recipient-blocked"
"""What waits for the desk is approved by the desk, unless the settings name others."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a round is."""

    have: tuple[int, ...]
    """Per requirement, how many different people have agreed who may still do so."""
    complete: bool
    left: tuple[str, ...]
    """Who was asked and is no approver any more."""


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may approve what."""

    organisation: Organisation
    classes: tuple[SenderClass, ...]
    settings: Approval

    def identity(self, address: str) -> str:
        """What all addresses of one person have in common: aliases, +tags, spellings, and the same name at another domain of ours."""
        person = self.organisation.person(address)
        if person:
            return key(person.address)
        wanted = key(address)
        if not is_inside(wanted, frozenset(self.organisation.domains)):
            return wanted
        local = split(wanted)[0]
        return self.organisation.namesake(local) or local

    def own(self, hold: Hold, asker: str, header_from: str) -> frozenset[str]:
        """Whose message it is (identities): nobody of them approves it."""
        mine = {asker, hold.reverse_path, header_from}
        if not self._members(hold.reverse_path):
            mine |= set(hold.asked)
        # Behind the link of a shared mailbox anybody of its people may have asked.
        mine |= set(self._members(asker))
        return frozenset(self.identity(address) for address in mine if address)

    def author(self, hold: Hold, asker: str) -> str:
        """Whose superior is asked: the sender's where that is a known person, else that of whoever asks."""
        person = self.organisation.person(hold.reverse_path)
        return person.address if person and not self._members(hold.reverse_path) else asker

    def required(
        self, rules: Iterable[tuple[str, ...]], hold: Hold, asker: str, own: frozenset[str]
    ) -> tuple[Requirement, ...] | None:
        """What must be agreed to by whom, of risks by their rules; None where there are not people enough for one of them."""
        author = self.author(hold, asker)
        wanted: dict[tuple[tuple[str, ...], int, bool], set[str]] = {}
        asked, tables = tuple(rules), hold.verdict.get("policy", {}).get("approve", ())
        for table in tables:  # of [[policy]]: each wants its own people
            named = tuple(table["approvers"]) or self.settings.approvers
            wanted.setdefault((named, table["needed"], False), set()).update(*asked)
        for several in asked:
            for case in self._cases(several, hold.reverse_path, fallback=not tables):
                wanted.setdefault((case.approvers, case.needed, case.sender_chooses), set()).update(several)
        made: list[Requirement] = []
        for (named, needed, chooses), about in wanted.items():
            people = self._without(self._people_of(named, author), own)
            if len(people) < needed:
                people = self._distinct([*people, *self._without(self._admins(), own)])
            if len(people) < needed:
                return None
            made.append(Requirement(tuple(sorted(about)), named, needed, people, chooses))
        return tuple(made)

    def chosen(self, requirements: Sequence[Requirement], choice: Iterable[str]) -> tuple[Requirement, ...] | None:
        """The same with whom the sender chose, where the sender chooses; None where these are not enough."""
        picked = {self.identity(address) for address in choice}
        made = [
            replace(r, people=tuple(p for p in r.people if self.identity(p) in picked)) if r.chooses else r
            for r in requirements
        ]
        return tuple(made) if all(len(r.people) >= r.needed for r in made) else None

    def may_answer(self, of: Round, person: str, hold: Hold, own: frozenset[str]) -> bool:
        """Whether somebody who was asked is an approver still, and the message is not their own."""
        one = self.identity(person)
        asked = one in {self.identity(p.address) for p in of.people}
        return asked and any(one in self._possible(r, of, hold, own) for r in of.requirements)

    def standing(self, of: Round, hold: Hold, own: frozenset[str]) -> Standing:
        """How far a round is: people count who were asked and may answer now; what was asked of more than one thing counts for each."""
        approved = {self.identity(p.address) for p in of.people if p.said == "approved"}
        have = tuple(len(approved & self._possible(r, of, hold, own)) for r in of.requirements)
        complete = bool(have) and all(n >= r.needed for n, r in zip(have, of.requirements, strict=True))
        left = tuple(p.address for p in of.people if not self.may_answer(of, p.address, hold, own))
        return Standing(have, complete, left)

    def in_place(self, of: Round, hold: Hold, own: frozenset[str]) -> tuple[Requirement, ...]:
        """The requirements with further people where too few are left: others who are named, deputies, the admins."""
        return tuple(self._filled(r, of, hold, own) for r in of.requirements)

    def with_deputies(self, of: Round, own: frozenset[str]) -> tuple[Requirement, ...]:
        """The requirements with the deputies of those who have not answered."""
        silent = {self.identity(p.address) for p in of.people if not p.said}

        def further(requirement: Requirement) -> Requirement:
            waits = [a for a in requirement.people if self.identity(a) in silent]
            deputies = self._without(addressees.deputies(self.organisation, waits), own)
            return replace(requirement, people=self._distinct([*requirement.people, *deputies]))

        return tuple(further(requirement) for requirement in of.requirements)

    def most(self, named: Sequence[str]) -> int:
        """How many could ever approve where these are named: for whomever, and with the admins, who stand in."""
        # Of all superiors, each person has one.
        once = self._a_superior() if SUPERIOR in named else ()
        others = self._people_of([entry for entry in named if entry != SUPERIOR], "")
        return len({self.identity(a) for a in (*others, *self._admins())} | {self.identity(a) for a in once})

    def _a_superior(self) -> tuple[str, ...]:
        """Somebody who is a superior, where anybody is."""
        people = self.organisation.everyone
        found = (a for p in people for a in (p.superior, superior_of(p.address, self.organisation)) if a)
        return tuple(islice(found, 1))

    def _filled(self, requirement: Requirement, of: Round, hold: Hold, own: frozenset[str]) -> Requirement:
        people = requirement.people
        named = self._named_now(requirement, of, hold)
        for more in (named, addressees.deputies(self.organisation, (*people, *named)), self._admins()):
            if len(self._possible(replace(requirement, people=people), of, hold, own)) >= requirement.needed:
                break
            people = self._distinct([*people, *self._without(more, own)])
        return replace(requirement, people=people)

    def _possible(self, requirement: Requirement, of: Round, hold: Hold, own: frozenset[str]) -> frozenset[str]:
        """Of those who were asked for a requirement, who may answer now (identities)."""
        standing = (*self._named_now(requirement, of, hold), *self._admins())
        now = (*standing, *addressees.deputies(self.organisation, standing))
        asked = {self.identity(a) for a in requirement.people}
        return frozenset(self.identity(a) for a in now if self._inside(a)) & asked - own

    def _named_now(self, requirement: Requirement, of: Round, hold: Hold) -> tuple[str, ...]:
        """Whom the settings name now for what was asked: who left them is no approver any more.

        Of several lists the one it was asked by: who stands in another one agrees to another thing. Where that is not there any more, all.
        """
        tables = hold.verdict.get("policy", {}).get("approve", ())
        cases = self._cases(requirement.rules, hold.reverse_path, fallback=not tables)
        every = [*(case.approvers for case in cases), *(t["approvers"] or self.settings.approvers for t in tables)]
        lists = [named for named in map(tuple, every) if named == tuple(requirement.named)] or every
        return self._people_of((entry for named in lists for entry in named), self.author(hold, of.asked_by))

    def _cases(self, rules: Collection[str], sender: str, *, fallback: bool) -> tuple[ApprovalCase, ...]:
        """Every case that a risk falls under; all of them must be satisfied. None: with `fallback` the general one."""
        found = tuple(
            case
            for case in self.settings.cases
            if (not case.rules or set(case.rules) & set(rules))
            and (not (case.senders or case.groups) or is_listed(sender, case.senders))
        )
        if found:
            return found
        if _BLOCKED in rules:
            return (ApprovalCase(approvers=RESPONDERS),)
        own = self.settings
        if not fallback:
            return ()
        return (ApprovalCase(approvers=own.approvers, needed=own.needed, sender_chooses=own.sender_chooses),)

    def _people_of(self, named: Iterable[str], author: str) -> tuple[str, ...]:
        """Whom entries of the settings mean: mailboxes of our own domains, each person once."""
        found: list[str] = []
        for entry in named:
            if entry == SUPERIOR:
                found.append(superior_of(author, self.organisation))
            elif "@" in entry:
                found.append(entry)
            else:
                found += [person.address for person in self.organisation.with_role(entry)]
        return self._distinct(found)

    def _admins(self) -> tuple[str, ...]:
        by_role = [person.address for person in self.organisation.with_role("admin")]
        return self._distinct([*self.organisation.admins, *by_role])

    def _members(self, mailbox: str) -> tuple[str, ...]:
        """The people behind a shared mailbox; () for a mailbox of one person."""
        if not mailbox:
            return ()
        of_class = [
            member
            for one in self.classes
            if one.kind == "team" and is_listed(mailbox, [a for a in one.addresses if not a.startswith("@")])
            for member in one.members
        ]
        by_name = [person.address for person in self.organisation.team(mailbox)]
        return tuple(dict.fromkeys([*of_class, *by_name]))

    def _distinct(self, addresses: Iterable[str]) -> tuple[str, ...]:
        """Each person once, a shared mailbox as its people, nobody outside."""
        every = [one for a in addresses if a for one in (self._members(a) or (a,))]
        once = {self.identity(one): one for one in reversed(every) if self._inside(one)}
        return tuple(reversed(once.values()))

    def _without(self, addresses: Iterable[str], own: frozenset[str]) -> tuple[str, ...]:
        return tuple(a for a in self._distinct(addresses) if self.identity(a) not in own)

    def _inside(self, address: str) -> bool:
        return addressees.may_receive(self.organisation, "approval_asked", address)
