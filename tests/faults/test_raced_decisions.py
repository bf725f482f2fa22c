"""Two nodes on one store, and everybody answers at once: send, cancel, stop, bring back, approve, send back, take back; each time one outcome.

`make soak`: a thousand raced decisions on each database.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from sqlalchemy import Column, select

from store.database import Database
from store.engine import database
from store.holds import Delivery
from store.ids import parse
from store.tables.audit import audit
from store.tables.holds import hold_recipients, holds
from tests.faults.conftest import StartProgram
from tests.faults.raced import COLLEAGUE, SECRET, SETTINGS, Act, Post, Raced
from tests.flows.world import mail
from tests.helpers.internet import Internet
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program

STEPS = {
    ("held", "send"): "released",
    ("held", "cancel"): "cancelled",
    ("cancelled", "bring-back"): "held",
    ("held", "ask-approval"): "waiting",
    ("waiting", "approve"): "released",
    ("waiting", "send-back"): "held",
    ("waiting", "take-back"): "held",
    ("waiting", "cancel"): "cancelled",
}
"""Which act leads from where to where; every other one is a second outcome."""
AT_ONCE = 3


@pytest.fixture
def nodes(make_program: StartProgram, store_url: str) -> tuple[Program, Program]:
    """The same settings, the same keys, the same database."""
    one = make_program("one", url=store_url, knows=True, extra=SETTINGS)
    two = make_program("two", url=store_url, extra=SETTINGS)
    (two.config.parent / "var").mkdir()
    shutil.copy(one.config.parent / "var" / "link.key", two.config.parent / "var" / "link.key")
    for node in (one, two):
        node.start()
    return one, two


@pytest.fixture
def books(store_url: str) -> Iterator[Database]:
    with database(store_url) as opened:
        yield opened


class House:
    """Both nodes, and what is in the books of every message."""

    def __init__(self, nodes: tuple[Program, Program], internet: Internet, books: Database) -> None:
        self.nodes, self.internet, self.post, self.books = nodes, internet, Post(internet), books
        self.rng = Random(47)
        self.outcomes: Counter[str] = Counter()
        self.ends: dict[str, str] = {}
        """By recipient: how its message ended."""

    async def play(self, place: int) -> None:
        """One message: held, answered by everybody at once, perhaps brought back and answered again."""
        recipient, needs_yes = f"r{place}@partner{place}.example", place % 3 == 0
        text = SECRET if needs_yes else "本日はありがとうございました。"
        content = mail(f"{recipient}, {COLLEAGUE}", number=f"n{place}", text=text)
        answer = await asyncio.to_thread(self.nodes[place % 2].send, content, recipient, COLLEAGUE)
        assert "held as" in answer
        raced = Raced(self.nodes, self.post, answer.rpartition(" ")[2], self.rng)
        # The deadline, which the page shows, is there once the acceptance of the question is booked: a moment after its mail.
        await asyncio.to_thread(wait_for, lambda: self.of(raced, holds.c.deadline))
        if needs_yes:
            await raced.asks()
            acts = [*await raced.approves("approve", "send-back"), *await raced.answers("cancel", "take-back")]
            acts += [await raced.stops(), await raced.writes("取り消し")]
        else:
            acts = [*await raced.answers("send", "cancel"), await raced.stops()]
            acts += [await raced.writes("取り消し"), await raced.writes("")]
        state = await self.raced(raced, acts, "waiting" if needs_yes else "held")
        if state == "cancelled" and not needs_yes:
            acts = [*await raced.answers("bring-back"), await raced.writes("元に戻す")]
            assert await self.raced(raced, acts, "cancelled") == "held"
            state = await self.raced(raced, await raced.answers("send", "cancel"), "held")
        self.ends[recipient] = state

    async def raced(self, raced: Raced, acts: Sequence[Act], before: str) -> str:
        """Let these happen at once; where it led. One act ends what was asked, and what follows it is allowed there."""
        seen = len(await self.acts(raced))
        await raced.race(acts)
        done, state = (await self.acts(raced))[seen:], before
        for act in done:
            assert (state, act) in STEPS, (before, done)
            state = STEPS[state, act]
        # Who writes "cancel" by mail after the approver sent it back is heard, too: it waits for its sender then.
        assert len(done) == 1 or (before == "waiting" and done[0] in {"send-back", "take-back"}), (before, done)
        self.outcomes[f"{before}: {done[0]}"] += 1
        assert await asyncio.to_thread(self.of, raced, holds.c.state) == ("held" if state == "waiting" else state)
        return state

    async def acts(self, raced: Raced) -> list[str]:
        return await asyncio.to_thread(self._acts, raced)

    def _acts(self, raced: Raced) -> list[str]:
        """What was done to a message, the first first."""
        with self.books.reading() as connection:
            wanted = select(audit.c.act).where(audit.c.object == parse(raced.number)).order_by(audit.c.seq)
            return list(connection.scalars(wanted))

    def of(self, raced: Raced, column: Column[Any]) -> Any:
        """What is in the books of a message."""
        with self.books.reading() as connection:
            return connection.scalar(select(column).where(holds.c.id == parse(raced.number)))

    def under_way(self) -> int:
        """How many recipients of released messages are not delivered yet."""
        rows = hold_recipients.c
        with self.books.reading() as connection:
            found = connection.scalars(select(rows.state).where(rows.state.in_([Delivery.WAITING, Delivery.SENDING])))
            return len(list(found))


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("decisions", [50, pytest.param(1000, marks=pytest.mark.soak)])
async def test_of_everybody_who_answers_at_once_on_two_nodes_one_decides_and_nothing_is_sent_twice_or_after_a_cancel(
    decisions: int, nodes: tuple[Program, Program], internet: Internet, books: Database
) -> None:
    house = House(nodes, internet, books)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(40))
    places = iter(range(10 * decisions))

    async def some() -> None:
        while house.outcomes.total() < decisions:
            await house.play(next(places))

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    await asyncio.to_thread(wait_for, lambda: not house.under_way(), 120)
    copies = Counter(to for _, recipients, _ in internet.kept for to in recipients)
    for recipient, state in house.ends.items():
        assert copies[recipient] == (1 if state == "released" else 0), (recipient, state)
    assert set(house.ends.values()) >= {"released", "cancelled"}
    assert len(house.outcomes) >= 5, house.outcomes
    print(f"{house.outcomes.total()} raced decisions about {len(house.ends)} messages:", dict(house.outcomes))  # noqa: T201
