"""Report mail: from the octets of a mail to the report address to clues; pure, bounded, never raises.

The original is looked for in this order: attached as a message, answered to (In-Reply-To, References), quoted with its header
lines (Outlook, Gmail, Thunderbird, Apple Mail; Japanese and English), or only named by number, Message-ID or words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from mail import machine_report, mime
from mail.address import exact_key, key
from mail.budget import Budget, Spending
from mail.headers import Headers
from mail.machine_report import MachineReport
from mail.shapes import Embedded
from response.clues import Clues, Quoted
from response.matching import plain_subject
from response.plain_text import plain_text
from response.quotations import ADDRESS, instant, quotations
from store.ids import parse as parse_number

LIMIT = 8 * 1024 * 1024
"""Octets that are looked at: an attached original begins well before."""
_BUDGET = Budget(depth=8, parts=100, header=64 * 1024)
_NESTED = 3
"""A forward of a forward of a forward: deeper ones are not looked into."""
_MOST = 20
# The line of ours in a header that came back (`gateway.trace.received`).
_OURS = re.compile(r"\(Sekisho\) with \S{1,12} id ([^\s;]{6,32})")
_MESSAGES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
_MESSAGE_ID = re.compile(r"<[^\s<>@]{1,300}@[^\s<>@]{1,300}>")
_ID_OCTETS = re.compile(rb"<[!-;=?A-~]{1,300}@[!-;=?A-~]{1,300}>")
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[-‐‑–−－][0-9A-Za-z]{4}(?![0-9A-Za-z])")
_BARE_NUMBER = re.compile(r"(?<![0-9A-Za-z@.])(?=[0-9A-Z]{0,7}\d)[0-9A-Z]{8}(?![0-9A-Za-z@.])")
_QUEUE_ID = re.compile(
    r"(?:queued as|held as|queue[ -]?id|キューID|受付ID)\s{0,3}[::]?\s{0,3}([0-9A-Za-z]{6,32})", re.IGNORECASE
)
# A file name with a usual suffix, or a phrase somebody put in quotation marks: what a person would look for.
_WORD = re.compile(r"[^\s\\/:*?\"<>|「」『』（）()、。]+")
_FILE = re.compile(r".+\.(?:xlsx?|docx?|pptx?|pdf|csv|txt|zip|7z|jpe?g|png)(?![0-9A-Za-z])", re.IGNORECASE)
_LONGEST_NAME = 125
_PHRASE = re.compile(r"[「『“\"]([^「」『』“”\"\r\n]{2,100})[」』”\"]")


@dataclass(frozen=True, slots=True)
class ReportMail:
    """What a mail to the report address says."""

    header_from: str
    message_id: str
    subject: str
    automatic: bool
    """An auto-reply, bounce, list or bulk mail: nobody waits for an answer (RFC 3834 2)."""
    words: str
    """What the reporter wrote, unchanged, at most `plain_text.TEXT` characters."""
    clues: Clues
    named: tuple[str, ...] = ()
    """Addresses that the reporter's own words name: said to be wrong."""
    machine: MachineReport | None = None
    """What a program says where it is a notification: a bounce, a complaint, a receipt."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The text, the reporter's own words in it, and what its quotations say."""

    own: str
    text: str
    quoted: tuple[Quoted, ...]
    in_files: tuple[str, ...] = ()
    """Message-IDs in enclosed files."""


def read(reverse_path: str, content: bytes, own_domains: Iterable[str], report_address: str = "") -> ReportMail:
    """Read a report. `own_domains` (keys) and the report address are left out of what is said to be wrong."""
    split = mime.split(content[:LIMIT], Spending(_BUDGET))
    headers = split.headers
    reporter = reverse_path or headers.from_address
    originals = _originals(split.leaves)
    text = plain_text(split.leaves)
    own, quoted = quotations(text)
    machine = not reverse_path or headers.is_automatic or headers.is_list_mail
    own_keys = frozenset(own_domains)
    notification = machine_report.read(split.leaves) if headers.is_report else None
    return ReportMail(
        header_from=headers.from_address,
        message_id=headers.message_id,
        subject=headers.subject,
        automatic=machine,
        words=text,
        clues=_clues(headers, originals, _Said(own, text, quoted, tuple(_in_winmail(split.leaves))), reporter)
        if notification is None
        else _of_notification(notification, originals, reporter),
        named=() if machine else tuple(_named(own, own_keys, {key(report_address), key(reporter)})),
        machine=notification,
    )


def _clues(headers: Headers, originals: tuple[Headers, ...], said_by: _Said, reporter: str) -> Clues:
    own, text, quoted = said_by.own, said_by.text, said_by.quoted
    said = f"{headers.subject}\n{text}"
    in_originals = [one.message_id for one in originals]
    in_thread = [
        m for name in ("in-reply-to", "references") for value in headers.all(name) for m in _MESSAGE_ID.findall(value)
    ]
    return Clues(
        numbers=_first(_numbers(said, originals)),
        queue_ids=_first((*_handed_in(originals), *(m[1] for m in _QUEUE_ID.finditer(said)))),
        message_ids=_first((*in_originals, *_MESSAGE_ID.findall(said), *said_by.in_files, *reversed(in_thread))),
        digests=_first(_digests(originals)),
        quoted=(*(_of_headers(one) for one in originals), *quoted)[:_MOST],
        words=_first((*_files(said), *_PHRASE.findall(own), *_about(headers.subject))),
        recipients=_first(a for a in ADDRESS.findall(own) if key(a) != key(reporter)),
        reporter=reporter,
    )


def _of_notification(said: MachineReport, originals: tuple[Headers, ...], reporter: str) -> Clues:
    """What names the message: what the notification says itself, and the header of it that came back. No words: they are a server's."""
    return Clues(
        queue_ids=_first(_handed_in(originals)),
        message_ids=_first((*(one.message_id for one in originals), *said.message_ids)),
        envids=_first((said.envid,)),
        reporter=reporter,
    )


def _handed_in(originals: Iterable[Headers]) -> Iterator[str]:
    """Under which queue ids the originals were handed in here, by the line that we put in front of them."""
    return (m[1] for one in originals for line in one.all("received")[:50] for m in _OURS.finditer(line))


def _in_winmail(leaves: Iterable[Embedded]) -> Iterator[str]:
    """Message-IDs in what Outlook encloses in its own format, whose letters take one octet or two each."""
    for leaf in leaves:
        if leaf.declared in _TNEF or leaf.name.lower() == "winmail.dat":
            yield from (m.decode("ascii", "replace") for m in _ID_OCTETS.findall(leaf.data.replace(b"\0", b""))[:_MOST])


def _originals(leaves: Iterable[Embedded], depth: int = 0) -> tuple[Headers, ...]:
    """Find the headers of every attached message, the innermost of a forwarded forward last."""
    found: list[Headers] = []
    for leaf in leaves:
        if leaf.declared not in _MESSAGES and not leaf.name.lower().endswith(".eml"):
            continue
        data = leaf.data.lstrip(b"\r\n")
        found.append(Headers.parse(data, _BUDGET.header))
        if depth < _NESTED and len(found) < _MOST:
            found.extend(_originals(mime.split(data, Spending(_BUDGET)).leaves, depth + 1))
    return tuple(one for one in found[:_MOST] if one.fields)


def _numbers(said: str, originals: tuple[Headers, ...]) -> Iterator[str]:
    for found in (*_NUMBER.findall(said), *_BARE_NUMBER.findall(said)):
        number = parse_number(found)
        if number:
            yield number
    for one in originals:
        for found in _NUMBER.findall(one.subject):
            number = parse_number(found)
            if number:
                yield number


def _files(said: str) -> Iterator[str]:
    """Names of files in a text; of a word that is too long for one its end."""
    found = (_FILE.match(word) for word in _WORD.findall(said) if "." in word)
    return (one[0][-_LONGEST_NAME:] for one in found if one)


def _digests(originals: tuple[Headers, ...]) -> Iterator[str]:
    """Of attached files of the original: they stay the same when mail servers rewrite the rest."""
    for one in originals[:_NESTED]:
        yield sha256(one.content).hexdigest()
        for leaf in mime.split(one.content, Spending(_BUDGET)).leaves:
            if leaf.name and not leaf.is_body:
                yield sha256(leaf.data).hexdigest()


def _of_headers(original: Headers) -> Quoted:
    return Quoted(
        original.subject, instant(original.first("date")), original.from_address, original.addresses("to", "cc")
    )


def _about(subject: str) -> tuple[str, ...]:
    """Take the subject of a report: often the forwarded one's."""
    return (plain_subject(subject),) if plain_subject(subject) else ()


def _named(own: str, own_domains: frozenset[str], left_out: set[str]) -> Iterator[str]:
    """Addresses in the reporter's own words that are not ours, in order."""
    seen: set[str] = set()
    for address in ADDRESS.findall(own)[:_MOST]:
        ours = key(address) in left_out or key(address).rpartition("@")[2] in own_domains
        if not ours and exact_key(address) not in seen:
            seen.add(exact_key(address))
            yield address


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST]
