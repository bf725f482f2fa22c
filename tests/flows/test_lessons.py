"""What was decided after a case makes judging stricter from the press of an admin on, is counted by itself, and ends when it is withdrawn."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.lessons import digest_of
from response.desk import Report
from response.measures import Plan
from store.ids import new_id
from store.measures import Change, Measure, MeasureState
from store.tickets import Ticket
from tests.flows.world import KNOWN, OTHER, SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

ADMIN = "kan@tachibana.example"
LEADER = "natori@tachibana.example"
EXTRA = f"""
[[organisation.people]]
address = "{ADMIN}"
roles = ["admin"]
[gate.groups]
sales = ["@tachibana.example"]
[[exemptions]]
recipients = ["{TYPO}"]
rules = ["recipient-typo", "recipient-first-time"]
owner = "natori@tachibana.example"
reason = "a customer with such a name"
until = 2027-01-01
"""


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path, clock: TestClock) -> AsyncIterator[World]:
    """With an admin, a group and an exemption; one database, for what the store does is tested there."""
    async with open_world(sqlite_url, tmp_path / "node", clock, extra=EXTRA) as made:
        yield made


async def case(world: World) -> Ticket:
    """A ticket about a mail to somebody else."""
    return await world.house.desk.report(Report("page", SENDER, search="what nobody finds", wrong=(OTHER,)))


async def in_force(world: World, ticket: Ticket, change: Change) -> Measure:
    """A measure, planned by the leader and applied by an admin."""
    lessons, due = world.house.desk.lessons, world.clock.now() + timedelta(days=7)
    assert await lessons.plan(ticket.id, Plan("stricter", LEADER, due, "count", change), by=LEADER) == ""
    planned = await world.house.store.read(lambda s: s.measures.of_ticket(ticket.id))
    number = next(one.id for one in planned if one.change == change)
    assert await lessons.apply(number, by=LEADER) == "not-admin"
    assert await lessons.apply(number, by=ADMIN) == ""
    assert await lessons.apply(number, by=ADMIN) == "already"
    measure = await world.house.store.read(lambda s: s.measures.get(number))
    assert measure is not None
    return measure


async def effect(world: World, measure: Measure) -> dict[str, int]:
    return dict(await world.house.store.read(lambda s: s.outcomes.of_measure(measure.id)))


async def test_mail_to_a_domain_is_asked_about_counted_and_after_the_withdrawal_it_passes_again(world: World) -> None:
    ticket = await case(world)
    assert "held" not in await world.send(mail(KNOWN, number="before"), KNOWN)
    measure = await in_force(world, ticket, Change("stricter", target="@customer.example"))
    assert "held" in await world.send(mail(KNOWN, number="after"), KNOWN)
    await world.settle()
    hold = await world.hold()
    [finding] = [f for f in hold.verdict["findings"] if f["action"] == "hold"]
    assert (finding["measures"], finding["about"]) == ([measure.id], {"recipient": KNOWN})
    assert await effect(world, measure) == {"asked": 1}
    await world.decide(hold, kind="cancel")
    assert await effect(world, measure) == {"asked": 1, "cancelled": 1}
    lately = await world.house.store.read(lambda s: s.outcomes.since(world.clock.now().date() - timedelta(days=1)))
    assert not [one for one in lately if measure.id in one.rule], "a measure is no rule of the overview"
    assert await world.house.desk.lessons.withdraw(measure.id, by=LEADER, reason="x") == "not-admin"
    assert await world.house.desk.lessons.withdraw(measure.id, by=ADMIN, reason="they moved") == ""
    assert "held" not in await world.send(mail(KNOWN, number="withdrawn"), KNOWN)


async def test_a_group_of_senders_may_need_approval(world: World) -> None:
    measure = await in_force(world, await case(world), Change("stricter", group="sales", action="approve"))
    assert "held" in await world.send(mail(KNOWN, number="after"), KNOWN)
    [finding] = (await world.hold()).verdict["findings"]
    assert (finding["action"], finding["measures"]) == ("approve", [measure.id])
    assert "held" not in await world.send(mail(KNOWN, sender="x@other.example", number="b"), KNOWN, sender="")


async def test_what_a_rule_only_noted_is_asked_about_and_what_it_asked_before_is_not_the_measures(world: World) -> None:
    ticket, new = await case(world), "nobody.knows@elsewhere.example"
    assert "held" not in await world.send(mail(new, number="noted"), new)
    measure = await in_force(world, ticket, Change("stricter", rule="recipient-first-time"))
    typo = await in_force(world, ticket, Change("stricter", rule="recipient-typo"))
    new = "nobody.else.knows@another.example"
    assert "held" in await world.send(mail(new, number="again"), new)
    [found] = (await world.hold()).verdict["findings"]
    assert (found["rule"], found["action"], found["measures"]) == ("recipient-first-time", "hold", [measure.id])
    slip = "tnaka@customer.example"
    assert "held" in await world.send(mail(slip, number="slip"), slip)
    findings = next(h for h in await world.holds() if h.message_id.startswith("<slip")).verdict["findings"]
    assert {f["rule"] for f in findings} >= {"recipient-typo"}
    assert not [f for f in findings if typo.id in f.get("measures", ())]


async def test_a_withdrawn_exemption_silences_nothing_and_the_settings_are_as_they_were(world: World) -> None:
    ticket, exemptions = await case(world), world.house.flow.options.exemptions
    assert "held" not in await world.send(mail(TYPO, number="exempt"), TYPO)
    measure = await in_force(world, ticket, Change("withdraw-exemption", target=digest_of(exemptions[0])))
    assert "held" in await world.send(mail(TYPO, number="asked"), TYPO)
    await world.settle()
    found = [f for f in (await world.hold()).verdict["findings"] if f["action"] == "hold"]
    assert all(f["measures"] == [measure.id] for f in found)
    assert found
    assert (await effect(world, measure))["asked"] == 1
    assert world.house.flow.options.exemptions == exemptions


async def test_a_kept_block_holds_names_the_measure_and_ends_with_it(world: World) -> None:
    ticket = await case(world)
    measure = await in_force(world, ticket, Change("keep-block", target=KNOWN))
    assert "held" in await world.send(mail(KNOWN, number="blocked"), KNOWN)
    [found] = [f for f in (await world.hold()).verdict["findings"] if f["rule"] == "recipient-blocked"]
    assert found["measures"] == [measure.id]
    assert await world.house.desk.lessons.withdraw(measure.id, by=ADMIN, reason="x") == ""
    assert "held" not in await world.send(mail(KNOWN, number="free"), KNOWN)


@pytest.mark.parametrize("kind", ["unvouch", "merge"])
async def test_a_contact_that_was_fixed_is_asked_about(world: World, kind: str) -> None:
    await world.learn("tanaka.k@customer.example")
    ticket = await case(world)
    change = Change(kind, target="tanaka.k@customer.example", right=KNOWN if kind == "merge" else "")  # type: ignore[arg-type]
    measure = await in_force(world, ticket, change)
    assert "held" in await world.send(mail("tanaka.k@customer.example", number="fixed"), "tanaka.k@customer.example")
    hold = await world.hold()
    assert any(measure.id in f.get("measures", ()) for f in hold.verdict["findings"])


async def test_a_change_that_finds_nothing_to_change_is_refused_and_stays_planned(world: World) -> None:
    ticket, lessons = await case(world), world.house.desk.lessons
    change = Change("merge", target="never.seen@customer.example", right=KNOWN)
    due = world.clock.now() + timedelta(days=7)
    assert await lessons.plan(ticket.id, Plan("x", LEADER, due, "y", change), by=LEADER) == ""
    [measure] = await world.house.store.read(lambda s: s.measures.of_ticket(ticket.id))
    assert await lessons.apply(measure.id, by=ADMIN) == "change-impossible"
    [measure] = await world.house.store.read(lambda s: s.measures.of_ticket(ticket.id))
    assert (measure.state, measure.in_force) == (MeasureState.PLANNED, False)
    assert await lessons.apply(new_id(), by=ADMIN) == "unknown"
