"""A message in every state, each of its texts in the words a test gives; what its sender, a colleague and an approver open."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from gateway.decision import Decision, risks
from response.desk import Report
from store.holds import Delivery, Hold, State
from store.shelves import Shelves
from tests.helpers.pages import BLOCK, BLOCKED, BODY, MANY, OTHER, SENDER, SUPERIOR, TYPO, USUAL, WRONG, World, finding

COLLEAGUE = "mori@tachibana.example"
LOST = "somebody@lost.example"
"""Who was reported, and so is blocked: nobody else's page speaks of them."""
WANTS = (TYPO | {"action": "approve"}, BODY | {"action": "approve"})


class Messages:
    """Holds them; `add` hears of each page: its name and path."""

    def __init__(self, world: World, words: str, add: Callable[[str, str], None]) -> None:
        self.world, self.words, self._add = world, words, add
        local = "".join(c for c in words if c.isprintable() and c not in '"@\\')[:40]
        self.stranger = f'"{local}"@evil.example'
        """A recipient; in quotes much can stand before the @ (RFC 5321 4.1.2)."""

    async def hold(self, *findings: dict[str, Any], **changes: Any) -> tuple[str, Hold]:
        """One of them, by default with a finding of every kind."""
        words = self.words
        part = {"name": words, "persons": {"min": 2, "max": 3}, "kinds": {"phone": 2}, "lost": [words]}
        verdict = {
            "disposition": "hold",
            "findings": [found | self._said() for found in findings or self._findings()],
            "exposure": {"persons": {"min": 2, "max": 3}, "kinds": {"phone": 2}, "parts": [part]},
            "files": {words: [words]},
            "unnamed": [self.stranger],
            "absent": [self.stranger],
        }
        recipients = changes.pop("recipients", (WRONG, OTHER, self.stranger))
        return await self.world.hold((), recipients, verdict=verdict, subject=words, **changes)

    def _said(self) -> dict[str, Any]:
        return {"words": {"ja": self.words, "en": self.words}}

    def _findings(self) -> tuple[dict[str, Any], ...]:
        new = finding("recipient-first-time", {"recipient": self.stranger}, "", "", USUAL)
        file = finding("content-personal-data", {"part": self.words}, "", "") | {"files": [self.words]}
        return (TYPO, new, file, MANY, BODY)

    async def fill(self) -> None:
        for part in (self._questions, self._decided, self._after_sending, self._approvals, self._stops):
            await part()

    async def _questions(self) -> None:
        flow, later = self.world.pages.flow, self.world.clock.now() + timedelta(hours=2)
        for name, findings, changes in (
            ("question", (), {}),
            ("signed", (), {"alterable": "dkim"}),
            ("blocked", (BLOCK,), {"recipients": (BLOCKED, OTHER)}),
            ("delayed", (), {"deadline": None, "release_at": later}),
        ):
            token, _ = await self.hold(*findings, **changes)
            self._add(name, f"/q/{token}")
        token, _ = await self.hold()
        await flow.decide(token, Decision("cancel"))
        await flow.decide(token, Decision("bring-back"))
        self._add("brought back", f"/q/{token}")
        _, first = await self.hold()
        for name, findings in (("similar", ()), ("similar, but otherwise", (BODY,))):
            token, again = await self.hold(*findings)
            await self._commit(partial(_sent_again, again, first))
            self._add(name, f"/q/{token}")

    async def _decided(self) -> None:
        token, kept = await self.hold()
        chosen = {r.id: next(c for c in ("remove", "bcc", "right", "agree") if c in r.choices) for r in risks([kept])}
        await self.world.pages.flow.decide(token, Decision("send", chosen))
        self._add("being sent", f"/q/{token}")
        token, _ = await self.hold()
        await self.world.pages.flow.decide(token, Decision("cancel"))
        self._add("cancelled", f"/q/{token}")
        token, gone = await self.hold()
        await self._commit(lambda s: s.holds.move(gone.id, State.HELD, State.EXPIRED))
        self._add("expired", f"/q/{token}")

    async def _after_sending(self) -> None:
        for state in (Delivery.DELIVERED, Delivery.FAILED):
            token, kept = await self._released(state)
            self._add(str(state), f"/q/{token}")
            self._add(f"{state}, report", f"/q/{token}/report")
            receipt = await self._link(kept.queue_id, SENDER, "sent")
            self._add(f"{state}, receipt", f"/w/{receipt}")
        token, kept = await self._released(Delivery.DELIVERED, LOST)
        about: dict[str, Any] = {"hold_id": kept.id, "wrong": (LOST,)}
        await self.world.pages.desk.report(
            Report(channel="link", reporter=SENDER, words=self.words, proven=True, **about)
        )
        receipt = await self._link(kept.queue_id, SENDER, "sent")
        self._add("reported", f"/q/{token}")
        self._add("reported, receipt", f"/w/{receipt}")

    async def _released(self, state: Delivery, other: str = OTHER) -> tuple[str, Hold]:
        token, kept = await self.hold(recipients=(WRONG, other, self.stranger))
        reply = f"550 5.1.1 {self.words}"

        def unit(shelves: Shelves) -> None:
            decision = {"kind": "send", "omit": [], "redirect": {}, "hide": False, "confirmed": [WRONG]}
            shelves.holds.move(kept.id, State.HELD, State.RELEASED, by=SENDER, decision=decision)
            for recipient in kept.recipients:
                shelves.deliveries.set(kept.id, recipient.position, state, reply=reply)
                shelves.journal.set_recipient(kept.id, recipient.address, str(state), reply)

        await self._commit(unit)
        return token, kept

    async def _approvals(self) -> None:
        """Waiting; sent back; approved; taken back; and of somebody who is no approver any more."""
        flow = self.world.pages.flow
        tokens = [await self._asked() for _ in range(5)]
        await flow.say(tokens[1][0], approve=False, comment=self.words)
        await flow.say(tokens[2][0], approve=True)
        await flow.decide(tokens[3][1], Decision("take-back"))
        for name, (approver, sender) in zip(("asked", "sent back", "approved", "taken back"), tokens, strict=False):
            self._add(f"{name}: approver", f"/a/{approver}")
            self._add(f"{name}: sender", f"/q/{sender}")
        left = await self._link(self._last, COLLEAGUE, "approval")
        self._add("never asked: approver", f"/a/{left}")

    async def _asked(self) -> tuple[str, str]:
        token, kept = await self.hold(*WANTS)
        flow = self.world.pages.flow
        asked = risks(await flow.question(token) or ())
        choices = {risk.id: "ask" for risk in asked}
        outcome = await flow.decide(token, Decision("send", choices, self.words))
        assert outcome is not None
        assert outcome.result == "asked"
        self._last = kept.group_id
        return await self._link(kept.group_id, SUPERIOR, "approval"), token

    async def _stops(self) -> None:
        for name in ("stop", "stopped"):
            _, kept = await self.hold()
            token = await self._link(kept.group_id, COLLEAGUE, "stop")
            if name == "stopped":
                await self.world.pages.flow.stop(token)
            self._add(name, f"/s/{token}")

    async def _link(self, about: str, person: str, purpose: str) -> str:
        return str(await self._commit(lambda shelves: shelves.links.make(about, person, purpose)))

    async def _commit(self, unit: Callable[[Shelves], Any]) -> Any:
        return await self.world.store.commit(unit)


def _sent_again(later: Hold, first: Hold, shelves: Shelves) -> None:
    shelves.again.add(later.group_id, first.group_id)
