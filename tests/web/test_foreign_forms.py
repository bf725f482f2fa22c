"""No form from elsewhere does anything at any address."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx2

from tests.helpers.every_page import Place, every_page, route_of, routes
from tests.helpers.machine import changes, rows
from tests.helpers.pages import World, read

FOREIGN: tuple[Mapping[str, str], ...] = (
    {"origin": "https://evil.example"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": "http://pages.example", "sec-fetch-site": "same-site"},
    {"origin": "http://pages.example.evil.example"},
    {"origin": "http://pages.example:8080"},
    {"origin": "https://pages.example"},
)
EVERYTHING = {"act": "send", "how": "done", "outcome": "not-a-leak", "wrong-1": "yes", "reason": "x", "note": "x"}
"""What would do something, were the form ours."""


def posts(world: World, places: list[Place]) -> list[Place]:
    """A place for each route that takes a form."""
    found = {route_of(world, place.path, "POST"): place for place in reversed(places)}
    assert set(found) - {""} == {route.path for route in routes(world) if "POST" in (route.methods or ())}
    return [place for route, place in found.items() if route]


async def forms_of(client: httpx2.AsyncClient, places: list[Place]) -> list[tuple[Place, dict[str, str]]]:
    """Each form of these pages with its own token, filled in so that it would do something."""
    found: list[tuple[Place, dict[str, str]]] = []
    for place in places:
        page = await client.get(place.path, headers=place.headers)
        forms = [form for form in read(page.text)[0] if "form" in form.names()] if page.status_code == 200 else []
        found += [
            (Place(place.name, form.action, place.who), {**dict(form.as_it_stands()), **EVERYTHING})
            for form in forms[:3]  # every step of a ticket has one
        ]
    return found


async def test_a_form_that_another_site_sends_is_refused_at_every_address_even_with_our_own_token(world: World) -> None:
    places = posts(world, await every_page(world))
    async with world.client() as client:
        mine = await forms_of(client, places)
        before = await rows(world)
        for place, fields in [*((place, EVERYTHING) for place in places), *mine]:
            for headers in FOREIGN:
                answer = await client.post(place.path, data=fields, headers={**place.headers, **headers})
                assert answer.status_code == 403, (place, headers)
    assert changes(before, await rows(world)) == []


async def test_a_form_without_a_token_or_with_that_of_another_page_is_refused_at_every_address(world: World) -> None:
    places = posts(world, await every_page(world))
    async with world.client() as client:
        mine = await forms_of(client, places)
        tokens = {place.path: fields["form"] for place, fields in mine}
        assert len(tokens) > 8
        before = await rows(world)
        for place in places:
            own = {fields["form"] for other, fields in mine if urlsplit(other.path).path == urlsplit(place.path).path}
            for token in ("", "x", *(set(tokens.values()) - own)):
                data = {**EVERYTHING, "form": token}
                answer = await client.post(place.path, data=data, headers=place.headers)
                # 404: nothing is there without a provider or a link; 409: of another page of the same session, shown anew.
                assert answer.status_code in {403, 404, 409}, (place, token)
    assert changes(before, await rows(world)) == []
