"""`sekisho drill`: start, stop, result."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from mail.address import split
from response import debrief, drill
from response import scenario as scenario_files
from response.desk import Desk
from response.drill import Begun, Refusal
from response.scenario import Scenario
from service import drill_sending, drill_words
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    language,
    operator,
    out,
    settings_of,
    understood,
    with_store,
)
from service.console import stop as end_with
from service.opening import open_desk
from service.settings import Settings
from service.usable import ensure, of_drills, of_manual
from store.clock import Clock
from store.drills import Drill
from store.engine import Store
from store.ids import parse, shown
from store.shelves import Shelves

app = typer.Typer(cls=Commands, help="Exercises of the leak response through the real relay.", no_args_is_help=True)
REFUSALS: dict[Refusal, str] = {
    "running": "a drill is running: sekisho drill stop",
    "nobody": "nobody plays the sender: name one with --sender, or give somebody of [[organisation.people]] a superior",
    "outside": "--sender: not a mailbox of our own domains",
    "too-many": f"--sender: at most {drill.MOST_PLAYERS} at once",
}


@app.command()
def start(
    scenario: Annotated[str, typer.Option("--scenario", help="Which; without it they are listed.")] = "",
    sender: Annotated[list[str] | None, typer.Option("--sender", help="Who plays the sender; may be repeated.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    announced: Annotated[
        bool, typer.Option("--announced/--surprise", help="Tell everybody who has a part in it beforehand, or nobody.")
    ] = True,
    json: JsonOption = False,
) -> None:
    """Send a misdirected mail of an invented list through the real relay; nothing of it leaves the house. Exit status 1: one runs already."""
    settings = settings_of(config)
    understood(lambda: ensure(settings, of_drills))
    if not scenario:
        _list(settings, json=json)
        return
    players = tuple(sender or ())
    if wrong := next((one for one in players if not all(split(one))), ""):
        end_with(f"--sender {wrong}: not a mail address", Exit.WRONG)

    async def act(store: Store, desk: Desk) -> Begun | Refusal | str:
        chosen = _chosen(desk, scenario)
        who = players or tuple(filter(None, (drill.player_of(desk.office.organisation),)))
        how: dict[str, Any] = {"players": who, "by": operator(), "announced": announced}
        begun = await drill.start(store, desk.office, chosen, **how, at=Clock().now())
        if not isinstance(begun, Begun):
            return begun
        try:
            await drill_sending.send(settings, begun.letters)
        except drill_sending.NotTakenError as error:
            await drill.stop(store, desk.office, by=operator())
            return f"the relay did not take the mail of the drill, which is stopped: {error}"
        return begun

    said = _with_desk(settings, act)
    if isinstance(said, Begun):
        _begun(said.drill, json=json)
    elif said in REFUSALS:
        end_with(REFUSALS[said], Exit.NO if said == "running" else Exit.WRONG)
    else:
        end_with(said, Exit.COULD_NOT)


@app.command()
def stop(config: ConfigOption = DEFAULT_CONFIG, *, json: JsonOption = False) -> None:
    """End the drill that runs, and everything of it, at once. Exit status 1: none runs."""
    settings = settings_of(config)
    ended = _with_desk(settings, lambda store, desk: drill.stop(store, desk.office, by=operator()))
    if ended is None:
        end_with("no drill is running", Exit.NO)
    if json:
        as_json(_as_dict(ended))
    else:
        out.print(f"{shown(ended.id)} stopped. sekisho drill result shows what it showed.", markup=False)


@app.command()
def result(
    number: Annotated[str, typer.Argument(help="Number of the drill; without it, the newest.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    json: JsonOption = False,
) -> None:
    """What a drill showed: how long each thing took, what was skipped or came too early, whom the contact tree reached."""
    settings = settings_of(config)
    wanted = parse(number) if number else ""
    if wanted is None:
        end_with(f"{number}: not a number like K7Q2-9MXD", Exit.WRONG)

    async def act(store: Store, desk: Desk) -> debrief.Sheet | None:
        def unit(shelves: Shelves) -> debrief.Sheet | None:
            newest = next(iter(shelves.drills.listing(1)), None)
            found = shelves.drills.get(wanted) if wanted else newest
            return debrief.of(shelves, desk.office, found) if found else None

        return await store.read(unit)

    sheet = _with_desk(settings, act)
    if sheet is None:
        end_with(f"{number}: no such drill" if number else "no drill was held yet", Exit.NO)
    if json:
        as_json(_of_sheet(sheet))
        return
    for line in drill_words.debrief(sheet, settings):
        out.print(line, markup=False)


def _with_desk(settings: Settings, act: Any) -> Any:
    understood(lambda: ensure(settings, of_manual))

    async def run(store: Store) -> Any:
        return await act(store, open_desk(settings, store, Clock()))

    return with_store(settings, run)


def _list(settings: Settings, *, json: bool) -> None:
    # A program reads the organisation's language, whatever the terminal it runs in.
    spoken = settings.organisation.language if json else language()
    listed = scenario_files.load(settings.response.drills).listing(spoken)
    for name, title in listed:
        if json:
            as_json({"scenario": name, "title": title})
        else:
            out.print(f"{name}  {title}", markup=False)


def _chosen(desk: Desk, name: str) -> Scenario:
    known = drill.scenarios_of(desk.office).by_name
    return known.get(name) or end_with(f"--scenario {name}: none of {', '.join(sorted(known))}", Exit.WRONG)


def _begun(begun: Drill, *, json: bool) -> None:
    if json:
        as_json(_as_dict(begun))
        return
    title = begun.title[language()]
    out.print(f"{shown(begun.id)} has begun: {title}. sekisho drill stop ends it at once.", markup=False)


def _as_dict(one: Drill) -> dict[str, Any]:
    return asdict(one) | {"id": shown(one.id)}


def _of_sheet(sheet: debrief.Sheet) -> dict[str, Any]:
    """Counts, seconds and ids: nothing of a mail, and nobody's name beside those who had a part."""
    cases = [
        {
            "ticket": shown(case.ticket.id),
            "seconds": {figure.name: figure.seconds for figure in case.figures},
            "out_of_order": [step.step for step in case.out_of_order],
            "written_before": case.written_before,
            "missed": [step.step for step in case.missed],
            "called": asdict(case.called) | {"percent": case.called.percent},
            "corrected": case.corrected,
            "matched": case.matched,
            "kept_in": case.kept_in,
        }
        for case in sheet.cases
    ]
    return {"drill": _as_dict(sheet.drill), "reported": sheet.reported[0], "players": sheet.reported[1], "cases": cases}
