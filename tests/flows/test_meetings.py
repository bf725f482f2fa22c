"""Calendar mail: an answer is not held for its recipient's sake, and nothing said of a meeting comes before what was said earlier."""

from datetime import timedelta

import pytest

from store.holds import Delivery, State
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, World

DAY = "DTSTART:20260402T010000Z"


def meeting(method: str, to: str, number: str, *, uid: str = "m1", sequence: int = 0, attach: str = "") -> bytes:
    """A message of a mail program about a meeting."""
    people = [f"ORGANIZER:mailto:{to if method == 'REPLY' else SENDER}", f"ATTENDEE:mailto:{to}"]
    lines = ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}", f"SEQUENCE:{sequence}", DAY, *people]
    calendar = "\r\n".join((*lines, "END:VEVENT", "END:VCALENDAR", ""))
    kind = f"Content-Type: text/calendar; charset=utf-8; method={method}"
    file = f'--cut\r\nContent-Type: text/csv; name="a.csv"\r\n\r\n{attach}\r\n' if attach else ""
    head = f"From: {SENDER}\r\nTo: {to}\r\nSubject: meeting\r\nMessage-ID: <{number}@tachibana.example>\r\n"
    head += 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="cut"\r\n\r\n'
    body = f"--cut\r\nContent-Type: text/plain\r\n\r\nsee calendar\r\n--cut\r\n{kind}\r\n\r\n{calendar}\r\n{file}"
    return (head + body + "--cut--\r\n").encode()


def numbers(world: World, address: str) -> list[str]:
    return [
        taken.plain.partition(b"Message-ID: <")[2].partition(b"@")[0].decode() for taken in world.delivered(address)
    ]


@pytest.mark.parametrize("method", ["REPLY", "CANCEL"])
async def test_an_answer_or_a_cancellation_passes_to_an_address_that_a_request_is_held_for(
    world: World, method: str
) -> None:
    assert "held as" in await world.send(meeting("REQUEST", TYPO, "1", uid="other"), TYPO)
    assert await world.send(meeting(method, TYPO, "2"), TYPO) == "250 2.0.0 taken"


async def test_an_answer_to_somebody_the_meeting_does_not_name_is_held(world: World) -> None:
    assert "held as" in await world.send(meeting("REPLY", KNOWN, "1"), TYPO)


async def test_what_travels_with_an_answer_is_asked_about(world: World) -> None:
    assert "held as" in await world.send(meeting("REPLY", KNOWN, "1", attach=LIST), KNOWN)


async def test_a_later_message_of_a_held_meeting_joins_its_question_and_leaves_behind_it(world: World) -> None:
    await world.send(meeting("REQUEST", TYPO, "1"), TYPO)
    await world.settle()
    world.clock.advance(timedelta(seconds=60))
    assert "held as" in await world.send(meeting("REQUEST", TYPO, "2", sequence=1), TYPO)
    world.clock.advance(timedelta(seconds=60))
    assert "held as" in await world.send(meeting("CANCEL", TYPO, "3", sequence=2), TYPO)
    await world.settle()
    assert len(world.notices(SENDER)) == 1
    assert len({hold.group_id for hold in await world.holds()}) == 1
    first = min(await world.holds(), key=lambda hold: hold.received_at)
    await world.decide(first, "right")
    await world.settle()
    assert numbers(world, TYPO) == ["1", "2", "3"]


async def test_a_cancelled_request_takes_with_it_what_was_said_after_it(world: World) -> None:
    await world.send(meeting("REQUEST", TYPO, "1"), TYPO)
    world.clock.advance(timedelta(seconds=60))
    await world.send(meeting("CANCEL", TYPO, "2", sequence=1), TYPO)
    await world.settle()
    await world.decide(min(await world.holds(), key=lambda hold: hold.received_at), kind="cancel")
    await world.settle()
    assert {hold.state for hold in await world.holds()} == {State.CANCELLED}
    assert world.delivered(TYPO) == []


async def test_a_message_to_others_of_the_same_meeting_waits_for_nobody(world: World) -> None:
    await world.send(meeting("REQUEST", TYPO, "1"), TYPO)
    world.clock.advance(timedelta(seconds=60))
    assert await world.send(meeting("CANCEL", OTHER, "2", sequence=1), OTHER) == "250 2.0.0 taken"
    assert await world.send(meeting("CANCEL", TYPO, "3", uid="m2"), TYPO) == "250 2.0.0 taken"


async def test_behind_a_request_that_the_next_hop_put_off_the_cancellation_waits_without_a_question(
    world: World,
) -> None:
    await world.send(meeting("REQUEST", TYPO, "1"), TYPO)
    await world.settle()
    world.hop.does("RCPT", "451 4.7.1 later", about=TYPO)
    await world.decide(await world.hold(), "right")
    await world.settle()
    world.clock.advance(timedelta(seconds=5))
    assert "held as" in await world.send(meeting("CANCEL", TYPO, "2", sequence=1), TYPO)
    await world.settle()
    waiting = {hold.message_id: hold.recipients[0].state for hold in await world.holds()}
    assert set(waiting.values()) == {Delivery.WAITING}
    assert numbers(world, TYPO) == []
    world.clock.advance(timedelta(seconds=120))
    await world.settle()
    assert numbers(world, TYPO) == ["1", "2"]
    assert len(world.notices(SENDER)) == 1
