"""Bad input to the desk: thousands of reports of one sender, and a report as large as a mail may be."""

import asyncio
import time
from collections import Counter
from hashlib import sha256

import pytest

from response import flood, original
from response.desk import Desk
from store.engine import Store
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.response.cases import COLLEAGUE, SENDER, WRONG, by_link, evidence, held, keep, line, make_desk, told
from tests.response.test_report_mail import original as attached
from tests.response.test_report_mail import report

CLIENT = "192.0.2.1"
FIFTY = 50 * 1024 * 1024


@pytest.fixture
async def store(sqlite_url: str, make_store: MakeStore) -> Store:
    """What is counted is no matter of the database; both are measured in benchmarks/desk.py."""
    return await make_store(sqlite_url)


async def flooded(desk: Desk, number: int, at_once: int = 20) -> Counter[str]:
    """So many reports of one stranger, each another one; ticket → how many it got."""

    async def one(n: int) -> str:
        ticket = await desk.take_mail(WRONG, CLIENT, report(f"help {n}"))
        assert ticket
        return ticket.id

    found: Counter[str] = Counter()
    for first in range(0, number, at_once):
        found.update(await asyncio.gather(*(one(n) for n in range(first, min(first + at_once, number)))))
    return found


async def check(store: Store, found: Counter[str], number: int) -> None:
    """One ticket, a record with its digest for each, few kept whole, one answer, one call a person."""
    ((ticket, joined),) = found.items()
    assert joined == number
    entries = [entry.body for entry in await evidence(store, ticket) if entry.event == "reported"]
    assert {entry["original_sha256"] for entry in entries} == {
        sha256(report(f"help {n}")).hexdigest() for n in range(number)
    }
    assert sum(not entry.get("counted") for entry in entries) <= flood.WHOLE + 21
    calls = Counter((n.kind, n.recipient) for n in await told(store, ticket))
    assert set(calls.values()) == {1}


async def test_hundreds_of_reports_of_one_sender_are_one_ticket_and_none_is_lost(desk: Desk, store: Store) -> None:
    await check(store, await flooded(desk, 150), 150)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_ten_thousand_reports_in_a_minute_are_one_ticket_and_none_is_lost(desk: Desk, store: Store) -> None:
    began = time.process_time()
    found = await flooded(desk, 10_000)
    assert time.process_time() - began < 60, "they come in faster than they are taken"
    await check(store, found, 10_000)


async def test_what_matters_is_not_buried_by_a_flood(desk: Desk, store: Store) -> None:
    passed, hold = line(COLLEAGUE), held()
    await keep(store, passed, hold)
    found = await flooded(desk, flood.WHOLE + 10)
    named = await desk.take_mail(WRONG, CLIENT, report(passed.message_id))
    assert named
    assert named.journal_id == passed.id
    certain = await desk.report(by_link(hold))
    other = await desk.take_mail(COLLEAGUE, CLIENT, report("help"), proven=True)
    assert other
    assert len({*found, named.id, certain.id, other.id}) == 4


@pytest.mark.parametrize("proven", [True, False])
async def test_a_report_mail_of_50_mb_is_matched_and_kept_as_far_as_its_sender_is_believed(
    clock: TestClock, store: Store, proven: bool
) -> None:
    desk = make_desk(store, clock)
    passed = line(WRONG)
    await keep(store, passed)
    content = report("宛先を間違えました", attached(**{"Message-ID": passed.message_id})) + b"x" * FIFTY
    ticket = await desk.take_mail(SENDER if proven else WRONG, CLIENT, content, proven=proven)
    assert ticket
    assert (ticket.journal_id, ticket.certain) == (passed.id, proven)
    entries = await evidence(store, ticket.id)
    seq, body = next((entry.seq, entry.body) for entry in entries if entry.event == "reported")
    assert (body["original_size"], body["original_sha256"]) == (len(content), sha256(content).hexdigest())
    kept = await store.read(lambda s: s.evidence.blob(ticket.id, seq))
    assert kept == (content if proven else content[: original.BEGINNING])
