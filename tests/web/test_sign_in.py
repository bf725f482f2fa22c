"""Signing in by mail: once, in time, in the browser that asked, only for who may; and nothing that tells who exists."""

from datetime import timedelta

import httpx2
import pytest

from notifier.options import Person
from store.sessions import Session
from tests.helpers.pages import BASE, ORGANISATION, SENDER, SUPERIOR, World, read, text_of
from tests.helpers.signing_in import STAFF, ask, form_of, links, press, sign_in
from web.app import staff_app, whole_app
from web.kept import path_of_ours
from web.options import StaffWeb, WebOptions
from web.pages import Pages

COLLEAGUE = "ito@tachibana.example"
"""Inside, without a role."""


def apart(world: World) -> tuple[httpx2.AsyncClient, Pages]:
    """The pages for staff on an address of their own."""
    options = WebOptions(base_url=BASE, staff=StaffWeb(listen="127.0.0.1:1", base_url=STAFF))
    flow, desk, store = world.pages.flow, world.pages.desk, world.pages.store
    pages = Pages(flow, desk, store, world.organisation, options, world.clock, b"k" * 32)
    transport = httpx2.ASGITransport(staff_app(pages))
    return httpx2.AsyncClient(transport=transport, base_url=STAFF), pages


def https(world: World) -> httpx2.AsyncClient:
    """The same pages behind TLS."""
    base = "https://pages.example"
    flow, desk, store = world.pages.flow, world.pages.desk, world.pages.store
    pages = Pages(flow, desk, store, world.organisation, WebOptions(base_url=base), world.clock, b"k" * 32)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(whole_app(pages)), base_url=base)


async def is_signed_in(client: httpx2.AsyncClient) -> bool:
    return (await client.get("/mail")).status_code == 200


async def test_a_link_signs_in_and_leads_back(world: World) -> None:
    async with world.client() as client:
        answer = await sign_in(world, client, SENDER, "/mail?show=sent")
        assert (answer.status_code, answer.headers["location"]) == (303, "/mail?show=sent")
        page = await client.get("/mail?show=sent")
        assert SENDER in text_of(page.text)
        entries = await world.store.read(lambda shelves: shelves.audit.newest())
        assert [(e["who"], e["act"], e["object"]) for e in entries] == [(SENDER, "sign-in", "web")]


async def test_without_a_session_every_page_of_ones_own_leads_to_the_sign_in_and_names_itself(world: World) -> None:
    async with world.client() as client:
        for path in ("/mail?show=waiting", "/mail/K7Q2-9MXD", "/mail/wrong/x", "/desk", "/tickets/K7Q2-9MXD"):
            answer = await client.get(path)
            assert answer.status_code == 303
            found = httpx2.URL(answer.headers["location"])
            assert (found.path, found.params["next"]) == ("/sign-in", path)


async def test_opening_the_link_signs_nobody_in(world: World) -> None:
    async with world.client() as client:
        await ask(client, SENDER)
        [(_, token)] = await links(world)
        for _ in range(3):
            assert (await client.get(f"/sign-in/{token}")).status_code == 200
        assert not await is_signed_in(client)
        await press(client, token)
        assert await is_signed_in(client)


async def test_a_link_works_once(world: World) -> None:
    async with world.client() as client:
        await ask(client, SENDER)
        [(_, token)] = await links(world)
        form = await form_of(client, f"/sign-in/{token}")
        asked = dict(client.cookies)
        await client.post(form.action, data=dict(form.as_it_stands()))
        async with world.client() as other:
            other.cookies.update(asked)
            assert (await other.get(f"/sign-in/{token}")).status_code == 404
            assert (await other.post(form.action, data=dict(form.as_it_stands()))).status_code == 404
            assert not await is_signed_in(other)


async def test_a_link_works_for_a_quarter_of_an_hour(world: World) -> None:
    async with world.client() as client:
        await ask(client, SENDER)
        [(_, token)] = await links(world)
        form = await form_of(client, f"/sign-in/{token}")
        world.clock.advance(timedelta(minutes=15))
        assert (await client.post(form.action, data=dict(form.as_it_stands()))).status_code == 404
        assert not await is_signed_in(client)


async def test_a_link_works_only_in_the_browser_that_asked(world: World) -> None:
    async with world.client() as client, world.client() as thief:
        await ask(client, SENDER)
        [(_, token)] = await links(world)
        form = await form_of(client, f"/sign-in/{token}")
        strange = await thief.get(f"/sign-in/{token}")
        unknown = await thief.get(f"/sign-in/{'x' * len(token)}")
        assert (strange.status_code, strange.text) == (404, unknown.text)
        assert (await thief.post(form.action, data=dict(form.as_it_stands()))).status_code == 404
        await ask(thief, COLLEAGUE)  # with a cookie of its own
        assert (await thief.post(form.action, data=dict(form.as_it_stands()))).status_code == 404
        assert not await is_signed_in(thief)


async def test_whoever_is_typed_the_page_answers_alike_and_only_our_own_get_mail(world: World) -> None:
    answers = set()
    async with world.client() as client:
        for address in (SENDER, COLLEAGUE, "stranger@customer.example", "x@tachibana.example.evil.example"):
            answer = await ask(client, address)
            page = await client.get(answer.headers["location"])
            answers.add((answer.status_code, answer.headers["location"], page.text, len(client.cookies)))
    assert len(answers) == 1
    assert sorted(who for who, _ in await links(world)) == [COLLEAGUE, SENDER]


async def test_who_is_known_by_a_tag_gets_the_link_in_the_mailbox_of_the_settings(world: World) -> None:
    """Another mailbox may have that name: it is not given the roles of who has none."""
    local, at, domain = SUPERIOR.partition("@")
    async with world.client() as client:
        await ask(client, f"{local}+x{at}{domain}")
        assert [who for who, _ in await links(world)] == [SUPERIOR]


async def test_on_the_address_for_staff_only_staff_get_a_link(world: World) -> None:
    client, _ = apart(world)
    async with client:
        seen = set()
        for address in (SENDER, SUPERIOR, COLLEAGUE):
            answer = await ask(client, address)
            seen.add((answer.status_code, answer.headers["location"]))
        assert len(seen) == 1
        assert [who for who, _ in await links(world)] == [SUPERIOR]


@pytest.mark.parametrize(
    "typed", ["", "suzuki", "@tachibana.example", "su zuki@tachibana.example", "a" * 300 + "@x.example"]
)
async def test_what_is_no_address_is_asked_for_again(world: World, typed: str) -> None:
    async with world.client() as client:
        answer = await ask(client, typed)
        assert answer.status_code == 422
        assert "#address" in read(answer.text)[1]
        assert read(answer.text)[0][0].value("address") == typed, "nobody types it all again"
        assert not client.cookies


async def asks_from(world: World, client_address: str, times: int) -> int:
    """How many links come of it."""
    for _ in range(times):
        async with world.client(**{"x-forwarded-for": client_address}) as client:
            assert (await ask(client, SENDER)).status_code == 303
    return len(await links(world))


async def test_one_client_gets_three_links_for_a_mailbox_in_a_quarter_of_an_hour_and_the_page_does_not_say_so(
    world: World,
) -> None:
    assert await asks_from(world, "192.0.2.1", 5) == 3
    world.clock.advance(timedelta(minutes=16))
    assert await asks_from(world, "192.0.2.1", 1) == 1


async def test_who_asks_in_somebodys_name_does_not_keep_them_out_and_fills_no_mailbox(world: World) -> None:
    assert await asks_from(world, "192.0.2.1", 5) == 3
    assert await asks_from(world, "192.0.2.2", 1) == 1
    assert [await asks_from(world, f"192.0.2.{n}", 3) for n in range(3, 6)] == [3, 3, 0]


async def test_one_client_asks_thirty_times_in_a_quarter_of_an_hour(world: World) -> None:
    async with world.client() as client:
        form = await form_of(client, "/sign-in")
        given = dict(form.as_it_stands())
        answers = [
            (await client.post(form.action, data=given | {"address": f"p{n}@tachibana.example"})).status_code
            for n in range(31)
        ]
        again = await client.post(form.action, data=given | {"address": SENDER})
    assert answers == [303] * 30 + [429]
    assert read(again.text)[0][0].value("address") == SENDER


async def test_a_session_is_always_a_new_one_whatever_cookie_was_there_before(world: World) -> None:
    planted = "planted-by-somebody-else"
    async with world.client() as client:
        client.cookies.set("sekisho-web-session", planted, domain="pages.example", path="/")
        await sign_in(world, client, SENDER)
        now = client.cookies.get("sekisho-web-session", domain="pages.example", path="/")
        assert now not in {planted, None}
        first = str(now)
        await sign_in_again(world, client)
        async with world.client(cookie=f"sekisho-web-session={first}") as old:
            assert not await is_signed_in(old)
        async with world.client(cookie=f"sekisho-web-session={planted}") as old:
            assert not await is_signed_in(old)


async def sign_in_again(world: World, client: httpx2.AsyncClient) -> None:
    """As the same person, from another form that was open."""
    async with world.client() as fresh:
        form = await form_of(fresh, "/sign-in")
    await client.post(form.action, data={**dict(form.as_it_stands()), "address": SENDER})
    [(_, token)] = await links(world)
    await press(client, token)


async def test_two_cookies_of_the_name_are_none(world: World) -> None:
    """A neighbour on the same domain can add one of its own (RFC 6265 8.6); which one is ours cannot be told."""
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        token = client.cookies["sekisho-web-session"]
    for tossed in (
        f"sekisho-web-session={token}; sekisho-web-session=x",
        f"sekisho-web-session=x; sekisho-web-session={token}",
    ):
        async with world.client(cookie=tossed) as client:
            assert not await is_signed_in(client)
    async with world.client(cookie=f"other=1; sekisho-web-session={token}") as client:
        assert await is_signed_in(client)


async def test_cookies_are_ours_alone_where_there_is_tls(world: World) -> None:
    async with https(world) as client:
        answer = await ask(client, SENDER)
        [asked] = answer.headers.get_list("set-cookie")
        [(_, token)] = await links(world)
        given, taken = (await press(client, token)).headers.get_list("set-cookie")
        for cookie in (asked, given, taken):
            name, *attributes = cookie.lower().split("; ")
            assert name.startswith("__host-sekisho-web-")
            assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(attributes)
            assert not any(one.startswith("domain") for one in attributes)
        assert await is_signed_in(client)
    plain = given.partition(";")[0].removeprefix("__Host-")
    async with https(world) as client:
        client.headers["cookie"] = plain  # the name without the prefix could be anybody's
        assert not await is_signed_in(client)


async def test_a_session_of_one_address_is_none_of_the_other(world: World) -> None:
    staff, _ = apart(world)
    async with staff, world.client() as senders:
        await sign_in(world, staff, SUPERIOR)
        assert (await staff.get("/desk")).status_code == 200
        token = staff.cookies["sekisho-staff-session"]
        for name in ("sekisho-web-session", "sekisho-staff-session"):
            senders.headers["cookie"] = f"{name}={token}"
            assert not await is_signed_in(senders)


async def test_a_link_of_one_address_is_none_of_the_other(world: World) -> None:
    staff, _ = apart(world)
    async with staff, world.client() as senders:
        await ask(senders, SUPERIOR)
        [(_, token)] = await links(world)
        await ask(staff, SUPERIOR)
        assert (await staff.get(f"/sign-in/{token}")).status_code == 404


async def test_a_session_ends_by_itself_and_keeps_its_place_while_used(world: World) -> None:
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        for _ in range(11):
            world.clock.advance(timedelta(hours=1))
            assert await is_signed_in(client)
            await world.store.commit(lambda _: None)  # what was queued is written
        world.clock.advance(timedelta(hours=1))
        assert not await is_signed_in(client)
        await sign_in(world, client, SENDER)
        world.clock.advance(timedelta(hours=2))
        assert not await is_signed_in(client)


async def test_signing_out_ends_the_session_in_the_store_too(world: World) -> None:
    async with world.client() as client, world.client() as phone:
        await sign_in(world, client, SENDER)
        await sign_in(world, phone, SENDER)
        kept = client.cookies["sekisho-web-session"]
        form = await form_of(client, "/sign-out")
        answer = await client.post(form.action, data={"form": form.value("form"), "where": "here"})
        assert answer.status_code == 303
        assert "signed out" in text_of((await client.get("/sign-out?lang=en")).text)
        assert await is_signed_in(phone)
    async with world.client(cookie=f"sekisho-web-session={kept}") as thief:
        assert not await is_signed_in(thief)


async def test_signing_out_everywhere_ends_them_all(world: World) -> None:
    async with world.client() as client, world.client() as phone:
        await sign_in(world, client, SENDER)
        await sign_in(world, phone, SENDER)
        form = await form_of(client, "/sign-out")
        await client.post(form.action, data={"form": form.value("form"), "where": "everywhere"})
        assert [await is_signed_in(one) for one in (client, phone)] == [False, False]
    entries = await world.store.read(lambda shelves: shelves.audit.newest(1))
    assert (entries[0]["act"], entries[0]["details"]) == ("sign-out", {"sessions": 2})


async def test_a_session_of_staff_ends_when_they_lose_their_role(world: World) -> None:
    async with world.client() as client:
        await sign_in(world, client, SUPERIOR)
        assert (await client.get("/desk")).status_code == 200
        token = client.cookies["sekisho-web-session"]
    people = tuple(p for p in ORGANISATION.people if p.address != SUPERIOR)
    changed = ORGANISATION.model_copy(update={"people": (*people, Person(address=SUPERIOR))})
    after = World(world.store, world.clock, world.folder, organisation=changed)
    async with after.client(cookie=f"sekisho-web-session={token}") as client:
        assert not await is_signed_in(client)
    async with world.client(cookie=f"sekisho-web-session={token}") as client:  # it was ended, not only hidden
        assert not await is_signed_in(client)


async def test_a_session_ends_with_the_domain_of_its_mailbox(world: World) -> None:
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        token = client.cookies["sekisho-web-session"]
    other = ORGANISATION.model_copy(update={"domains": ("other.example",), "people": ()})
    after = World(world.store, world.clock, world.folder, organisation=other)
    async with after.client(cookie=f"sekisho-web-session={token}") as client:
        assert not await is_signed_in(client)


@pytest.mark.parametrize("forged", ["", "x", "form-of-another-page"])
async def test_a_form_from_elsewhere_signs_nobody_in_or_out(world: World, forged: str) -> None:
    async with world.client() as client:
        if forged == "form-of-another-page":
            forged = (await form_of(client, "/report")).value("form")
        assert (await client.post("/sign-in", data={"form": forged, "address": SENDER})).status_code == 403
        assert await links(world) == []
        await ask(client, SENDER)
        [(_, token)] = await links(world)
        assert (await client.post(f"/sign-in/{token}", data={"form": forged})).status_code == 403
        await press(client, token)
        assert (await client.post("/sign-out", data={"form": forged})).status_code == 403
        assert await is_signed_in(client)


async def test_a_browser_that_says_the_form_is_from_elsewhere_is_refused_everywhere(world: World) -> None:
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        for path in ("/sign-in", "/sign-out", "/sign-in/x", "/sign-in/oidc", "/mail/wrong/x", "/tickets/K7Q2-9MXD"):
            for header in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
                assert (await client.post(path, headers=header)).status_code == 403, path
        assert await is_signed_in(client)


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/ok\r\nSet-Cookie: a=b",
    "mail",
    "///evil.example",
    "/ｅvil",
]


@pytest.mark.parametrize("back", ELSEWHERE)
async def test_nobody_is_led_out_of_the_house(world: World, back: str) -> None:
    assert path_of_ours(back) == ""
    async with world.client() as client:
        form = await form_of(client, "/sign-in")
        data = {**dict(form.as_it_stands()), "address": SENDER, "next": back}
        await client.post(form.action, data=data)
        [(_, token)] = await links(world)
        answer = await press(client, token)
        assert answer.headers["location"] == "/mail"
        found = await client.get("/sign-in", params={"next": back})  # who is signed in already goes on at once
        assert found.headers["location"] == "/mail"


async def test_the_host_of_a_request_says_nothing(world: World) -> None:
    async with world.client(host="evil.example") as client:
        answer = await ask(client, SENDER)
        assert answer.headers["location"].startswith("/sign-in/sent")
        assert "evil" not in (await client.get("/sign-in")).text
        [(_, token)] = await links(world)
        assert "evil" not in (await press(client, token)).headers["location"]


async def test_where_somebody_goes_back_to_lies_sealed_in_the_store(world: World, store_url: str) -> None:
    from store.engine import database
    from store.tables.access import sign_ins

    async with world.client() as client:
        await ask(client, SENDER, "/q/a-token-of-a-link")
    with database(store_url) as opened, opened.reading() as connection:
        [row] = connection.execute(sign_ins.select()).all()
    assert b"a-token" not in row.back


async def test_who_may_what_follows_the_roles(world: World) -> None:
    what = ("mail", "desk", "admin")
    people = {
        "stranger@customer.example": (False, False, False),
        COLLEAGUE: (True, False, False),
        SENDER: (True, False, False),
        SUPERIOR: (True, True, False),
        "mori@tachibana.example": (True, True, False),
    }
    assert {who: tuple(world.pages.may(who, one) for one in what) for who in people} == people  # type: ignore[arg-type]


def test_a_session_says_nothing_of_its_token() -> None:
    assert "token" not in Session.__slots__
