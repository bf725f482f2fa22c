"""The very file that was confirmed for a domain is not asked about again; any other file, domain or finding is."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.decision import Decision, risks
from response.desk import Report
from store.holds import Hold, State
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, World, open_world
from tests.helpers.clock import TestClock

HELD, TAKEN = "held as", "250 2.0.0 taken"
COLLEAGUE = "natori@tachibana.example"
AGAIN = "sato@customer.example"
"""Another one of the domain it was confirmed for."""


def report(
    number: str, *files: tuple[str, str], to: str = KNOWN, sender: str = SENDER, text: str = "報告書です。"
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "月次報告"
    message["Message-ID"] = f"<{number}@tachibana.example>"
    message.set_content(text)
    for name, content in files or (("顧客一覧.csv", LIST),):
        message.add_attachment(content.encode(), maintype="text", subtype="csv", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def newest(world: World) -> Hold:
    await world.settle()
    return max(await world.holds(), key=lambda hold: (hold.received_at, hold.state is State.HELD))


async def confirm(world: World, content: bytes, *to: str, sender: str = SENDER, choices: tuple[str, ...] = ()) -> None:
    assert HELD in await world.send(content, *(to or (KNOWN,)), sender=sender)
    outcome = await world.decide(await newest(world), *(choices or ("agree",)), person=sender)
    assert outcome is not None
    assert outcome.result == "done"
    await world.settle()
    world.clock.advance(timedelta(minutes=1))


@pytest.fixture
async def confirmed(world: World) -> World:
    """A world in which the list was confirmed for the customer."""
    await world.learn(AGAIN)
    await confirm(world, report("1"))
    return world


async def test_the_same_file_to_the_same_domain_passes_with_a_note_and_is_counted(confirmed: World) -> None:
    assert await confirmed.send(report("2"), KNOWN) == TAKEN
    assert await confirmed.send(report("3"), KNOWN, AGAIN, "mori@tachibana.example") == TAKEN
    line = await confirmed.house.store.commit(lambda s: s.journal.by_message_id("<2@tachibana.example>")[0])
    (found,) = [f for f in line.verdict["findings"] if f["rule"] == "content-personal-data"]
    assert found["action"] == "note"
    assert "確認されています" in found["words"]["ja"]
    assert "was confirmed on" in found["words"]["en"]
    assert line.verdict["exposure"]["persons"]["min"] == 30


async def test_under_another_name_it_is_the_same_file(confirmed: World) -> None:
    assert await confirmed.send(report("2", ("五月.csv", LIST)), KNOWN) == TAKEN


@pytest.mark.parametrize(
    ("files", "to"),
    [
        ([("顧客一覧.csv", LIST + "佐藤 花子,03-1111-1111,東京都港区芝公園9-9-9\r\n")], [KNOWN]),
        ([("顧客一覧.csv", LIST), ("二.csv", LIST.replace("佐藤", "鈴木"))], [KNOWN]),
        ([("顧客一覧.csv", LIST)], [OTHER]),
        ([("顧客一覧.csv", LIST)], [KNOWN, OTHER]),
    ],
)
async def test_another_file_or_another_domain_is_asked_about(
    confirmed: World, files: list[tuple[str, str]], to: list[str]
) -> None:
    assert HELD in await confirmed.send(report("2", *files), *to)


async def test_a_file_of_the_same_name_beside_the_confirmed_one_is_asked_about(confirmed: World) -> None:
    twice = [("顧客一覧.csv", LIST), ("顧客一覧.csv", LIST.replace("佐藤", "鈴木"))]
    assert HELD in await confirmed.send(report("2", *twice), KNOWN)


async def test_the_same_list_in_the_text_is_asked_about_each_time(world: World) -> None:
    for number in ("1", "2"):
        await confirm(world, report(number, ("leer.csv", "x"), text=LIST))


async def test_a_mistyped_recipient_is_asked_about_whatever_was_confirmed_of_the_file(confirmed: World) -> None:
    assert HELD in await confirmed.send(report("2"), TYPO)
    await confirmed.settle()
    hold = await newest(confirmed)
    assert [f["rule"] for f in hold.verdict["findings"] if f["action"] == "hold"] == ["recipient-typo"]


async def test_a_colleague_is_asked_until_it_was_confirmed_on_two_days(confirmed: World) -> None:
    assert HELD in await confirmed.send(report("2", sender=COLLEAGUE), KNOWN, sender=COLLEAGUE)
    confirmed.clock.advance(timedelta(days=1))
    await confirm(confirmed, report("3", sender=COLLEAGUE), sender=COLLEAGUE)
    other = "mori@tachibana.example"
    assert await confirmed.send(report("4", sender=other), KNOWN, sender=other) == TAKEN


async def test_a_file_that_was_taken_out_is_not_remembered_with_the_others_that_were_confirmed(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    keyword = f'\n[[rules.content-keyword.terms]]\nlabel = "新案件"\nowner = "{COLLEAGUE}"\nwords = ["曙計画"]\n'
    files = [("甲.csv", LIST + "曙計画\r\n"), ("乙.csv", LIST.replace("佐藤", "鈴木"))]
    async with open_world(store_url, tmp_path, clock, extra=keyword) as world:
        assert HELD in await world.send(report("1", *files), KNOWN)
        hold = await newest(world)
        token = world.token(hold)
        asked = risks(await world.house.flow.question(token) or ())
        assert {risk.finding["about"].get("part", "") for risk in asked} == {"", "甲.csv"}
        choices = {r.id: "remove" if r.finding["about"].get("part") else "agree" for r in asked}
        outcome = await world.house.flow.decide(token, Decision("send", choices))
        assert outcome is not None
        assert outcome.result == "done"
        await world.settle()
        remembered = await world.house.store.read(lambda shelves: shelves.confirmed.listing())
        assert [row.name for row in remembered] == ["乙.csv"]


async def test_after_its_time_it_is_asked_about_again(confirmed: World) -> None:
    confirmed.clock.advance(timedelta(days=181))
    assert HELD in await confirmed.send(report("2"), KNOWN)


async def test_of_more_files_and_customers_than_anybody_looks_through_nothing_is_remembered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.confirmed.MOST", 1)
    await world.learn(AGAIN)
    await confirm(world, report("1"), KNOWN, OTHER)
    assert await world.house.store.read(lambda s: s.confirmed.listing()) == ()
    await confirm(world, report("2"), KNOWN, AGAIN)
    assert await world.send(report("3"), KNOWN) == TAKEN


@pytest.mark.parametrize("kind", ["cancel", "expire"])
async def test_what_did_not_leave_confirms_nothing(world: World, kind: str) -> None:
    await world.send(report("1"), KNOWN)
    hold = await newest(world)
    if kind == "cancel":
        await world.decide(hold, kind="cancel")
    else:
        await world.house.store.commit(lambda s: s.holds.move(hold.id, State.HELD, State.EXPIRED))
    assert HELD in await world.send(report("2"), KNOWN)


async def test_who_was_left_out_is_nobody_it_was_confirmed_for_and_the_corrected_one_is(world: World) -> None:
    typo_of_other = OTHER.replace("partner", "partnr")
    await confirm(world, report("1"), KNOWN, typo_of_other, choices=("agree", "omit"))
    assert HELD in await world.send(report("2"), OTHER)
    await confirm(world, report("3"), typo_of_other, choices=("agree", "correct"))
    assert await world.send(report("4"), OTHER) == TAKEN


@pytest.mark.parametrize("wrong", [(KNOWN,), ()])
async def test_a_report_of_the_message_ends_it_at_once(confirmed: World, wrong: tuple[str, ...]) -> None:
    (hold,) = await confirmed.holds()
    said = Report("page", "someone@elsewhere.example", "it came to us", hold_id=hold.id, wrong=wrong)
    await confirmed.house.desk.report(said)
    await confirmed.house.store.commit(
        lambda s: [s.blocks.lift(one.id, "test") for one in s.blocks.in_force()] and None
    )
    assert HELD in await confirmed.send(report("2"), KNOWN)


async def test_an_operator_who_lets_it_go_confirms_it_but_not_on_the_day_of_an_incident(world: World) -> None:
    await world.send(report("1"), KNOWN)
    hold = await newest(world)
    await world.house.flow.decide_for(hold.id, Decision("send"), "admin")
    assert await world.send(report("2"), KNOWN) == TAKEN


async def test_with_no_days_it_is_asked_about_each_time(world: World) -> None:
    hold = world.house.flow.options.hold.model_copy(update={"confirmed_days": 0})
    object.__setattr__(world.house.flow.options, "hold", hold)
    await confirm(world, report("1"))
    assert HELD in await world.send(report("2"), KNOWN)
