"""How long the desk takes with a million lines of the journal: from a report to a ticket, and a search for what a report means.

    python benchmarks/desk.py [--lines 1000000] [--rounds 100] [--url postgresql://…] [--directory /disk]

SQLite is measured in a temporary folder of `--directory`; PostgreSQL on a server of its own there, or on the given URL (an empty
database). The lines are spread over 400 days, as long as a journal is kept. A report is one transaction: ticket with its steps, evidence,
calls in the outbox, containment; measured is until it is committed, from then on it cannot be lost. Wall time, and processor time of
this process beside it, which for SQLite is all there is. Exit status 1: something is over its limit, or a ticket lacks a part.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Insert, Table, func, insert, select, text, true

from benchmarks.on_databases import Call, in_line_id, marks, opened, run, spent
from response.desk import Desk, Report
from response.search import Wanted
from store import migrate
from store.clock import Clock
from store.engine import Store, database
from store.journal import Line, RecipientLine, fold
from store.tables.journal import journal, journal_digests, journal_recipients
from tests.response.cases import LEADER, SENDER, make_desk

DAYS, SEED, TOGETHER = 400, 10_000, 500
REPORT, SEARCH = 2_000.0, 300.0
"""Milliseconds that 95 of 100 may take."""
COPIED = {
    journal: ("id", "queue_id", "message_id", "haystack"),
    journal_recipients: ("journal_id",),
    journal_digests: ("journal_id", "sha256"),
}
"""Columns that must differ between copies."""
WORDS = (
    "見積書",
    "竣工図面",
    "契約書案",
    "工程表",
    "請求書",
    "議事録",
    "meeting notes",
    "estimate",
    "仕様書",
    "定例会",
)


def line_id(number: int, lines: int) -> str:
    """Ids sort by time: the place in the seed, then the copy, so that copies lie beside their seed."""
    return f"{number * (0xFFFFFFFF // lines):08x}-0000-7000-8000-{number:012x}"


def rows_of(number: int, seeds: int, begin: datetime) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """A line with its recipient and digests."""
    one, sender = line_id(number, seeds), f"person{number % 2000}@tachibana.example"
    at = begin + timedelta(days=DAYS) * (number / seeds)
    to = f"buyer{number % 5000}@customer{number % 700}.example"
    subject, part = f"{WORDS[number % 10]} 第{number}号", f"{WORDS[number % 7]}_{number}.xlsx"
    digest = f"{number:060x}"
    line = {
        "id": one,
        "queue_id": f"Q{number:07}",
        "hold_id": None,
        "at": at,
        "client": "127.0.0.1",
        "reverse_path": sender,
        "reverse_key": sender,
        "header_from": sender,
        "from_key": sender,
        "message_id": f"<{number}@tachibana.example>",
        "subject": subject,
        "size": 9_000,
        "sha256": digest,
        "disposition": "pass",
        "gate": "normal",
        "verdict": {"disposition": "pass", "findings": [], "exposure": {"persons": {"min": 0, "max": 0}, "kinds": {}}},
        "parts": [{"name": part, "sha256": digest}],
        "milliseconds": 4,
        "haystack": fold(f"{subject}\n{to}\n{part}"),
    }
    recipient = {"journal_id": one, "position": 0, "address": to, "key": to, "state": "delivered"}
    return line, recipient | {"reply": "250 2.0.0 Ok", "at": at}, [{"sha256": digest, "journal_id": one}]


def fill(url: str, lines: int) -> None:
    """Write all of it: a seed row by row, then the database copies that under other numbers."""
    begin, seeds = datetime.now(UTC) - timedelta(days=DAYS), min(SEED, lines)
    rows = [rows_of(number, seeds, begin) for number in range(seeds)]
    with database(url) as opened:
        with opened.alone() as connection:
            connection.execute(insert(journal), [line for line, _, _ in rows])
            connection.execute(insert(journal_recipients), [recipient for _, recipient, _ in rows])
            connection.execute(insert(journal_digests), [one for _, _, digests in rows for one in digests])
        # In the order of time, as they come in real life: what is new lies together.
        copies = range(1, lines // seeds)
        for first in range(0, seeds, TOGETHER) if copies else ():
            span = line_id(first, seeds), line_id(first + TOGETHER, seeds)
            for table, different in COPIED.items():
                with opened.alone() as connection:
                    connection.execute(_copies(table, different, copies, span))
        with opened.alone() as connection:
            connection.execute(text("ANALYZE"))


def _copies(table: Table, different: tuple[str, ...], numbers: range, span: tuple[str, str]) -> Insert:
    mark = marks(numbers)
    ids = table.c[next(name for name in ("id", "journal_id") if name in table.c)]

    def copied(name: str) -> Any:
        column = table.c[name]
        if name not in different:
            return column
        return in_line_id(column, mark.c.mark) if column is ids else column + mark.c.mark

    names = [column.name for column in table.columns]
    seeds = (ids >= span[0], ids < span[1], func.substr(ids, 10, 4) == "0000")
    seed = select(*map(copied, names)).select_from(table.join(mark, true())).where(*seeds).order_by(ids)
    return insert(table).from_select(names, seed)


def fresh(number: int) -> Line:
    """A message of today to somebody who should not have got it."""
    at, to = datetime.now(UTC), f"wrong{number}@nobody-knows{number}.example"
    part = {"name": f"顧客一覧{number}.xlsx", "sha256": f"f{number:063x}"}
    return Line(
        id=f"ffffffff-0000-7000-8000-{number:012x}",
        queue_id=f"F{number:07}",
        hold_id="",
        at=at,
        client="127.0.0.1",
        reverse_path=SENDER,
        header_from=SENDER,
        message_id=f"<fresh{number}@tachibana.example>",
        subject=f"名簿の件 その{number}",
        size=9_000,
        sha256=f"e{number:063x}",
        disposition="pass",
        gate="normal",
        verdict={"disposition": "pass", "findings": [], "exposure": {"persons": {"min": 9, "max": 9}, "kinds": {}}},
        parts=(part,),
        milliseconds=4,
        recipients=(RecipientLine(to, "delivered", "250 2.0.0 Ok", at),),
    )


def reports(number: int) -> Iterator[tuple[str, Report]]:
    """One of each kind: certain, and only words."""
    yield (
        "certain",
        Report("link", SENDER, message_id=f"<fresh{3 * number}@tachibana.example>", queue_id="", proven=True),
    )
    yield "by a file's name", Report("command", SENDER, search=f"顧客一覧{3 * number + 1}.xlsx", proven=True)
    yield "nobody knows what", Report("page", f"person{number}@tachibana.example", search=f"請求書 no-such-{number}")


async def is_whole(desk: Desk, store: Store, ticket_id: str) -> bool:
    """Evidence with an unbroken chain, calls in the outbox, steps; and containment of what is certain."""
    ticket = await desk.ticket(ticket_id)
    told = await store.read(lambda s: s.outbox.of_ticket(ticket_id))
    broken = await store.read(lambda s: s.evidence.broken(ticket_id))
    assert ticket is not None
    contained = ticket.contained_at is not None or not (ticket.certain and ticket.journal_id)
    return broken is None and bool(ticket.steps) and contained and any(n.kind.startswith("call_") for n in told)


async def timed(what: str, limit: float, asked: list[Call]) -> bool:
    """Do each once; whether 95 of 100 were quick enough, by the clock on the wall."""
    took = await spent(asked)
    print(f"  {what:34} {took}  {'' if took.p95 <= limit else 'OVER'}", flush=True)
    return took.p95 <= limit


def searches(number: int) -> Iterator[tuple[str, Wanted]]:
    """What somebody at the desk looks for."""
    some, now = (number * 7919) % SEED, datetime.now(UTC)
    yield "recipient", Wanted(text=f"buyer{some % 5000}@customer{some % 700}.example")
    yield "part name", Wanted(text=f"{WORDS[some % 7]}_{some}.xlsx")
    yield "words, frequent", Wanted(text="見積書")
    yield "words, nothing like it", Wanted(text=f"no-such-thing-{number}")
    yield "words, a name in the domain", Wanted(text=f"customer{number % 700}")
    since = now - timedelta(days=some % DAYS)
    yield "words on a day", Wanted(text=f"第{some}号", since=since, until=since + timedelta(days=1))


async def measure(name: str, url: str, directory: Path, arguments: argparse.Namespace) -> bool:
    """Fill, report, search, print."""
    migrate.upgrade(url)
    began = time.perf_counter()
    fill(url, arguments.lines)
    print(f"== {name}: {arguments.lines:,} lines, written in {time.perf_counter() - began:.0f} s", flush=True)
    async with opened(url, directory) as store:
        return await answered(store, arguments.rounds)


async def answered(store: Store, rounds: int) -> bool:
    """Search and report; whether all of it was quick enough, and every ticket whole."""
    desk = make_desk(store, Clock())
    await store.commit(lambda s: s.journal.add(*map(fresh, range(3 * rounds))))
    good = True
    for kind in [kind for kind, _ in searches(0)]:
        wanted = [dict(searches(number))[kind] for number in range(rounds)]
        good &= await timed(
            f"search: {kind}",
            SEARCH,
            [lambda w=one: desk.look_for(w, by=LEADER) for one in wanted],  # type: ignore[misc]
        )
    for kind in [kind for kind, _ in reports(0)]:
        tickets: list[str] = []

        async def report(one: Report, tickets: list[str] = tickets) -> None:
            tickets.append((await desk.report(one)).id)

        each = [dict(reports(number))[kind] for number in range(rounds)]
        good &= await timed(f"report → ticket: {kind}", REPORT, [lambda r=one, f=report: f(r) for one in each])  # type: ignore[misc]
        whole = [await is_whole(desk, store, one) for one in set(tickets)]
        good &= all(whole)
        print(f"  {'':34} {len(whole)} tickets, {sum(whole)} complete", flush=True)
    return good


if __name__ == "__main__":
    sys.exit(run(measure, __doc__, lines=1_000_000, rounds=100))
