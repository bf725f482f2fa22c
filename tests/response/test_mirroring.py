"""Outside trackers are kept in step: once, the newest state, whatever dies or is down; the ticket is the truth, and drills never leave."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.standstill import freeze
from notifier.channels import for_trackers
from notifier.tracker_options import Tracker
from notifier.trackers import Carried
from response import mirroring
from response.desk import Desk
from response.mirroring import Around, Claimed
from store.engine import Store
from store.ids import shown
from store.shelves import Shelves
from store.tickets import Ticket
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.helpers.tracker_contracts import Asked, Contract, Redmine, Reply, serving
from tests.notifier.receiver import receiving
from tests.notifier.tracker_cases import secret_file, tracker
from tests.response.cases import DEPUTY, LEADER, SENDER, SUPERIOR, WRONG, evidence, make_desk
from tests.response.tracker_desk import WORDS, TrackerDesk

FIELDS = {"queue": "leaks", "fields": {"case": "7", "state": "8", "persons_max": "9"}}
HOOK_SECRET = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
DOWN: tuple[int, Any, dict[str, str]] = (503, None, {})


class Hooks(Contract):
    """Takes every event of a webhook."""

    def reply(self, asked: Asked) -> Reply:  # noqa: ARG002 - as the others
        return 204, None


@pytest.fixture
def redmine() -> Iterator[tuple[Redmine, str]]:
    contract = Redmine()
    with serving(contract) as url:
        yield contract, url
    assert contract.broken == []


@pytest.fixture
def hooks() -> Iterator[tuple[Hooks, str]]:
    contract = Hooks()
    with serving(contract) as url:
        yield contract, url


@pytest.fixture
def there(store: Store, desk: Desk, clock: TestClock, redmine: tuple[Redmine, str], tmp_path: Path) -> TrackerDesk:
    """On each database in turn."""
    return TrackerDesk(store, desk, clock, (tracker(tmp_path, "redmine", redmine[1], **FIELDS),))


@pytest.fixture
async def one(make_store: MakeStore, sqlite_url: str, clock: TestClock) -> TrackerDesk:
    """On SQLite alone, without a tracker yet: what no database matters to."""
    store = await make_store(sqlite_url)
    return TrackerDesk(store, make_desk(store, clock), clock)


def hook(folder: Path, url: str, **other: Any) -> Any:
    made = tracker(folder, "webhook", url, **{"own_network": True, "name": "hook"} | other)
    return made.model_copy(update={"secret_file": _own_file(folder)})


def _own_file(folder: Path) -> Path:
    (folder / "hook").mkdir(exist_ok=True)
    return secret_file(folder / "hook", HOOK_SECRET)


def redmine_of(there: TrackerDesk, folder: Path, url: str, **other: Any) -> TrackerDesk:
    there.trackers = (*there.trackers, tracker(folder, "redmine", url, **FIELDS | other))
    return there


async def test_each_event_is_told_once_and_written_down(
    there: TrackerDesk, redmine: tuple[Redmine, str], clock: TestClock
) -> None:
    ticket = await there.ticket()
    assert [await there.told() for _ in range(4)] == [["ok"], [], [], []]
    mirror = await there.mirror(ticket)
    assert (mirror.state, mirror.reference, mirror.version, mirror.next_try) == ("ok", "100", 1, None)
    assert mirror.read_at == clock.now()
    [item] = redmine[0].items.values()
    assert item["subject"] == f"[{shown(ticket.id)}] 誤送信の対応（拡大防止済み）"
    assert f"https://desk.example/tickets/{shown(ticket.id)}" in item["description"]
    first = min(step.due for step in ticket.steps if step.state == "todo" and step.due)
    assert item["due_date"] == first.astimezone(there.desk.office.zone).date().isoformat()

    gate = next(step for step in ticket.steps if step.gate)
    await there.desk.finish_step(ticket.id, gate.step, by=SUPERIOR, note="電話で報告")
    assert [await there.told() for _ in range(3)] == [["ok"], [], []]
    await there.close(ticket)
    assert [await there.told() for _ in range(3)] == [["ok"], [], []]
    assert item["subject"].endswith("（完了（漏えいではない））")
    assert item["due_date"] is None
    assert len(redmine[0].written()) == 3
    mirrored = [one for one in await evidence(there.store, ticket.id) if one.event == "mirrored"]
    assert [(one.object, one.body["version"], one.body["differs"]) for one in mirrored] == [
        ("redmine", n, []) for n in (1, 2, 3)
    ]


async def test_nothing_of_the_mail_and_no_person_is_told(
    one: TrackerDesk, redmine: tuple[Redmine, str], hooks: tuple[Hooks, str], tmp_path: Path
) -> None:
    redmine_of(one, tmp_path, redmine[1])
    one.trackers = (*one.trackers, hook(tmp_path, hooks[1]))
    ticket = await one.ticket(original=b"Subject: secret\r\n\r\nsecret")
    assert await one.told() == ["ok", "ok"]
    said = b"".join(asked.raw for contract in (redmine[0], hooks[0]) for asked in contract.asked).decode()
    said = said.encode().decode("unicode_escape") + said
    for word in (
        WRONG,
        "customer.example",
        SENDER,
        SUPERIOR,
        WORDS,
        ticket.subject,
        "secret\r",
        "顧客一覧",
        ticket.message_id,
    ):
        assert word not in said


async def test_a_drill_reaches_no_tracker(there: TrackerDesk, redmine: tuple[Redmine, str]) -> None:
    ticket = await there.ticket(drill=True)
    assert ticket.kind == "drill"
    assert await there.told() == []
    assert redmine[0].asked == []


async def test_of_a_ticket_that_turned_out_to_be_a_drill_nothing_more_reaches_a_tracker(
    there: TrackerDesk, redmine: tuple[Redmine, str]
) -> None:
    """It was to be told already: the one cut-off is asked last."""
    ticket = await there.ticket()
    await there.store.commit(lambda s: mirroring.look(s, there.post()._around, there.trackers[0]))
    await there.store.commit(lambda s: s.tickets.set_kind(ticket.id, "drill"))
    assert await there.told() == ["refused"]
    assert redmine[0].asked == []


async def test_a_node_that_died_after_the_tracker_was_told_leaves_one_issue(
    there: TrackerDesk, redmine: tuple[Redmine, str], clock: TestClock
) -> None:
    ticket = await there.ticket()
    claimed = await _claimed(there, "dead")
    await for_trackers()["redmine"].mirror(claimed.case, "", claimed.tracker)  # and then nothing more of it
    assert await there.told("b") == []
    clock.advance(mirroring.LEASE)
    assert await there.told("b") == ["ok"]
    assert len(redmine[0].items) == len(redmine[0].written()) == 1
    assert (await there.mirror(ticket)).reference == "100"
    # The dead one was only slow, and says what it did: the lease is lost, its word does not count any more.
    late = partial(mirroring.kept, around=_around(there, "dead"), claimed=claimed, carried=Carried("999"))
    assert await there.store.commit(late) == ""
    assert (await there.mirror(ticket)).reference == "100"


async def _claimed(there: TrackerDesk, node: str) -> Claimed:
    around = _around(there, node)
    await there.store.commit(partial(mirroring.look, around=around, tracker=there.trackers[0]))
    claimed = await there.store.commit(partial(mirroring.claim, around=around, tracker=there.trackers[0]))
    assert claimed is not None
    return claimed


def _around(there: TrackerDesk, node: str) -> Around:
    return Around(there.desk.office, "https://desk.example", node)


async def test_a_tracker_that_is_down_for_a_day_gets_the_newest_state_once(
    there: TrackerDesk, redmine: tuple[Redmine, str], clock: TestClock
) -> None:
    known, steps = await there.ticket(), 0
    await there.told()
    new = await there.ticket()
    redmine[0].instead = lambda _: DOWN
    for _ in range(48):
        for ticket in (known, new):
            todo = [step for step in ticket.steps if step.state == "todo"]
            gate_first = sorted(todo, key=lambda step: not step.gate)
            if steps < 10:
                steps += not await there.desk.finish_step(
                    ticket.id, gate_first[steps // 2].step, by=LEADER, note="済み"
                )
        assert set(await there.told()) <= {"down"}
        clock.advance(timedelta(minutes=30))
    assert steps == 10
    alarms = await there.alarms()
    assert sorted(alarms) == [("tracker-down", LEADER), ("tracker-down", DEPUTY)]
    redmine[0].instead = lambda _: None
    before = len(redmine[0].written())
    clock.advance(timedelta(hours=1, minutes=15))
    assert await there.told() == ["ok", "ok"]
    assert [one.method for one in redmine[0].written()[before:]].count("PUT") == 1
    assert len(redmine[0].written()) == before + 2
    assert len(redmine[0].items) == 2
    assert await there.told() == []


async def test_while_a_tracker_is_down_one_ticket_asks_for_all_and_other_trackers_go_on(
    one: TrackerDesk, redmine: tuple[Redmine, str], hooks: tuple[Hooks, str], tmp_path: Path, clock: TestClock
) -> None:
    redmine_of(one, tmp_path, redmine[1])
    one.trackers = (*one.trackers, hook(tmp_path, hooks[1]))
    redmine[0].instead = lambda _: DOWN
    for _ in range(5):
        await one.ticket()
    assert sorted(await one.told()) == ["down", *["ok"] * 5]
    clock.advance(timedelta(seconds=13))
    assert await one.told() == ["down"]
    clock.advance(timedelta(seconds=13))
    assert await one.told() == []  # the wait has grown, though the others were never tried
    redmine[0].instead = lambda _: None
    clock.advance(timedelta(minutes=2))
    assert await one.told() == ["ok"] * 5


async def test_a_field_that_was_dropped_is_shown_told_once_and_tried_again(
    there: TrackerDesk, redmine: tuple[Redmine, str], clock: TestClock
) -> None:
    redmine[0].drops = {"9"}
    ticket = await there.ticket()
    assert await there.told() == ["mismatch"]
    mirror = await there.mirror(ticket)
    assert (mirror.state, mirror.fields, mirror.reference) == ("mismatch", ("persons_max",), "100")
    for _ in range(5):
        clock.advance(timedelta(hours=2))
        assert await there.told() == ["mismatch"]
    assert sorted(await there.alarms()) == [("tracker-mismatch", LEADER), ("tracker-mismatch", DEPUTY)]
    redmine[0].drops = set()
    clock.advance(timedelta(hours=2))
    assert await there.told() == ["ok"]
    mirror = await there.mirror(ticket)
    assert (mirror.state, mirror.fields, mirror.told) == ("ok", (), "")
    events = [one.body["differs"] for one in await evidence(there.store, ticket.id) if one.event == "mirrored"]
    assert events == [["persons_max"], []]


async def test_what_changes_while_it_is_told_is_told_next(there: TrackerDesk, redmine: tuple[Redmine, str]) -> None:
    ticket = await there.ticket()
    claimed = await _claimed(there, "a")
    carried = await for_trackers()["redmine"].mirror(claimed.case, "", claimed.tracker)
    await there.close(ticket)
    assert await there.store.commit(
        partial(mirroring.kept, around=_around(there, "a"), claimed=claimed, carried=carried)
    )
    assert (await there.mirror(ticket)).state == "waiting"
    assert await there.told() == ["ok"]
    assert "漏えいではない" in redmine[0].items["100"]["subject"]


async def test_a_refusal_is_told_once_and_tried_again_in_case_somebody_mended_it(
    one: TrackerDesk, redmine: tuple[Redmine, str], tmp_path: Path, clock: TestClock
) -> None:
    redmine_of(one, tmp_path, redmine[1])
    (tmp_path / "secret").write_text("another\n")
    ticket = await one.ticket()
    for _ in range(4):
        assert await one.told() == ["refused"]
        clock.advance(timedelta(hours=2))
    mirror = await one.mirror(ticket)
    assert (mirror.state, mirror.problem) == ("failed", "answers 401")
    assert sorted(await one.alarms()) == [("tracker-refused", LEADER), ("tracker-refused", DEPUTY)]
    secret_file(tmp_path)
    assert await one.told() == ["ok"]


async def test_an_answer_of_no_shape_ends_no_worker(
    one: TrackerDesk, redmine: tuple[Redmine, str], hooks: tuple[Hooks, str], tmp_path: Path
) -> None:
    redmine_of(one, tmp_path, redmine[1])
    one.trackers = (*one.trackers, hook(tmp_path, hooks[1]))
    await one.ticket()
    redmine[0].instead = lambda _: (200, [["what"]], {})
    assert sorted(await one.told()) == ["ok", "refused"]


async def test_an_event_keeps_its_id_over_all_tries_and_the_next_one_has_another(
    one: TrackerDesk, hooks: tuple[Hooks, str], tmp_path: Path, clock: TestClock
) -> None:
    one.trackers = (hook(tmp_path, hooks[1]),)
    ticket = await one.ticket()
    hooks[0].instead = lambda _: (500, None, {})
    for _ in range(3):
        assert await one.told() == ["later"]
        clock.advance(timedelta(hours=1))
    hooks[0].instead = lambda _: None
    assert await one.told() == ["ok"]
    ids = [asked.headers["webhook-id"] for asked in hooks[0].asked]
    assert (len(ids), len(set(ids))) == (4, 1)
    await one.close(ticket)
    await one.desk.reopen(ticket.id, by=LEADER, reason="続き")
    await one.told()
    await one.close(ticket)
    await one.told()
    types = [asked.body["type"] for asked in hooks[0].asked[3:]]
    assert types == ["ticket.opened", "ticket.state", "ticket.closed"]
    assert len({asked.headers["webhook-id"] for asked in hooks[0].asked}) == 3
    assert (await one.mirror(ticket)).read_at is None


async def test_a_webhook_is_given_up_after_the_schedule_of_the_standard(
    one: TrackerDesk, hooks: tuple[Hooks, str], tmp_path: Path, clock: TestClock
) -> None:
    one.trackers = (hook(tmp_path, hooks[1]),)
    ticket, began = await one.ticket(), clock.now()
    hooks[0].instead = lambda _: (500, None, {})
    results: list[str] = []
    while (at := (await one.mirror(ticket)).next_try if results else began) is not None:
        clock.advance(max(at - clock.now(), timedelta()))
        results += await one.told()
    assert results == [*["later"] * 9, "refused"]
    assert timedelta(hours=75) < clock.now() - began < timedelta(hours=96)
    assert sorted(await one.alarms()) == [("tracker-refused", LEADER), ("tracker-refused", DEPUTY)]
    clock.advance(timedelta(days=30))
    assert await one.told() == []


async def test_an_address_that_is_gone_is_left_alone_until_somebody_wants_it_again(
    one: TrackerDesk, hooks: tuple[Hooks, str], tmp_path: Path, clock: TestClock
) -> None:
    one.trackers = (hook(tmp_path, hooks[1]),)
    hooks[0].instead = lambda _: (410, None, {})
    ticket = await one.ticket()
    await one.ticket()
    assert await one.told() == ["gone"]
    clock.advance(timedelta(days=2))
    assert await one.told() == []
    assert sorted(await one.alarms()) == [("tracker-gone", LEADER), ("tracker-gone", DEPUTY)]
    hooks[0].instead = lambda _: None
    assert await one.store.commit(partial(mirroring.try_again, ticket_id=ticket.id, tracker="hook", by=LEADER))
    assert await one.told() == ["ok", "ok"]
    assert not await one.store.commit(partial(mirroring.try_again, ticket_id=ticket.id, tracker="other", by=LEADER))
    # Another address is another one, whatever the old one said.
    hooks[0].instead = lambda _: (410, None, {})
    await one.ticket()
    await one.told()
    hooks[0].instead = lambda _: None
    one.trackers = (hook(tmp_path, f"{hooks[1]}/new"),)
    assert await one.store.commit(partial(mirroring.try_again, ticket_id=ticket.id, tracker="hook", by=LEADER))
    assert "ok" in await one.told()


async def test_only_the_events_of_the_settings_are_told(
    one: TrackerDesk, hooks: tuple[Hooks, str], tmp_path: Path
) -> None:
    one.trackers = (hook(tmp_path, hooks[1], events=("closed",)),)
    ticket = await one.ticket()
    assert await one.told() == []
    gate = next(step for step in ticket.steps if step.gate)
    await one.desk.finish_step(ticket.id, gate.step, by=SUPERIOR, note="電話で報告")
    assert await one.told() == []
    await one.close(ticket)
    assert await one.told() == ["ok"]
    assert [asked.body["type"] for asked in hooks[0].asked] == ["ticket.closed"]


async def test_a_tracker_that_reads_mail_gets_one_with_the_newest_state(one: TrackerDesk, clock: TestClock) -> None:
    async with receiving() as box:
        one.mail_port = box.port
        one.trackers = (Tracker(kind="mail", name="mail", address="it@tachibana.example"),)
        ticket = await one.ticket()
        box.data = "451 4.3.0 later"
        assert await one.told() == ["down"]
        box.data = ""
        clock.advance(timedelta(minutes=1))
        assert await one.told() == ["ok"]
        assert await one.told() == []
        message = box.messages()[-1]
    assert message["To"] == "it@tachibana.example"
    assert message["Subject"] == f"[{shown(ticket.id)}] 誤送信の対応（拡大防止済み）"
    assert (await one.mirror(ticket, "mail")).read_at is None


async def test_of_a_store_that_stands_still_nobody_is_told(
    one: TrackerDesk, redmine: tuple[Redmine, str], tmp_path: Path
) -> None:
    redmine_of(one, tmp_path, redmine[1])
    await one.ticket()
    await one.store.commit(lambda shelves: freeze(shelves, "admin", "test"))
    assert await one.told() == []
    assert redmine[0].asked == []


async def test_ended_tickets_of_before_are_left_alone_and_open_ones_are_told_when_a_tracker_is_named(
    one: TrackerDesk, redmine: tuple[Redmine, str], tmp_path: Path
) -> None:
    old = await one.ticket()
    await one.close(old)
    await one.ticket()
    redmine_of(one, tmp_path, redmine[1])
    assert await one.told() == ["ok"]
    assert len(redmine[0].items) == 1


async def test_of_those_that_are_due_the_one_that_was_tried_most_is_taken_and_each_by_one_node(
    there: TrackerDesk, clock: TestClock
) -> None:
    tickets = sorted([(await there.ticket()).id for _ in range(3)])
    await there.store.commit(partial(mirroring.look, around=_around(there, "a"), tracker=there.trackers[0]))
    until = clock.now() + mirroring.LEASE

    def tried(shelves: Shelves) -> None:
        claimed = [shelves.trackers.claim(("redmine",), "a", until) for _ in tickets]
        for times, one in enumerate(sorted(filter(None, claimed), key=lambda mirror: mirror.ticket_id)):
            assert shelves.trackers.book(replace(one, attempts=times, next_try=clock.now()), "a")

    await there.store.commit(tried)
    taken = [await there.store.commit(lambda s, n=n: s.trackers.claim(("redmine",), n, until)) for n in "bcde"]  # type: ignore[misc]
    assert [one.ticket_id if one else None for one in taken] == [*reversed(tickets), None]


async def test_a_case_that_cannot_be_read_keeps_no_other_from_its_tracker(there: TrackerDesk) -> None:
    """One fact of a case has a shape that no program should have written: before it was told, and while it waits."""
    told, before, other = [await there.ticket() for _ in range(3)]

    def damage(ticket: Ticket, shelves: Shelves) -> None:
        shelves.facts.add(ticket.id, "persons", "many", by=LEADER, why="", proof=None)
        shelves.evidence.add(ticket.id, LEADER, "fact", "persons", {})

    await there.store.commit(partial(damage, before))
    assert await there.told() == ["ok", "ok"]
    await there.store.commit(partial(damage, told))
    assert await there.told() == []
    states = [(await there.mirror(one)).state for one in (told, before, other)]
    assert states == ["failed", "failed", "ok"]
    assert "cannot be read" in (await there.mirror(before)).problem
