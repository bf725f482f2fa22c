"""The kind of mistake is chosen by what was found, changed by a person with a reason, and a ticket keeps the manual it was opened with."""

from pathlib import Path
from typing import Any

import pytest

from response.desk import Desk, Report
from response.kinds import kind_of
from response.manual import load
from response.who_got_it import Copy
from store.engine import Store
from tests.helpers.clock import TestClock
from tests.response.cases import (
    COLLEAGUE,
    LEADER,
    OPTIONS,
    ORGANISATION,
    OTHER,
    SENDER,
    TYPO,
    WRONG,
    evidence,
    keep,
    line,
)


def found(*findings: dict[str, Any], persons: int = 0) -> tuple[Copy, ...]:
    exposure = {"persons": {"min": 0, "max": persons}, "kinds": {}, "parts": []}
    return (Copy(line(WRONG, verdict={"findings": list(findings), "exposure": exposure}), None),)


def about(rule: str, recipient: str = "", suggestion: str = "") -> dict[str, Any]:
    place = {"recipient": recipient} if recipient else {"message": True}
    return TYPO | {"rule": rule, "about": place, "suggestion": suggestion}


@pytest.mark.parametrize(
    ("findings", "wrong", "persons", "kind"),
    [
        ((), (), 0, "wrong-recipient"),
        ((TYPO,), (WRONG,), 5000, "wrong-recipient"),
        ((about("recipient-typo", "a@custmer.example", "a@customer.example"),), (), 0, "stray-domain"),
        ((about("recipient-lookalike", WRONG),), (WRONG,), 0, "stray-domain"),
        ((about("recipient-lookalike", OTHER),), (WRONG,), 0, "wrong-recipient"),
        ((about("recipient-too-many-external"),), (), 0, "forgotten-bcc"),
        ((about("recipient-too-many-external"),), (WRONG,), 0, "wrong-recipient"),
        ((about("content-wrong-customer"),), (WRONG,), 5000, "wrong-attachment"),
        ((about("content-personal-data"),), (WRONG,), 100, "wrong-recipient"),
        ((about("content-personal-data"),), (WRONG,), 101, "list-exposure"),
    ],
)
def test_the_kind_follows_from_what_was_found_of_those_who_are_wrong(
    findings: tuple[dict[str, Any], ...], wrong: tuple[str, ...], persons: int, kind: str
) -> None:
    assert kind_of(found(*findings, persons=persons), wrong) == kind


def test_without_any_copy_it_is_a_wrong_recipient() -> None:
    assert kind_of((), ()) == "wrong-recipient"


async def test_another_kind_makes_the_steps_anew_and_keeps_what_is_finished(desk: Desk, store: Store) -> None:
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await desk.report(Report("page", COLLEAGUE, journal_id=passed.id))
    assert ticket.manual_name == "wrong-recipient"
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="told")
    await desk.finish_step(ticket.id, "3.W1", by=SENDER, note="the wrong suggestion")
    assert await desk.change_kind(ticket.id, "forgotten-bcc", by=LEADER, reason=" ") == "reason-missing"
    assert await desk.change_kind("NOSUCHID", "forgotten-bcc", by=LEADER, reason="r") == "unknown"
    assert await desk.change_kind(ticket.id, "wrong-recipient", by=LEADER, reason="r") == "already"
    assert await desk.change_kind(ticket.id, "forgotten-bcc", by=LEADER, reason="all in To") == ""
    after = await desk.ticket(ticket.id)
    assert after is not None
    steps = {s.step: s for s in after.steps}
    assert after.manual_name == "forgotten-bcc"
    assert {"2.B1", "2.B2", "3.B1", "3.W1"} <= set(steps)
    assert (steps["3.W1"].state, steps["3.W1"].note) == ("done", "the wrong suggestion")
    assert (steps["1.1"].state, steps["1.2"].state) == ("done", "done")
    assert steps["2.B1"].due is not None
    [record] = [e for e in await evidence(store, ticket.id) if e.event == "kind"]
    assert (record.body["to"], record.body["reason"], record.body["added"]) == (
        "forgotten-bcc",
        "all in To",
        ["2.B1", "2.B2", "3.B1"],
    )
    assert await desk.finish_step(ticket.id, "2.B2", by=LEADER, note="") == "evidence-missing"
    assert await desk.finish_step(ticket.id, "2.B2", by=LEADER, note="41, at ten") == ""


async def test_a_ticket_goes_on_by_the_manual_it_was_opened_with(
    store: Store, clock: TestClock, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    text = 'name = "ours"\nextends = "misdirected-mail"\n[[steps]]\nid = "3.1"\n'
    own.write_text(text + 'evidence = { ja = "古い", en = "The old one" }\nreaches = "assessed"\n', "utf-8")
    before = Desk(store, OPTIONS, ORGANISATION, load("own.toml", tmp_path), clock)
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await before.report(Report("page", COLLEAGUE, journal_id=passed.id))
    own.write_text(text + 'title = { ja = "新", en = "New" }\n', "utf-8")
    now = Desk(store, OPTIONS, ORGANISATION, load("own.toml", tmp_path), clock)
    kept = await store.read(lambda s: now.office.manual_of(s, ticket.manual_version))
    assert kept.step("3.1").evidence.en == "The old one"  # type: ignore[union-attr]
    assert kept.version == ticket.manual_version != now.office.manual.of_kind("wrong-recipient").version
    assert await now.finish_step(ticket.id, "3.1", by=LEADER, note="") == "evidence-missing"
    assert await now.finish_step(ticket.id, "3.1", by=LEADER, note="seen") == ""
    assert str((await now.ticket(ticket.id)).state) == "assessed"  # type: ignore[union-attr]
    later = line(OTHER)
    await keep(store, later)
    second = await now.report(Report("page", COLLEAGUE, journal_id=later.id))
    assert await now.finish_step(second.id, "3.1", by=LEADER, note="") == ""


async def test_a_ticket_of_before_texts_were_kept_goes_by_the_manual_of_now(desk: Desk, store: Store) -> None:
    assert await store.read(lambda s: desk.office.manual_of(s, "0" * 64)) is desk.office.manual
    newer = load("misdirected-mail").document | {"a field of the next version": 1}
    await store.commit(lambda s: s.manuals.keep("1" * 64, newer))
    assert await store.read(lambda s: desk.office.manual_of(s, "1" * 64)) is desk.office.manual
