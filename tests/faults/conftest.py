"""A program of its own for each test, and what lies behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.world import KNOWN
from tests.helpers.internet import Internet
from tests.helpers.ports import free_port
from tests.helpers.program import Program

StartProgram = Callable[..., Program]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each of these starts processes: those of one file one after the other, and none for ever."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(f"faults-{item.path.stem}"))
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(300))


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet(free_port()) as kept:
        yield kept


@pytest.fixture
def make_program(tmp_path: Path, internet: Internet) -> Iterator[StartProgram]:
    """Programs that are not yet started; whatever runs of them at the end is killed."""
    made: list[Program] = []

    def make(name: str = "program", hop: int = 0, *, knows: bool = False, **more: Any) -> Program:
        program = Program(tmp_path / name, hop or internet.port, **more)
        made.append(program)
        if knows:
            program.learn(KNOWN)
        return program

    yield make
    for program in made:
        program.end()
