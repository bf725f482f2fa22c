"""What people do on a ticket finishes the steps that its own manual names for it, whatever their numbers are."""

from typing import Any

import pytest

from response import deciding, fulfilling, letter_answers, letters
from response.debrief import _figures
from response.desk import Desk
from response.letter_answers import FAVOURABLE
from response.manual import load, parse
from store.decisions import Question
from store.engine import Store
from store.letters import LetterAnswer
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import (
    LEADER,
    OFFICER,
    OPTIONS,
    ORGANISATION,
    SENDER,
    WRONG,
    by_link,
    confirm,
    deliver,
    evidence,
    held,
    keep,
)
from tests.response.test_manual import GOOD

STEP = """
[[steps]]
id = "{id}"
phase = "1"
title = {{ ja = "次", en = "Next" }}
roles = ["leader"]
due_words = {{ ja = "速やかに", en = "promptly" }}
outward = {outward}
{more}
fills = {{ ja = "無", en = "none" }}
source = ["X"]
"""
DEEDS = {
    "ask": "asked",
    "hear": "answered",
    "leak": "leak-decided",
    "why": "reasons-signed",
    "file": "preliminary-filed",
    "end": "final-filed",
}


def own(*, marked: bool = True) -> str:
    """A manual with steps that have numbers of its own."""
    steps = (
        STEP.format(
            id=step,
            outward="true" if step in {"ask", "file"} else "false",
            more=f'done_when = "{deed}"' if marked else "",
        )
        for step, deed in DEEDS.items()
    )
    return GOOD.replace('"1.1"', '"tell"') + "".join(steps)


async def opened(store: Store, clock: TestClock, text: str, *, tell: bool = True) -> tuple[Desk, Ticket]:
    desk = Desk(store, OPTIONS, ORGANISATION, parse(text.encode(), "own.toml"), clock)
    hold = held(language="ja")
    await keep(store, hold)
    await confirm(store, hold, WRONG)
    await deliver(store, hold)
    ticket = await desk.report(by_link(hold, wrong=(WRONG,)))
    if tell:
        assert await desk.finish_step(ticket.id, "tell", by=SENDER, note="") == ""
    found = await desk.ticket(ticket.id)
    assert found
    return desk, found


async def done(desk: Desk, ticket: Ticket) -> list[str]:
    found = await desk.ticket(ticket.id)
    assert found
    return [step.step for step in found.steps if step.state == "done" and step.done_by in {LEADER, OFFICER}]


async def work(desk: Desk, store: Store, clock: TestClock, ticket: Ticket) -> None:
    """Everything that a manual may know of."""
    office = desk.office
    await store.commit(lambda s: letters.phoned(s, office, ticket, WRONG, by=LEADER, note=""))
    given: dict[str, Any] = {**FAVOURABLE, "proof": "10:15", "by": LEADER}
    await store.commit(lambda s: letter_answers.record(s, office, ticket, LetterAnswer(WRONG, "phone", **given)))
    questions: tuple[Question, ...] = ("leak", "authority", "persons", "publish")
    said: dict[str, Any] = {"answer": True, "reason": "so it is"}
    for question in questions:
        assert (
            await store.commit(lambda s, q=question: deciding.propose(s, office, ticket.id, q, by=LEADER, **said)) == ""  # type: ignore[misc]
        )
        (proposed,) = [
            d
            for d in await store.read(lambda s: s.decisions.of(ticket.id))
            if (d.question, d.state) == (question, "proposed")
        ]
        assert await store.commit(lambda s, n=proposed.seq: deciding.sign(s, office, ticket.id, n, by=OFFICER)) == ""  # type: ignore[misc]
    met: dict[str, Any] = {"by": OFFICER, "at": clock.now(), "how": "number 12"}
    for rule, step in (("JP-PRELIM", "outer"), ("JP-FINAL", "final")):
        assert await store.commit(lambda s, r=rule, t=step: fulfilling.meet(s, office, ticket.id, r, t, **met)) == ""  # type: ignore[misc]


async def test_steps_with_numbers_of_their_own_get_their_marks_once_each(store: Store, clock: TestClock) -> None:
    desk, ticket = await opened(store, clock, own())
    await work(desk, store, clock, ticket)
    assert await done(desk, ticket) == list(DEEDS)
    marked = [e.object for e in await evidence(store, ticket.id) if e.event == "step" and e.actor in {LEADER, OFFICER}]
    assert sorted(marked) == sorted(f"step {step}" for step in DEEDS)


async def test_a_manual_that_names_nothing_is_worked_by_hand(store: Store, clock: TestClock) -> None:
    desk, ticket = await opened(store, clock, own(marked=False))
    await work(desk, store, clock, ticket)
    assert await done(desk, ticket) == []


async def test_an_outward_step_waits_for_the_gate_of_its_own_manual(store: Store, clock: TestClock) -> None:
    desk, ticket = await opened(store, clock, own(), tell=False)
    for rule, step in (("JP-PRELIM", "outer"), ("JP-FINAL", "final")):
        met: dict[str, Any] = {"by": OFFICER, "at": clock.now(), "how": "number 12"}
        await store.commit(lambda s, r=rule, t=step, m=met: fulfilling.meet(s, desk.office, ticket.id, r, t, **m))  # type: ignore[misc]
    assert await done(desk, ticket) == ["end"]


@pytest.mark.parametrize("marked", [True, False])
async def test_the_sheet_of_a_drill_reads_the_times_of_the_manual_the_ticket_goes_by(
    store: Store, clock: TestClock, *, marked: bool
) -> None:
    desk, ticket = await opened(store, clock, own(marked=marked))
    assert await desk.finish_step(ticket.id, "ask", by=LEADER, note="") == ""
    found = await desk.ticket(ticket.id)
    assert found
    manual = await store.read(lambda s: desk.office.manual_of(s, found.manual_version))
    figures = {one.name: one.seconds for one in _figures(found, manual, (), ())}
    assert (figures["known-delete-request"] is not None) is marked


async def test_a_ticket_of_before_goes_on_by_its_own_version(store: Store, clock: TestClock) -> None:
    """A version that says nothing of deeds stays as it was, also when the manual of now does."""
    old, ticket = await opened(store, clock, own(marked=False))
    now = Desk(store, OPTIONS, ORGANISATION, load("misdirected-mail"), clock)
    await work(now, store, clock, ticket)
    assert await done(old, ticket) == []
