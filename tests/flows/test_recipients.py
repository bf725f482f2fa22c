"""What is known of recipients beyond the contacts: DNS, the thread, who answered; and a program that sends to a stray domain."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.duties import Duties
from gateway.kept import Kept
from gateway.pruning import Pruning
from gateway.stray import A_DAY
from store.contact_counts import Delivered
from store.contacts import Imported
from store.journal import Line
from tests.flows.world import KNOWN, OTHER, SENDER, World, mail, open_world
from tests.helpers.clock import TestClock
from tests.helpers.name_server import name_server

ZONE = {"alive.example": {"MX": "10 mx.alive.example."}, "null.example": {"MX": "0 ."}}
MACHINE = """
[[senders]]
kind = "machine"
addresses = ["erp@tachibana.example"]
"""


def answering(message_id: str, to: str, number: str = "1", *, reply: bool = True) -> bytes:
    subject = f"Re: {number}" if reply else f"Fwd: {number}"
    head = f"In-Reply-To: {message_id}\r\nSubject: {subject}\r\n".encode()
    return head + mail(to, number=number).replace(b"Subject:", b"X-Subject:", 1)


async def last_line(world: World) -> Line:
    await world.house.store.commit(lambda _: None)  # what nobody waits for is written with it
    return (await world.house.store.read(lambda shelves: shelves.journal.search()))[0]


async def test_a_domain_that_takes_no_mail_is_asked_about_and_silence_is_not(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with name_server(ZONE, frozenset({"silent.example"})) as dns:
        facts = f'[facts]\ndns_timeout = "200ms"\ndns_servers = ["{dns.address}"]\n'
        async with open_world(store_url, tmp_path, clock, extra=facts) as world:
            told = {
                domain: (await world.send(mail(f"mori@{domain}", number=domain), f"mori@{domain}")).split(" as ")[0]
                for domain in ("alive.example", "silent.example", "null.example", "nowhere.example")
            }
            await world.send(mail(KNOWN), KNOWN)
    assert [domain for domain, reply in told.items() if "held" in reply] == ["null.example", "nowhere.example"]
    assert dns.asked["customer.example"] == 0, "a known contact is never looked up"


async def test_a_program_that_sends_to_a_stray_domain_is_told_to_the_admins_once_and_its_mail_goes_on(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    stray = "tanaka@custmer.example"
    async with open_world(store_url, tmp_path, clock, extra=MACHINE) as world:
        for number in ("1", "2"):
            reply = await world.send(mail(stray, number=number), stray, sender="erp@tachibana.example")
            assert "held" not in reply
        await world.house.store.commit(lambda _: None)
        await world.settle()
        assert len(world.delivered(stray)) == 2
        alarms = [notice.get_body().get_content() for notice in world.notices("admin@tachibana.example")]  # type: ignore[union-attr]
    assert len(alarms) == 1
    assert "custmer.example" in alarms[0]


async def test_past_some_stray_domains_a_day_the_rest_is_told_as_a_number_when_the_day_is_over(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=MACHINE) as world:
        duties = Duties(
            world.house.flow, world.house.post, world.house.store, world.house.desk, clock,
            Pruning(world.house.store, Kept(30, 30, 30, 0, 0, 0)),
        )  # fmt: skip
        strays = [f"tanaka@c{letter}ustomer.example" for letter in "abcdefgh"]
        for number, stray in enumerate([*strays, strays[0], strays[-1]]):
            await world.send(mail(stray, number=str(number)), stray, sender="erp@tachibana.example")
            await world.house.store.commit(lambda _: None)
        told = []
        for hours in (
            0,
            2,
            13,
            2,
        ):  # on the same day; then past midnight in Tokyo, where it is half past nine in the morning
            world.clock.advance(timedelta(hours=hours))
            await duties.clockwork()
            await world.settle()
            told.append(len(world.notices("admin@tachibana.example")))
        last = world.notices("admin@tachibana.example")[-1]
        await world.send(mail(strays[-1], number="late"), strays[-1], sender="erp@tachibana.example")
        await world.house.store.commit(lambda _: None)
        await world.settle()
        again = len(world.notices("admin@tachibana.example"))
    assert told == [A_DAY, A_DAY, A_DAY + 1, A_DAY + 1]
    assert "メールの数： 4" in last.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert again == A_DAY + 2, "what was only counted is told on another day, if mail still goes there"


async def test_who_is_answered_and_wrote_from_outside_is_vouched_for(world: World) -> None:
    new, follow_up, forwarded = "mori@new.example", "abe@other.example", "kudo@third.example"
    await world.send(answering("<their.own@new.example>", new), new)
    await world.send(answering("<their.own@new.example>", forwarded, "fwd", reply=False), forwarded)
    await world.send(mail(follow_up, number="first"), follow_up)
    first = (await last_line(world)).message_id
    await world.send(answering(first, follow_up, "second"), follow_up)
    inside = "honda@fourth.example"  # the message answered never came through here, as mail between colleagues does not
    await world.send(answering("<1@Mail.Tachibana.example>", inside, "inside"), inside)
    await world.house.store.commit(lambda _: None)
    known = await world.house.store.read(
        lambda s: {a: s.contacts.look_up(SENDER, a).known for a in (new, follow_up, forwarded, inside)}
    )
    assert {address: found.vouched for address, found in known.items() if found} == {
        new: True,
        follow_up: False,
        forwarded: False,
        inside: False,
    }


async def test_an_answer_to_a_domain_that_the_thread_did_not_have_is_noted(world: World) -> None:
    await world.send(mail(KNOWN, number="first"), KNOWN)
    first = (await last_line(world)).message_id
    await world.house.store.commit(lambda s: s.contacts.confirmed("mori@tachibana.example", OTHER))
    await world.send(answering(first, KNOWN, "second"), KNOWN, "abe@elsewhere.example")
    findings = (await last_line(world)).verdict["findings"]
    assert [f["about"] for f in findings if f["rule"] == "recipient-reply-extra"] == [
        {"recipient": "abe@elsewhere.example"}
    ]


async def test_a_new_address_under_the_name_of_a_contact_is_asked_about(world: World) -> None:
    person = Imported("abe@customer.example", "阿部 次郎", count=12, last_sent=world.clock.now().date())
    await world.house.store.commit(lambda s: s.contacts.import_rows([person]))
    new = "jiro.abe.private@mailbox.example"
    reply = await world.send(mail(f"阿部次郎 <{new}>"), new)
    assert "held as" in reply
    findings = [f for f in (await world.hold()).verdict["findings"] if f["rule"] == "recipient-name-mismatch"]
    assert [(f["reason"], f["suggestion"]) for f in findings] == [("namesake", "abe@customer.example")]


async def test_a_greeting_to_somebody_whom_the_sender_often_writes_to_is_asked_about_at_another_persons_address(
    world: World,
) -> None:
    for number in range(3):
        await world.send(mail(KNOWN, number=str(number)), KNOWN)
        await world.house.store.commit(lambda _: None)
        world.clock.advance(timedelta(minutes=2))
    for address, text, expected in (
        ("info.desk@customer.example", "田中様\n\nお世話になっております。", []),
        ("john.smith@customer.example", "お世話になっております。", []),
        ("john.smith@customer.example", "田中様\n\nお世話になっております。", [("greeting", KNOWN)]),
    ):
        await world.send(mail(address, text=text, number=f"{address} {bool(expected)}"), address)
        findings = (await last_line(world)).verdict["findings"]
        found = [(f["reason"], f["suggestion"]) for f in findings if f["rule"] == "recipient-name-mismatch"]
        assert found == expected, address
        world.clock.advance(timedelta(minutes=2))


async def vouched_in(world: World, address: str) -> bool | None:
    """Whether a contact vouches; None where it is none."""
    await world.house.store.commit(lambda _: None)
    known = await world.house.store.read(lambda shelves: shelves.contacts.look_up(SENDER, address).known)
    return known.vouched if known else None


@pytest.mark.parametrize(
    ("sent", "vouched"),
    [
        pytest.param(("1 23:58", "1 23:59", "2 00:01"), False, id="around midnight in Tokyo"),
        pytest.param(("2 08:58", "2 08:59", "2 09:01"), False, id="around midnight in London"),
        pytest.param(("1 23:58", "2 00:01", "2 10:00"), True, id="in the night and on the next morning"),
        pytest.param(("1 10:00", "1 17:00", "8 10:00"), True, id="a week apart"),
    ],
)
async def test_three_deliveries_vouch_when_people_slept_between_them(
    world: World, sent: tuple[str, ...], vouched: bool
) -> None:
    new = "mori@new.example"
    for number, moment in enumerate(sent):
        at = datetime.strptime(f"2026 4 {moment} +0900", "%Y %m %d %H:%M %z")
        world.clock.advance(at - world.clock.now())
        await world.send(mail(new, number=str(number)), new)
        await world.house.store.commit(lambda _: None)
    assert await vouched_in(world, new) is vouched


async def test_three_deliveries_that_came_late_around_midnight_do_not_vouch(world: World) -> None:
    new = "mori@new.example"
    world.clock.advance(datetime(2026, 4, 1, 23, 57, tzinfo=ZoneInfo("Asia/Tokyo")) - world.clock.now())
    for number in range(3):
        world.hop.does("RCPT", "450 4.2.0 later", about=new)
        await world.send(mail(KNOWN, number=str(number)), KNOWN, new)
        world.clock.advance(timedelta(minutes=1, seconds=1))
        await world.settle()
    assert len(world.delivered(new)) == 3
    assert await vouched_in(world, new) is False


async def test_what_a_forwarder_hands_on_proves_no_address_right(world: World) -> None:
    stray = "mori@new.example"
    reply = await world.send(answering("<forged@elsewhere.example>", stray), stray, sender="who@elsewhere.example")
    assert "held" not in reply
    assert await vouched_in(world, stray) is None


@pytest.mark.parametrize(
    "line", [b"Auto-Submitted: auto-replied", b"Precedence: bulk", b"List-Id: <a.tachibana.example>"]
)
async def test_automatic_answers_bulk_and_list_mail_make_nobody_known(world: World, line: bytes) -> None:
    stranger = "mori@new.example"
    notice = line + b"\r\n" + answering("<their.own@new.example>", stranger)
    await world.send(notice, stranger)
    assert await vouched_in(world, stranger) is None


async def test_a_programs_mail_that_was_kept_for_a_while_teaches_no_more_than_its_mail_that_passed(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    taken, late = "ken@new.example", "mori@new.example"
    async with open_world(store_url, tmp_path, clock, extra=MACHINE) as world:
        world.hop.does("RCPT", "450 4.2.0 later", about=late)
        await world.send(mail(taken), taken, late, sender="erp@tachibana.example")
        await world.settle()
        world.clock.advance(timedelta(minutes=1, seconds=1))
        await world.settle()
        assert len(world.delivered(late)) == 1
        assert [await vouched_in(world, address) for address in (taken, late)] == [None, None]


async def test_an_address_that_was_the_wrong_one_is_asked_about_until_somebody_confirms_it(world: World) -> None:
    await world.house.store.commit(lambda s: s.contacts.disown(OTHER))
    assert "held as" in await world.send(mail(OTHER), OTHER)
    assert [f["rule"] for f in (await world.hold()).verdict["findings"]] == ["recipient-disowned"]
    await world.house.store.commit(lambda s: s.contacts.confirmed(SENDER, OTHER))
    assert "held as" not in await world.send(mail(OTHER, number="2"), OTHER)


async def test_an_address_that_the_next_hop_says_nobody_has_is_known_to_have_bounced(world: World) -> None:
    await world.house.store.commit(lambda s: s.contacts.confirmed(SENDER, "gone@customer.example"))
    world.hop.does("RCPT", "550 5.1.1 User unknown", about="gone@")
    await world.send(mail("gone@customer.example"), "gone@customer.example")
    await world.house.store.commit(lambda _: None)
    found = await world.house.store.read(lambda s: s.contacts.look_up(SENDER, "gone@customer.example").known)
    assert found
    assert found.bounced


async def test_a_slip_that_went_unseen_to_somebody_new_does_not_make_its_domain_a_known_one(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock) as world:
        new, later, alike = "suzuki@cusotmer.example", "tanaka@cusotmer.example", "mori@custorner.example"
        assert "held" not in await world.send(mail(new), new), "nobody near is known"
        at = Delivered(SENDER, (f"ueda@{alike.partition('@')[2]}",), clock.now())
        await world.house.store.commit(lambda shelves: shelves.contacts.delivered([at]))
        assert "held" in await world.send(mail(later, number="2"), later)
        assert "held" in await world.send(mail(alike, number="3"), alike)
        await world.house.store.commit(lambda shelves: shelves.contacts.confirmed(SENDER, new))
        assert "held" not in await world.send(mail(later, number="4"), later), "a person said that it is another house"
