"""Duty: what a room of the desk gives the clockwork to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from response.office import Office
from store.shelves import Shelves


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that comes due by itself."""

    name: str
    due: Callable[[Shelves, Office], Sequence[str]]
    """Reads only: the ids of what is due now; cheap, for it is asked every few seconds."""
    do: Callable[[Shelves, Office, str], None]
    """Does it for one id, if it still is due."""
