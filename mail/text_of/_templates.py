"""Templates: members of documents that office programs write the same each time (styles, layouts) are read once, not once a document.

Of what came once only the digest is kept: what anybody wrote is not the same in a second document.
"""

from collections.abc import Callable
from hashlib import sha256

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._rest import Rest

_LARGEST = 64 * 1024
_OCTETS = 2 * 1024 * 1024
"""Of all members that are kept; what was read from them takes a few times as much."""
_DIGESTS = 8192
Blocks = tuple[Block, ...]


class Templates:
    """What was read from members that came more than once."""

    def __init__(self) -> None:
        self._came: set[tuple[object, ...]] = set()
        self._kept: dict[tuple[object, ...], tuple[Blocks, Rest]] = {}
        self._octets = 0

    def read(self, content: bytes, how: tuple[object, ...], rest: Rest, spending: Spending, read: Callable[[Rest], Blocks]) -> Blocks:  # fmt: skip
        """What `read` gives for these octets, read in this way; what it leaves aside goes to `rest`."""
        if len(content) > _LARGEST:
            return read(rest)
        key = (sha256(content).digest(), *how)
        if (known := self._kept.get(key)) is not None:
            found, aside = known
            for block in found:
                for row in block.rows:
                    spending.text(sum(map(len, row)))
                    spending.row(len(row))
        else:
            aside = Rest()
            found = read(aside)
            self._remember(key, len(content), (found, aside))
        rest.take(aside)
        return found

    def _remember(self, key: tuple[object, ...], octets: int, read: tuple[Blocks, Rest]) -> None:
        if key not in self._came:
            if len(self._came) >= _DIGESTS:
                self._came.clear()
            self._came.add(key)
            return
        if self._octets + octets > _OCTETS:
            self._kept.clear()
            self._octets = 0
        self._kept[key] = read
        self._octets += octets


TEMPLATES = Templates()
