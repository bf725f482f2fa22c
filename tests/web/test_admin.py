"""The admin's pages: for the role admin and nobody else; numbers without names, acts with a reason, nothing that was found."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest

from gateway.gate import Gate
from gateway.options import Exemption, GateOptions, SenderClass
from notifier.options import Person
from store.confirmed import Confirmed
from store.counted import Counted
from store.holds import State
from store.ids import shown
from tests.helpers.hostile_names import active, hostile_names
from tests.helpers.pages import DATA, ORGANISATION, SENDER, SUPERIOR, TYPO, WRONG, World, read, text_of
from tests.helpers.signing_in import form_of, sign_in
from tests.web.test_my_mail import corrected, passed
from web.running import InForce, Running, TableInForce

ADMIN, TEAM = "kan@tachibana.example", "kikaku@tachibana.example"
PAGES = ("/admin", "/admin/held", "/admin/journal?all=yes", "/admin/exemptions", "/admin/settings")


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    """With an admin, a gate and settings."""
    person = Person(address=ADMIN, name="菅", roles=("admin",))
    organisation = ORGANISATION.model_copy(update={"people": (*ORGANISATION.people, person)})
    made = World(world.store, world.clock, world.folder, organisation=organisation)
    gate = Gate(tmp_path / "gate.json", GateOptions(start="observe"), world.clock)
    tables = (TableInForce("[hold]", (InForce("deadline", "86400 s", is_default=True),)),)
    running(made, Running(gate, tables))
    return made


def running(world: World, what: Running) -> None:
    from web.app import whole_app

    world.pages = replace(world.pages, running=what)
    world.app = whole_app(world.pages)


async def counted(world: World, *rows: Counted) -> None:
    await world.store.commit(lambda shelves: shelves.outcomes.add(rows))


async def page(client: httpx2.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("person", [SENDER, SUPERIOR])
async def test_who_is_no_admin_finds_nothing_at_any_path_by_any_method(world: World, person: str) -> None:
    _, held = await world.hold()
    paths = [*PAGES, f"/admin/held/{shown(held.id)}"]
    async with world.client() as client, world.client() as admin:
        await sign_in(world, admin, ADMIN)
        token = (await form_of(admin, f"/admin/held/{shown(held.id)}")).value("form")
        await sign_in(world, client, person)
        nowhere = (await client.get("/nowhere")).text
        for path in paths:
            answer = await client.get(path)
            assert (answer.status_code, answer.text) == (404, nowhere)
            for method in ("POST", "PUT", "DELETE", "PATCH"):
                answer = await client.request(method, path, data={"form": token, "act": "send", "reason": "x"})
                assert answer.status_code in {404, 405}
        assert "/admin" not in read(await page(client, "/mail?lang=en"))[1]
    assert (await world.get(held.id)).state is State.HELD


async def test_nobody_who_is_not_signed_in_sees_anything(world: World) -> None:
    _, held = await world.hold()
    async with world.client() as client:
        for path in (*PAGES, f"/admin/held/{shown(held.id)}"):
            answer = await client.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in?next=%2Fadmin")


async def test_a_role_that_was_taken_away_ends_at_once(world: World) -> None:
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        assert (await client.get("/admin")).status_code == 200
        world.pages.organisation.__dict__["people"] = ORGANISATION.people
        assert (await client.get("/admin")).status_code in {303, 404}


async def test_the_overview_tells_gate_held_and_what_became_of_questions(world: World) -> None:
    await world.hold()
    world.clock.advance(timedelta(hours=3))
    day = "2026-04-01"
    await counted(
        world,
        Counted(day, "recipient-typo", "sales", "asked", count=70),
        Counted(day, "recipient-typo", "sales", "corrected", 3, 60),
        Counted(day, "recipient-unusual", "", "asked", count=80),
        Counted(day, "recipient-unusual", "", "confirmed", 1, 79),
        Counted(day, "", "sales", "corrected", 3, 60),
        Counted("2026-02-20", "", "", "cancelled", 3, 5),
        Counted("2026-02-20", "content-keyword", "", "asked", 0, 7),
    )
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        text = text_of(await page(client, "/admin?lang=en"))
        assert "observe: messages are judged and pass; nobody is asked" in text
        assert "1 message waits for an answer." in text
        assert "3 h 0 min ago" in text
        assert "This month 60, in twelve months 65" in text
        assert "content-keyword" not in text
        assert "content-keyword" in await page(client, "/admin?lang=en&days=90")
        rows = re.findall(
            r'<th [^>]*scope="row">(recipient-\w+)</th>(.*?)</tr>', await page(client, "/admin?lang=en"), re.DOTALL
        )
        cells = {name: re.findall(r"<td[^>]*><span[^>]*>.*?</span> (.*?)</td>", row) for name, row in rows}
        assert cells["recipient-typo"] == ["70", "0", "60", "0", "0", "0", "0", "10", "0 %", "2 min"]
        assert cells["recipient-unusual"] == ["80", "79", "0", "0", "0", "0", "0", "1", "100 %", "5 s"]
        retire = text.partition("Rules that ask in vain")[2]
        assert "recipient-unusual: 0 of 79 answers changed something" in retire
        assert "recipient-typo" not in retire
        assert SENDER not in text


async def test_what_is_held_stands_with_who_is_asked_and_why_by_rule_but_never_what_was_found(world: World) -> None:
    await world.hold()
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        html = await page(client, "/admin/held?lang=en")
    text = text_of(html)
    assert SENDER in text
    assert "recipient-typo" in text
    assert DATA["words"]["en"] not in html
    assert TYPO["words"]["en"] not in html
    assert "顧客一覧" not in html


async def test_pages_of_held_mail_follow_one_another(world: World) -> None:
    now = world.clock.now()
    kept = [(await world.hold(received_at=now + timedelta(minutes=n // 2)))[1].id for n in range(120)]
    seen: list[str] = []
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        path = "/admin/held?lang=en"
        while path:
            _, links = read(await page(client, path))
            seen += re.findall(r"/admin/held/([0-9A-Z]{4}-[0-9A-Z]{4})", " ".join(links))
            path = next((link for link in links if "behind=" in link), "")
    assert len(seen) == 120
    assert set(seen) == {shown(one) for one in kept}


@pytest.mark.parametrize(("act", "state"), [("send", State.RELEASED), ("cancel", State.CANCELLED)])
async def test_an_admin_decides_with_a_reason_that_is_audited_and_the_sender_is_told(
    world: World, act: str, state: State
) -> None:
    _, held = await world.hold()
    path = f"/admin/held/{shown(held.id)}"
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        form = await form_of(client, path)
        for data in ({}, {"act": act}, {"reason": "urgent"}, {"act": act, "reason": "  "}):
            answer = await client.post(path, data={"form": form.value("form"), **data})
            assert answer.status_code == 422
            assert (await world.get(held.id)).state is State.HELD
        data = {"form": form.value("form"), "act": act, "reason": "急ぎ、電話で確認"}
        assert (await client.post(path, data=data)).status_code == 303
        assert (await client.post(path, data=data)).status_code == 409
    now = await world.get(held.id)
    assert (now.state, now.decided_by) == (state, ADMIN)
    (entry, *_) = await world.store.read(lambda shelves: shelves.audit.newest())
    assert (entry["who"], entry["act"], entry["object"]) == (ADMIN, act, held.group_id)
    assert entry["details"]["reason"] == "急ぎ、電話で確認"
    told = await world.store.read(lambda shelves: shelves.outbox.of_hold(held.group_id))
    assert SENDER in {notice.recipient for notice in told}


async def test_an_unchanged_form_and_a_click_on_every_choice_change_nothing(world: World) -> None:
    _, held = await world.hold()
    path = f"/admin/held/{shown(held.id)}"
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        form = await form_of(client, path)
        every = {"form": form.value("form"), "act": ["cancel", "send", "leave"], "reason": "x"}
        assert (await client.post(path, data=dict(form.as_it_stands()))).status_code == 422
        assert (await client.post(path, data=every)).status_code == 422
        assert (await client.post(path, data={**every, "act": "leave"})).status_code == 200
        assert (await client.post(path, data={**every, "form": "x", "act": "send"})).status_code == 403
    assert (await world.get(held.id)).state is State.HELD


async def test_a_form_of_another_session_or_hold_is_a_forgery(world: World) -> None:
    _, first = await world.hold()
    _, second = await world.hold()
    async with world.client() as client, world.client() as elsewhere:
        await sign_in(world, elsewhere, ADMIN)
        old = (await form_of(elsewhere, f"/admin/held/{shown(first.id)}")).value("form")
        await sign_in(world, client, ADMIN)
        data = {"form": old, "act": "send", "reason": "x"}
        assert (await client.post(f"/admin/held/{shown(first.id)}", data=data)).status_code == 403
        other = (await form_of(client, f"/admin/held/{shown(second.id)}")).value("form")
        answer = await client.post(f"/admin/held/{shown(first.id)}", data={**data, "form": other})
        assert answer.status_code == 409
    assert (await world.get(first.id)).state is State.HELD


async def test_nobody_lets_go_their_own_mail_as_an_admin(world: World) -> None:
    _, held = await world.hold(reverse_path=ADMIN)
    path = f"/admin/held/{shown(held.id)}"
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        html = await page(client, path)
        assert 'value="send"' not in html
        data = {"form": read(html)[0][-1].value("form"), "act": "send", "reason": "mine"}
        assert (await client.post(path, data=data)).status_code == 422
        assert (await world.get(held.id)).state is State.HELD
        assert (await client.post(path, data={**data, "act": "cancel"})).status_code == 303


async def test_the_journal_is_searched_page_by_page_and_every_look_is_audited(world: World) -> None:
    for number in range(30):
        await passed(world, subject=f"見積 {number}")
        world.clock.advance(timedelta(minutes=1))
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        before = await world.store.read(lambda shelves: shelves.audit.newest())
        assert "見積" not in await page(client, "/admin/journal?lang=en")
        assert await world.store.read(lambda shelves: shelves.audit.newest()) == before
        first = await page(client, f"/admin/journal?lang=en&words=見積&address={SENDER}")
        assert first.count('<li class="card">') == 25
        older = next(link for link in read(first)[1] if "behind=" in link)
        assert (await page(client, older)).count('<li class="card">') == 5
        (entry, *_) = await world.store.read(lambda shelves: shelves.audit.newest())
        assert (entry["who"], entry["act"]) == (ADMIN, "journal-search")
        assert (entry["details"]["words"], entry["details"]["address"]) == ("見積", SENDER)
        assert 'class="card"><h3' not in await page(client, "/admin/journal?lang=en&since=2026-04-02")
        assert "write a day like" in await page(client, "/admin/journal?lang=en&since=x")


async def test_a_found_hold_leads_to_its_page(world: World) -> None:
    _, held = await world.hold()
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        html = await page(client, f"/admin/journal?lang=en&number={shown(held.id)}")
        assert f"/admin/held/{shown(held.id)}?lang=en" in read(html)[1]


async def test_a_confirmed_file_is_revoked_with_a_reason_and_exemptions_show_their_end(world: World) -> None:
    until = world.clock.now() + timedelta(days=9)
    file = Confirmed("p" * 64, "customer.example", SENDER, SENDER, "名簿.csv", "content-keyword", "H1", until)
    await world.store.commit(lambda shelves: shelves.confirmed.add([file]))
    gone = Exemption(senders=("a@tachibana.example",), owner="IT", reason="old", until=date(2026, 3, 1))
    holds = Exemption(senders=("b@tachibana.example",), owner="IT", reason="scanner", until=date(2027, 3, 31))
    world.pages.flow.options = replace(world.pages.flow.options, exemptions=(gone, holds))
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        text = text_of(await page(client, "/admin/exemptions?lang=en"))
        assert "Wed 31 Mar 2027" in text
        assert "a@tachibana.example" not in text
        form = await form_of(client, "/admin/exemptions")
        data = dict(form.as_it_stands())
        assert (await client.post("/admin/exemptions", data=data)).status_code == 422
        assert (await client.post("/admin/exemptions", data={**data, "file": "K7Q29MXD"})).status_code == 403
        assert (await client.post("/admin/exemptions", data={**data, "reason": "wrong list"})).status_code == 303
        assert "名簿.csv" not in await page(client, "/admin/exemptions")
    (entry, *_) = await world.store.read(lambda shelves: shelves.audit.newest())
    assert (entry["act"], entry["details"]) == ("exemption-revoke", {"reason": "wrong list"})


async def test_what_others_wrote_is_shown_as_text_on_every_page(world: World) -> None:
    names, until = hostile_names(), world.clock.now() + timedelta(days=9)
    assert len(names) > 10
    gate = world.pages.running.gate
    assert gate is not None
    gate.set("normal", by=names[0], reason=" ".join(names)[:4000])
    held = [(await world.hold(subject=name, reverse_path=SENDER, recipients=(WRONG,)))[1] for name in names]
    files = [
        Confirmed(f"{n:064}", "customer.example", SENDER, SENDER, name, "content-keyword", "H1", until)
        for n, name in enumerate(names)
    ]
    await world.store.commit(lambda shelves: shelves.confirmed.add(files))
    for name in names:
        await passed(world, subject=name, message_id=name[:600])
    shown_as = tuple(InForce("y", name, is_default=False) for name in names)
    running(world, Running(gate, (TableInForce("[x]", shown_as),)))
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        paths = [*PAGES, *(f"/admin/held/{shown(one.id)}" for one in held)]
        for answer in [
            *[await client.get(path) for path in paths],
            *[await client.get("/admin/journal", params={"words": name[:400], "since": name[:400]}) for name in names],
        ]:
            assert answer.status_code == 200
            assert active(answer.text) == []
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", re.sub(r'value="[^"]*"', "", answer.text))
            assert "49" not in re.findall(r"<h1>.*?</h1>|<h3>.*?</h3>", answer.text)
            assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")


async def lets_go(world: World, held_id: str) -> None:
    path = f"/admin/held/{shown(held_id)}"
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        html = await page(client, path)
        data = {"form": read(html)[0][-1].value("form"), "act": "send", "reason": "mine"}
        assert (await client.post(path, data=data)).status_code == 422
    assert (await world.get(held_id)).state is State.HELD


async def test_an_admin_does_not_let_go_what_they_wrote_for_a_team(world: World) -> None:
    team = SenderClass(kind="team", addresses=(TEAM,), members=(ADMIN, SENDER))
    world.pages.flow.options = replace(world.pages.flow.options, senders=(team,))
    _, held = await world.hold(reverse_path=TEAM, asked=(TEAM, ADMIN, SENDER))
    await lets_go(world, held.id)


async def test_an_admin_does_not_let_go_what_stands_in_their_name(world: World) -> None:
    _, held = await world.hold(reverse_path="bounces+1=a.example@tachibana.example", asked=(ADMIN,))
    await lets_go(world, held.id)


@pytest.mark.parametrize(
    "query",
    [
        "since=0001-01-01",
        "until=0001-01-01",
        "until=9999-12-30&since=9999-12-30",
        "words=%00",
        "address=a%00@b",
        "number=%00",
        "all=yes&behind=" + "%00" * 36,
        "words=" + "%25_" * 100,
        "words=" + "a%20" * 100,
        "number=" + "9" * 400,
    ],
)
async def test_no_search_breaks_the_page(world: World, query: str) -> None:
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        answer = await client.get(f"/admin/journal?{query}")
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/mail?show=sent&behind=" + "%00" * 36,
        "/mail?show=held&behind=%00",
        "/mail?show=held&behind=0001-01-01T00:00:00+14:00_A",
        "/mail/wrong/%00",
        "/mail/wrong/" + "%00" * 36,
        "/mail/%00",
        "/admin/held?behind=%00",
        "/admin/held/%00",
        "/admin/held?behind=2026-04-01T00:00:00%2B00:00~%00",
        "/admin/held?behind=0001-01-01T00:00:00%2B14:00~A",
        "/mail?show=held&behind=2026-04-01T00:00:00%2B00:00~%00",
        "/mail?lang=%00",
        "/q/%00?kept=%00",
        "/sign-in?next=%00",
    ],
)
async def test_no_address_breaks_a_page(world: World, path: str) -> None:
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        assert (await client.get(path)).status_code in {200, 303, 404}


async def test_the_journal_names_who_got_a_corrected_message_and_finds_it_by_either_address(world: World) -> None:
    made, went_to = await corrected(world)
    async with world.client() as client:
        await sign_in(world, client, ADMIN)
        for asked in (f"address={went_to}", f"address={WRONG}", "words=sekkei", "words=sekkai"):
            html = await page(client, f"/admin/journal?lang=en&{asked}")
            assert f"{went_to} corrected from {WRONG}" in text_of(html)
            assert made.queue_id in html
