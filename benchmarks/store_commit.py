"""How many commits a second the store makes when many wait at once: group commit against one by one, on each database.

    python benchmarks/store_commit.py [--commits 200] [--rounds 10] [--url postgresql://…] [--directory /disk/to/measure]

SQLite is measured in a temporary folder of `--directory`; PostgreSQL on a server of its own there, flushing as it does by default,
or on the given URL (an empty database).
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from store import migrate
from store.clock import Clock
from store.engine import Store
from store.seal import Seal
from store.shelves import Shelves
from tests.helpers.postgres import Cluster, find_binaries
from tests.helpers.samples import hold, notice, recipient


async def one_hold(store: Store, sealed: bytes) -> float:
    """Keep a hold and its question in one unit; seconds until it is answered."""
    kept = hold(recipients=(recipient(0), recipient(1)))
    asked = notice(hold_id=kept.id)

    def unit(shelves: Shelves) -> None:
        shelves.holds.add(kept, sealed)
        shelves.outbox.add(asked)

    began = time.perf_counter()
    await store.commit(unit)
    return time.perf_counter() - began


async def measure(
    url: str, directory: Path, commits: int, rounds: int, size: int
) -> list[tuple[str, float, float, float, float]]:
    """Rows of: how, commits a second, median and worst wait in ms, our own processor time a commit in ms."""
    migrate.upgrade(url)
    store = Store(url, directory, Seal(None, bytes(32)), Clock())
    await store.start()
    sealed = bytes(size)
    await one_hold(store, sealed)
    rows = []
    for how, together in (("one by one", 1), (f"{commits} at once", commits)):
        waits: list[float] = []
        began, used = time.perf_counter(), time.process_time()
        for _ in range(rounds if together > 1 else max(1, rounds * commits // 20)):
            waits += await asyncio.gather(*(one_hold(store, sealed) for _ in range(together)))
        seconds, used = time.perf_counter() - began, time.process_time() - used
        row = (len(waits) / seconds, 1000 * statistics.median(waits), 1000 * max(waits), 1000 * used / len(waits))
        rows.append((how, *row))
    await store.stop()
    return rows


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=200, help="units that wait at once")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--size", type=int, default=20_000, help="octets of sealed content a hold")
    parser.add_argument("--url", default="", help="an empty PostgreSQL database; by default a server of its own")
    parser.add_argument(
        "--directory", type=Path, default=None, help="where to write; by default the system's temporary folder"
    )
    given = parser.parse_args()
    print(f"{'database':<12}{'':<14}{'commits/s':>10}{'median ms':>11}{'worst ms':>10}{'CPU ms':>8}")
    with tempfile.TemporaryDirectory(dir=given.directory) as folder:
        urls = {"sqlite": f"sqlite:///{folder}/sekisho.db"}
        binaries = find_binaries()
        cluster = Cluster(binaries, given.directory) if binaries and not given.url else None
        try:
            if cluster:
                cluster.start()
            if cluster or given.url:
                urls["postgresql"] = given.url or (cluster.url(cluster.create()) if cluster else "")
            for name, url in urls.items():
                for how, rate, median, worst, used in asyncio.run(
                    measure(url, Path(folder), given.commits, given.rounds, given.size)
                ):
                    print(f"{name:<12}{how:<14}{rate:>10.0f}{median:>11.1f}{worst:>10.1f}{used:>8.2f}")
        finally:
            if cluster:
                cluster.remove()


if __name__ == "__main__":
    main()
