"""Hostile mail through the real sandbox: what must be held is held, what must be survived is survived, and we do not grow."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mail.making import SHARED

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

hostile: Any = importlib.import_module("hostile")
hostile_messages: Any = importlib.import_module("hostile_messages")
GROWN = 64 * hostile.MIB


async def test_the_shared_set_is_held_or_survived() -> None:
    found = list(hostile.of_folder(SHARED / "hostile"))
    assert len(found) > 100
    run, grown, _ = await hostile.measure(found)
    assert run.wrong == []
    assert grown < GROWN


async def test_messages_made_to_hide_something_or_to_be_slow_are_held_or_survived() -> None:
    run, grown, _ = await hostile.measure(list(hostile_messages.cases()))
    assert run.wrong == []
    assert grown < GROWN


async def test_archives_and_documents_that_hide_a_list_are_held() -> None:
    found = list(hostile.quick())
    assert len(found) > 100
    run, grown, _ = await hostile.measure(found)
    assert run.wrong == []
    assert grown < GROWN


@pytest.mark.soak
async def test_what_takes_long_is_survived() -> None:
    run, grown, _ = await hostile.measure(list(hostile.cases()))
    assert run.wrong == []
    assert grown < GROWN
