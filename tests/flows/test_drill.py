"""A drill through the whole house: held, asked, reported, answered, debriefed; and nothing of it leaves."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from notifier.cut_off import SINK
from response import answering, clockwork, debrief, draft_forms, drafts, drill, facts, letters
from response.desk import Report
from response.drill import Begun
from response.drill_mail import HEADER
from store.holds import State
from store.shelves import Shelves
from store.tickets import Ticket
from tests.flows.world import KNOWN, SENDER, World, mail

LEADER, DEPUTY = "natori@tachibana.example", "mori@tachibana.example"
OURS = "@tachibana.example"


@pytest.fixture
def connections() -> Iterator[list[Any]]:
    """Where this process connects to, or sends to, from now on: whatever library does it."""
    seen: list[Any] = []
    watching = True

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if watching and event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            seen.append(args[1])

    sys.addaudithook(hook)
    yield seen
    watching = False


async def begin(world: World, name: str = "sender-notices", *players: str, announced: bool = False) -> Begun:
    office = world.house.desk.office
    chosen = drill.scenarios_of(office).by_name[name]
    made = await drill.start(
        world.house.store,
        office,
        chosen,
        players=players or (SENDER,),
        by="operator",
        announced=announced,
        at=world.clock.now(),
    )
    assert isinstance(made, Begun), made
    return made


async def played(world: World, name: str = "sender-notices", *players: str, announced: bool = False) -> Begun:
    """Begun, and its mails given to the relay."""
    begun = await begin(world, name, *players, announced=announced)
    for letter in begun.letters:
        assert (await world.send(letter.content, letter.recipient, sender=letter.player)).startswith("250")
    return begun


async def tick(world: World, minutes: int = 0) -> None:
    world.clock.advance(timedelta(minutes=minutes))
    await clockwork.run(world.house.store, world.house.desk.office)
    await world.settle()


async def ticket_of(world: World, begun: Begun) -> Ticket:
    (number,) = await world.house.store.read(lambda s: s.drills.tickets(begun.drill.id))
    found = await world.house.desk.ticket(number)
    assert found is not None
    return found


async def test_a_drill_from_its_mail_to_its_debrief_and_nothing_leaves(world: World, connections: list[Any]) -> None:
    desk, store = world.house.desk, world.house.store
    begun = await played(world, announced=True)
    await tick(world)
    hold = await world.hold()
    assert hold.drill == begun.drill.id
    assert hold.state is State.HELD
    assert (await world.decide(hold, "agree", "right")).result == "done"  # type: ignore[union-attr]
    await world.settle()
    world.clock.advance(timedelta(minutes=4))
    ticket = await desk.report(
        Report(channel="page", reporter=SENDER, message_id=begun.drill.mails[0].message_id, proven=True)
    )
    assert ticket.kind == "drill"
    await world.settle()
    for step in ("1.1", "1.4", "2.5", "2.6", "4.1", "4.4", "5.1"):
        world.clock.advance(timedelta(minutes=3))
        assert await desk.finish_step(ticket.id, step, by=LEADER, note="done") == ""
    await tick(world, 60)
    stopped = await drill.stop(store, desk.office, by="operator")
    assert stopped is not None
    await world.settle()
    sheet = await store.read(lambda s: debrief.of(s, desk.office, stopped))
    assert all(figure.seconds is not None for figure in sheet.cases[0].figures), sheet.cases[0].figures
    assert sheet.reported == (1, 1)
    assert sheet.cases[0].out_of_order == ()
    everybody = {taken.recipients[0] for taken in world.hop.messages}
    assert everybody, "nobody was told anything"
    assert all(one.endswith(OURS) for taken in world.hop.messages for one in taken.recipients), everybody
    for said in (note for one in everybody for note in world.notices(one)):
        assert said["Subject"].startswith("【訓練】"), said["Subject"]
    hosts = {address[0] for address in connections if isinstance(address, tuple)}
    assert hosts <= {"127.0.0.1"}, hosts
    ports = {address[1] for address in connections if isinstance(address, tuple)}
    assert ports <= {world.hop.port, world.house.door.addresses[0][1]} | _database(world), ports


def _database(world: World) -> set[int]:
    """The port of the database, where it is a server."""
    _, _, port = world.house.settings.store.url.partition("?")[0].rpartition("@")[2].partition("/")[0].rpartition(":")
    return {int(port)} if port.isdigit() else set()


async def test_it_teaches_and_blocks_and_counts_nothing(world: World) -> None:
    begun = await played(world)
    hold = await world.hold()
    await world.settle()
    assert (await world.decide(hold, "agree", "right")).result == "done"  # type: ignore[union-attr]
    await world.settle()
    recipient = begun.drill.mails[0].recipient
    await world.house.desk.report(
        Report(channel="page", reporter=SENDER, hold_id=hold.id, wrong=(recipient,), proven=True)
    )

    def left(shelves: Shelves) -> tuple[Any, ...]:
        day = world.clock.now().date() - timedelta(days=2)
        return (
            shelves.contacts.listing(contains="kunren"),
            shelves.confirmed.listing(),
            shelves.blocks.in_force(),
            shelves.outcomes.since(day),
            {state: count for state, count in shelves.tickets.counts().items() if count},
        )

    assert await world.house.store.read(left) == ([], (), (), (), {})


async def test_what_its_player_corrects_it_to_gets_nothing_either(world: World) -> None:
    await played(world)
    hold = await world.hold()

    def redirect(shelves: Shelves) -> None:
        shelves.holds.move(hold.id, State.HELD, State.RELEASED, by=SENDER, decision={}, give_up_at=None)
        shelves.deliveries.redirect(hold.id, 0, KNOWN)

    await world.house.store.commit(redirect)
    await world.settle()
    assert world.delivered(KNOWN) == []
    (recipient,) = (await world.hold()).recipients
    assert (str(recipient.state), "Drill" in recipient.reply) == ("delivered", True)


@pytest.mark.parametrize("forged", ["K7Q29MXD abc", "no key at all", ""])
async def test_a_header_without_the_key_changes_nothing(world: World, forged: str) -> None:
    content = f"{HEADER}: {forged}\r\n".encode() + mail("tanka@customer.example", attach="")
    assert (await world.send(content, "tanka@customer.example")).startswith("250 2.0.0 Ok: held")
    hold = await world.hold()
    assert hold.drill == ""
    report = Report(channel="page", reporter=SENDER, hold_id=hold.id, proven=True)
    assert (await world.house.desk.report(report)).kind == "real"


async def test_the_key_of_a_drill_opens_nothing_for_other_mail_and_not_twice(world: World) -> None:
    begun = await begin(world)
    letter = begun.letters[0]
    # To somebody else, beside somebody else, by somebody else: an ordinary mail each time, and the drill's key is not used up.
    await world.send(letter.content, KNOWN, sender=letter.player)
    await world.send(letter.content, KNOWN, letter.recipient, sender=letter.player)
    await world.send(letter.content, letter.recipient, sender=LEADER)
    head, key = letter.content.partition(HEADER.encode())[0::2]
    guessed = key.replace(key.split()[2], b"x" * len(key.split()[2]), 1)
    await world.send(head + HEADER.encode() + guessed, letter.recipient, sender=letter.player)
    lines = await world.house.store.read(lambda s: s.journal.by_message_id(begun.drill.mails[0].message_id))
    queue_ids = [line.queue_id for line in lines]
    assert await world.house.store.read(lambda s: s.drills.of_messages(queue_ids)) == ""
    await world.send(letter.content, letter.recipient, sender=letter.player)
    await world.send(letter.content, letter.recipient, sender=letter.player)
    drill_now = await world.house.store.read(lambda s: s.drills.get(begun.drill.id))
    assert drill_now is not None
    assert drill_now.mails[0].queue_id
    held = await world.holds()
    assert sum(bool(hold.drill) for hold in held) == 1


async def test_real_recipients_beside_the_sink_get_their_mail(world: World) -> None:
    sink = f"somebody@{SINK}"
    reply = await world.send(mail(KNOWN), KNOWN, sink)
    for hold in await world.holds():
        await world.decide(hold, "right", "agree")
    await world.settle()
    assert reply.startswith("250")
    assert len(world.delivered(KNOWN)) == 1
    assert world.delivered(sink) == []


async def test_a_stop_ends_everything_of_it_at_once(world: World) -> None:
    begun = await played(world)
    hold = await world.hold()
    ticket = await world.house.desk.report(
        Report(channel="page", reporter=SENDER, message_id=begun.drill.mails[0].message_id)
    )
    await drill.stop(world.house.store, world.house.desk.office, by="operator")
    sent = len(world.hop.messages)
    await tick(world, 60)
    now = await world.house.desk.ticket(ticket.id)
    assert now is not None
    assert str(now.state) == "closed"
    assert (await world.hold()).state is State.CANCELLED
    left = [note for taken in world.hop.messages[sent:] for note in world.notices(taken.recipients[0])]
    assert {str(note["Subject"]).split("（")[0] for note in left} <= {"【訓練】訓練が終わりました"}
    assert await drill.stop(world.house.store, world.house.desk.office, by="operator") is None
    assert hold.drill == begun.drill.id


async def test_the_leader_who_is_absent_and_the_management_are_not_called(world: World) -> None:
    begun = await played(world, "leader-absent")
    await world.house.desk.report(
        Report(channel="page", reporter=SENDER, message_id=begun.drill.mails[0].message_id, proven=True)
    )
    ticket = await ticket_of(world, begun)
    told = await world.house.store.read(lambda s: s.outbox.of_ticket(ticket.id))
    called = {notice.recipient for notice in told if notice.kind.startswith("call_")}
    assert DEPUTY in called
    assert LEADER not in called


async def test_a_report_without_a_message_is_a_drill_only_in_the_words_it_was_given(world: World) -> None:
    begun = await played(world, "customer-complains")
    number = begun.drill.id
    said = f"お客様から電話がありました。訓練 {number[:4]}-{number[4:]}"
    report = Report(channel="page", reporter=LEADER, words=said)
    assert (await world.house.desk.report(report)).kind == "drill"
    for words, reporter in ((f"{number} 名簿が出た", LEADER), (said, "stranger@elsewhere.example")):
        real = await world.house.desk.report(Report(channel="page", reporter=reporter, words=words))
        assert real.kind == "real"


async def test_a_real_message_that_is_chosen_makes_the_ticket_real(world: World) -> None:
    begun = await played(world, "customer-complains")
    await world.send(mail(KNOWN), KNOWN)
    await world.settle()
    (line,) = await world.house.store.read(lambda s: s.journal.by_message_id("<1@tachibana.example>"))
    words = f"訓練 {begun.drill.id}"
    ticket = await world.house.desk.report(Report(channel="page", reporter=SENDER, words=words))
    assert ticket.kind == "drill"
    assert await world.house.desk.choose(ticket.id, line.id, by=LEADER, wrong=(KNOWN,))
    now = await world.house.desk.ticket(ticket.id)
    assert now is not None
    assert now.kind == "real"
    told = await world.house.store.read(lambda s: s.outbox.of_ticket(ticket.id))
    assert {bool(n.facts.get("drill")) for n in told if n.state == "waiting"} == {False}
    assert LEADER in {n.recipient for n in told if n.kind.startswith("call") and n.state == "waiting"}


async def test_each_inject_is_played_once_at_its_minute(world: World) -> None:
    await played(world)
    for minutes in (0, 29, 0, 1, 0):
        await tick(world, minutes)
    told = [note for one in (SENDER, LEADER, DEPUTY) for note in world.notices(one)]
    injects = [note for note in told if "訓練の状況" in str(note["Subject"])]
    assert len(injects) == len({str(note["Message-ID"]) for note in injects})
    assert len(injects) == 1 + 1


async def test_real_mail_that_borrows_the_message_id_of_a_drill_is_real(world: World) -> None:
    begun = await played(world)
    message_id = begun.drill.mails[0].message_id
    await world.send(mail(KNOWN).replace(b"<1@tachibana.example>", message_id.encode()), KNOWN)
    await world.settle()
    assert len(world.delivered(KNOWN)) == 1
    report = Report(channel="page", reporter=SENDER, message_id=message_id, wrong=(KNOWN,), proven=True)
    ticket = await world.house.desk.report(report)
    assert ticket.kind == "real"
    assert KNOWN in {recipient.address for recipient in ticket.recipients}
    assert LEADER in {call.person for call in await world.house.store.read(lambda s: s.calls.of(ticket.id))}


async def test_the_debrief_counts_who_took_the_call_what_was_put_right_and_the_first_request_and_draft(
    world: World,
) -> None:
    """A step that is marked late does not make late what was done before."""
    desk, store = world.house.desk, world.house.store
    office, begun = desk.office, await played(world)
    await world.decide(await world.hold(), "agree", "right")
    await world.settle()
    ticket = await desk.report(
        Report(channel="page", reporter=SENDER, message_id=begun.drill.mails[0].message_id, proven=True)
    )
    wrong = next(r.address for r in ticket.recipients if r.wrong == "yes")
    assert await desk.finish_step(ticket.id, "1.1", by=SENDER, note="") == ""
    world.clock.advance(timedelta(minutes=3))

    def work(shelves: Shelves) -> None:
        now = shelves.tickets.get(ticket.id)
        assert now is not None
        assert answering.answer(shelves, office, ticket.id, DEPUTY, "have").refusal == ""
        assert letters.phoned(shelves, office, now, wrong, by=LEADER, note="") == ""
        for most in (7, 8):  # the same thing twice
            value = {"min": most, "max": most}
            assert facts.correct(shelves, office, ticket.id, "persons", value, by=LEADER, why="counted") == ""
        assert facts.correct(shelves, office, ticket.id, "cause", "a slip", by=LEADER, why="asked") == ""
        name = next(iter(draft_forms.forms()))
        made = drafts.draft(shelves, office, now, name, "ja")
        assert made is not None
        drafts.record(shelves, made, ticket.id, by=LEADER, shape="print", content=b"")

    await store.commit(work)
    await tick(world, 60)
    stopped = await drill.stop(store, office, by="operator")
    assert stopped is not None
    (case,) = (await store.read(lambda s: debrief.of(s, office, stopped))).cases
    calls = await store.read(lambda s: s.calls.of(ticket.id))
    took = [one for one in calls if one.acknowledged_at]
    assert 0 < len(took) < len(calls)
    assert (case.called.called, case.called.reached, case.called.seconds) == (len(calls), len(took), 180)
    assert case.corrected == 1
    assert (case.seconds("known-delete-request"), case.seconds("known-draft")) == (180, 180)
