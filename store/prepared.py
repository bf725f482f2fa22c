"""Prepared: a statement of which only the values change: compiled once for each kind of database, run for any number of rows.

SQLAlchemy's own way works out the parameters of every row anew, and took longer over the lines of the journal than the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import StatementError
from sqlalchemy.sql.compiler import SQLCompiler

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What the driver is given."""

    text: str
    takes: tuple[tuple[str, Process | None], ...]
    """The names of the values, in their order, and what makes each of them fit for the driver."""
    fixed: Mapping[str, Any]
    """Those that the statement itself brings."""
    positional: bool

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


@lru_cache(maxsize=256)
def _compiled(statement: ClauseElement, names: tuple[str, ...], dialect: Dialect) -> _Compiled:
    made = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(made, SQLCompiler)
    fixed = {name: bind.value for name, bind in made.binds.items() if name not in names}
    if missing := {name for name in fixed if made.binds[name].required} | {c.key for c in made.insert_prefetch}:
        raise ValueError(f"values that a prepared statement asks for and its rows do not have: {sorted(missing)}")
    processes = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in made.binds.items()}
    takes = tuple((name, processes[name]) for name in made.positiontup or made.binds)
    return _Compiled(made.string, takes, fixed, made.positional)
