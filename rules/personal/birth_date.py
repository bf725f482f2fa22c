"""Date of birth: a Western or Japanese date with its word near it or in the column's name; makes a record dense."""

import re
from collections.abc import Iterable, Iterator

from rules.personal.context import words
from rules.personal.scan import Hit, Sample, Scan, Weight

WEIGHT = Weight.RECORD
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z-])(?:(?:18|19|20)\d{2}[ ]?[年/.-][ ]?\d{1,2}[ ]?[月/.-][ ]?\d{1,2}|(?:18|19|20)\d{6}"
    r"|(?:明治|大正|昭和|平成|令和|[MTSHR]\.?)[ ]?(?:\d{1,2}|元)[ ]?[年/.-][ ]?\d{1,2}[ ]?[月/.-][ ]?\d{1,2}"
    r"|\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d{2})(?![0-9])"
)
_WORDS = words("生年月日", "誕生日", "生まれ", "出生", "birth", r"\bdob\b", r"\bborn\b")
# In small letters; ignoring case, an i may be one that is not ASCII. Each by itself: four searches for letters are faster than one.
_LATIN_WORDS = tuple(map(re.compile, (rb"birth", rb"b\?rth", rb"born", rb"dob")))
_ERAS = {
    "明治": 1867,
    "大正": 1911,
    "昭和": 1925,
    "平成": 1988,
    "令和": 2018,
    "M": 1867,
    "T": 1911,
    "S": 1925,
    "H": 1988,
    "R": 2018,
}
_PIECES = re.compile(r"明治|大正|昭和|平成|令和|[MTSHR]|元|\d+")
_COMPACT = 8
_NEAR, _FAR, _BEHIND = 30, 300, 6
_LAST_MONTH, _LAST_DAY = 12, 31


def find(scan: Scan) -> Iterator[Hit]:
    """Dates of birth as YYYYMMDD; weak ones where the word stands farther away, as above the rows of a list."""
    for start, end in _rows(scan):
        for found in _CANDIDATE.finditer(scan.text, start, end):
            if scan.near(_WORDS, found.start(), found.end(), _FAR, _BEHIND):
                day = _day(found[0])
                if day:
                    weak = not scan.near(_WORDS, found.start(), found.end(), _NEAR, _BEHIND)
                    yield Hit(found.start(), day, weak=weak)


def _rows(scan: Scan) -> Iterable[tuple[int, int]]:
    """Where a word may stand near: rows, or all of a text whose columns have one in their names."""
    if _WORDS.search("\n".join(scan.header)):
        return ((0, len(scan.text)),)
    small = scan.octets.lower()
    if "生" not in scan.text and not any(word.search(small) for word in _LATIN_WORDS):
        return ()
    return scan.rows_near(_WORDS, _FAR, _BEHIND)


def _day(text: str) -> str:
    """The date as YYYYMMDD, "" where there is no such month or day."""
    if len(text) == _COMPACT and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    pieces = _PIECES.findall(text)
    offset = _ERAS[pieces.pop(0)] if pieces[0] in _ERAS else 0
    numbers = [1 if p == "元" else int(p) for p in pieces]
    if numbers[-1] > _LAST_DAY:  # 31/12/1980, 12/31/1980
        numbers = [numbers[2], *sorted(numbers[:2])]
    year, month, day = numbers[0] + offset, *numbers[1:3]
    return f"{year:04}{month:02}{day:02}" if 0 < month <= _LAST_MONTH and 0 < day <= _LAST_DAY else ""


EXAMPLES = (
    Sample("labelled", (("生年月日：1964-03-09",),), ("19640309",)),
    Sample("Japanese era", (("平成元年9月13日生まれ",), ("生年月日 S60.1.2",)), ("19890913", "19850102")),
    Sample("under its column", (("山田", "19800102"),), ("19800102",), ("氏名", "生年月日")),
    Sample("English", (("Date of birth: 31/12/1980",),), ("19801231",)),
    Sample("any other date", (("開催日 2026-03-09", "1964年10月10日に開会"),)),
    Sample("no such month", (("生年月日：1964-13-09",),)),
)
