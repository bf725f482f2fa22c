"""The line index agrees with tomllib about what stands in a document, and with a plain search about where."""

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.toml_lines import Path, index

DOCUMENT = '''title.long = "a"
"quoted key".'x' = """
several # no comment
lines""" # comment [no.table]
[table] # comment
array = [ 1, # one
  [2,
   "]"],
  { in = 1, "line" = [3,
    4] },
]
day = 2027-01-01
text = 'it''s' # never mind
[[list]]
a = "\\"#"
[[list.inner]]
b = """"two quotes before the end\\""""" # x
[[list.inner]]
b = \'\'\'it's\'\'\'
[[list]]
[list.sub.deep]
c = 1
'''.replace("text = 'it''s'", "text = 'its'")


def every_path(value: Any, path: Path = ()) -> set[Path]:
    """What tomllib read, as paths."""
    found = {path} - {()}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found |= every_path(inner, (*path, key))
    return found


def test_every_key_of_a_hard_document_has_its_line() -> None:
    lines = index(DOCUMENT)
    assert set(lines) == every_path(tomllib.loads(DOCUMENT))
    assert lines["title", "long"] == 1
    assert lines["quoted key", "x"] == 2
    assert lines["table",] == 5
    assert lines["table", "array", 1, 1] == 8
    assert lines["table", "array", 2, "line", 1] == 10
    assert lines["table", "day"] == 12
    assert lines["list", 0, "inner", 1, "b"] == 19
    assert lines["list", 1] == 20
    assert lines["list", 1, "sub", "deep", "c"] == 22


def test_line_ends_of_windows_count_once() -> None:
    assert index("a = 1\r\nb = 2\r\n")["b",] == 2


_keys = st.text(min_size=1, max_size=6)
_texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)
_values = st.recursive(
    st.integers(-9, 9) | st.booleans() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=8,
)


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08X}" if c in '"\\' or not c.isprintable() else c for c in text) + '"'


def written(value: Any) -> str:
    """TOML on one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case list():
            return "[" + ", ".join(written(v) for v in value) + "]"
        case dict():
            return "{" + ", ".join(f"{quoted(k)} = {written(v)}" for k, v in value.items()) + "}"
        case _:
            return str(value)


@settings(deadline=None)
@given(st.dictionaries(_keys, st.dictionaries(_keys, _values, max_size=3), max_size=4))
def test_the_index_knows_every_key_that_tomllib_knows_and_its_line(tables: dict[str, dict[str, Any]]) -> None:
    rows: list[str] = []
    where: dict[Path, int] = {}
    for name, table in tables.items():
        rows.append(f"[{quoted(name)}]")
        where[name,] = len(rows)
        for key, value in table.items():
            rows.append(f"{quoted(key)} = {written(value)}")
            where[name, key] = len(rows)
    document = "\n".join(rows)
    lines = index(document)
    assert set(lines) == every_path(tomllib.loads(document))
    assert {path: lines[path] for path in where} == where
