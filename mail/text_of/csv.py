"""csv: comma, tab, semicolon or bar between cells; a row stays a row, and the row that names the columns is found."""

import csv
import io
from collections.abc import Sequence

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Text
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._tables import Row, paragraphs, table
from mail.text_of.plain import is_text

KINDS = ("csv", "tsv")

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
_SNIFFED_LINES = 60
_SNIFFED = 64 * 1024
_MAX_BREAKS = 30


def recognises(data: bytes, hint: Hint) -> Guess:
    """Text whose first lines have the same number of cells; sooner so where name or type says it."""
    named = hint.suffix in {"csv", "tsv", "tab"} or hint.declared in {"text/csv", "text/tab-separated-values"}
    if (not named and (hint.is_body or hint.suffix in _NOT_TABLES)) or not is_text(data):
        return NOT_MINE
    head = decode(data[:_SNIFFED], hint.charset)[0].splitlines()[:_SNIFFED_LINES]
    delimiter = sniff(head, lenient=named)
    if not delimiter:
        return NOT_MINE
    return Guess("tsv" if delimiter == "\t" else "csv", 45 if named else 25)


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """One table; where quotes never close, rows are lines."""
    text, sure = decode(data, hint.charset)
    text = text.removeprefix("\ufeff").replace("\0", "")
    lost = lost_by(text, sure=sure)
    found = text[:_SNIFFED].splitlines()
    delimiter = sniff(found[:_SNIFFED_LINES], lenient=True)
    if not delimiter:
        return Text(paragraphs(text, spending), lost)
    spending.text(len(text))
    return Text(table(rows(text, delimiter), spending), lost)


def sniff(found: Sequence[str], *, lenient: bool) -> str:
    """The delimiter that cuts the most lines alike, "" where none does."""
    filled = [line for line in found if line.strip()]
    best, best_share = "", 0.0
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in filled]
        common = max(set(counts), key=counts.count, default=0)
        if common == 0:
            common = min((c for c in counts if c), default=0)
        share = sum(1 for c in counts if c >= common > 0) / len(filled) if filled else 0.0
        if share > best_share + 0.05:
            best, best_share = delimiter, share
    enough = len(filled) >= 3 and best_share >= 0.9  # noqa: PLR2004
    return best if enough or (lenient and best_share >= 0.5) else ""  # noqa: PLR2004


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
