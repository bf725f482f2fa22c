"""Roundup and Request Tracker for real: made once, read back, emptied, found again; what they drop without a word is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifier.asking import OutsideError
from notifier.channels import for_trackers
from notifier.tracker_options import Tracker
from notifier.trackers import Kind
from response import mirroring
from store.ids import shown
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.helpers.real_trackers import (
    ROUNDUP_PASSWORD,
    RT_PASSWORD,
    RealRequestTracker,
    RealRoundup,
    reason_without_rt,
)
from tests.notifier.tracker_cases import case, secret_file
from tests.response.cases import LEADER, make_desk
from tests.response.tracker_desk import TrackerDesk

pytestmark = [pytest.mark.xdist_group("real-trackers"), pytest.mark.timeout(300)]
RT_FIELDS = {"case": "Sekisho Case", "state": "Sekisho State", "persons_max": "Persons"}
ROUNDUP_FIELDS = {"case": "sekisho_case", "state": "sekisho_state", "due": "due:time", "persons_max": "persons:number"}


@dataclass
class There:
    """One of them, running."""

    kind: Kind
    options: Tracker
    server: Any


@pytest.fixture(scope="module")
def roundup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    folder = tmp_path_factory.mktemp("roundup")
    server = RealRoundup(folder)
    options = Tracker(
        kind="roundup",
        name="helpdesk",
        url=server.url,
        user="admin",
        secret_file=secret_file(folder, ROUNDUP_PASSWORD),
        fields=ROUNDUP_FIELDS,
    )
    try:
        yield There(for_trackers()["roundup"], options, server)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def request_tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    if reason := reason_without_rt():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("rt")
    server = RealRequestTracker(folder)
    options = Tracker(
        kind="request-tracker",
        name="rt",
        url=server.url,
        user="gateway",
        secret_file=secret_file(folder, RT_PASSWORD),
        queue="Leak",
        fields=RT_FIELDS,
    )
    try:
        yield There(for_trackers()["request-tracker"], options, server)
    finally:
        server.stop()


@pytest.fixture(params=["roundup", "request_tracker"])
def there(request: pytest.FixtureRequest) -> There:
    found: There = request.getfixturevalue(request.param)
    return found


async def test_a_case_is_made_once_found_again_changed_and_emptied(there: There) -> None:
    number = "AAAA-0001"
    first = await there.kind.mirror(case(number), "", there.options)
    assert first.fields == ()
    assert first.url.startswith(there.server.url)
    # A try that died after it was made, and one whose reference leads nowhere: our own number is searched.
    assert await there.kind.mirror(case(number), "", there.options) == first
    assert await there.kind.mirror(case(number), "99999", there.options) == first
    moved = case(number, state="closed", due="", persons_max="unknown")
    assert await there.kind.mirror(moved, first.reference, there.options) == first


async def test_a_number_that_is_a_part_of_another_is_another_case(roundup: There) -> None:
    long = await roundup.kind.mirror(case("AAAA-00021"), "", roundup.options)
    short = await roundup.kind.mirror(case("AAAA-0002"), "", roundup.options)
    assert long.reference != short.reference


async def test_a_probe_names_what_is_missing(there: There) -> None:
    assert await there.kind.probe(there.options) == ()
    changed = there.options.model_copy(update={"fields": {**there.options.fields, "sent": "nothing"}})
    [wrong] = await there.kind.probe(changed)
    assert wrong.startswith("fields.sent: ")
    [wrong] = await there.kind.probe(there.options.model_copy(update={"queue": "nowhere"}))
    assert wrong.startswith("queue: ")


async def test_a_wrong_password_is_said_at_once(there: There, tmp_path: Path) -> None:
    wrong = there.options.model_copy(update={"secret_file": secret_file(tmp_path, "wrong")})
    with pytest.raises(OutsideError) as caught:
        await there.kind.mirror(case("AAAA-0003"), "", wrong)
    assert (caught.value.status, caught.value.permanent) == (401, True)


async def test_request_tracker_answers_201_and_drops_a_field_and_that_is_named(request_tracker: There) -> None:
    for dropped in ("nothing", "Secret"):  # one that is not there, one that it may not write
        fields = {**request_tracker.options.fields, "link": dropped}
        options = request_tracker.options.model_copy(update={"fields": fields})
        carried = await request_tracker.kind.mirror(case(f"AAAA-01{len(dropped)}0"), "", options)
        assert carried.reference
        assert carried.fields == ("link",)


async def test_request_tracker_takes_a_queue_and_a_field_with_an_apostrophe(request_tracker: There) -> None:
    options = request_tracker.options.model_copy(update={"queue": "Leak' OR id > 0 OR Queue = 'x"})
    await request_tracker.kind.mirror(case("AAAA-0200"), "", request_tracker.options)
    with pytest.raises(OutsideError):  # the search finds nothing there, and so no foreign ticket is taken for ours
        await request_tracker.kind.mirror(case("AAAA-0201"), "", options)


async def test_roundup_refuses_a_property_it_does_not_know(roundup: There) -> None:
    options = roundup.options.model_copy(update={"fields": {**roundup.options.fields, "link": "nothing"}})
    with pytest.raises(OutsideError) as caught:
        await roundup.kind.mirror(case("AAAA-0300"), "", options)
    assert (caught.value.status, caught.value.permanent) == (400, True)


async def test_roundup_that_is_down_while_much_happens_has_the_newest_state_in_one_change(
    roundup: There, make_store: MakeStore, sqlite_url: str, clock: TestClock
) -> None:
    store = await make_store(sqlite_url)
    desk = TrackerDesk(store, make_desk(store, clock), clock, (roundup.options,))
    ticket = await desk.ticket()
    assert await desk.told() == ["ok"]
    reference = (await desk.mirror(ticket)).reference
    before = roundup.server.changes(reference)
    roundup.server.stop()
    try:
        for step in [one for one in ticket.steps if one.state == "todo"][:6]:
            await desk.desk.finish_step(ticket.id, step.step, by=LEADER, note="済み")
            assert set(await desk.told()) <= {"down"}
            clock.advance(timedelta(hours=4))
        await desk.close(ticket)
        assert set(await desk.told()) <= {"down"}
    finally:
        roundup.server.start()
    clock.advance(timedelta(hours=2))
    assert await desk.told() == ["ok"]
    assert roundup.server.changes(reference) == before + 1
    assert (await desk.mirror(ticket)).reference == reference
    assert roundup.server.titles(shown(ticket.id)) == [f"[{shown(ticket.id)}] 誤送信の対応（完了（漏えいではない））"]
    clock.advance(mirroring.LEASE)
    assert await desk.told() == []
