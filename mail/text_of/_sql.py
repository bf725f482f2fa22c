"""Pieces of SQL: the columns that CREATE TABLE names, rows of values, and values without their quotes; every expression is bounded."""

import re
from collections.abc import Iterator

from mail.text_of._tables import Row

_WORD = r"(?:[`\"\[][^`\"\]\r\n]{1,128}[`\"\]]|[\w$#@]{1,128})"
NAME = rf"{_WORD}(?:\s{{0,8}}\.\s{{0,8}}{_WORD}){{0,3}}"
_CREATE = re.compile(
    rf"(?i)\bcreate\s{{1,80}}table\s{{1,80}}(?:if\s{{1,80}}not\s{{1,80}}exists\s{{1,80}})?({NAME})\s{{0,80}}\("
)
_BRACKET = r"(?:\(([^()]{1,16000})\)\s{0,80})?"
HEAD = re.compile(
    r"(?im)\b(?:(?:insert|replace)\s{1,80}(?:(?:ignore|delayed|low_priority|or\s{1,80}\w{1,20})\s{1,80})?(?:into\s{1,80})?|into\s{1,80})"
    rf"({NAME})\s{{0,80}}{_BRACKET}values?\s{{0,80}}(?=\()"
    rf"|^copy\s{{1,80}}(?P<copied>{NAME})\s{{0,80}}{_BRACKET}from\s{{1,80}}stdin[^;\n]{{0,200}};[ \t\r]{{0,80}}\n"
)
"""Of rows: table and columns by INSERT, by COPY of PostgreSQL."""
_QUOTES = ' \t\r\n`"[]'
_QUOTED = r"(?:_?[A-Za-z][A-Za-z0-9]{0,15} ?)?'(?:[^'\\]++|\\.|'')*+'"
_CELL = rf"\s*+(?:{_QUOTED}\s*+|[^'\"(),;]*+)"
_ROW = re.compile(rf"\(({_CELL}(?:,{_CELL})*+)\)\s*+,?\s*+", re.DOTALL)
_CELLS = re.compile(rf"(?:^|,){_CELL}", re.DOTALL)
# What is never closed goes on to the end: nothing is looked at twice.
_TOKEN = re.compile(r"'(?:[^'\\]++|\\.|'')*+'?|\"(?:[^\"\\]++|\\.)*+\"?|`[^`]*+`?|[(),;]|[^'\"`(),;]++", re.DOTALL)
_STRING = re.compile(r"'((?:[^'\\]++|\\.|'')*+)'?", re.DOTALL)
_ESCAPED = re.compile(r"''|\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "0": "", "Z": ""}
_BEHIND = re.compile(r"\s*+,?\s*+")
_DEFINED = 64 * 1024
"""Characters of one CREATE TABLE that are looked at."""
_NO_COLUMNS = frozenset(
    [
        "primary",
        "unique",
        "key",
        "constraint",
        "index",
        "foreign",
        "check",
        "fulltext",
        "spatial",
        "exclude",
        "like",
        "period",
    ]
)
_COMMENT = re.compile(rf"(?i)\bcomment\s{{1,80}}{_STRING.pattern}", re.DOTALL)


def table_name(written: str) -> str:
    """The name without its schema and its quotes."""
    return written.rpartition(".")[2].strip(_QUOTES).lower()


def columns(written: str | None) -> Row:
    """The names in the brackets of INSERT."""
    return tuple(name.strip(_QUOTES) for name in (written or "").split(",")) if written else ()


def created(text: str) -> dict[str, Row]:
    """Every table with the columns that CREATE TABLE names."""
    found: dict[str, Row] = {}
    at = 0
    while (head := _CREATE.search(text, at)) is not None:
        items, end = _items(text[head.end() : head.end() + _DEFINED], 0)
        found[table_name(head[1])] = _defined(items)
        at = head.end() + end
    return found


def _defined(items: list[str]) -> Row:
    """A comment of MySQL says more than a name."""
    found = []
    for item in items:
        first = (re.match(_WORD, item.strip()) or [""])[0]
        if first and first.lower() not in _NO_COLUMNS:
            said = _COMMENT.search(item)
            found.append(f"{first.strip(_QUOTES)} {_unquoted(said[1]) if said else ''}".strip())
    return tuple(found)


def rows(text: str, start: int) -> Iterator[tuple[Row, int]]:
    """Every row of values from a place on, each with the place behind it."""
    at = start
    while text.startswith("(", at):
        simple = _ROW.match(text, at)
        if simple:
            at = simple.end()
            yield tuple(map(_value, _cells(simple[1]))), at
            continue
        items, at = _items(text, at + 1)
        yield tuple(map(_value, items)), at
        following = _BEHIND.match(text, at)
        at = following.end() if following else at


def _cells(row: str) -> list[str]:
    return row.split(",") if "'" not in row else [cell.removeprefix(",") for cell in _CELLS.findall(row)]


def _items(text: str, start: int) -> tuple[list[str], int]:
    """What stands between commas up to the bracket that closes, functions and all; and the place behind it."""
    items: list[list[str]] = [[]]
    depth = 1
    for token in _TOKEN.finditer(text, start):
        sign = token[0]
        if sign == ";" and depth == 1:
            return ["".join(item) for item in items], token.start()
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return ["".join(item) for item in items], token.end()
        if sign == "," and depth == 1:
            items.append([])
        else:
            items[-1].append(sign)
    return ["".join(item) for item in items], len(text)


def _value(cell: str) -> str:
    """As it is stored: without quotes, NULL as nothing; of a function the strings in it."""
    cell = cell.strip()
    if "'" not in cell:
        return "" if cell in {"NULL", "null"} else cell
    if cell[0] == cell[-1] == "'" and "'" not in cell[1:-1] and "\\" not in cell:
        return cell[1:-1].strip()
    strings = _STRING.findall(cell)
    return " ".join(map(_unquoted, strings)).strip() if strings else cell


def _unquoted(inside: str) -> str:
    if "'" not in inside and "\\" not in inside:
        return inside
    return _ESCAPED.sub(lambda found: "'" if found[1] is None else _MEANT.get(found[1], found[1]), inside)
