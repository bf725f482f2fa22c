"""My mail: what is mine and my teams', each list page by page, and "this went to the wrong one"; nothing of anybody else."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gateway.decision import Decision, risks
from gateway.mailboxes import mailboxes
from gateway.options import SenderClass
from notifier.directory import FILE, Directory, Listing, write
from notifier.options import Organisation, Person
from store.holds import Delivery, State
from store.ids import new_journal_id, shown
from store.journal import Line, RecipientLine
from store.shelves import Shelves
from tests.helpers.pages import ORGANISATION, OTHER, SENDER, SUPERIOR, TYPO, WRONG, World, finding, read, text_of
from tests.helpers.signing_in import form_of, sign_in

STRANGER = "ito@tachibana.example"
TEAM = "info@tachibana.example"


@pytest.fixture
def world(world: World) -> World:
    """With a member of a team."""
    people = tuple(p for p in ORGANISATION.people if p.address != SENDER)
    member = Person(address=SENDER, name="鈴木", superior=SUPERIOR, teams=(TEAM,))
    return World(
        world.store,
        world.clock,
        world.folder,
        organisation=ORGANISATION.model_copy(update={"people": (*people, member)}),
    )


def line(world: World, sender: str, subject: str = "passed", **changes: Any) -> Line:
    """A message that passed without a question."""
    made = Line(
        id=new_journal_id(),
        queue_id=new_journal_id()[-12:],
        hold_id="",
        at=world.clock.now(),
        client="127.0.0.1",
        reverse_path=sender,
        header_from=sender,
        message_id=f"<{new_journal_id()}@tachibana.example>",
        subject=subject,
        size=1,
        sha256="",
        disposition="pass",
        gate="normal",
        verdict={"disposition": "pass", "findings": [], "exposure": {}},
        parts=(),
        milliseconds=1,
        recipients=(RecipientLine(OTHER, "delivered", "250 2.0.0 Ok", world.clock.now()),),
    )
    return replace(made, **changes)


async def passed(world: World, sender: str = SENDER, subject: str = "passed", **changes: Any) -> Line:
    made = line(world, sender, subject, **changes)
    await world.store.commit(lambda shelves: shelves.journal.add(made))
    return made


async def listed(client: httpx2.AsyncClient, which: str) -> str:
    answer = await client.get(f"/mail?show={which}&lang=en")
    assert answer.status_code == 200
    return answer.text


async def test_each_list_has_its_own_with_their_reasons(world: World) -> None:
    await world.hold(subject="still held")
    cancelled, _ = await world.hold(subject="was cancelled")
    await world.pages.flow.decide(cancelled, Decision("cancel"))
    await world.sent(subject="after a question")
    waiting, kept = await world.sent(delivered=(WRONG,), subject="half way")
    await world.store.commit(lambda s: s.deliveries.set(kept.id, 1, Delivery.WAITING, next_try=world.clock.now()))
    await passed(world, subject="without a question")
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        subjects = ("still held", "was cancelled", "after a question", "half way", "without a question")
        found = {
            which: {one for one in subjects if one in await listed(client, which)}
            for which in ("held", "waiting", "sent", "cancelled")
        }
        assert found == {
            "held": {"still held"},
            "waiting": {"half way"},
            "sent": {"after a question", "half way", "without a question"},
            "cancelled": {"was cancelled"},
        }
        assert TYPO["words"]["en"] in await listed(client, "held")
        assert TYPO["words"]["ja"] in (await client.get("/mail?lang=ja")).text
        assert "was cancelled" in (await listed(client, "cancelled"))
        assert f"Cancelled by {SENDER}" in text_of(await listed(client, "cancelled"))
    assert waiting


async def test_nothing_of_anybody_else_is_listed_or_opened(world: World) -> None:
    _, held = await world.hold(subject="not yours")
    _, sent = await world.sent(subject="not yours")
    free = await passed(world, subject="not yours")
    journal = await world.store.read(lambda shelves: shelves.journal.by_hold(sent.id))
    assert journal is not None
    async with world.client() as client, world.client() as mine:
        await sign_in(world, mine, SENDER)
        form = await form_of(mine, f"/mail/wrong/{free.id}")
        await sign_in(world, client, STRANGER)
        for which in ("held", "waiting", "sent", "cancelled"):
            assert "not yours" not in await listed(client, which)
        nowhere = await client.get("/nowhere")
        for path in (f"/mail/{shown(held.id)}", f"/mail/wrong/{free.id}", f"/mail/wrong/{journal.id}"):
            answer = await client.get(path)
            assert (answer.status_code, answer.text) == (404, nowhere.text)
        stolen = await client.post(form.action, data={"form": form.value("form"), "wrong-1": "yes"})
        assert stolen.status_code == 404
    assert await world.pages.desk.tickets() == ()


async def test_a_form_of_somebody_else_is_a_forgery_under_ones_own_message(world: World) -> None:
    mine, other = await passed(world, SENDER), await passed(world, STRANGER)
    async with world.client() as client, world.client() as strangers:
        await sign_in(world, client, SENDER)
        await sign_in(world, strangers, STRANGER)
        theirs = await form_of(strangers, f"/mail/wrong/{other.id}")
        answer = await client.post(f"/mail/wrong/{mine.id}", data={"form": theirs.value("form"), "wrong-1": "yes"})
        assert answer.status_code == 403


async def test_the_mail_of_a_team_is_shown_to_its_members_and_to_them_alone(world: World) -> None:
    await world.hold(subject="of the team", reverse_path=TEAM, asked=(TEAM,))
    sent = await passed(world, TEAM, subject="sent by the team")
    async with world.client() as member, world.client() as stranger:
        await sign_in(world, member, SENDER)
        await sign_in(world, stranger, STRANGER)
        assert "of the team" in await listed(member, "held")
        assert f"from {TEAM}" in text_of(await listed(member, "held"))
        assert "sent by the team" in await listed(member, "sent")
        assert (await member.get(f"/mail/wrong/{sent.id}")).status_code == 200
        assert "the team" not in await listed(stranger, "held") + await listed(stranger, "sent")
        assert (await stranger.get(f"/mail/wrong/{sent.id}")).status_code == 404


async def test_members_of_a_class_of_senders_are_members_too(world: World) -> None:
    options = replace(
        world.pages.flow.options, senders=(SenderClass(kind="team", addresses=(TEAM,), members=(STRANGER,)),)
    )
    world.pages.flow.options = options
    await world.hold(subject="of the team", reverse_path=TEAM, asked=(TEAM,))
    async with world.client() as client:
        await sign_in(world, client, STRANGER)
        assert "of the team" in await listed(client, "held")


async def test_a_held_one_leads_to_its_question_under_a_link_of_ones_own(world: World) -> None:
    _, kept = await world.hold(reverse_path=TEAM, asked=(TEAM,), subject="of the team")
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        answer = await client.get(f"/mail/{shown(kept.id)}")
        assert answer.headers["location"].startswith("/q/")
        token = answer.headers["location"].removeprefix("/q/")
        await world.pages.flow.decide(token, Decision("cancel"))
    assert (await world.get(kept.id)).decided_by == SENDER


async def test_what_was_decided_long_ago_has_no_link_any_more(world: World) -> None:
    token, kept = await world.hold()
    await world.pages.flow.decide(token, Decision("cancel"))
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        assert f"/mail/{shown(kept.id)}" in await listed(client, "cancelled")
        world.clock.advance(timedelta(days=8))
        await sign_in(world, client, SENDER)
        assert f"/mail/{shown(kept.id)}" not in await listed(client, "cancelled")
        assert (await client.get(f"/mail/{shown(kept.id)}")).status_code == 404


async def test_copies_of_one_send_are_one_entry(world: World) -> None:
    _, first = await world.hold((TYPO,), (WRONG,))
    await world.hold((), (OTHER,), id="CCCCCCCC", group_id=first.id, copy_key=first.copy_key)
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        page = await listed(client, "held")
    assert page.count('<li class="card') == 1
    assert WRONG in text_of(page)
    assert OTHER in text_of(page)


@pytest.mark.parametrize("which", ["held", "sent", "cancelled"])
async def test_pages_follow_one_another_without_loss_or_repetition(world: World, which: str) -> None:
    for number in range(60):
        if which == "sent":
            made = [line(world, SENDER if number % 2 else TEAM, f"subject-{number:02}")]
            await world.store.commit(lambda s, made=made: s.journal.add(*made))  # type: ignore[misc]
        else:
            token, _ = await world.hold(subject=f"subject-{number:02}")
            if which == "cancelled":
                await world.pages.flow.decide(token, Decision("cancel"))
        if number % 3:  # some came in the very same moment
            world.clock.advance(timedelta(milliseconds=1))
    seen: list[str] = []
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        path, pages = f"/mail?show={which}", 0
        while path:
            page = (await client.get(path)).text
            seen += re.findall(r"subject-\d\d(?=</a>|</h3>)", page)
            older = [href for href in read(page)[1] if "behind=" in href and "lang=" not in href]
            path, pages = (older[-1] if older else ""), pages + 1
    assert pages == 3
    assert sorted(seen) == [f"subject-{n:02}" for n in range(60)]
    if which == "held":  # of one moment the order is that of the random numbers
        assert [int(s[-2:]) // 3 for s in seen] == sorted((int(s[-2:]) // 3 for s in seen), reverse=True)


@pytest.mark.parametrize(
    "behind", ["x", "2026-01-01T00:00:00~A", "~", "é" * 36, "0" * 36, "2026-11-29T00:00:00+00:00~é"]
)
async def test_a_mangled_place_in_a_list_is_no_error(world: World, behind: str) -> None:
    await world.hold()
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        for which in ("held", "waiting", "sent", "cancelled", "nonsense"):
            assert (await client.get("/mail", params={"show": which, "behind": behind})).status_code == 200


async def test_the_wrong_one_is_reported_as_certain_and_thanked_without_blame(world: World) -> None:
    _, kept = await world.sent()
    journal = await world.store.read(lambda shelves: shelves.journal.by_hold(kept.id))
    assert journal is not None
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        assert f"/mail/wrong/{journal.id}" in await listed(client, "sent")
        form = await form_of(client, f"/mail/wrong/{journal.id}?lang=en")
        assert form.names() == {"form", "wrong-1", "wrong-2", "wrong-none", "words"}
        data = {"form": form.value("form"), "wrong-1": "yes", "words": "<b>slip</b>"}
        answer = await client.post(form.action, data=data)
        assert answer.status_code == 303
        page = text_of((await client.get(answer.headers["location"])).text)
        assert "Thank you for telling us early" in page
        assert "Tell your superior 名取 now." in page
    [ticket] = await world.pages.desk.tickets()
    assert (ticket.certain, ticket.channel, ticket.reporter, ticket.reporter_class) == (True, "page", SENDER, "sender")
    assert {r.address: r.wrong for r in ticket.recipients} == {WRONG: "yes", OTHER: "unknown"}
    assert ticket.words == "<b>slip</b>"


async def test_a_message_that_passed_without_a_question_is_reported_the_same_way(world: World) -> None:
    made = await passed(world)
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        form = await form_of(client, f"/mail/wrong/{made.id}")
        await client.post(form.action, data={"form": form.value("form"), "wrong-1": "yes"})
    [ticket] = await world.pages.desk.tickets()
    assert (ticket.certain, ticket.journal_id, [r.address for r in ticket.recipients]) == (True, made.id, [OTHER])


@pytest.mark.parametrize("ticks", [(), ("wrong-1", "wrong-2", "wrong-none"), ("wrong-none",)])
async def test_a_form_sent_unchanged_or_with_every_box_ticked_reports_nothing(
    world: World, ticks: tuple[str, ...]
) -> None:
    _, kept = await world.sent()
    journal = await world.store.read(lambda shelves: shelves.journal.by_hold(kept.id))
    assert journal is not None
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        form = await form_of(client, f"/mail/wrong/{journal.id}")
        data = {"form": form.value("form"), "words": "", **dict.fromkeys(ticks, "yes")}
        answer = await client.post(form.action, data=data)
        assert answer.status_code == 422
        assert "#wrong" in read(answer.text)[1]
    assert await world.pages.desk.tickets() == ()


async def test_what_reached_nobody_outside_cannot_be_reported(world: World) -> None:
    inside = RecipientLine("natori@tachibana.example", "delivered", "250 Ok", world.clock.now())
    failed = RecipientLine(OTHER, "failed", "550 no", world.clock.now())
    made = await passed(world, recipients=(inside, failed))
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        assert made.id not in await listed(client, "sent")
        assert (await client.get(f"/mail/wrong/{made.id}")).status_code == 404


async def test_staff_who_signed_in_work_at_the_desk_without_typing_a_number(world: World) -> None:
    _, ticket = await world.ticket()
    async with world.client() as client:
        await sign_in(world, client, SUPERIOR)
        assert "/desk?lang=en" in read(await listed(client, "held"))[1]
        page = (await client.get("/desk?lang=en")).text
        assert f"/tickets/{shown(ticket.id)}?lang=en" in read(page)[1]
        path = f"/tickets/{shown(ticket.id)}"
        forms = read((await client.get(path)).text)[0]
        step = next(form for form in forms if "how" in form.names())
        data = {**dict(step.as_it_stands()), "how": "done", "note": "told"}
        answer = await client.post(step.action, data=data)
        assert answer.status_code == 303
    now = await world.pages.desk.ticket(ticket.id)
    assert now is not None
    assert SUPERIOR in {one.done_by for one in now.steps}


async def test_who_has_no_role_sees_no_desk(world: World) -> None:
    _, ticket = await world.ticket()
    async with world.client() as client:
        await sign_in(world, client, STRANGER)
        nowhere = (await client.get("/nowhere")).text
        for path in ("/desk", f"/tickets/{shown(ticket.id)}"):
            answer = await client.get(path)
            assert (answer.status_code, answer.text) == (404, nowhere)
        assert (await client.post(f"/tickets/{shown(ticket.id)}", data={})).status_code == 404
        assert "/desk?lang=en" not in read(await listed(client, "held"))[1]


async def test_what_others_wrote_is_shown_as_text(world: World) -> None:
    await world.hold(subject="<script>alert(1)</script>")
    await passed(world, subject="<img src=x onerror=alert(1)>\u202e\r\nBcc: x")
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        for which in ("held", "sent"):
            page = await listed(client, which)
            assert "<script>" not in page
            assert "<img" not in page
            assert "\u202e" not in page
    assert State.HELD


@pytest.mark.parametrize("asked", [(), ("mori@tachibana.example",)])
async def test_what_others_are_asked_about_its_sender_sees_and_cancels_but_does_not_let_go(
    world: World, asked: tuple[str, ...]
) -> None:
    incident = finding("gate-hold-all", {"message": True}, "事故対応のため", "All mail is on hold")
    _, held = await world.hold((incident,), asked=asked)
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        path = (await client.get(f"/mail/{shown(held.id)}")).headers["location"]
        form = next(f for f in read((await client.get(path)).text)[0] if "act" in f.names())
        agreed = {name: value for name, value, _, _ in form.fields if value == "agree"}
        data = {"form": form.value("form"), **agreed, "act": "send"}
        assert (await client.post(path, data=data)).status_code == 409
        assert (await world.get(held.id)).state is State.HELD
        assert (await client.post(path, data={**data, "act": "cancel"})).status_code == 303
        await world.pages.flow.decide(path.removeprefix("/q/"), Decision("bring-back"))
        assert (await world.get(held.id)).state is State.CANCELLED


async def corrected(world: World, address: str = TYPO["suggestion"]) -> tuple[Line, str]:
    """A message to a slip that its sender corrected, delivered; its line and where it went."""
    token, kept = await world.hold()
    choices = {r.id: next(c for c in ("correct", "agree", "right") if c in r.choices) for r in risks([kept])}
    outcome = await world.pages.flow.decide(token, Decision("send", choices))
    assert outcome is not None
    assert outcome.result == "done", outcome

    def unit(shelves: Shelves) -> Line | None:
        for recipient in kept.recipients:
            shelves.deliveries.set(kept.id, recipient.position, Delivery.DELIVERED, reply="250 2.0.0 Ok")
            shelves.journal.set_recipient(kept.id, recipient.address, "delivered", "250 2.0.0 Ok")
        return shelves.journal.by_hold(kept.id)

    made = await world.store.commit(unit)
    assert made is not None
    return made, address


async def test_a_corrected_message_is_listed_and_reported_under_the_address_it_went_to(world: World) -> None:
    made, went_to = await corrected(world)
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        assert f"{went_to} corrected from {WRONG}" in text_of(await listed(client, "sent"))
        page = (await client.get(f"/mail/wrong/{made.id}?lang=en")).text
        assert f"{went_to} corrected from {WRONG}" in text_of(page)
        form = await form_of(client, f"/mail/wrong/{made.id}")
        answer = await client.post(form.action, data={"form": form.value("form"), "wrong-1": "yes"})
        assert answer.status_code == 303
    [ticket] = await world.pages.desk.tickets()
    assert {r.address: r.wrong for r in ticket.recipients} == {went_to: "yes", OTHER: "unknown"}


@pytest.mark.parametrize(
    ("silence", "en", "ja"),
    [
        (None, "after that it is cancelled.", "過ぎると取り消されます。"),
        (
            "send",
            "after that it is sent, as your organisation has set.",
            "過ぎると、組織の設定によりそのまま送信されます。",
        ),
        ("deputy", "after that a deputy is asked.", "過ぎると代理の方に確認します。"),
        (
            "return",
            "it is cancelled and comes back to its sender",
            "配信できなかったメールとして送信者にお返しします。",
        ),
    ],
)
async def test_the_list_says_what_comes_of_no_answer(world: World, silence: str | None, en: str, ja: str) -> None:
    await world.hold(silence=silence, deadline=world.clock.now() + timedelta(hours=1))
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        page = text_of(await listed(client, "held"))
        assert en in page
        assert ("after that it is cancelled" in page) == (silence in {None, "return"})
        assert ja in text_of((await client.get("/mail?lang=ja")).text)


async def test_the_list_says_when_a_delayed_message_leaves(world: World) -> None:
    await world.hold(release_at=world.clock.now() + timedelta(hours=1))
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        page = text_of(await listed(client, "held"))
        assert "It leaves by itself on" in page
        assert "after that" not in page


async def test_a_group_of_the_directory_is_a_team_only_where_a_class_of_the_settings_calls_it_one(world: World) -> None:
    listed_in, written = "all@tachibana.example", "info@tachibana.example"
    member = Person(address=STRANGER, teams=(listed_in,))
    settings = Organisation(
        name="橘", domains=("tachibana.example",), people=(Person(address=SENDER, teams=(written,)),)
    )
    write(world.folder / FILE, Listing(version=1, at=world.clock.now(), domains=settings.domains, people=(member,)))
    organisation = settings.beside(Directory(world.folder / FILE))
    assert organisation.person(STRANGER)
    team = SenderClass(kind="team", addresses=(listed_in.upper(),))
    with_members = SenderClass(kind="team", addresses=(listed_in,), members=(SENDER,))
    machine = SenderClass(kind="machine", addresses=(listed_in,))
    seen = {
        name: mailboxes(STRANGER, classes, organisation)
        for name, classes in {"none": (), "team": (team,), "named": (with_members,), "machine": (machine,)}.items()
    }
    assert seen == {"none": (STRANGER,), "team": (STRANGER, listed_in), "named": (STRANGER,), "machine": (STRANGER,)}
    assert mailboxes(SENDER, (), organisation) == (SENDER, written), "the settings say so by the person's own name"
    assert mailboxes(SENDER, (with_members,), organisation) == (SENDER, written, listed_in)


async def test_leaks_that_did_not_happen_are_told_to_everybody_as_a_number_of_this_month(world: World) -> None:
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        assert "Leaks prevented" not in await listed(client, "held")
        for n in range(3):
            token, _ = await world.hold(
                subject=f"secret {n}", reverse_path=SUPERIOR, asked=(SUPERIOR,), person=SUPERIOR
            )
            await world.pages.flow.decide(token, Decision("cancel"))
        page = text_of(await listed(client, "held"))
        assert "Leaks prevented in our organisation this month: 3 messages" in page
        assert "secret" not in page
        world.clock.advance(timedelta(days=32))
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        assert "Leaks prevented" not in await listed(client, "held")
