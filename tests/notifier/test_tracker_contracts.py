"""Redmine, Jira and TheHive are asked as they document it: made once, read back, only what differs written, what was dropped named."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from notifier.asking import OutsideError
from notifier.channels import for_trackers
from notifier.tracker_options import Tracker
from notifier.trackers import Kind
from tests.helpers.tracker_contracts import Asked, Contract, Jira, Redmine, TheHive, serving
from tests.notifier.tracker_cases import NUMBER, case, tracker

JIRA = {"queue": "LEAK", "fields": {"persons_max": "customfield_10010:number"}}
SETTINGS: dict[str, dict[str, Any]] = {
    "redmine": {"queue": "leaks", "fields": {"case": "7", "state": "8", "persons_max": "9"}},
    "jira": JIRA | {"user": "sekisho@tachibana.example"},
    "jira data center": JIRA | {"edition": "data-center"},
    "thehive": {"queue": "csirt", "fields": {"persons_max": "persons:number"}},
}
DROPPED = {
    "redmine": "9",
    "jira": "customfield_10010",
    "jira data center": "customfield_10010",
    "thehive": "customFields",
}


@dataclass
class There:
    """One of them, running."""

    name: str
    kind: Kind
    contract: Contract
    options: Tracker


@pytest.fixture(params=SETTINGS)
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[There]:
    name: str = request.param
    contract: Contract = {"redmine": Redmine, "jira": Jira, "thehive": TheHive}[name.partition(" ")[0]]()
    if isinstance(contract, Jira):
        contract.cloud = "data" not in name
    with serving(contract) as url:
        kind = name.partition(" ")[0]
        options = tracker(tmp_path, kind, url, **SETTINGS[name])
        yield There(name, for_trackers()[kind], contract, options)
    assert contract.broken == []


async def test_a_case_is_made_once_read_back_and_then_only_changed(there: There) -> None:
    first = await there.kind.mirror(case(), "", there.options)
    assert (first.fields, first.is_read) == ((), True)
    assert first.reference
    assert first.url.startswith(there.options.url)
    # The try that made it did not live to say so: it is found by our number.
    assert await there.kind.mirror(case(), "", there.options) == first
    assert len(there.contract.items) == len(there.contract.written()) == 1
    moved = await there.kind.mirror(
        case(state="contained", due="", persons_max="unknown"), first.reference, there.options
    )
    assert moved == first
    [item] = there.contract.items.values()
    assert "contained" in str(item)
    assert "131" not in str(item).replace("128～131", "")


async def test_what_was_taken_away_there_is_made_again(there: There) -> None:
    first = await there.kind.mirror(case(), "", there.options)
    there.contract.items.clear()
    again = await there.kind.mirror(case(), first.reference, there.options)
    assert again.fields == ()
    assert len(there.contract.items) == 1


async def test_a_field_that_is_taken_and_not_kept_is_named(there: There) -> None:
    there.contract.drops = {DROPPED[there.name]}
    carried = await there.kind.mirror(case(), "", there.options)
    assert carried.fields == ("persons_max",)
    assert len(there.contract.written()) == 2  # once more right away, then it is for later
    there.contract.drops = set()
    assert (await there.kind.mirror(case(), carried.reference, there.options)).fields == ()


async def test_only_what_differs_is_written(there: There) -> None:
    first = await there.kind.mirror(case(), "", there.options)
    await there.kind.mirror(case(persons_max="132"), first.reference, there.options)
    written = there.contract.written()[-1].raw.decode()
    assert "132" in written
    assert NUMBER not in written


async def test_a_probe_says_what_is_missing_and_writes_nothing(there: There) -> None:
    assert await there.kind.probe(there.options) == ()
    other = "999" if there.name == "redmine" else "nothing"
    [wrong] = await there.kind.probe(
        there.options.model_copy(update={"fields": {**there.options.fields, "sent": other}})
    )
    assert wrong.startswith("fields.sent: ")
    assert other in wrong
    if there.name != "thehive":
        [wrong] = await there.kind.probe(there.options.model_copy(update={"queue": "NOPE"}))
        assert wrong.startswith("queue: ")
    assert there.contract.written() == []


async def test_a_wrong_secret_is_refused_for_good_and_a_tracker_that_is_down_is_not(
    there: There, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("another\n")
    with pytest.raises(OutsideError) as caught:
        await there.kind.mirror(case(), "", there.options)
    assert (caught.value.permanent, caught.value.down, str(caught.value)) == (True, False, "answers 401")
    there.contract.instead = lambda _: (503, None, {"Retry-After": "120"})
    with pytest.raises(OutsideError) as caught:
        await there.kind.mirror(case(), "", there.options)
    assert (caught.value.permanent, caught.value.down, caught.value.wait) == (False, True, 120)


async def test_an_answer_in_another_shape_is_an_error_and_not_a_crash(there: There) -> None:
    for body in (None, b"<html>sign in</html>", {"unexpected": True}):
        there.contract.instead = lambda _, body=body: (201, body, {})  # type: ignore[misc]
        with pytest.raises((OutsideError, TypeError, AttributeError, KeyError, IndexError, ValueError)):
            await there.kind.mirror(case(), "", there.options)


async def test_a_redirect_is_never_followed(there: There) -> None:
    elsewhere: list[Asked] = []

    def away(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        elsewhere.append(asked)
        return 307, None, {"Location": "http://127.0.0.1:9/"}

    there.contract.instead = away
    with pytest.raises(OutsideError, match="answers 307"):
        await there.kind.mirror(case(), "", there.options)
    assert len(elsewhere) == 1


async def test_a_field_of_redmine_that_is_no_filter_is_said_and_no_foreign_issue_taken(tmp_path: Path) -> None:
    contract = Redmine()
    contract.filters = frozenset()
    with serving(contract) as url:
        options = tracker(tmp_path, "redmine", url, **SETTINGS["redmine"])
        kind = for_trackers()["redmine"]
        await kind.mirror(case("AAAA-0000"), "", options)
        with pytest.raises(OutsideError, match="not used as a filter"):
            await kind.mirror(case(), "", options)
        assert await kind.probe(options) == ('fields.case: that custom field is not "used as a filter"',)
    assert len(contract.items) == 1


async def test_two_that_make_an_alert_at_once_make_one(tmp_path: Path) -> None:
    contract = TheHive()
    with serving(contract) as url:
        options, kind = tracker(tmp_path, "thehive", url, **SETTINGS["thehive"]), for_trackers()["thehive"]
        await kind.mirror(case(), "", options)
        looks: list[Asked] = []

        def too_early(asked: Asked) -> tuple[int, Any, dict[str, str]] | None:
            if asked.path.endswith("/query") and not looks:
                looks.append(asked)
                return 200, [], {}
            return None

        contract.instead = too_early
        assert (await kind.mirror(case(), "", options)).reference == "~4096"
    assert (len(contract.items), contract.broken) == (1, [])
