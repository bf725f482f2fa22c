"""Record: what is known of one person, and how many persons it may be."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

NAME: Final = "person_name"
BIRTH: Final = "birth_date"
REACH: Final = ("phone", "postal_address")
BESIDE: Final = frozenset({"postal_code"})
"""Says more of a person, but neither that there is one nor which."""
TELLING: Final = ("email_address", "phone", "my_number", "payment_card", "postal_address", BIRTH, NAME)
"""Which values tell two persons apart, the surest first."""
LISTED: Final = 3
"""So many data of a kind for each name: a list whose names we do not know."""

CROWD: Final = 10
"""So many data of a kind in one row, and so many fewer names: nobody has ten telephones, they are a list in a cell."""

Found = dict[str, dict[str, None]]
"""Values by kind, in order, each once."""


class Record(NamedTuple):
    """What is known of one person, or of several who cannot be told apart."""

    found: Mapping[str, tuple[str, ...]]
    """Values by kind, in order, each once."""
    aside: bool = False
    """A signature: of a correspondent, not of somebody in a list."""
    several: bool = False
    """A paragraph, which may list persons line by line."""

    def persons(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """At least these: the names; in a row with what tells two of one name apart; in a list without names its data.

        And at most these: the values of the kind with the most.
        """
        names, most = self.found.get(NAME, ()), self._most()
        if self.several:
            return most if len(most) >= LISTED * max(1, len(names)) else names or most[:1], most
        if len(most) >= CROWD and len(most) >= LISTED * max(1, len(names)):
            return most, most
        if not names:
            return most[:1], most
        telling = next((self.found[kind][0] for kind in TELLING if self.found.get(kind)), "")
        return tuple([f"{name} {telling}" for name in names]), most

    @property
    def size(self) -> int:
        """How many persons at most."""
        return max([len(values) for kind, values in self.found.items() if kind not in BESIDE], default=0)

    def _most(self) -> tuple[str, ...]:
        """The values of the kind with the most; of several the surest."""
        found, size = self.found, self.size
        if not size:
            return ()
        for kind in TELLING:
            if kind in found and len(found[kind]) == size:
                return found[kind]
        return next(values for kind, values in found.items() if len(values) == size and kind not in BESIDE)

    @property
    def is_dense(self) -> bool:
        """Name, date of birth, and address or telephone."""
        return bool(self.found.get(NAME) and self.found.get(BIRTH) and any(self.found.get(kind) for kind in REACH))


def together(found: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """The values of some rows put together, each once."""
    all_: Found = {}
    for one in found:
        for kind, values in one.items():
            all_.setdefault(kind, {}).update(dict.fromkeys(values))
    return {kind: tuple(values) for kind, values in all_.items()}
