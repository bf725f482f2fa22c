"""inspect: read a message and judge it, in one go; the same function in the event loop and in the sandbox.

Text never leaves here: what comes out is a verdict, names and digests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mail import meeting
from mail.envelope import Envelope
from mail.headers import Headers, alterable
from mail.message import Course, Lost, Message, Reason, headers_only, read, read_small
from rules.base import Facts, Mail
from rules.verdict import Policy, Verdict, judge

COMPARED: Final = 500
"""Known contacts that may be compared with recipients in the event loop; each costs about 40 µs, and its finding 100."""

RECIPIENTS: Final = 100
"""Recipients that may be judged in the event loop: a stranger of many letters costs half a millisecond, near to nobody or not."""


JUDGING: Final = 0
"""Where a reading is that has read every part; also where one is that has not begun with the first."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is judged with: the envelope, what is known, what is set."""

    envelope: Envelope
    facts: Facts
    policy: Policy


@dataclass(frozen=True, slots=True)
class Inspection:
    """What reading and judging brought."""

    verdict: Verdict
    parts: tuple[tuple[str, str], ...] = ()
    """(file name, SHA-256) of every part; "" is the body's name."""
    alterable: str = ""
    """"" or why the content may not be altered (`mail.headers.alterable`)."""
    lost: tuple[str, ...] = ()
    """Reasons why something could not be read, for metrics; no names."""
    meetings: tuple[str, ...] = ()
    """The meetings that it tells the others of (`mail.meeting.ordered`)."""
    files: tuple[str, ...] = ()
    """For each of `parts` the name of the part at the top that it is, or is inside of: what goes together."""


@dataclass(frozen=True, slots=True)
class Here(Inspection):
    """What it brought in the event loop: the header that was read is there, too."""

    headers: Headers | None = None


def inspect(content: bytes, job: Job, course: Course | None = None) -> Inspection:
    """Read everything and judge. Never raises on bad content: what could not be read is a finding."""
    message = read(content, course=course)
    if course:
        course.at(JUDGING)
    return judged(message, job)


def inspect_small(content: bytes, job: Job) -> Here | None:
    """The same for what may be read in the event loop; None for what has to be read in the sandbox."""
    recipients = job.facts.recipients
    if len(recipients) > RECIPIENTS or sum(len(of.candidates) for of in recipients.values()) > COMPARED:
        return None
    message = read_small(content)
    if message is None:
        return None
    found, headers = judged(message, job), message.headers
    assert isinstance(headers, Headers)
    return Here(found.verdict, found.parts, found.alterable, found.lost, files=found.files, headers=headers)


def inspect_header(content: bytes, job: Job, reason: Reason, where: str = "") -> Inspection:
    """Judge a message whose content could not be read: recipients as ever, and the loss as a finding."""
    return judged(headers_only(content, Lost(reason, where)), job)


def judged(message: Message, job: Job) -> Inspection:
    """Judge a message that was read (`mail.message.read`, `read_small`, `headers_only`)."""
    headers = message.headers
    assert isinstance(headers, Headers)
    parts = tuple((part.name, part.sha256) for part in message.parts)
    reasons = (lost.reason for lost in (*message.lost, *(x for part in message.parts for x in part.lost)))
    verdict = judge(Mail(job.envelope, message), job.facts, job.policy)
    lost, meetings = tuple(dict.fromkeys(reasons)), meeting.ordered(message.meetings)
    return Inspection(verdict, parts, alterable(headers, message), lost, meetings, tuple(_files(message)))


def _files(message: Message) -> Iterator[str]:
    """Each part at the top is followed by what is inside it."""
    top = ""
    for part in message.parts:
        top = top if part.within else part.name
        yield top
