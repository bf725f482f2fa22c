"""Contacts row by row: what every format makes of a line, a contact or what is wrong with it; and what a program is told of a contact."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from store.contacts import Entry, Imported

# Nearly every address there is; what is not of this form is looked at in full, which takes forty times as long.
_ORDINARY = re.compile(
    r"[a-z0-9_](?:[a-z0-9_-]|\.(?=[a-z0-9_-])){0,62}@(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,20}",
    re.IGNORECASE,
)
NO_UTF_8 = "not UTF-8; save the file as UTF-8 (Excel: “CSV UTF-8”; from Shift_JIS: iconv -f CP932 -t UTF-8)"
_LONGEST = 200
_MOST = 1_000_000
"""Messages that anybody may have sent to one address; those of a whole domain are summed in 31 bits."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no contact."""

    line: int
    text: str


Row = Imported | BadLine


def contact(line: int, address: str, name: str = "", count: str = "", last_sent: str = "") -> Row:
    """A contact of what a line says."""
    if wrong := wrong_address(address) or _wrong_text(name):
        return BadLine(line, wrong)
    try:
        sent = int(count or 0)
        last = date.fromisoformat(last_sent[:10]) if last_sent else None
    except ValueError:
        return BadLine(line, f"{address}: count must be a whole number, last_sent a date like 2026-11-23")
    if sent < 0:
        return BadLine(line, f"{address}: count must not be negative")
    if sent > _MOST:
        return BadLine(line, f"{address}: count must not be above {_MOST}")
    return Imported(address, name, sent, last)


def wrong_address(address: str) -> str:
    """Why it is no mail address; "" when it is one."""
    if len(address) < _LONGEST and _ORDINARY.fullmatch(address):
        return ""
    if wrong := _wrong_text(address):
        return wrong
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - a tenth of a second, and rarely needed

    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return f"{shortened(address) or '(empty)'}: no mail address: {shortened(str(error))}"
    return ""


def shortened(text: str) -> str:
    """So much of it as a person reads in an error."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _wrong_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return NO_UTF_8
    return ""


def day_of(moment: datetime | None) -> str:
    """The date, "" for none."""
    return moment.date().isoformat() if moment else ""


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """A contact for a program."""
    dates = {
        "first_sent": entry.first_sent,
        "last_sent": entry.last_sent,
        "answered": entry.answered_at,
        "bounced": entry.bounced_at,
    }
    days = {name: moment.date() if moment else None for name, moment in dates.items()}
    fixed = {"address": entry.address, "name": entry.name, "count": entry.count}
    return fixed | days | {"vouched": entry.vouches, "by": entry.vouched}
