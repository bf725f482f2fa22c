"""Bounces at the relay: on their way to a sender they tell the desk what became of a message, and go on as they came."""

from gateway.overheard import LIMIT
from store.machine_reports import MachineSaid
from store.shelves import Shelves
from tests.flows.world import KNOWN, REPORT, SENDER, World, mail
from tests.response.test_machine_mail import notification


async def said(world: World) -> tuple[MachineSaid, ...]:
    """What is written down beside the message."""

    def unit(shelves: Shelves) -> tuple[MachineSaid, ...]:
        (line,) = shelves.journal.by_message_id("<1@tachibana.example>")
        return shelves.machine_reports.of([line.id])

    await world.house.store.commit(lambda _: None)
    return await world.house.store.read(unit)


async def test_a_bounce_that_passes_by_is_noted_at_its_message_and_goes_on_octet_for_octet(world: World) -> None:
    await world.send(mail(), KNOWN)
    bounce = notification("dsn", to=KNOWN, act="failed", message_id="<1@tachibana.example>")
    assert await world.send(bounce, SENDER, sender="") == "250 2.0.0 taken"
    assert world.delivered(SENDER)[0].plain.endswith(bounce)
    assert [(one.kind, one.address, one.act) for one in await said(world)] == [("dsn", KNOWN, "failed")]
    assert await world.house.desk.tickets() == ()


async def test_the_envid_of_the_client_names_the_message(world: World) -> None:
    await world.send(mail(), KNOWN, parameters=" ENVID=QQ+2B314159")
    await world.send(notification("dsn", to=KNOWN, act="failed", envid="QQ+314159"), SENDER, sender="")
    assert len(await said(world)) == 1


async def test_a_bounce_to_the_report_address_is_taken_in_and_opens_no_ticket(world: World) -> None:
    await world.send(mail(), KNOWN)
    bounce = notification("dsn", to=KNOWN, act="failed", message_id="<1@tachibana.example>")
    assert (await world.send(bounce, REPORT, sender="")).startswith("250 ")
    assert world.delivered(REPORT) == []
    assert len(await said(world)) == 1
    assert await world.house.desk.tickets() == ()


async def test_a_large_bounce_and_a_broken_one_pass_like_any_other_mail(world: World) -> None:
    await world.send(mail(), KNOWN)
    large = notification("dsn", to=KNOWN, act="failed", message_id="<1@tachibana.example>", tail="x\r\n" * LIMIT)
    for content in (large, b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/dsn\r\n"):
        assert (await world.send(content, SENDER, sender="")).startswith("250 ")
    assert len(world.delivered(SENDER)) == 2
    assert await said(world) == ()
