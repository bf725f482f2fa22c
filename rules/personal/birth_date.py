"""Date of birth: a Western or Japanese date with its word near it or in the column's name; makes a record dense."""

import re
from collections.abc import Iterable, Iterator

from rules.personal.context import words
from rules.personal.recogniser import Hit, Kind, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.RECORD
KIND = Kind("生年月日", "date of birth", "dates of birth")
_KANJI = "〇一二三四五六七八九十"
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|fév|avr|juin|juil|aoû|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out"
_FIRSTS = "".join(sorted({month[0] for month in _MONTH.split("|")}))
# A search stops only at what begins a date: what follows begins with its second character.
_ERA = "(?<=明)治|(?<=大)正|(?<=昭)和|(?<=平)成|(?<=令)和"
_CANDIDATE = re.compile(
    rf"[\dMTSHR明大昭平令{_FIRSTS}{_FIRSTS.upper()}](?<![0-9A-Za-z-].)(?:"
    r"(?:(?<=1)[89]|(?<=2)0)\d{2}(?:[ ]?[年년/.-][ ]?\d{1,2}[ ]?[月월/.-][ ]?\d{1,2}|\d{4})"
    rf"|(?:{_ERA}|(?<=[MTSHR明大昭平令])\.?)[ ]?(?:\d{{1,2}}|元)[ ]?[年/.-][ ]?\d{{1,2}}[ ]?[月/.-][ ]?\d{{1,2}}"
    rf"|(?:{_ERA})[{_KANJI}元]{{1,4}}年[{_KANJI}]{{1,3}}月[{_KANJI}]{{1,3}}"
    rf"|(?<=\d)\d?(?:[/. -]\d{{1,2}}[/. -]|(?:st|nd|rd|th)?[. -]{{1,2}}(?i:{_MONTH})[^\W\d_]{{0,7}}[. ,-]{{1,2}})(?:19|20)\d{{2}}"
    rf"|(?:{'|'.join(f'(?<=[{month[0]}{month[0].upper()}])(?i:{month[1:]})' for month in _MONTH.split('|'))})"
    r"[^\W\d_]{0,7}[. ]{1,2}\d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2})(?![0-9])"
)
_WORDS = words(
    *(
        "生年月日",
        "誕生日",
        "生まれ",
        r"生(?<=[0-9一二三四五六七八九十]日生)(?![^\s)、,。/])",
        "出生",
        "생년월일",
        "생일",
        "生日",
        "birth",
        r"\bdob\b",
        r"\bborn\b",
        r"d\.o\.b",
    ),
    *(
        "geburt",
        "geboren",
        "naissance",
        "nacimiento",
        r"\bnacid[oa]\b",
        "nascita",
        r"\bnat[oa] il\b",
        "nascimento",
        "geboorte",
    ),
)
# In small letters; ignoring case, an i may be one that is not ASCII. Each by itself: searches for letters are faster than one for all.
_LATIN_WORDS = (
    b"birth",
    b"b?rth",
    b"born",
    b"dob",
    b"d.o.b",
    b"geb",
    b"naiss",
    b"naci",
    b"nasc",
    b"nato il",
    b"nata il",
)
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
    "明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018,
}  # fmt: skip
_PIECES = re.compile(rf"明治|大正|昭和|平成|令和|[MTSHR明大昭平令]|元|\d+|[{_KANJI}]+")
_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        ("jan ene gen", "feb fév fev", "mar mär", "apr avr abr", "may mai mag", "jun juin giu", "jul juil lug", "aug aoû ago", "sep set", "oct okt ott out", "nov", "dec dez déc dic"), 1
    )
    for name in names.split()
}  # fmt: skip
_MONTH_NAME = re.compile(rf"(?i:{_MONTH})")
_COMPACT = 8
_GROWN_UP = ("1920", "2010")
# What else a date in a row of a person's data is.
_OTHER = words(
    *("入社", "入会", "登録", "更新", "作成", "契約", "採用", "加入", "開始", "発行", "卒業", "設立", "創業", "退職", "joined", "hire", "since", "start"),
    *("updated", "created", "regist", "issued", "founded", "enrol", "member", "contract", "order"),
)  # fmt: skip
_NEAR, _FAR, _BEHIND = 30, 300, 6
_LAST_MONTH, _LAST_DAY = 12, 31


def find(scan: Scan) -> Iterator[Hit]:
    """Dates of birth as YYYYMMDD; weak ones where the word stands farther away, as above the rows of a list."""
    seen: set[int] = set()
    for start, cell in scan.cells(_WORDS) if scan.header else ():
        for found in _CANDIDATE.finditer(scan.text, start, start + len(cell)):
            seen.add(found.start())
            if day := _day(found[0]):
                yield Hit(found.start(), day)
    for start, end in _rows(scan):
        for found in _CANDIDATE.finditer(scan.text, start, end):
            near = found.start() not in seen and scan.near(_WORDS, *found.span(), _FAR, _BEHIND)
            if near and (day := _day(found[0])):
                yield Hit(found.start(), day, weak=not scan.near(_WORDS, *found.span(), _NEAR, _BEHIND))


def names_it(column: str) -> bool:
    """Whether a column holds dates of birth."""
    return _WORDS.search(column) is not None


def in_cell(cell: str) -> str:
    """The date that a cell is and no more, "" where it is none."""
    return _day(cell) if _CANDIDATE.fullmatch(cell) else ""


def unlabelled(row: str) -> str:
    """The one date of a row that can only be somebody's who has grown up, "" where there is another or a word that says what it is."""
    dates = [_day(found[0]) for found in _CANDIDATE.finditer(row)]
    return (
        dates[0] if len(dates) == 1 and _GROWN_UP[0] <= dates[0][:4] <= _GROWN_UP[1] and not _OTHER.search(row) else ""
    )


def _rows(scan: Scan) -> Iterable[tuple[int, int]]:
    """Rows near which a word stands."""
    small = scan.small
    if "生" not in scan.text and "생" not in scan.text and not any(map(small.__contains__, _LATIN_WORDS)):
        return ()
    return scan.rows_near(_WORDS, _FAR, _BEHIND)


def _day(text: str) -> str:
    """The date as YYYYMMDD, "" where there is no such month or day."""
    if len(text) == _COMPACT and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    named = _MONTH_NAME.search(text)
    pieces = _PIECES.findall(text if not named else text[: named.start()] + " " + text[named.end() :])
    offset = _ERAS[pieces.pop(0)] if pieces[0] in _ERAS else 0
    numbers = [_number(piece) for piece in pieces]
    if named:
        numbers = [numbers[-1], _MONTH_NAMES[named[0].lower()], numbers[0]]
    elif numbers[-1] > _LAST_DAY:  # 31/12/1980, 12/31/1980
        day, month = numbers[:2] if numbers[1] <= _LAST_MONTH else numbers[1::-1]
        numbers = [numbers[2], month, day]
    year, month, day = numbers[0] + offset, *numbers[1:3]
    return f"{year:04}{month:02}{day:02}" if 0 < month <= _LAST_MONTH and 0 < day <= _LAST_DAY else ""


def _number(text: str) -> int:
    """Digits, 元, or kanji up to ninety-nine.

    >>> _number("五十五"), _number("十"), _number("元"), _number("31")
    (55, 10, 1, 31)
    """
    if text.isdecimal():
        return int(text)
    if text == "元":
        return 1
    tens, ten, ones = text.rpartition("十")
    return (10 * (_KANJI.find(tens) if tens else 1) if ten else 0) + (_KANJI.find(ones) if ones else 0)


EXAMPLES = (
    Sample("labelled", (("生年月日：1964-03-09",),), ("19640309",)),
    Sample("Japanese era", (("平成元年9月13日生まれ",), ("生年月日 S60.1.2",)), ("19890913", "19850102")),
    Sample("under its column", (("山田", "19800102"),), ("19800102",), ("氏名", "生年月日")),
    Sample("English", (("Date of birth: 31/12/1980",),), ("19801231",)),
    Sample("kanji numerals", (("昭和五十五年四月一日生まれ",),), ("19800401",)),
    Sample("month in letters", (("Born 26 Mar 2006", "DOB: March 26, 2006"),), ("20060326", "20060326")),
    Sample(
        "Germany, France, Spain, Italy, India, Korea",
        (
            ("Geburtsdatum: 15.07.1978",),
            ("Date de naissance : 21/11/1942",),
            ("Fecha de nacimiento: 3 de", "11/08/1971"),
            ("Nato il 23/04/2002",),
            ("생년월일: 1992년 4월 24일",),
        ),
        ("19780715", "19421121", "19710811", "20020423", "19920424"),
    ),
    Sample("under its column", (("Anna", "09-02-1955"),), ("19550209",), ("Name", "DOB")),
    Sample("any other date", (("開催日 2026-03-09", "1964年10月10日に開会"),)),
    Sample("no such month", (("生年月日：1964-13-09",),)),
)
