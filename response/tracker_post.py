"""Tracker post: the worker that keeps outside trackers in step: takes what is due, asks the tracker, books what it said.

Any number of processes run it: a ticket is claimed for a tracker by a lease. One that dies in between is followed by another that searches
for our number before it creates anything.
"""

import asyncio
import html
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from mail.address import split
from notifier import channels, cut_off
from notifier.asking import OutsideError
from notifier.channels import Bound, ChannelError, Rendered
from notifier.tracker_options import Tracker
from notifier.trackers import Carried
from response import mirroring
from response.mirroring import Around, Claimed
from response.office import Office
from store.clock import Clock
from store.engine import Store

TIME_LIMIT = 60.0
"""Seconds for one ticket at one tracker, some questions and answers."""
AT_ONCE = 20
MAIL = "mail"
"""The kind that is no module of its own: a mailbox that a tracker reads."""
_log = structlog.get_logger("sekisho")


class TrackerPost:
    """The trackers of the settings."""

    def __init__(
        self,
        store: Store,
        office: Office,
        trackers: Sequence[Tracker],
        *,
        base_url: str,
        mail: Bound,
        clock: Clock,
        node: str,
        on_result: Callable[[str, str], None] = lambda _tracker, _result: None,
    ) -> None:
        """`on_result`: told of each try, by the tracker's name: ok, mismatch, later, down, refused, gone."""
        self._store = store
        self._trackers = trackers
        self._around = Around(office, base_url, node)
        self._mail = mail
        self._clock = clock
        self._on_result = on_result
        self._kinds: Mapping[str, Any] = channels.for_trackers() if trackers else {}
        self._stopping = False

    async def round(self) -> int:
        """Tell what is due, each tracker beside the others; how many tries that were. Raises `StoreError`."""
        if not self._trackers or await self._store.read(lambda shelves: shelves.high_water.frozen() is not None):
            return 0
        return sum(await asyncio.gather(*(self._serve(tracker) for tracker in self._trackers)))

    def begin_nothing_new(self) -> None:
        """At a stop: what is being told is booked, nothing else is begun."""
        self._stopping = True

    async def _serve(self, tracker: Tracker) -> int:
        if await self._store.read(lambda shelves: shelves.trackers.changed(tracker.name, 1)):
            await self._store.commit(partial(mirroring.look, around=self._around, tracker=tracker))
        done = 0
        while done < AT_ONCE and not self._stopping:
            claimed = await self._store.commit(partial(mirroring.claim, around=self._around, tracker=tracker))
            if claimed is None:
                break
            await self._tell(claimed)
            done += 1
        return done

    async def _tell(self, claimed: Claimed) -> None:
        waits = getattr(self._kinds.get(claimed.tracker.kind), "WAITS", None)
        try:
            carried = await self._carried(claimed)
        except OutsideError as error:
            booked = partial(mirroring.failed, around=self._around, claimed=claimed, error=error, waits=waits)
            result = await self._store.commit(booked)
            _log.warning("tracker not told", **_ids(claimed), result=result, reason=str(error))
        else:
            result = await self._store.commit(
                partial(mirroring.kept, around=self._around, claimed=claimed, carried=carried)
            )
            _log.info("tracker told", **_ids(claimed), result=result)
        self._on_result(claimed.tracker.name, result)

    async def _carried(self, claimed: Claimed) -> Carried:
        """Ask the tracker; every way to fail is an `OutsideError`. The one cut-off is asked first: nothing of a drill leaves the house."""
        tracker, organisation = claimed.tracker, self._around.office.organisation
        is_drill = claimed.case.facts["kind"] == "drill"
        if cut_off.stays(organisation, tracker.kind, tracker.address, drill=is_drill):
            raise OutsideError(cut_off.SWALLOWED, permanent=True)
        try:
            async with asyncio.timeout(TIME_LIMIT):
                if tracker.kind == MAIL:
                    return await self._by_mail(claimed)
                return await self._kinds[tracker.kind].mirror(claimed.case, claimed.mirror.reference, tracker)  # type: ignore[no-any-return]
        except TimeoutError as error:
            raise OutsideError("no answer: time limit", down=True) from error
        except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
            # Whatever shape its answer has: it must not end the worker, and with it every other tracker.
            raise OutsideError("its answer is not what its API promises", permanent=True) from error

    async def _by_mail(self, claimed: Claimed) -> Carried:
        """One mail with the newest state; nothing can be read back, only that the next hop took it."""
        case, address = claimed.case, claimed.tracker.address
        rendered = Rendered(
            id=case.id,
            kind="tracker",
            recipient=address,
            language=case.language,
            subject=case.summary,
            text=case.text,
            html=f"<pre>{html.escape(case.text)}</pre>",
            message_id=f"<{case.id}@{split(address)[1]}>",
            at=case.at,
        )
        try:
            await self._mail.send(rendered)
        except ChannelError as error:
            raise OutsideError(
                "the mail server did not take it", permanent=error.permanent, down=not error.permanent
            ) from error
        return Carried(case.number, is_read=False)


def _ids(claimed: Claimed) -> dict[str, str | int]:
    """Name it in the log: no address, nothing that the tracker answered."""
    mirror = claimed.mirror
    return {"tracker": mirror.tracker, "ticket_id": mirror.ticket_id, "attempt": mirror.attempts}
