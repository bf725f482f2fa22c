"""People of a directory in the real relay: they answer for a team and approve from the moment of an import, and no more after the next."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.decision import Decision, risks
from service.__main__ import app
from store.holds import State
from tests.flows.world import SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

ABE, SEKI, KATO = (f"{name}@tachibana.example" for name in ("abe", "seki", "kato"))
TEAM = "sales@tachibana.example"
EXTRA = f"""
[[senders]]
kind = "team"
addresses = ["{TEAM}"]
"""
APPROVE = """
[rules.recipient-typo]
action = "approve"
"""
DIRECTORY = f"""address,name,superior,delegates,teams
{ABE},阿部,,,{TEAM}
{KATO},加藤,{SEKI},{ABE},
{SEKI},関,,,
"""
HEADER = DIRECTORY.partition("\n")[0] + "\n"


def imports(world: World, folder: Path, table: str) -> None:
    """What an admin does beside the running relay."""
    (folder / "people.csv").write_text(table)
    (folder / "import.toml").write_text(
        f'[organisation]\nname = "橘"\ndomains = ["tachibana.example"]\n[store]\ndirectory = "{world.house.settings.store.directory}"\n'
    )
    done = CliRunner().invoke(
        app, ["people", "import", str(folder / "people.csv"), "--fewer", "--config", str(folder / "import.toml")]
    )
    assert done.exit_code == 0, done.output


async def test_somebody_of_the_team_answers_for_the_shared_mailbox_and_it_is_told(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=EXTRA) as world:
        imports(world, tmp_path, DIRECTORY)
        await world.send(mail(TYPO, sender=TEAM), TYPO, sender=TEAM)
        await world.settle()
        assert [len(world.notices(person)) for person in (TEAM, ABE, SEKI)] == [1, 1, 0]
        outcome = await world.decide(await world.hold(), "right", person=ABE)
        assert outcome
        assert outcome.result == "done"
        await world.settle()
        assert len(world.delivered(TYPO)) == 1
        told = world.notices(TEAM)[-1]
        assert "回答がありました" in told["Subject"]
        assert "阿部" in told.get_body(("plain",)).get_content()  # type: ignore[union-attr] # a notice has one


@pytest.mark.parametrize(
    "now",
    [f"{ABE},阿部,,,\n{KATO},加藤,,,\n", f"{SEKI},,,,\n"],
    ids=["of-another-team", "left"],
)
@pytest.mark.parametrize("mailbox", [TEAM, KATO])
async def test_who_left_the_team_or_the_directory_finds_nothing_behind_the_link_and_is_reminded_of_nothing(
    store_url: str, tmp_path: Path, clock: TestClock, now: str, mailbox: str
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=EXTRA) as world:
        imports(world, tmp_path, DIRECTORY)
        await world.send(mail(TYPO, sender=mailbox), TYPO, sender=mailbox)
        await world.settle()
        hold = await world.hold()
        token = world.token(hold, ABE)
        copies = await world.house.flow.question(token)
        assert copies
        assert len(world.notices(ABE)) == 1
        imports(world, tmp_path, HEADER + now)
        assert await world.house.flow.question(token) is None
        decision = Decision("send", dict.fromkeys((risk.id for risk in risks(copies)), "right"))
        assert await world.house.flow.decide(token, decision) is None
        assert (await world.hold()).state is State.HELD
        assert hold.remind_at
        clock.advance(hold.remind_at - clock.now())
        await world.house.duties.clockwork()
        await world.settle()
        assert [len(world.notices(person)) for person in (mailbox, ABE)] == [2, 1]
        outcome = await world.decide(hold, "right", person=mailbox)  # the mailbox itself always may
        assert outcome
        assert outcome.result == "done"


async def asked_for_a_yes(world: World) -> str:
    """Kato's message waits for somebody else; the token of Seki, Kato's superior in the directory."""
    await world.send(mail(TYPO, sender=KATO), TYPO, sender=KATO)
    await world.settle()
    hold = await world.hold()
    token = world.token(hold, KATO)
    copies = await world.house.flow.question(token)
    choices = {risk.id: "ask" for risk in risks(copies or ())}
    outcome = await world.house.flow.decide(token, Decision("send", choices, "急ぎです"))
    assert outcome
    assert outcome.result == "asked"
    await world.settle()
    return world.house.store.seal.token(hold.group_id, SEKI, "approval")


async def test_the_superior_of_the_directory_approves(store_url: str, tmp_path: Path, clock: TestClock) -> None:
    async with open_world(store_url, tmp_path, clock, extra=APPROVE) as world:
        imports(world, tmp_path, DIRECTORY)
        token = await asked_for_a_yes(world)
        assert len(world.notices(SEKI)) == 1
        outcome = await world.house.flow.say(token, approve=True)
        assert outcome
        assert outcome.result == "done"
        await world.settle()
        assert len(world.delivered(TYPO)) == 1


async def test_a_superior_who_left_the_directory_approves_nothing_any_more(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=APPROVE) as world:
        imports(world, tmp_path, DIRECTORY)
        token = await asked_for_a_yes(world)
        imports(world, tmp_path, HEADER + f"{KATO},加藤,,,\n")
        request = await world.house.flow.request(token)
        assert request is None or not request.may_answer
        outcome = await world.house.flow.say(token, approve=True)
        assert outcome is None or outcome.result != "done"
        await world.settle()
        assert world.delivered(TYPO) == []
        assert (await world.hold()).state is State.HELD


async def test_a_damaged_file_stops_no_mail_and_the_settings_count(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=APPROVE + EXTRA) as world:
        imports(world, tmp_path, DIRECTORY)
        (world.house.settings.store.directory / "people.json").write_text("{")
        await world.send(mail(TYPO, sender=TEAM), TYPO, sender=TEAM)
        await world.send(mail(TYPO, number="2"), TYPO)
        await world.settle()
        assert [len(world.notices(person)) for person in (TEAM, ABE, SENDER)] == [1, 0, 1]
