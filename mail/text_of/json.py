"""json: a list of objects is a table, an object in it a row; JSON Lines are one; what is no JSON is read as the text it is."""

import json
from collections.abc import Iterator

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Text
from mail.text_of import plain
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._records import Field, Records

KINDS = ("json",)
SUREST = 47

_SUFFIXES = frozenset({"json", "jsonl", "ndjson", "geojson", "har", "webmanifest"})
_DEPTH = 100
"""Objects and lists inside one another; deeper ones are read as text."""


class _Object(list[tuple[str, object]]):
    """An object with every name, also one that stands twice."""


class _TooDeepError(Exception):
    """More is nested than anybody writes."""


def recognises(data: bytes, hint: Hint) -> Guess:
    """By name or type; without either by a bracket and what can follow one."""
    named = hint.suffix in _SUFFIXES or hint.declared.endswith(("json", "ndjson"))
    if (not named and (hint.is_body or hint.suffix)) or not plain.is_text(data):
        return NOT_MINE
    start = data[:200].translate(None, b"\xef\xbb\xbf \t\r\n\0\xff\xfe")[:2]
    looks = start[:1] in {b"{", b"["} and (start[1:2] in b'"{}[]-0123456789tfn' or not start[1:])
    return Guess("json", 47 if named else 31) if looks else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Tables and forms; as lines where it cannot be understood."""
    text, sure = decode(data, hint.charset)
    try:
        found = list(_documents(text))
        records = Records()
        for one in found:
            _walk(one, records)
    except (ValueError, RecursionError, _TooDeepError):
        return plain.read(data, hint, spending)
    spending.text(len(text))
    return Text(records.blocks(spending), lost_by(text, sure=sure))


def _documents(text: str) -> Iterator[object]:
    """The document, or one a line (jsonlines.org), all as one list."""
    decoder = json.JSONDecoder(object_pairs_hook=_Object, parse_int=str, parse_float=str, parse_constant=str)
    text = text.removeprefix("\ufeff").strip()
    try:
        yield decoder.decode(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2:  # noqa: PLR2004
            raise
        yield [decoder.decode(line) for line in lines]


def _walk(document: object, records: Records) -> None:
    """Each object of a list is a row, with what is inside it; a list in it is a table of its own."""
    waiting: list[tuple[object, tuple[str, ...]]] = [(document, ())]
    while waiting:
        value, path = waiting.pop()
        lists: list[tuple[object, tuple[str, ...]]] = []
        if isinstance(value, _Object):
            if _is_table(value):
                for name, one in value:
                    records.row(path, [("", name), *_fields(one, "", path, lists)])
            else:
                records.alone(_fields(value, "", path, lists))
        elif isinstance(value, list):
            _of_list(value, path, records, lists)
        else:
            records.alone([("", _shown(value))])
        waiting += reversed(lists)


def _of_list(
    values: list[object], path: tuple[str, ...], records: Records, lists: list[tuple[object, tuple[str, ...]]]
) -> None:
    for value in values:
        if isinstance(value, list) and not isinstance(value, _Object):
            if any(isinstance(one, list) for one in value):
                lists.append((value, _deeper(path, "")))
            else:
                records.row((path, list), [("", _shown(one)) for one in value])
        else:
            records.row(path, _fields(value, "", path, lists))


def _is_table(value: _Object) -> bool:
    """An object of several objects with the same names: its own names are the first column."""
    inner = [one for _, one in value]
    if len(inner) < 2 or not all(isinstance(one, _Object) for one in inner):  # noqa: PLR2004
        return False
    first, *others = ({name for name, _ in one} for one in inner if isinstance(one, _Object))
    return all(first & other for other in others)


def _fields(
    value: object, name: str, path: tuple[str, ...], lists: list[tuple[object, tuple[str, ...]]]
) -> Iterator[Field]:
    """Names and values inside an object, one line; lists of more than values are put aside."""
    if isinstance(value, _Object):
        for inner, one in value:
            if name.count(".") > _DEPTH:
                raise _TooDeepError
            yield from _fields(one, f"{name}.{inner}" if name else inner, path, lists)
    elif isinstance(value, list) and any(isinstance(one, list) for one in value):
        lists.append((value, _deeper(path, name)))
    elif isinstance(value, list):
        yield name, ", ".join(map(_shown, value))
    else:
        yield name, _shown(value)


def _deeper(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    if len(path) > _DEPTH:
        raise _TooDeepError
    return (*path, name)


def _shown(value: object) -> str:
    return "" if value is None else str(value)
