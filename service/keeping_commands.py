"""Commands over what is kept: `sekisho legal-hold add|list|end`, `sekisho person find|export|erase`."""

from typing import Annotated

import typer

from mail.address import split
from notifier.words import one_line, when
from response import keeping
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    counted,
    in_store,
    operator,
    out,
    settings_of,
    stop,
)
from service.settings import Settings
from store.ids import parse, shown
from store.legal_holds import Kind, LegalHold
from store.persons import Found

legal_hold = typer.Typer(
    cls=Commands, help="What must not be forgotten, whatever the settings say.", no_args_is_help=True
)
person = typer.Typer(cls=Commands, help="What is kept of one mail address.", no_args_is_help=True)
AddressArgument = Annotated[str, typer.Argument(help="The mail address.")]


@legal_hold.command("add")
def add(
    target: Annotated[str, typer.Argument(help="Number of a ticket, or a mail address.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: which dispute, which authority.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """From now on nothing of that case, or of that person's mail, is forgotten until the hold is ended."""
    if not reason.strip():
        stop("say why: --reason", Exit.WRONG)
    kind, of = _target(target)
    made = in_store(settings_of(config), lambda s: keeping.place(s, kind, of, by=operator(), reason=reason), write=True)
    if made is None:
        stop(f"{target}: no such ticket, or its records were erased", Exit.NO)
    out.print(f"{shown(made.id)}: legal hold on {target}.", markup=False)


@legal_hold.command("list")
def list_(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those that ended.")] = False,
    json: JsonOption = False,
) -> None:
    """Legal holds in force, the newest first."""
    settings = settings_of(config)
    found = in_store(settings, lambda shelves: shelves.legal_holds.listing(ended=every))
    for one in found:
        if json:
            as_json(_as_json(one))
        else:
            out.print(_in_words(one, settings), markup=False)
    if not (found or json):
        out.print("No legal hold is in force.")


@legal_hold.command("end")
def end(
    number: Annotated[str, typer.Argument(help="Number of the legal hold, as `list` shows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may end.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """End a legal hold: what it kept is forgotten by the settings again. Exit status 1 when none of that number is in force."""
    hold_id = parse(number) or stop(f"{number}: not a number like K7Q2-9MXD", Exit.WRONG)
    if not reason.strip():
        stop("say why: --reason", Exit.WRONG)
    if not in_store(settings_of(config), lambda s: keeping.end(s, hold_id, by=operator(), why=reason), write=True):
        stop(f"{number}: no legal hold of that number is in force", Exit.NO)
    out.print(f"{shown(hold_id)}: ended.")


@person.command()
def find(address: AddressArgument, config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """Where something of that address lies, how much, and what `erase` would do with it. Exit status 1 when there is nothing."""
    _want_address(address)
    found = in_store(settings_of(config), lambda shelves: shelves.persons.find(address))
    for one in found:
        if json:
            as_json({"table": one.table, "rows": one.rows, "fate": one.fate, "why": one.why})
        else:
            out.print(_found_in_words(one), markup=False)
    if not found:
        stop(f"{address}: nothing is kept", Exit.NO)


@person.command()
def export(address: AddressArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Everything that is kept of that address, as JSON Lines, to be given to that person; no content of mail, which belongs to its senders."""
    _want_address(address)

    def rows(settings: Settings) -> list[dict[str, object]]:
        return in_store(settings, lambda shelves: [{"table": t, **row} for t, row in shelves.persons.export(address)])

    settings = settings_of(config)
    for row in rows(settings):
        as_json(row)
    in_store(settings, lambda s: s.audit.add(operator(), "person-export", address, {}), write=True)


@person.command()
def erase(
    address: AddressArgument,
    reason: Annotated[
        str, typer.Option("--reason", help="Who asked, and when; it is written into the audit log.")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """Erase what nothing must keep, and say what stays and why. Exit status 1 when a legal hold or an open case keeps all of it."""
    _want_address(address)
    if not reason.strip():
        stop("say who asked for it: --reason", Exit.WRONG)
    settings = settings_of(config)
    if why := in_store(settings, lambda shelves: keeping.why_kept(shelves, address)):
        stop(f"{address}: nothing was erased. {'; '.join(why)}", Exit.NO)
    gone: dict[str, int] = {}
    while some := in_store(settings, lambda shelves: shelves.persons.erase(address), write=True):
        gone = {table: gone.get(table, 0) + some.get(table, 0) for table in (*gone, *some)}
    in_store(
        settings, lambda s: s.audit.add(operator(), "person-erase", address, {"reason": reason, **gone}), write=True
    )
    stays = in_store(settings, lambda shelves: shelves.persons.find(address))
    if json:
        as_json({"erased": gone, "stays": [{"table": f.table, "rows": f.rows, "why": f.why} for f in stays]})
        return
    for table, rows in gone.items():
        out.print(f"{table}: {counted(rows, 'row')} erased", markup=False)
    for one in stays:
        out.print(f"{one.table}: {counted(one.rows, 'row')} stay: {one.why}", markup=False)


def _target(text: str) -> tuple[Kind, str]:
    if all(split(text)):
        return "person", text
    return "ticket", parse(text) or stop(f"{text}: neither a number like K7Q2-9MXD nor a mail address", Exit.WRONG)


def _want_address(address: str) -> None:
    if not all(split(address)):
        stop(f"{address}: not a mail address", Exit.WRONG)


def _in_words(one: LegalHold, settings: Settings) -> str:
    zone, language = settings.organisation.time_zone, settings.organisation.language
    target = shown(one.target) if one.kind == "ticket" else one.target
    ended = f", ended {when(one.ended_at, zone, language)} by {one.ended_by}" if one.ended_at else ""
    since = when(one.created_at, zone, language)
    return f"{shown(one.id)}  {one.kind} {target}: {one_line(one.reason)} ({one.owner}, {since}{ended})"


def _as_json(one: LegalHold) -> dict[str, object]:
    target = shown(one.target) if one.kind == "ticket" else one.target
    said = {"id": shown(one.id), "kind": one.kind, "target": target, "owner": one.owner, "reason": one.reason}
    return {**said, "created_at": one.created_at, "ended_at": one.ended_at, "ended_by": one.ended_by}


def _found_in_words(one: Found) -> str:
    return f"{one.table}: {counted(one.rows, 'row')}, {one.fate}{f' ({one.why})' if one.why else ''}"
