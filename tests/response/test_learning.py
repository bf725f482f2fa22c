"""What is learnt from a case: cause and measures, the test of an effect, thanks, cases that belong together, and a scenario that tells nothing."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response import case_scenario, clockwork
from response.desk import Desk, Report
from response.known import known
from response.manual import KINDS, Kind
from response.measure_dates import MEASURES_DUE
from response.measures import Plan
from response.related import same_mistakes
from response.scenario import parse
from store.engine import Store
from store.ids import shown
from store.learning import CAUSES
from store.measures import Change, Measure, MeasureState
from store.tickets import State, Ticket, TicketRecipient
from tests.helpers.clock import START, TestClock
from tests.helpers.deciding import decide
from tests.response.cases import (
    COLLEAGUE,
    DEPUTY,
    LEADER,
    OFFICER,
    OTHER,
    RIGHT,
    SENDER,
    TYPO,
    WRONG,
    evidence,
    keep,
    learn,
    line,
    told,
)

ADMIN = DEPUTY
_ZONE = ZoneInfo("Asia/Tokyo")
GATE = "1.1"


async def opened(desk: Desk, store: Store, *, reporter: str = COLLEAGUE) -> Ticket:
    passed = line(WRONG)
    await keep(store, passed)
    return await desk.report(Report("page", reporter, journal_id=passed.id, wrong=(WRONG,)))


async def measures(store: Store, ticket: Ticket) -> tuple[Measure, ...]:
    return await store.read(lambda s: s.measures.of_ticket(ticket.id))


async def test_the_last_word_of_the_cause_counts_and_the_evidence_keeps_them_all(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await desk.lessons.say_cause(ticket.id, "carelessness", "", by=LEADER) == "unknown"
    assert await desk.lessons.say_cause(ticket.id, "bypass", "a scanner", by=LEADER) == ""
    assert await desk.lessons.say_cause(ticket.id, "not-flagged", "a new address", by=LEADER) == ""
    cause = await store.read(lambda s: s.learning.cause(ticket.id))
    assert cause is not None
    assert (cause.cause, cause.words, cause.by) == ("not-flagged", "a new address", LEADER)
    said = [e.object for e in await evidence(store, ticket.id) if e.event == "cause"]
    assert said == ["bypass", "not-flagged"]


async def test_a_measure_has_words_an_owner_of_ours_a_date_and_a_test(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket, due = await opened(desk, store), clock.now() + timedelta(days=7)
    whole = Plan("a second look", LEADER, due, "ask ten people")
    for lacking, why in (
        (replace(whole, words=" "), "words-missing"),
        (replace(whole, owner="x@customer.example"), "owner-missing"),
        (replace(whole, due=None), "due-missing"),
        (replace(whole, test=""), "test-missing"),
        (replace(whole, change=Change("keep-block")), "change-impossible"),
        (replace(whole, change=Change("unvouch", target=SENDER)), "change-impossible"),
    ):
        assert await desk.lessons.plan(ticket.id, lacking, by=LEADER) == why
    assert await desk.lessons.plan(ticket.id, whole, by=LEADER) == ""
    assert await desk.lessons.plan("NOSUCHID", whole, by=LEADER) == "unknown"
    [measure] = await measures(store, ticket)
    assert (measure.words, measure.owner, measure.due, measure.proposed_by) == ("a second look", LEADER, due, LEADER)


async def test_a_measure_is_not_done_without_a_test_of_its_effect(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await learn(desk, ticket.id)
    [measure] = await measures(store, ticket)
    assert await desk.lessons.apply(measure.id, by=ADMIN) == "unknown", "what people do is not applied"
    assert await desk.lessons.finish(measure.id, by=LEADER, effect=" ") == "effect-missing"
    with pytest.raises(ValueError, match="without a test"):
        await store.commit(lambda s: s.measures.end(measure, MeasureState.DONE, by=LEADER))
    assert await desk.lessons.finish(measure.id, by=LEADER, effect="ten of ten looked twice") == ""
    assert await desk.lessons.finish(measure.id, by=LEADER, effect="again") == "already"
    [done] = await measures(store, ticket)
    assert (done.state, done.effect) == (MeasureState.DONE, "ten of ten looked twice")


async def test_a_change_of_a_rule_is_not_done_before_an_admin_applied_it(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    change = Change("stricter", target="@customer.example")
    given = Plan("look at them", LEADER, clock.now() + timedelta(days=7), "count", change)
    assert await desk.lessons.plan(ticket.id, given, by=LEADER) == ""
    [measure] = await measures(store, ticket)
    before = await store.changes()
    assert await desk.lessons.finish(measure.id, by=LEADER, effect="x") == "already"
    assert await desk.lessons.apply(measure.id, by=LEADER) == "not-admin"
    assert await store.changes() == before
    assert await desk.lessons.apply(measure.id, by=ADMIN) == ""
    assert await store.changes() != before, "nobody judges by what was looked up before"
    [applied] = await measures(store, ticket)
    assert (applied.applied_at, applied.applied_by, applied.in_force) == (clock.now(), ADMIN, True)
    assert await desk.lessons.finish(measure.id, by=LEADER, effect="3 of 40 were wrong") == ""
    assert (await measures(store, ticket))[0].in_force, "done is not withdrawn"
    states = [e.body["state"] for e in await evidence(store, ticket.id) if e.event == "measure"]
    assert states == ["planned", "applied", "done"]


async def test_a_withdrawn_measure_is_none_for_closing(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    await learn(desk, ticket.id)
    [measure] = await measures(store, ticket)
    assert await desk.lessons.withdraw(measure.id, by=LEADER, reason="") == "reason-missing"
    assert await desk.lessons.withdraw(measure.id, by=LEADER, reason="too dear") == ""
    assert await desk.lessons.withdraw(measure.id, by=LEADER, reason="again") == "already"
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == "measure-missing"


async def test_nothing_is_planned_for_a_closed_case_but_its_measures_go_on(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    await learn(desk, ticket.id)
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == ""
    [measure] = await measures(store, ticket)
    given = Plan("x", LEADER, measure.due, "y")
    assert await desk.lessons.plan(ticket.id, given, by=LEADER) == "already"
    assert await desk.lessons.say_cause(ticket.id, "bypass", "", by=LEADER) == "already"
    assert await desk.lessons.finish(measure.id, by=LEADER, effect="seen") == ""


async def test_every_reporter_is_thanked_once_at_closing_and_outside_by_the_number_alone(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    await desk.report(Report("page", SENDER, journal_id=ticket.journal_id))
    await desk.report(Report("page", WRONG, journal_id=ticket.journal_id))
    await desk.report(Report("mail", "robot@customer.example", journal_id=ticket.journal_id, automatic=True))
    await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    await learn(desk, ticket.id)
    for _ in range(2):
        assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == ""
        assert await desk.reopen(ticket.id, by=LEADER, reason="again") == ""
    thanks = {n.recipient: (n.kind, dict(n.facts)) for n in await told(store, ticket.id) if n.kind.startswith("case")}
    number = {"number": shown(ticket.id), "drill": False}
    assert thanks == {
        COLLEAGUE: ("case_closed", number | {"leak": True, "measures": 1}),
        SENDER: ("case_closed", number | {"leak": True, "measures": 1}),
        WRONG: ("case_closed_reference", number),
    }
    assert sum(n.kind.startswith("case") for n in await told(store, ticket.id)) == 3


async def test_what_was_no_leak_needs_no_cause_and_its_reporter_is_thanked_all_the_same(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    await decide(store, desk.office, ticket.id, LEADER, OFFICER)
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="encrypted") == ""
    [thanks] = [n for n in await told(store, ticket.id) if n.kind == "case_closed"]
    assert thanks.facts["leak"] is False


async def test_a_drill_is_closed_without_a_cause_and_nobody_outside_hears_of_it(desk: Desk, store: Store) -> None:
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await desk.report(Report("page", COLLEAGUE, journal_id=passed.id, drill=True))
    await desk.report(Report("page", WRONG, journal_id=passed.id, drill=True))
    await desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == ""
    assert {n.recipient for n in await told(store, ticket.id) if n.kind.startswith("case")} == {COLLEAGUE}


async def test_the_same_mistake_elsewhere_opens_linked_cases_and_both_say_so(desk: Desk, store: Store) -> None:
    earlier, other = line(WRONG, RIGHT, reverse_path=COLLEAGUE), line(OTHER)
    await keep(store, earlier, other)
    ticket = await opened(desk, store)
    [same] = await store.read(lambda s: same_mistakes(s, desk.office, ticket))
    assert (same.journal_id, same.address, same.why) == (earlier.id, WRONG, "same-address")
    assert await desk.lessons.open_linked(ticket.id, other.id, OTHER, by=LEADER) is None
    assert await desk.lessons.open_linked(ticket.id, earlier.id, RIGHT, by=LEADER) is None
    made = await desk.lessons.open_linked(ticket.id, earlier.id, WRONG, by=LEADER)
    again = await desk.lessons.open_linked(ticket.id, earlier.id, WRONG, by=LEADER)
    assert made is not None
    assert again is not None
    assert made.id == again.id != ticket.id
    assert made.certain
    for here, there in ((ticket, made), (made, ticket)):
        [link] = await store.read(lambda s, one=here: s.learning.links(one.id))  # type: ignore[misc]
        assert link.other_id == there.id
        assert [e.object for e in await evidence(store, here.id) if e.event == "linked"] == [shown(there.id)]


async def test_a_wrong_domain_is_looked_for_whoever_stands_before_it_but_never_a_public_provider(
    desk: Desk, store: Store
) -> None:
    slip = line(
        "tanaka@custmer.example", verdict={"findings": [TYPO | {"about": {"recipient": "tanaka@custmer.example"}}]}
    )
    there, public = line("abe@custmer.example", reverse_path=COLLEAGUE), line("x@gmail.com")
    await keep(store, slip, there, public)
    ticket = await desk.report(Report("page", COLLEAGUE, journal_id=slip.id, wrong=("tanaka@custmer.example",)))
    found = await store.read(lambda s: same_mistakes(s, desk.office, ticket))
    assert [(one.address, one.why) for one in found] == [("abe@custmer.example", "same-domain")]
    mine = replace(ticket, recipients=(TicketRecipient("y@gmail.com", "yes", RIGHT, "delivered", ""),))
    assert await store.read(lambda s: same_mistakes(s, desk.office, mine)) == ()


async def test_a_case_becomes_a_scenario_only_when_it_is_closed_as_a_leak(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await store.read(lambda s: case_scenario.scenario(s, desk.office, ticket)) is None
    text = await store.read(lambda s: case_scenario.scenario(s, desk.office, replace(ticket, state=State.CLOSED)))
    assert text is not None
    read = tomllib.loads(text)
    assert read["name"].startswith("case-wrong-recipient-")
    assert set(read) == {"name", "title", "scene", "minutes", "mail", "injects"}
    assert [one["minute"] for one in read["injects"]] == [0, 30, 60]
    assert all(set(one["words"]) == {"ja", "en"} for one in read["injects"])


words = st.text(min_size=6, max_size=30).filter(lambda text: len(text.strip()) >= 6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=words, persons=st.integers(0, 10**7), who=st.sampled_from(["sender", "staff", "unknown", "machine"]))
def test_no_word_of_the_case_survives_in_a_scenario(text: str, persons: int, who: str) -> None:
    ticket = _case(text, persons, who)
    given_ = "\n".join(case_scenario._lines(ticket, "wrong-recipient", "other", _ZONE))
    empty = "\n".join(case_scenario._lines(_case("", persons, who), "wrong-recipient", "other", _ZONE))
    assert given_.splitlines()[2:] == empty.splitlines()[2:]
    assert given_.splitlines()[1].startswith('name = "case-wrong-recipient-')
    assert tomllib.loads(given_)["mail"]["rows"] in case_scenario.STEPS


@settings(max_examples=100)
@given(
    text=words,
    persons=st.integers(0, 10**7),
    who=st.sampled_from(["sender", "staff", "colleague", "unknown", "machine"]),
    kind=st.sampled_from(KINDS),
    cause=st.sampled_from(CAUSES),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_every_scenario_made_of_a_case_can_be_played(
    text: str, persons: int, who: str, kind: Kind, cause: str, at: datetime
) -> None:
    ticket = replace(_case(text, persons, who), reported_at=at)
    lines = "\n".join(case_scenario._lines(ticket, kind, cause, _ZONE)) + "\n"
    played = parse(lines.encode(), f"{case_scenario.name_of(ticket, kind)}.toml")
    assert (played.mail.rows in case_scenario.STEPS, played.title) == (True, case_scenario.TITLES[kind])
    assert [one.minute for one in played.injects] == [0, 30, 60]


def _case(text: str, persons: int, who: str) -> Ticket:
    """A closed case whose every text is that."""
    recipient = TicketRecipient(f"{text}@{text}", "yes", text, "delivered", text, text)
    return Ticket(
        id="K7Q29MXD",
        kind="real",
        state=State.CLOSED,
        severity=3,
        channel="page",
        reporter=text,
        reporter_class=who,
        certain=True,
        words=text,
        match_method="number",
        candidates=(),
        journal_id=text,
        hold_id=text,
        message_id=text,
        sender=text,
        subject=text,
        exposure={"persons": {"min": 0, "max": persons}, "parts": [{"name": text}] if persons else []},
        manual_version=text,
        manual_name=text,
        sent_at=START,
        first_known_at=START,
        reported_at=START,
        opened_at=START,
        outcome=text,
        recipients=(recipient,),
    )


async def test_why_it_happened_and_what_is_done_stand_in_the_facts_that_drafts_are_made_of(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    await learn(desk, ticket.id)
    found = await store.read(lambda s: known(s, desk.office, ticket))
    assert (found.value("cause"), found.value("prevention")) == ("one letter", "a second look at new addresses")


async def test_when_the_date_of_a_measure_passes_its_owner_and_the_leader_hear_of_it_once_also_of_a_closed_case(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    for owner in (COLLEAGUE, LEADER):
        plan = Plan("look twice", owner, clock.now() + timedelta(days=3), "count")
        assert await desk.lessons.plan(ticket.id, plan, by=LEADER) == ""
    first, second = await store.read(lambda s: s.measures.of_ticket(ticket.id))

    async def heard() -> list[tuple[str, str]]:
        await clockwork.run(store, desk.office, [MEASURES_DUE])
        said = [n for n in await told(store, ticket.id) if n.kind == "measure_due"]
        assert not any("look twice" in str(n.facts) for n in said)
        return sorted((str(n.facts["measure"]), n.recipient) for n in said)

    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert await heard() == []
    done = second if second.owner == LEADER else first
    late = first if done is second else second
    assert await desk.lessons.finish(done.id, by=LEADER, effect="none of ten") == ""
    clock.advance(timedelta(seconds=1))
    once = sorted([(shown(late.id), COLLEAGUE), (shown(late.id), LEADER)])
    assert await heard() == once
    assert await heard() == once
