"""`sekisho deadlines`: what the law wants for given facts, in order of due; it reads one file and no store."""

import json as jsonlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from notifier.words import exactly
from response.deadlines import Deadline, Facts, FactsError, facts_of, owed
from service.console import DEFAULT_CONFIG, Exit, JsonOption, as_json, language, out, settings_of, stop

Lang = Literal["ja", "en"]
_WORDS = {
    "ja": {
        "hard": "法定",
        "soft": "目安",
        "none": "必要だが期日の定めなし",
        "to": "提出先",
        "why": "理由",
        "source": "根拠",
        "rough": "法律相談ではありません。根拠を確認してください。",
    },
    "en": {
        "hard": "hard",
        "soft": "soft",
        "none": "owed, without a date",
        "to": "to",
        "why": "why",
        "source": "source",
        "rough": "Not legal advice: look at the sources.",
    },
}


def deadlines(
    facts: Annotated[Path, typer.Option("--facts", help="A JSON object with what is known; - reads standard input.")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", envvar="SEKISHO_CONFIG", help="The settings file.")
    ] = None,
    lang: Annotated[Lang | None, typer.Option("--lang", help="Else the organisation's, else the terminal's.")] = None,
    *,
    json: JsonOption = False,
) -> None:
    """Legal deadlines for given facts."""
    if config is None and DEFAULT_CONFIG.exists():
        config = DEFAULT_CONFIG
    settings = settings_of(config) if config else None
    found = owed(_read(facts), settings.response.closed_days if settings else ())
    spoken = lang or (settings.organisation.language if settings else language())
    if json:
        for line in found:
            as_json(as_line(line, spoken))
    else:
        _say(found, spoken)


def as_line(line: Deadline, spoken: Lang) -> dict[str, Any]:
    """One line for a program (interfaces: Deadlines); what people read is in that language."""
    return {
        "rule": line.rule,
        "step": line.step,
        "to": getattr(line.to, spoken),
        "due": line.due.isoformat() if line.due else None,
        "kind": line.kind,
        "basis": list(line.basis),
        "reason": getattr(line.reason, spoken),
        "source": line.source,
        "owed": line.owed,
        "note": getattr(line.note, spoken) if line.note else None,
        "url": line.url,
        "zone": line.zone,
        "rule_version": line.rule_version,
        "jurisdiction": line.jurisdiction,
    }


def _read(file: Path) -> Facts:
    """Exit status 3 where the file cannot be read, 2 where it cannot be used."""
    try:
        octets = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        stop(f"{file}: {error.strerror}", Exit.COULD_NOT)
    try:
        return facts_of(jsonlib.loads(octets))
    except FactsError as error:
        stop("\n".join(f"{file}: {line}" for line in str(error).splitlines()), Exit.WRONG)
    except (UnicodeDecodeError, jsonlib.JSONDecodeError, RecursionError) as error:
        stop(f"{file}: not JSON: {error}", Exit.WRONG)


def _say(found: Sequence[Deadline], spoken: Lang) -> None:
    words = _WORDS[spoken]
    dated = sorted((line for line in found if line.due), key=lambda line: (line.due, line.kind))
    for line in (*dated, *(line for line in found if line.owed and not line.due)):
        when = f"{words[line.kind]}  {exactly(line.due, spoken)}" if line.due else words["none"]
        out.print(f"{when}  {line.rule} {line.step}", markup=False)
        out.print(f"    {words['to']}: {getattr(line.to, spoken)}", markup=False)
        out.print(f"    {words['why']}: {getattr(line.reason, spoken)}", markup=False)
        if line.note:
            out.print(f"    {getattr(line.note, spoken)}", markup=False)
        out.print(f"    {words['source']}: {line.source} {line.url}", markup=False)
    free = dict.fromkeys((line.rule, getattr(line.reason, spoken)) for line in found if not line.owed)
    for rule, reason in free:
        out.print(f"-  {rule}: {reason}", markup=False)
    out.print(words["rough"], markup=False)
