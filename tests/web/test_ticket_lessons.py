"""Lessons of a ticket by its pages: the kind of mistake, the same mistake elsewhere, cause and measures, and what comes of them."""

import tomllib
from datetime import timedelta

import pytest

from gateway.lesson_proposals import name_of, proposals
from notifier.options import Person
from store.measures import MeasureState
from store.shelves import Shelves
from store.tickets import State
from tests.helpers.every_page import ADMIN, SESSIONS
from tests.helpers.pages import ORGANISATION, OTHER, SUPERIOR, USUAL, WRONG, World, read, text_of
from tests.response.cases import TYPO as CASE_TYPO
from tests.response.cases import line
from tests.web.test_ticket import now, press, work


@pytest.fixture
def world(world: World) -> World:
    """With an admin."""
    people = (*ORGANISATION.people, Person(address=ADMIN, roles=("admin", "management")))
    world.organisation = ORGANISATION.model_copy(update={"people": people})
    world.__post_init__()
    return world


def section(path: str, name: str) -> str:
    """The address of a section, with its pass."""
    base, _, query = path.partition("?")
    return f"{base}/{name}?{query}"


async def test_a_case_is_learnt_from_closed_and_its_effect_is_shown_later(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        lessons = section(path, "closing")
        await press(browser, path, "step", step="1.1", how="done")
        refused = await press(browser, path, "close", outcome="closed", reason="done")
        assert "Say why it happened first." in text_of(refused.text)
        assert any("/closing" in href for href in read(refused.text)[1])
        assert (await press(browser, lessons, "cause")).status_code == 422
        assert (
            await press(browser, lessons, "cause", cause="flagged-and-confirmed", note="a habit")
        ).status_code == 303
        assert "it was asked about, and confirmed" in text_of((await browser.get(lessons)).text)

        page = (await browser.get(lessons)).text
        plan = next(f for f in read(page)[0] if "change" in f.names())
        changes = [value for name, value, _, _ in plan.fields if name == "change" and value]
        for words in (f"Keep {WRONG} blocked for a year", f"{WRONG} is a wrong spelling of {USUAL}"):
            assert words in text_of(page)
        given = {"words": "look at this domain", "owner": SUPERIOR, "due": "2026-05-01", "test": "count"}
        for lacking in given:
            tried = await press(browser, lessons, "plan", **given | {lacking: ""}, change="")
            assert tried.status_code == 422, lacking
        assert (await press(browser, lessons, "plan", **given, change="nothing-of-ours")).status_code == 422
        assert (await press(browser, lessons, "plan", **given, change=changes[0])).status_code == 303
        [measure] = await world.store.read(lambda s: s.measures.of_ticket(ticket.id))
        assert (await press(browser, lessons, "apply", measure=measure.id)).status_code == 422
        await press(browser, path, "close", outcome="closed", reason="done")
        assert (await now(world, ticket)).state is State.CLOSED

    await world.store.commit(_session)
    async with world.client(cookie=f"sekisho-web-session={SESSIONS[ADMIN]}") as admin:
        lessons = f"/tickets/{ticket.id[:4]}-{ticket.id[4:]}/closing?lang=en"
        assert "Bring" in (await admin.get(lessons)).text
        assert (await press(admin, lessons, "apply", measure="K7Q29MXD")).status_code == 409
        assert (await press(admin, lessons, "apply", measure=measure.id)).status_code == 303
        said = text_of((await admin.get(lessons)).text)
        assert "in force" in said
        assert "0 messages held" in said
        assert (await press(admin, lessons, "finish", measure=measure.id, effect="")).status_code == 422
        assert (await press(admin, lessons, "finish", measure=measure.id, effect="it held")).status_code == 303
        assert (await press(admin, lessons, "withdraw", measure=measure.id, reason="moved")).status_code == 303
        file = await admin.get(lessons.replace("closing", "scenario"))
        assert file.headers["content-type"] == "application/toml"
        assert tomllib.loads(file.text)["mail"]["rows"] == 200
        assert WRONG not in file.text
    [measure] = await world.store.read(lambda s: s.measures.of_ticket(ticket.id))
    assert measure.state is MeasureState.WITHDRAWN


def _session(shelves: Shelves) -> None:
    shelves.sessions.begin(SESSIONS[ADMIN], ADMIN, "web", "mail", as_staff=True, lasts=timedelta(hours=8))


async def test_the_kind_is_shown_and_changed_with_a_reason_and_what_was_done_stays(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        manual = section(path, "manual")
        await press(browser, path, "step", step="1.1", how="done", note="at the desk")
        assert "look-alike domain" in text_of((await browser.get(manual)).text)
        assert (await press(browser, manual, "kind", reason="x")).status_code == 422
        assert (await press(browser, manual, "kind", kind="wrong-attachment")).status_code == 422
        assert (await press(browser, manual, "kind", kind="wrong-attachment", reason="the file")).status_code == 303
        steps = {s.step: s for s in (await now(world, ticket)).steps}
        assert "2.A1" in steps
        assert "2.D1" not in steps
        assert (steps["1.1"].state, steps["1.1"].note) == ("done", "at the desk")
        timeline = text_of((await browser.get(section(path, "timeline"))).text)
        assert "Kind of mistake: wrong attachment" in timeline


async def test_a_step_says_how_to_decide_and_asks_for_the_evidence_that_the_manual_wants(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        said = text_of((await browser.get(path)).text)
        for words in ("How to decide", "Filled in by the gateway", "The authority's receipt number"):
            assert words.replace("'", "&#39;") in said, words
        await press(browser, path, "step", step="1.1", how="done")
        empty = await press(browser, path, "step", step="5.1", how="done", note="")
        assert (empty.status_code, "Please write down the evidence" in text_of(empty.text)) == (422, True)
        assert (await press(browser, path, "step", step="5.1", how="done", note="No. 7")).status_code == 303
        assert (await press(browser, path, "step", step="5.2", how="not-needed", note="Japan only")).status_code == 303


async def test_other_mail_to_the_same_wrong_address_opens_a_linked_ticket_on_a_press(world: World) -> None:
    await world.sent(delivered=(WRONG,))
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        related = section(path, "related")
        form = next(f for f in read((await browser.get(related)).text)[0] if "journal" in f.names())
        about = {"journal": form.value("journal"), "wrong": form.value("wrong")}
        assert (await press(browser, related, "open-linked", **about | {"wrong": OTHER})).status_code == 409
        assert (await press(browser, related, "open-linked", **about)).status_code == 303
        assert "the same wrong address" in text_of((await browser.get(related)).text)
    [link] = await world.store.read(lambda s: s.learning.links(ticket.id))
    assert link.other_id in {t.id for t in await world.pages.desk.tickets()}


async def test_what_is_proposed_comes_from_the_case(world: World) -> None:
    _, ticket = await world.ticket()
    options = world.pages.flow.options
    noted = CASE_TYPO | {"rule": "recipient-first-time", "action": "note"}
    passed = line(WRONG, verdict={"findings": [noted, noted | {"rule": "policy"}]})
    found = proposals(ticket, passed, options)
    assert {name_of(change): change for change in found.values()} == found
    kinds = {change.kind for change in found.values()}
    assert kinds == {"keep-block", "unvouch", "merge", "stricter"}
    assert [c.rule for c in found.values() if c.rule] == ["recipient-first-time"]
    addresses = {c.target for c in found.values() if c.target}
    wrong = {r.address for r in ticket.recipients if r.wrong == "yes"}
    assert addresses == wrong | {f"@{address.partition('@')[2]}" for address in wrong}
