"""Commands that judge stored mail without sending it: explain and replay."""

import asyncio
import json as jsonlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from mail.address import split
from service import contacts_sources, reading, verdict_text
from service.console import (
    DEFAULT_CONFIG,
    Exit,
    JsonOption,
    as_json,
    err,
    out,
    settings_of,
    stop,
    want_database,
)
from service.contacts_rows import BadLine
from service.judging_past import PastJudge, Told
from service.past_message import Past
from service.replay_report import Report
from service.settings import Settings, parse
from store.contacts import Imported
from store.errors import StoreError

ContactsOption = Annotated[
    Path | None, typer.Option("--contacts", help="Contacts as CSV, vCard or LDIF, instead of those of the store.")
]
ValuesOption = Annotated[bool, typer.Option("--values", help="Also print what was found; for your own file only.")]
OptionalConfig = Annotated[
    Path | None, typer.Option("--config", "-c", envvar="SEKISHO_CONFIG", help="The settings file.")
]


def explain(
    file: Annotated[Path, typer.Argument(help="A stored message (.eml).")],
    config: OptionalConfig = None,
    contacts: ContactsOption = None,
    sender: Annotated[str, typer.Option("--from", help="Reverse-path; else the header From.")] = "",
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Recipient; may be repeated; else To, Cc and Bcc.")
    ] = None,
    *,
    values: ValuesOption = False,
    json: JsonOption = False,
) -> None:
    """The verdict on a stored message, without sending it. Exit status 0 whatever the verdict."""
    for address in (*filter(None, [sender]), *(to or ())):
        if not all(split(address)):
            stop(f"{address}: not a mail address", Exit.WRONG)
    mails = reading.messages([file], sender, tuple(to or ()))
    for judged in _judge(mails, config, contacts, values=values):
        if json:
            as_json(judged.as_json())
        else:
            verdict_text.say(judged)


def replay(
    sources: Annotated[list[Path], typer.Argument(help="mbox, Maildir, folder of .eml, .eml or JSON Lines.")],
    config: OptionalConfig = None,
    contacts: ContactsOption = None,
    *,
    learn: Annotated[
        bool,
        typer.Option(
            "--learn", help="In the order of time, each message learnt from as the relay would, before the next."
        ),
    ] = False,
    values: ValuesOption = False,
    scores: Annotated[
        bool, typer.Option("--scores", help="Also what each scored rule thought of every recipient.")
    ] = False,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Below each message that would be held, why: what its sender would read.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """What would have been held, by which rule: one line a message, then a summary. With --learn in the order of time."""
    report = Report()
    mails = reading.messages(sources, "", (), in_order=learn)
    for judged in _judge(mails, config, contacts, values=values, learn=learn, scores=scores):
        report.add(judged)
        verdict = judged.inspection.verdict
        line = judged.as_json()
        if scores:
            line["scores"] = _scores(judged)
        if json:
            as_json(line)
        else:
            rules = ", ".join(sorted({f.rule for f in verdict.asking}))
            out.print(f"{verdict.disposition:6} {judged.past.envelope.id}  {rules}", markup=False)
            if reasons:
                verdict_text.say_findings(verdict.asking)
    if json:
        report.print_json()
    else:
        out.print()
        report.print()


def _scores(judged: Told) -> dict[str, dict[str, float]]:
    found = {rule: dict(scores) for rule, scores in judged.inspection.verdict.scores.items()}
    for finding in judged.inspection.verdict.findings:
        if finding.about.recipient and finding.rule not in judged.inspection.verdict.scores:
            found.setdefault(finding.rule, dict.fromkeys(judged.past.envelope.recipients, 0.0))[
                finding.about.recipient
            ] = finding.score
    return found


def _judge(
    mails: Iterator[Past],
    config: Path | None,
    contacts: Path | None,
    *,
    values: bool,
    learn: bool = False,
    scores: bool = False,
) -> Iterator[Told]:
    """Judge one after the other, in a loop of our own: the caller prints while we read on."""
    first = next(mails, None)
    if first is None:
        return
    if config is None and DEFAULT_CONFIG.exists():
        config = DEFAULT_CONFIG
    settings = settings_of(config) if config else _assumed(first)
    if config is None:
        book = "no contacts" if contacts is None else f"contacts of {contacts}"
        own = settings.organisation.domains[0]
        err.print(f"no settings: rule defaults, {book}, {own} taken for your own domain", markup=False)
    keep_apart = learn or contacts is not None or config is None
    if not keep_apart:
        want_database(settings)
    imported = _contacts(contacts) if contacts else []
    with asyncio.Runner() as runner:
        judging = PastJudge(settings, imported, keep_apart=keep_apart, values=values, scores=scores)
        try:
            runner.run(judging.start())
            for mail in _chain(first, mails):
                yield runner.run(judging.judge(mail, learn=learn))
        except StoreError as error:
            stop(f"store: {error}", Exit.COULD_NOT)
        finally:
            runner.run(judging.stop())


def _chain(first: Past, rest: Iterator[Past]) -> Iterator[Past]:
    yield first
    yield from rest


def _assumed(first: Past) -> Settings:
    """Without settings: the sender's domain is ours, every rule has its defaults."""
    domain = split(first.envelope.reverse_path)[1] or "localhost"
    return parse(
        f"[organisation]\nname = {jsonlib.dumps(domain)}\ndomains = [{jsonlib.dumps(domain)}]\n", Path("assumed.toml")
    )


def _contacts(file: Path) -> Sequence[Imported]:
    """The good lines of a contact book; bad ones are named. Exit status 3 where it cannot be read, 2 where none is good."""
    try:
        rows = list(contacts_sources.of(str(file)).rows())
    except OSError as error:
        stop(f"{file}: {error.strerror}", Exit.COULD_NOT)
    for row in rows:
        if isinstance(row, BadLine):
            err.print(f"{file}:{row.line}: {row.text}", markup=False)
    good = [row for row in rows if isinstance(row, Imported)]
    if rows and not good:
        stop(f"{file}: no contacts in it", Exit.WRONG)
    return good
