"""Breaker: when our own readers fail for many messages it is our outage: 451 and an alarm, not a thousand questions."""

from collections import deque

from store.clock import Clock

WINDOW = 300.0
"""Seconds over which failures are counted (decisions: judging)."""
FEWEST = 5
"""Below so many failures it is chance, whatever the share."""


class Breaker:
    """Counts how many messages could not be read by our own fault in the last five minutes."""

    def __init__(self, share: float, clock: Clock) -> None:
        self._share = share
        self._clock = clock
        self._seen: deque[tuple[float, bool]] = deque()
        self._faults = 0
        self._told = False

    def count(self, *, fault: bool) -> None:
        """One message was read."""
        self._forget()
        self._seen.append((self._clock.monotonic(), fault))
        self._faults += fault

    @property
    def open(self) -> bool:
        """Whether it is our outage now; it closes by itself when the failures are older than the window."""
        self._forget()
        return self._faults >= FEWEST and self._faults > self._share * len(self._seen)

    @property
    def news(self) -> bool:
        """Whether the outage began since this was last asked: an alarm once, not once a message."""
        now = self.open
        began, self._told = now and not self._told, now
        return began

    def _forget(self) -> None:
        oldest = self._clock.monotonic() - WINDOW
        while self._seen and self._seen[0][0] < oldest:
            self._faults -= self._seen.popleft()[1]
