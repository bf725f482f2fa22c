"""Exposed: whether so many persons' data would leave that whoever lets it go signs in first."""

from collections.abc import Iterable

from gateway.options import HoldOptions
from store.holds import Hold


def wants_sign_in(holds: Iterable[Hold], options: HoldOptions) -> bool:
    """Whether the release of these copies asks for a session of the very person (`[hold] sign_in_persons`; 0: never)."""
    least = options.sign_in_persons
    return bool(least) and any(_persons(hold) >= least for hold in holds)


def _persons(hold: Hold) -> int:
    """Count the persons at most, as the exposure of the verdict does."""
    persons = hold.verdict.get("exposure", {}).get("persons") or {}
    return int(persons.get("max", 0))
