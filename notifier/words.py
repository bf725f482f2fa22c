"""Words: how times, numbers and kinds of data are said to people, and how foreign text is kept from speaking for us."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from rules.personal import kinds

LONGEST_SUBJECT = 200
LONGEST = 1000
_PATTERNS = {"ja": "M月d日（E）HH:mm", "en": "EEE d MMM, HH:mm"}
_DAYS = {"ja": "y年M月d日（E）", "en": "EEE d MMM y"}
_MOMENTS = {"ja": "y年M月d日（E）HH:mm", "en": "EEE d MMM y, HH:mm"}
_ELLIPSIS = "…"
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN = frozenset({"Cf", "Cn", "Co", "Cs"})


def when(at: datetime, zone: str, language: str) -> str:
    """Say a time as people of that zone say it, with weekday and zone.

    `when(…, "Asia/Tokyo", "ja")` → 11月24日（火）18:00（JST）; in English: Tue 24 Nov, 18:00 (JST).
    """
    local = at.astimezone(ZoneInfo(zone))
    said = format_datetime(local, _PATTERNS[language], locale=language)
    name = local.tzname() or zone
    named = name if name[:1].isalpha() else f"UTC{name}"  # many zones have no letters of their own: +03
    return f"{said}（{named}）" if language == "ja" else f"{said} ({named})"


def day(at: date | datetime, zone: str, language: str) -> str:
    """Say a day that may be far away: with its year and weekday. 2026年11月24日（火）; in English: Tue 24 Nov 2026."""
    local = at.astimezone(ZoneInfo(zone)).date() if isinstance(at, datetime) else at
    return format_date(local, _DAYS[language], locale=language)


def exactly(at: datetime, language: str) -> str:
    """Say a time that may be far away in the zone that it carries: 2026年12月22日（火）23:59（JST）; Tue 22 Dec 2026, 23:59 (JST)."""
    said = format_datetime(at.replace(tzinfo=None), _MOMENTS[language], locale=language)
    name = at.tzname() or ""
    named = name if name[:1].isalpha() else f"UTC{name}"
    return f"{said}（{named}）" if language == "ja" else f"{said} ({named})"


def kind_in_words(kind: str, count: int, language: str) -> str:
    """How many of which kind: 氏名 128件, or 128 names, or 1 name."""
    word = kinds.name(kind, language, count)
    return f"{word} {count}件" if language == "ja" else f"{count} {word}"


def one_line(text: str, longest: int = LONGEST) -> str:
    """Foreign text (a subject, a file name, a reply) as one line that cannot pose as ours.

    Line ends and control characters become blanks; what is not seen (RFC 5891's and Unicode's format characters, with the
    bidirectional ones, and the private use area) is left out; cut at `longest` characters.
    """
    if text.isprintable() and len(text) <= longest:  # what is left out or broken at is never printable
        return " ".join(text.split())
    plain = "".join(" " if (kind := unicodedata.category(c)) in _BREAKS else "" if kind in _UNSEEN else c for c in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + _ELLIPSIS


ROLES_JA: Mapping[str, str] = {
    "leader": "対応責任者",
    "deputy": "副責任者",
    "privacy officer": "個人情報保護管理者",
    "management": "経営者",
    "admin": "メール管理者",
    "responder": "対応担当",
    "public relations": "広報担当",
    "investigator": "調査担当",
    "on call": "夜間・休日の当番",
    "stand-in": "代理",
    "superior": "上司",
    "sender": "送信者",
    "gateway": "自動",
}
"""The roles of `[[organisation.people]]` and of a manual's steps as people say them; another role is shown as it is written there."""


def role_in_words(role: str, language: str) -> str:
    """A role in the reader's language."""
    return ROLES_JA.get(role, role) if language == "ja" else role
