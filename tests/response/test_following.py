"""What becomes of each recipient after a case was opened is followed; the later word counts."""

from datetime import timedelta

from response import clockwork, following
from response.desk import Desk, Report
from response.history import history
from store.engine import Store
from store.holds import Delivery, State
from store.tickets import Ticket, TicketRecipient
from tests.helpers.clock import TestClock
from tests.response.cases import COLLEAGUE, OTHER, SENDER, WRONG, by_link, confirm, deliver, evidence, held, keep, line


async def delivery(desk: Desk, ticket: Ticket, address: str = WRONG) -> TicketRecipient:
    now = await desk.ticket(ticket.id)
    assert now is not None
    return next(r for r in now.recipients if r.address == address)


async def test_a_hold_that_is_released_and_delivered_after_the_report_is_shown_with_the_next_hops_words(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    hold = held(WRONG, OTHER)
    await keep(store, hold)
    ticket = await desk.report(Report(channel="page", reporter=COLLEAGUE, hold_id=hold.id))
    assert (await delivery(desk, ticket)).delivery == "held"
    clock.advance(timedelta(minutes=1))
    await confirm(store, hold, WRONG, OTHER)
    await clockwork.run(store, desk.office)
    assert (await delivery(desk, ticket)).delivery == "waiting"
    clock.advance(timedelta(minutes=1))
    await deliver(store, hold, "250 2.0.0 Ok: queued as 77A")
    await clockwork.run(store, desk.office)
    now = await delivery(desk, ticket)
    assert (now.delivery, now.reply, now.at) == ("delivered", "250 2.0.0 Ok: queued as 77A", clock.now())
    changes = [(e.body["was"], e.body["now"]) for e in await evidence(store, ticket.id) if e.event == "delivery"]
    assert changes.count(("held", "waiting")) == 2
    assert changes.count(("waiting", "delivered")) == 2
    after = await desk.ticket(ticket.id)
    assert after is not None
    assert after.sent_at == clock.now()
    assert next(s for s in after.steps if s.step == "1.5").state in {"todo", "done"}
    # Nothing new: nothing is written.
    before = len(await evidence(store, ticket.id))
    await clockwork.run(store, desk.office)
    assert len(await evidence(store, ticket.id)) == before


async def test_one_that_was_cancelled_and_brought_back_is_held_again(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    hold = held(WRONG)
    await keep(store, hold)
    ticket = await desk.report(by_link(hold))
    assert (await delivery(desk, ticket)).delivery == "stopped"
    clock.advance(timedelta(minutes=1))
    later = clock.now() + timedelta(days=1)
    await store.commit(lambda s: s.holds.move(hold.id, State.CANCELLED, State.HELD, by=SENDER, deadline=later))
    await clockwork.run(store, desk.office)
    assert (await delivery(desk, ticket)).delivery == "held"


async def test_a_hand_over_that_was_under_way_is_unknown_until_its_end_is_known(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    hold = held(WRONG, state=State.RELEASED, states=(Delivery.SENDING,))
    await keep(store, hold)
    ticket = await desk.report(by_link(hold))
    assert (await delivery(desk, ticket)).delivery == "unknown"
    clock.advance(timedelta(minutes=1))
    await store.commit(lambda s: s.deliveries.set(hold.id, 0, Delivery.FAILED, reply="550 5.1.1 no such user"))
    await clockwork.run(store, desk.office)
    now = await delivery(desk, ticket)
    assert (now.delivery, now.reply) == ("failed", "550 5.1.1 no such user")


async def test_what_came_by_mail_later_is_not_overwritten_by_what_was_known_before(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    passed = line(WRONG, OTHER)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id))
    clock.advance(timedelta(minutes=5))
    bounced = TicketRecipient(WRONG, "yes", "", "bounced", "550 5.1.1", at=clock.now())
    await store.commit(lambda s: s.tickets.set_recipient(ticket.id, bounced))
    await clockwork.run(store, desk.office)
    await store.commit(lambda s: following.follow(s, desk.office, ticket.id))
    assert (await delivery(desk, ticket)).delivery == "bounced"


async def test_history_says_what_was_found_who_was_asked_and_who_confirmed(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    hold = held(WRONG)
    await keep(store, hold)
    clock.advance(timedelta(minutes=2))
    await confirm(store, hold, WRONG)
    await deliver(store, hold)
    ticket = await desk.report(by_link(hold))
    happened = await store.read(lambda s: history(s, ticket.id))
    assert [one.what for one in happened] == ["found", "held", "confirmed"]
    assert happened[0].words["en"] == "One letter differs."
    confirmed = happened[-1]
    assert (confirmed.about, confirmed.at) == (WRONG, clock.now())
    kept = {e.seq: e for e in await evidence(store, ticket.id)}
    assert all(kept[one.proof].event == "collected" for one in happened)
