"""Metrics: what a mail admin scrapes of the message path. Labels are closed words, never addresses."""

import os
from collections.abc import Mapping
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
_asked = Counter("sekisho_held_total", "Held messages by how their sender was asked", ["asked"])
_decisions = Counter("sekisho_decisions_total", "Answers of senders and approvers", ["decision", "result"])
_approvals = Counter("sekisho_approvals_total", "Approvals that went another way than by an answer", ["event"])
_deliveries = Counter("sekisho_deliveries_total", "Released recipients by what became of the try", ["state"])
_unproven = Counter("sekisho_unproven_total", "Refused from shared networks by what was missing", ["missing"])
_unanswered = Counter("sekisho_unanswered_total", "What became of holds that nobody answered or cancelled", ["outcome"])
_reports = Counter("sekisho_reports_total", "Reports of misdirected mail by mail")
_sign_ins = Counter("sekisho_sign_ins_total", "Sign-ins at the pages by way and what became of them", ["way", "result"])
_near_misses = Counter("sekisho_near_misses_total", "Held messages that were cancelled or corrected")
_mirrored = Counter(
    "sekisho_tracker_writes_total", "Tries to tell outside trackers, by what became of them", ["tracker", "result"]
)
_answers = Counter("sekisho_mail_answers_total", "Answers to questions by mail, by what became of them", ["result"])
_desk_failures = Counter("sekisho_desk_failures_total", "What the desk does by the clock and failed, by duty", ["duty"])
_pruned = Counter("sekisho_pruned_total", "What was forgotten because its time was over, by what it was", ["what"])

_acknowledged = Histogram(
    "sekisho_acknowledgement_seconds",
    "Seconds from a call to a case until who was called says that they have it",
    buckets=(60, 120, 300, 600, 900, 1800, 3600, 4 * 3600, 24 * 3600),
)

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


def asked(how: str) -> None:
    """A message was held: asked about alone, again (a similar one is held), in a digest, with the copy it belongs to; or delayed."""
    _labelled(_asked, how).inc()


def decided(kind: str, result: str, *, near_miss: bool = False) -> None:
    """A sender or operator answered."""
    _decisions.labels(kind, result).inc()
    if near_miss:
        _near_misses.inc()


def approval(event: str) -> None:
    """Nobody answered (escalated, expired), or others were asked in place of who left (in-place)."""
    _labelled(_approvals, event).inc()


def unanswered(outcome: str) -> None:
    """The clock did something with a hold: left, sent, deputy, returned, cancelled, asked."""
    _unanswered.labels(outcome).inc()


def tried(state: str) -> None:
    """A released recipient was tried."""
    _deliveries.labels(state).inc()


def reported() -> None:
    """A mail came to the report address."""
    _reports.inc()


def answered(result: str) -> None:
    """A mail came to the answer address."""
    _labelled(_answers, result).inc()


def unproven(missing: str) -> None:
    """A client of a shared network did not prove that it is ours."""
    _unproven.labels(missing).inc()


def pruned(gone: Mapping[str, int]) -> None:
    """So much of what was forgotten."""
    for what, number in gone.items():
        _labelled(_pruned, what).inc(number)


def desk_failed(duty: str) -> None:
    """A duty of the desk failed for one id, or could not say what is due; it is tried again in the next round."""
    _labelled(_desk_failures, duty).inc()


def acknowledged(seconds: float) -> None:
    """Somebody who was called to a case, no drill, has taken it."""
    _acknowledged.observe(seconds)


def signed_in(way: str, result: str) -> None:
    """Somebody asked to be signed in ("asked"), was ("done"), or was not ("refused", "limited", "down")."""
    _labelled(_sign_ins, way, result).inc()


def mirrored(tracker: str, result: str) -> None:
    """A ticket was told to an outside tracker: ok, mismatch, later, down, refused, gone."""
    if result:
        _labelled(_mirrored, tracker, result).inc()
