"""/desk/new: a telephone call, entered by staff: the search beside, the ticket that opens or joins, and who may not."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from response import search, watching
from response.desk import Report
from store.ids import shown
from store.journal import Line
from store.shelves import Shelves
from store.tickets import Ticket
from tests.helpers.pages import SENDER, SUPERIOR, WRONG, World
from tests.web.test_desk_boards import RESPONDER, need_to_know
from web.desk_new import NONE, PATH

CALLER = "田中（建設様） 03-0000-9999 tanaka@customer.example"


@pytest.fixture
async def staff(world: World) -> httpx2.AsyncClient:
    """Somebody of the desk, signed in."""
    return await signed_in(world, SUPERIOR)


async def signed_in(world: World, person: str) -> httpx2.AsyncClient:
    token = f"{person:x>43}"

    def unit(shelves: Shelves) -> None:
        shelves.sessions.begin(token, person, "web", "mail", as_staff=False, lasts=timedelta(hours=8))

    await world.store.commit(unit)
    return world.client(cookie=f"sekisho-web-session={token}")


async def line_of(world: World, subject: str = "竣工式のご案内") -> Line:
    _, kept = await world.sent(subject=subject)
    found = await world.store.read(lambda s: s.journal.by_hold(kept.id))
    assert found
    return found


async def tickets(world: World) -> tuple[Ticket, ...]:
    return await world.pages.desk.tickets()


async def post(client: httpx2.AsyncClient, path: str = PATH, **fields: Any) -> httpx2.Response:
    """Fill in the form as it stands on the page, and send it."""
    page = await client.get(path)
    token = re.search(r'name="form" value="([^"]+)"', page.text)
    assert token
    return await client.post(path, data={"form": token[1], "caller": CALLER, "known": ""} | fields)


@pytest.mark.parametrize("wanted", ["竣工式", WRONG, "顧客一覧.xlsx", "message-id", "number"])
async def test_the_message_is_found_by_whatever_the_caller_knows(
    world: World, staff: httpx2.AsyncClient, wanted: str
) -> None:
    line = await line_of(world)
    given = {"message-id": line.message_id, "number": shown(line.hold_id)}.get(wanted, wanted)
    page = await staff.get(f"{PATH}?{urlencode({'q': given})}")
    assert page.status_code == 200
    assert line.id in page.text
    assert ("100 %" in page.text) is (wanted in {"message-id", "number"})
    (entry, *_) = await world.store.read(lambda s: s.audit.newest())
    assert (entry["who"], entry["act"]) == (SUPERIOR, "journal-search")


async def test_a_chosen_message_opens_a_certain_ticket_with_the_callers_words_and_time(
    world: World, staff: httpx2.AsyncClient
) -> None:
    line = await line_of(world)
    known = world.clock.now() - timedelta(hours=3)
    local = known.astimezone(world.pages.desk.office.zone)
    answer = await post(
        staff, line=line.id, wrong=f"{WRONG} です", words="おかしなDMが届く", known=f"{local:%Y-%m-%dT%H:%M}"
    )
    (ticket,) = await tickets(world)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tickets/{shown(ticket.id)}")
    assert (ticket.channel, ticket.journal_id, ticket.certain) == ("phone", line.id, True)
    assert (ticket.reporter, ticket.words) == ("tanaka@customer.example", "おかしなDMが届く")
    assert ticket.first_known_at == known.replace(second=0, microsecond=0)
    assert [r.address for r in ticket.recipients if r.wrong == "yes"] == [WRONG]
    entries = await world.store.read(lambda s: s.evidence.of(ticket.id))
    (report,) = [entry.body for entry in entries if entry.event == "reported"]
    assert report["details"] == {"caller": CALLER, "entered_by": SUPERIOR}
    again = await post(staff, line=line.id, words="もう一度", known="2026-01-05T09:00")
    assert again.headers["location"] == answer.headers["location"]
    (ticket,) = await tickets(world)
    assert ticket.first_known_at.isoformat() == "2026-01-05T00:00:00+00:00"


async def test_a_ticket_opens_without_a_message_too_and_two_calls_are_two_tickets(
    world: World, staff: httpx2.AsyncClient
) -> None:
    for words in ("名簿が届いた", "別の名簿が届いた"):
        assert (await post(staff, line=NONE, words=words, caller="名乗らず")).status_code == 303
    found = await tickets(world)
    assert {(t.journal_id, t.reporter, t.channel) for t in found} == {("", SUPERIOR, "phone")}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"caller": "", "words": "x"}, "caller"),
        ({"words": "", "line": NONE}, "words"),
        ({"words": "x", "known": "yesterday"}, "known"),
        ({"words": "x", "known": "2099-01-01T00:00"}, "known"),
        ({"words": "", "line": "not-an-id"}, "words"),
    ],
)
async def test_what_is_missing_is_said_at_its_field_and_nothing_is_done(
    world: World, staff: httpx2.AsyncClient, fields: dict[str, str], wrong: str
) -> None:
    answer = await post(staff, **fields)
    assert answer.status_code == 422
    assert f'id="{wrong}-error"' in answer.text
    assert f'href="#{wrong}"' in answer.text
    assert await tickets(world) == ()


async def test_a_look_in_many_lines_says_how_far_back_it_came_and_goes_on_from_there(
    world: World, staff: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = await line_of(world, "最初の件")
    for _ in range(3):
        world.clock.advance(timedelta(minutes=1))
        await line_of(world, "別の件")
    monkeypatch.setattr(search, "LINES", 2)
    page = await staff.get(f"{PATH}?{urlencode({'q': '最初の件'})}")
    assert oldest.id not in page.text
    further = re.search(r'href="([^"]*until=[^"]*)"', page.text)
    assert further
    assert oldest.id in (await staff.get(further[1].replace("&amp;", "&"))).text


async def test_a_day_that_is_none_is_said_and_the_search_goes_on_without_it(
    world: World, staff: httpx2.AsyncClient
) -> None:
    line = await line_of(world)
    page = await staff.get(f"{PATH}?{urlencode({'q': '竣工式', 'since': '31.11.'})}")
    assert 'id="since-error"' in page.text
    assert line.id in page.text


async def test_only_staff_who_signed_in_may_and_a_form_from_elsewhere_is_refused(
    world: World, staff: httpx2.AsyncClient
) -> None:
    nobody = world.client()
    assert (await nobody.get(PATH)).headers["location"].startswith("/sign-in")
    assert (await nobody.post(PATH, data={"caller": "x"})).status_code == 401  # and what was typed stands below it
    colleague = await signed_in(world, SENDER)
    assert (await colleague.get(PATH)).status_code == 404
    assert (await staff.post(PATH, data={"caller": "x", "words": "y", "form": "forged"})).status_code == 403
    assert await tickets(world) == ()
    assert f'href="{PATH}"' in (await staff.get("/desk")).text
    assert PATH not in (await nobody.get(f"/desk/{await world.desk_token()}")).text


async def test_what_was_typed_stands_there_again_as_text(staff: httpx2.AsyncClient) -> None:
    page = await staff.get(f"{PATH}?{urlencode({'q': '<script>%_'})}")
    assert "<script>" not in page.text
    answer = await post(staff, caller="<b>x", words="")
    assert "<b>x" not in answer.text
    assert "&lt;b&gt;x" in answer.text


@pytest.mark.parametrize("known", ["0001-01-02T09:30", "0999-01-01T00:00", "1900-01-01T00:00"])
async def test_a_time_before_there_was_mail_is_none(world: World, staff: httpx2.AsyncClient, known: str) -> None:
    line = await line_of(world)
    refused = await post(staff, known=known, line=line.id, words="a call")
    assert refused.status_code == 422
    assert await tickets(world) == ()


async def test_of_a_message_of_a_case_that_one_need_not_know_the_search_says_only_that_there_is_one(
    world: World,
) -> None:
    line, free = await line_of(world), await line_of(world, "竣工式の写真")
    ticket = await world.pages.desk.report(Report("link", SENDER, hold_id=line.hold_id, proven=True))
    need_to_know(world)
    other = await signed_in(world, RESPONDER)
    where = f"{PATH}?{urlencode({'q': '竣工式', 'lang': 'en'})}"
    theirs = (await other.get(where)).text
    assert (line.id in theirs, free.id in theirs) == (True, True)
    assert "A message of a ticket that is only for those who need to know" in theirs
    assert theirs.count("竣工式の写真") == 1
    assert "竣工式のご案内" not in theirs
    assert shown(ticket.id) not in theirs
    assert "竣工式のご案内" in (await (await signed_in(world, SUPERIOR)).get(where)).text
    answer = await post(other, line=line.id, words="おかしなDMが届く")
    assert answer.headers["location"].endswith(f"/desk#ticket-{shown(ticket.id)}"), "who entered it need not know of it"
    assert f'id="ticket-{shown(ticket.id)}"' in (await other.get("/desk")).text


async def test_of_candidates_of_a_ticket_those_of_other_cases_are_not_shown(world: World) -> None:
    line = await line_of(world)
    await world.pages.desk.report(Report("link", SENDER, hold_id=line.hold_id, proven=True))
    unmatched = await world.pages.desk.report(Report("page", SENDER, search="竣工式のご案内"))
    assert unmatched.candidates
    need_to_know(world)
    office = world.pages.desk.office
    await world.store.commit(
        lambda s: watching.watch(s, office, unmatched.id, RESPONDER, by=SUPERIOR, reason="knows the customer")
    )
    where = f"/tickets/{shown(unmatched.id)}?lang=en"
    theirs = (await (await signed_in(world, RESPONDER)).get(where)).text
    assert "A message of a ticket that is only for those who need to know" in theirs
    assert "竣工式のご案内" not in theirs
    assert "竣工式のご案内" in (await (await signed_in(world, SUPERIOR)).get(where)).text
