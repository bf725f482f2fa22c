"""Release: what leaves is what was decided, once, and to nobody who is blocked or was reported meanwhile."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gateway.decision import Decision, risks
from gateway.release import PAUSES
from mail.removal import NOTE, removable
from response.desk import Report
from store.blocks import BlockRow
from store.errors import StoreFullError
from store.holds import Delivery, Hold, State
from store.ids import new_id
from store.tables.holds import contents, hold_recipients
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, World, mail, open_house, open_world
from tests.helpers.clock import TestClock
from tests.helpers.next_hop import SILENCE, SLOW
from tests.helpers.relay import until

ADMIN = "admin@tachibana.example"
MANY = "[hold]\nmany = 0\n"
"""Each is asked about by itself, however many there are."""
EACH = [f"p{n}@client{n}.example" for n in range(12)]


def written(*fields: str, number: str = "1") -> bytes:
    """A mail with exactly these header fields for its recipients."""
    head = (f"From: {SENDER}", *fields, "Subject: party", f"Message-ID: <{number}@tachibana.example>")
    return "".join(f"{line}\r\n" for line in (*head, "", "hello")).encode()


async def released(world: World, *choices: str, number: str = "1") -> Hold:
    """A mistyped mail that its sender let go; nothing is handed over yet."""
    await world.send(mail(TYPO, number=number), TYPO)
    await world.house.post.send_due()
    hold = next(h for h in await world.holds() if h.message_id == f"<{number}@tachibana.example>")
    await world.decide(hold, *(choices or ("right",)))
    # The next one shall be asked about, too.
    await world.house.store.commit(lambda shelves: shelves.contacts.disown(TYPO))
    return hold


async def block(world: World, address: str) -> None:
    row = BlockRow(new_id(), address, False, "admin", "reported", "", world.clock.now())
    await world.house.store.commit(lambda shelves: shelves.blocks.add(row))


# What was decided is what leaves


async def test_recipients_that_were_hidden_cannot_be_read_by_those_who_get_it(world: World) -> None:
    await world.send(written("To: " + ",\r\n ".join(EACH)), *EACH)
    await world.settle()
    await world.decide(await world.hold(), "bcc", "right")
    await world.settle()
    (taken,) = world.delivered(EACH[0])
    assert sorted(taken.recipients) == sorted(EACH)
    assert not [address for address in EACH if address.encode() in taken.plain]


@pytest.mark.parametrize(
    "fields",
    [
        (f"To: A: {', '.join(EACH[:6])};,\r\n B: {', '.join(EACH[6:])};",),
        (f"To: {SENDER}, Customers: {', '.join(EACH)};",),
        (f"To: {', '.join(EACH)},\r\n Tanaka (sales <p99@x.example>",),
        (f"To: {', '.join(EACH[:-1])},\r\n Tanaka [sales] <{EACH[-1]}>",),
        (f"To: {SENDER}", f"Resent-To: {', '.join(EACH)}"),
    ],
)
async def test_recipients_that_cannot_be_hidden_are_never_said_to_be(world: World, fields: tuple[str, ...]) -> None:
    await world.send(written(*fields), *EACH)
    await world.settle()
    (risk,) = risks([await world.hold()])
    assert risk.choices == ("agree",)
    outcome = await world.house.flow.decide(world.token(await world.hold()), Decision("send", {risk.id: "bcc"}))
    assert outcome
    assert outcome.result == "missing"


async def test_what_cannot_be_done_as_decided_is_held_again_and_asked_anew(world: World) -> None:
    await world.send(written(f"To: {SENDER}, Customers: {', '.join(EACH)};"), *EACH)
    await world.settle()
    hold = await world.hold()
    # As an earlier version would have decided, that could not tell.
    decision = {"kind": "send", "omit": [EACH[0]], "redirect": {}, "rewrite": [], "hide": True, "confirmed": []}
    await world.house.store.commit(
        lambda s: s.holds.move(hold.id, State.HELD, State.RELEASED, by=SENDER, decision=decision)
    )
    await world.settle()
    again = await world.hold()
    assert (again.state, again.decision) == (State.HELD, None)
    assert {r.state for r in again.recipients} == {Delivery.HELD}
    assert world.delivered(EACH[1]) == []
    assert len(world.notices(SENDER)) == 2
    assert again.deadline
    assert len(world.notices(ADMIN)) == 1
    assert (await world.decide(again, "bcc", "agree")) is not None
    await world.settle()
    assert len(world.delivered(EACH[1])) == 1


async def test_a_copy_that_cannot_be_altered_as_its_send_was_answered_asks_by_itself(world: World) -> None:
    await world.send(written(f"To: {', '.join(EACH)}"), *EACH[:6])
    await world.settle()
    await world.decide(await world.hold(), "bcc")
    await world.send(written(f"To: {', '.join(EACH)}", f"Resent-To: {EACH[0]}"), *EACH[6:])
    await world.settle()
    assert len(world.delivered(EACH[0])) == 1
    assert world.delivered(EACH[6]) == []
    assert sorted(hold.state for hold in await world.holds()) == [State.HELD, State.RELEASED]


async def test_a_correction_that_the_header_cannot_follow_leaves_it_as_it_is(world: World) -> None:
    await world.send(written(f"To: <{TYPO}, {OTHER}"), TYPO)
    await world.settle()
    await world.decide(await world.hold(), "correct")
    await world.settle()
    (taken,) = world.delivered(KNOWN)
    assert taken.plain.endswith(written(f"To: <{TYPO}, {OTHER}"))


async def test_an_international_contact_is_written_in_ascii_in_command_and_header(world: World) -> None:
    await world.learn("tanaka@日本語.example")
    await world.send(written("To: tanka@xn--wgv71a119e.example"), "tanka@xn--wgv71a119e.example")
    await world.settle()
    await world.decide(await world.hold(), "correct")
    await world.settle()
    (taken,) = world.delivered("tanaka@xn--wgv71a119e.example")
    assert b"To: tanaka@xn--wgv71a119e.example\r\n" in taken.plain
    assert "SMTPUTF8" not in taken.mail


# Files


async def test_a_file_is_taken_out_and_all_else_leaves_as_it_came(world: World) -> None:
    whole = mail(KNOWN, attach=LIST)
    await world.send(whole, KNOWN)
    await world.settle()
    hold = await world.hold()
    (risk,) = risks([hold])
    assert risk.choices == ("remove", "agree")
    await world.decide(hold, "remove")
    await world.settle()
    (taken,) = world.delivered(KNOWN)
    start, end = removable(whole)["顧客一覧.csv"]
    assert taken.plain.endswith(whole[:start] + NOTE + whole[end:])
    assert (await world.hold()).decision == {
        "kind": "send", "choices": {risk.id: "remove"}, "omit": [], "redirect": {}, "rewrite": [], "hide": False,
        "confirmed": [], "remove": ["顧客一覧.csv"], "gone": ["顧客一覧.csv"], "agreed": [],
    }  # fmt: skip


async def test_a_file_that_was_taken_out_is_asked_about_the_next_time_and_does_not_count_on_a_ticket(
    world: World,
) -> None:
    await world.send(mail(KNOWN, attach=LIST), KNOWN)
    await world.settle()
    first = await world.hold()
    await world.decide(first, "remove")
    await world.send(mail(KNOWN, attach=LIST, number="2"), KNOWN)
    await world.settle()
    assert sorted(hold.state for hold in await world.holds()) == [State.HELD, State.RELEASED]
    desk = world.house.desk
    ticket = await desk.report(Report(channel="link", reporter=SENDER, hold_id=first.id, wrong=(KNOWN,), proven=True))
    assert (ticket.exposure["persons"], ticket.severity) == ({"min": 0, "max": 0}, 0)


async def test_a_slip_a_list_and_recipients_in_sight_are_put_right_in_one_answer(world: World) -> None:
    everyone = [TYPO, *EACH]
    whole = mail(", ".join(everyone), attach=LIST)
    await world.send(whole, *everyone)
    await world.settle()
    await world.decide(await world.hold(), "correct", "remove", "bcc", "right")
    await world.settle()
    (taken,) = world.delivered(KNOWN)
    assert sorted(taken.recipients) == sorted([KNOWN, *EACH])
    assert not [address for address in everyone if address.encode() in taken.plain]
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in taken.plain
    body = whole.partition(b"\r\n\r\n")[2]
    start, end = removable(whole)["顧客一覧.csv"]
    header = len(whole) - len(body)
    assert taken.plain.endswith(whole[header:start] + NOTE + whole[end:])


async def test_a_signed_message_offers_nothing_that_alters_it(world: World) -> None:
    signed = b"DKIM-Signature: v=1; d=tachibana.example; x=1775100000; b=x\r\n" + mail(TYPO, attach=LIST)
    await world.send(signed, TYPO)
    await world.settle()
    hold = await world.hold()
    assert [risk.choices for risk in risks([hold])] == [("omit", "right"), ("agree",)]
    assert hold.verdict["dkim_ends"] == 1775100000
    await world.decide(await world.hold(), "right", "agree")
    await world.settle()
    assert world.delivered(TYPO)[0].plain.endswith(signed)


async def test_what_envelope_and_header_say_differently_is_kept_for_the_page(world: World) -> None:
    await world.send(mail(f"{TYPO}, {OTHER}, x@elsewhere.example"), TYPO, OTHER, EACH[0])
    hold = await world.hold()
    assert (hold.verdict["unnamed"], hold.verdict["absent"]) == ([EACH[0]], ["x@elsewhere.example"])


async def test_a_signed_message_may_be_altered_where_it_is_signed_afterwards(
    sqlite_url: str, clock: TestClock, tmp_path: Path
) -> None:
    extra = "[hold]\nsigns_afterwards = true\n"
    async with open_world(sqlite_url, tmp_path / "house", clock, extra=extra) as world:
        signed = b"DKIM-Signature: v=1; d=tachibana.example; x=1775100000; b=x\r\n" + mail(TYPO, attach=LIST)
        await world.send(signed, TYPO)
        await world.settle()
        hold = await world.hold()
        assert (hold.verdict["signed_anew"], "dkim_ends" in hold.verdict) == (True, False)
        await world.decide(hold, "correct", "remove")
        await world.settle()
        (taken,) = world.delivered(KNOWN)
        start, end = removable(signed)["顧客一覧.csv"]
        assert taken.plain.endswith((signed[:start] + NOTE + signed[end:]).replace(TYPO.encode(), KNOWN.encode()))


# Blocked


async def test_a_correction_never_goes_to_somebody_who_is_blocked(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    await block(world, KNOWN)
    hold = await world.hold()
    (risk,) = risks([hold])
    outcome = await world.house.flow.decide(world.token(hold), Decision("send", {risk.id: "correct"}))
    assert outcome
    assert outcome.result == "missing"
    await world.settle()
    assert world.delivered(KNOWN) == []


async def test_a_late_copy_does_not_follow_an_answer_to_somebody_who_was_blocked_since(world: World) -> None:
    for blocked, number in ((KNOWN, "1"), (TYPO, "2")):
        await world.send(mail(TYPO, number=number), TYPO)
        await world.settle()
        hold = next(h for h in await world.holds() if h.message_id == f"<{number}@tachibana.example>")
        await world.decide(hold, "correct" if blocked == KNOWN else "right")
        await world.settle()
        before = len(world.delivered(blocked))
        await block(world, blocked)
        await world.send(mail(TYPO, number=number), TYPO)
        await world.settle()
        assert len(world.delivered(blocked)) == before == 1
        held = [h for h in await world.holds() if h.state is State.HELD]
        assert [h.message_id for h in held] == [f"<{number}@tachibana.example>"]
        await world.decide(held[0], kind="cancel")
        await world.house.store.commit(lambda s: s.blocks.lift(s.blocks.in_force()[0].id, "admin"))


# The lease


async def leases(world: World) -> list[datetime]:
    found = select(hold_recipients.c.lease_until).where(hold_recipients.c.lease_until.is_not(None))
    return await world.house.store.read(lambda shelves: list(shelves.holds._db.scalars(found)))


async def renewed(world: World) -> None:
    """Wait until the lease has been made longer."""
    async with asyncio.timeout(20):
        while (await leases(world))[0] < world.clock.now() + timedelta(minutes=4):
            pass


async def slowly_handed_over(world: World) -> asyncio.Task[int]:
    """The hand-over of a message, of which the next hop is reading the content until `world.hop.go_on`."""
    await released(world)
    world.hop.does("CONTENT", SLOW)
    handing = asyncio.create_task(world.house.flow.release_due())
    await world.hop.during_content.wait()
    return handing


async def test_a_hand_over_longer_than_its_lease_is_nobody_elses(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with (
        open_world(store_url, tmp_path / "one", clock) as world,
        open_house(store_url, tmp_path / "one", clock, world.hop.port, node="two") as other,
    ):
        handing = await slowly_handed_over(world)
        for _ in range(10):
            clock.advance(timedelta(minutes=1))
            await renewed(world)
            assert await other.flow.release_due() == 0
        world.hop.go_on.set()
        assert await handing == 1
        assert len(world.delivered(TYPO)) == 1
        assert (await world.hold()).recipients[0].state is Delivery.DELIVERED


async def test_a_wall_clock_that_is_moved_ends_no_lease_of_the_living(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with (
        open_world(store_url, tmp_path / "one", clock) as world,
        open_house(store_url, tmp_path / "one", clock, world.hop.port, node="two") as other,
    ):
        handing = await slowly_handed_over(world)
        clock.set_wall(clock.now() + timedelta(days=1))
        assert await world.house.flow.begin_release() == await other.flow.begin_release() == 0
        clock.advance(timedelta(minutes=1))
        await renewed(world)
        assert await other.flow.release_due() == 0
        world.hop.go_on.set()
        assert await handing == 1
        assert len(world.delivered(TYPO)) == 1


async def test_what_was_handed_over_while_the_disk_was_full_is_booked_with_room_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StoreFullError("no room")

    handing = await slowly_handed_over(world)
    monkeypatch.setattr(world.house.store, "commit", full)
    world.hop.go_on.set()
    await until(lambda: PAUSES[0] in world.clock.sleeping)
    monkeypatch.undo()
    world.clock.advance(timedelta(seconds=PAUSES[0]))
    assert await handing == 1
    assert (await world.hold()).recipients[0].state is Delivery.DELIVERED
    assert len(world.delivered(TYPO)) == 1


async def test_a_lease_that_ended_before_the_clock_was_moved_is_taken_a_minute_later(world: World) -> None:
    await released(world)
    ends = world.clock.now() + timedelta(minutes=5)
    await world.house.store.commit(lambda shelves: shelves.deliveries.claim_due("dead", ends))
    world.clock.set_wall(ends)
    assert await world.house.flow.release_due() == 0
    world.clock.advance(timedelta(seconds=61))
    assert await world.house.flow.release_due() == 1
    assert len(world.delivered(TYPO)) == 1


async def test_one_that_hangs_does_not_keep_the_others(world: World) -> None:
    await released(world, number="1")
    world.hop.does("DOT", SILENCE)
    asked = world.hop.commands.count(".")
    await world.house.flow.begin_release()
    await until(lambda: world.hop.commands.count(".") > asked)
    for number in range(2, 8):
        await released(world, number=str(number))
    await world.house.flow.begin_release()
    await until(lambda: len(world.delivered(TYPO)) == 6)
    world.hop.drop_all()
    await world.house.flow.finish()
    states = {h.message_id: h.recipients[0].state for h in await world.holds()}
    assert states.pop("<1@tachibana.example>") is Delivery.WAITING
    assert set(states.values()) == {Delivery.DELIVERED}


async def test_no_more_are_handed_over_at_once_than_half_of_the_connections(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path / "node", clock, extra=MANY) as world:
        places = world.house.settings.next_hop.connections // 2
        for number in range(places + 2):
            await released(world, number=str(number))
        world.hop.does("DOT", SILENCE, times=places)
        asked = world.hop.commands.count(".")
        assert await world.house.flow.begin_release() == places
        assert await world.house.flow.begin_release() == 0
        await until(lambda: world.hop.commands.count(".") == asked + places)
        world.hop.drop_all()
        await world.house.flow.finish()
        await world.settle()
        assert len(world.delivered(TYPO)) == 2


async def test_an_error_that_nobody_foresaw_ends_one_hand_over_and_not_the_worker(world: World) -> None:
    bad = await released(world, number="1")
    await released(world, number="2")
    odd = world.house.store.seal.close(b"Subject: a bare line end\n\r\nx", bad.id)
    changed = update(contents).where(contents.c.hold_id == bad.id).values(sealed=odd)
    await world.house.store.commit(lambda shelves: shelves.holds._db.execute(changed) and None)
    await world.settle()
    states = {h.id == bad.id: h.recipients[0] for h in await world.holds()}
    assert states[False].state is Delivery.DELIVERED
    assert states[True].state is Delivery.WAITING
    assert (states[True].next_try or world.clock.now()) > world.clock.now()


# Reported while it is being handed over


async def report_during(world: World, hold: Hold) -> str:
    """Report it in the middle of its hand-over; what the desk says was done."""
    world.hop.does("CONTENT", SLOW)
    handing = asyncio.create_task(world.house.flow.release_due())
    await world.hop.during_content.wait()
    ticket = await world.house.desk.report(
        Report(channel="link", reporter=SENDER, hold_id=hold.id, wrong=(TYPO,), proven=True)
    )
    world.hop.go_on.set()
    await handing
    return next(r.contained for r in ticket.recipients)


async def test_who_is_reported_during_a_hand_over_that_fails_is_not_tried_again(world: World) -> None:
    hold = await released(world)
    world.hop.does("DOT", "451 4.3.0 later")
    assert await report_during(world, hold) == "in-flight blocked"
    assert (await world.hold()).recipients[0].state is Delivery.STOPPED
    world.clock.advance(timedelta(hours=1))
    await world.settle()
    assert world.delivered(TYPO) == []
    line = await world.house.store.read(lambda shelves: shelves.journal.by_hold(hold.id))
    assert line
    assert line.recipients[0].state == "stopped"


async def test_who_is_reported_during_a_hand_over_that_succeeds_was_delivered(world: World) -> None:
    hold = await released(world)
    assert await report_during(world, hold) == "in-flight blocked"
    assert (await world.hold()).recipients[0].state is Delivery.DELIVERED
    assert len(world.delivered(TYPO)) == 1


async def test_who_is_reported_before_a_node_died_is_not_sent_to_by_another(world: World) -> None:
    hold = await released(world)
    ends = world.clock.now() + timedelta(minutes=5)
    await world.house.store.commit(lambda shelves: shelves.deliveries.claim_due("dead", ends))
    await world.house.desk.report(Report(channel="link", reporter=SENDER, hold_id=hold.id, wrong=(TYPO,), proven=True))
    world.clock.advance(timedelta(hours=1))
    await world.settle()
    assert world.delivered(TYPO) == []
    assert (await world.hold()).recipients[0].state is Delivery.STOPPING  # unknown, and said so


# Two at once


async def test_cancel_and_send_pressed_on_two_nodes_at_once_are_one_decision(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with (
        open_world(store_url, tmp_path / "one", clock, extra=MANY) as world,
        open_house(store_url, tmp_path / "one", clock, world.hop.port, node="two", extra=MANY) as other,
    ):
        sent = 0
        for number in range(30):
            await world.send(mail(TYPO, number=str(number)), TYPO)
            await world.house.post.send_due()
            hold = next(h for h in await world.holds() if h.state is State.HELD)
            (risk,) = risks([hold])
            answers = [Decision("send", {risk.id: "right"}), Decision("cancel")][:: 1 if number % 2 else -1]
            outcomes = await asyncio.gather(
                world.house.flow.decide(world.token(hold), answers[0]), other.flow.decide(world.token(hold), answers[1])
            )
            assert sorted(o.result for o in outcomes if o) == ["already", "done"]
            await asyncio.gather(world.house.flow.release_due(), other.flow.release_due())
            now = next(h for h in await world.holds() if h.id == hold.id)
            (won,) = [a.kind for a, o in zip(answers, outcomes, strict=True) if o and o.result == "done"]
            assert now.state is (State.RELEASED if won == "send" else State.CANCELLED)
            sent += won == "send"
            assert len(world.delivered(TYPO)) == sent
            await world.house.store.commit(lambda shelves: shelves.contacts.disown(TYPO))


async def test_a_late_copy_of_a_cancelled_send_comes_back_with_it(world: World) -> None:
    both = f"{TYPO}, {OTHER}"
    await world.send(mail(both, attach=LIST), TYPO)
    await world.settle()
    first = await world.hold()
    await world.decide(first, kind="cancel")
    world.clock.advance(timedelta(minutes=1))
    await world.send(mail(both, attach=LIST), OTHER)
    back = await world.decide(first, kind="bring-back")
    assert back
    assert back.result == "done"
    assert [h.state for h in await world.holds()] == [State.HELD, State.HELD]
    await world.decide(first, "right", "agree")
    await world.settle()
    assert (len(world.delivered(TYPO)), len(world.delivered(OTHER))) == (1, 1)


async def test_a_copy_that_comes_in_while_its_send_is_brought_back_is_asked_about(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with (
        open_world(store_url, tmp_path / "one", clock, extra=MANY) as world,
        open_house(store_url, tmp_path / "one", clock, world.hop.port, node="two", extra=MANY) as house,
    ):
        other = World(house, world.hop, clock)
        both = f"{TYPO}, {OTHER}"
        for number in range(15):
            copy = mail(both, attach=f"{LIST}{number}", number=str(number))
            await world.send(copy, TYPO)
            await world.house.post.send_due()
            first = next(h for h in await world.holds() if h.message_id == f"<{number}@tachibana.example>")
            await world.decide(first, kind="cancel")
            await asyncio.gather(world.decide(first, kind="bring-back"), other.send(copy, OTHER))
            copies = [h for h in await world.holds() if h.group_id == first.group_id]
            assert len(copies) == 2
            # It came first and is cancelled with the others, or second and is asked about with them: never half.
            await world.decide(first, kind="bring-back")
            await world.decide(first, "right", "agree")
            await world.settle()
            assert (len(world.delivered(TYPO)), len(world.delivered(OTHER))) == (number + 1, number + 1)
            await world.house.store.commit(lambda shelves: shelves.contacts.disown(TYPO))
