"""Judging past mail as the relay would have: facts, reading, rules, and what each message teaches; nothing is sent or kept."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway import confirmed
from gateway.conditions import Occasion, occasion
from gateway.content import HEAD, Content
from gateway.customers import Customers
from gateway.facts import FactsGatherer
from gateway.inspect import Inspection, Job
from gateway.learning import delivered, teaches
from gateway.options import with_groups
from gateway.parts import following, parts
from gateway.records import Judged, Written, line_of, write_down
from gateway.sandbox import Sandbox
from gateway.senders import asked_for, is_unattended, settled
from mail.address import domain_key, split
from rules.base import Action
from rules.policy_findings import TOGETHER
from rules.verdict import Policy, Verdict
from service.opening import prepare_store, tables
from service.past_message import Past
from service.policy_text import Because
from service.settings import Settings, policy
from store.clock import Clock
from store.contacts import Imported
from store.engine import Store, open_store
from store.journal import RecipientLine

FORGOTTEN = "content-forgotten-attachment"


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict on past mail."""

    past: Past
    inspection: Inspection
    """With what the relay makes of the verdict by `[[senders]]`, `[[exemptions]]` and `must_pass`."""
    seconds: float
    learnt: str = ""
    """"learnt", "held" (nobody knows what its sender would have answered), "unattended" (a program, a list, bulk); "" where nothing is."""
    because: Because | None = None
    """Which tables of the settings decided."""

    def as_json(self) -> dict[str, Any]:
        """The shape that others script against (one line of `replay --json`)."""
        verdict = self.inspection.verdict.as_json()
        shape = {"id": self.past.envelope.id, **verdict, "seconds": round(self.seconds, 6)}
        decided = self.because.as_json() if self.because else {}
        return shape | {"policy": decided} if decided else shape


class _At(Clock):
    """The day of the message that is judged."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def now(self) -> datetime:
        return self.at or super().now()


class PastJudge:
    """Facts, sandbox and rules, without a relay around them. What is learnt goes into a store that is thrown away."""

    def __init__(
        self, settings: Settings, contacts: Sequence[Imported], *, keep_apart: bool, values: bool, scores: bool
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sekisho-replay-")
        self._keep_apart = keep_apart
        if keep_apart:
            place = Path(self._folder.name)
            store = settings.store.model_copy(
                update={"url": f"sqlite:///{place / 'replay.db'}", "directory": place, "link_key": None}
            )
            settings = settings.model_copy(update={"store": store})
        self._settings = settings
        self._domains = frozenset(settings.organisation.domains)
        self._contacts = contacts
        self._clock = _At()
        self._sandbox = Sandbox(settings.sandbox, Clock())
        self._tables = tables(settings, policy(settings))
        self._policy: Policy = replace(policy(settings), with_values=values, with_scores=scores)
        rules = self._policy.rules
        quiet = replace(rules[FORGOTTEN], action=Action.OFF)
        self._without_attachments = replace(self._policy, rules={**rules, FORGOTTEN: quiet})
        self._store: Store | None = None

    async def start(self) -> None:
        """Make the store, where it is one of our own, and start the readers."""
        if self._keep_apart:
            prepare_store(self._settings)
        self._store = open_store(self._settings.store, self._clock)
        await self._store.start()
        self._customers = Customers(self._store, self._settings.organisation)
        await self._sandbox.start()
        if self._contacts:
            await self._store.commit(lambda shelves: shelves.contacts.import_rows(self._contacts))

    async def stop(self) -> None:
        """Forget all of it."""
        await self._sandbox.stop()
        if self._store:
            await self._store.stop()
        self._folder.cleanup()

    async def judge(self, past: Past, *, learn: bool) -> Told:
        """Judge one; with `learn` its line is written and what it teaches is learnt before the next is judged."""
        assert self._store
        known, envelope = self._settings, past.envelope
        self._clock.at = envelope.received_at
        started = time.perf_counter()
        attended = not is_unattended(envelope, known.senders, self._domains)
        # Made anew: what is kept for a minute of the relay's time would be a minute of ours.
        gatherer = FactsGatherer(self._store, known.organisation, self._clock)
        facts = await gatherer.gather(envelope, past.content[:HEAD], attended=attended)
        used = self._without_attachments if past.text_alone else self._policy
        found = await self._sandbox.inspect(past.content, Job(envelope, facts, used))
        content = Content(past.content, None, len(past.content), 0)
        asked = asked_for(envelope, content.headers, known.senders, known.organisation)
        sums = self._policy.own_action(TOGETHER)
        looked = await self._customers.look_up(found.verdict, envelope, self._policy)
        asked_of = occasion(envelope, content.headers, facts, attended=attended)
        found_by = self._tables.applied(looked.verdict, asked_of)
        exempt, must_pass = with_groups(known.exemptions, known.gate.groups), known.hold.must_pass
        verdict = settled(found_by, envelope, asked, exempt, must_pass, facts.today, sums, facts.own_domains)
        if verdict.disposition in {"delay", "hold"}:
            verdict = await confirmed.lowered(
                self._store, verdict, envelope, found.parts, known.organisation, facts.today
            )
        seconds = time.perf_counter() - started
        judged = Judged(
            envelope,
            content,
            verdict,
            asked,
            "observe",
            found.parts,
            found.alterable,
            seconds,
            attended,
            "",
            looked.names,
        )
        learnt = await self._learn(judged, past) if learn and past.learn else ""
        because = self._because(verdict, looked.verdict, asked_of)
        return Told(past, replace(found, verdict=verdict), seconds, learnt, because)

    def _because(self, verdict: Verdict, found: Verdict, asked_of: Occasion) -> Because:
        """What of the settings decided; `found`: by the rules alone."""
        everyone = asked_of.recipients
        waits = parts(self._tables, verdict, everyone) if verdict.disposition in {"delay", "hold"} else ()
        how = ((part, following(self._tables, verdict, part, everyone)) for part in waits)
        return Because(verdict, self._tables.fitting(found, asked_of), tuple(how), self._settings)

    async def _learn(self, judged: Judged, past: Past) -> str:
        """As the relay: a line in the journal, so that threads are known, and what the message teaches; of a held one only the line."""
        assert self._store
        disposition, envelope = judged.verdict.disposition, judged.envelope
        learnt = "learnt" if self._teaches(judged, past) else "unattended"
        if disposition != "pass":
            learnt = "held"
        state = {"pass": "delivered", "hold": "held", "delay": "held"}.get(disposition, "failed")
        lines = [RecipientLine(address, state, "", envelope.received_at) for address in envelope.recipients]
        known = self._settings.organisation
        lesson = delivered(envelope, judged.headers, envelope.recipients, known, judged.names)
        written = Written(line_of(judged, disposition, lines), lesson if learnt == "learnt" else None)
        await self._store.commit(lambda shelves: write_down(shelves, [written]))
        return learnt

    def _teaches(self, judged: Judged, past: Past) -> bool:
        """Whether a person chose its recipients; whoever makes a list of mail has chosen its senders, of whatever domain."""
        attended, envelope = judged.attended, judged.envelope
        if past.listed:
            own = self._domains | {domain_key(split(envelope.reverse_path)[1])}
            attended = not is_unattended(envelope, self._settings.senders, own)
        return teaches(envelope, judged.headers, attended=attended)
