"""Every page in every state, on a world whose every text is what a test gives: for readers that are machines, and for texts that bite."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.routing import Match, Route

from gateway.gate import Gate
from gateway.options import Exemption, GateOptions
from notifier.options import Person
from response import drill, reach, watching
from response.desk import Report
from response.drilling import words_of
from response.quiz import questions
from store.confirmed import Confirmed
from store.counted import Counted
from store.ids import shown
from store.shelves import Shelves
from tests.helpers.deciding import decide
from tests.helpers.every_message import LOST, Messages
from tests.helpers.mirrors import fill_mirrors
from tests.helpers.pages import ORGANISATION, OTHER, SENDER, SUPERIOR, World
from web import api, forms
from web.app import whole_app
from web.running import InForce, Running, TableInForce
from web.ticket_sections import TICKET

ADMIN = "kan@tachibana.example"
SESSIONS = {SENDER: "session-of-the-sender", SUPERIOR: "session-of-the-desk", ADMIN: "session-of-the-admin"}
"""Who is signed in, with which token."""
COOKIE = "sekisho-web-session"


@dataclass(frozen=True, slots=True)
class Place:
    """One page in one state."""

    name: str
    path: str
    who: str = ""
    """Who is signed in there; "" for nobody: it came by a link."""

    @property
    def headers(self) -> dict[str, str]:
        """Of a browser that stands there."""
        return {"cookie": f"{COOKIE}={SESSIONS[self.who]}"} if self.who else {}


def routes(world: World) -> list[Route]:
    """Every route of the pages; what answers programs is no page (tests/web/test_api.py)."""
    served = [route for route in world.app._app.routes if isinstance(route, Route)]  # type: ignore[attr-defined]
    return [route for route in served if route.path != api.PATH]


def route_of(world: World, path: str, method: str) -> str:
    """The path of the route that answers; "" for none."""
    scope = {"type": "http", "path": urlsplit(path).path, "method": method}
    return next((route.path for route in routes(world) if route.matches(scope)[0] is Match.FULL), "")


async def every_page(world: World, words: str = "竣工式のご案内") -> list[Place]:
    """Fill the store, and say what there is to open."""
    places: list[Place] = []

    def add(name: str, path: str, who: str = "") -> None:
        places.append(Place(name, path, who))

    _settings(world, words)
    await world.store.commit(_sessions)
    messages = Messages(world, words, add)
    await messages.fill()
    for part in (_desk(world, words), _own_mail(messages), _admin(world, words), _drills(world, words)):
        for place in await part:
            add(*place)
    done = forms.receipt(world.pages.form_key, (await world.pages.desk.tickets())[0].id, world.clock.now())
    for path in ("/report", f"/report?done={done}", "/sign-in", "/sign-in/sent", "/sign-in/nothing", "/sign-in/oidc"):
        add(path, path)
    for path in ("/sign-in/oidc/back?state=x&code=x&error=x", "/sign-out", "/nowhere", "/static/style.css"):
        add(path, path)
    return places


def _settings(world: World, words: str) -> None:
    """An admin, a gate, an exemption, settings to show."""
    people = (*ORGANISATION.people, Person(address=ADMIN, name=words[:80], roles=("admin",)))
    world.organisation = ORGANISATION.model_copy(update={"people": people, "name": words, "contact": words})
    world.__post_init__()
    gate = Gate(world.folder / "gate.json", GateOptions(), world.clock)
    gate.set("observe", by=words, reason=words)
    tables = (TableInForce("[hold]", (InForce("deadline", words, is_default=False),)),)
    until = world.clock.now().date() + timedelta(days=9)
    exempt = Exemption(senders=("fax@tachibana.example",), owner=words, reason=words, until=until)
    flow = world.pages.flow
    flow.options = replace(flow.options, exemptions=(exempt,), groups={words[:60]: ("@tachibana.example",)})
    world.pages = replace(world.pages, running=Running(gate, tables))
    world.app = whole_app(world.pages)


def _sessions(shelves: Shelves) -> None:
    for who, token in SESSIONS.items():
        shelves.sessions.begin(token, who, "web", "mail", as_staff=who != SENDER, lasts=timedelta(hours=8))


async def _desk(world: World, words: str) -> list[tuple[str, ...]]:
    """A ticket that is certain, one that is looked for, one that was worked at, one that is closed; by link and by session."""
    desk = world.pages.desk
    found: list[tuple[str, ...]] = []
    about: dict[str, dict[str, Any]] = {
        "certain": {"wrong": (LOST,), "proven": True, "channel": "link"},
        "uncertain": {"channel": "page"},
        "looked for": {"channel": "page", "search": words},
        "drill": {"wrong": (LOST,), "proven": True, "channel": "command", "drill": True},
        "closed": {"channel": "page"},
    }
    for name, how in about.items():
        _, kept = await world.sent((LOST,), recipients=(LOST, OTHER), subject=words)
        which: dict[str, Any] = {} if name == "looked for" else {"hold_id": kept.id}
        ticket = await desk.report(Report(reporter=SENDER, words=words, **which, **how))
        if name == "certain":
            await world.store.commit(partial(fill_mirrors, ticket_id=ticket.id, words=words))
            await desk.finish_step(ticket.id, ticket.steps[0].step, by=SUPERIOR, note=words)
            found.append(("letter, unintended recipient", f"/u/{await world.letter(ticket, words)}"))
        if name == "closed":
            await decide(world.store, desk.office, ticket.id, SUPERIOR, "mori@tachibana.example", reason=words)
            await desk.close(ticket.id, by=SUPERIOR, outcome="not-a-leak", reason=words)
        token = await world.store.commit(lambda s, one=ticket.id: s.links.make(one, SUPERIOR, "ticket"))  # type: ignore[misc]
        found.append((f"ticket, {name}", f"/t/{token}"))
        if name in {"certain", "looked for", "closed"}:
            found.append((f"ticket, {name}: staff", f"/tickets/{shown(ticket.id)}", SUPERIOR))
        # Each section by link and by session, open and ended.
        for section in TICKET.names[1:] if name in {"certain", "closed"} else ():
            by_link = (f"ticket, {name}, {section}", f"/t/{token}/{section}")
            by_session = (f"ticket, {name}, {section}: staff", f"/tickets/{shown(ticket.id)}/{section}", SUPERIOR)
            found.append(by_link if name == "certain" else by_session)
    await _watched(world, ticket.id, words)
    found += await _called(world, ticket.id)
    token = await world.desk_token()
    return [
        *found,
        ("desk", f"/desk/{token}"),
        ("ticket of the desk", f"/desk/{token}/{shown(ticket.id)}"),
        *((f"ticket of the desk, {s}", f"/desk/{token}/{shown(ticket.id)}/{s}") for s in TICKET.names[1:]),
        ("desk: staff", "/desk", SUPERIOR),
        ("a call", "/desk/new", SUPERIOR),
        ("a call, found", f"/desk/new?q={quote(words[:60])}&since=x", SUPERIOR),
        ("desk: admin", "/desk", ADMIN),
        ("desk: staff", "/clocks", SUPERIOR),
        ("desk: staff", "/statistics", SUPERIOR),
        ("desk: staff", "/measures", SUPERIOR),
        ("desk: staff", "/statistics?days=90", SUPERIOR),
    ]


async def _watched(world: World, ticket_id: str, words: str) -> None:
    """Somebody on the need-to-know list, and somebody who was."""
    office = world.pages.desk.office

    def unit(shelves: Shelves) -> None:
        for person in ("homu@tachibana.example", "somu@tachibana.example"):
            watching.watch(shelves, office, ticket_id, person, by=SUPERIOR, reason=words)
        watching.unwatch(shelves, ticket_id, shelves.watchers.of(ticket_id)[0].id, by=SUPERIOR, reason=words)

    await world.store.commit(unit)


async def _called(world: World, ticket_id: str) -> list[tuple[str, ...]]:
    """The contact tree with a test, the answer to it, and the reporter's own view before and after the superior was told."""
    office, tickets = world.pages.desk.office, await world.pages.desk.tickets()
    told = next(t for t in tickets if t.steps[0].state == "done")

    def unit(shelves: Shelves) -> list[tuple[str, ...]]:
        test = reach.begin(shelves, office, ADMIN)
        own = [(f"own case {t}", f"/r/{shelves.links.make(t, SENDER, 'own')}") for t in (ticket_id, told.id)]
        return [*own, ("test call", f"/c/{shelves.links.make(test, SUPERIOR, 'reach')}")]

    made = await world.store.commit(unit)
    return [*made, ("desk: contacts", "/contacts", SUPERIOR), ("desk: contacts, admin", "/contacts", ADMIN)]


async def _drills(world: World, words: str) -> list[tuple[str, ...]]:
    """A drill that was stopped, one that runs and was reported, and the quiz before and after."""
    office, store = world.pages.desk.office, world.store
    chosen = drill.scenarios_of(office).by_name["night"]
    numbers = []
    for _ in range(2):
        how: dict[str, Any] = {"players": (SENDER,), "by": words[:80], "announced": True, "at": world.clock.now()}
        await drill.stop(store, office, by=words[:80])
        begun = await drill.start(store, office, chosen, **how)
        assert isinstance(begun, drill.Begun)
        numbers.append(begun.drill.id)
    ticket = await world.pages.desk.report(
        Report(channel="page", reporter=SENDER, words=f"{words} {words_of(numbers[-1], 'ja')}")
    )
    await world.pages.desk.finish_step(ticket.id, "3.1", by=SUPERIOR, note=words)
    given = ",".join(f"{one.id}:1" for one in questions())
    done = forms.receipt(world.pages.form_key, given, world.clock.now())
    sheets = (f"/drills/{shown(number)}" for number in numbers)
    return [
        *(("drill", path, SUPERIOR) for path in ("/drills", *sheets)),
        ("quiz", "/quiz", SENDER),
        ("quiz, answered", f"/quiz?done={done}", SENDER),
    ]


async def _own_mail(messages: Messages) -> list[tuple[str, ...]]:
    """The lists of the sender, one message of them, and the form for what was sent."""
    _, kept = await messages.hold()
    lines = await messages.world.store.read(lambda s: s.own_mail.sent((SENDER,), behind="", most=50))
    delivered = [line for line in lines if any(r.state == "delivered" for r in line.recipients)]
    ticket = (await messages.world.pages.desk.tickets())[0]
    return [
        *((f"my mail, {which}", f"/mail?show={which}", SENDER) for which in ("held", "waiting", "sent", "cancelled")),
        ("my mail, one", f"/mail/{shown(kept.id)}", SENDER),
        *(("wrong", f"/mail/wrong/{line.id}", SENDER) for line in delivered[:9]),
        ("own case", f"/mail/case/{shown(ticket.id)}", SENDER),
        ("sign in again", "/sign-in", SENDER),
        ("sign out", "/sign-out", SENDER),
    ]


async def _admin(world: World, words: str) -> list[tuple[str, ...]]:
    """Every page of the admin, with something on each."""
    day, soon = world.clock.now().date().isoformat(), world.clock.now() + timedelta(days=9)
    rows = [Counted(day, "recipient-typo", words[:60], became, count=70) for became in ("asked", "confirmed")]
    file = Confirmed("p" * 64, "customer.example", SENDER, SENDER, words[:200], "recipient-typo", "H1", soon)

    def unit(shelves: Shelves) -> None:
        shelves.outcomes.add(rows)
        shelves.confirmed.add([file])

    await world.store.commit(unit)
    holds = await world.store.read(lambda shelves: shelves.holds.listing())
    one_of_each = {str(hold.state): hold for hold in holds}
    paths = ["/admin", "/admin?days=90", "/admin/held", "/admin/journal", "/admin/journal?all=yes"]
    paths += [
        "/admin/exemptions",
        "/admin/settings",
        *(f"/admin/held/{shown(h.group_id)}" for h in one_of_each.values()),
    ]
    return [(path, path, ADMIN) for path in paths]
