"""What the targets share: octets cut into pieces, and conversations to start from."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

DIALOGUES = Path(__file__).parents[1] / "dialogues"
SHARED = Path(__file__).parents[2] / "../shared/smtp-fuzz-seeds"


def pieces(octets: bytes, cuts: list[int]) -> list[bytes]:
    """Cut at these places."""
    return [octets[start:end] for start, end in pairwise([0, *sorted(cuts), len(octets)])]


def stored() -> Iterator[bytes]:
    """What clients say: in our dialogues, and in seeds that Go's fuzzer keeps."""
    for path in sorted(DIALOGUES.glob("*.txt")):
        said = [line[3:] for line in path.read_text().splitlines() if line.startswith("C: ")]
        yield b"".join(text.encode().decode("unicode_escape").encode("latin-1") + b"\r\n" for text in said)
    for path in sorted(SHARED.rglob("*")):
        if path.is_file() and (found := re.search(r"^\[\]byte\((\".*\")\)$", path.read_text(), re.MULTILINE)):
            plain: str = ast.literal_eval(found[1])
            yield plain.encode().replace(b"\n", b"\r\n")
