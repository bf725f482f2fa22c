"""Breaker: when our own readers fail for many senders it is our outage: 451 and an alarm, not a thousand questions.

What one sender writes never opens it, however much of it there is: a document on which a reader breaks can be made, and
sent again and again. Each sender counts once, each content counts once, and the smaller of both numbers is what happened.
"""

from collections import OrderedDict

from store.clock import Clock

WINDOW = 300.0
"""Seconds over which failures are counted (decisions: judging)."""
FEWEST_SENDERS = 3
"""Below so many senders it is their mail, not our outage."""
FEWEST_CONTENTS = 5
"""Below so many different contents it is chance, whatever the share."""
MOST = 10_000
"""So many are told apart in the window."""


class Breaker:
    """Counts whose messages could not be read by our own fault in the last five minutes."""

    def __init__(self, share: float, clock: Clock) -> None:
        self._share = share
        self._seen, self._hit, self._contents = (_Recent(clock) for _ in range(3))
        self._told = False

    def count(self, sender: str, fault: str = "") -> None:
        """One message of a sender was read; `fault`: the digest of one that our own reader failed on."""
        self._seen.add(sender)
        if fault:
            self._hit.add(sender)
            self._contents.add(fault)

    @property
    def open(self) -> bool:
        """Whether it is our outage now; it closes by itself when the failures are older than the window."""
        hit = len(self._hit)
        several = hit >= FEWEST_SENDERS and len(self._contents) >= FEWEST_CONTENTS
        return several and hit > self._share * len(self._seen)

    @property
    def news(self) -> bool:
        """Whether the outage began since this was last asked: an alarm once, not once a message."""
        now = self.open
        began, self._told = now and not self._told, now
        return began


class _Recent:
    """Different things of the last five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at: OrderedDict[str, float] = OrderedDict()

    def add(self, thing: str) -> None:
        self._at[thing] = self._clock.monotonic()
        self._at.move_to_end(thing)
        if len(self._at) > MOST:
            self._at.popitem(last=False)

    def __len__(self) -> int:
        oldest = self._clock.monotonic() - WINDOW
        while self._at and next(iter(self._at.values())) < oldest:
            self._at.popitem(last=False)
        return len(self._at)
