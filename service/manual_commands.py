"""Commands of the manual: check a file, export one as a CACAO 2.0 playbook, import one."""

import json
from pathlib import Path
from typing import Annotated, get_args

import typer

from response import cacao, cacao_import, manual
from response.manual import KINDS, Deed, Manual, ManualError
from service.console import Commands, Exit, JsonOption, as_json, err, stop
from store.clock import Clock

app = typer.Typer(cls=Commands, help="The manual as data.", no_args_is_help=True)
FileOption = Annotated[Path | None, typer.Option("--to", help="Write to this file, which must not exist; else print.")]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A manual (.toml), or a CACAO 2.0 playbook (.json).")],
    *,
    json: JsonOption = False,
) -> None:
    """Whether a manual can be used: every mistake with file and line (exit status 1), or how much stands in it."""
    try:
        sheet = cacao_import.read(_content(file), str(file)) if file.suffix == ".json" else _of_file(file)
    except ManualError as error:
        mistakes = str(error).splitlines()
        if json:
            as_json({"ok": False, "mistakes": mistakes})
        for line in () if json else mistakes:
            err.print(line, markup=False)
        raise typer.Exit(Exit.NO) from error
    named = {step.done_when for step in sheet.steps}
    by_hand = [deed for deed in get_args(Deed) if deed not in named]
    if json:
        as_json(
            {"ok": True, "name": sheet.name, "phases": len(sheet.phases), "steps": len(sheet.steps), "by_hand": by_hand}
        )
    else:
        print(f"{file}: {sheet.name}: {len(sheet.steps)} steps in {len(sheet.phases)} phases")
        if by_hand:
            print(f"No step has done_when = {', '.join(by_hand)}: what is done there is recorded at its step by hand.")


@app.command()
def export(
    which: Annotated[str, typer.Argument(help="Name of a built-in manual, or the path of a file.")] = manual.COMMON,
    to: FileOption = None,
    kind: Annotated[str, typer.Option("--kind", help=f"The one for a kind of mistake: {', '.join(KINDS)}.")] = "",
) -> None:
    """A manual as a CACAO 2.0 playbook (JSON), with our fields in an extension."""
    found = _loaded(which)
    if kind:
        wanted = next((one for one in KINDS if one == kind), None) or stop(
            f"--kind {kind}: write {', '.join(KINDS)}", Exit.WRONG
        )
        found = found.of_kind(wanted)
    _give(json.dumps(cacao.playbook(found, Clock().now()), ensure_ascii=False, indent=1) + "\n", to)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CACAO 2.0 playbook.")],
    to: FileOption = None,
) -> None:
    r"""A CACAO 2.0 playbook as a manual (TOML) for `\[response] manual`; of somebody else's the actions become steps behind our gate."""
    try:
        sheet = cacao_import.read(_content(file), str(file))
    except ManualError as error:
        stop(str(error), Exit.WRONG)
    _give(cacao_import.toml_of(sheet), to)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        stop(f"{file}: cannot be read: {error.strerror}", Exit.WRONG)


def _of_file(file: Path) -> Manual:
    """The manual with those of the kinds: they are built on it, and must fit, too."""
    return manual.load(f"{file.absolute()}")


def _loaded(which: str) -> Manual:
    try:
        return manual.load(which)
    except ManualError as error:
        stop(str(error), Exit.WRONG)


def _give(text: str, to: Path | None) -> None:
    if to is None:
        print(text, end="")
        return
    try:
        with to.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        stop(f"{to}: cannot be written: {error.strerror}", Exit.COULD_NOT)
