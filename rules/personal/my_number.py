"""My Number: 12 digits with the check digit of 総務省令 平成26年第85号 第5条, where a word, the column or the company of others says so."""

import re
from collections.abc import Iterator, Sequence
from operator import mul

from rules.personal.context import words
from rules.personal.labels import is_anothers
from rules.personal.normal import digits
from rules.personal.pieces import in_pieces, pieces
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
KIND = Kind("マイナンバー", "Individual Number (My Number)", "Individual Numbers (My Number)", Leak.IDENTIFIES)
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z./_-])(?<!::)(?:\d{12}|\d{4}([ -])\d{4}\1\d{4})(?![0-9A-Za-z_-])")
_PIECES = pieces(r"\d{4}~\d{4}~\d{4}", r"\d{3}~\d{3}~\d{3}~\d{3}", r"\d{6}~\d{6}", r"\d(?:~\d){11}")
# One nought in front is dropped in one number of ten, two in one of a hundred.
_SHORTENED = re.compile(r"(?<![0-9A-Za-z.-])[1-9]\d{9,10}(?![0-9A-Za-z.-])")
_IN_FORM = re.compile(r"(?:^|[\t\n])([^\t\n0-9]{1,40})\t([1-9]\d{9,10})(?=[\t\n]|\Z)")
_WORDS = words(
    "マイナンバー",
    "まいなんばー",
    "マイナ番号",
    "個人番号",
    "通知カード",
    "特定個人情報",
    "my[ _-]?number",
    "individual number",
)
_OTHER = words(
    *("伝票", "注文", "問い?合わせ番号", "追跡", "送り状", "荷物", "管理番号", "品番", "型番", "シリアル"),
    *("account", "order", "tracking", "invoice"),
)
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LENGTH = 12
_ENOUGH = 5
_SHARE = 0.8
_MANY = 50
"""Where fewer numbers stand, asking each costs less than looking for words."""


def valid(number: str) -> bool:
    """Whether the twelfth digit fits the eleven before it; one random number in ten does.

    >>> valid("123456789018"), valid("123456789012")
    (True, False)
    """
    if len(number) != _LENGTH or number == number[0] * _LENGTH:
        return False
    rest = sum(map(mul, _WEIGHTS, map(int, number))) % 11
    return int(number[-1]) == (0 if rest <= 1 else 11 - rest)


def find(scan: Scan) -> Iterator[Hit]:
    """Numbers with a word near them; without one, all of them when at least 80 % of five or more are valid."""
    if not (scan.has_long_number or scan.header or "\t" in scan.text):
        return
    good, many = _valid(scan)
    seen: set[int] = set()
    for start, end, number in good:
        if (scan.near(_WORDS, start, end) and not is_anothers(scan, start, _WORDS)) or (
            many and not scan.near(_OTHER, start, end, 40, 0)
        ):
            seen.add(start)
            yield Hit(start, number)
    for start, number in in_pieces(scan, _PIECES, _WORDS):
        if start not in seen and valid(number) and not is_anothers(scan, start, _WORDS):
            yield Hit(start, number)
    yield from _without_nought(scan)


def _valid(scan: Scan) -> tuple[Sequence[tuple[int, int, str]], bool]:
    """Start, end and digits of those whose last digit fits, and whether they are so many that chance is no reason.

    Where no word says what they are, nothing more is asked as soon as too many do not fit: a log is full of such numbers.
    """
    good: list[tuple[int, int, str]] = []
    bad = 0
    most = scan.most(_LENGTH)
    if most < _MANY or scan.names(_WORDS):
        most = 0
    for found in scan.in_numbers(_CANDIDATE, _LENGTH, _LENGTH):
        number = digits(found[0])
        if valid(number):
            good.append((*found.span(), number))
            continue
        bad += 1
        if most and most - bad < _SHARE * most:
            return (), False
    return good, len(good) + bad >= _ENOUGH and len(good) >= _SHARE * (len(good) + bad)


def _without_nought(scan: Scan) -> Iterator[Hit]:
    """A spreadsheet drops the nought in front."""
    if any(_WORDS.search(name) for name in scan.header):
        for found in _SHORTENED.finditer(scan.text):
            number = found[0].zfill(_LENGTH)
            if _WORDS.search(scan.column(found.start())) and valid(number):
                yield Hit(found.start(), number)
    in_cells = "\t" in scan.text and scan.near(_WORDS, 0, len(scan.text))
    for found in _IN_FORM.finditer(scan.text) if in_cells else ():
        if _WORDS.search(found[1]) and valid(number := found[2].zfill(_LENGTH)):
            yield Hit(found.start(2), number)


EXAMPLES = (
    Sample("with its name", (("マイナンバーは 1234-5678-9018 です",),), ("123456789018",)),
    Sample("in full width", (("個人番号：１２３４　５６７８　９０１８",),), ("123456789018",)),
    Sample("under its column", (("A-1", "123456789018"),), ("123456789018",), ("社員", "個人番号")),
    Sample("the zero in front dropped", (("A-1", "12345678008"),), ("012345678008",), ("社員", "マイナンバー")),
    Sample("two zeros dropped", (("A-1", "1234567817"),), ("001234567817",), ("社員", "マイナンバー")),
    Sample("on the card that told it", (("通知カードの番号（12桁）は 123456789018",),), ("123456789018",)),
    Sample("a digit a box", (("個人番号", *"123456789018"),), ("123456789018",)),
    Sample("four digits a cell", (("山田", "1234", "5678", "9018"),), ("123456789018",), ("氏名", "個人番号")),
    Sample("in three lines", (("My-Number",), ("1234",), ("5678",), ("9018",)), ("123456789018",)),
    Sample("as a spreadsheet shows amounts", (("マイナンバー 123,456,789,018",),), ("123456789018",)),
    Sample("with rules between", (("マイナンバー 1234 - 5678 - 9018、123456.789018",),), ("123456789018", "123456789018")),
    Sample("a row of other numbers", (("マイナンバー制度の費用", "1200", "1234", "5678", "9018", "3400"),)),
    Sample("the zero dropped, in a form", (("氏名", "山田"), ("個人番号", "12345678008")), ("012345678008",)),
    Sample("no word, but all of them valid", tuple((n,) for n in ("123456789018", "166395026734", "098955003462", "993457688228", "473538458614")), (
        "123456789018", "166395026734", "098955003462", "993457688228", "473538458614")),
    Sample("a wrong check digit", (("マイナンバーは 1234-5678-9012 です",),)),
    Sample("valid by chance, no word near it", (("id 123456789018",),)),
    Sample("a parcel", tuple((f"お問い合わせ伝票番号 {n}",) for n in ("123456789018", "166395026734", "098955003462", "993457688228", "473538458614"))),
)  # fmt: skip
