"""Gate: the command that moves the gate, and says in words what the relay does with its verdicts."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer

from gateway.gate import Setting
from notifier.words import when
from service.console import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    err,
    in_store,
    operator,
    out,
    seconds_of,
    settings_of,
    stop,
)
from service.opening import open_gate
from service.settings import Settings
from store.clock import Clock

_POSITIONS: Mapping[str, str] = {
    "normal": "mail is judged, and held where there is something to ask",
    "observe": "mail is judged and written down; nothing is held",
    "open": "everything passes without a question",
    "hold-all": "everything is held for the admins",
}


def gate(
    position: Annotated[str, typer.Argument(help="normal, observe, open or hold-all; without: what it does now.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    duration: Annotated[
        str, typer.Option("--for", help="How long, for example 2h; then back to what held before.")
    ] = "",
    group: Annotated[str, typer.Option("--group", help="Only for this group (a name in gate.groups).")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; it is written into the audit log.")] = "",
    *,
    json: JsonOption = False,
) -> None:
    """What the relay does with its verdicts."""
    settings, clock = settings_of(config), Clock()
    door = open_gate(settings, clock)
    if position:
        if not reason:
            stop("say why: --reason", Exit.WRONG)
        try:
            until = clock.now() + timedelta(seconds=seconds_of("--for", duration)) if duration else None
            setting = door.set(position, by=operator(), reason=reason, until=until, group=group)
        except ValueError as error:
            stop(str(error), Exit.WRONG)
        except OSError as error:
            stop(f"{settings.store.directory}: {error.strerror}", Exit.COULD_NOT)
        _audit(settings, setting.position, {"group": group, "until": setting.until, "reason": reason})
    for name, setting in door.settings().items():
        if json:
            as_json(asdict(setting) | {"group": name})
        else:
            out.print(_in_words(name, setting, settings), markup=False)


def _in_words(group: str, setting: Setting, settings: Settings) -> str:
    """What holds for whom, until when, and who set it why."""
    zone, language = settings.organisation.time_zone, settings.organisation.language
    until = f", until {when(datetime.fromisoformat(setting.until), zone, language)}" if setting.until else ""
    by = f". Set by {setting.by}: {setting.reason}" if setting.by else ""
    return f"{group or 'everyone'}: {setting.position}: {_POSITIONS[setting.position]}{until}{by}"


def _audit(settings: Settings, position: str, details: dict[str, str]) -> None:
    """The gate works with the store down; then only the log of the relay has it."""
    try:
        in_store(settings, lambda shelves: shelves.audit.add(operator(), "gate", position, details), write=True)
    except typer.Exit:
        err.print("The audit log could not be written; the log of the relay has it.")
