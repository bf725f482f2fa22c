"""POST /api/reports: a program reports; it gets a number, and what it says stops nothing by itself."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from store.ids import parse
from tests.helpers.pages import SENDER, WRONG, World
from web.api import PATH
from web.app import sender_app, staff_app, whole_app
from web.limit import Limit

TOKEN = "a" * 64
BODY = {"reporter": SENDER, "message_id": "<x@tachibana.example>"}


@pytest.fixture
def api(world: World) -> httpx2.AsyncClient:
    """A program with a token."""
    object.__setattr__(world.pages, "api_tokens", (b"b" * 64, TOKEN.encode()))
    return world.client(authorization=f"Bearer {TOKEN}")


async def test_a_report_opens_a_ticket_that_is_not_certain_and_answers_its_number_alone(
    world: World, api: httpx2.AsyncClient
) -> None:
    _, kept = await world.sent()
    known = world.clock.now() - timedelta(days=1)
    said = {"wrong": [WRONG], "words": "SIEM", "first_known_at": known.isoformat()}
    answer = await api.post(PATH, json={"reporter": SENDER, "message_id": kept.message_id} | said)
    assert answer.status_code == 201
    assert list(answer.json()) == ["number"]
    ticket = await world.pages.desk.ticket(parse(answer.json()["number"]) or "")
    assert ticket
    assert (ticket.channel, ticket.certain, ticket.hold_id) == ("api", False, kept.id)
    assert ticket.first_known_at == known
    assert await world.store.read(lambda s: s.blocks.in_force()) == ()
    again = await api.post(PATH, json={"reporter": SENDER, "message_id": kept.message_id})
    assert again.json() == answer.json()


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer é", f"{TOKEN}"]
)
@pytest.mark.usefixtures("api")
async def test_without_the_token_nothing_is_done(world: World, authorization: str) -> None:
    headers = {"authorization": authorization.encode("latin-1")} if authorization else {}
    answer = await world.client().post(PATH, json=BODY, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert await world.pages.desk.tickets() == ()


async def test_without_a_token_file_there_is_no_such_address(world: World) -> None:
    answer = await world.client(authorization="Bearer ").post(PATH, json=BODY)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reporter": "nobody"}, "reporter"),
        ({"reporter": "a b@x.example"}, "reporter"),
        ({"message_id": ""}, "message_id"),
        ({"number": "not one"}, "number"),
        ({"search": "  "}, "search"),
        ({"first_known_at": "0001-01-01T00:00:00+14:00"}, "first_known_at"),
        ({"wrong": ["x"]}, "wrong"),
        ({"first_known_at": "yesterday"}, "first_known_at"),
        ({"first_known_at": "2026-11-29T09:30:00"}, "first_known_at"),
        ({"proven": True}, "proven"),
        ({"words": 7}, "words"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(
    world: World, api: httpx2.AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await api.post(PATH, json=BODY | change)
    assert (answer.status_code, answer.json()) == (422, {"error": "invalid", "fields": [field]})
    assert await world.pages.desk.tickets() == ()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'"x"'])
async def test_what_is_no_object_is_refused(api: httpx2.AsyncClient, body: bytes) -> None:
    answer = await api.post(PATH, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["fields"]) == (422, ["body"])
    assert (await api.post(PATH, content=body, headers={"content-type": "text/plain"})).status_code == 415


async def test_too_much_and_too_often_are_refused(world: World, api: httpx2.AsyncClient) -> None:
    assert (await api.post(PATH, json=BODY | {"words": "x" * 5000})).status_code == 422
    assert (await api.post(PATH, content=b"x" * 70_000)).status_code == 413
    object.__setattr__(world.pages, "api_reports", Limit(1, timedelta(minutes=15)))
    assert (await api.post(PATH, json=BODY)).status_code == 201
    answer = await api.post(PATH, json=BODY)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


async def test_a_browser_of_another_site_cannot_report_and_the_address_is_the_staffs(
    world: World, api: httpx2.AsyncClient
) -> None:
    answer = await api.post(PATH, json=BODY, headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    for app, there in ((whole_app, True), (staff_app, True), (sender_app, False)):
        transport = httpx2.ASGITransport(app(world.pages))
        async with httpx2.AsyncClient(transport=transport, base_url="http://pages.example") as client:
            assert ((await client.post(PATH, json=BODY)).status_code == 401) is there
