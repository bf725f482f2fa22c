"""Blocked: who was blocked after a message was held is asked about like one who was blocked before, and is nobody's correction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mail.envelope import Client, Envelope, ForwardPath
from mail.message import Message
from rules import recipient_blocked
from rules.base import Action, Block, Facts, Mail, RecipientFacts
from rules.verdict import Policy, RuleSettings, Verdict
from store.blocks import BlockRow
from store.holds import Hold, State
from store.shelves import Shelves

RULE = "recipient-blocked"


def block_of(row: BlockRow, time_zone: str) -> Block:
    """A block as the rule knows it, its last day as the people of that zone count days: the store ends it at its hour."""
    until = row.expires_at.astimezone(ZoneInfo(time_zone)).date() if row.expires_at else None
    return Block(row.target, row.ticket_id, until, row.lenient)


def with_blocks(shelves: Shelves, holds: Sequence[Hold], policy: Policy, time_zone: str) -> tuple[Hold, ...]:
    """The holds as the rule would judge them now; what is decided stays as it was."""
    settings = policy.rules.get(RULE) or RuleSettings(recipient_blocked.ACTION, recipient_blocked.Options())
    if settings.action in {Action.OFF, Action.NOTE}:
        return tuple(holds)
    return tuple(_with_blocks(shelves, h, settings, time_zone) if h.state is State.HELD else h for h in holds)


def _with_blocks(shelves: Shelves, hold: Hold, settings: RuleSettings, time_zone: str) -> Hold:
    findings = [_without_blocked(shelves, finding) for finding in hold.verdict["findings"]]
    known = {f["about"].get("recipient") for f in findings if f["rule"] == RULE}
    rows = {r.address: row for r in hold.recipients if r.address not in known and (row := shelves.blocks.of(r.address))}
    blocks = {address: block_of(row, time_zone) for address, row in rows.items()}
    today = shelves.now.astimezone(ZoneInfo(time_zone)).date()
    return replace(hold, verdict={**hold.verdict, "findings": [*_found(hold, blocks, today, settings), *findings]})


def _without_blocked(shelves: Shelves, finding: dict[str, Any]) -> dict[str, Any]:
    """A finding whose suggestion is blocked cannot be answered by sending there."""
    meant = finding.get("suggestion")
    return finding | {"change": "blocked"} if meant and shelves.blocks.of(meant) else finding


def _found(hold: Hold, blocks: Mapping[str, Block], today: date, settings: RuleSettings) -> Iterator[dict[str, Any]]:
    """What the rule says of these recipients now."""
    paths = tuple(ForwardPath(address) for address in blocks)
    envelope = Envelope(hold.queue_id, hold.reverse_path, paths, Client(""), hold.received_at)
    facts = Facts(today=today, recipients={address: RecipientFacts(block=block) for address, block in blocks.items()})
    found = tuple(
        replace(finding, rule=RULE, action=finding.action or settings.action)
        for finding in recipient_blocked.check(Mail(envelope, Message(())), facts, settings.options)
    )
    return (f | {"id": f"blocked-{n}"} for n, f in enumerate(Verdict("hold", found).as_json()["findings"], 1))
