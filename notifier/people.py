"""People, found: by any of their addresses, by shared mailbox, by role, by the name before the @; ten thousand as fast as ten."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from mail.address import key, split

if TYPE_CHECKING:
    from notifier.options import Person

_NOBODY: Mapping[str, "Person"] = MappingProxyType({})
# What `mail.address.key` would leave as it is: nearly every address of a directory, and told in a tenth of the time.
_PLAIN = re.compile(r"[a-z0-9._-]+@(?!.*xn--)[a-z0-9.-]*[a-z0-9]")


def quick_key(address: str) -> str:
    """`mail.address.key`, for ten thousand addresses at once: past its cache, which mail needs."""
    return address if _PLAIN.fullmatch(address) else key.__wrapped__(address)


class Index:
    """Some people in their order; of an address that stands with several the first has it."""

    def __init__(self, people: Iterable["Person"], further: Mapping[str, "Person"] = _NOBODY) -> None:
        """`further`: by key, whom an address means that does not stand with the person itself."""
        self.everyone = tuple(people)
        self._by_address: dict[str, Person] = {}
        self._by_name: dict[str, str] = {}
        teams: dict[str, list[Person]] = defaultdict(list)
        roles: dict[str, list[Person]] = defaultdict(list)
        for person in self.everyone:
            own = quick_key(person.address)
            self._by_address.setdefault(own, person)
            self._by_name.setdefault(split(own)[0], own)
            for alias in person.aliases:
                self._by_address.setdefault(quick_key(alias), person)
            if person.second_mailbox:
                self._by_address.setdefault(quick_key(person.second_mailbox), person)
            for team in dict.fromkeys(quick_key(team) for team in person.teams):
                teams[team].append(person)
            for role in dict.fromkeys(person.roles):
                roles[role].append(person)
        for address, person in further.items():
            self._by_address.setdefault(address, person)
        self._by_team = {team: tuple(members) for team, members in teams.items()}
        self._by_role = {role: tuple(holders) for role, holders in roles.items()}

    def person(self, address: str) -> "Person | None":
        """Whose address it is; of an alias, and of either with a +tag, too."""
        return self._by_address.get(key(address))

    def namesake(self, local: str) -> str:
        """The key of the first person with that name before the @; "" for nobody."""
        return self._by_name.get(local, "")

    def team(self, mailbox: str) -> tuple["Person", ...]:
        """The people of a shared mailbox."""
        return self._by_team.get(key(mailbox), ())

    def role(self, role: str) -> tuple["Person", ...]:
        """Everyone who holds a role."""
        return self._by_role.get(role, ())


class Source(Protocol):
    """Where the people beside those of the settings come from."""

    def index(self, people: tuple["Person", ...], domains: tuple[str, ...]) -> Index:
        """Everybody as they are in force now: those of the settings first."""


class SettingsAlone:
    """Nobody beside the settings."""

    def __init__(self) -> None:
        self._made: tuple[tuple[Person, ...], Index] | None = None

    def __eq__(self, other: object) -> bool:
        """Two of them say the same."""
        return isinstance(other, SettingsAlone)

    __hash__ = None  # type: ignore[assignment]  # as of anything that compares by what it says

    def index(self, people: tuple["Person", ...], domains: tuple[str, ...]) -> Index:  # noqa: ARG002 - of `Source`
        """Those of the settings, made once."""
        if self._made is None or self._made[0] is not people:
            self._made = people, Index(people)
        return self._made[1]
