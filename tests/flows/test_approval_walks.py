"""No walk of acts releases with fewer different approvers than needed, nor with the sender's own yes."""

import asyncio
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import approving
from gateway.approval_options import Approval
from gateway.decision import Decision, risks
from notifier.options import Person
from store import migrate
from store.engine import open_store
from store.holds import Hold, State
from store.options import StoreOptions
from tests.helpers.clock import TestClock
from tests.helpers.pages import DATA, ORGANISATION, SENDER, SUPERIOR, TYPO, World

MORI, KANEKO, ALIAS = (f"{name}@tachibana.example" for name in ("mori", "kaneko", "hanako"))
PEOPLE = (
    Person(address=SENDER, aliases=(ALIAS,), superior=SUPERIOR),
    Person(address=SUPERIOR, roles=("leader",), deputy=KANEKO),
    Person(address=MORI, roles=("privacy officer",)),
    Person(address=KANEKO, roles=("deputy",)),
)
ASKED = (SUPERIOR, MORI, KANEKO, SENDER, ALIAS, f"{SUPERIOR.partition('@')[0]}+x@tachibana.example")
WANTS = (TYPO | {"action": "approve"}, DATA | {"action": "approve"})
ACTS = st.one_of(
    st.sampled_from(["ask", "right", "cancel", "bring-back", "take-back", "escalate", "in-place"]),
    st.tuples(st.sampled_from(["yes", "yes", "yes", "no"]), st.sampled_from(ASKED)),
)


def world_of(made: World, needed: int = 2) -> World:
    """The world under settings in which so many must agree, and the sender is among those who are named."""
    organisation = ORGANISATION.model_copy(update={"people": PEOPLE})
    approval = Approval(approvers=("superior", "privacy officer", ALIAS), needed=needed)
    flow = made.pages.flow
    flow.options = replace(flow.options, organisation=organisation, approval=approval)
    return made


async def links(world: World, hold: Hold) -> dict[str, str]:
    """A link of everybody, as if each had been asked."""
    return await world.store.commit(
        lambda s: {person: s.links.make(hold.group_id, person, "approval") for person in ASKED}
    )


async def act(world: World, token: str, hold: Hold, mine: dict[str, str], what: str | tuple[str, str]) -> str:
    """One act of somebody; what came of it."""
    flow, options = world.pages.flow, world.pages.flow.options
    if isinstance(what, tuple):
        said, person = what
        outcome = await flow.say(mine[person], approve=said == "yes", comment="だめ")
    elif what in {"escalate", "in-place"}:
        of = await world.store.read(lambda s: s.approvals.latest(hold.group_id))
        if what == "in-place":
            await world.store.commit(lambda s: approving.ask_in_place(s, hold.group_id, options))
        elif of and of.is_open:
            await world.store.commit(lambda s: approving.escalate(s, hold, of, options))
        return "done"
    elif what in {"ask", "right"}:
        copies = await flow.question(token) or ()
        picked = {r.id: next((c for c in (what, "agree", "ask") if c in r.choices), what) for r in risks(copies)}
        outcome = await flow.decide(token, Decision("send", picked, "急ぎ"))
    else:
        outcome = await flow.decide(token, Decision(what))  # type: ignore[arg-type] # of the closed list above
    return outcome.result if outcome else "404"


async def walk(world: World, acts: list[str | tuple[str, str]], needed: int) -> None:
    token, hold = await world.hold(WANTS)
    mine, options = await links(world, hold), world.pages.flow.options
    agreed: set[str] = set()
    for what in acts:
        result = await act(world, token, hold, mine, what)
        if result == "asked":
            agreed = set()
        elif isinstance(what, tuple) and what[0] == "yes" and result == "done":
            agreed.add(options.approvers.identity(what[1]))
        now = await world.get(hold.id)
        if now.state is State.RELEASED:
            assert len(agreed) >= needed
            assert SENDER not in agreed
            return


def test_no_walk_of_acts_releases_with_fewer_people_than_needed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/walk.db"
    migrate.upgrade(url)
    clock = TestClock()
    with asyncio.Runner() as runner:
        store = open_store(StoreOptions(url=url, directory=tmp_path), clock)
        runner.run(store.start())

        async def make(needed: int) -> World:
            return world_of(World(store, clock, tmp_path), needed)

        worlds = {needed: runner.run(make(needed)) for needed in (1, 2)}

        @settings(max_examples=60, deadline=None)
        @given(st.lists(ACTS, min_size=3, max_size=14), st.integers(1, 2))
        def walks(acts: list[str | tuple[str, str]], needed: int) -> None:
            runner.run(walk(worlds[needed], ["ask", *acts], needed))

        walks()
        runner.run(store.stop())
