"""Opening: the beginning of a body as text, made once for all rules that look for words in it; nobody writes more by hand."""

from typing import Final

from mail.shapes import Message, Part, lazy
from rules.part_text import beginning

LONGEST: Final = 64 * 1024
"""Characters of a body that are looked at for words."""


class Opening:
    """Of one body."""

    def __init__(self, part: Part) -> None:
        self._part = part

    @lazy
    def text(self) -> str:
        """As it was given, rows with a tab between their cells."""
        return beginning(self._part.blocks, LONGEST)


def openings(message: Message) -> tuple[Opening, ...]:
    """Those of all bodies, in their order."""
    return tuple([Opening(part) for part in message.parts if part.is_body])
