"""What others wrote, a header of a request, a name in it: shown as text on every page, never run, never in a header of ours."""

import pytest
from markupsafe import escape

from tests.helpers.every_page import Place, every_page
from tests.helpers.hostile_names import active, hostile_names
from tests.helpers.pages import World

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EVIL = "evil-host.example"
HOSTS = {
    "host": EVIL,
    "x-forwarded-host": EVIL,
    "x-forwarded-server": EVIL,
    "x-host": EVIL,
    "x-original-url": f"//{EVIL}/admin",
    "x-rewrite-url": f"//{EVIL}/admin",
    "forwarded": f'for=1.2.3.4;host="{EVIL}";proto=https',
    "referer": f"https://{EVIL}/",
}
SPLIT = "x\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>"
ASKED = ("lang", "work", "show", "behind", "next", "kept", "done", "days", "address", "words", "number", "since", "all")
"""Names that a page looks for in its address."""


def one_of_each(places: list[Place]) -> list[Place]:
    """A place for each way of a page to look: further tickets and messages of a list show nothing new."""
    return list({place.name: place for place in places}.values())


@pytest.mark.parametrize("start", range(3))
async def test_what_others_wrote_is_text_on_every_page_and_every_answer_carries_the_policy(
    world: World, start: int
) -> None:
    some = hostile_names()[start::3]
    places = one_of_each(await every_page(world, " ".join(some)))
    seen = 0
    async with world.client() as client:
        for place in places:
            answer = await client.get(place.path, headers=place.headers)
            assert answer.status_code in {200, 303, 403, 404}, place
            assert answer.headers["content-security-policy"] == POLICY, place
            assert "x-injected" not in answer.headers
            assert active(answer.text) == [], place
            seen += str(escape(some[0])) in answer.text.replace("<wbr>", "")
    assert seen > len(places) * 3 / 4  # the organisation's name is among these words


async def test_no_host_that_a_request_names_stands_on_a_page_or_in_a_header(world: World) -> None:
    places = one_of_each(await every_page(world))
    async with world.client() as client:
        for place in places:
            answer = await client.get(place.path, headers={**place.headers, **HOSTS})
            assert answer.status_code == (await client.get(place.path, headers=place.headers)).status_code, place
            assert EVIL not in answer.text, place
            assert EVIL not in str(answer.headers), place


async def test_nothing_in_an_address_or_a_field_makes_a_header_or_runs(world: World) -> None:
    places = one_of_each(await every_page(world))
    async with world.client() as client:
        for place in places:
            path = place.path.partition("?")[0]
            asked = await client.get(path, params=dict.fromkeys(ASKED, SPLIT), headers=place.headers)
            below = await client.get(f"{path}/%0d%0aX-Injected:%20yes%0d%0a", headers=place.headers)
            posted = await client.post(path, data=dict.fromkeys((*ASKED, "form", "act"), SPLIT), headers=place.headers)
            for answer in (asked, below, posted):
                assert "x-injected" not in answer.headers, place
                assert answer.headers["content-security-policy"] == POLICY, place
                assert answer.status_code < 500, place
                assert active(answer.text) == [], place
