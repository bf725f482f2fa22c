"""The text of a part as one string: as it was given where it is running text, else a line a row with a tab between cells."""

from collections.abc import Sequence

from mail.shapes import Block, Paragraphs, Part


def whole(blocks: Sequence[Block]) -> str:
    """All of it, hidden or not, with the names of columns."""
    if isinstance(blocks, Paragraphs):
        return blocks.text
    return "\n".join(["\t".join(row) for block in blocks for row in (block.header, *block.rows) if row])


def beginning(blocks: Sequence[Block], size: int) -> str:
    """The first characters of it."""
    if isinstance(blocks, Paragraphs):
        return blocks.beginning(size)
    lines: list[str] = []
    left = size
    for block in blocks:
        for row in (block.header, *block.rows) if block.header else block.rows:
            lines.append("\t".join(row))
            left -= len(lines[-1]) + 1
            if left < 0:
                return "\n".join(lines)[:size]
    return "\n".join(lines)


def locked_names(part: Part) -> tuple[str, ...]:
    """Names of files in an archive that nobody could unpack: they can be read all the same."""
    return tuple([lost.where for lost in part.lost if lost.reason == "encrypted_archive" and lost.where])
