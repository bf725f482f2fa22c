"""Report mail: from the octets of a mail to the report address to clues; pure, bounded, never raises.

The original is looked for in this order: attached as a message, answered to (In-Reply-To, References), quoted with its header
lines (Outlook, Gmail, Thunderbird, Apple Mail; Japanese and English), or only named by number, Message-ID or words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import unescape

from mail import charset, mime
from mail.address import exact_key, key
from mail.budget import Budget, Spending
from mail.headers import Headers
from mail.shapes import Embedded
from response.matching import Clues, Quoted, plain_subject
from response.quotations import ADDRESS, instant, quotations
from store.ids import parse as parse_number

LIMIT = 8 * 1024 * 1024
"""Octets that are looked at: an attached original begins well before."""
TEXT = 64 * 1024
"""Characters of text that are looked at, and kept as the reporter's words."""
_BUDGET = Budget(depth=8, parts=100, header=64 * 1024)
_NESTED = 3
"""A forward of a forward of a forward: deeper ones are not looked into."""
_MOST = 20
_MESSAGES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
_MESSAGE_ID = re.compile(r"<[^\s<>@]{1,300}@[^\s<>@]{1,300}>")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[-‐‑–−－][0-9A-Za-z]{4}(?![0-9A-Za-z])")
_BARE_NUMBER = re.compile(r"(?<![0-9A-Za-z@.])(?=[0-9A-Z]{0,7}\d)[0-9A-Z]{8}(?![0-9A-Za-z@.])")
_QUEUE_ID = re.compile(
    r"(?:queued as|held as|queue[ -]?id|キューID|受付ID)\s{0,3}[::]?\s{0,3}([0-9A-Za-z]{6,32})", re.IGNORECASE
)
# A file name with a usual suffix, or a phrase somebody put in quotation marks: what a person would look for.
_FILE = re.compile(
    r"[^\s\\/:*?\"<>|「」『』()()、。]{1,120}\.(?:xlsx?|docx?|pptx?|pdf|csv|txt|zip|7z|jpe?g|png)\b", re.IGNORECASE
)
_PHRASE = re.compile(r"[「『“\"]([^「」『』“”\"\r\n]{2,100})[」』”\"]")
_BREAKS = ("<br", "</p", "</div", "</tr", "</li", "</h")
_HIDDEN = {"<style": "</style", "<script": "</script"}


@dataclass(frozen=True, slots=True)
class ReportMail:
    """What a mail to the report address says."""

    header_from: str
    message_id: str
    subject: str
    automatic: bool
    """An auto-reply, bounce, list or bulk mail: nobody waits for an answer (RFC 3834 2)."""
    words: str
    """What the reporter wrote, unchanged, at most `TEXT` characters."""
    clues: Clues
    named: tuple[str, ...] = ()
    """Addresses that the reporter's own words name: said to be wrong."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The text, the reporter's own words in it, and what its quotations say."""

    own: str
    text: str
    quoted: tuple[Quoted, ...]


def read(reverse_path: str, content: bytes, own_domains: Iterable[str], report_address: str = "") -> ReportMail:
    """Read a report. `own_domains` (keys) and the report address are left out of what is said to be wrong."""
    split = mime.split(content[:LIMIT], Spending(_BUDGET))
    headers = split.headers
    reporter = reverse_path or headers.from_address
    originals = _originals(split.leaves)
    text = _text(split.leaves)
    own, quoted = quotations(text)
    machine = not reverse_path or headers.is_automatic or headers.is_list_mail
    own_keys = frozenset(own_domains)
    return ReportMail(
        header_from=headers.from_address,
        message_id=headers.message_id,
        subject=headers.subject,
        automatic=machine,
        words=text,
        clues=_clues(headers, originals, _Said(own, text, quoted), reporter),
        named=() if machine else tuple(_named(own, own_keys, {key(report_address), key(reporter)})),
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
        queue_ids=_first(m[1] for m in _QUEUE_ID.finditer(said)),
        message_ids=_first(m for m in (*in_originals, *_MESSAGE_ID.findall(said), *reversed(in_thread)) if m),
        digests=_first(_digests(originals)),
        quoted=(*(_of_headers(one) for one in originals), *quoted)[:_MOST],
        words=_first((*_FILE.findall(said), *_PHRASE.findall(own), *_about(headers.subject))),
        recipients=_first(a for a in ADDRESS.findall(own) if key(a) != key(reporter)),
        reporter=reporter,
    )


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


def _text(leaves: tuple[Embedded, ...]) -> str:
    """Read the body as text: plain before HTML; the same thing said twice is read once."""
    bodies = [leaf for leaf in leaves if leaf.is_body]
    plain = [leaf for leaf in bodies if leaf.declared != "text/html"]
    shown = "\n".join(_decoded(leaf) for leaf in plain[:5])
    if not shown.strip():
        shown = "\n".join(_without_tags(_decoded(leaf)) for leaf in bodies[:5])
    return shown[:TEXT].replace("\r\n", "\n").strip()


def _decoded(leaf: Embedded) -> str:
    return charset.decode(leaf.data[: TEXT * 4], leaf.charset)[0][: TEXT * 2]


def _without_tags(html: str) -> str:
    """HTML as lines: enough to find a quotation in it; never shown to anybody. One pass: hostile HTML costs no more than other."""
    out: list[str] = []
    lower = html.lower()
    at = 0
    while (start := html.find("<", at)) >= 0:
        out.append(html[at:start])
        hidden = next((end for begin, end in _HIDDEN.items() if lower.startswith(begin, start)), "")
        closing = lower.find(hidden, start + 1) if hidden else start
        end = html.find(">", closing) if closing >= 0 else -1
        if end < 0:  # a tag that never ends: nothing behind it is shown
            return unescape("".join(out))
        out.append("\n" if lower.startswith(_BREAKS, start) else " ")
        at = end + 1
    return unescape("".join((*out, html[at:])))


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
