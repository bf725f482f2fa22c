"""What a book of contacts costs: to build, to keep, to ask; on both databases, beside a comparison with every contact.

    python benchmarks/contacts.py [--sizes 1000 100000 1000000] [--databases sqlite postgresql] [--asked 2000]

The book is invented: names of people at companies and at three great providers, whom a third of all contacts have. Asked are slips, new
colleagues, strangers and known contacts. A look-up is what a recipient costs: the store's facts, the judgement and its words.
CPU is of this process and of PostgreSQL's server together. Prints a table in Markdown.
"""

import argparse
import asyncio
import gc
import os
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from rapidfuzz import process  # noqa: E402 - run as a program from anywhere
from rapidfuzz.distance import OSA  # noqa: E402

from mail.envelope import Client, Envelope, ForwardPath  # noqa: E402
from mail.headers import Headers  # noqa: E402
from mail.shapes import Message  # noqa: E402
from rules import recipient_typo  # noqa: E402
from rules.base import Facts, Mail, RecipientFacts  # noqa: E402
from store import migrate  # noqa: E402
from store.clock import Clock  # noqa: E402
from store.contacts import Imported  # noqa: E402
from store.engine import Store  # noqa: E402
from store.seal import Seal  # noqa: E402
from store.shelves import Shelves  # noqa: E402
from tests.helpers.postgres import Cluster, find_binaries  # noqa: E402

TODAY = date(2026, 1, 15)
SENDER = "yamada@tachibana.example"
UNIT = 5_000
GREAT = ("mail-a.example", "mail-b.example", "mail-c.example")
_ONSETS = ("k", "s", "t", "n", "h", "m", "y", "r", "g", "z", "d", "b", "sh", "ch", "")
_EMPTY = Message(Headers(b"\r\n"), (), (), ())


def book(size: int, rng: random.Random) -> list[Imported]:
    """Invented contacts, domain by domain."""
    surnames = [_word(rng, 2, 4) for _ in range(4000)]
    given = [_word(rng, 2, 3) for _ in range(1500)]
    companies = [
        f"{_word(rng, 3, 5)}{rng.choice(('', '-' + _word(rng, 2, 2)))}.{rng.choice(('co.jp', 'com', 'jp', 'or.jp'))}"
        for _ in range(max(20, size // 12))
    ]
    rows: dict[str, Imported] = {}
    while len(rows) < size:
        name, first = rng.choice(surnames), rng.choice(given)
        great = rng.random() < 1 / 3
        domain = rng.choice(GREAT) if great else companies[int(len(companies) * rng.random() ** 2)]
        local = rng.choice(
            (f"{name}.{first}", f"{first}.{name}", f"{first[0]}-{name}", f"{name}_{first[0]}", name, f"{name}{first}")
        )
        local += str(rng.choice((rng.randrange(100), rng.randrange(1950, 2010)))) if great or rng.random() < 0.1 else ""
        rows[f"{local}@{domain}"] = Imported(
            f"{local}@{domain}", f"{name.title()} {first.title()}", int(rng.paretovariate(0.8)), TODAY
        )
    return sorted(rows.values(), key=lambda row: row.address.partition("@")[::-1])


def asked(rows: list[Imported], count: int, rng: random.Random) -> Iterator[str]:
    """Slips in the local part and in the domain, known contacts, new colleagues, strangers."""
    for n in range(count):
        local, _, domain = rng.choice(rows).address.partition("@")
        match n % 5:
            case 0:
                yield f"{_slip(local, rng)}@{domain}"
            case 1:
                yield f"{local}@{_slip(domain, rng)}"
            case 2:
                yield f"{local}@{domain}"
            case 3:
                yield f"{_word(rng, 2, 3)}.{_word(rng, 2, 3)}@{domain}"
            case _:
                yield f"{_word(rng, 2, 4)}@{_word(rng, 3, 5)}.co.jp"


def _word(rng: random.Random, least: int, most: int) -> str:
    return "".join(rng.choice(_ONSETS) + rng.choice("aiueo") for _ in range(rng.randint(least, most)))


def _slip(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) - 1)
    match rng.randrange(4):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[at:]
        case 2:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]


def judged(shelves: Shelves, address: str) -> int:
    """One recipient: facts, judgement, words; how many findings."""
    found = shelves.contacts.look_up(SENDER, address)
    facts = RecipientFacts(
        known=found.known,
        candidates=found.candidates,
        domain_known=found.domain_known,
        crowds=found.crowds,
        contacts=found.contacts,
        forms=found.forms,
        name_tokens=found.name_tokens,
    )
    envelope = Envelope("bench", SENDER, (ForwardPath(address),), Client("192.0.2.1"), datetime.now(UTC))
    known = Facts(TODAY, frozenset(("tachibana.example",)), {address: facts})
    return len(list(recipient_typo.check(Mail(envelope, _EMPTY), known, recipient_typo.Options())))


def timed(act: Callable[[Shelves, str], object], addresses: list[str], shelves: Shelves) -> list[float]:
    """Milliseconds of CPU of each, here and in the server's process, sorted."""
    db = shelves.contacts._db  # noqa: SLF001 - nobody but this program asks whom it talks to
    on_server = db.dialect.name == "postgresql"
    server = [db.exec_driver_sql("SELECT pg_backend_pid()").scalar()] if on_server else []
    spent = []
    for address in addresses:
        there = seconds_of(server)
        begun = time.thread_time()
        act(shelves, address)
        spent.append(1000 * (time.thread_time() - begun + seconds_of(server) - there))
    return sorted(spent)


def seconds_of(processes: Iterable[int]) -> float:
    """Seconds of CPU that these processes took so far (Linux)."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in processes) / 1e9


def server_seconds(parent: int) -> float:
    """The same of a server's processes."""
    stats = [(path.parent.name, path.read_text()) for path in Path("/proc").glob("[1-9]*/stat")] if parent else []
    return seconds_of(int(pid) for pid, text in stats if int(text.rpartition(")")[2].split()[1]) == parent)


async def measure(
    kind: str, size: int, count: int, url: str, disk: Callable[[], int], folder: Path, server: int
) -> None:
    """One database of one size: a line of the table."""
    rng = random.Random(size)
    rows = book(size, rng)
    addresses = list(asked(rows, count, rng))
    keys = [row.address for row in rows]
    gc.collect()
    before = resident()
    store = Store(url, folder, Seal(None, secrets.token_bytes(32)), Clock())
    await store.start()
    cpu, wall = time.process_time() + server_seconds(server), time.monotonic()
    for at in range(0, len(rows), UNIT):
        piece = rows[at : at + UNIT]
        await store.commit(lambda shelves, piece=piece: shelves.contacts.import_rows(piece))
    cpu, wall = time.process_time() + server_seconds(server) - cpu, time.monotonic() - wall
    await store.read(lambda shelves: timed(judged, addresses[:200], shelves))
    spent = await store.read(lambda shelves: timed(judged, addresses, shelves))
    new = [f"new{n}.{address}" for n, address in enumerate(keys[:: max(1, size // 200)][:200])]
    added = await store.commit(lambda shelves: timed(lambda s, a: s.contacts.import_rows([Imported(a)]), new, shelves))
    gone = await store.commit(lambda shelves: timed(lambda s, a: s.contacts.forget([a]), new, shelves))
    more = resident() - before
    await store.stop()
    brute = sorted(_brute(address, keys) for address in addresses[:: max(1, count // 10)])
    half, most = spent[len(spent) // 2], spent[len(spent) * 99 // 100]
    times = brute[len(brute) // 2] / half
    print(
        f"| {kind} | {size:,} | {cpu:.1f} s | {wall:.1f} s | {disk() / 1e6:.0f} MB | {more / 1e6:.0f} MB | {added[100]:.2f} ms | {gone[100]:.2f} ms"
        f" | {half:.3f} ms | {most:.3f} ms | {brute[len(brute) // 2]:.1f} ms | {times:.0f} × |",
        flush=True,
    )


def _brute(address: str, keys: list[str]) -> float:
    begun = time.thread_time()
    process.extract(address, keys, scorer=OSA.distance, score_cutoff=1, limit=50)
    return 1000 * (time.thread_time() - begun)


def resident() -> int:
    """Octets of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", nargs="*", type=int, default=[1_000, 100_000, 1_000_000])
    options.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    options.add_argument("--asked", type=int, default=2000)
    given = options.parse_args()
    print(
        "| | contacts | build, CPU | wall | disk | memory | add one | forget one | look-up p50 | p99 | every contact compared | faster |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    binaries = find_binaries()
    for kind in given.databases:
        for size in given.sizes:
            folder = Path(tempfile.mkdtemp(prefix="sekisho-contacts-"))
            cluster = None
            try:
                if kind == "sqlite":
                    url = f"sqlite:///{folder}/contacts.db"
                    disk = lambda folder=folder: _size(folder)  # noqa: E731 - two words for two databases
                elif binaries:
                    cluster = Cluster(binaries)
                    cluster.start(shared_buffers="128MB", max_wal_size="1GB", autovacuum="on")
                    name = cluster.create()
                    url = cluster.url(name)
                    disk = lambda cluster=cluster: _size(cluster.folder / "data" / "base")  # noqa: E731 - as above
                else:
                    print("PostgreSQL is left out: it is not installed")
                    continue
                migrate.upgrade(url)
                asyncio.run(measure(kind, size, given.asked, url, disk, folder, cluster.pid if cluster else 0))
            finally:
                if cluster:
                    cluster.remove()
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
