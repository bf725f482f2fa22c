"""Metrics: what a mail admin scrapes of the message path. Labels are closed words, never addresses."""

import os
from functools import cache
from pathlib import Path

from prometheus_client import Counter, Histogram

from gateway.replies import Reply
from rules.verdict import Verdict

_replies = Counter("sekisho_replies_total", "Answers to the final dot by class of the reply", ["reply_class"])
_messages = Counter(
    "sekisho_messages_total", "Messages by disposition and position of the gate", ["disposition", "gate"]
)
_findings = Counter("sekisho_findings_total", "Findings by rule and action", ["rule", "action"])
_seconds = Histogram(
    "sekisho_inspection_seconds",
    "Seconds from the final dot to the verdict",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_decisions = Counter("sekisho_decisions_total", "Answers of senders", ["decision", "result"])
_deliveries = Counter("sekisho_deliveries_total", "Released recipients by what became of the try", ["state"])
_unproven = Counter("sekisho_unproven_total", "Refused from shared networks by what was missing", ["missing"])
_reports = Counter("sekisho_reports_total", "Reports of misdirected mail by mail")

_ROOM = 64 * 1024
"""Octets of a file of prometheus_client; all our figures need a quarter of it."""


def begin(folder: Path) -> None:
    """In a new process: take room and descriptors for the figures now. Raises OSError.

    Without it prometheus_client would do so when the first message comes, and a full disk then kills the process (mmap(2): SIGBUS).
    """
    for kind in ("counter", "histogram"):
        with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, _ROOM)
    _replies.labels("2xx")  # which opens them


@cache
def _labelled(counter: Counter, *labels: str) -> Counter:
    """They are closed words: there are only so many."""
    return counter.labels(*labels)


def replied(reply: Reply) -> None:
    """An answer to the final dot."""
    _labelled(_replies, f"{reply.code // 100}xx").inc()


def judged(verdict: Verdict, gate: str, seconds: float) -> None:
    """A message was judged."""
    _labelled(_messages, verdict.disposition, gate).inc()
    _seconds.observe(seconds)
    for finding in verdict.findings:
        _labelled(_findings, finding.rule, str(finding.action)).inc()


def decided(kind: str, result: str) -> None:
    """A sender or operator answered."""
    _decisions.labels(kind, result).inc()


def tried(state: str) -> None:
    """A released recipient was tried."""
    _deliveries.labels(state).inc()


def reported() -> None:
    """A mail came to the report address."""
    _reports.inc()


def unproven(missing: str) -> None:
    """A client of a shared network did not prove that it is ours."""
    _unproven.labels(missing).inc()
