"""Prepared: a statement of which only the values change: compiled once for each kind of database, run for any number of rows.

SQLAlchemy's own way works out the parameters of every row anew, and took longer over the lines of the journal than the database; and
longer over what it read of the contacts than the look-up itself.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler

Process = Callable[[Any], Any]
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What the driver is given."""

    text: str
    takes: tuple[tuple[str, Process | None], ...]
    """The names of the values, in their order, and what makes each of them fit for the driver."""
    fixed: Mapping[str, Any]
    """Those that the statement itself brings."""
    positional: bool
    reads: tuple[tuple[int, Process], ...] = ()
    """Which columns of a result are made into what, where the driver's own value will not do."""

    def parameters(self, row: Mapping[str, Any]) -> Any:
        """The values of a row as the driver wants them."""
        row = {**row, **self.fixed} if self.fixed else row
        if self.positional:
            return tuple([process(row[name]) if process else row[name] for name, process in self.takes])
        return {name: process(row[name]) if process else row[name] for name, process in self.takes}


def run_each(connection: Connection, statement: ClauseElement, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run it over every row; all of them have the same names. How many rows of the database it met.

    `statement`: one that is built once, not for each call.
    """
    if not rows:
        return 0
    compiled = _compiled(statement, tuple(rows[0]), connection.dialect)
    try:
        values = [compiled.parameters(row) for row in rows]
    except (ValueError, TypeError) as error:  # what cannot be kept: as SQLAlchemy says it
        raise StatementError(type(error).__name__, compiled.text, None, error, hide_parameters=True) from error
    return connection.exec_driver_sql(compiled.text, values).rowcount


def run_rows(connection: Connection, statement: ClauseElement, names: tuple[str, ...], rows: Rows) -> None:
    """The same for very many rows, each a tuple in the order of the names: column by column, each value made fit but once."""
    if not rows:
        return
    compiled = _compiled(statement, names, connection.dialect)
    columns: dict[str, Iterable[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True))
    columns |= {name: [value] * len(rows) for name, value in compiled.fixed.items()}
    try:
        fit = [_fit(columns[name], process) for name, process in compiled.takes]
    except (ValueError, TypeError) as error:
        raise StatementError(type(error).__name__, compiled.text, None, error, hide_parameters=True) from error
    values: Any = list(zip(*fit, strict=True))
    if not compiled.positional:
        values = [dict(zip([name for name, _ in compiled.takes], row, strict=True)) for row in values]
    connection.exec_driver_sql(compiled.text, values)


def _fit(column: Iterable[Any], process: Process | None) -> Iterable[Any]:
    if process is None:
        return column
    made = {value: process(value) for value in set(column)}
    return [made[value] for value in column]


def rows_of(connection: Connection, statement: ClauseElement, values: Mapping[str, Any]) -> list[Any]:
    """What a statement that reads finds, as plain tuples: from the driver's own cursor. `statement`: as above."""
    compiled = _compiled(statement, tuple(values), connection.dialect)
    try:
        parameters = compiled.parameters(values)
    except (ValueError, TypeError) as error:
        raise StatementError(type(error).__name__, compiled.text, None, error, hide_parameters=True) from error
    cursor = connection.connection.cursor()
    try:
        cursor.execute(compiled.text, parameters)
        found = list(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, cursor, compiled.text, error) from error
    cursor.close()
    return [_read(row, compiled.reads) for row in found] if compiled.reads else found


def _read(row: Sequence[Any], reads: Iterable[tuple[int, Process]]) -> Sequence[Any]:
    made = list(row)
    for at, process in reads:
        if made[at] is not None:
            made[at] = process(made[at])
    return made


def _told(connection: Connection, cursor: Any, text: str, error: Exception) -> Exception:
    """An error of the driver as SQLAlchemy says it."""
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)  # type: ignore[arg-type]
    if is_gone:
        connection.invalidate(error)
    with contextlib.suppress(Exception):
        cursor.close()
    of: dict[str, Any] = {"hide_parameters": True, "connection_invalidated": is_gone, "dialect": dialect}
    told: Exception = DBAPIError.instance(text, None, error, dialect.loaded_dbapi.Error, **of)
    return told


@lru_cache(maxsize=256)
def _compiled(statement: ClauseElement, names: tuple[str, ...], dialect: Dialect) -> _Compiled:
    made = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(made, SQLCompiler)
    fixed = {name: bind.value for name, bind in made.binds.items() if name not in names}
    if missing := {name for name in fixed if made.binds[name].required} | {c.key for c in made.insert_prefetch}:
        raise ValueError(f"values that a prepared statement asks for and its rows do not have: {sorted(missing)}")
    processes = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in made.binds.items()}
    takes = tuple((name, processes[name]) for name in made.positiontup or made.binds)
    given = getattr(statement, "selected_columns", ())
    read = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in given)
    reads = tuple((at, process) for at, process in enumerate(read) if process)
    return _Compiled(made.string, takes, fixed, made.positional, reads)
