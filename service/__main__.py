"""The commands of `sekisho`."""

import asyncio
import re
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from service import (
    contacts_commands,
    deadlines_command,
    desk_commands,
    drill_commands,
    exemption_commands,
    gate_command,
    judge_commands,
    keeping_commands,
    manual_commands,
    migrate_command,
    people_commands,
    queue_commands,
    quiz_commands,
    ticket_verify,
    verify_command,
)
from service import init as initialising
from service.child import runner
from service.console import (
    DEFAULT_CONFIG,
    Commands,
    ConfigOption,
    Exit,
    JsonOption,
    as_json,
    language,
    out,
    seconds_of,
    settings_of,
    stop,
    understood,
)
from service.logs import configure
from service.settings import Settings
from service.snippets import KINDS
from service.snippets import snippet as snippet_of
from service.usable import ensure
from service.workers import Parent
from store.errors import StoreError

app = typer.Typer(
    cls=Commands,
    help="Sekisho (関所): asks the sender before mail leaves for a likely wrong recipient, and opens the leak-response ticket when it left.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
app.add_typer(contacts_commands.app, name="contacts")
app.add_typer(people_commands.app, name="people")
desk_commands.app.command("verify")(ticket_verify.verify)
app.add_typer(desk_commands.app, name="ticket")
app.add_typer(manual_commands.app, name="manual")
app.add_typer(drill_commands.app, name="drill")
app.add_typer(exemption_commands.app, name="exemptions")
app.add_typer(keeping_commands.legal_hold, name="legal-hold")
app.add_typer(keeping_commands.person, name="person")
for _command in (
    judge_commands.explain,
    judge_commands.replay,
    queue_commands.queue,
    queue_commands.show,
    queue_commands.release,
    queue_commands.cancel,
    queue_commands.retry,
    desk_commands.report,
    deadlines_command.deadlines,
    gate_command.gate,
    migrate_command.migrate,
    verify_command.verify,
    quiz_commands.quiz,
):
    app.command()(_command)


def _version(asked: bool) -> None:
    if asked:
        print(f"sekisho {version('sekisho')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which, and end.")] = False,
) -> None:
    """Carry what belongs to no command."""


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", help="Where the demo keeps its data.")] = Path(".demo"),
    lang: Annotated[
        Literal["ja", "en"] | None, typer.Option("--lang", help="Language of pages and words; else as the terminal's.")
    ] = None,
    *,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Play the whole story, check it, and end.")] = False,
) -> None:
    """Play the story on loopback with a built-in next hop: one mistyped letter, held, asked, corrected; reported, ticket."""
    from service.demo import Demo, InUseError  # noqa: PLC0415 - the whole house: half a second that no other command should pay

    try:
        with runner() as run:
            status = run.run(Demo(directory, lang).play(wait=not no_wait))
    except InUseError as error:
        stop(str(error), Exit.WRONG)
    raise typer.Exit(status)


@app.command()
def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """The whole gateway: relay, pages, duties; as many processes as service.workers says. SIGHUP reads the settings anew."""
    settings = settings_of(config)
    understood(lambda: ensure(settings))
    configure(settings.service.log, settings.service.log_level)
    try:
        parent = Parent(settings)
    except OSError as error:
        stop(f"{config}: {error.strerror}", Exit.COULD_NOT)
    raise typer.Exit(parent.run())


@app.command()
def check(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Also ask the other trackers, send one mail through the report address and wait for it."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Settings, files, keys, store, next hop, DNS, emergency organisation: every mistake at once. Exit status 1: not ready."""
    from service.check import check as check_all  # noqa: PLC0415 - DNS and the sandbox: no other command needs them
    from service.check_problem import located  # noqa: PLC0415 - as above

    settings = settings_of(config)
    found = asyncio.run(check_all(settings, deep=deep))
    for problem in found:
        if json:
            as_json(asdict(problem))
        else:
            out.print(located(problem, config), markup=False)
    if any(problem.severity == "error" for problem in found):
        raise typer.Exit(Exit.NO)
    if not json:
        out.print("Ready.")


@app.command()
def ready(
    config: ConfigOption = DEFAULT_CONFIG,
    wait: Annotated[str, typer.Option("--wait", help="Seconds to wait until it is, for example 30 or 1m.")] = "0",
) -> None:
    """Exit status 0 when it takes mail, 1 when not."""
    settings = settings_of(config)
    until = time.monotonic() + (int(wait) if wait.isdecimal() else seconds_of("--wait", wait))
    while True:
        takes_mail, reason = _asked(settings)
        if takes_mail:
            out.print(f"Ready. {reason}".rstrip(), markup=False)
            return
        if time.monotonic() >= until:
            stop(f"not ready: {reason}", Exit.NO)
        time.sleep(0.1)


@app.command()
def init(
    directory: Annotated[Path, typer.Option("--dir", help="Where to write.")] = Path("config"),
    lang: Annotated[Literal["ja", "en"], typer.Option("--lang", help="Language of notices and pages.")] = "ja",
    cloud: Annotated[bool, typer.Option("--cloud", help="Also the secrets for clients in a shared cloud.")] = False,
) -> None:
    """Write commented settings and a key to start from; nothing that exists is overwritten."""
    try:
        written = initialising.initialise(directory, lang, cloud=cloud)
    except OSError as error:
        stop(f"{error.filename or directory}: {error.strerror}", Exit.COULD_NOT)
    except StoreError as error:
        stop(str(error), Exit.COULD_NOT)
    out.print(initialising.next_steps(directory, language(), written), markup=False)


@app.command()
def snippet(kind: Annotated[str, typer.Argument(help=", ".join(KINDS))], config: ConfigOption = DEFAULT_CONFIG) -> None:
    """The lines to put into the other side's configuration."""
    if kind not in KINDS:
        stop(f"{kind}: none of {', '.join(KINDS)}", Exit.WRONG)
    print(snippet_of(kind, settings_of(config)))


def _asked(settings: Settings) -> tuple[bool, str]:
    """Ask /readyz of the running gateway: whether it takes mail, and what it has to say beside that."""
    if not settings.metrics.listen:
        return False, "[metrics] listen is empty: nobody can be asked"
    try:
        with urllib.request.urlopen(f"http://{settings.metrics.listen}/readyz", timeout=10) as answer:
            return True, _one_line(answer.read()).removeprefix("ok").strip()
    except urllib.error.HTTPError as error:
        with error:
            return False, _one_line(error.read())
    except OSError as error:
        return False, f"{settings.metrics.listen}: {getattr(error, 'reason', error)}; is it running?"


def _one_line(octets: bytes) -> str:
    return re.sub(r"\s+", " ", octets.decode(errors="replace")).strip()


def main() -> None:
    """What `sekisho` starts. What a command logs goes beside its output, never into it."""
    configure("keyvalue", "warning", stream=sys.stderr)
    app()


if __name__ == "__main__":
    main()
