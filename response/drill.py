"""The drill: begins with real mail through the real relay, plays in what happens at set minutes, and ends everything of it at once.

    start (rows, keyed mails) ─► relay takes them (`gateway.drilling`) ─► reports, tickets, clocks as ever ─► stop, or its time is over
                                     └ injects by the clockwork

What may leave the house is decided in one place for all of it: `notifier.cut_off`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from mail.address import key
from notifier import drill_notices
from notifier.kinds import AWAITED
from notifier.options import Organisation
from response import drill_making
from response import scenario as scenarios
from response.drill_making import Letter
from response.drilling import office_in
from response.office import GATEWAY, Office
from response.roles import RESPONDERS
from response.scenario import Scenario
from store.drills import Drill, Ended
from store.engine import Store
from store.holds import State as HoldState
from store.ids import shown
from store.shelves import Shelves
from store.tickets import ENDED, State

YEARLY: Final = 2
"""So many drills a year, as our manual asks."""
OVERDUE: Final = timedelta(days=366 // YEARLY)
MOST_PLAYERS: Final = 50
Refusal = Literal["running", "nobody", "outside", "too-many"]


@dataclass(frozen=True, slots=True)
class Begun:
    """A drill that has begun, and the mails that the relay is to be given now."""

    drill: Drill
    letters: tuple[Letter, ...]


def scenarios_of(office: Office) -> scenarios.Scenarios:
    """What can be played here. Raises `scenarios.ScenarioError`."""
    return scenarios.load(office.options.drills)


def player_of(organisation: Organisation) -> str:
    """Who plays the sender where nobody is named: the first who has a superior and no role; "" nobody."""
    return next((one.address for one in organisation.people if one.superior and not one.roles), "")


async def start(
    store: Store, office: Office, chosen: Scenario, *, players: Sequence[str], by: str, announced: bool, at: datetime
) -> Begun | Refusal:
    """Begin a drill; or why not. What comes back is given to our own relay, as the players' programs would."""
    once = tuple({key(one): one for one in players}.values())
    if not once:
        return "nobody"
    if not all(office.is_ours(one) for one in once):
        return "outside"
    if len(once) > MOST_PLAYERS:
        return "too-many"
    drill = drill_making.make(office, chosen, once, by=by, announced=announced, at=at)

    def unit(shelves: Shelves) -> bool:
        if not shelves.drills.add(drill):
            return False
        shelves.audit.add(by, "drill-start", drill.id, {"scenario": drill.scenario, "players": len(once)})
        if announced:
            drill_notices.drill_announced(shelves, office.organisation, drill, _people(office, drill))
        return True

    if not await store.commit(unit):
        return "running"
    return Begun(drill, await asyncio.to_thread(drill_making.letters, store.seal, office, chosen, drill))


async def stop(store: Store, office: Office, *, by: str) -> Drill | None:
    """Stop the one that runs: everything of it ends now. None where none runs."""

    def unit(shelves: Shelves) -> Drill | None:
        running = shelves.drills.running()
        if running is None or not end(shelves, office, running.id, "stopped", by):
            return None
        shelves.audit.add(by, "drill-stop", running.id, {})
        return shelves.drills.get(running.id)

    return await store.commit(unit)


def end(shelves: Shelves, office: Office, drill_id: str, how: Ended, by: str) -> bool:
    """End it: no inject, no question, no reminder, no notice, no open ticket of it is left. False when it had ended."""
    told = _told(shelves, drill_id)
    if not shelves.drills.end(drill_id, how, by):
        return False
    drill = shelves.drills.get(drill_id)
    assert drill is not None
    shelves.outbox.withdraw_of_ticket(drill.id)
    for ticket_id in shelves.drills.tickets(drill.id):
        _close(shelves, office, ticket_id, by)
    for mail in drill.mails:
        _drop(shelves, mail.queue_id, by)
    drill_notices.drill_over(shelves, office.organisation, drill, {*told, *drill.players, *_people(office, drill)})
    return True


def _close(shelves: Shelves, office: Office, ticket_id: str, by: str) -> None:
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None or ticket.kind != "drill":
        return
    shelves.outbox.withdraw_of_ticket(ticket_id)
    if ticket.state in ENDED:
        return
    outcome = office.say("訓練の終了", "End of the drill")
    if shelves.tickets.move(ticket_id, ticket.state, State.CLOSED, outcome):
        todo = [step.step for step in ticket.steps if step.state == "todo"]
        shelves.evidence.add(ticket_id, by, "closed", "ticket", {"outcome": "drill-ended", "open_steps": todo})


def _drop(shelves: Shelves, queue_id: str, by: str) -> None:
    """What still waits of a mail of it is cancelled: nobody is asked or reminded any more."""
    line = shelves.journal.by_queue_id(queue_id) if queue_id else None
    hold = shelves.holds.get(line.hold_id) if line and line.hold_id else None
    if hold is None or not hold.drill:
        return
    shelves.holds.alone(*hold.keys)
    if shelves.holds.move(hold.id, HoldState.HELD, HoldState.CANCELLED, by=by, decision={"kind": "cancel"}):
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "stopped", "")
    shelves.outbox.withdraw(hold.group_id, AWAITED)


def _told(shelves: Shelves, drill_id: str) -> set[str]:
    """Who has heard of it: by the drill, by its tickets."""
    ids = (drill_id, *shelves.drills.tickets(drill_id))
    return {n.recipient for one in ids for n in shelves.outbox.of_ticket(one) if n.state in {"sent", "sending"}}


def _people(office: Office, drill: Drill) -> tuple[str, ...]:
    """Who has a part in it: the players, and whoever of the desk is there."""
    house = office_in(office, drill).organisation
    return (*drill.players, *(p.address for role in RESPONDERS for p in house.with_role(role)))


# By the clock


def due_injects(shelves: Shelves, _office: Office) -> Sequence[str]:
    """Injects whose minute has come."""
    return [f"{drill_id}:{position}" for drill_id, position in shelves.drills.due()]


def play(shelves: Shelves, office: Office, due: str) -> None:
    """Play one in, once."""
    drill_id, _, position = due.partition(":")
    played, drill = shelves.drills.play(drill_id, int(position)), shelves.drills.get(drill_id)
    if played and drill:
        drill_notices.drill_inject(shelves, office.organisation, drill, played.told, played.words)
        _write_down(shelves, drill, position)


def _write_down(shelves: Shelves, drill: Drill, position: str) -> None:
    """Its tickets know at which moment it was played."""
    for ticket_id in shelves.drills.tickets(drill.id):
        shelves.evidence.add(ticket_id, GATEWAY, "played", f"inject {position}", {"drill": shown(drill.id)})


def late(shelves: Shelves, _office: Office) -> Sequence[str]:
    """Drills whose time is over."""
    return shelves.drills.late()


def over(shelves: Shelves, office: Office, drill_id: str) -> None:
    """End one that nobody stopped."""
    end(shelves, office, drill_id, "over", GATEWAY)
