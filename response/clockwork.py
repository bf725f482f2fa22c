"""Clockwork: what the desk does by the clock. Each duty says what is due, by id, and does one at a time, each a transaction of its own.

Any number of processes run it: whatever a duty does is claimed in its transaction (a compare-and-set on the row), so that it happens once.
What fails keeps nothing else: it is told to whoever runs this, nothing of it was kept, and the next round tries it again.
"""

from collections.abc import Callable, Sequence
from typing import Final

from response import clocks, drill, escalating, following, reach, reminding
from response.asking_again import ASK_AGAIN
from response.duty import Duty
from response.measure_dates import MEASURES_DUE
from response.office import Office
from store.engine import Store
from store.errors import StoreDownError, StoreError

__all__ = ["DUTIES", "FORESEEABLE", "Duty", "run"]

FORESEEABLE: Final = (StoreError, OSError, LookupError, ValueError, TypeError, AttributeError, AssertionError)
"""A store that cannot; and what a row raises that is otherwise than its reader expects: it must not end the clocks of all other cases."""
Failed = Callable[[str, str, Exception], None]
"""Hears which duty failed, for which id ("" : it could not even say what is due), and how."""

DUTIES: tuple[Duty, ...] = (
    Duty("deliveries", following.due, following.follow),
    Duty("deadlines-counted", clocks.uncounted, clocks.count_now),
    Duty("deadline-reminders", reminding.due, reminding.remind),
    Duty("calls", escalating.due, escalating.go_on),
    Duty("reach-test", reach.due_to_begin, reach.begin_by_clock),
    Duty("reach-test-silence", reach.silent, reach.ask_stand_ins),
    Duty("reach-test-over", reach.over, reach.end),
    ASK_AGAIN,
    MEASURES_DUE,
    Duty("drill-injects", drill.due_injects, drill.play),
    Duty("drill-end", drill.late, drill.over),
)
"""All of them; written out here, once."""


async def run(store: Store, office: Office, duties: Sequence[Duty] = DUTIES, failed: Failed | None = None) -> int:
    """Do what is due; how much that was. What fails is told to `failed`; without one the first failure is raised after all was tried."""
    failures: list[Exception] = []

    def tell(duty: str, id_: str, error: Exception) -> None:
        failures.append(error)
        if failed:
            failed(duty, id_, error)

    done = 0
    for duty in duties:
        done += await _one(store, office, duty, tell)
    if failures and not failed:
        raise failures[0]
    return done


async def _one(store: Store, office: Office, duty: Duty, failed: Failed) -> int:
    """One duty, each id by itself; of a store that is down it asks no further."""
    found: Sequence[str] = ()
    try:
        found = await store.read(lambda shelves: duty.due(shelves, office))
    except FORESEEABLE as error:
        failed(duty.name, "", error)
    done = 0
    for id_ in found:
        try:
            await store.commit(lambda shelves, one=id_: duty.do(shelves, office, one))  # type: ignore[misc]
        except StoreDownError as error:
            failed(duty.name, id_, error)
            break
        except FORESEEABLE as error:
            failed(duty.name, id_, error)
        else:
            done += 1
    return done
