"""A real browser on the real pages, on loopback: Debian's Chromium, one for the whole run."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.helpers.pages import World
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


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium: install Debian's package chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        await started.close()


@pytest.fixture
async def world(sqlite_url: str, make_store: MakeStore, clock: TestClock, tmp_path: Path) -> AsyncIterator[World]:
    """The pages, served on a port of their own."""
    store = await make_store(sqlite_url)
    opened = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{opened.getsockname()[1]}"
    made = World(store, clock, tmp_path, web=WebOptions(base_url=base))
    stopping = asyncio.Event()
    serving = asyncio.create_task(serve(made.app, opened, stopping))
    yield made
    stopping.set()
    await serving
