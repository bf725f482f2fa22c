"""The server: it answers on the socket it is given, says nothing of paths, and stops when it is told."""

import asyncio
import logging
import socket

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from tests.helpers.pages import World
from web.server import MOST, serve


def listening() -> tuple[socket.socket, str]:
    opened = socket.create_server(("127.0.0.1", 0))
    return opened, f"http://127.0.0.1:{opened.getsockname()[1]}"


async def test_it_serves_and_no_line_of_log_names_a_path(world: World, caplog: pytest.LogCaptureFixture) -> None:
    token, _ = await world.hold()
    opened, base = listening()
    stopping = asyncio.Event()
    caplog.set_level(logging.DEBUG)
    serving = asyncio.create_task(serve(world.app, opened, stopping))
    async with httpx2.AsyncClient(base_url=base) as browser:
        reply = await browser.get(f"/q/{token}")
        assert reply.status_code == 200
        assert "server" not in reply.headers
        assert (await browser.get(f"/q/{'A' * 20_000}")).status_code == 404
    stopping.set()
    await asyncio.wait_for(serving, 10)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx2", "httpcore2"))]
    assert not any(token in line for line in ours)


async def test_a_request_under_way_gets_its_answer_when_we_stop() -> None:
    stopping, arrived, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        arrived.set()
        await go_on.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    opened, base = listening()
    serving = asyncio.create_task(serve(slow, opened, stopping))
    async with httpx2.AsyncClient(base_url=base) as browser:
        asking = asyncio.create_task(browser.get("/"))
        await asyncio.wait_for(arrived.wait(), 10)
        stopping.set()
        go_on.set()
        assert (await asking).status_code == 204
    await asyncio.wait_for(serving, 15)


async def test_one_connection_too_many_is_told_to_come_later(world: World) -> None:
    opened, base = listening()
    stopping = asyncio.Event()
    serving = asyncio.create_task(serve(world.app, opened, stopping))
    address = opened.getsockname()
    many = [await asyncio.open_connection(*address) for _ in range(MOST)]
    reader, writer = await asyncio.open_connection(*address)
    assert await reader.readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
    for one in (writer, *(other for _, other in many)):
        one.close()
        await one.wait_closed()
    async with httpx2.AsyncClient(base_url=base) as browser:
        assert (await browser.get("/static/style.css")).status_code == 200
    stopping.set()
    await asyncio.wait_for(serving, 15)


async def test_it_ends_when_its_caller_is_cancelled() -> None:
    async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    opened, base = listening()
    serving = asyncio.create_task(serve(nothing, opened, asyncio.Event()))
    await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with pytest.raises(httpx2.ConnectError):
        async with httpx2.AsyncClient() as browser:
            await browser.get(base)
