"""csv: comma, tab, semicolon, bar or wide blanks between cells; a row stays a row, and the row that names the columns is found."""

import csv
import io
import re
from collections.abc import Sequence

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Text
from mail.text_of import _blanks
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._tables import Row, paragraphs, table
from mail.text_of.plain import is_text

KINDS = ("csv", "tsv")
SUREST = 45

# Text with commas in it that is no table.
_NOT_TABLES = frozenset(
    [
        "c",
        "cc",
        "cpp",
        "cs",
        "css",
        "conf",
        "eml",
        "go",
        "h",
        "htm",
        "html",
        "ini",
        "java",
        "js",
        "json",
        "log",
        "md",
        "php",
        "pl",
        "py",
        "rb",
        "rs",
        "sh",
        "sql",
        "toml",
        "ts",
        "xml",
        "yaml",
        "yml",
    ]
)
_DELIMITERS = (",", "\t", ";", "|")
_NEARLY = 0.15
"""Share of lines by which one delimiter may be behind another and still be the right one."""
_QUOTED = re.compile(r'(?:^|(?<=[,;\t| ]))"[^"]{0,4000}"', re.MULTILINE)
_SNIFFED_LINES = 60
_SNIFFED = 64 * 1024
_MAX_BREAKS = 30


def recognises(data: bytes, hint: Hint) -> Guess:
    """Text whose first lines have the same number of cells; sooner so where name or type says it."""
    named = hint.suffix in {"csv", "tsv", "tab"} or hint.declared in {"text/csv", "text/tab-separated-values"}
    if (not named and (hint.is_body or hint.suffix in _NOT_TABLES)) or not is_text(data):
        return NOT_MINE
    head = decode(_beginning(data), hint.charset)[0].splitlines()[:_SNIFFED_LINES]
    delimiter = sniff(head, lenient=named)
    if not delimiter:
        return Guess("csv", 25) if _blanks.rows(head) else NOT_MINE
    return Guess("tsv" if delimiter == "\t" else "csv", 45 if named else 25)


def _beginning(data: bytes) -> bytes:
    """Whole lines: half of a character looks like another charset."""
    head = data[:_SNIFFED]
    return head if len(head) == len(data) or b"\0" in head else head[: head.rfind(b"\n") + 1] or head


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """One table; where quotes never close, rows are lines."""
    text, sure = decode(data, hint.charset)
    text = text.removeprefix("\ufeff").replace("\0", "")
    lost = lost_by(text, sure=sure)
    found = text[:_SNIFFED].splitlines()
    delimiter = sniff(found[:_SNIFFED_LINES], lenient=True)
    if not delimiter and _blanks.rows(found[:_SNIFFED_LINES]):
        spending.text(len(text))
        return Text(table(_blanks.rows(text.splitlines()), spending), lost)
    if not delimiter:
        return Text(paragraphs(text, spending), lost)
    spending.text(len(text))
    return Text(table(rows(text, delimiter), spending), lost)


def sniff(found: Sequence[str], *, lenient: bool) -> str:
    """The delimiter that cuts the most lines alike, "" where none does; what stands in quotes cuts nothing.

    Where several cut nearly all lines, the one that gives the most of them the same number of cells, the first line with them:
    amounts and addresses have commas, too, names of columns do not.
    """
    filled = [line for line in found if line.strip()]
    bare = _QUOTED.sub("", "\n".join(filled)).split("\n")
    tried = {delimiter: _alike([line.count(delimiter) for line in bare]) for delimiter in _DELIMITERS}
    most = max(share for share, *_ in tried.values())
    best = max((one for one in tried if tried[one][0] > most - _NEARLY), key=lambda one: tried[one][1:])
    enough = len(filled) >= 3 and tried[best][0] >= 0.9  # noqa: PLR2004
    return best if enough or (lenient and tried[best][0] >= 0.5) else ""  # noqa: PLR2004


def _alike(counts: Sequence[int]) -> tuple[float, float, bool, int]:
    """Share of lines with at least as many delimiters as most have; with just as many; whether the first is one; how many."""
    common = max(set(counts), key=counts.count, default=0) or min((c for c in counts if c), default=0)
    if not common:
        return 0.0, 0.0, False, 0
    same = counts.count(common)
    return sum(count >= common for count in counts) / len(counts), same / len(counts), counts[0] == common, common


def rows(text: str, delimiter: str) -> list[Row]:
    """All rows. A quote that is opened and never closed would swallow every row behind it: then quotes count for nothing."""
    if '"' not in text:
        return [tuple(map(str.strip, line.split(delimiter))) for line in text.splitlines()]
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
        found = [tuple(map(str.strip, row)) for row in reader]
    except csv.Error:  # a cell of more than 128 KiB
        return _without_quotes(text, delimiter)
    if any(cell.count("\n") > _MAX_BREAKS for row in found for cell in row if len(cell) > _MAX_BREAKS):
        return _without_quotes(text, delimiter)
    return found


def _without_quotes(text: str, delimiter: str) -> list[Row]:
    return [tuple(cell.strip().strip('"') for cell in line.split(delimiter)) for line in text.splitlines()]
