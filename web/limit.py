"""Limit: how often one client may do in a while what costs other people's attention; in this process, of bounded size."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import ip_address

from starlette.requests import Request

CLIENTS = 10_000
"""So many are told apart."""


class Limit:
    """So many times per client in the window."""

    def __init__(self, most: int, window: timedelta) -> None:
        self._most = most
        self._window = window
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def takes(self, client: str, now: datetime) -> bool:
        """Count one; False when it was one too many."""
        times = self._times.setdefault(client, deque())
        self._times.move_to_end(client)
        while times and times[0] <= now - self._window:
            times.popleft()
        if len(self._times) > CLIENTS:
            self._times.popitem(last=False)
        if len(times) >= self._most:
            return False
        times.append(now)
        return True


def client_of(request: Request) -> str:
    """Who asks: the other end, or, behind a server on this machine, whom that one names last (X-Forwarded-For)."""
    host = request.client.host if request.client else ""
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        return host
    named = request.headers.getlist("x-forwarded-for")[-1:]
    return (named[0].rpartition(",")[2].strip() or host) if local and named else host
