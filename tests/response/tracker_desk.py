"""A desk with outside trackers beside it, on a store and a clock of the test."""

from dataclasses import dataclass, field
from typing import Any

from notifier.channels import Bound
from notifier.channels import mail as mail_channel
from notifier.tracker_options import Tracker
from response.desk import Desk
from response.tracker_post import TrackerPost
from store.clock import Clock
from store.engine import Store
from store.tickets import Ticket
from store.trackers import Mirror
from tests.helpers.deciding import decide
from tests.response.cases import LEADER, OFFICER, SUPERIOR, by_link, confirm, deliver, held, keep

WORDS = "宛先を間違えて顧客一覧を送りました"


@dataclass
class TrackerDesk:
    """What a test of outside trackers works with."""

    store: Store
    desk: Desk
    clock: Clock
    trackers: tuple[Tracker, ...] = ()
    results: list[tuple[str, str]] = field(default_factory=list)
    mail_port: int = 9

    def post(self, node: str = "a") -> TrackerPost:
        """The worker of one node."""
        mail = mail_channel.Options(
            port=self.mail_port, tls="never", sender="sekisho@tachibana.example", host_name="mx.example"
        )
        return TrackerPost(
            self.store,
            self.desk.office,
            self.trackers,
            base_url="https://desk.example",
            mail=Bound(mail_channel, mail),
            clock=self.clock,
            node=node,
            on_result=lambda tracker, result: self.results.append((tracker, result)),
        )

    async def told(self, node: str = "a") -> list[str]:
        """One round; what became of each try."""
        self.results.clear()
        await self.post(node).round()
        return [result for _, result in self.results]

    async def ticket(self, **other: Any) -> Ticket:
        """A real ticket of a message that was delivered."""
        hold = held()
        await keep(self.store, hold)
        await confirm(self.store, hold, hold.recipients[0].address)
        await deliver(self.store, hold)
        return await self.desk.report(by_link(hold, words=WORDS, **other))

    async def tell_superior(self, ticket: Ticket) -> None:
        """The first step."""
        gate = next(step for step in ticket.steps if step.gate)
        await self.desk.finish_step(ticket.id, gate.step, by=SUPERIOR, note="電話で報告")

    async def close(self, ticket: Ticket) -> None:
        """It was none."""
        await self.tell_superior(ticket)
        await decide(self.store, self.desk.office, ticket.id, LEADER, OFFICER)
        refusal = await self.desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="社内でした")
        assert refusal == ""

    async def mirror(self, ticket: Ticket, tracker: str = "") -> Mirror:
        """How far it is."""
        name = tracker or self.trackers[0].name
        found = await self.store.read(lambda shelves: shelves.trackers.get(ticket.id, name))
        assert found is not None
        return found

    async def alarms(self) -> list[tuple[str, str]]:
        """What was told to people about trackers: kind and person, in order."""
        claimed = await self.store.commit(lambda s: s.outbox.claim_due("test", s.now, 10_000))
        return [(n.facts["alarm"], n.recipient) for n in claimed if n.kind == "alarm"]
