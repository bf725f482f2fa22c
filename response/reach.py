"""Reach: the test of the contact tree: everyone with a role gets a test call; who answers, after how long, and who does not.

begin ──► a call each ──► acknowledge_after ──► deputies of the silent ──► a day later: over; silence alarms the admins
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from notifier import call_notices, notices
from notifier.options import Person
from response.answering import How, call_of
from response.calling import wait
from response.contact_tree import everyone
from response.office import GATEWAY, Office
from response.reach_calendar import due_at
from store.calls import Call
from store.ids import new_id, shown
from store.reach_tests import ReachTest
from store.shelves import Shelves

LASTS = timedelta(days=1)
"""How long a test waits for answers: somebody on a day off answers the next morning, and that is a finding, too."""
KEPT = timedelta(days=400)
BEGAN = "reach-began"
"""Mark: since when the desk runs; the first test comes as much later as all others do."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a test found."""

    test: ReachTest
    calls: tuple[Call, ...]
    in_time: int
    """How many answered within `acknowledge_after`."""
    answered: int
    asked: int
    """Everyone with a role; stand-ins who were asked because of somebody's silence are not among them."""
    percent: int
    minutes: float | None
    """The median of those who answered; None while nobody has."""
    slowest: float | None
    silent: tuple[str, ...]
    """Who has not answered: addresses."""


def begin(shelves: Shelves, office: Office, by: str) -> str:
    """Begin a test; its id, "" while another one runs or where nobody has a role."""
    people, test_id = everyone(office.organisation), new_id()
    if not people or not shelves.reach_tests.begin(test_id, by, shelves.now + LASTS):
        return ""
    _forget_old(shelves)
    for person in people:
        _call(shelves, office, test_id, person, person.roles[0] if person.roles else "on call")
    shelves.calls.begin(test_id, "test", "test", shelves.now + wait(office))
    shelves.audit.add(by, "reach-test", test_id, {"people": len(people)})
    return test_id


def answer(shelves: Shelves, office: Office, test_id: str, by: str, how: How) -> bool:
    """Somebody says that the call has reached them, or that they could not take a case now; False when they had, or it is over."""
    test, call = shelves.reach_tests.get(test_id), call_of(shelves, test_id, office.main_address(by))
    if test is None or test.ended_at or call is None:
        return False
    said = shelves.calls.acknowledge if how == "have" else shelves.calls.pass_on
    if not said(test_id, call.person):
        return False
    if how == "pass-on":
        _stand_in(shelves, office, test_id, call)
    return True


def last(shelves: Shelves, office: Office) -> Result | None:
    """The newest test and what it found so far; None while there was none."""
    test = shelves.reach_tests.last()
    return result(shelves, office, test) if test else None


def result(shelves: Shelves, office: Office, test: ReachTest) -> Result:
    """Count one test."""
    calls = shelves.calls.of(test.id)
    asked = [one for one in calls if not one.instead_of]
    times = [t for one in asked if (t := _minutes(one)) is not None]
    in_time = sum(t <= office.options.acknowledge_after / 60 for t in times)
    return Result(
        test=test,
        calls=calls,
        in_time=in_time,
        answered=len(times),
        asked=len(asked),
        percent=100 * len(times) // len(asked) if asked else 0,
        minutes=median(times) if times else None,
        slowest=max(times, default=None),
        silent=tuple(one.person for one in asked if one.is_silent),
    )


def due_to_begin(shelves: Shelves, office: Office) -> Sequence[str]:
    """Whether the calendar wants a test now, in working time; once at the very beginning, to know since when."""
    if office.options.reach_test == "never" or not office.organisation.people:
        return ()
    since = began(shelves)
    if since is None:
        return (BEGAN,)
    return ("test",) if shelves.now >= due_at(office, since) and office.at_work(shelves.now) else ()


def begin_by_clock(shelves: Shelves, office: Office, what: str) -> None:
    """Begin the test that is due."""
    if what == BEGAN:
        shelves.marks.set(BEGAN, "")
    elif due_to_begin(shelves, office) and not begin(shelves, office, GATEWAY):
        shelves.marks.set(BEGAN, "")  # nobody has a role: asked again a period later


def began(shelves: Shelves) -> datetime | None:
    """When the last test was, or since when the desk waits for its first."""
    test, mark = shelves.reach_tests.last(), shelves.marks.entry(BEGAN)
    return max((at for at in (test and test.started_at, mark and mark[1]) if at), default=None)


def silent(shelves: Shelves, _office: Office) -> Sequence[str]:
    """Running tests whose time to answer is over."""
    return [one.about_id for one in shelves.calls.due() if one.occasion == "test"]


def ask_stand_ins(shelves: Shelves, office: Office, test_id: str) -> None:
    """Ask the deputies of those who have not answered in time, and their second mailboxes."""
    (seen,) = shelves.calls.rounds(test_id)
    if seen.next_at is None or not shelves.calls.step(seen, 1, None):
        return
    for call in shelves.calls.of(test_id):
        if call.is_silent and not call.instead_of:
            _stand_in(shelves, office, test_id, call)


def over(shelves: Shelves, _office: Office) -> Sequence[str]:
    """Tests whose day is over."""
    return shelves.reach_tests.over()


def end(shelves: Shelves, office: Office, test_id: str) -> None:
    """End a test; the admins hear of it when somebody was not reached."""
    if not shelves.reach_tests.end(test_id):
        return
    shelves.calls.settle(test_id, "test")
    test = shelves.reach_tests.get(test_id)
    assert test is not None
    found = result(shelves, office, test)
    shelves.audit.add(GATEWAY, "reach-test-over", test_id, {"people": found.asked, "answered": found.answered})
    if found.silent:
        facts: dict[str, str | int] = {"number": shown(test_id), "people": found.asked, "silent": len(found.silent)}
        notices.alarm(shelves, office.organisation, "reach-test", facts)


def _call(shelves: Shelves, office: Office, test_id: str, person: Person, role: str, instead_of: str = "") -> None:
    level = 1 if instead_of else 0
    if shelves.calls.add(Call(test_id, person.address, "test", role, level, instead_of)):
        _write(shelves, office, test_id, person.address, instead_of)


def _stand_in(shelves: Shelves, office: Office, test_id: str, call: Call) -> None:
    """Write to the second mailbox of somebody, and ask their deputy, unless he was asked himself."""
    person = office.organisation.person(call.person)
    if person is None:
        return
    mailbox = person.second_mailbox
    if mailbox and shelves.calls.wrote_to_second(test_id, call.person, mailbox):
        _write(shelves, office, test_id, mailbox)
    if person.deputy:
        deputy = office.organisation.person(person.deputy) or Person(address=person.deputy)
        _call(shelves, office, test_id, deputy, "stand-in", call.person)


def _write(shelves: Shelves, office: Office, test_id: str, address: str, instead_of: str = "") -> None:
    minutes = office.options.acknowledge_after // 60
    call_notices.reach_test(
        shelves, office.organisation, address, test_id=test_id, minutes=minutes, instead_of=instead_of
    )


def _minutes(call: Call) -> float | None:
    if call.acknowledged_at is None or call.called_at is None:
        return None
    return (call.acknowledged_at - call.called_at).total_seconds() / 60


def _forget_old(shelves: Shelves) -> None:
    for old in shelves.reach_tests.before(shelves.now - KEPT):
        shelves.calls.forget(old)
        shelves.reach_tests.forget(old)
