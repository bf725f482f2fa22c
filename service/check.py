"""`sekisho check`: whether everything the settings name is really there, every shortcoming at once."""

import asyncio
from collections.abc import AsyncIterator

from dns.asyncresolver import Resolver

from service import check_elsewhere, check_here, check_trackers
from service.check_problem import Problem, exit_status
from service.settings import Settings

__all__ = ["Problem", "check", "exit_status"]


async def check(settings: Settings, *, deep: bool = False, resolver: Resolver | None = None) -> list[Problem]:
    """Look at everything; never raises for what it finds.

    `deep` also asks the outside trackers, and sends one mail to the report address and waits for the running relay to take it in;
    that only when nothing else is wrong, because it would not arrive. `resolver`: another one than the machine's.
    """
    found = [problem for look in check_here.LOOKS for problem in look(settings)]
    slow = (
        check_elsewhere.store(settings),
        check_elsewhere.next_hop(settings),
        check_elsewhere.own_domains(settings, resolver),
        check_elsewhere.sandbox(settings),
    )
    for problems in await asyncio.gather(*(_all(one) for one in slow)):
        found += problems
    if deep:
        found += await _all(check_trackers.trackers(settings))
    if deep and not exit_status(found):
        found += await _all(check_elsewhere.round_trip(settings))
    return found


async def _all(problems: AsyncIterator[Problem]) -> list[Problem]:
    return [problem async for problem in problems]
