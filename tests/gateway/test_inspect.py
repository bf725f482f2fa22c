"""What is judged in the event loop is judged as in the sandbox, message for message."""

from datetime import UTC, date, datetime
from pathlib import Path

from gateway.inspect import Inspection, Job, inspect, inspect_small
from mail.envelope import Client, Envelope, ForwardPath
from rules.base import Facts
from rules.verdict import default_policy

SHARED = Path(__file__).parents[2] / "../shared"
CORPUS = sorted(p for p in (SHARED / "corpus").rglob("*") if p.is_file() and p.name != "ORIGINS.md")
PATHS = (ForwardPath("tanaka@customer.example"),)
MOMENT = datetime(2026, 4, 6, tzinfo=UTC)
ENVELOPE = Envelope("1", "yamada@tachibana.example", PATHS, Client("192.0.2.1"), MOMENT)
JOB = Job(ENVELOPE, Facts(date(2026, 4, 6), frozenset({"tachibana.example"})), default_policy())


def said(found: Inspection) -> tuple[object, ...]:
    return found.verdict, found.parts, found.alterable, found.lost


def test_every_small_message_of_the_corpus_has_one_verdict_wherever_it_is_judged() -> None:
    contents = [path.read_bytes() for path in CORPUS]
    small = [(content, found) for content in contents if (found := inspect_small(content, JOB)) is not None]
    assert len(small) > 100
    assert [content[:200] for content, found in small if said(found) != said(inspect(content, JOB))] == []
