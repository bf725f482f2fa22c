"""Blocked: a recipient who was blocked after a message was held is asked about like one who was blocked before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from mail.envelope import Client, Envelope, ForwardPath
from mail.message import Message
from rules import recipient_blocked
from rules.base import Action, Block, Facts, Mail, RecipientFacts
from rules.verdict import Policy, RuleSettings, Verdict
from store.holds import Hold, State
from store.shelves import Shelves

RULE = "recipient-blocked"


def with_blocks(shelves: Shelves, holds: Sequence[Hold], policy: Policy) -> tuple[Hold, ...]:
    """The holds as the rule would judge them now; what is decided stays as it was."""
    settings = policy.rules.get(RULE) or RuleSettings(recipient_blocked.ACTION, recipient_blocked.Options())
    if settings.action in {Action.OFF, Action.NOTE}:
        return tuple(holds)
    return tuple(_with_blocks(shelves, hold, settings) if hold.state is State.HELD else hold for hold in holds)


def _with_blocks(shelves: Shelves, hold: Hold, settings: RuleSettings) -> Hold:
    known = {f["about"].get("recipient") for f in hold.verdict["findings"] if f["rule"] == RULE}
    rows = {r.address: row for r in hold.recipients if r.address not in known and (row := shelves.blocks.of(r.address))}
    if not rows:
        return hold
    paths = tuple(ForwardPath(address) for address in rows)
    envelope = Envelope(hold.queue_id, hold.reverse_path, paths, Client(""), hold.received_at)
    facts = Facts(
        today=shelves.now.date(),
        recipients={
            address: RecipientFacts(block=Block(row.target, row.ticket_id, _day(row.expires_at), row.lenient))
            for address, row in rows.items()
        },
    )
    found = tuple(
        replace(finding, rule=RULE, action=finding.action or settings.action)
        for finding in recipient_blocked.check(Mail(envelope, Message(())), facts, settings.options)
    )
    added = [f | {"id": f"blocked-{n}"} for n, f in enumerate(Verdict("hold", found).as_json()["findings"], 1)]
    return replace(hold, verdict={**hold.verdict, "findings": [*added, *hold.verdict["findings"]]})


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None
