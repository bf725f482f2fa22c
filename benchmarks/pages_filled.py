"""The store that `benchmarks/pages.py` measures over: held messages, lines of the journal, and three years of counts."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Insert, Table, func, insert, select, text, true

from benchmarks.on_databases import in_line_id, marks
from store.counted import Counted
from store.engine import database
from store.tables.holds import hold_people, hold_recipients, holds
from store.tables.journal import journal, journal_recipients
from store.tables.outcomes import outcomes
from tests.helpers.pages import EXPOSURE, TYPO

START = datetime(2026, 1, 1, tzinfo=UTC)
BUSY = "busy@tachibana.example"
"""Every hundredth of everything is this mailbox's."""
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
    mark = marks(copies)
    columns = [
        (in_line_id(c, mark.c.mark) if is_line_id(c) else c + mark.c.mark) if c.name in numbered else c
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
