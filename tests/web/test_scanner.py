"""A machine that opens every page in every state, follows every link and redirect and sends every form as it stands changes nothing."""

from tests.helpers.every_page import ADMIN, every_page, route_of, routes
from tests.helpers.machine import Machine, changes, rows
from tests.helpers.pages import SENDER, SUPERIOR, World

ONE_PRESS = (
    "contain",
    "lift",
    "have",
    "reach-test",
    "open-linked",
    "apply",
    "here",
    "everywhere",
    "draft",
    "sheet",
    "again",
    "stop-drill",
)
"""What somebody who is signed in does with one press: stop and block, lift a block, take a case, test the contact tree, open a linked ticket, apply a
measure, write a draft or the whole ticket for paper, tell a tracker again, end a drill, sign out. No machine stands there without their session."""


async def test_every_route_of_the_pages_is_among_those_that_are_read(world: World) -> None:
    places = await every_page(world)
    asked = {route_of(world, place.path, "GET") for place in places} | {route_of(world, "/sign-in/oidc", "POST")}
    assert {route.path for route in routes(world)} - asked == set()


async def test_what_comes_by_a_link_is_read_and_sent_as_it_stands_and_not_one_row_changes(world: World) -> None:
    places = [place for place in await every_page(world) if not place.who]
    before = await rows(world)
    async with world.client() as client:
        machine = Machine(client)
        for place in places:
            await machine.start(place)
    assert changes(before, await rows(world)) == []
    assert len(machine.sent) > 25
    assert {status for status in machine.read.values() if status >= 500} == set()


async def test_behind_a_session_reading_writes_that_somebody_looked_and_a_link_of_ones_own_and_nothing_else(
    world: World,
) -> None:
    places = [place for place in await every_page(world) if place.who]
    before = await rows(world)
    tickets: dict[str, int] = {}  # the admin reads the same ones as the desk
    for who in (SENDER, SUPERIOR, ADMIN):
        async with world.client() as client:
            machine = Machine(client, ONE_PRESS, tickets)
            for place in places:
                if place.who == who:
                    await machine.start(place)
            tickets = {path: status for path, status in machine.read.items() if path.startswith("/tickets/")}
    may_write = (
        ("+audit", ("journal-search",)),  # of the admin and of who enters a call
        ("marks", ("audit-head",)),
        ("marks", ("audit-keyed",)),  # from which record on they are keyed
        ("links", ("'question'", SENDER)),  # made, or its end set, when somebody opens one of their own messages
        ("links", ("'own'", SENDER)),  # the same of a case that they have reported
    )
    written = changes(before, await rows(world))
    others = [
        row
        for row in written
        if not any(table in row.split()[0] and all(word in row for word in words) for table, words in may_write)
    ]
    assert others == []
    assert any(row.startswith("+audit") for row in written)
