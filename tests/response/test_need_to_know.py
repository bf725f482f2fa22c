"""Who may open a case, and who reads only; the list is kept with reasons, in the evidence and in the audit log."""

import pytest
from sqlalchemy import delete

from notifier.options import Person
from response import need_to_know, own_case, watching
from response.desk import Desk
from response.options import ResponseOptions
from store.engine import Store
from store.tables.tickets import steps
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import (
    COLLEAGUE,
    DEPUTY,
    LEADER,
    OFFICER,
    ORGANISATION,
    SENDER,
    SUPERIOR,
    by_link,
    evidence,
    held,
    keep,
    make_desk,
    told,
)

PRESS = "koho@tachibana.example"
BOSS = "president@tachibana.example"
OFFICE = ORGANISATION.model_copy(
    update={
        "people": (
            *ORGANISATION.people,
            Person(address=PRESS, roles=("public relations",)),
            Person(address=BOSS, roles=("management",)),
        )
    }
)


async def opened(store: Store, clock: TestClock, *, need_to_know: bool) -> tuple[Desk, Ticket]:
    desk = make_desk(store, clock, OFFICE, ResponseOptions(need_to_know=need_to_know))
    hold = held()
    await keep(store, hold)
    return desk, await desk.report(by_link(hold))


async def standing(desk: Desk, store: Store, ticket: Ticket, person: str) -> str:
    return await store.read(lambda s: need_to_know.standing(s, desk.office, ticket, person))


@pytest.mark.parametrize("strict", [True, False])
async def test_roles_owners_the_called_and_the_list_open_a_case_and_the_rest_of_the_desk_by_the_setting(
    store: Store, clock: TestClock, *, strict: bool
) -> None:
    desk, ticket = await opened(store, clock, need_to_know=strict)
    owners = {step.owner for step in ticket.steps}
    assert PRESS in owners, "public relations owns a step of the manual"
    for person in (LEADER, DEPUTY, OFFICER, SUPERIOR, PRESS):
        assert await standing(desk, store, ticket, person) == "work", person
    await store.commit(lambda s: s.tickets._db.execute(delete(steps).where(steps.c.ticket_id == ticket.id)))
    for person in (PRESS, BOSS):
        assert await standing(desk, store, ticket, person) == ("" if strict else "work"), person
    for person in (COLLEAGUE, SENDER, "leader@elsewhere.example", ""):
        assert await standing(desk, store, ticket, person) == "", person


async def test_who_is_put_on_the_list_is_told_reads_and_is_taken_off_again_all_with_reasons(
    store: Store, clock: TestClock
) -> None:
    desk, ticket = await opened(store, clock, need_to_know=True)

    async def put(person: str, reason: str = "法務として") -> str:
        return await store.commit(lambda s: watching.watch(s, desk.office, ticket.id, person, by=LEADER, reason=reason))

    assert await put("someone@elsewhere.example") == "unknown"
    assert await put(COLLEAGUE, " ") == "reason-missing"
    assert await put(COLLEAGUE) == ""
    assert await put(COLLEAGUE) == "already"
    assert [n.recipient for n in await told(store, ticket.id) if n.kind == "watcher_added"] == [COLLEAGUE]
    assert await standing(desk, store, ticket, COLLEAGUE) == "read"
    (listed,) = await store.read(lambda s: s.watchers.of(ticket.id))

    async def off(reason: str) -> str:
        return await store.commit(lambda s: watching.unwatch(s, ticket.id, listed.id, by=OFFICER, reason=reason))

    assert await off("") == "reason-missing"
    assert await off("終わったため") == ""
    assert await off("終わったため") == "already"
    assert await standing(desk, store, ticket, COLLEAGUE) == ""
    by_link_ = await store.read(lambda s: need_to_know.by_link(s, desk.office, ticket, COLLEAGUE))
    assert by_link_ == "", "his link leads nowhere any more"
    kept = [(e.event, e.actor, e.body["reason"]) for e in await evidence(store, ticket.id) if "watcher" in e.event]
    assert kept == [("watcher-added", LEADER, "法務として"), ("watcher-removed", OFFICER, "終わったため")]
    assert (await store.read(lambda s: s.audit.check())).broken is None


async def test_a_link_of_before_calls_were_kept_opens_unless_only_those_who_need_to_know_may(
    store: Store, clock: TestClock
) -> None:
    desk, ticket = await opened(store, clock, need_to_know=False)
    strict = make_desk(store, clock, OFFICE, ResponseOptions(need_to_know=True))
    for office, expected in ((desk.office, "work"), (strict.office, "")):
        found = await store.read(lambda s, o=office: need_to_know.by_link(s, o, ticket, COLLEAGUE))  # type: ignore[misc]
        assert found == expected


async def test_the_sender_says_once_that_the_superior_was_told_and_others_who_reported_do_not(
    store: Store, clock: TestClock
) -> None:
    desk, ticket = await opened(store, clock, need_to_know=True)

    async def look(person: str) -> own_case.OwnCase:
        seen = await store.read(lambda s: own_case.look(s, desk.office, ticket.id, person))
        assert seen is not None
        return seen

    async def say(person: str, what: own_case.Said) -> str:
        return await store.commit(lambda s: own_case.say(s, desk.office, ticket.id, person, what))

    assert not (await look(COLLEAGUE)).may_say
    assert await say(COLLEAGUE, "told") == "already"
    first = await look(SENDER)
    assert (first.tell and first.tell.address, first.may_say, first.step) == (SUPERIOR, True, None)
    # Nobody at hand: the next is shown, and called.
    assert await say(SENDER, "unreached") == ""
    second = await look(SENDER)
    assert second.tell
    assert second.tell.address == LEADER
    assert await say(SENDER, "told") == ""
    assert await say(SENDER, "told") == "already"
    done = await desk.ticket(ticket.id)
    assert done is not None
    assert (done.steps[0].state, done.steps[0].done_by, done.superior_told_at) == ("done", SENDER, clock.now())
    after = await look(SENDER)
    assert (after.tell, after.may_say) == (None, False)
    assert after.step is not None


async def test_whom_to_tell_is_never_the_person_itself(store: Store, clock: TestClock) -> None:
    desk, _ = await opened(store, clock, need_to_know=False)
    for person in (LEADER, DEPUTY, SENDER, BOSS):
        people = own_case.whom_to_tell(desk.office.organisation, person)
        assert person not in {one.address for one in people}
        assert people
    assert desk.office.main_address("NATORI@tachibana.example") == SUPERIOR
