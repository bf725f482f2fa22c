"""config/example.toml names every option of every table, each with its sentence and its default."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from service import rule_tables
from service.init import example
from service.settings import Tables, load, parse

FILE = Path(__file__).parents[2] / "config" / "example.toml"
TEXT = FILE.read_text(encoding="utf-8")
# An option that shows its default: `#key = …`, a `#[[table]]`, or the key itself; a sentence begins with "# ".
_OPTION = re.compile(r"#?(?P<key>[a-z_]+) = ")
_OFF = re.compile(r"^#(?=\[|[a-z_]+ = )", re.MULTILINE)
FULL = _OFF.sub("", TEXT)
NO_DEFAULT = ("organisation.people", "trackers", "smtp.clients", "senders", "exemptions", "approval.cases", "policy")
"""Arrays of tables: what stands in the file is an example."""
PLACES = {"cautions", "lines"}
"""What depends on how the file is written, not on what it says."""


def tables(model: type[BaseModel], name: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every table of the settings with its name; an array of tables as one."""
    yield name, model
    for key, field in model.model_fields.items():
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from tables(inner, f"{name}.{key}".lstrip("."))


def every_table() -> dict[str, type[BaseModel]]:
    found = dict(tables(Tables))
    del found[""]
    return found | {
        inner: model for name, table in rule_tables.tables().items() for inner, model in tables(table, f"rules.{name}")
    }


TABLES = every_table()


def of(name: str) -> dict[str, Any]:
    """What the file says in a table when every option is switched on."""
    value: Any = tomllib.loads(FULL)
    for step in name.split("."):
        value = value.get(step, {})
        value = value[0] if isinstance(value, list) else value
    assert isinstance(value, dict), name
    return value


def as_validated(model: type[BaseModel], key: str, value: Any) -> Any:
    field = model.model_fields[key]
    adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
    return adapter.validate_json(json.dumps(value, default=str))


@pytest.mark.parametrize("name", TABLES)
def test_every_option_of_a_table_stands_in_the_example(name: str) -> None:
    inner = {key for key in TABLES[name].model_fields if f"{name}.{key}" in TABLES}
    assert set(TABLES[name].model_fields) - inner == set(of(name)) - inner


@pytest.mark.parametrize("name", [name for name in TABLES if name not in NO_DEFAULT])
def test_every_option_shows_its_default(name: str) -> None:
    required = {key for key, field in TABLES[name].model_fields.items() if field.is_required()}
    for key, value in of(name).items():
        field = TABLES[name].model_fields[key]
        if f"{name}.{key}" in TABLES or key in required or field.default is None or (name, key) == ("gate", "groups"):
            continue  # a table of its own, required, or without a default: an example stands there
        assert as_validated(TABLES[name], key, value) == field.get_default(call_default_factory=True), f"{name}.{key}"


def test_every_option_has_its_sentence() -> None:
    lines = TEXT.splitlines()
    for before, line in pairwise(lines):
        if _OPTION.match(line):
            assert re.match(r"# .+[.:)]$", before) or before.startswith("[gate.groups]"), line


def test_every_option_that_stands_twice_in_a_table_is_found() -> None:
    tomllib.loads(FULL)  # TOML itself refuses a key twice


def test_the_example_as_it_stands_gives_the_defaults() -> None:
    settings = load(FILE)
    least = parse('[organisation]\nname = "橘建築設計事務所"\ndomains = ["tachibana.example"]\n', FILE)
    assert settings.model_dump(exclude=PLACES) == least.model_dump(exclude=PLACES)


def test_everything_switched_on_is_valid_but_for_files_and_listeners() -> None:
    settings = parse(FULL, FILE)
    assert settings.senders[0].kind == "machine"
    assert settings.organisation.people[0].address == "sato@tachibana.example"


def test_the_program_ships_the_very_same_example() -> None:
    assert example() == TEXT
