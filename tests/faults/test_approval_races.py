"""Two nodes, and ten answers at once about a message that waits for somebody else's yes: one outcome. `make soak`: a thousand answers."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from store.holds import State
from tests.conftest import MakeStore
from tests.flows.test_approval_walks import MORI, WANTS, act, links, world_of
from tests.helpers.clock import TestClock
from tests.helpers.pages import SUPERIOR, World


@pytest.mark.timeout(400)
@pytest.mark.parametrize("messages", [6, pytest.param(100, marks=pytest.mark.soak)])
async def test_of_ten_raced_decisions_on_two_nodes_each_message_has_one_outcome(
    messages: int, store_url: str, make_store: MakeStore, clock: TestClock, tmp_path: Path
) -> None:
    rng = Random(41)
    nodes = [world_of(World(await make_store(store_url), clock, tmp_path)) for _ in range(2)]
    ends = [await race(nodes, rng) for _ in range(messages)]
    assert "approved" in ends
    assert len(set(ends)) > 1


async def race(nodes: list[World], rng: Random) -> str:
    """Ten answers about one message at once, over two nodes; how its round ended."""
    token, hold = await nodes[0].hold(WANTS)
    mine = await links(nodes[0], hold)
    assert await act(nodes[0], token, hold, mine, "ask") == "asked"
    whats: list[str | tuple[str, str]] = [("yes", SUPERIOR), ("yes", MORI)] * 3
    whats += [("no", MORI), ("no", SUPERIOR), "cancel", "take-back"]
    rng.shuffle(whats)
    if rng.random() < 0.5:
        whats.sort(key=lambda what: what[0] != "yes")
    results = await asyncio.gather(*(act(nodes[n % 2], token, hold, mine, what) for n, what in enumerate(whats)))
    (of,) = await nodes[0].store.read(lambda shelves: shelves.approvals.of(hold.group_id))
    now = await nodes[0].get(hold.id)
    agreed = [p for p in of.people if p.said == "approved"]
    assert of.state in {"approved", "sent-back", "cancelled", "taken-back"}
    assert (of.state == "approved") == (now.state is State.RELEASED) == (len(agreed) == 2)
    ended = [what for result, what in zip(results, whats, strict=True) if result == "done" and what in of_end(of.state)]
    assert len(ended) == (2 if of.state == "approved" else 1)
    return of.state


def of_end(state: str) -> list[str | tuple[str, str]]:
    """The acts that end a round so."""
    ends: dict[str, list[str | tuple[str, str]]] = {
        "approved": [("yes", SUPERIOR), ("yes", MORI)],
        "sent-back": [("no", MORI), ("no", SUPERIOR)],
        "cancelled": ["cancel"],
        "taken-back": ["take-back"],
    }
    return ends[state]
