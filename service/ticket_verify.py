"""`sekisho ticket verify [NUMBER]`: whether the custody chain of a case, or of every case, is whole; the first record that is not is named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

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
    stop,
    with_store,
)
from service.settings import Settings
from store.engine import Store
from store.evidence import Entry
from store.ids import parse, shown
from store.shelves import Shelves


@dataclass(frozen=True, slots=True)
class _Chain:
    """The records of one case."""

    ticket: str
    records: int
    newest: str
    """Digest of the newest record: kept elsewhere, it proves that none was added or taken away since."""
    unkeyed: int
    """Records of before they were keyed (`store.keyed`)."""
    broken: int | None
    """The first record that does not fit."""
    entry: Entry | None
    """That record as it stands now; None where it is not there."""

    def as_dict(self) -> Mapping[str, Any]:
        """For a program."""
        said = {
            "ticket": shown(self.ticket),
            "whole": self.broken is None,
            "records": self.records,
            "unkeyed": self.unkeyed,
        }
        return said | {"newest": self.newest, "broken": self.broken, "record": _named(self.entry)}


def verify(
    number: Annotated[str, typer.Argument(help="Number of the ticket; without it every ticket.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """Check the custody chain of a case, or of every case. Exit status 1: a record was changed, or is missing."""
    settings = settings_of(config)
    wanted = (parse(number) or stop(f"{number}: not a number like K7Q2-9MXD", Exit.WRONG)) if number else ""
    chains = with_store(settings, partial(_look, wanted=wanted))
    if number and not chains:
        stop(f"{number}: no such ticket", Exit.NO)
    broken = [chain for chain in chains if chain.broken is not None]
    if json:
        for chain in chains:
            as_json(chain.as_dict())
    else:
        for line in _words(chains, broken, settings, by_name=bool(number)):
            out.print(line, markup=False)
    if broken:
        raise typer.Exit(Exit.NO)


async def _look(store: Store, wanted: str) -> list[_Chain]:
    ids = await store.read(lambda shelves: shelves.tickets.ids())
    chosen = [one for one in ids if not wanted or one == wanted]
    # Each in a read of its own: a ticket may hold large files.
    return [await store.read(partial(_chain, one)) for one in chosen]


def _chain(ticket: str, shelves: Shelves) -> _Chain:
    entries, broken = shelves.evidence.of(ticket), shelves.evidence.broken(ticket)
    entry = next((one for one in entries if one.seq == broken), None)
    unkeyed = sum(not one.is_keyed for one in entries)
    return _Chain(ticket, len(entries), entries[-1].sha256 if entries else "", unkeyed, broken, entry)


def _named(entry: Entry | None) -> Mapping[str, str] | None:
    """A record by what may be said of it anywhere: no words of people, nothing that was found."""
    if entry is None:
        return None
    return {"event": entry.event, "object": entry.object, "actor": entry.actor, "at": entry.at.isoformat()}


def _words(chains: list[_Chain], broken: list[_Chain], settings: Settings, *, by_name: bool) -> Iterator[str]:
    for chain in broken:
        yield f"Ticket {shown(chain.ticket)}: NOT WHOLE from record {chain.broken} on: {_what(chain, settings)}."
    if not broken:
        yield f"Evidence: {counted(len(chains), 'ticket')}, whole."
    for chain in chains if by_name else ():
        if chain.broken is None:
            older = f" ({chain.unkeyed} of before records were keyed)" if chain.unkeyed else ""
            yield f"Ticket {shown(chain.ticket)}: {counted(chain.records, 'record')}{older}, the newest {chain.newest}."


def _what(chain: _Chain, settings: Settings) -> str:
    """Which record it is, as far as it still says so."""
    if chain.entry is None:
        return "it is missing, or the ticket does not name the newest one"
    at = when(chain.entry.at, settings.organisation.time_zone, "en")
    return f"{chain.entry.event} {chain.entry.object} of {at} was changed, or one before it is missing; or the key of the links is another one"
