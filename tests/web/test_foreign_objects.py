"""No link opens a page that it was not made for, and no session what belongs to somebody else: 404, and never a different one."""

import re
from datetime import timedelta

import pytest

from response import reach
from store.ids import shown
from store.shelves import Shelves
from tests.helpers.every_page import ADMIN, Place, every_page
from tests.helpers.machine import changes, rows
from tests.helpers.pages import SENDER, SUPERIOR, World
from tests.helpers.pages import WRONG as GOT_IT

STRANGER, COLLEAGUE = "ito@tachibana.example", "mori@tachibana.example"
PATHS = {
    "question": ("/q/{}", "/q/{}/report"),
    "stop": ("/s/{}",),
    "approval": ("/a/{}",),
    "sent": ("/w/{}",),
    "own": ("/r/{}",),
    "reach": ("/c/{}",),
    "answers": ("/u/{}",),
    "ticket": ("/t/{}", "/t/{}/timeline", "/t/{}/letters"),
    "desk": ("/desk/{}", "/desk/{}/{number}", "/desk/{}/{number}/timeline"),
    "sign-in": ("/sign-in/{}",),
    "staff-sign-in": (),
}
"""What each purpose of a link opens."""
FORM = {"act": "cancel", "form": "x", "wrong-1": "yes", "how": "done"}
MAIL, WRONG, OWN, TICKETS, ADMINS = "my mail, one", "wrong", "own case", "ticket, certain: staff", "/admin"
QUIZ, DRILLS = "quiz", "drill"
MAY = {
    STRANGER: frozenset({QUIZ}),
    SENDER: frozenset({MAIL, WRONG, OWN, QUIZ}),
    SUPERIOR: frozenset({TICKETS, "desk: staff", QUIZ, DRILLS}),
    ADMIN: frozenset({TICKETS, "desk: staff", ADMINS, QUIZ, DRILLS}),
}
"""Whose session opens what of these, all of it the sender's or the staff's."""


async def tokens(world: World) -> tuple[dict[str, str], str]:
    """A good link of each purpose, and the number of a ticket."""
    _, token, kept = await world.asked()
    _, sent = await world.sent()
    ticket_token, ticket = await world.ticket()

    def unit(shelves: Shelves) -> dict[str, str]:
        until = shelves.now + timedelta(minutes=15)
        make = shelves.links.make
        return {
            "question": token,
            "stop": make(kept.group_id, COLLEAGUE, "stop"),
            "approval": make(kept.group_id, SUPERIOR, "approval"),
            "own": make(ticket.id, SENDER, "own"),
            "reach": make(reach.begin(shelves, world.pages.desk.office, SUPERIOR), SUPERIOR, "reach"),
            "sent": make(sent.queue_id, SENDER, "sent"),
            "answers": make(ticket.id, GOT_IT, "answers"),
            "ticket": ticket_token,
            "desk": make("desk", SUPERIOR, "desk"),
            "sign-in": make("S1", SENDER, "sign-in", until),
            "staff-sign-in": make("S2", SUPERIOR, "staff-sign-in", until),
        }

    return await world.store.commit(unit), shown(ticket.id)


@pytest.mark.parametrize("purpose", PATHS)
async def test_a_link_opens_what_it_was_made_for_and_nothing_else_by_any_method(world: World, purpose: str) -> None:
    made, number = await tokens(world)
    before = await rows(world)
    async with world.client() as client:
        nowhere = (await client.get("/nowhere")).text
        for other, paths in PATHS.items():
            for path in (path.format(made[purpose], number=number) for path in paths):
                if other == purpose != "sign-in":  # that one opens only in the browser that asked
                    assert (await client.get(path)).status_code == 200
                    continue
                for method in ("GET", "POST", "PUT", "DELETE"):
                    answer = await client.request(method, path, data=FORM if method == "POST" else None)
                    assert answer.status_code == 404, (method, path)
                    assert other == "sign-in" or without_typed(answer.text) == nowhere, (method, path)
    assert changes(before, await rows(world)) == []


async def test_a_link_of_somebody_who_was_never_asked_or_has_left_opens_nothing(world: World) -> None:
    _, _, kept = await world.asked()

    def unit(shelves: Shelves) -> list[str]:
        make = shelves.links.make
        never, left = make(kept.group_id, STRANGER, "approval"), make("desk", STRANGER, "desk")
        nothing = [
            make("K7Q29MXD", SENDER, purpose)
            for purpose in ("question", "stop", "approval", "sent", "own", "reach", "ticket")
        ]
        return [f"/a/{never}", f"/desk/{left}", *(f"/{p}/{t}" for p, t in zip("qsawrct", nothing, strict=True))]

    async with world.client() as client:
        for path in await world.store.commit(unit):
            assert (await client.get(path)).status_code == 404, path
            assert (await client.post(path, data=FORM)).status_code == 404, path


@pytest.mark.parametrize("who", MAY)
async def test_a_session_opens_what_is_its_own_and_what_its_role_may_and_nothing_else(world: World, who: str) -> None:
    every = [place for place in await every_page(world) if place.who]
    places = [place for place in every if place.name == MAIL or not place.name.startswith(("sign", "my mail, "))]
    lasts = timedelta(hours=1)
    await world.store.commit(
        lambda s: s.sessions.begin("session-of-this-one", who, "web", "mail", as_staff=False, lasts=lasts)
    )
    before = await rows(world)
    async with world.client(cookie="sekisho-web-session=session-of-this-one") as client:
        nowhere = (await client.get("/nowhere")).text
        for place in places:
            if is_open(place, who):
                continue
            for method in ("GET", "POST"):
                answer = await client.request(method, place.path, data=FORM if method == "POST" else None)
                assert answer.status_code == 404, (method, place)
                assert without_typed(answer.text) == nowhere, (method, place)
    assert changes(before, await rows(world)) == []


def without_typed(page: str) -> str:
    """Without what whoever asked had typed, which any page that takes nothing gives back."""
    return re.sub(r'<section class="card" id="typed".*?</section>\s*', "", page, flags=re.DOTALL)


def is_open(place: Place, who: str) -> bool:
    """Whether this session may open it."""
    kind = ADMINS if place.path.startswith("/admin") else TICKETS if place.path.startswith("/tickets") else place.name
    kind = DRILLS if place.path.startswith("/drills") else QUIZ if place.path.startswith("/quiz") else kind
    staff = kind.startswith("desk: ") or place.path.startswith("/desk/new")
    return ("desk: staff" if staff else kind) in MAY[who]
