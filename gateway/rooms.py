"""Rooms: what the way of a message is told by the settings, and what it works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.approval_options import Approval
from gateway.approvers import Approvers
from gateway.breaker import Breaker
from gateway.customers import Customers
from gateway.facts import FactsGatherer
from gateway.gate import Gate
from gateway.next_hop import NextHop
from gateway.options import Exemption, HoldOptions, Network, NextHopOptions, SenderClass, Smtp
from gateway.policy import Tables
from gateway.sandbox import Sandbox
from notifier.options import Organisation
from response.desk import Desk
from rules.verdict import Policy
from store.clock import Clock
from store.engine import Store


@dataclass(frozen=True, slots=True)
class FlowOptions:
    """The settings that the way of a message reads."""

    organisation: Organisation
    smtp: Smtp
    next_hop: NextHopOptions
    hold: HoldOptions
    senders: tuple[SenderClass, ...]
    exemptions: tuple[Exemption, ...]
    policy: Policy
    host_name: str
    report_address: str
    inside_networks: tuple[Network, ...]
    answer_address: str = ""
    receipts: bool = False
    """`[notices] receipt`."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`[gate.groups]`."""
    approval: Approval = field(default_factory=Approval)
    tables: Tables = field(default_factory=Tables)

    @property
    def approvers(self) -> Approvers:
        """Who may approve what."""
        return Approvers(self.organisation, self.senders, self.approval)


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the flow works with; the wiring starts and stops them."""

    store: Store
    next_hop: NextHop
    sandbox: Sandbox
    facts: FactsGatherer
    customers: Customers
    gate: Gate
    desk: Desk
    breaker: Breaker
    clock: Clock
    node: str
    stamps: tuple[bytes, ...] = field(default=(), repr=False)
    """The words of our stamp, the newest first."""
