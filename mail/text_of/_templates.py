"""Templates: members of documents that office programs write the same each time (styles, layouts) are read once, not once a document.

Of what came once only the digest is kept: what anybody wrote is not the same in a second document.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar, cast

from mail.shapes import Block
from mail.text_of._rest import Rest

_LARGEST = 1024 * 1024
"""Octets of a member; the styles of Word have half as many."""
_ROOM = 2 * 1024 * 1024
"""Characters of all that is kept; they take a few times as much."""
_DIGESTS = 8192
_EACH = 500
"""What a member takes of which nothing was read."""
Blocks = tuple[Block, ...]
Key = tuple[object, ...]
T = TypeVar("T")


class Templates:
    """What was read from members that came more than once."""

    def __init__(self) -> None:
        self._came: set[Key] = set()
        self._kept: dict[Key, tuple[object, Rest]] = {}
        self._taken = 0

    def known(
        self,
        content: bytes,
        how: tuple[object, ...],
        rest: Rest,
        read: Callable[[Rest], T],
        size: Callable[[T], int],
        may_stay: Callable[[], bool] = lambda: True,
    ) -> T:
        """What `read` makes of these octets in this way; what it leaves aside goes to `rest`.

        How many characters it takes, `size` says; whether that was all that came of it, `may_stay`.
        """
        if len(content) > _LARGEST:
            return read(rest)
        key = (sha256(content).digest(), *how)
        if (kept := self._kept.get(key)) is None:
            aside = Rest()
            found = read(aside)
            if may_stay():
                self._remember(key, (found, aside), size)
        else:
            found, aside = cast("tuple[T, Rest]", kept)
        rest.take(aside)
        return found

    def _remember(self, key: Key, read: tuple[T, Rest], size: Callable[[T], int]) -> None:
        if key not in self._came:
            if len(self._came) >= _DIGESTS:
                self._came.clear()
            self._came.add(key)
            return
        room = _EACH + read[1].size + size(read[0])
        if self._taken + room > _ROOM:
            self._kept.clear()
            self._taken = 0
        self._kept[key] = read
        self._taken += room


def characters(found: Blocks) -> int:
    """How many are in blocks."""
    return sum(len(cell) for block in found for row in block.rows for cell in row)


TEMPLATES = Templates()
