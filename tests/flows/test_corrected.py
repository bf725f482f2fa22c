"""What left to a corrected address stands under the address it went to; it is found by both, and only who got it is ever the wrong one."""

from zoneinfo import ZoneInfo

from response.clues import Clues, Quoted
from response.desk import Report
from response.matching import find
from response.old_mistakes import earlier_mail
from store.holds import State
from store.journal import Line
from store.overview import Search
from store.shelves import Shelves
from tests.flows.world import KNOWN, OTHER, SENDER, TYPO, World, mail

EACH = [f"p{n}@client{n}.example" for n in range(12)]
CANNOT_BE_HIDDEN = "".join(
    f"{line}\r\n"
    for line in (
        f"From: {SENDER}",
        f"To: {SENDER}, Customers: {', '.join(EACH)};",
        "Subject: party",
        "Message-ID: <1@tachibana.example>",
        "",
        "hello",
    )
).encode()


async def corrected(world: World, *also: str) -> Line:
    """A mail to a slip, which its sender corrected, and its line after that."""
    await world.send(mail(TYPO), TYPO, *also)
    await world.settle()
    hold = await world.hold()
    await world.decide(hold, "correct", "right")
    await world.settle()
    line = await world.house.store.read(lambda shelves: shelves.journal.by_hold(hold.id))
    assert line is not None
    return line


async def test_the_line_names_who_got_it_beside_the_address_as_given(world: World) -> None:
    line = await corrected(world, OTHER)
    assert [(r.address, r.send_to, r.state) for r in line.recipients] == [
        (TYPO, KNOWN, "delivered"),
        (OTHER, OTHER, "delivered"),
    ]


async def test_it_is_found_by_either_address_whole_or_in_part(world: World) -> None:
    line = await corrected(world)

    def unit(shelves: Shelves) -> list[list[str]]:
        journal, search = shelves.journal, shelves.overview.search
        found = [journal.search(recipient=one) for one in (TYPO, KNOWN, "@customer.example")]
        found += [journal.search(words=one.partition("@")[0]) for one in (TYPO, KNOWN)]
        found += [search(Search(address=one), 10).lines for one in (TYPO, KNOWN)]
        found += [search(Search(words=one.partition("@")[0]), 10).lines for one in (TYPO, KNOWN)]
        found += [search(Search(number=line.queue_id, address=one), 10).lines for one in (TYPO, KNOWN)]
        return [[each.id for each in lines] for lines in found]

    assert await world.house.store.read(unit) == [[line.id]] * 11


async def test_nobody_at_the_slip_belongs_to_the_conversation_or_got_earlier_mail(world: World) -> None:
    line = await corrected(world)

    def unit(shelves: Shelves) -> tuple[frozenset[str], list[list[str]]]:
        earlier = [[m.journal_id for m in earlier_mail(shelves, one)] for one in (KNOWN, TYPO)]
        return shelves.journal.people_of([line.message_id]), earlier

    assert await world.house.store.read(unit) == (frozenset({SENDER, KNOWN}), [[line.id], []])


async def test_a_quotation_is_recognised_by_the_address_it_went_to(world: World) -> None:
    line = await corrected(world)
    quoted = Quoted(subject=line.subject, date=line.at, recipients=(KNOWN,))
    clues = Clues(quoted=(quoted,), reporter=SENDER)
    match = await world.house.store.read(lambda shelves: find(shelves, clues, ZoneInfo("Asia/Tokyo")))
    assert (match.method, match.confidence, [one.id for one in match.lines]) == ("quoted", 0.95, [line.id])


async def test_a_report_that_names_the_slip_marks_and_blocks_nobody_else(world: World) -> None:
    line = await corrected(world)
    ticket = await world.house.desk.report(
        Report(channel="page", reporter=SENDER, journal_id=line.id, hold_id=line.hold_id, wrong=(TYPO,), proven=True)
    )
    assert [(r.address, r.wrong) for r in ticket.recipients] == [(KNOWN, "unknown")]
    assert await world.house.store.read(lambda shelves: shelves.blocks.in_force()) == ()
    await world.send(mail(KNOWN, number="2"), KNOWN)
    assert len(world.delivered(KNOWN)) == 2


async def test_a_report_that_names_who_got_it_marks_them_also_after_the_hold_is_forgotten(world: World) -> None:
    line = await corrected(world)
    await world.house.store.commit(lambda shelves: shelves.ended_holds.prune(shelves.now.replace(year=2999)))
    ticket = await world.house.desk.report(
        Report(channel="page", reporter=SENDER, journal_id=line.id, wrong=(KNOWN,), proven=True)
    )
    assert [(r.address, r.wrong, r.delivery) for r in ticket.recipients] == [(KNOWN, "yes", "delivered")]


async def test_an_outsider_who_reports_a_corrected_mail_means_himself(world: World) -> None:
    line = await corrected(world, OTHER)
    ticket = await world.house.desk.report(
        Report(channel="mail", reporter=KNOWN, message_id=line.message_id, journal_id=line.id)
    )
    assert ticket.reporter_class == "wrong-recipient"
    assert {r.address: r.wrong for r in ticket.recipients} == {KNOWN: "yes", OTHER: "unknown"}


async def test_a_late_copy_that_follows_the_answer_stands_there_too(world: World) -> None:
    first = await corrected(world)
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    lines = await world.house.store.read(lambda shelves: shelves.journal.search(recipient=KNOWN))
    assert [(r.address, r.send_to) for line in lines for r in line.recipients] == [(TYPO, KNOWN)] * 2
    assert first.id in {line.id for line in lines}


async def test_what_is_held_again_is_not_said_to_go_to_the_corrected_address(world: World) -> None:
    await world.send(CANNOT_BE_HIDDEN, *EACH)
    await world.settle()
    hold = await world.hold()
    # As an earlier version would have decided, that could not tell that nobody can be hidden in this one.
    decision = {"kind": "send", "omit": [], "redirect": {EACH[0]: KNOWN}, "rewrite": [], "hide": True, "confirmed": []}

    def unit(shelves: Shelves) -> None:
        shelves.holds.move(hold.id, State.HELD, State.RELEASED, by=SENDER, decision=decision)
        shelves.deliveries.redirect(hold.id, 0, KNOWN)
        shelves.journal.correct(hold.id, EACH[0], KNOWN)

    await world.house.store.commit(unit)
    await world.settle()
    assert (await world.hold()).state is State.HELD
    line = await world.house.store.read(lambda shelves: shelves.journal.by_hold(hold.id))
    assert line is not None
    assert {(r.corrected, r.state) for r in line.recipients} == {("", "held")}
    assert await world.house.store.read(lambda shelves: shelves.journal.search(recipient=KNOWN)) == ()
    assert await world.house.store.read(lambda shelves: shelves.journal.search(words=KNOWN)) == ()
