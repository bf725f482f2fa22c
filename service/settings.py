"""Settings: one TOML file → frozen options of every room, or all of its mistakes at once with file, line and what to write."""

import contextlib
import copy
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, takewhile
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from gateway.approval_options import Approval
from gateway.options import (
    Exemption,
    FactsOptions,
    GateOptions,
    HoldOptions,
    NextHopOptions,
    SandboxOptions,
    SenderClass,
    Smtp,
)
from gateway.policy_tables import PolicyTable
from notifier.directory import FILE, Directory
from notifier.options import NoticeOptions, Options, Organisation, TimeLimit
from notifier.tracker_options import Tracker
from response.options import ResponseOptions
from rules.verdict import Policy, RuleSettings
from service import (
    cautions,
    crosscheck,
    crosscheck_approval,
    crosscheck_content,
    crosscheck_letters,
    crosscheck_mailboxes,
    crosscheck_policy,
    crosscheck_recipients,
    crosscheck_trackers,
    customer_list,
    rule_tables,
    without_unit,
)
from service.problems import Locator, Place, Problem, SettingsError, as_json, validated, written
from store.options import StoreOptions
from web.options import WebOptions

T = TypeVar("T", bound=BaseModel)


class ServiceOptions(Options):
    """`[service]`: the processes and their log."""

    workers: int = Field(default=0, ge=0)
    """Processes that share the listeners; 0: one per processor."""
    watchdog: TimeLimit = Field(default=30, ge=2)
    """Seconds without a sign of life after which a process is killed and replaced."""
    log: Literal["json", "keyvalue"] = "json"
    """One JSON object a line, or `key=value` as Postfix writes it."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is too unimportant to be written."""


class MetricsOptions(Options):
    """`[metrics]`."""

    listen: str = "127.0.0.1:9325"
    """Where /metrics, /livez and /readyz answer; empty: nowhere."""


class Tables(Options):
    """The tables of the file as they are written there."""

    organisation: Organisation
    smtp: Smtp = Smtp()
    next_hop: NextHopOptions = NextHopOptions()
    hold: HoldOptions = HoldOptions()
    approval: Approval = Approval()
    gate: GateOptions = GateOptions()
    facts: FactsOptions = FactsOptions()
    sandbox: SandboxOptions = SandboxOptions()
    senders: tuple[SenderClass, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    policy: tuple[PolicyTable, ...] = ()
    store: StoreOptions = StoreOptions()
    web: WebOptions = WebOptions()
    notices: NoticeOptions = NoticeOptions()
    response: ResponseOptions = ResponseOptions()
    trackers: tuple[Tracker, ...] = ()
    service: ServiceOptions = ServiceOptions()
    metrics: MetricsOptions = MetricsOptions()
    rules: Mapping[str, Any] = Field(default_factory=dict)
    """`[rules.NAME]`, read apart: the rules bring their options themselves."""


class Settings(Tables):
    """Everything that can be told to Sekisho; paths are absolute, sizes are octets, durations seconds."""

    rules: Mapping[str, RuleSettings]
    """Every rule by its name, also those that the file does not name."""
    file: Path
    """Where it was read from."""
    cautions: tuple[Problem, ...] = ()
    """What is allowed but worth a second look: `check` shows it."""
    lines: Mapping[str, int] = Field(default_factory=dict)
    """Where `policy[1]`, `exemptions[1]`, `rules.NAME`, … stand in the file, for `explain`."""


def load(path: Path) -> Settings:
    """Read a settings file. Raises `SettingsError` with every mistake in it."""
    file = path.absolute()
    try:
        document = file.read_text(encoding="utf-8")
    except OSError as error:
        advice = "; run `sekisho init`, or name one with --config FILE" if isinstance(error, FileNotFoundError) else ""
        raise SettingsError([Problem(path, 0, "", f"cannot be read: {error.strerror}{advice}")]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError([Problem(path, line, "", "is not UTF-8; save the file as UTF-8")]) from error
    return parse(document, path)


def parse(document: str, path: Path) -> Settings:
    """Read the text of a settings file; `path` is what its relative paths are relative to. Raises `SettingsError`."""
    try:
        raw = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([_syntax(error, document, path)]) from error
    where = Locator(path, document, raw)
    outside = chain(crosscheck_mailboxes.strangers(raw), crosscheck_recipients.strangers(raw))
    problems = [where.problem(place, text) for place, text in outside]
    tables = validated(Tables, raw, where, problems)
    rules = rule_tables.read(raw.get("rules"), where, problems)
    usable, kept = (tables, {}) if tables else _without(raw, [p.place for p in _most_exact(problems)])
    if usable:
        problems += [where.problem(_as_written(place, kept), text) for place, text in crosscheck.mistakes(usable)]
        found = chain(
            crosscheck_recipients.mistakes(rules, usable.facts.dns_servers),
            crosscheck_content.mistakes(rules),
            customer_list.mistakes(rules, usable.organisation.domains),
            crosscheck_approval.mistakes(usable),
            crosscheck_letters.mistakes(usable),
            crosscheck_policy.mistakes(usable, rules),
            crosscheck_trackers.mistakes(usable),
        )
        problems += [where.problem(_as_written(place, kept), text) for place, text in found]
    if tables is None or problems:
        raise SettingsError(_most_exact(problems))
    anchored = _with_directory(_anchored(tables, path.absolute().parent))
    found = chain(
        cautions.cautions(anchored),
        crosscheck_approval.cautions(anchored, rules),
        crosscheck_letters.cautions(anchored),
        crosscheck_recipients.cautions(rules),
        crosscheck_policy.cautions(anchored, rules),
        without_unit.cautions(Tables, raw),
    )
    cautioned = tuple(where.problem(place, text) for place, text in found)
    lines = {written(place): where.line(place) for place in _explained(raw)}
    return Settings(**{**dict(anchored), "rules": rules}, file=path.absolute(), cautions=cautioned, lines=lines)


def _explained(raw: Mapping[str, Any]) -> Iterator[Place]:
    """The places that `explain` names: what may have decided about a message."""
    for name in ("policy", "exemptions"):
        yield from ((name, number) for number in range(len(raw.get(name, ()))))
    yield from (("rules", name) for name in raw.get("rules", {}))


def _without(raw: Mapping[str, Any], places: Iterable[Place]) -> tuple[Tables | None, dict[Place, list[int]]]:
    """Read the document without what is wrong in it, so that mistakes beside it are found in the same go.

    Returns the tables, None where that is not possible, and of every list that lost elements which ones it kept.
    """
    rest = copy.deepcopy(dict(raw))
    gone: dict[Place, set[int]] = {}
    for place in places:
        keys = tuple(takewhile(lambda step: isinstance(step, str), place))
        if len(keys) < len(place):
            gone.setdefault(keys, set()).add(int(place[len(keys)]))
        elif isinstance(table := _at(rest, keys[:-1]), dict):
            table.pop(keys[-1], None)
    kept: dict[Place, list[int]] = {}
    for keys, numbers in gone.items():
        elements = _at(rest, keys)
        if isinstance(elements, list):
            kept[keys] = [n for n in range(len(elements)) if n not in numbers]
            elements[:] = [elements[n] for n in kept[keys]]
    with contextlib.suppress(ValidationError):
        return Tables.model_validate_json(as_json(rest), strict=True), kept
    return None, kept


def _at(value: Any, place: Place) -> Any:
    for step in place:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _as_written(place: Place, kept: Mapping[Place, list[int]]) -> Place:
    """Count the elements of a list as the file does, with those that were taken out."""
    for keys, numbers in kept.items():
        if len(place) > len(keys) and place[: len(keys)] == keys:
            return (*keys, numbers[int(place[len(keys)])], *place[len(keys) + 1 :])
    return place


def _most_exact(problems: list[Problem]) -> list[Problem]:
    """Leave out what a table says about itself where a key in it was named, and what was found twice."""
    once = {(p.place, p.text): p for p in problems}.values()
    return [
        p
        for p in once
        if not (p.of_table and any(o.place[: len(p.place)] == p.place and o.place != p.place for o in once))
    ]


def policy(settings: Settings) -> Policy:
    """Bring the rules into the form in which `rules.verdict.judge` takes them."""
    return Policy(rules=customer_list.with_file(settings.rules, settings.file.parent))


_SHORT_TIME = re.compile(r"=\s*\d{1,2}:\d{2}\s*$|=\s*\d:\d{2}")
"""A time of day without its seconds, or with one digit: people write it so, TOML does not."""


def _syntax(error: tomllib.TOMLDecodeError, document: str, path: Path) -> Problem:
    """Find the line in the message of tomllib, which has no attribute for it before Python 3.14."""
    text, _, at = str(error).partition(" (at ")
    line = int(at.split()[1].rstrip(",")) if at.startswith("line ") else document.count("\n") + 1
    lines = document.splitlines()
    written = lines[line - 1].partition("#")[0] if 0 < line <= len(lines) else ""
    hint = "; write a time of day as 09:00:00" if _SHORT_TIME.search(written) else ""
    return Problem(path, line, "", f"is not TOML: {text[:1].lower()}{text[1:]}{hint}")


def _anchored(model: T, base: Path) -> T:
    """Make every path absolute: relative ones are relative to the settings' file, also inside sqlite:/// addresses."""
    return model.model_copy(update=dict(_changes(model, base)))


def _with_directory(tables: Tables) -> Tables:
    """The same with the people of a directory, as they are from moment to moment (`sekisho people import`)."""
    organisation = tables.organisation.beside(Directory(tables.store.directory / FILE))
    return tables.model_copy(update={"organisation": organisation})


def _changes(model: BaseModel, base: Path) -> Iterator[tuple[str, Any]]:
    for name, value in model:
        match value:
            case Path():
                yield name, base / value
            case BaseModel():
                yield name, _anchored(value, base)
            case (BaseModel(), *_):
                yield name, tuple(_anchored(element, base) for element in value)
            case str() if name == "url" and value.startswith("sqlite:///"):
                yield name, f"sqlite:///{base / value.removeprefix('sqlite:///')}"
            case str() if name == "manual" and ("/" in value or value.endswith(".toml")):
                yield name, str(base / value)
