"""`sekisho people reach-test`: begin a test of the contact tree, or see what the last one found."""

from typing import Annotated

import typer

from notifier.words import when
from response import reach
from response.office import Office
from response.reach import Result
from service.console import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    in_store,
    operator,
    out,
    settings_of,
    stop,
    understood,
)
from service.opening import office_of
from service.settings import Settings
from service.usable import ensure, of_manual
from store.ids import shown


def reach_test(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    result: Annotated[bool, typer.Option("--result", help="Begin none; show what the last one found.")] = False,
    json: JsonOption = False,
) -> None:
    """Send a test call to everyone with a role, who then say that it reached them. With --result exit status 1 while somebody has not."""
    settings = settings_of(config)
    understood(lambda: ensure(settings, of_manual))
    office = office_of(settings)
    if not result:
        _begin(settings, office)
    found = in_store(settings, lambda shelves: reach.last(shelves, office))
    if found is None:
        stop("There was no test yet: sekisho people reach-test", Exit.NO)
    if json:
        as_json(_as_dict(found))
    else:
        _say(found, settings)
    if result and found.silent:
        raise typer.Exit(Exit.NO)


def _begin(settings: Settings, office: Office) -> None:
    by = operator()
    if in_store(settings, lambda shelves: reach.begin(shelves, office, by), write=True):
        return
    if not settings.organisation.people:
        stop("Nobody has a role: [[organisation.people]] names them, one table a person.", Exit.NO)
    stop("A test is running, or nobody has a role: see --result.", Exit.NO)


def _say(found: Result, settings: Settings) -> None:
    zone, language = settings.organisation.time_zone, settings.organisation.language
    began = when(found.test.started_at, zone, language)
    ends = when(found.test.ended_at or found.test.ends_at, zone, language)
    state = f"ended {ends}" if found.test.ended_at else f"runs until {ends}"
    out.print(f"{shown(found.test.id)}  began {began}, {state}", markup=False)
    out.print(
        f"  answered: {found.answered} of {found.asked} ({found.percent} %), in time: {found.in_time}", markup=False
    )
    if found.minutes is not None and found.slowest is not None:
        out.print(f"  minutes: median {found.minutes:.0f}, slowest {found.slowest:.0f}", markup=False)
    for call in found.calls:
        said = "answered" if call.acknowledged_at else "cannot take a case" if call.passed_on_at else "no answer"
        because = f" (in place of {call.instead_of})" if call.instead_of else ""
        out.print(f"  {call.person}{because}: {said}", markup=False)


def _as_dict(found: Result) -> dict[str, object]:
    return {
        "id": shown(found.test.id),
        "started_at": found.test.started_at.isoformat(),
        "ended_at": found.test.ended_at.isoformat() if found.test.ended_at else None,
        "asked": found.asked,
        "answered": found.answered,
        "in_time": found.in_time,
        "percent": found.percent,
        "minutes": {"median": found.minutes, "slowest": found.slowest},
        "silent": list(found.silent),
    }
