"""Commands that judge stored mail without sending it: explain and replay."""

import asyncio
import collections
import json as jsonlib
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.content import HEAD
from gateway.facts import FactsGatherer
from gateway.inspect import Inspection, Job
from gateway.records import learn_from
from gateway.sandbox import Sandbox
from gateway.senders import asked_for, settled
from mail.address import split
from mail.headers import Headers
from rules.verdict import Policy, Verdict
from service import contacts_csv, past_mail
from service.console import (
    DEFAULT_CONFIG,
    Exit,
    JsonOption,
    as_json,
    counted,
    err,
    out,
    settings_of,
    stop,
    want_database,
)
from service.opening import prepare_store
from service.past_mail import Past
from service.settings import Settings, parse, policy
from store.clock import Clock
from store.contact_counts import Delivered
from store.contacts import Imported
from store.engine import Store, open_store
from store.errors import StoreError

ContactsOption = Annotated[
    Path | None, typer.Option("--contacts", help="Contacts as CSV, instead of those of the store.")
]
ValuesOption = Annotated[bool, typer.Option("--values", help="Also print what was found; for your own file only.")]
OptionalConfig = Annotated[
    Path | None, typer.Option("--config", "-c", envvar="SEKISHO_CONFIG", help="The settings file.")
]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on past mail."""

    past: Past
    inspection: Inspection
    seconds: float
    values: bool

    def as_json(self) -> dict[str, Any]:
        """The shape that others script against (one line of `replay --json`)."""
        verdict = self.inspection.verdict.as_json()
        return {"id": self.past.envelope.id, **verdict, "seconds": round(self.seconds, 6)}


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
    mails = _read([file], sender, tuple(to or ()))
    for judged in _judge(mails, config, contacts, values=values, learn=False):
        if json:
            as_json(judged.as_json())
        else:
            _print(judged)


def replay(
    sources: Annotated[list[Path], typer.Argument(help="mbox, Maildir, folder of .eml, .eml or JSON Lines.")],
    config: OptionalConfig = None,
    contacts: ContactsOption = None,
    *,
    learn: Annotated[
        bool, typer.Option("--learn", help="Learn each passed line before the next is judged, as live traffic does.")
    ] = False,
    values: ValuesOption = False,
    scores: Annotated[
        bool, typer.Option("--scores", help="Also what each scored rule thought of every recipient.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """What would have been held, by which rule: one line a message, then a summary."""
    counts, by_rule = collections.Counter[str](), collections.Counter[str]()
    for judged in _judge(_read(sources, "", ()), config, contacts, values=values, learn=learn, scores=scores):
        verdict = judged.inspection.verdict
        counts[verdict.disposition] += 1
        by_rule.update({f.rule for f in verdict.asking})
        line = judged.as_json()
        if scores:
            line["scores"] = _scores(judged)
        if json:
            as_json(line)
        else:
            rules = ", ".join(sorted({f.rule for f in verdict.asking}))
            out.print(f"{verdict.disposition:6} {judged.past.envelope.id}  {rules}", markup=False)
    _print_summary(counts, by_rule, json=json)


def _print_summary(counts: collections.Counter[str], by_rule: collections.Counter[str], *, json: bool) -> None:
    """How many would be held, and by which rule."""
    summary = {
        "messages": counts.total(),
        **{k: counts[k] for k in ("pass", "hold", "reject")},
        "by_rule": dict(by_rule.most_common()),
    }
    if json:
        as_json({"summary": summary})
    else:
        out.print(
            f"{counted(counts.total(), 'message')}: {counts['hold']} would be held, {counts['reject']} refused, {counts['pass']} pass."
        )
        for rule, number in by_rule.most_common():
            out.print(f"  {number:6}  {rule}", markup=False)


def _scores(judged: Judged) -> dict[str, dict[str, float]]:
    found = {rule: dict(scores) for rule, scores in judged.inspection.verdict.scores.items()}
    for finding in judged.inspection.verdict.findings:
        if finding.about.recipient and finding.rule not in judged.inspection.verdict.scores:
            found.setdefault(finding.rule, dict.fromkeys(judged.past.envelope.recipients, 0.0))[
                finding.about.recipient
            ] = finding.score
    return found


def _read(sources: Iterable[Path], sender: str, recipients: tuple[str, ...]) -> Iterator[Past]:
    """The messages of all sources; what holds none is named. Exit status 2 where there is none at all, 3 where one cannot be read."""
    found = False
    try:
        for source in sources:
            number = 0
            for number, mail in enumerate(past_mail.read(source, sender, recipients), 1):  # noqa: B007 - counted
                if mail.is_message:
                    found = True
                    yield mail
                else:
                    folder = source if source.is_dir() else source.parent
                    _without(folder / mail.envelope.id)
            if not number:
                _without(source)
    except past_mail.SourceError as error:
        stop(str(error), Exit.COULD_NOT)
    if not found:
        raise typer.Exit(Exit.WRONG)


def _without(source: Path) -> None:
    err.print(f"{source}: no message in it", markup=False)


def _judge(
    mails: Iterator[Past],
    config: Path | None,
    contacts: Path | None,
    *,
    values: bool,
    learn: bool,
    scores: bool = False,
) -> Iterator[Judged]:
    """Judge one after the other, in a loop of our own: the caller prints while we read on."""
    first = next(mails, None)
    if first is None:
        return
    if config is None and DEFAULT_CONFIG.exists():
        config = DEFAULT_CONFIG
    settings = settings_of(config) if config else _assumed(first)
    if config is None:
        err.print(
            f"no settings: rule defaults, {'no contacts' if contacts is None else f'contacts of {contacts}'}",
            markup=False,
        )
    keep_apart = learn or contacts is not None or config is None
    if not keep_apart:
        want_database(settings)
    imported = _contacts(contacts) if contacts else []
    with asyncio.Runner() as runner:
        judging = _Judging(settings, imported, keep_apart=keep_apart, values=values, scores=scores)
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


class _At(Clock):
    """The day of the message that is judged."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def now(self) -> datetime:
        return self.at or super().now()


class _Judging:
    """Facts, sandbox and rules, without a relay around them. What is learnt goes into a store that is thrown away."""

    def __init__(
        self, settings: Settings, contacts: Sequence[Imported], *, keep_apart: bool, values: bool, scores: bool
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sekisho-replay-")
        self._keep_apart = keep_apart
        if keep_apart:
            place = Path(self._folder.name)
            store = settings.store.model_copy(
                update={"url": f"sqlite:///{place / 'replay.db'}", "directory": place, "link_key": None}
            )
            settings = settings.model_copy(update={"store": store})
        self._settings = settings
        self._contacts = contacts
        self._clock = _At()
        self._sandbox = Sandbox(settings.sandbox, Clock())
        self._policy: Policy = replace(policy(settings), with_values=values, with_scores=scores)
        self._values = values
        self._store: Store | None = None

    async def start(self) -> None:
        if self._keep_apart:
            prepare_store(self._settings)
        self._store = open_store(self._settings.store, self._clock)
        await self._store.start()
        await self._sandbox.start()
        if self._contacts:
            await self._store.commit(lambda shelves: shelves.contacts.import_rows(self._contacts))

    async def stop(self) -> None:
        await self._sandbox.stop()
        if self._store:
            await self._store.stop()
        self._folder.cleanup()

    async def judge(self, past: Past, *, learn: bool) -> Judged:
        assert self._store
        self._clock.at = past.envelope.received_at
        started = time.perf_counter()
        gatherer = FactsGatherer(self._store, self._settings.organisation, self._clock, senders=self._settings.senders)
        facts = await gatherer.gather(past.envelope, past.content[:HEAD])
        inspection = await self._sandbox.inspect(past.content, Job(past.envelope, facts, self._policy))
        inspection = replace(inspection, verdict=self._settled(inspection.verdict, past, facts.today))
        seconds = time.perf_counter() - started
        if learn and past.learn and inspection.verdict.disposition == "pass":
            envelope = past.envelope
            subject = Headers(past.content).subject
            one = Delivered(envelope.reverse_path, envelope.recipients, envelope.received_at, subject)
            await self._store.commit(partial(learn_from, deliveries=[one]))
        return Judged(past, inspection, seconds, self._values)

    def _settled(self, verdict: Verdict, past: Past, today: date) -> Verdict:
        """What the relay makes of it by `[[senders]]`, `[[exemptions]]` and `must_pass`."""
        known = self._settings
        if not (known.senders or known.exemptions or known.hold.must_pass):
            return verdict
        asked = asked_for(past.envelope, Headers(past.content[:HEAD]), known.senders, known.organisation)
        return settled(verdict, past.envelope, asked, known.exemptions, known.hold.must_pass, today)


def _contacts(file: Path) -> Sequence[Imported]:
    """The good lines of a contact book; bad ones are named. Exit status 3 where it cannot be read, 2 where none is good."""
    try:
        rows = list(contacts_csv.read(file))
    except OSError as error:
        stop(f"{file}: {error.strerror}", Exit.COULD_NOT)
    for row in rows:
        if isinstance(row, contacts_csv.BadLine):
            err.print(f"{file}:{row.line}: {row.text}", markup=False)
    good = [row for row in rows if isinstance(row, Imported)]
    if rows and not good:
        stop(f"{file}: no contacts in it", Exit.WRONG)
    return good


def _print(judged: Judged) -> None:
    verdict = judged.inspection.verdict
    out.print(f"{judged.past.envelope.id}: {verdict.disposition}", markup=False)
    for finding in verdict.findings:
        suggestion = f" → {finding.suggestion}" if finding.suggestion else ""
        out.print(f"  {finding.rule} ({finding.action}){suggestion}", markup=False)
        out.print(f"    {finding.words['ja']}", markup=False)
        out.print(f"    {finding.words['en']}", markup=False)
    for part in verdict.exposure.parts:
        kinds = ", ".join(f"{kind} {number}" for kind, number in part.kinds.items() if number)
        if kinds:
            out.print(f"  {part.name or '(body)'}: {kinds}", markup=False)
        for kind, found in part.values.items():
            out.print(f"    {kind}: {', '.join(found)}", markup=False)
