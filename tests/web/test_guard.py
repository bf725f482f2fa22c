"""What every answer carries, and what no request gets past."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.datastructures import Headers

from store.errors import StoreDownError
from store.holds import State
from tests.helpers.pages import BASE, World, read
from web import guard
from web.app import sender_app, staff_app
from web.options import StaffWeb, WebOptions

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_every_answer_carries_the_headers_and_no_cookie(world: World) -> None:
    token, _ = await world.hold()
    async with world.client() as browser:
        replies = [
            await browser.get(f"/q/{token}"),
            await browser.get("/nowhere"),
            await browser.get("/static/style.css"),
            await browser.post(f"/q/{token}", data={}),
            await browser.post(f"/q/{token}", data={}, headers={"origin": "https://evil.example"}),
            await browser.post("/report", content=b"a" * 70_000, headers=FORM),
        ]
    assert [reply.status_code for reply in replies] == [200, 404, 200, 403, 403, 413]
    for reply in replies:
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cross-origin-opener-policy"] == "same-origin"
        assert "set-cookie" not in reply.headers
    kept = [reply.headers["cache-control"] for reply in replies]
    assert kept == ["no-store", "no-store", "public, max-age=31536000, immutable", "no-store", "no-store", "no-store"]


@pytest.mark.parametrize(
    ("headers", "admitted"),
    [
        ({}, True),
        ({"origin": "http://pages.example"}, True),
        ({"origin": "http://PAGES.example", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null"}, True),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://localhost:1", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://pages.example.evil.example"}, False),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "null", "sec-fetch-site": "same-site"}, False),
        ({"origin": "http://pages.example", "sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, False),
    ],
)
def test_a_form_from_another_site_is_not_admitted(headers: dict[str, str], admitted: bool) -> None:
    assert guard.from_here(Headers(headers), frozenset({BASE})) is admitted


async def test_a_large_body_is_refused_whether_it_says_so_or_not(world: World) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b"a" * 1024

    token, kept = await world.hold()
    async with world.client() as browser:
        assert (await browser.post(f"/q/{token}", content=b"a" * 70_000, headers=FORM)).status_code == 413
        assert (await browser.post(f"/q/{token}", content=stream(), headers=FORM)).status_code == 413
        assert (await browser.get(f"/q/{token}")).status_code == 200
    assert (await world.get(kept.id)).state is State.HELD


async def test_too_many_fields_and_files_are_refused(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as browser:
        many = "&".join("a=b" for _ in range(4000))
        assert (await browser.post(f"/q/{token}", content=many, headers=FORM)).status_code in {400, 403}
        assert (await browser.post(f"/q/{token}", files={"form": b"x"})).status_code in {400, 403}
    assert (await world.get(kept.id)).state is State.HELD


async def test_who_takes_too_long_is_let_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0)
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/report",
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "server": None,
    }
    await world.app(scope, receive, send)
    assert sent[0]["status"] == 408


async def test_only_http_is_spoken(world: World) -> None:
    async def never(*_: Any) -> Any:
        raise AssertionError

    await world.app({"type": "websocket", "path": "/"}, never, never)


async def test_the_pages_for_staff_can_listen_apart(world: World) -> None:
    question, _ = await world.hold()
    ticket, _ = await world.ticket()
    world.pages = type(world.pages)(
        world.pages.flow,
        world.pages.desk,
        world.pages.store,
        world.pages.organisation,
        WebOptions(base_url=BASE, staff=StaffWeb(base_url="https://desk.example/sekisho/")),
        world.pages.clock,
        world.pages.form_key,
    )
    for app, open_ones in ((sender_app(world.pages), (200, 404)), (staff_app(world.pages), (404, 200))):
        world.app = app
        async with world.client() as browser:
            found = [(await browser.get(path)).status_code for path in (f"/q/{question}", f"/t/{ticket}")]
        assert tuple(found) == open_ones


async def test_links_and_forms_keep_the_path_that_stands_before_ours(world: World) -> None:
    at = World(world.store, world.clock, world.folder, web=WebOptions(base_url="https://mail.example/sekisho/"))
    token, _ = await at.hold()
    async with at.client() as browser:
        page = (
            await browser.get(f"/q/{token}", headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
        ).text
    assert read(page)[0][0].action == f"/sekisho/q/{token}"
    assert 'href="/sekisho/static/style.css?' in page
    assert "evil.example" not in page


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "..%5c..%5cetc", "app.py", ""])
async def test_no_path_climbs_out_of_the_static_files(world: World, name: str) -> None:
    async with world.client() as browser:
        reply = await browser.get(f"/static/{name}")
    assert reply.status_code == 404
    assert "root:" not in reply.text


async def test_a_store_that_is_down_is_said_and_nothing_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    token, _ = await world.hold()

    async def down(_: object) -> None:
        raise StoreDownError("gone")

    monkeypatch.setattr(type(world.store), "read", lambda _self, unit: down(unit))
    async with world.client() as browser:
        reply = await browser.get(f"/q/{token}?lang=en")
    assert reply.status_code == 503
    assert "The store does not answer" in reply.text
    assert "gone" not in reply.text
