"""The text of a part as one string: as it was given where it is running text, else a line a row with a tab between cells."""

from collections.abc import Sequence

from mail.shapes import Block, Paragraphs


def whole(blocks: Sequence[Block]) -> str:
    """All of it, hidden or not, with the names of columns."""
    if isinstance(blocks, Paragraphs):
        return blocks.text
    return "\n".join(["\t".join(row) for block in blocks for row in (block.header, *block.rows) if row])


def beginning(blocks: Sequence[Block], size: int) -> str:
    """The first characters, a little more where a block ends later."""
    if isinstance(blocks, Paragraphs):
        return blocks.beginning(size)
    lines: list[str] = []
    for block in blocks:
        for row in (block.header, *block.rows):
            lines.append("\t".join(row))
            size -= len(lines[-1])
            if size < 0:
                return "\n".join(lines)
    return "\n".join(lines)
