"""A database that was migrated is the one the tables describe, and no other is opened."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from store import migrate, schema
from store.engine import database
from store.errors import SchemaError, StoreDownError
from store.tables.columns import metadata
from tests.conftest import MakeStore
from tests.helpers.migrations import REVISION, upgrade_further
from tests.helpers.postgres import Cluster
from tests.helpers.samples import hold

Shape = dict[str, dict[str, Any]]


def shape(connection: Connection) -> Shape:
    """Everything the database says of its tables."""
    seen = inspect(connection)
    tables = set(seen.get_table_names()) - {"alembic_version"}
    return {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)],
            "key": seen.get_pk_constraint(table),
            "foreign": sorted(seen.get_foreign_keys(table), key=lambda each: str(each["name"])),
            "indexes": sorted(seen.get_indexes(table), key=lambda each: str(each["name"])),
            "unique": sorted(seen.get_unique_constraints(table), key=lambda each: str(each["name"])),
            "options": seen.get_table_options(table),
        }
        for table in tables
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.url(cluster.create())


def test_a_fresh_schema_equals_a_migrated_one(request: pytest.FixtureRequest, empty_url: str) -> None:
    store_url: str = request.getfixturevalue(f"{empty_url.partition(':')[0]}_url")
    with database(empty_url) as fresh, fresh.alone() as connection:
        metadata.create_all(connection)
        created = shape(connection)
    with database(store_url) as migrated, migrated.alone() as connection:
        found = shape(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    assert set(found) == set(metadata.tables)
    assert found == created


def test_the_needed_revision_is_the_newest_migration() -> None:
    script = ScriptDirectory.from_config(migrate.configuration())
    assert script.get_current_head() == schema.needed()


def test_an_upgrade_may_run_twice(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    assert not migrate.is_current(empty_url)
    migrate.upgrade(empty_url)
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == schema.needed()
    assert migrate.is_current(empty_url)


async def test_an_empty_database_is_not_opened(empty_url: str, make_store: MakeStore) -> None:
    with pytest.raises(SchemaError, match="sekisho migrate"):
        await make_store(empty_url)


async def test_a_schema_one_additive_migration_ahead_is_opened_and_left_alone(
    store_url: str, make_store: MakeStore, tmp_path: Path
) -> None:
    upgrade_further(store_url, tmp_path, oldest_program=schema.needed())
    store = await make_store(store_url)
    kept = hold()
    await store.commit(lambda shelves: shelves.holds.add(kept, b"sealed"))
    assert await store.read(lambda shelves: shelves.holds.get(kept.id))
    assert migrate.is_current(store_url)
    migrate.upgrade(store_url)
    assert migrate.current(store_url) == REVISION


async def test_a_schema_that_takes_something_away_is_not_opened_by_a_program_that_needs_it(
    store_url: str, make_store: MakeStore, tmp_path: Path
) -> None:
    upgrade_further(store_url, tmp_path, oldest_program=REVISION)
    assert not migrate.is_current(store_url)
    with pytest.raises(SchemaError, match="run a newer program"):
        await make_store(store_url)
    with pytest.raises(SchemaError, match="run a newer program"):
        migrate.upgrade(store_url)


async def test_a_database_of_a_newer_program_is_not_opened(store_url: str, make_store: MakeStore) -> None:
    with database(store_url) as opened, opened.alone() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="9999") as caught:
        await make_store(store_url)
    assert caught.value.permanent


async def test_a_database_that_was_migrated_meanwhile_opens(empty_url: str, make_store: MakeStore) -> None:
    with pytest.raises(SchemaError):
        await make_store(empty_url)
    migrate.upgrade(empty_url)
    store = await make_store(empty_url)
    assert await store.read(lambda shelves: shelves.contacts.size()) == 0


def test_a_folder_that_cannot_be_made_is_a_store_that_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreDownError):
        migrate.upgrade(f"sqlite:///{tmp_path}/file/sekisho.db")


def test_the_database_file_is_not_for_others(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path}/new/sekisho.db")
    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "new").iterdir()}
    assert "sekisho.db" in modes
    assert set(modes.values()) == {0}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/sekisho"])
def test_any_other_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path or postgresql://"):
        database(url)


def test_only_the_file_of_a_database_knows_its_dialect() -> None:
    room = Path(migrate.__file__).parent
    words = ("sqlalchemy.dialects", "dialect.name ==", "psycopg", "sqlite3")
    files = (path.relative_to(room) for path in room.rglob("*.py"))
    knowing = {str(file) for file in files if any(word in (room / file).read_text() for word in words)}
    knowing = {file for file in knowing if not file.startswith("migrations/")}
    # Times lose their zone on SQLite: the one column type that must look.
    assert knowing == {"sqlite.py", "postgresql.py", "tables/columns.py", "binding.py"}
