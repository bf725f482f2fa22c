"""Signatures: which lines of running text are a correspondent's own, or say who wrote what is quoted below them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from rules.personal.context import words
from rules.personal.scan import Scan

_BEGIN = re.compile(r"\n(?:[-=_*＊━─]{4}|--[^\S\n]{0,1000}(?![^\n]))")
_WORDS = words(
    *("〒", r"\btel\b", r"\bfax\b", "e-?mail", r"\burl\b", "https?:", "phone"),
    *("株式会社", "有限会社", "合同会社", "法人", "事務所", "携帯", r"部(?<=\S部)\b"),
)
_LATIN_WORDS = ("tel", "fax", "mail", "url", "http", "phone")
_FORM_WORDS = re.compile(r"氏名|生年月日|お名前|患者|名前[:：]")
_LINES = 10
_ATTRIBUTION = re.compile(
    r"\bwrote:|さん(?:は|が)?書きました|^(?:From|To|Cc|Sent|Reply-To|差出人|宛先|送信元|送信者)[:：]|^\d{4}年\d{1,2}月\d{1,2}日.{0,80}[:：]$",
    re.IGNORECASE,
)
_ATTRIBUTION_BEGINS = frozenset("FfTtCcSsRr差宛送")


class Marks:
    """The marks of signatures in running text; one counts for its paragraph and for the short ones that follow."""

    def __init__(self, scan: Scan, groups: Sequence[int]) -> None:
        """`groups`: the number of the paragraph, by row."""
        self._groups = groups
        places = (found.start() for found in _BEGIN.finditer("\n" + scan.text))
        self._rows = [bisect_left(scan.starts, place) for place in places]
        self._seen = 0
        self._below = False

    def above(self, behind: int) -> bool:
        """Whether one stands above the end of the paragraph that ends before this row; asked from paragraph to paragraph."""
        last = bisect_left(self._rows, behind) - 1
        if last < 0:
            return False
        if self._rows[last] >= self._seen:
            self._seen, self._below = self._end(self._rows[last]), True
        while self._below and self._seen < behind:
            end = self._end(self._seen)
            self._below = end - self._seen <= _LINES
            self._seen = end
        return self._below

    def _end(self, row: int) -> int:
        """Behind the paragraph of a row."""
        return bisect_right(self._groups, self._groups[row], row)


def is_attribution(line: str) -> bool:
    """Whether a line says who wrote what is quoted below it; the search is asked only where it can find something."""
    small = line.lower()
    if "wrote:" in small or "書きました" in line:
        return _ATTRIBUTION.search(line) is not None
    return (line[:1] in _ATTRIBUTION_BEGINS or line[:1].isdecimal()) and _ATTRIBUTION.match(line) is not None


def is_signature(lines: Sequence[str], *, names: int, below_mark: bool) -> bool:
    """Few lines about one person with the words of a signature, or below its mark; not a form that was filled in."""
    if len(lines) > _LINES or names > 1:
        return False
    text = "\n".join(lines)
    return not _FORM_WORDS.search(text) and (below_mark or _has_words(text))


def _has_words(text: str) -> bool:
    """Whether two different words of a signature stand in a text."""
    small = text.lower()
    if text.isascii() and not any(word in small for word in _LATIN_WORDS):
        return False
    first, end = "", 0
    for found in _WORDS.finditer(text):
        start = found.start() - (found[0] == "部")  # 営業部 and 総務部 are two words
        if start >= end:
            word = text[start : found.end()].lower()
            if first and word != first:
                return True
            first, end = word, found.end()
    return False
