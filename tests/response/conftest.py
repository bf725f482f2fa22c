"""The desk of the invented office, on each database in turn."""

import pytest

from response.desk import Desk
from store.engine import Store
from tests.helpers.clock import TestClock
from tests.response.cases import make_desk


@pytest.fixture
def desk(store: Store, clock: TestClock) -> Desk:
    """The desk."""
    return make_desk(store, clock)
