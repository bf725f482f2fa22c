"""Blocked: who was blocked after a message was held is asked about like one who was blocked before, and is nobody's correction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from mail.envelope import Client, Envelope, ForwardPath
from mail.message import Message
from rules import recipient_blocked
from rules.base import Action, Block, Facts, Mail, RecipientFacts
from rules.verdict import Policy, RuleSettings, Verdict
from store.blocks import BlockRow
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
    findings = [_without_blocked(shelves, finding) for finding in hold.verdict["findings"]]
    known = {f["about"].get("recipient") for f in findings if f["rule"] == RULE}
    rows = {r.address: row for r in hold.recipients if r.address not in known and (row := shelves.blocks.of(r.address))}
    return replace(hold, verdict={**hold.verdict, "findings": [*_found(hold, rows, shelves, settings), *findings]})


def _without_blocked(shelves: Shelves, finding: dict[str, Any]) -> dict[str, Any]:
    """A finding whose suggestion is blocked cannot be answered by sending there."""
    meant = finding.get("suggestion")
    return finding | {"change": "blocked"} if meant and shelves.blocks.of(meant) else finding


def _found(
    hold: Hold, rows: Mapping[str, BlockRow], shelves: Shelves, settings: RuleSettings
) -> Iterator[dict[str, Any]]:
    """What the rule says of these recipients now."""
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
    return (f | {"id": f"blocked-{n}"} for n, f in enumerate(Verdict("hold", found).as_json()["findings"], 1))


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None
