"""The world of the pages, on each database in turn."""

from pathlib import Path

import pytest

from store.engine import Store
from tests.helpers.clock import TestClock
from tests.helpers.pages import World


@pytest.fixture
async def world(store: Store, clock: TestClock, tmp_path: Path) -> World:
    """Store, desk, flow and pages as they run."""
    return World(store, clock, tmp_path)
