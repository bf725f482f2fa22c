"""What a drill tells people: that it will be, what happens in it, that it is over. Each begins with the mark, and goes to mailboxes of our own.

Everything stands in the outbox under the number of the drill: what is not yet on its way when it is stopped is withdrawn.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mail.address import ascii_domain, key
from notifier import addressees
from notifier.making import queued
from notifier.options import Organisation
from store.drills import Drill
from store.ids import new_id, shown
from store.outbox import Notice
from store.shelves import Shelves


def drill_announced(
    shelves: Shelves, organisation: Organisation, drill: Drill, people: Iterable[str]
) -> tuple[Notice, ...]:
    """Say beforehand that a drill begins."""
    facts = {"title": dict(drill.title), "until_at": drill.ends_at.isoformat()}
    return _tell(shelves, organisation, drill, "drill_announced", people, facts)


def drill_inject(
    shelves: Shelves, organisation: Organisation, drill: Drill, people: Iterable[str], words: Mapping[str, str]
) -> tuple[Notice, ...]:
    """Play something in."""
    facts = {"words": dict(words), "scene": dict(drill.scene)}
    return _tell(shelves, organisation, drill, "drill_inject", people, facts)


def drill_over(shelves: Shelves, organisation: Organisation, drill: Drill, people: Iterable[str]) -> tuple[Notice, ...]:
    """Say that it has ended and that nothing is left to do."""
    facts = {"title": dict(drill.title), "stopped": drill.state == "stopped"}
    return _tell(shelves, organisation, drill, "drill_over", people, facts)


def _tell(
    shelves: Shelves,
    organisation: Organisation,
    drill: Drill,
    kind: str,
    people: Iterable[str],
    facts: Mapping[str, object],
) -> tuple[Notice, ...]:
    ours = {key(a): a for a in people if addressees.may_receive(organisation, kind, a)}
    made = Notice(
        id="",
        kind=kind,
        channel="mail",
        recipient="",
        language="",
        facts={**facts, "number": shown(drill.id), "drill": True},
        ticket_id=drill.id,
    )
    return queued(shelves, [_to(organisation, made, address) for address in ours.values()])


def _to(organisation: Organisation, made: Notice, address: str) -> Notice:
    number = f"<{secrets.token_urlsafe(24)}@{ascii_domain(organisation.domains[0])}>"
    said = addressees.language(organisation, address)
    return replace(made, id=new_id() + new_id(), recipient=address, language=said, message_id=number)
