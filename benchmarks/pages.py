"""How long the pages take in the process that serves them, with 100,000 held messages and a million lines of the journal in the store.

    python benchmarks/pages.py [--held 100000] [--lines 1000000] [--people 2000] [--rounds 100] [--url postgresql://…] [--directory /disk]

SQLite is measured in a temporary folder of `--directory`; PostgreSQL on a server of its own there, or on the given URL (an empty
database). A hundredth of everything belongs to one busy mailbox. Each figure is from the request to the last octet of the answer, without
network: wall time and processor time of this process, which for SQLite is all there is. Exit status 1: a page is over its limit.
"""

import argparse
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx2

from benchmarks.on_databases import Call, opened, run, spent
from benchmarks.pages_filled import BUSY, SEED, START, fill
from notifier.options import Person
from store import migrate
from store.clock import Clock
from tests.helpers.pages import ORGANISATION, SENDER, World

Browser = httpx2.AsyncClient
ADMIN = "admin@tachibana.example"
QUESTION, LIST = 50.0, 100.0
"""Milliseconds that 95 of 100 requests may take: a question, a list."""


Get = Callable[[], Awaitable[httpx2.Response]]


def served(get: Get) -> Call:
    """One request, which must be answered."""

    async def once() -> None:
        answer = await get()
        assert answer.status_code == httpx2.codes.OK, answer.status_code

    return once


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


Page = tuple[str, float, Get]
"""What it is, its limit, and a request for it."""


def for_senders(
    tokens: Sequence[str], plain: Browser, busy: Browser, nobody: Browser, at: str, line: str
) -> list[Page]:
    """The question, and one's own mail: of anybody, and of the busy mailbox; `at`, `line`: half way through what is held and sent."""
    pages: list[Page] = [
        ("question", QUESTION, lambda: nobody.get(f"/q/{random.choice(tokens)}")),
        ("sign-in", QUESTION, lambda: nobody.get("/sign-in")),
    ]
    for who, browser in (("", plain), (", busy mailbox", busy)):
        pages += [
            (f"my mail {which}{who}", LIST, lambda b=browser, w=which: b.get(f"/mail?show={w}"))  # type: ignore[misc]
            for which in ("held", "waiting", "sent", "cancelled")
        ]
    pages += [("my mail sent, busy, half way", LIST, lambda: busy.get(f"/mail?show=sent&behind={line}"))]
    pages += [("my mail held, busy, half way", LIST, lambda: busy.get(f"/mail?show=held&behind={at}~H"))]
    return pages


def for_admins(admin: Browser, at: str, line: str) -> list[Page]:
    """The overview, what is held, and the journal from every side."""
    paths = {
        "overview": "/admin?days=90",
        "held": "/admin/held",
        "held, half way": f"/admin/held?behind={at}~H",
        "journal, newest": "/admin/journal?all=yes",
        "journal, half way": f"/admin/journal?all=yes&behind={line}",
        "journal, busy sender": f"/admin/journal?address={BUSY}",
        "journal, recipient": "/admin/journal?address=buyer7@customer7.example",
        "journal, words found": "/admin/journal?words=見積書",
        "journal, words not found": "/admin/journal?words=nothing-like-it",
        "journal, words of a sender": f"/admin/journal?words=nothing-like-it&address={BUSY}",
        "journal, a day": "/admin/journal?since=2026-01-03&until=2026-01-03",
        "journal, Message-ID": "/admin/journal?number=777@tachibana.example",
        "exemptions": "/admin/exemptions",
    }
    return [(f"admin {what}", LIST, lambda p=path: admin.get(p)) for what, path in paths.items()]  # type: ignore[misc]


async def measure(name: str, url: str, directory: Path, arguments: argparse.Namespace) -> bool:
    """Fill, ask, print; whether every page is within its limit."""
    migrate.upgrade(url)
    began, held, lines = time.perf_counter(), arguments.held, arguments.lines
    fill(url, held, lines, arguments.people)
    print(f"== {name}: {held:,} holds, {lines:,} lines, written in {time.perf_counter() - began:.0f} s")
    at = (START + timedelta(seconds=min(SEED, held) // 2)).isoformat().replace("+", "%2B")
    line = f"{min(SEED, lines) // 2:08x}-0000-7000-8000-000000000000"
    organisation = ORGANISATION.model_copy(
        update={"people": (*ORGANISATION.people, Person(address=ADMIN, roles=("admin",)))}
    )
    async with opened(url, directory) as store:
        world = World(store, Clock(), directory, organisation=organisation)  # type: ignore[arg-type] # by the true time
        tokens = [
            await store.commit(lambda s, of=f"H{7 * n:07}": s.links.make(of, SENDER, "question"))  # type: ignore[misc]
            for n in range(0, min(SEED, held) // 7, 20)
        ]
        plain, busy, admin = [await session_of(world, who) for who in (someone(arguments.people), BUSY, ADMIN)]
        async with plain, busy, admin, world.client() as nobody:
            pages = [*for_senders(tokens, plain, busy, nobody, at, line), *for_admins(admin, at, line)]
            return all([await is_quick(*page, arguments.rounds) for page in pages])


async def is_quick(page: str, limit: float, get: Get, rounds: int) -> bool:
    """Ask once, then so often; whether our own time was within the limit."""
    await get()
    took = await spent([served(get)] * rounds)
    print(f"  {page:32} {took}  {'' if took.used <= limit else 'OVER'}")
    return took.used <= limit


if __name__ == "__main__":
    sys.exit(run(measure, __doc__, held=100_000, lines=1_000_000, people=2000, rounds=100))
