"""Members of archives: their names, as people see them and as text that is looked through."""

from collections.abc import Iterable

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._rest import Rest
from mail.words import TURNS


def named(words: Iterable[str], spending: Spending) -> tuple[Block, ...]:
    """Names and comments travel too, and say more than the files at times."""
    rest = Rest()
    for word in words:
        rest.text(word)
    return rest.blocks((), spending, "names")


def shown(name: str) -> str:
    """A member's name for people: printable, at most 255 characters."""
    return "".join(c if c.isprintable() else "�" for c in name[:255].translate(TURNS))
