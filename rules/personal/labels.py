"""Labels: the words that say what number follows; the nearest one decides, in the column's name, in the row or in the lines above."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rules.personal.context import may_stand_in, words
from rules.personal.recogniser import Hit
from rules.personal.scan import GAP, Scan

_REACH = 300
_BEHIND = 8
"""A label in brackets behind its number."""
_ROW = 60
"""So far back in its row another label takes a number away."""
_SEPARATORS = re.compile(r"[^0-9A-Za-z]+")
_BESIDE = re.compile(rf"[0-9]{GAP}\Z")

OTHERS = words(
    *("電話", "携帯", "連絡先", r"\btel", "phone", "mobile", r"\bfax", "郵便番号", "〒"),
    *("注文", "伝票", "追跡", "送り状", "問い?合わ?せ番号", "荷物", "管理番号", "整理番号", "受付番号", "予約番号", "受注", "発注", "申込番号"),
    *("品番", "型番", "製造番号", "商品コード", "商品番号", "製品番号", "ロット", "シリアル", "図番", "図面番号", "資産番号", "部品"),
    *("請求書番号", "請求番号", "見積番号", "契約番号", "案件番号", "顧客番号", "顧客コード", "会員番号", "社員番号", "職員番号", "学籍番号", "診察券番号"),
    *("法人番号", "登録番号", "インボイス番号", "事業所番号", "事業所整理", "口座番号", "カード番号", "証券番号", "取引先コード", "会社コード"),
    *("マイナンバー", "個人番号", "運転免許", "旅券番号", "パスポート番号", "在留カード番号", "基礎年金番号", "保険者番号", "住民票コード", "雇用保険"),
    *("order", "tracking", "invoice", r"\bserial", r"\bpart (?:no|num)", r"\bmodel", r"\bsku\b", r"\bisbn", r"\bjan\b", r"\bean\b", r"\bgtin", r"\blot\b"),
    *("transaction", "ticket", r"\bcase (?:no|num|id)", "customer (?:no|num|id)", "employee (?:no|num|id)", "account", r"\bref(?:erence)?\b", "item (?:no|num)"),
    *(r"\brouting", "passport", r"\bssn\b", "social security", "national insurance", r"\bnino\b", r"\bnhs\b", r"\btfn\b", "medicare", "aadhaar", r"\bpan\b"),
    *(r"\biban\b", "steuer-?id", "sort ?code", r"\bean\b", "bestell", "rechnung", "commande", "facture", "pedido", "factura", "ordine", "fattura"),
)  # fmt: skip
"""Words of any number that has a name, also of ours: between a label and a number such a word takes the number for itself."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a number is called."""

    pattern: re.Pattern[str]
    signs: frozenset[str]
    """What stands in every text that the pattern finds anything in: see `rules.personal.signs`."""
    columns: re.Pattern[str] | None = None
    """Names of columns that say it, too, though in running text they would not."""

    def names(self, column: str) -> bool:
        """Whether a column's name says it."""
        return bool(column) and bool(self.pattern.search(column) or (self.columns and self.columns.search(column)))


def label(*given: str, signs: str, columns: str = "") -> Label:
    """The words as for `context.words`; the signs blank-separated; names of columns as an expression."""
    return Label(words(*given), frozenset(signs.split()), re.compile(columns) if columns else None)


def bare(text: str) -> str:
    """Letters and digits of a number, in capitals.

    >>> bare("12.345.678-z")
    '12345678Z'
    """
    return _SEPARATORS.sub("", text).upper()


def headed(scan: Scan, named: Label) -> bool:
    """Whether a column's name says it."""
    return any(named.names(name) for name in scan.header)


def labelled(
    scan: Scan, pattern: re.Pattern[str], named: Label, *, reach: int = _REACH, column_only: bool = False
) -> Iterator[re.Match[str]]:
    """What a pattern finds under a column so named, or behind a label that is nearer than any other; in a list one behind the other."""
    in_column = headed(scan, named)
    begins, ends = spans(scan, named.pattern)
    if (column_only and not in_column) or not (begins or in_column):
        return
    accepted = -reach - 1
    for found in pattern.finditer(scan.text, 0 if in_column else max(0, begins[0] - 2 * _ROW)):
        start, end = found.span()
        if in_column and named.names(scan.column(start)):
            yield found
        elif not column_only and _is_named(scan, (start, end), (begins, ends), accepted, reach):
            accepted = end
            yield found


def _is_named(
    scan: Scan, span: tuple[int, int], places: tuple[Sequence[int], Sequence[int]], accepted: int, reach: int
) -> bool:
    """Whether a label stands before a place, no other one between them in its row; or right behind it."""
    begins, ends = places
    start, end = span
    at = bisect_left(begins, start)
    if at < len(begins) and begins[at] - end <= _BEHIND and "\n" not in scan.text[end : begins[at]]:
        between = scan.text[end : begins[at]]
        if between[:1] in "( /" and ":" not in between and "\t" not in between and between.strip():
            return True
    own = ends[at - 1] if at else -1
    row = scan.text.rfind("\n", max(0, start - _REACH), start) + 1
    if scan.column(start) and own < row:
        return False  # the column has another name
    if start - max(own, accepted) > reach or max(own, accepted) < 0:
        return False
    return not _is_others(scan, start, max(own, row, start - _ROW))


def is_anothers(scan: Scan, start: int, own: re.Pattern[str]) -> bool:
    """Whether another label than the own words is nearer to a place in its row, or names its column."""
    begins, ends = spans(scan, own)
    at = bisect_left(begins, start)
    last = ends[at - 1] if at else -1
    row = scan.text.rfind("\n", max(0, start - _REACH), start) + 1
    column = scan.column(start)
    in_own_column = bool(column and own.search(column))
    in_own_cell = last > max(row - 1, scan.text.rfind("\t", max(0, start - _REACH), start))
    if column and not in_own_column and not in_own_cell and OTHERS.search(column):
        return True
    return not in_own_column and _is_others(scan, start, max(last, row, start - _ROW))


def _is_others(scan: Scan, start: int, least: int) -> bool:
    """Whether the last label of any number before a place stands behind another one."""
    others, _ = spans(scan, OTHERS)
    last = bisect_left(others, start)
    return bool(last) and others[last - 1] >= least


def spans(scan: Scan, pattern: re.Pattern[str]) -> tuple[Sequence[int], Sequence[int]]:
    """Where words begin and end: looked for once a text."""
    if pattern not in scan.spans:
        none = scan.text.isascii() and not may_stand_in(pattern, scan.small)
        found = [] if none else [found.span() for found in pattern.finditer(scan.text)]
        scan.spans[pattern] = [start for start, _ in found], [end for _, end in found]
    return scan.spans[pattern]


def goes_on(scan: Scan, start: int) -> bool:
    """Whether digits stand before a number, as in a row of a table of figures."""
    return _BESIDE.search(scan.text[max(0, start - 4) : start]) is not None


def by_label(
    pattern: re.Pattern[str],
    named: Label,
    read: Callable[[str], str],
    *,
    reach: int = _REACH,
    cut_short: re.Pattern[str] | None = None,
    size: int = 0,
) -> Callable[[Scan], Iterator[Hit]]:
    """The `find` of a kind that needs its label: `read` makes the value of what the pattern found, "" where it is none.

    `cut_short` finds, in its columns only, what is left when a spreadsheet dropped the noughts in front of `size` digits.
    """

    def find(scan: Scan) -> Iterator[Hit]:
        """Numbers under or behind their label."""
        seen: set[int] = set()
        for found in labelled(scan, pattern, named, reach=reach):
            value = read(bare(found[0]))
            if value:
                seen.add(found.start())
                yield Hit(found.start(), value)
        for found in labelled(scan, cut_short, named, column_only=True) if cut_short else ():
            value = read(found[0].zfill(size))
            if value and found.start() not in seen:
                yield Hit(found.start(), value)

    return find
