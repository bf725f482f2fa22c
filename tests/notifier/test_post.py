"""The post: one claim, one sending; later again; a lost question is told; nothing of it is in the log."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from notifier import case_notices, notices, post
from notifier.channels import Bound, mail
from notifier.links import LinkBase
from notifier.options import NoticeOptions
from notifier.post import LEASE, Post
from notifier.words import when
from notifier.working_time import WorkingTime
from store.engine import Store
from store.errors import StoreDownError
from store.holds import Hold, State
from store.outbox import Notice
from store.shelves import Shelves
from store.tables.outbox import outbox
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.notifier.receiver import Receiver, receiving
from tests.notifier.samples import hold, organisation, ticket

ORG = organisation()
DAY = 24 * 3600
NUMBER = "K7Q29MXD"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as server:
        yield server


def post_of(store: Store, clock: TestClock, receiver: Receiver, node: str = "node-1", **changed: Any) -> Post:
    options = mail.Options(
        port=receiver.port, tls="never", sender="sekisho@tachibana.example", host_name="gate.example"
    )
    given: dict[str, Any] = {
        "links": LinkBase("https://mail.tachibana.example/", "https://desk.tachibana.example"),
        "clock": clock,
        "node": node,
    }
    bound = {"mail": Bound(mail, options)}
    return Post(
        store, ORG, changed.pop("options", NoticeOptions(retry=(10, 60), give_up=3600)), bound, **given | changed
    )


async def hold_and_ask(store: Store, **changed: Any) -> Hold:
    """A held message with its question, in one transaction."""
    kept = hold(**changed)

    def unit(shelves: Shelves) -> None:
        shelves.holds.add(kept, store.seal.close(b"content", kept.id))
        notices.question(shelves, ORG, kept, deadline_seconds=DAY, remind_after=900)

    await store.commit(unit)
    return kept


async def of_hold(store: Store, kind: str = "question") -> list[Notice]:
    told = await store.read(lambda shelves: shelves.outbox.of_hold(NUMBER))
    return [notice for notice in told if notice.kind == kind]


async def now_held(store: Store) -> Hold:
    found = await store.read(lambda shelves: shelves.holds.get(NUMBER))
    assert found
    return found


def token_in(receiver: Receiver, path: str, which: int = -1) -> str:
    body = receiver.messages()[which].get_body(("plain",))
    assert body
    text: str = body.get_content()
    return text.partition(path)[2].split()[0]


async def test_a_question_is_sent_once_and_its_deadline_runs_from_then(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    clock.advance(timedelta(minutes=3))
    worker = post_of(store, clock, receiver)
    assert await worker.send_due() == 1
    assert await worker.send_due() == 0
    assert len(receiver.got) == 1
    found = await now_held(store)
    assert found.asked_at == clock.now()
    assert found.deadline == WorkingTime(ORG.hours, ORG.time_zone).after(clock.now(), DAY)
    assert found.remind_at == clock.now() + timedelta(seconds=900)
    [told] = await of_hold(store)
    assert (told.state, told.reply) == ("sent", "250 2.0.0 queued as 1")


async def test_an_error_that_nobody_foresaw_defers_one_notice_and_not_the_others(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    odd = {"alarm": "x", "facts": {}, "deadline_seconds": "soon"}
    broken = Notice("N1", "alarm", "mail", "admin@tachibana.example", "ja", odd, created_at=clock.now())
    await store.commit(lambda shelves: shelves.outbox.add(broken))
    assert await post_of(store, clock, receiver).send_due() == 2
    assert len(receiver.got) == 1
    found = await store.read(lambda shelves: shelves.outbox.get("N1"))
    assert found
    assert (found.state, found.reply) == ("waiting", "TypeError")


async def test_the_deadline_that_is_shown_is_the_one_that_holds(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    await post_of(store, clock, receiver).send_due()
    found = await now_held(store)
    assert found.deadline
    body = receiver.messages()[0].get_body(("plain",))
    assert body
    assert when(found.deadline, ORG.time_zone, "ja") in body.get_content()


async def test_until_the_question_was_accepted_there_is_no_deadline(store: Store, clock: TestClock) -> None:
    await hold_and_ask(store)
    async with receiving(rcpt="450 4.2.0 later") as busy:
        await post_of(store, clock, busy).send_due()
    assert (await now_held(store)).deadline is None


async def test_the_second_person_who_is_asked_does_not_move_the_deadline(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store, asked=("sato@tachibana.example", "smith@tachibana.example"))
    first = (await store.commit(lambda s: s.outbox.claim_due("node-0", s.now + timedelta(minutes=1), 1)))[0]
    worker = post_of(store, clock, receiver)
    await worker.send_due()
    before = await now_held(store)
    clock.advance(timedelta(hours=2))
    await worker.send_due()
    assert len(receiver.got) == 2
    assert receiver.got[1][1] == [first.recipient]
    after = await now_held(store)
    assert (after.asked_at, after.deadline, after.remind_at) == (before.asked_at, before.deadline, before.remind_at)


async def test_the_link_in_the_mail_opens_the_hold_for_its_reader_alone(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    await post_of(store, clock, receiver).send_due()
    token = token_in(receiver, "https://mail.tachibana.example/q/")
    link = await store.read(lambda shelves: shelves.links.follow(token, "question"))
    assert link
    assert (link.object_id, link.person, link.expires_at) == (NUMBER, "sato@tachibana.example", None)
    assert await store.read(lambda shelves: shelves.links.follow(token, "ticket")) is None


async def test_a_link_that_is_made_after_the_decision_ends_seven_days_after_it(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    kept = await hold_and_ask(store)
    await store.commit(lambda s: s.holds.move(NUMBER, State.HELD, State.CANCELLED, by="natori@tachibana.example"))
    await store.commit(lambda s: notices.cancelled(s, ORG, kept, by="natori@tachibana.example"))
    decided = clock.now()
    clock.advance(timedelta(hours=1))
    await post_of(store, clock, receiver).send_due()
    token = token_in(receiver, "https://mail.tachibana.example/q/")
    link = await store.read(lambda shelves: shelves.links.follow(token, "question"))
    assert link
    assert link.expires_at == decided + timedelta(days=7)


async def test_the_link_of_a_call_leads_to_the_ticket_on_the_pages_for_staff(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    case = ticket()

    def unit(shelves: Shelves) -> None:
        shelves.tickets.add(case)
        case_notices.call_superior(shelves, ORG, case, ORG.people[1])

    await store.commit(unit)
    await post_of(store, clock, receiver).send_due()
    token = token_in(receiver, "https://desk.tachibana.example/t/")
    link = await store.read(lambda shelves: shelves.links.follow(token, "ticket"))
    assert link
    assert (link.object_id, link.person) == (case.id, "natori@tachibana.example")


async def test_a_notice_that_is_refused_for_now_waits_longer_each_time_under_one_message_id(
    store: Store, clock: TestClock
) -> None:
    await hold_and_ask(store)
    async with receiving(data="451 4.3.0 later") as busy:
        worker = post_of(store, clock, busy)
        assert await worker.send_due() == 1
        for wait in (10, 60, 60):
            clock.advance(timedelta(seconds=wait - 1))
            assert await worker.send_due() == 0
            clock.advance(timedelta(seconds=1))
            assert await worker.send_due() == 1
        [waiting] = await of_hold(store)
        assert (waiting.state, waiting.reply) == ("waiting", "451 4.3.0 later")
        busy.data = ""
        clock.advance(timedelta(minutes=2))
        await worker.send_due()
    assert busy.messages()[0]["Message-ID"] == waiting.message_id


async def test_a_question_that_is_refused_for_good_is_lost_loudly_and_its_deadline_stands_still(
    store: Store, clock: TestClock
) -> None:
    await hold_and_ask(store)
    told: list[tuple[str, str]] = []
    async with receiving(rcpt="550 5.1.1 no such user") as strict:
        worker = post_of(store, clock, strict, on_failed=lambda notice, reply: told.append((notice.kind, reply)))
        with capture_logs() as log:
            await worker.send_due()
    assert told == [("question", "550 5.1.1 no such user")]
    assert [line["log_level"] for line in log] == ["error"]
    assert [notice.state for notice in await of_hold(store)] == ["failed"]
    [lost] = await of_hold(store, "question_lost")
    assert lost.recipient == "admin@tachibana.example"
    found = await now_held(store)
    assert (found.asked_at, found.deadline, found.remind_at) == (None, None, None)


async def test_a_question_is_not_lost_while_somebody_else_was_asked(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store, asked=("sato@tachibana.example", "smith@tachibana.example"))
    [first] = await store.commit(lambda s: s.outbox.claim_due("node-0", s.now + timedelta(minutes=1), 1))
    async with receiving(rcpt="550 5.1.1 no such user") as strict:
        await post_of(store, clock, strict).send_due()
    assert await of_hold(store, "question_lost") == []
    clock.advance(timedelta(minutes=2))
    await post_of(store, clock, receiver).send_due()
    assert receiver.got[0][1] == [first.recipient]
    assert (await now_held(store)).deadline


async def test_a_notice_is_given_up_in_the_end_and_the_admins_are_told(store: Store, clock: TestClock) -> None:
    kept = await hold_and_ask(store)
    await store.commit(lambda s: s.outbox.withdraw(NUMBER, ("question",)))
    await store.commit(lambda s: notices.cancelled(s, ORG, kept, by="natori@tachibana.example"))
    async with receiving(mail="451 4.3.0 later") as busy:
        worker = post_of(store, clock, busy)
        for _ in range(8):
            await worker.send_due()
            clock.advance(timedelta(minutes=10))
    [failed] = await of_hold(store, "cancelled")
    assert failed.state == "failed"
    counts = await store.read(lambda shelves: shelves.outbox.counts())
    assert (counts["failed"], counts["waiting"]) == (1, 1)
    [alarm] = await store.commit(lambda s: s.outbox.claim_due("x", s.now + LEASE))
    assert alarm.facts["facts"] == {"kind": "cancelled", "number": "K7Q2-9MXD", "reply": "451 4.3.0 later"}


@pytest.mark.parametrize("kind", ["alarm", "bounce"])
async def test_no_alarm_is_raised_about_an_alarm_or_a_bounce(store: Store, clock: TestClock, kind: str) -> None:
    if kind == "alarm":
        await store.commit(lambda s: notices.alarm(s, ORG, "clock-jumped", {}))
    else:
        await store.commit(lambda s: notices.bounce(s, b"Subject: x\r\n\r\n", "stranger@customer.example"))
    async with receiving(rcpt="550 5.1.1 no such user") as strict:
        worker = post_of(store, clock, strict)
        assert await worker.send_due() == 1
        assert await worker.send_due() == 0
    assert (await store.read(lambda s: s.outbox.counts()))["failed"] == 1


@pytest.mark.usefixtures("store_url")
async def test_two_posts_never_send_one_notice_twice(
    make_store: MakeStore, clock: TestClock, receiver: Receiver
) -> None:
    one, other = await make_store(), await make_store()
    await one.commit(lambda s: [notices.alarm(s, ORG, "clock-jumped", {"n": n}) for n in range(24)])
    posts = [post_of(one, clock, receiver, "node-1"), post_of(other, clock, receiver, "node-2")]
    while sum(await asyncio.gather(*(worker.send_due() for worker in posts))):
        pass
    ids = [message["Message-ID"] for message in receiver.messages()]
    assert len(ids) == len(set(ids)) == 24


async def test_the_notice_of_a_dead_worker_is_sent_after_its_lease_and_not_before(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    await store.commit(lambda s: s.outbox.claim_due("dead", s.now + LEASE))
    worker = post_of(store, clock, receiver)
    clock.advance(LEASE - timedelta(seconds=1))
    assert await worker.send_due() == 0
    clock.advance(timedelta(seconds=1))
    assert await worker.send_due() == 1
    assert len(receiver.got) == 1


async def test_a_batch_goes_over_a_few_connections(store: Store, clock: TestClock, receiver: Receiver) -> None:
    await store.commit(lambda s: [notices.alarm(s, ORG, "clock-jumped", {"n": n}) for n in range(post.BATCH)])
    assert await post_of(store, clock, receiver).send_due() == post.BATCH
    assert len(receiver.got) == post.BATCH
    assert receiver.connections <= post.PARALLEL


async def test_what_was_decided_while_others_were_slow_to_leave_is_not_asked(
    store: Store, clock: TestClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "PARALLEL", 1)
    await store.commit(lambda s: notices.alarm(s, ORG, "clock-jumped", {}))
    clock.advance(timedelta(seconds=1))
    await hold_and_ask(store)
    receiver.stall = asyncio.Event()
    slow = asyncio.create_task(post_of(store, clock, receiver).send_due())
    await receiver.arrived.wait()
    await store.commit(lambda s: s.holds.move(NUMBER, State.HELD, State.RELEASED, by="sato@tachibana.example"))
    clock.advance(post.FRESH + timedelta(seconds=1))
    receiver.stall.set()
    await slow
    assert [to for _, [to], _ in receiver.got] == ["admin@tachibana.example"]
    assert [notice.state for notice in await of_hold(store)] == ["withdrawn"]


async def test_a_worker_that_lost_its_lease_leaves_the_row_alone_but_the_deadline_runs(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    receiver.stall = asyncio.Event()
    slow = asyncio.create_task(post_of(store, clock, receiver).send_due())
    await receiver.arrived.wait()
    clock.advance(LEASE)
    await store.commit(lambda s: s.outbox.claim_due("other", s.now + LEASE))
    receiver.stall.set()
    await slow
    [told] = await of_hold(store)
    assert told.state == "sending"
    assert (await now_held(store)).deadline


async def test_a_worker_that_lost_its_lease_raises_no_second_alarm(store: Store, clock: TestClock) -> None:
    await hold_and_ask(store)
    async with receiving(rcpt="550 5.1.1 no such user") as strict:
        worker = post_of(store, clock, strict)
        [mine] = await store.commit(lambda s: s.outbox.claim_due("other", s.now + LEASE))
        await worker._give_up(mine, "550 5.1.1 no such user")
    assert await of_hold(store, "question_lost") == []


async def test_a_server_that_never_answers_is_left_after_the_time_limit(
    store: Store, clock: TestClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hold_and_ask(store)
    receiver.stall = asyncio.Event()
    monkeypatch.setattr(post, "TIME_LIMIT", 0.05)
    await post_of(store, clock, receiver).send_due()
    receiver.stall.set()
    assert [(notice.state, notice.reply) for notice in await of_hold(store)] == [("waiting", "time limit")]


def test_a_lease_is_longer_than_a_whole_batch_can_take() -> None:
    assert post.LEASE.total_seconds() > post.BATCH / post.PARALLEL * post.TIME_LIMIT


async def test_a_store_that_is_down_is_told_to_the_worker(store: Store, clock: TestClock, receiver: Receiver) -> None:
    await hold_and_ask(store)
    worker = post_of(store, clock, receiver)
    receiver.stall = asyncio.Event()
    sending = asyncio.create_task(worker.send_due())
    await receiver.arrived.wait()
    await store.stop()
    receiver.stall.set()
    with pytest.raises(StoreDownError):
        await sending


@pytest.mark.parametrize("kind", ["question", "reminder"])
async def test_what_was_decided_meanwhile_is_not_asked(
    store: Store, clock: TestClock, receiver: Receiver, kind: str
) -> None:
    kept = await hold_and_ask(store)
    await store.commit(lambda s: notices.reminder(s, ORG, kept))
    await store.commit(lambda s: s.holds.move(NUMBER, State.HELD, State.RELEASED, by="sato@tachibana.example"))
    await post_of(store, clock, receiver).send_due()
    assert receiver.got == []
    assert [notice.state for notice in await of_hold(store, kind)] == ["withdrawn"]


async def test_a_brought_back_hold_shows_the_deadline_it_was_given(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    kept = await hold_and_ask(store)
    worker = post_of(store, clock, receiver)
    await worker.send_due()
    until = clock.now() + timedelta(days=7)
    await store.commit(lambda s: s.holds.move(NUMBER, State.HELD, State.CANCELLED, by="x"))
    await store.commit(lambda s: s.holds.move(NUMBER, State.CANCELLED, State.HELD, by="x", deadline=until))
    await store.commit(lambda s: notices.question(s, ORG, kept, deadline_seconds=DAY, remind_after=900))
    await worker.send_due()
    assert (await now_held(store)).deadline == until


async def test_an_outsider_in_the_outbox_gets_nothing_however_it_came_there(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    [asked] = await store.commit(lambda s: notices.alarm(s, ORG, "clock-jumped", {}))
    forged = dataclasses.replace(asked, id="FORGED", recipient="stranger@customer.example", message_id="<f@x>")
    await store.commit(lambda s: s.outbox.add(forged))
    await post_of(store, clock, receiver).send_due()
    assert [to for _, [to], _ in receiver.got] == ["admin@tachibana.example"]


@pytest.mark.parametrize("changed", [{"facts": {}}, {"kind": "no_such_notice"}, {"channel": "pigeon"}])
async def test_a_notice_that_cannot_be_rendered_fails_and_holds_up_nothing(
    store: Store, clock: TestClock, receiver: Receiver, changed: dict[str, Any]
) -> None:
    [good] = await store.commit(lambda s: notices.alarm(s, ORG, "clock-jumped", {}))
    bad = dataclasses.replace(good, id="BAD", message_id="<bad@x>", **changed)
    await store.commit(lambda s: s.outbox.add(bad))
    await post_of(store, clock, receiver).send_due()
    assert len(receiver.got) == 1
    assert (await store.read(lambda s: s.outbox.counts()))["failed"] == 1


@pytest.mark.parametrize("kind", ["receipt", "sign_in", "reach_test"])
async def test_a_notice_whose_link_cannot_be_made_fails_and_holds_up_nothing(
    store: Store, clock: TestClock, receiver: Receiver, kind: str
) -> None:
    [good] = await store.commit(lambda s: notices.alarm(s, ORG, "clock-jumped", {}))
    bad = dataclasses.replace(good, id="BAD", message_id="<bad@x>", kind=kind, facts={})
    await store.commit(lambda s: s.outbox.add(bad))
    await post_of(store, clock, receiver).send_due()
    assert len(receiver.got) == 1
    assert (await store.read(lambda s: s.outbox.counts()))["failed"] == 1


async def test_a_composed_message_that_is_damaged_fails_and_holds_up_nothing(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    """One octet of a row, or all that were sealed with a key that was lost."""
    await store.commit(lambda s: notices.bounce(s, b"Subject: failed\r\n\r\nSorry.\r\n", "stranger@customer.example"))
    await store.commit(lambda s: s.outbox._db.execute(outbox.update().values(raw=b"SKS damaged")))
    await store.commit(lambda s: notices.alarm(s, ORG, "clock-jumped", {}))
    await post_of(store, clock, receiver).send_due()
    assert [to for _, [to], _ in receiver.got] == ["admin@tachibana.example"]
    assert (await store.read(lambda s: s.outbox.counts()))["failed"] == 1


async def test_a_bounce_goes_outside_as_it_was_composed(store: Store, clock: TestClock, receiver: Receiver) -> None:
    raw = b"Subject: failed\r\nMessage-ID: <b@x>\r\n\r\nSorry.\r\n"
    await store.commit(lambda s: notices.bounce(s, raw, "stranger@customer.example"))
    await post_of(store, clock, receiver).send_due()
    assert receiver.got == [("<>", ["stranger@customer.example"], raw)]


async def test_the_log_holds_ids_and_no_token_address_subject_or_finding(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    structlog.reset_defaults()
    with capture_logs() as log:
        await post_of(store, clock, receiver).send_due()
    assert [line["hold_id"] for line in log] == [NUMBER]
    written = str(log)
    token = token_in(receiver, "/q/")
    for secret in (token, "@tachibana", "customer.example", "見積", "顧客", "文字違い"):
        assert secret not in written


async def test_what_the_store_keeps_of_a_notice_holds_no_token(
    store: Store, clock: TestClock, receiver: Receiver
) -> None:
    await hold_and_ask(store)
    await post_of(store, clock, receiver).send_due()
    token = token_in(receiver, "/q/")
    [told] = await of_hold(store)
    assert token not in str(told)


def test_pages_for_senders_and_for_staff_have_their_own_addresses() -> None:
    both = LinkBase("https://a.example", "https://b.example/")
    assert both.url("question", "T") == "https://a.example/q/T"
    assert both.url("ticket", "T") == "https://b.example/t/T"
    assert both.url("desk", "T") == "https://b.example/desk/T"
    assert LinkBase("https://a.example").url("ticket", "T") == "https://a.example/t/T"
