"""Quotations: the header lines that mail programs write above a quoted message, in Japanese and English; linear, bounded.

差出人: 佐藤 <sato@tachibana.example>          From: Sato <sato@tachibana.example>
送信日時: 2026年11月23日 10:15                  Sent: Monday, November 23, 2026 10:15 AM
宛先: tanka@customer.example                    To: tanka@customer.example
件名: 見積書                                     Subject: Estimate

2026年11月23日(月) 10:15 佐藤 <sato@tachibana.example>:      On Mon, Nov 23, 2026 at 10:15 AM Sato <sato@…> wrote:
"""

import contextlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from mail.marks import stream_safe
from response.clues import Quoted

ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,10}[A-Za-z0-9-]{2,63}(?![\w-])"
)
"""An addr-spec in running text; what is rarer is left to a person."""

_LABELS = {
    "subject": "subject|件名|題名|標題",
    "date": "date|sent|送信日時|送信日|日時|日付",
    "from": "from|差出人|送信者",
    "to": "to|宛先|宛て先",
    "cc": "cc|写し",
}
_FIELD = {
    name: re.compile(rf"^(?:{words})\s{{0,3}}:\s{{0,8}}(.{{0,2000}})$", re.IGNORECASE)
    for name, words in _LABELS.items()
}
_QUOTE_MARKS = re.compile(r"^(?:[>|>*\s]{0,40})")
_WROTE = re.compile(r"^On\s.{6,400}\bwrote\s?:?$|^\d{4}(?:年|[-/]).{6,400}(?::|のメール|書きました|さん)\s?:?$")
_JAPANESE = re.compile(
    r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日(?:\s?\(?[月火水木金土日][^)\d]{0,3}\)?)?\s{0,3}(午前|午後)?\s{0,3}(\d{1,2})[:時]\s?(\d{1,2})"
)
# Outlook on the web and on telephones: 水曜日, 4月 1, 2026 9:30 午前
_JAPANESE_TURNED = re.compile(
    r"(\d{1,2})\s?月\s?(\d{1,2}),\s?(\d{4})\s{1,3}(\d{1,2}):(\d{2})(?::\d{2})?\s?(午前|午後)?"
)
_ENGLISH = re.compile(
    r"(?:\b(\d{1,2})\s)?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s(?:(\d{1,2}),?\s)?(\d{4})"
    r"[^\d]{1,8}(\d{1,2}):(\d{2})(?::\d{2})?\s?([ap]m)?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T,\s]{1,3}(\d{1,2}):(\d{2})")
# RFC 5322 3.3: read by the standard library, with its zone.
_ZONE = re.compile(r"\s(?:[+-]\d{4}|(?:GMT|UTC|UT|Z)(?![+-]))\b")
# Apple Mail: April 1, 2026 at 9:30:00 AM GMT+9
_OFFSET = re.compile(r"\b(?:GMT|UTC)([+-]\d{1,2})(?::?([0-5]\d))?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEPARATOR = re.compile(
    r"^-{2,}\s?(?:original message|forwarded message|元のメッセージ|転送メッセージ|転送されたメッセージ|転送).{0,10}-{2,}$|^begin forwarded message|^_{10,}$",
    re.IGNORECASE,
)
_MOST = 10
_LINES = 3000
_NOON = 12


@dataclass(slots=True)
class _Block:
    """Header lines that stand together."""

    fields: dict[str, str] = field(default_factory=dict)
    last: str = ""

    def quoted(self) -> Quoted | None:
        """Read the block: a quotation needs two kinds of lines: one alone is a sentence that happens to have a colon."""
        if len(self.fields) < 2:  # noqa: PLR2004
            return None
        senders = ADDRESS.findall(self.fields.get("from", ""))
        recipients = ADDRESS.findall(f"{self.fields.get('to', '')} {self.fields.get('cc', '')}")
        subject = self.fields.get("subject", "").strip()
        return Quoted(
            subject, instant(self.fields.get("date", "")), senders[0] if senders else "", tuple(recipients[:50])
        )


def quotations(text: str) -> tuple[str, tuple[Quoted, ...]]:
    """Part a text into the reporter's own words (everything before the first quotation) and what the quotations say of their messages."""
    lines = text.split("\n")[:_LINES]
    found: list[Quoted] = []
    first = len(lines)
    block = _Block()
    for number, line in enumerate([*lines, ""]):
        plain = _plain(line)
        if _SEPARATOR.match(plain) or line.lstrip().startswith((">", ">")):
            first = min(first, number)
        if _add(block, plain):
            continue
        if quoted := block.quoted():
            found.append(quoted)
            first = min(first, number - len(block.fields))
        block = _Block()
        if wrote := _wrote(plain, lines[number + 1] if number + 1 < len(lines) else ""):
            found.append(wrote)
            first = min(first, number)
        if len(found) >= _MOST:
            break
    return "\n".join(lines[: max(first, 0)]), tuple(found[:_MOST])


def instant(text: str) -> datetime | None:
    """Read the time a quotation names, without a zone where it gives none; None where it cannot be read.

    >>> instant("2026年11月23日(月) 午後3:05")
    datetime.datetime(2026, 11, 23, 15, 5)
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[:120]).split())
    with contextlib.suppress(ValueError):  # the thirteenth month
        if local := _local(plain):
            return _in_zone(local, plain)
    with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError):
        return parsedate_to_datetime(plain)
    return None


def _in_zone(local: datetime, plain: str) -> datetime:
    """Give a time the zone that stands behind it as hours."""
    found = _OFFSET.search(plain)
    if not found:
        return local
    hours, minutes = int(found[1]), int(found[2] or 0)
    return local.replace(tzinfo=timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)))


def _local(plain: str) -> datetime | None:
    """Read a time as Outlook, Gmail and Apple Mail write it, without a zone. Raises ValueError where no such time exists."""
    if _ZONE.search(plain):
        return None
    if found := _JAPANESE.search(plain):
        year, month, day, half, hour, minute = found.groups()
        return datetime(int(year), int(month), int(day), _hour(hour, half, "午後"), int(minute))  # noqa: DTZ001 - none given
    if found := _JAPANESE_TURNED.search(plain):
        month, day, year, hour, minute, half = found.groups()
        return datetime(int(year), int(month), int(day), _hour(hour, half, "午後"), int(minute))  # noqa: DTZ001 - none given
    if found := _ENGLISH.search(plain):
        before, name, after, year, hour, minute, half = found.groups()
        month_of_year = _MONTHS.index(name.lower()) + 1
        day = int(before or after or 0)
        return datetime(int(year), month_of_year, day, _hour(hour, half, "pm"), int(minute))  # noqa: DTZ001 - none given
    if found := _NUMERIC.search(plain):
        year, month, day, hour, minute = (int(one) for one in found.groups())
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - none given
    return None


def _hour(hour: str, half: str | None, afternoon: str) -> int:
    return int(hour) % _NOON + _NOON * (half.lower() == afternoon) if half else int(hour)


def _plain(line: str) -> str:
    """Fold a line and take off quote marks and bold marks."""
    folded = unicodedata.normalize("NFKC", stream_safe(line[:2000]))
    return _QUOTE_MARKS.sub("", folded).replace("*", "").strip()


def _add(block: _Block, line: str) -> bool:
    """Take a header line, or the rest of one; whether it was one."""
    for name, pattern in _FIELD.items():
        if found := pattern.match(line):
            block.fields.setdefault(name, found[1])
            block.last = name
            return True
    # Outlook folds long To and Cc lines at a semicolon or comma.
    if block.last in {"to", "cc"} and ADDRESS.search(line) and block.fields[block.last].rstrip().endswith((";", ",")):
        block.fields[block.last] += f" {line[:2000]}"
        return True
    return False


def _wrote(line: str, following: str) -> Quoted | None:
    """Gmail, Thunderbird and Apple Mail put time and sender into one line, sometimes broken in two."""
    for candidate in (line, f"{line} {_plain(following)}"):
        if not _WROTE.match(candidate[:500]):
            continue
        date = instant(candidate.removeprefix("On "))
        senders = ADDRESS.findall(candidate)
        if date or senders:
            return Quoted("", date, senders[0] if senders else "")
    return None
