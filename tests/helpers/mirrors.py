"""One ticket at outside trackers in every state."""

from dataclasses import replace
from datetime import timedelta

from notifier.trackers import FACTS
from store.shelves import Shelves
from store.trackers import STATES, TrackerState

PROBLEMS = {
    "waiting": (
        "no answer: ConnectError",
        "somebody changed it there at the same moment",
        "the mail server did not take it",
    ),
    "failed": (
        *("answers 401", "its answer is too long", "secret_file cannot be used", "queue or field has letters"),
        *("leads into a network of our own; set own_network if that is meant",),
    ),
}


def fill_mirrors(shelves: Shelves, ticket_id: str, words: str) -> None:
    """Trackers up to date, differing, refusing, down, gone; `words`: what one of them calls the ticket."""
    node = "test"
    for state in STATES:
        for number, problem in enumerate(PROBLEMS.get(state, ("",))):
            name = f"{state} {number}"
            shelves.trackers.compared(ticket_id, name, due=True)
            claimed = shelves.trackers.claim((name,), node, shelves.now + timedelta(minutes=3))
            assert claimed
            told = state in {"ok", "mismatch"}
            shelves.trackers.book(
                replace(
                    claimed,
                    state=state,
                    reference=words if told else "",
                    url="https://tracker.example/issues/7" if told else "",
                    version=int(told),
                    fields=("summary", "text", *FACTS) if state == "mismatch" else (),
                    problem=problem,
                    read_at=shelves.now if told else None,
                    next_try=shelves.now + timedelta(hours=1),
                ),
                node,
            )
    shelves.trackers.set_state(TrackerState("waiting 0", down_since=shelves.now - timedelta(hours=3)))
    shelves.trackers.set_state(TrackerState("failed 0", gone="digest"))
