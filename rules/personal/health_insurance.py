"""Health insurance of a person: the insurer's number with its check digit, or symbol and number (記号・番号); counts beside a name."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from rules.personal.check_digits import luhn
from rules.personal.context import words
from rules.personal.labels import bare, headed, label, labelled
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
KIND = Kind("健康保険の記号・番号", "health insurance number", "health insurance numbers", Leak.IDENTIFIES)
NEEDS_NAME = True
INSURER = label(
    r"保険者番号(?<!被保険者番号)", r"保険者No(?<!被保険者No)", r"insurer[ _-]?(?:no|num|id)", signs="保険者 insu"
)
PERSON = label(
    *("被保険者番号(?<!雇用保険被保険者番号)", "被保険者証番号", "保険証番号", "保険証の番号", "受給者番号", "資格確認書", "health insurance", "insured (?:no|num|id)"),
    *(r"medical[ _-]?insurance", "versichertennummer", r"krankenversicherten", r"kvnr"),
    signs="保険 記号 資格確認書 受給者 heal insu medi vers kran kvnr",
)  # fmt: skip
SIGNS = INSURER.signs | PERSON.signs
_INSURANCE = words("保険", "健保", "国保", "社保", "共済", "insur", "資格確認書")
# 健康保険法施行規則 第47条, 法別番号 and 検証番号 (昭和51年 保発第45号): eight digits, six of the communities; the last by ten, weights 2 and 1.
_INSURER = re.compile(r"(?<![0-9A-Za-z_.-])(?:\d{2}[ -]?\d{2}[ -]?\d{3}[ -]?\d|\d{6})(?![0-9A-Za-z-])")
_CUT_SHORT = re.compile(r"(?<![^\t\n])[1-9]\d{6}(?![^\t\n])")
_PERSON = re.compile(r"(?<![0-9A-Za-z_.-])(?:[A-Z]\d{9}|\d{6,10})(?![0-9A-Za-z-])")
_PAIR = re.compile(
    r"記号(?!番号)[ ]?[・:]?[\s:]{0,3}([0-9A-Zぁ-んァ-ヶ一-鿿-]{1,10}?)[\s/・,、]{0,4}(?:\|\s?)?番号[\s:]{0,3}(\d{1,10})"
    r"|記号[ ]?[・/]?[ ]?番号[\s:]{0,3}([0-9A-Zぁ-んァ-ヶ一-鿿]{1,10})[ ]?[・/、\-][ ]?(\d{1,10})"
)
_BOTH = re.compile(r"^(?!.*(?:雇用|年金))(?:.*(?:保険|被保険者).{0,8}(?:記号|番号)|.*記号 ?[・/]? ?番号)")
_IN_CELL = re.compile(r"([0-9A-Za-zぁ-んァ-ヶ一-鿿]{1,10}) ?[・/、 -] ?(\d{1,8})(?:[ (-].{0,8})?")
_NEAR = 200
_LENGTH = 8


def find(scan: Scan) -> Iterator[Hit]:
    """Symbol and number where they stand in one cell; else one value a row, the insurer's number or what names the person."""
    rows: set[int] = set()
    for found in (*labelled(scan, _INSURER, INSURER), *labelled(scan, _CUT_SHORT, INSURER, column_only=True)):
        number = bare(found[0])
        number = number.zfill(_LENGTH) if len(number) == _LENGTH - 1 else number
        if luhn(number):
            rows.add(_row(scan, found.start()))
            yield Hit(found.start(), number)
    for start, value in _together(scan):
        rows.add(_row(scan, start))
        yield Hit(start, value)
    for start, value in (*_pairs(scan), *_columns(scan)):
        if _row(scan, start) not in rows:
            rows.add(_row(scan, start))
            yield Hit(start, value)
    for found in labelled(scan, _PERSON, PERSON):
        if _row(scan, found.start()) not in rows and not headed(scan, INSURER):
            rows.add(_row(scan, found.start()))
            yield Hit(found.start(), bare(found[0]))


def _row(scan: Scan, at: int) -> int:
    return bisect_right(scan.starts, at)


def _pairs(scan: Scan) -> Iterator[tuple[int, str]]:
    """Symbol and number with their labels, where a text speaks of insurance: a bank's have the same ones."""
    for found in _PAIR.finditer(scan.text) if "記号" in scan.text else ():
        if scan.near(_INSURANCE, found.start(), found.end(), _NEAR, _NEAR):
            yield found.start(), f"{found[1] or found[3]}-{found[2] or found[4]}"


def _together(scan: Scan) -> Iterator[tuple[int, str]]:
    """Both in one cell under a column of both."""
    for start, cell in scan.cells(_BOTH):
        found = _IN_CELL.fullmatch(cell.strip())
        if found:
            yield start, f"{found[1]}-{found[2]}"


def _columns(scan: Scan) -> Iterator[tuple[int, str]]:
    """The same under two columns, beside one of insurance."""
    names = [name.replace(" ", "") for name in scan.header]
    symbol = next((at for at, name in enumerate(names) if name.endswith("記号")), None)
    number = next(
        (at for at, name in enumerate(names) if name in {"番号", "被保険者番号", "保険証番号", "証番号"}), None
    )
    if symbol is None or number is None or not _INSURANCE.search(" ".join(names)):
        return
    for start, row in zip(scan.starts, scan.rows, strict=True):
        cells = row.split("\t")
        if max(symbol, number) < len(cells) and cells[symbol].strip() and cells[number].strip().isdecimal():
            yield start, f"{cells[symbol].strip()}-{cells[number].strip()}"


EXAMPLES = (
    Sample("the insurer's number", (("保険者番号 01130012 記号 1234 番号 567",),), ("01130012",)),
    Sample("the zero dropped", (("山田", "1130012", "1234", "567"),), ("01130012",), ("氏名", "保険者番号", "記号", "番号")),
    Sample("symbol and number", (("健康保険証 記号：１２３４　番号：５６７",),), ("1234-567",)),
    Sample("together", (("被保険者証の記号・番号　21700023・45（枝番 01）",),), ("21700023-45",)),
    Sample("under two columns", (("山田", "1234", "567"),), ("1234-567",), ("氏名", "保険証記号", "番号")),
    Sample("both in one column", (("山田", "01130012", "1234・567"),), ("01130012", "1234-567"), ("氏名", "保険者番号", "記号・番号")),
    Sample("of the old, of care", (("被保険者番号 12345678",),), ("12345678",)),
    Sample("Germany", (("Krankenversichertennummer: A123456780",),), ("A123456780",)),
    Sample("a wrong check digit", (("保険者番号 01130013",),)),
    Sample("a bank's", (("ゆうちょ銀行 記号 10120 番号 12345671",),)),
    Sample("a policy", (("火災保険 証券番号 12345678",),)),
    Sample("no label", (("01130012",),)),
    Sample("an article of the day", (("Health insurance given less frequently", ), ("https://news.example/insure30_20020930.htm",))),
)  # fmt: skip
