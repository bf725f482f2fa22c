"""Words that several rules use: dates with weekday, ordinals and counts, in Japanese and English."""

from collections.abc import Mapping, Sequence
from datetime import date

_DAYS_JA = "月火水木金土日"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_TEENS = range(11, 14)


def day_ja(day: date, today: date) -> str:
    """A day for people; the year only where it is not this one.

    >>> day_ja(date(2025, 11, 14), date(2025, 12, 1))
    '11月14日（金）'
    """
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（{_DAYS_JA[day.weekday()]}）"


def day_en(day: date, today: date) -> str:
    """A day for people; the year only where it is not this one.

    >>> day_en(date(2025, 11, 14), date(2025, 12, 1))
    'Friday 14 November'
    """
    year = "" if day.year == today.year else f" {day.year}"
    return f"{_DAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}{year}"


def ordinal(number: int) -> str:
    """A place in a row.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    if number % 100 in _TEENS:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def some(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> some(1, "message"), some(1200, "person", "persons")
    ('1 message', '1,200 persons')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], language: str, most: int = 3) -> str:
    """Names of files in quotation marks, at most so many, then how many more.

    >>> listed(("a.exe", "b.exe"), "en"), listed(("a", "b", "c", "d"), "ja")
    ('“a.exe”, “b.exe”', '「a」「b」「c」ほか1件')
    """
    more = len(names) - most
    if language == "ja":
        return "".join(f"「{name}」" for name in names[:most]) + (f"ほか{more}件" if more > 0 else "")
    return ", ".join(f"“{name}”" for name in names[:most]) + (f" and {some(more, 'other')}" if more > 0 else "")


def named(names: Sequence[str], ja: str, en: str) -> Mapping[str, str]:
    """A sentence about files; of several the English one says it of each."""
    each = "" if len(names) == 1 else ": each "
    return {"ja": f"{listed(names, 'ja')}{ja}", "en": f"{listed(names, 'en')}{each or ' '}{en}"}


def between(low: int, high: int) -> str:
    """A count that may be a range.

    >>> between(128, 131), between(5, 5)
    ('128–131', '5')
    """
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"
