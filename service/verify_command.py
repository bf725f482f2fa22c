"""`sekisho verify`: whether the audit log and the evidence of every ticket are whole, entry by entry."""

from dataclasses import dataclass
from functools import partial

import typer

from notifier.words import when
from service.console import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    counted,
    out,
    settings_of,
    with_store,
)
from service.settings import Settings
from store.audit import Checked
from store.engine import Store
from store.ids import shown
from store.shelves import Shelves


@dataclass(frozen=True, slots=True)
class _Found:
    """What was looked through."""

    audit: Checked
    tickets: int
    broken: dict[str, int]
    """Ticket → number of the first record that does not fit."""


def verify(config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """Check the chains of the audit log and of every ticket's evidence. Exit status 1: something was changed or is missing."""
    settings = settings_of(config)
    found = with_store(settings, _look)
    whole = found.audit.is_whole and not found.broken
    if json:
        newest = {"seq": found.audit.newest.seq, "sha256": found.audit.newest.sha256}
        since = found.audit.keyed_since.isoformat() if found.audit.keyed_since else None
        audit = {"entries": found.audit.entries, "newest": newest, "broken": found.audit.broken}
        audit |= {"keyed_since": since, "unkeyed": found.audit.unkeyed}
        broken = {shown(ticket): number for ticket, number in found.broken.items()}
        as_json({"whole": whole, "audit": audit, "tickets": found.tickets, "broken": broken})
    else:
        for line in _words(found, settings):
            out.print(line, markup=False)
    if not whole:
        raise typer.Exit(Exit.NO)


async def _look(store: Store) -> _Found:
    audit = await store.read(lambda shelves: shelves.audit.check())
    tickets = await store.read(lambda shelves: shelves.tickets.ids())
    broken: dict[str, int] = {}
    for ticket in tickets:  # each in a read of its own: a ticket may hold large files
        number = await store.read(partial(_broken, ticket))
        if number is not None:
            broken[ticket] = number
    return _Found(audit, len(tickets), broken)


def _broken(ticket: str, shelves: Shelves) -> int | None:
    return shelves.evidence.broken(ticket)


def _words(found: _Found, settings: Settings) -> list[str]:
    audit = found.audit
    if audit.broken is None:
        said = [f"Audit log: {audit.entries} {'entry' if audit.entries == 1 else 'entries'}, whole."]
        if audit.newest.seq:
            said += [f"The newest is {audit.newest.seq} {audit.newest.sha256}: the log of the relay names it, too."]
    else:
        said = [f"Audit log: NOT WHOLE from entry {audit.broken} on: it was changed, or is missing."]
    said += _of_the_key(audit, settings)
    for ticket, number in found.broken.items():
        said += [f"Evidence of ticket {shown(ticket)}: NOT WHOLE from record {number} on."]
    if not found.broken:
        said += [f"Evidence: {counted(found.tickets, 'ticket')}, whole."]
    return said


def _of_the_key(audit: Checked, settings: Settings) -> list[str]:
    """Since when nobody can have made the chains anew without the key."""
    if not audit.entries:
        return []
    if audit.keyed_since is None:
        return [
            (
                "NOT KEYED: the mark of the newest entry is not ours. A node of the version before wrote last, the key is another one, "
                "or somebody changed it; the next entry makes a new one."
            )
        ]
    since = when(audit.keyed_since, settings.organisation.time_zone, "en")
    older = (
        f"; {audit.unkeyed} {'entry is' if audit.unkeyed == 1 else 'entries are'} from before" if audit.unkeyed else ""
    )
    return [f"Keyed since {since}{older}: from then on nobody has made them anew without the key of the links."]
