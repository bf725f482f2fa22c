"""Telephone number of a person: Japanese numbers by shape, foreign ones by column or a plus; free and paid services are nobody's."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rules.personal.columns import is_phone
from rules.personal.context import words
from rules.personal.normal import digits
from rules.personal.recogniser import Hit, Kind, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.RECORD
KIND = Kind("電話番号", "telephone number", "telephone numbers")
_CANDIDATE = re.compile(
    r"(?:(?<![0-9A-Za-z._+-])|(?<=(?<![A-Za-z])(?:tel|TEL|Tel)))(?<![\x00-\x7f]/)(?:(?<![\x00-\x7f]=)|(?<=(?:tel|one|ile|TEL)=))(?:\+81[ -]?(?:\(0\)[ -]?)?|\(?0)\d{1,4}\)?[ -]?\(?\d{1,4}\)?[ -]?\d{3,4}(?![0-9A-Za-z_-])"
)
_FOREIGN = re.compile(r"(?<![0-9A-Za-z.])\+(?!81)[1-9]\d{0,2}[ ().-]{0,2}\d{1,4}(?:[ ().-]{0,2}\d{2,4}){1,4}(?![0-9])")
_WORDS = words(
    "電話", "携帯", r"\btel", "℡", "phone", "mobile", r"\bfax", "連絡先", "ファックス", "ケータイ", "直通", "内線"
)
_LABEL = re.compile(
    r"(?:tel|tel[ée]fono?|t[ée]l[ée]phone|phone|mobile|cell|mobil|handy|fon|m[óo]vil|cellulare|portable|전화|휴대폰|연락처|电话|電話|手机|手機|携帯)[^\n0-9+(]{0,14}\Z",
    re.IGNORECASE,
)
# National forms of other countries: in North America, France, Britain, Korea, China, India, Australia, Germany.
_NATIONAL = re.compile(
    r"(?<![0-9A-Za-z._=+/-])(?:\(\d{3}\)[ -]?\d{3}[-. ]\d{4}|\d{3}([-. ])\d{3}\1\d{4}|0\d(?:[ .-]\d{2}){4}|0\d{4} \d{6}|0\d{3} \d{3} \d{3,4}|0\d{2} \d{4} \d{4}"
    r"|01[016789]-?\d{3,4}-?\d{4}|1[3-9]\d[ -]\d{4}[ -]\d{4}|[6-9]\d{4} \d{5}|0\d{2,4}[ /-]\d{5,8})(?![0-9A-Za-z_/-])"
)
_OTHER_COLUMN = re.compile(
    r"年金|住民票|雇用保険|保険者|口座|品番|型番|部品|図番|図面|型式|資産|注文|伝票|ロット|シリアル|\b(?:sku|part|order|serial|lot|account|fax)\b|ファックス|ファクス|^fax"
)
_LOOSE = re.compile(r"\+?[(]?\d[\d ()./-]{5,18}\d(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?\Z", re.IGNORECASE)
# As social security and pension numbers are written, too.
_OF_OTHERS = re.compile(r"\d{3}-\d{2}-\d{4}|\d{4}-\d{6}")
_FAX = re.compile(r"(?:fax|ファックス|ファクス)[^0-9+\n]{0,6}\Z", re.IGNORECASE)
_SERVICE = ("0120", "0800", "0570", "0990", "0180", "0170")
_MOBILE = ("050", "070", "080", "090")
_MOBILE_DIGITS, _LAND_DIGITS = 11, 10
_WITHOUT_ZERO = re.compile(r"(?:[5789]0[1-9]\d{7}|[1-9]\d{8})\Z")
_PLUS = re.compile(rb"\+[1-9]")
_LABEL_REACH = 26
_DATE = re.compile(r"0?\d{1,2}-\d{1,2}-\d{4}\Z")


def find(scan: Scan) -> Iterator[Hit]:
    """Mobile numbers as they stand; land lines with separators or a word; cells of a column of telephones in any form."""
    seen: set[int] = set()
    others = frozenset(name for name in scan.header if _OTHER_COLUMN.search(name))
    for found in scan.in_numbers(_CANDIDATE, _LAND_DIGITS, _LAND_DIGITS, _MOBILE_DIGITS):
        number = _japanese(found[0])
        if (
            number
            and not (others and scan.column(found.start()) in others)
            and not _is_fax(scan.text[max(0, found.start() - 12) : found.start()])
        ):
            sure = _is_written(found[0], number) or scan.near(_WORDS, found.start(), found.end(), 20, 0)
            seen.add(found.start())
            yield Hit(found.start(), number, weak=not sure)
    for found in _foreign(scan):
        if _is_foreign(found[0]):
            seen.update(range(*found.span()))
            yield Hit(found.start(), digits(found[0]))
    yield from _in_columns(scan, seen)
    for found in scan.in_numbers(_NATIONAL, _LAND_DIGITS, _MOBILE_DIGITS):
        if seen.isdisjoint(range(found.start() - 1, found.end())) and not (
            others and scan.column(found.start()) in others
        ):
            before = scan.text[max(0, found.start() - _LABEL_REACH) : found.start()]
            if not _is_fax(before):
                yield Hit(found.start(), digits(found[0]), weak=_LABEL.search(before) is None)


def is_of_others(column: str) -> bool:
    """Whether a column's name is that of other numbers, though it may say telephone, too."""
    return _OTHER_COLUMN.search(column) is not None


def in_cell(cell: str) -> str:
    """The number that a cell under a telephone's name is and no more, "" where it is none or may be of another kind."""
    if _CANDIDATE.fullmatch(cell):
        return _japanese(cell)
    number = "" if _CANDIDATE.search(cell) else _loose(cell)
    return number if cell[:1] == "+" or (len(number) <= _MOBILE_DIGITS and not _OF_OTHERS.fullmatch(cell)) else ""


def _is_fax(before: str) -> bool:
    """Whether what stands before a number says fax; the search is asked only where one of its letters stands."""
    return ("x" in before or "X" in before or "フ" in before) and _FAX.search(before) is not None


def _foreign(scan: Scan) -> Iterator[re.Match[str]]:
    """Numbers with a plus, one behind the other."""
    end = 0
    for plus in _PLUS.finditer(scan.octets):
        found = _FOREIGN.match(scan.text, plus.start()) if plus.start() >= end else None
        if found:
            end = found.end()
            yield found


def _japanese(text: str) -> str:
    """The national number of ten or eleven digits, "" where it is none."""
    number = digits(text)
    if text.startswith("+81"):
        number = "0" + number[2:].removeprefix("0")
    if len(number) == _MOBILE_DIGITS:
        good = number.startswith(_MOBILE) and number[3] != "0"
    else:
        good = len(number) == _LAND_DIGITS and number[0] == "0" != number[1]
    return number if good and not number.startswith(_SERVICE) and not _DATE.match(text) else ""


def _is_written(text: str, number: str) -> bool:
    """Whether the form alone says telephone: eleven digits of a mobile, or separators."""
    return len(number) == _MOBILE_DIGITS or not text.isdecimal()


@lru_cache(maxsize=1024)
def _is_foreign(text: str) -> bool:
    """Whether the plan of the country knows such a number; the table of the world is read only now. In a thread it is asked again and again."""
    import phonenumbers  # noqa: PLC0415 - 150 ms and 40 MB that most processes never need

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text, None)))
    except phonenumbers.NumberParseException:
        return False


def _in_columns(scan: Scan, seen: set[int]) -> Iterator[Hit]:
    """Cells under a telephone's name that the shapes above did not take: no zero in front, foreign forms."""
    wanted = frozenset(number for number, name in enumerate(scan.header) if is_phone(name))
    for start, cell in scan.cells_of(wanted):
        number = _loose(cell.strip())
        if number and seen.isdisjoint(range(start, start + len(cell))):
            seen.update(range(start, start + len(cell)))
            yield Hit(start, number)


def _loose(text: str) -> str:
    """The digits of a number in whatever form, "" where it is none."""
    if not _LOOSE.match(text):
        return ""
    number = digits(text.lower().partition("x")[0])
    if _WITHOUT_ZERO.match(number) and number == text:
        number = "0" + number
    return "" if number.startswith(_SERVICE) else number


EXAMPLES = (
    Sample("a mobile", (("090-1234-5678",),), ("09012345678",)),
    Sample("a land line with brackets, full width", (("（０３）１２３４－５６７８",),), ("0312345678",)),
    Sample("international", (("+81-90-1234-5678", "+81 3 1234 5678"),), ("09012345678", "0312345678")),
    Sample("behind its label", (("電話番号：090-1234-5678",),), ("09012345678",)),
    Sample(
        "behind its label without a blank",
        (("℡090-1234-5678",), ("TEL03-1234-5678 FAX03-1234-5679",), ("HOTEL03-1234-5678",)),
        ("09012345678", "0312345678"),
    ),
    Sample("ten digits with a word", (("TEL 0312345678",),), ("0312345678",)),
    Sample(
        "a number cell that lost its zero",
        (("9012345678", "312345678"),),
        ("09012345678", "0312345678"),
        ("携帯", "電話番号"),
    ),
    Sample("abroad", (("+1 202-555-0143",),), ("12025550143",)),
    Sample("a foreign form in its column", (("(202) 555-0143 x12",),), ("2025550143",), ("Phone",)),
    Sample("behind a key", (("電話=090-1234-5678", "id=09012345678"),), ("09012345678",)),
    Sample("behind a stroke in its column", (("089/4138230",),), ("0894138230",), ("Telefon",)),
    Sample("behind a name and a stroke", (("山田太郎/090-1234-5678",), ("a/090-1234-5678",)), ("09012345678",)),
    Sample(
        "national forms of others behind a label",
        (("Phone: (202) 555-0143",), ("Tél. 06 39 98 76 51",), ("Mobile 07700 900593",)),
        ("2025550143", "0639987651", "07700900593"),
    ),
    Sample(
        "in columns of others",
        (("91 862 59 78", "010-4794-7219", "030 23125120"),),
        ("918625978", "01047947219", "03023125120"),
        ("Teléfono", "전화번호", "Telefon"),
    ),
    Sample("another column", (("0312-345678", "03-1234-5678"),), (), ("基礎年金番号", "品番")),
    Sample("free of charge", (("0120-123-456", "0800-123-4567"),)),
    Sample("ten digits without a word, beside other data", (("山田", "0312345678"),), ("0312345678",)),
    Sample("telephone and fax are one", (("TEL 03-1234-5678 / FAX 03-1234-5679",),), ("0312345678",)),
    Sample("a date, an id, a part number", (("01-02-2026 ID-090-1234-5678 K0312-34-5678",),)),
)
