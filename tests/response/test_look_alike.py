"""A look-alike domain is blocked as a whole, for everyone, where nobody of ours vouches for any address there."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from response.desk import Desk, Report
from rules.recipient_lookalike import doppelgangers
from store.blocks import BlockRow
from store.engine import Store
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import LEADER, SENDER, TYPO, VERDICT, evidence, keep, know, line, told


async def reported(desk: Desk, store: Store, wrong: str, *, meant: str = "", drill: bool = False) -> Ticket:
    found = [TYPO | {"about": {"recipient": wrong}, "suggestion": meant}] if meant else []
    sent = line(wrong, verdict={**VERDICT, "findings": found})
    await keep(store, sent)
    return await desk.report(Report("link", SENDER, journal_id=sent.id, proven=True, wrong=(wrong,), drill=drill))


async def blocked(store: Store, address: str) -> BlockRow | None:
    return await store.read(lambda s: s.blocks.of(address))


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("tanaka@custorner.example", ""),
        ("tanaka@cust0mer.example", ""),
        ("tanaka@custmer.example", "tanaka@customer.example"),
        ("ken@gmai.com", ""),
        ("ken@t\u0430chibana.example", ""),
    ],
)
async def test_its_whole_domain_is_blocked_with_owner_expiry_and_a_record(
    desk: Desk, store: Store, clock: TestClock, wrong: str, meant: str
) -> None:
    await know(store, "tanaka@customer.example")
    ticket = await reported(desk, store, wrong, meant=meant)
    neighbour = f"somebody.else@{wrong.partition('@')[2]}"
    block = await blocked(store, neighbour)
    assert block
    assert (block.lenient, block.owner, block.ticket_id) == (False, LEADER, ticket.id)
    assert block.expires_at == clock.now() + timedelta(days=90)
    assert block.target in {e.body["target"] for e in await evidence(store, ticket.id) if e.event == "blocked"}
    assert ticket.recipients[0].contained == "handed-over domain-blocked"
    await desk.contain(ticket.id, by=LEADER)
    assert len(await store.read(lambda s: s.blocks.of_ticket(ticket.id))) == 1, (
        "the domain instead of the address, once"
    )


@pytest.mark.parametrize(
    "wrong",
    ["tanka@customer.example", "ken@gmail.com", "ken@unheard-of.example", "hayashi@tachibana.example"],
)
async def test_no_other_domain_is(desk: Desk, store: Store, wrong: str) -> None:
    await know(store, "tanaka@customer.example")
    await reported(desk, store, wrong)
    assert await blocked(store, f"somebody.else@{wrong.partition('@')[2]}") is None


async def test_nor_one_where_somebody_of_ours_is_known(desk: Desk, store: Store) -> None:
    await know(store, "tanaka@customer.example", "office@custorner.example")
    ticket = await reported(desk, store, "tanaka@custorner.example")
    assert await blocked(store, "somebody.else@custorner.example") is None
    assert ticket.recipients[0].contained == "handed-over blocked"


async def test_nor_any_in_a_drill(desk: Desk, store: Store) -> None:
    await know(store, "tanaka@customer.example")
    await reported(desk, store, "tanaka@custorner.example", drill=True)
    assert await blocked(store, "somebody.else@custorner.example") is None


async def test_the_desk_lifts_it_in_one_press_for_the_domain_and_the_address(desk: Desk, store: Store) -> None:
    await know(store, "tanaka@customer.example")
    await reported(desk, store, "tanaka@custorner.example")
    whole = await blocked(store, "somebody.else@custorner.example")
    assert whole
    assert await desk.lift(whole.id, by=LEADER)
    assert await blocked(store, "somebody.else@custorner.example") is None
    assert await blocked(store, "tanaka@custorner.example") is None


async def test_a_known_contact_waits_for_the_desk_which_hears_how_to_lift_it_in_one_press(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    await know(store, "tanaka@customer.example")
    ticket = await reported(desk, store, "tanaka@customer.example")
    block = await blocked(store, "tanaka@customer.example")
    assert block
    assert (block.lenient, block.expires_at) == (True, clock.now() + timedelta(hours=24))
    notices = {n.kind: n for n in await told(store, ticket.id) if n.kind.startswith("contact_")}
    assert {kind: n.recipient for kind, n in notices.items()} == {"contact_held": LEADER, "contact_waits": SENDER}
    assert all(n.facts["about"] == "tanaka@customer.example" for n in notices.values())


@given(st.sampled_from(sorted(doppelgangers())))
def test_no_doppelganger_of_the_list_is_one_of_the_domains_it_imitates(name: str) -> None:
    assert doppelgangers()[name] not in doppelgangers()
