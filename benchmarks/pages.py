"""How long the pages take in the process that serves them, with 100,000 held messages and a million lines of the journal in the store.

    python benchmarks/pages.py [--held 100000] [--lines 1000000] [--people 2000] [--rounds 100] [--url postgresql://…] [--directory /disk]

SQLite is measured in a temporary folder of `--directory`; PostgreSQL on a server of its own there, or on the given URL (an empty
database). A hundredth of everything belongs to one busy mailbox. Each figure is from the request to the last octet of the answer, without
network: wall time and processor time of this process, which for SQLite is all there is. Exit status 1: a page is over its limit.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx2
from sqlalchemy import Column, Insert, Table, func, insert, literal, select, text, true, union_all

from notifier.options import Person
from store import migrate
from store.clock import Clock
from store.counted import Counted
from store.engine import Store, database
from store.seal import Seal
from store.tables.holds import hold_people, hold_recipients, holds
from store.tables.journal import journal, journal_recipients
from store.tables.outcomes import outcomes
from tests.helpers.pages import EXPOSURE, ORGANISATION, SENDER, TYPO, World
from tests.helpers.postgres import Cluster, find_binaries

START = datetime(2026, 1, 1, tzinfo=UTC)
BUSY = "busy@tachibana.example"
ADMIN = "admin@tachibana.example"
SEED, SEED_ID = 10_000, 8
"""Rows that are written one by one, and how long the id of such a hold is."""
TOGETHER = 10
COPIED = {
    holds: frozenset({"id", "group_id", "copy_key"}),
    hold_people: frozenset({"hold_id"}),
    hold_recipients: frozenset({"hold_id"}),
    journal: frozenset({"id", "queue_id", "hold_id", "message_id"}),
    journal_recipients: frozenset({"journal_id"}),
}
QUESTION, LIST = 50.0, 100.0
"""Milliseconds that 95 of 100 requests may take: a question, a list."""


def whose(number: int, people: int) -> str:
    """Every hundredth is the busy mailbox's."""
    return BUSY if number % 100 == 0 else f"person{number % people}@tachibana.example"


def held_rows(number: int, people: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A held message, whose it is, and its recipient."""
    one, sender = f"H{number:07}", whose(number, people)
    at = START + timedelta(seconds=number)
    states = ("held", "held", "held", "cancelled", "expired", "released")
    state = states[number % 7 % 6] if number % 7 else "held"
    hold = {
        "id": one,
        "group_id": one,
        "kind": "hold",
        "state": state,
        "copy_key": one,
        "queue_id": one,
        "reverse_path": sender,
        "asked": [sender],
        "language": "ja",
        "envelope": {},
        "verdict": {"disposition": "hold", "findings": [TYPO], "exposure": EXPOSURE},
        "message_id": f"<{one}@tachibana.example>",
        "subject": f"竣工式のご案内 {number}",
        "size": 48_000,
        "sha256": "0" * 64,
        "alterable": "",
        "received_at": at,
        "asked_at": at,
        "deadline": at + timedelta(days=400),
        "reminders": 0,
        "frozen": False,
        "decided_at": None if state == "held" else at,
    }
    recipient = {
        "hold_id": one,
        "position": 0,
        "address": TYPO["about"]["recipient"],
        "send_to": TYPO["about"]["recipient"],
        "notify": [],
        "orcpt": "",
        "state": {"held": "held", "released": "waiting" if number % 50 == 0 else "delivered"}.get(state, "stopped"),
        "attempts": 0,
        "changed_at": at,
    }
    return hold, {"hold_id": one, "key": sender}, recipient


def line_rows(number: int, people: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line of the journal and its recipient; one in five reached nobody, one in ten was held."""
    one, sender = f"{number:08x}-0000-7000-8000-000000000000", whose(number, people)
    at = START + timedelta(seconds=number)
    line = {
        "id": one,
        "queue_id": f"Q{number:07}",
        "hold_id": f"J{number:07}" if number % 10 == 0 else None,
        "at": at,
        "client": "127.0.0.1",
        "reverse_path": sender,
        "reverse_key": sender,
        "header_from": sender,
        "from_key": sender,
        "message_id": f"<{number}@tachibana.example>",
        "subject": f"見積書 {number}",
        "size": 9_000,
        "sha256": "",
        "disposition": "pass",
        "gate": "normal",
        "verdict": {"disposition": "pass", "findings": [], "exposure": {}},
        "parts": [],
        "milliseconds": 4,
        "haystack": f"見積書 {number}",
    }
    address = f"buyer{number % 5000}@customer{number % 700}.example"
    state = "failed" if number % 5 == 0 and number % 100 else "delivered"
    return line, {
        "journal_id": one,
        "position": 0,
        "address": address,
        "key": address,
        "state": state,
        "reply": "",
        "at": at,
    }


def fill(url: str, held: int, lines: int, people: int) -> None:
    """Write all of it: the first ten thousand of each row by row, then the database copies those under other numbers."""
    seeds = [held_rows(n, people) for n in range(min(SEED, held))]
    pairs = [line_rows(n, people) for n in range(min(SEED, lines))]
    with database(url) as opened:
        with opened.alone() as connection:
            for table, column in ((holds, 0), (hold_people, 1), (hold_recipients, 2)):
                connection.execute(insert(table), [row[column] for row in seeds])
            connection.execute(insert(journal), [line for line, _ in pairs])
            connection.execute(insert(journal_recipients), [recipient for _, recipient in pairs])
        for table, numbered in COPIED.items():
            copies = (held if table.name.startswith("hold") else lines) // SEED
            for first in range(1, copies, TOGETHER):
                with opened.alone() as connection:
                    connection.execute(copy_of(table, numbered, range(first, min(first + TOGETHER, copies))))
        with opened.alone() as connection:
            connection.execute(insert(outcomes), [asdict(one) for one in fill_outcomes()])
        with opened.alone() as connection:
            connection.execute(text("ANALYZE"))


def copy_of(table: Table, numbered: frozenset[str], copies: range) -> Insert:
    """The seed once more for each of these numbers, which are put into the columns that must differ."""
    mark = union_all(*(select(literal(f"{number:04x}").label("mark")) for number in copies)).subquery()
    columns = [
        (func.substr(c, 1, 9) + mark.c.mark + func.substr(c, 14) if is_line_id(c) else c + mark.c.mark)
        if c.name in numbered
        else c
        for c in table.columns
    ]
    key = next(c for c in table.columns if c.name in numbered)
    seed = func.substr(key, 10, 4) == "0000" if is_line_id(key) else func.length(key) == SEED_ID
    return insert(table).from_select(
        [c.name for c in table.columns], select(*columns).select_from(table.join(mark, true())).where(seed)
    )


def is_line_id(column: Column[Any]) -> bool:
    """Whether it holds the id of a line of the journal: its order is that of time."""
    return str(column) in {"journal.id", "journal_recipients.journal_id"}


def fill_outcomes(days: int = 3 * 365) -> Iterator[Counted]:
    """Three years of questions of twenty rules to three groups of senders."""
    today = datetime.now(UTC).date()
    for day in ((today - timedelta(days=n)).isoformat() for n in range(days)):
        for rule in ("", *(f"rule-{n}" for n in range(20))):
            for people in ("", "sales", "office"):
                yield Counted(day, rule, people, "asked", 0, 9)
                for speed, became in enumerate(("confirmed", "corrected", "cancelled", "expired"), 2):
                    yield Counted(day, rule, people, became, speed, 2)


Get = Callable[[], Awaitable[httpx2.Response]]


async def p95(get: Get, rounds: int) -> tuple[float, float, float]:
    """Milliseconds: median and 95th percentile of the wait, and of our own processor time a request."""
    waits, used = [], []
    for _ in range(rounds):
        began, before = time.perf_counter(), time.process_time()
        answer = await get()
        waits.append(1000 * (time.perf_counter() - began))
        used.append(1000 * (time.process_time() - before))
        assert answer.status_code == httpx2.codes.OK, answer.status_code
    waits.sort()
    used.sort()
    place = min(len(waits) - 1, int(0.95 * len(waits)))
    return waits[len(waits) // 2], waits[place], used[place]


def someone(people: int) -> str:
    """Anybody but the busy one; number and people have to belong together."""
    number = random.randrange(people)
    return f"person{number}@tachibana.example" if number % 100 else "person1@tachibana.example"


async def session_of(world: World, person: str) -> httpx2.AsyncClient:
    """A browser in which somebody is signed in."""
    token = f"{person:x>43}"

    def unit(shelves: Any) -> None:
        shelves.sessions.begin(token, person, "web", "mail", as_staff=False, lasts=timedelta(hours=12))

    await world.store.commit(unit)
    return world.client(cookie=f"sekisho-web-session={token}")


async def measure(name: str, url: str, directory: Path, arguments: argparse.Namespace) -> bool:
    """Fill, ask, print; whether every page is within its limit."""
    migrate.upgrade(url)
    began = time.perf_counter()
    fill(url, arguments.held, arguments.lines, arguments.people)
    print(
        f"== {name}: {arguments.held:,} holds, {arguments.lines:,} lines, written in {time.perf_counter() - began:.0f} s"
    )
    store = Store(url, directory, Seal(None, bytes(32)), Clock())
    await store.start()
    people = (*ORGANISATION.people, Person(address=ADMIN, roles=("admin",)))
    organisation = ORGANISATION.model_copy(update={"people": people})
    world = World(store, Clock(), directory, organisation=organisation)  # type: ignore[arg-type] # by the true time
    tokens = [
        await store.commit(lambda s, of=f"H{7 * n:07}": s.links.make(of, SENDER, "question"))  # type: ignore[misc]
        for n in range(0, min(SEED, arguments.held) // 7, 20)
    ]
    good = True
    plain = await session_of(world, someone(arguments.people))
    busy = await session_of(world, BUSY)
    admin = await session_of(world, ADMIN)
    async with plain, busy, admin, world.client() as nobody:
        asked: list[tuple[str, float, Get]] = [
            ("question", QUESTION, lambda: nobody.get(f"/q/{random.choice(tokens)}")),
            ("sign-in", QUESTION, lambda: nobody.get("/sign-in")),
        ]
        for who, client in (("", plain), (", busy mailbox", busy)):
            asked += [
                (f"my mail {which}{who}", LIST, lambda c=client, w=which: c.get(f"/mail?show={w}"))  # type: ignore[misc]
                for which in ("held", "waiting", "sent", "cancelled")
            ]
        middle = f"{min(SEED, arguments.lines) // 2:08x}-0000-7000-8000-000000000000"
        asked += [("my mail sent, busy, half way", LIST, lambda: busy.get(f"/mail?show=sent&behind={middle}"))]
        at = (START + timedelta(seconds=min(SEED, arguments.held) // 2)).isoformat().replace("+", "%2B")
        asked += [("my mail held, busy, half way", LIST, lambda: busy.get(f"/mail?show=held&behind={at}~H"))]
        for what, path in (
            ("overview", "/admin?days=90"),
            ("held", "/admin/held"),
            ("held, half way", f"/admin/held?behind={at}~H"),
            ("journal, newest", "/admin/journal?all=yes"),
            ("journal, half way", f"/admin/journal?all=yes&behind={middle}"),
            ("journal, busy sender", f"/admin/journal?address={BUSY}"),
            ("journal, recipient", "/admin/journal?address=buyer7@customer7.example"),
            ("journal, words found", "/admin/journal?words=見積書"),
            ("journal, words not found", "/admin/journal?words=nothing-like-it"),
            ("journal, words of a sender", f"/admin/journal?words=nothing-like-it&address={BUSY}"),
            ("journal, a day", "/admin/journal?since=2026-01-03&until=2026-01-03"),
            ("journal, Message-ID", "/admin/journal?number=777@tachibana.example"),
            ("exemptions", "/admin/exemptions"),
        ):
            asked.append((f"admin {what}", LIST, lambda p=path: admin.get(p)))  # type: ignore[misc]
        for page, limit, get in asked:
            await get()
            median, worst, used = await p95(get, arguments.rounds)
            good &= (ok := used <= limit)
            print(
                f"  {page:32} median {median:6.1f} ms  p95 {worst:6.1f} ms  processor p95 {used:6.1f} ms  {'' if ok else 'OVER'}"
            )
    await store.stop()
    return good


def databases(arguments: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str]]:
    """Each database in turn."""
    if arguments.url:
        yield "given", arguments.url
        return
    yield "SQLite", f"sqlite:///{folder}/pages.db"
    binaries = find_binaries()
    if binaries is None:
        print("PostgreSQL is left out: not installed")
        return
    cluster = Cluster(binaries, folder)
    try:
        cluster.start()
        yield "PostgreSQL", cluster.url(cluster.create())
    finally:
        cluster.remove()


def main() -> int:
    """Measure on each database."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--held", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--url", default="")
    parser.add_argument("--directory", type=Path, default=None)
    arguments = parser.parse_args()
    random.seed(7)
    with tempfile.TemporaryDirectory(dir=arguments.directory) as folder:
        Path(folder).chmod(0o755)
        results = [
            asyncio.run(measure(name, url, Path(folder) / "var", arguments))
            for name, url in databases(arguments, Path(folder))
        ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
