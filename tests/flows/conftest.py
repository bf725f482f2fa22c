"""A world on each database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.world import World, open_world
from tests.helpers.clock import TestClock


@pytest.fixture
async def world(store_url: str, tmp_path: Path, clock: TestClock) -> AsyncIterator[World]:
    async with open_world(store_url, tmp_path / "node", clock) as made:
        yield made
