"""Commands over what is not asked about: exemptions of the settings, and files that somebody confirmed for a domain."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gateway.options import Exemption
from notifier.words import one_line, when
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    in_store,
    operator,
    out,
    settings_of,
    stop,
)
from service.settings import Settings
from store.clock import Clock
from store.confirmed import Confirmed
from store.ids import parse, shown
from store.shelves import Shelves

app = typer.Typer(cls=Commands, help="What is not asked about: exemptions and confirmed files.", no_args_is_help=True)


@app.command("list")
def listing(config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """Exemptions of the settings that are in force, and the files that were confirmed; with --json one line each."""
    settings = settings_of(config)
    confirmed = in_store(settings, lambda shelves: shelves.confirmed.listing())
    today = Clock().now().date()
    exemptions = [(n, e) for n, e in enumerate(settings.exemptions, 1) if e.until >= today]
    for number, exemption in exemptions:
        if json:
            as_json({"kind": "exemption", "number": number, **exemption.model_dump(mode="json")})
        else:
            out.print(_in_words(number, exemption), markup=False)
    for one in confirmed:
        if json:
            as_json(_as_json(one))
        else:
            out.print(_confirmed_in_words(one, settings), markup=False)
    if not (json or exemptions or confirmed):
        out.print("Nothing is exempt.")


@app.command()
def revoke(
    number: Annotated[str, typer.Argument(help="Number of a confirmed file, as `list` shows it.")],
    config: ConfigOption = DEFAULT_CONFIG,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is written into the audit log.")] = "",
) -> None:
    """Ask about a confirmed file again from now on. Exit status 1 when it is not confirmed any more."""
    confirmed_id = parse(number) or stop(f"{number}: not a number like K7Q2-9MXD", Exit.WRONG)

    def unit(shelves: Shelves) -> bool:
        ended = shelves.confirmed.revoke(confirmed_id, operator())
        if ended:
            shelves.audit.add(operator(), "exemption-revoke", confirmed_id, {"reason": reason})
        return ended

    if not in_store(settings_of(config), unit, write=True):
        stop(f"{number}: no such confirmed file", Exit.NO)
    out.print(f"{shown(confirmed_id)}: asked about again from now on.")


def _in_words(number: int, exemption: Exemption) -> str:
    """One exemption: for whom, from what, who answers for it, until when."""
    senders = [*exemption.senders, *(f"group {name}" for name in exemption.groups)]
    whom = [*senders, *map(str, exemption.clients)] or ["everyone"]
    to = f" to {', '.join(exemption.recipients)}" if exemption.recipients else ""
    rules = ", ".join(exemption.rules) or "all rules"
    return f"[[exemptions]] {number}: {', '.join(whom)}{to}: {rules}, until {exemption.until} ({exemption.owner}: {exemption.reason})"


def _confirmed_in_words(one: Confirmed, settings: Settings) -> str:
    zone, language = settings.organisation.time_zone, settings.organisation.language
    at = when(one.last_at, zone, language) if one.last_at else ""
    until = one.expires_at.astimezone(
        ZoneInfo(zone)
    ).date()  # half a year away: with its year, as that of [[exemptions]]
    file = f"{one_line(one.name)} to {one.customer}, from {one.sender}"
    return f"{shown(one.id)}  {file}: {one.rule}, confirmed {at} by {one.by} ({shown(one.hold_id)}), until {until}"


def _as_json(one: Confirmed) -> dict[str, Any]:
    """Without the number of the file itself."""
    return {
        "kind": "confirmed",
        "id": shown(one.id),
        "file": one.name,
        "customer": one.customer,
        "sender": one.sender,
        "rule": one.rule,
        "by": one.by,
        "hold": shown(one.hold_id),
        "first_at": one.first_at,
        "last_at": one.last_at,
        "until": one.expires_at,
    }
