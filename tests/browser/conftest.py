"""A real browser on the real pages, on loopback: Debian's Chromium, started once for all tests of a process.

Whatever is started once lives in the event loop of the whole run, so every test of this folder runs in it.
"""

import asyncio
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from starlette.types import Receive, Scope, Send

from store.engine import Store
from store.seal import Seal
from tests.browser.everything import Everything, everything
from tests.helpers.clock import TestClock
from tests.helpers.pages import World
from tests.notifier.receiver import Receiver, receiving
from web.options import WebOptions
from web.server import serve

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder runs in the loop in which the browser was started."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window; the build that has none starts and draws in half the time."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium: install Debian's package chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        await started.close()


@asynccontextmanager
async def served(template: Path, folder: Path, clock: TestClock) -> AsyncIterator[World]:
    """The pages on a store of their own, served on a port of their own."""
    shutil.copy(template, folder / "sekisho.db")
    store = Store(f"sqlite:///{folder / 'sekisho.db'}", folder / "var", Seal(None, secrets.token_bytes(32)), clock)
    await store.start()
    opened = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{opened.getsockname()[1]}"
    made = World(store, clock, folder, web=WebOptions(base_url=base))
    stopping = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await made.app(scope, receive, send)  # as it is at this request: a test may give it other settings

    serving = asyncio.create_task(serve(app, opened, stopping))
    yield made
    stopping.set()
    await serving
    await store.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def world(sqlite_template: Path, clock: TestClock, tmp_path: Path) -> AsyncIterator[World]:
    """Pages for one test, which may change what it likes."""
    async with served(sqlite_template, tmp_path, clock) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def mailbox() -> AsyncIterator[Receiver]:
    """Where the notices go."""
    async with receiving() as receiver:
        yield receiver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def all_pages(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Everything]:
    """Every page in every state, for tests that only look."""
    folder = tmp_path_factory.mktemp("pages")
    async with served(sqlite_template, folder, TestClock()) as made:
        yield await everything(made)
