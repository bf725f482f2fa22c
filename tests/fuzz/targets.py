"""What can be fuzzed, by name; an input that showed a fault stays in `found/NAME/` as a test."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.fuzz import bounce, collector, content, documents, paths, session

FOUND = Path(__file__).parent / "found"


class Target(NamedTuple):
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]


TARGETS = {
    "session": Target(session.check, session.seeds),
    "paths": Target(paths.check, paths.seeds),
    "data": Target(collector.data, collector.seeds),
    "chunks": Target(collector.chunks, collector.seeds),
    "bounce": Target(bounce.check, bounce.seeds),
    **{name: Target(check, seeds) for name, check, seeds in content.targets()},
    "documents": Target(documents.check, documents.seeds),
}


def found() -> list[Path]:
    return sorted(path for path in FOUND.glob("*/*") if path.is_file())


if __name__ == "__main__":
    sys.stdout.write(" ".join(TARGETS))
