"""Holding: what is kept of a message and said about it, made ready to be committed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from gateway.alteration import signature_of, with_changes, with_files
from gateway.exposed import wants_sign_in
from gateway.keeping import Keeping
from gateway.parts import Following, Part, following, verdict_of
from gateway.records import Judged, hold_of, line_of
from gateway.rooms import FlowOptions, Rooms
from store.holds import Hold

IN_LOOP: Final = 8 * 1024
"""Octets of a message that is made ready to be kept at once: a thread would take longer to begin."""


class Holding:
    """Makes holds of judged messages."""

    def __init__(self, options: FlowOptions, rooms: Rooms) -> None:
        self._options = options
        self._rooms = rooms
        self._domains = frozenset(options.organisation.domains)

    async def of(self, judged: Judged, part: Part) -> tuple[Keeping, Judged]:
        """A part of a message that is to be held or delayed, and what was judged of that part."""
        everyone = judged.envelope.recipients
        waits = following(self._options.tables, judged.verdict, part, everyone)
        if waits.partly:
            judged = part_of(judged, part)

        def made(of: Judged, plain: bytes, language: str) -> Hold:
            return self._hold(of, plain, language, waits)

        hold, sealed = await self.kept(judged, made)
        disposition = "delay" if waits.delay else "hold"
        line = line_of(judged, disposition, (), "")
        return Keeping(hold, sealed, judged.headers.addresses("to", "cc"), line), judged

    async def kept(self, judged: Judged, make: Callable[..., Hold]) -> tuple[Hold, bytes]:
        """What is kept of a message and its sealed content, made before it queues for the commit; not in the loop where it is large."""

        def kept() -> tuple[Hold, bytes]:
            plain = judged.content.plain()
            hold = make(judged, plain, language=self._language(judged))
            return hold, self._rooms.store.seal.close(plain, hold.id)

        return kept() if judged.content.size <= IN_LOOP else await asyncio.to_thread(kept)

    def _hold(self, judged: Judged, plain: bytes, language: str, waits: Following) -> Hold:
        """The hold with how it waits, and with what of its answers can be done on its header and its files."""
        hold = hold_of(judged, plain, language)
        said = {**hold.verdict, **({"policy": policy} if (policy := waits.as_json()) else {})}
        head, smtputf8 = judged.content.head(), judged.envelope.smtputf8
        leaves = self._rooms.clock.now() + timedelta(seconds=waits.delay) if waits.delay else None
        verdict = with_changes(said, head, own_domains=self._domains, smtputf8=smtputf8)
        verdict |= signature_of(judged.headers, signs_afterwards=self._options.hold.signs_afterwards)
        if not hold.alterable:
            names = [name for name, _ in judged.parts]
            verdict = with_files(verdict, plain, tuple(zip(names, judged.files, strict=False)))
        # What somebody has to sign in for is not let go by nobody.
        cancels = waits.silence == "cancel" or (waits.silence == "send" and wants_sign_in((hold,), self._options.hold))
        return replace(hold, verdict=verdict, release_at=leaves, silence=None if cancels else waits.silence)

    def _language(self, judged: Judged) -> str:
        person = self._options.organisation.person(judged.envelope.reverse_path)
        return (person.language if person else None) or self._options.organisation.language


def part_of(judged: Judged, part: Part) -> Judged:
    """The same message for some of its recipients, with what was found of them and of the message."""
    return replace(judged, envelope=judged.envelope.only(part.recipients), verdict=verdict_of(judged.verdict, part))
